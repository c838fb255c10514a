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

/*
 * Of `ip`, without that word. @ is the thing (an address, or a link's name), $ the length of its
 * prefix and # its index, if it is an interface.
 */
struct commands {
    const char *link; /* makes the link that they are on, where it is not there */
    const char *add;
    const char *add_ipv6; /* where that is another */
    const char *remove;
    const char *set[2]; /* as when added, and otherwise */
    const char *set_loopback[2];
};

static const struct commands commands[ROW_KINDS] = {
    [ROW_INTERFACE] = {.add = "link add name @ index # type bridge",
                       .remove = "link del @",
                       .set = {"link set dev @ mtu 1500", "link set dev @ mtu 1400"},
                       .set_loopback = {"link set dev @ mtu 65536", "link set dev @ mtu 65000"}},
    /* Without duplicate detection: a moment of it would be a change of its own. */
    [ROW_UNICAST] = {.add = "addr add @/$ dev lo",
                     .add_ipv6 = "addr add @/$ dev lo nodad",
                     .remove = "addr del @/$ dev lo",
                     .set = {"addr change @/$ dev lo valid_lft forever preferred_lft forever",
                             "addr change @/$ dev lo valid_lft 3600 preferred_lft 1800"}},
    /* What changes is who made it: RTPROT_BOOT, as by default, or RTPROT_BGP. */
    [ROW_ROUTE] = {.add = "route add @/$ dev lo",
                   .remove = "route del @/$ dev lo",
                   .set = {"route change @/$ dev lo proto 3", "route change @/$ dev lo proto 186"}},
    /* The loopback link has one IPv4 neighbour for all addresses. */
    [ROW_NEIGHBOUR] = {.link = "link add name confn type bridge",
                       .add = "neigh add @ dev confn lladdr 02:00:00:00:00:01 nud permanent",
                       .remove = "neigh del @ dev confn",
                       .set = {"neigh change @ dev confn lladdr 02:00:00:00:00:01 nud permanent",
                               "neigh change @ dev confn lladdr 02:00:00:00:00:01 nud stale"}},
};

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

/* The address of the key, or the name of a link. */
static void write_thing(const struct row_key *key, bool has_address, unsigned number, char *text,
                        size_t size)
{
    const uint8_t *bytes = key->address;
    size_t length = 0;

    if (!has_address && number == 0) {
        (void)snprintf(text, size, "lo");
    } else if (!has_address) {
        (void)snprintf(text, size, "conf%u", number);
    } else if (key->family == AF_INET) {
        (void)snprintf(text, size, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else {
        for (size_t i = 0; i < sizeof(key->address); i += 2)
            length += (size_t)snprintf(text + length, size - length, i == 0 ? "%x" : ":%x",
                                       (unsigned)bytes[i] << 8 | bytes[i + 1]);
    }
}

/* Runs one of the commands above; there is none for what this kind does not have. */
static enum network_result run(const char *command, enum row_kind kind, ADDRESS_FAMILY family,
                               unsigned number)
{
    struct row_key key = {.family = family};
    bool has_address = network_set_key(kind, number, &key);
    unsigned prefix_length = key.prefix_length ? key.prefix_length : network_address_length(family);
    char thing[64];
    char line[256];
    size_t length = 0;

    if (!command)
        return NETWORK_NOT_OFFERED;
    write_thing(&key, has_address, number, thing, sizeof(thing));
    for (const char *at = command; *at && length < sizeof(line); at++) {
        size_t room = sizeof(line) - length;
        if (*at == '@')
            length += (size_t)snprintf(line + length, room, "%s", thing);
        else if (*at == '$')
            length += (size_t)snprintf(line + length, room, "%u", prefix_length);
        else if (*at == '#')
            length += (size_t)snprintf(line + length, room, "%u", FIRST_INDEX + number);
        else
            length += (size_t)snprintf(line + length, room, "%c", *at);
    }
    return length < sizeof(line) ? ip("%s", line) : NETWORK_FAILED;
}

static enum network_result add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    const struct commands *known = &commands[kind];

    if (known->link)
        (void)ip("%s", known->link);
    return run(family == AF_INET6 && known->add_ipv6 ? known->add_ipv6 : known->add, kind, family,
               number);
}

static enum network_result take_away(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return run(commands[kind].remove, kind, family, number);
}

static enum network_result set(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                               bool other)
{
    const struct commands *known = &commands[kind];
    bool loopback = number == 0 && known->set_loopback[other];

    return run(loopback ? known->set_loopback[other] : known->set[other], kind, family, number);
}

/* A link's queue length is in no row; an address or route is told of even if nothing changes. */
static enum network_result refresh(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                                   bool other)
{
    static unsigned queue_length = 2000;

    if (kind != ROW_INTERFACE)
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
