/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suite.h"

#include <string.h>

/* The addresses and prefixes for documentation: RFC 5737 and RFC 3849. */
#define ADDRESS4 198, 51, 100, 70 /* + number */
#define PREFIX4 203, 0, 113, 0    /* + 16 × number, 28 bits */
#define ADDRESS6_SUBNET 0x77      /* 2001:db8:77::number */
#define PREFIX6_SUBNET 0x113      /* 2001:db8:113:number::, 64 bits */

/* What there is of the tests' own, and whether it was changed since it was added. */
static struct {
    bool there;
    bool other;
} things[NETWORK_KINDS][2][NETWORK_NUMBERS];
static bool tentative;

static const struct network_driver *driver(void)
{
    const char *why_not = NULL;
    const struct network_driver *found = platform_network(&why_not);

    if (!found)
        suite_skip(why_not);
    return found;
}

static size_t family_place(enum network_kind kind, ADDRESS_FAMILY family)
{
    return kind != NETWORK_INTERFACE && family == AF_INET6;
}

static void expect_done(enum network_result result, const char *verb, enum network_kind kind,
                        unsigned number)
{
    if (result == NETWORK_NOT_OFFERED)
        suite_skip("this change cannot be made on this system");
    if (result == NETWORK_FAILED)
        fail_msg("a change of kind %d, number %u, could not be made: %s", (int)kind, number, verb);
}

static enum network_result add(const struct network_driver *by, enum network_kind kind,
                               ADDRESS_FAMILY family, unsigned number)
{
    enum network_result result = by->add(kind, family, number);

    if (result == NETWORK_DONE) {
        things[kind][family_place(kind, family)][number].there = true;
        things[kind][family_place(kind, family)][number].other = false;
    }
    return result;
}

void network_add(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    expect_done(add(driver(), kind, family, number), "add", kind, number);
}

bool network_try_add(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    const char *why_not = NULL;
    const struct network_driver *by = platform_network(&why_not);

    return by && add(by, kind, family, number) == NETWORK_DONE;
}

void network_delete(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    expect_done(driver()->remove(kind, family, number), "delete", kind, number);
    things[kind][family_place(kind, family)][number].there = false;
}

void network_change(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    bool *other = &things[kind][family_place(kind, family)][number].other;

    expect_done(driver()->set(kind, family, number, !*other), "change", kind, number);
    *other = !*other;
}

void network_refresh(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    bool other = things[kind][family_place(kind, family)][number].other;

    expect_done(driver()->refresh(kind, family, number, other), "refresh", kind, number);
}

void network_make_change(enum network_kind kind, ADDRESS_FAMILY family)
{
    if (kind == NETWORK_INTERFACE) {
        network_change(kind, family, NETWORK_CHANGE_INTERFACE);
        return;
    }
    if (family != AF_INET6)
        network_add(kind, AF_INET, NETWORK_CHANGE_NUMBER);
    if (family != AF_INET)
        network_add(kind, AF_INET6, NETWORK_CHANGE_NUMBER);
}

void network_undo_change(enum network_kind kind, ADDRESS_FAMILY family)
{
    if (kind == NETWORK_INTERFACE) {
        network_change(kind, family, NETWORK_CHANGE_INTERFACE);
        return;
    }
    if (family != AF_INET6)
        network_delete(kind, AF_INET, NETWORK_CHANGE_NUMBER);
    if (family != AF_INET)
        network_delete(kind, AF_INET6, NETWORK_CHANGE_NUMBER);
}

void network_add_tentative(unsigned number)
{
    expect_done(driver()->add_tentative(number), "add tentative", NETWORK_UNICAST, number);
    tentative = true;
}

void network_settle(void)
{
    expect_done(driver()->settle(), "settle", NETWORK_UNICAST, 0);
}

void network_clean(void)
{
    const char *why_not = NULL;
    const struct network_driver *by = platform_network(&why_not);

    if (!by)
        return;
    if (things[NETWORK_INTERFACE][0][NETWORK_CHANGE_INTERFACE].other)
        (void)by->set(NETWORK_INTERFACE, AF_UNSPEC, NETWORK_CHANGE_INTERFACE, false);
    for (int kind = 0; kind < NETWORK_KINDS; kind++) {
        for (unsigned place = 0; place < 2; place++) {
            for (unsigned number = 0; number < NETWORK_NUMBERS; number++) {
                if (things[kind][place][number].there)
                    (void)by->remove((enum network_kind)kind, place ? AF_INET6 : AF_INET, number);
            }
        }
    }
    if (tentative)
        (void)by->remove_tentative();
    memset(things, 0, sizeof(things));
    tentative = false;
}

/* ---- Keys ---------------------------------------------------------------------------------- */

SOCKADDR_INET network_address(ADDRESS_FAMILY family, unsigned number)
{
    static const uint8_t ipv4[4] = {ADDRESS4};
    static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, ADDRESS6_SUBNET};
    SOCKADDR_INET address;
    uint8_t *bytes;

    memset(&address, 0, sizeof(address));
    address.si_family = family;
    if (family == AF_INET) {
        bytes = (uint8_t *)&address.Ipv4.sin_addr;
        memcpy(bytes, ipv4, sizeof(ipv4));
        bytes[3] = (uint8_t)(bytes[3] + number);
    } else {
        bytes = (uint8_t *)&address.Ipv6.sin6_addr;
        memcpy(bytes, ipv6, sizeof(ipv6));
        bytes[15] = (uint8_t)(number + 1);
    }
    return address;
}

UINT8 network_address_length(ADDRESS_FAMILY family)
{
    return family == AF_INET ? 32 : 128;
}

IP_ADDRESS_PREFIX network_prefix(ADDRESS_FAMILY family, unsigned number)
{
    static const uint8_t ipv4[4] = {PREFIX4};
    static const uint8_t ipv6[16] = {
        0x20, 0x01, 0x0d, 0xb8, PREFIX6_SUBNET >> 8, PREFIX6_SUBNET & 0xff};
    IP_ADDRESS_PREFIX prefix;
    uint8_t *bytes;

    memset(&prefix, 0, sizeof(prefix));
    prefix.Prefix.si_family = family;
    if (family == AF_INET) {
        prefix.PrefixLength = 28;
        bytes = (uint8_t *)&prefix.Prefix.Ipv4.sin_addr;
        memcpy(bytes, ipv4, sizeof(ipv4));
        bytes[3] = (uint8_t)(16 * number);
    } else {
        prefix.PrefixLength = 64;
        bytes = (uint8_t *)&prefix.Prefix.Ipv6.sin6_addr;
        memcpy(bytes, ipv6, sizeof(ipv6));
        bytes[7] = (uint8_t)number;
    }
    return prefix;
}

static bool same_address(const SOCKADDR_INET *a, const SOCKADDR_INET *b)
{
    if (a->si_family != b->si_family)
        return false;
    if (a->si_family == AF_INET)
        return memcmp(&a->Ipv4.sin_addr, &b->Ipv4.sin_addr, sizeof(a->Ipv4.sin_addr)) == 0;
    return memcmp(&a->Ipv6.sin6_addr, &b->Ipv6.sin6_addr, sizeof(a->Ipv6.sin6_addr)) == 0;
}

ADDRESS_FAMILY network_family(enum network_kind kind, const void *row)
{
    switch (kind) {
    case NETWORK_INTERFACE:
        return ((const MIB_IPINTERFACE_ROW *)row)->Family;
    case NETWORK_UNICAST:
        return ((const MIB_UNICASTIPADDRESS_ROW *)row)->Address.si_family;
    case NETWORK_ROUTE:
        return ((const MIB_IPFORWARD_ROW2 *)row)->DestinationPrefix.Prefix.si_family;
    }
    return AF_UNSPEC;
}

NET_IFINDEX network_interface_index(unsigned number)
{
    return driver()->interface_index(number);
}

static int unicast_number(ADDRESS_FAMILY family, const MIB_UNICASTIPADDRESS_ROW *row)
{
    for (unsigned number = 0; number < NETWORK_NUMBERS; number++) {
        SOCKADDR_INET address = network_address(family, number);
        if (same_address(&row->Address, &address))
            return (int)number;
    }
    return -1;
}

static int route_number(ADDRESS_FAMILY family, const MIB_IPFORWARD_ROW2 *row)
{
    for (unsigned number = 0; number < NETWORK_NUMBERS; number++) {
        IP_ADDRESS_PREFIX prefix = network_prefix(family, number);
        if (row->DestinationPrefix.PrefixLength == prefix.PrefixLength &&
            same_address(&row->DestinationPrefix.Prefix, &prefix.Prefix))
            return (int)number;
    }
    return -1;
}

int network_number(enum network_kind kind, ADDRESS_FAMILY family, const void *row)
{
    if (network_family(kind, row) != family)
        return -1;
    switch (kind) {
    case NETWORK_INTERFACE:
        return driver()->interface_number(row);
    case NETWORK_UNICAST:
        return unicast_number(family, row);
    case NETWORK_ROUTE:
        return route_number(family, row);
    }
    return -1;
}
