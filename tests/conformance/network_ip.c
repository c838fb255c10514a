/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network as Linux' `ip` changes it, in a network namespace where that does no harm. */
#include "network.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MAX 24

/* The index can be chosen, so that a row is recognised without asking the API under test. */
#define LOOPBACK_INDEX 1U
#define FIRST_INDEX 4700U
#define UNREADY_INDEX 4800U

#define LOOPBACK_MTU 65536
#define OTHER_LOOPBACK_MTU 65000
#define MTU 1500
#define OTHER_MTU 1400

static enum network_result ip(const char *format, ...) __attribute__((format(printf, 1, 2)));

static enum network_result ip(const char *format, ...)
{
    char line[256] = "ip ";
    char *words[WORDS_MAX + 1];
    size_t count = 0;
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line + 3, sizeof(line) - 3, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(line) - 3)
        return NETWORK_FAILED;

    for (char *at = line; *at && count < WORDS_MAX;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = 0;
    }
    words[count] = NULL;
    return platform_run_ip(words) ? NETWORK_DONE : NETWORK_FAILED;
}

/* As network_address() and network_prefix() have them. */
static const char *written(enum network_kind kind, ADDRESS_FAMILY family, unsigned number,
                           char *text, size_t size)
{
    if (kind == NETWORK_UNICAST && family == AF_INET)
        (void)snprintf(text, size, "198.51.100.%u/32", 70 + number);
    else if (kind == NETWORK_UNICAST)
        (void)snprintf(text, size, "2001:db8:77::%x/128", number + 1);
    else if (family == AF_INET)
        (void)snprintf(text, size, "203.0.113.%u/28", 16 * number);
    else
        (void)snprintf(text, size, "2001:db8:113:%x::/64", number);
    return text;
}

static enum network_result add(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    char text[64];

    switch (kind) {
    case NETWORK_INTERFACE:
        return ip("link add name conf%u index %u type bridge", number, FIRST_INDEX + number);
    case NETWORK_UNICAST:
        /* Without duplicate detection: a moment of it would be a change of its own. */
        return ip("addr add %s dev lo%s", written(kind, family, number, text, sizeof(text)),
                  family == AF_INET6 ? " nodad" : "");
    case NETWORK_ROUTE:
        return ip("route add %s dev lo", written(kind, family, number, text, sizeof(text)));
    }
    return NETWORK_FAILED;
}

static enum network_result take_away(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    char text[64];

    switch (kind) {
    case NETWORK_INTERFACE:
        return ip("link del conf%u", number);
    case NETWORK_UNICAST:
        return ip("addr del %s dev lo", written(kind, family, number, text, sizeof(text)));
    case NETWORK_ROUTE:
        return ip("route del %s dev lo", written(kind, family, number, text, sizeof(text)));
    }
    return NETWORK_FAILED;
}

/* Of a route that is who made it: RTPROT_BOOT, as by default, or RTPROT_BGP. */
static enum network_result set(enum network_kind kind, ADDRESS_FAMILY family, unsigned number,
                               bool other)
{
    char text[64];

    switch (kind) {
    case NETWORK_INTERFACE:
        if (number == 0)
            return ip("link set dev lo mtu %d", other ? OTHER_LOOPBACK_MTU : LOOPBACK_MTU);
        return ip("link set dev conf%u mtu %d", number, other ? OTHER_MTU : MTU);
    case NETWORK_UNICAST:
        return ip("addr change %s dev lo valid_lft %s preferred_lft %s",
                  written(kind, family, number, text, sizeof(text)), other ? "3600" : "forever",
                  other ? "1800" : "forever");
    case NETWORK_ROUTE:
        return ip("route change %s dev lo proto %s",
                  written(kind, family, number, text, sizeof(text)), other ? "186" : "3");
    }
    return NETWORK_FAILED;
}

/* A link's queue length is in no row; an address or route is told of even if nothing changes. */
static enum network_result refresh(enum network_kind kind, ADDRESS_FAMILY family, unsigned number,
                                   bool other)
{
    static unsigned queue_length = 2000;

    if (kind != NETWORK_INTERFACE)
        return set(kind, family, number, other);
    queue_length++;
    if (number == 0)
        return ip("link set dev lo txqueuelen %u", queue_length);
    return ip("link set dev conf%u txqueuelen %u", number, queue_length);
}

static int interface_number(const MIB_IPINTERFACE_ROW *row)
{
    if (row->InterfaceIndex == LOOPBACK_INDEX)
        return 0;
    if (row->InterfaceIndex > FIRST_INDEX && row->InterfaceIndex < FIRST_INDEX + NETWORK_NUMBERS)
        return (int)(row->InterfaceIndex - FIRST_INDEX);
    return -1;
}

static NET_IFINDEX interface_index(unsigned number)
{
    return FIRST_INDEX + number;
}

/*
 * A veth has no carrier while its peer is down: until then the kernel does not even begin with
 * duplicate address detection, and addresses stay tentative.
 */
static bool unready_link;

static enum network_result add_tentative(unsigned number)
{
    enum network_result result = NETWORK_DONE;

    if (!unready_link) {
        result = ip("link add name confv index %u type veth peer name confp", UNREADY_INDEX);
        unready_link = result == NETWORK_DONE;
        if (result == NETWORK_DONE)
            result = ip("link set dev confv up");
    } else {
        result = ip("link set dev confp down");
    }
    if (result != NETWORK_DONE)
        return result;
    return ip("addr add 2001:db8:77::%x/64 dev confv", number + 1);
}

static enum network_result settle(void)
{
    return ip("link set dev confp up");
}

static enum network_result remove_tentative(void)
{
    unready_link = false;
    return ip("link del confv");
}

const struct network_driver network_ip = {
    .add = add,
    .remove = take_away,
    .set = set,
    .refresh = refresh,
    .interface_number = interface_number,
    .interface_index = interface_index,
    .add_tentative = add_tentative,
    .settle = settle,
    .remove_tentative = remove_tentative,
};
