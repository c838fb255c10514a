/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suite.h"

#include <string.h>

/* The addresses and prefixes for documentation: RFC 5737 and RFC 3849. */
#define ADDRESS4 198, 51, 100, 70 /* + number */
#define PREFIX4 203, 0, 113, 0    /* + 16 × number, 28 bits */
#define ADDRESS6_SUBNET 0x77      /* 2001:db8:77::number */
#define PREFIX6_SUBNET 0x113      /* 2001:db8:113:number::, 64 bits */

static void set_address(unsigned number, struct row_key *key);
static void set_prefix(unsigned number, struct row_key *key);

/* What is different from kind to kind. */
static const struct {
    bool of_both_families; /* and number 0 is there already: a change makes it another */
    void (*set_key)(unsigned number, struct row_key *key); /* NULL: the driver knows the number */
} kinds[ROW_KINDS] = {
    [ROW_INTERFACE] = {.of_both_families = true},
    [ROW_UNICAST] = {.set_key = set_address},
    [ROW_ROUTE] = {.set_key = set_prefix},
    [ROW_NEIGHBOUR] = {.set_key = set_address},
};

/* What there is of the tests' own, and whether it was changed since it was added. */
static struct {
    bool there;
    bool other;
} things[ROW_KINDS][2][NETWORK_NUMBERS];
static bool tentative;

static const struct network_driver *driver(void)
{
    const char *why_not = NULL;
    const struct network_driver *found = platform_network(&why_not);

    if (!found)
        suite_skip(why_not);
    return found;
}

static size_t family_place(enum row_kind kind, ADDRESS_FAMILY family)
{
    return !kinds[kind].of_both_families && family == AF_INET6;
}

static void expect_done(enum network_result result, const char *verb, enum row_kind kind,
                        unsigned number)
{
    if (result == NETWORK_NOT_OFFERED)
        suite_skip("this change cannot be made on this system");
    if (result == NETWORK_FAILED)
        fail_msg("a change of kind %d, number %u, could not be made: %s", (int)kind, number, verb);
}

static enum network_result add(const struct network_driver *by, enum row_kind kind,
                               ADDRESS_FAMILY family, unsigned number)
{
    enum network_result result = by->add(kind, family, number);

    if (result == NETWORK_DONE) {
        things[kind][family_place(kind, family)][number].there = true;
        things[kind][family_place(kind, family)][number].other = false;
    }
    return result;
}

void network_add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    expect_done(add(driver(), kind, family, number), "add", kind, number);
}

bool network_try_add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    const char *why_not = NULL;
    const struct network_driver *by = platform_network(&why_not);

    return by && add(by, kind, family, number) == NETWORK_DONE;
}

void network_delete(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    expect_done(driver()->remove(kind, family, number), "delete", kind, number);
    things[kind][family_place(kind, family)][number].there = false;
}

void network_change(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    bool *other = &things[kind][family_place(kind, family)][number].other;

    expect_done(driver()->set(kind, family, number, !*other), "change", kind, number);
    *other = !*other;
}

void network_refresh(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    bool other = things[kind][family_place(kind, family)][number].other;

    expect_done(driver()->refresh(kind, family, number, other), "refresh", kind, number);
}

bool network_is_there(void)
{
    const char *why_not = NULL;

    return platform_network(&why_not) != NULL;
}

void network_make_change(enum row_kind kind, ADDRESS_FAMILY family)
{
    if (kinds[kind].of_both_families) {
        network_change(kind, family, NETWORK_CHANGE_INTERFACE);
        return;
    }
    if (family != AF_INET6)
        network_add(kind, AF_INET, NETWORK_CHANGE_NUMBER);
    if (family != AF_INET)
        network_add(kind, AF_INET6, NETWORK_CHANGE_NUMBER);
}

void network_undo_change(enum row_kind kind, ADDRESS_FAMILY family)
{
    if (kinds[kind].of_both_families) {
        network_change(kind, family, NETWORK_CHANGE_INTERFACE);
        return;
    }
    if (family != AF_INET6)
        network_delete(kind, AF_INET, NETWORK_CHANGE_NUMBER);
    if (family != AF_INET)
        network_delete(kind, AF_INET6, NETWORK_CHANGE_NUMBER);
}

struct network_told network_told(enum row_kind kind, bool undone)
{
    if (kinds[kind].of_both_families)
        return (struct network_told){MibParameterNotification, NETWORK_CHANGE_INTERFACE};
    return (struct network_told){undone ? MibDeleteInstance : MibAddInstance,
                                 NETWORK_CHANGE_NUMBER};
}

void network_add_tentative(unsigned number)
{
    expect_done(driver()->add_tentative(number), "add tentative", ROW_UNICAST, number);
    tentative = true;
}

void network_settle(void)
{
    expect_done(driver()->settle(), "settle", ROW_UNICAST, 0);
}

static bool various;

void network_add_variety(void)
{
    if (!driver()->add_variety)
        return;
    various = true;
    driver()->add_variety();
}

void network_clean(void)
{
    const char *why_not = NULL;
    const struct network_driver *by = platform_network(&why_not);

    if (!by)
        return;
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        if (kinds[kind].of_both_families && things[kind][0][NETWORK_CHANGE_INTERFACE].other)
            (void)by->set((enum row_kind)kind, AF_UNSPEC, NETWORK_CHANGE_INTERFACE, false);
        for (unsigned place = 0; place < 2; place++) {
            for (unsigned number = 0; number < NETWORK_NUMBERS; number++) {
                if (things[kind][place][number].there)
                    (void)by->remove((enum row_kind)kind, place ? AF_INET6 : AF_INET, number);
            }
        }
    }
    if (tentative)
        (void)by->remove_tentative();
    if (various)
        by->remove_variety();
    memset(things, 0, sizeof(things));
    tentative = false;
    various = false;
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

static void set_address(unsigned number, struct row_key *key)
{
    SOCKADDR_INET address = network_address(key->family, number);

    memset(key->address, 0, sizeof(key->address));
    if (key->family == AF_INET)
        memcpy(key->address, &address.Ipv4.sin_addr, sizeof(address.Ipv4.sin_addr));
    else
        memcpy(key->address, &address.Ipv6.sin6_addr, sizeof(address.Ipv6.sin6_addr));
}

static void set_prefix(unsigned number, struct row_key *key)
{
    IP_ADDRESS_PREFIX prefix = network_prefix(key->family, number);

    memset(key->address, 0, sizeof(key->address));
    key->prefix_length = prefix.PrefixLength;
    if (key->family == AF_INET)
        memcpy(key->address, &prefix.Prefix.Ipv4.sin_addr, sizeof(prefix.Prefix.Ipv4.sin_addr));
    else
        memcpy(key->address, &prefix.Prefix.Ipv6.sin6_addr, sizeof(prefix.Prefix.Ipv6.sin6_addr));
}

bool network_set_key(enum row_kind kind, unsigned number, struct row_key *key)
{
    if (kinds[kind].set_key)
        kinds[kind].set_key(number, key);
    return kinds[kind].set_key != NULL;
}

NET_IFINDEX network_interface_index(unsigned number)
{
    return driver()->interface_index(number);
}

int network_number(enum row_kind kind, ADDRESS_FAMILY family, const void *row)
{
    struct row_key key = row_key(kind, row);
    struct row_key thing = key;

    if (key.family != family)
        return -1;
    if (!kinds[kind].set_key)
        return driver()->interface_number(row);
    for (unsigned number = 0; number < NETWORK_NUMBERS; number++) {
        kinds[kind].set_key(number, &thing);
        if (row_key_equal(&key, &thing))
            return (int)number;
    }
    return -1;
}
