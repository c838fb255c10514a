/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Destinations in the order of RFC 6724, 6. Contract: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "backend/backend.h"
#include "mib/query/destination.h"
#include "platform/platform.h"

#include <errno.h>
#include <string.h>

enum { DESTINATIONS_MAX = 500 };

/* RFC 4291, 2.7 and RFC 6724, 3.2. */
enum { SCOPE_LINK = 2, SCOPE_SITE = 5, SCOPE_GLOBAL = 14 };

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};
static const struct mib_addr loopback = {{[15] = 1}};

static int scope_of(uint8_t family, const struct mib_addr *address)
{
    const uint8_t *bytes = address->bytes;

    if (family == MIB_FAMILY_IPV4)
        return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) ? SCOPE_LINK : SCOPE_GLOBAL;
    if (bytes[0] == 0xff)
        return bytes[1] & 0xf;
    if (mib_addr_is_link_local(family, address) ||
        memcmp(address, &loopback, sizeof(loopback)) == 0)
        return SCOPE_LINK;
    return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0 ? SCOPE_SITE : SCOPE_GLOBAL;
}

/* How many of the first bits a destination and its source share, of those of the source's prefix.
 */
static int shared_bits(const struct mib_destination *of)
{
    int bits = 0;

    while (bits < of->source_prefix_length &&
           !((of->destination.bytes[bits / 8] ^ of->source.bytes[bits / 8]) & 0x80 >> bits % 8))
        bits++;
    return bits;
}

/* One of the destinations, with what the rules compare. */
struct candidate {
    struct mib_destination of;
    const SOCKADDR_IN6 *destination;
    int scope;
    bool same_scope;
    bool same_label;
    int shared;
};

/*
 * Above 0: a goes before b. Rule 4 is for mobile nodes, rule 7 for tunnels that the kernel does not
 * tell from other links; rule 10 is that the order stays.
 */
static int compare(const struct candidate *a, const struct candidate *b)
{
    const int rules[][2] = {
        {a->of.reachable, b->of.reachable},                   /* 1 */
        {a->same_scope, b->same_scope},                       /* 2 */
        {!a->of.source_deprecated, !b->of.source_deprecated}, /* 3 */
        {a->same_label, b->same_label},                       /* 5 */
        {(int)a->of.precedence, (int)b->of.precedence},       /* 6 */
        {-a->scope, -b->scope},                               /* 8 */
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (rules[i][0] != rules[i][1])
            return rules[i][0] > rules[i][1] ? 1 : -1;
    return a->of.family == b->of.family ? a->shared - b->shared : 0; /* 9 */
}

static int ask(const SOCKADDR_IN6 *address, struct candidate *ret)
{
    struct mib_destination of = {.family = MIB_FAMILY_IPV6};

    memcpy(of.destination.bytes, &address->sin6_addr, sizeof(of.destination.bytes));
    if (mib_addr_is_link_local(MIB_FAMILY_IPV6, &of.destination))
        of.ifindex = address->sin6_scope_id;
    if (memcmp(of.destination.bytes, mapped_prefix, sizeof(mapped_prefix)) == 0) {
        of = (struct mib_destination){.family = MIB_FAMILY_IPV4};
        memcpy(of.destination.bytes, (const uint8_t *)&address->sin6_addr + 12, 4);
    }
    int r = backend_query(MIB_QUERY_DESTINATION, &of);
    if (r < 0)
        return r;
    int scope = scope_of(of.family, &of.destination);
    *ret = (struct candidate){
        .of = of,
        .destination = address,
        .scope = scope,
        .same_scope = of.reachable && scope == scope_of(of.family, &of.source),
        .same_label = of.reachable && of.label == of.source_label,
        .shared = of.reachable ? shared_bits(&of) : 0,
    };
    return 0;
}

/* Behind all that are as good. */
static void insert(struct candidate *candidates, size_t count, const struct candidate *candidate)
{
    size_t at = count;

    while (at > 0 && compare(candidate, &candidates[at - 1]) > 0) {
        candidates[at] = candidates[at - 1];
        at--;
    }
    candidates[at] = *candidate;
}

static void source_of(const struct mib_destination *of, SOCKADDR_IN6 *ret)
{
    SOCKADDR_INET source;

    memset(ret, 0, sizeof(*ret));
    ret->sin6_family = af_of(MIB_FAMILY_IPV6);
    if (!of->reachable)
        return;
    if (of->family == MIB_FAMILY_IPV6) {
        sockaddr_of(of->family, &of->source, of->ifindex, &source);
        *ret = source.Ipv6;
        return;
    }
    memcpy(&ret->sin6_addr, mapped_prefix, sizeof(mapped_prefix));
    memcpy((uint8_t *)&ret->sin6_addr + sizeof(mapped_prefix), of->source.bytes, 4);
}

/* One block: the pairs, and the addresses that they point to. */
static SOCKADDR_IN6_PAIR *make_pairs(const struct candidate *candidates, size_t count)
{
    size_t size = count * (sizeof(SOCKADDR_IN6_PAIR) + 2 * sizeof(SOCKADDR_IN6));
    SOCKADDR_IN6_PAIR *pairs = platform_allocate(size ? size : 1);

    if (!pairs)
        return NULL;
    SOCKADDR_IN6 *addresses = (SOCKADDR_IN6 *)(void *)(pairs + count);
    for (size_t i = 0; i < count; i++) {
        pairs[i].SourceAddress = addresses++;
        pairs[i].DestinationAddress = addresses++;
        source_of(&candidates[i].of, pairs[i].SourceAddress);
        *pairs[i].DestinationAddress = *candidates[i].destination;
        pairs[i].DestinationAddress->sin6_family = af_of(MIB_FAMILY_IPV6);
    }
    return pairs;
}

static int sort(const SOCKADDR_IN6 *destinations, size_t count, SOCKADDR_IN6_PAIR **ret_pairs)
{
    struct candidate *candidates = platform_allocate((count + 1) * sizeof(*candidates));
    int r = candidates ? 0 : -ENOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct candidate candidate;
        r = ask(&destinations[i], &candidate);
        if (r == 0)
            insert(candidates, i, &candidate);
    }
    SOCKADDR_IN6_PAIR *pairs = r == 0 ? make_pairs(candidates, count) : NULL;
    if (r == 0 && !pairs)
        r = -ENOMEM;
    platform_free(candidates);
    if (r == 0)
        *ret_pairs = pairs;
    return r;
}

NETIOAPI_API CreateSortedAddressPairs(PSOCKADDR_IN6 SourceAddressList, ULONG SourceAddressCount,
                                      PSOCKADDR_IN6 DestinationAddressList,
                                      ULONG DestinationAddressCount, ULONG AddressSortOptions,
                                      PSOCKADDR_IN6_PAIR *SortedAddressPairList,
                                      ULONG *SortedAddressPairCount)
{
    (void)AddressSortOptions;
    if (SourceAddressList || SourceAddressCount || !DestinationAddressList ||
        DestinationAddressCount > DESTINATIONS_MAX || !SortedAddressPairList ||
        !SortedAddressPairCount)
        return ERROR_INVALID_PARAMETER;
    for (ULONG i = 0; i < DestinationAddressCount; i++) {
        enum mib_family family;

        if (!ip_family_of_af(DestinationAddressList[i].sin6_family, &family) ||
            family != MIB_FAMILY_IPV6)
            return ERROR_INVALID_PARAMETER;
    }
    int r = sort(DestinationAddressList, DestinationAddressCount, SortedAddressPairList);
    if (r == 0)
        *SortedAddressPairCount = DestinationAddressCount;
    return error_from(r);
}
