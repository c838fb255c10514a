/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unicast addresses in messages, and how the instance table compares them. Watches and the table
 * read on demand use it. Pure: it opens no socket and keeps nothing.
 */
#include "backend/netlink/object/address.h"
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

static uint32_t hash_address(const void *record)
{
    const struct mib_unicast *row = &((const struct address_record *)record)->row;

    return mib_addr_hash(row->ifindex, &row->address);
}

static bool same_key(const void *a, const void *b)
{
    const struct mib_unicast *x = &((const struct address_record *)a)->row;
    const struct mib_unicast *y = &((const struct address_record *)b)->row;

    return x->ifindex == y->ifindex && x->iftype == y->iftype && x->family == y->family &&
           memcmp(&x->address, &y->address, sizeof(x->address)) == 0;
}

static bool same_instance(const void *a, const void *b)
{
    const struct address_record *x = a;
    const struct address_record *y = b;

    /* A link has an IPv6 address once; its prefix length and its peer may change. */
    return x->row.family == MIB_FAMILY_IPV6 || (x->row.prefix_length == y->row.prefix_length &&
                                                memcmp(&x->peer, &y->peer, sizeof(x->peer)) == 0);
}

static bool same_row(const void *a, const void *b)
{
    return mib_unicast_same(&((const struct address_record *)a)->row,
                            &((const struct address_record *)b)->row);
}

/* The shortest prefix wins: most other hosts are on-link by it. */
static int rank(const void *a, const void *b)
{
    const struct address_record *x = a;
    const struct address_record *y = b;

    if (x->row.prefix_length != y->row.prefix_length)
        return x->row.prefix_length < y->row.prefix_length ? -1 : 1;
    return memcmp(&x->peer, &y->peer, sizeof(x->peer));
}

const struct instance_ops address_ops = {
    .record_size = sizeof(struct address_record),
    .group_hash = hash_address,
    .same_key = same_key,
    .same_instance = same_instance,
    .same_record = same_row,
    .rank = rank,
    .same_row = same_row,
};

/* The kernel that runs may be newer than the headers, which lack these. */
enum { PROTOCOL_KERNEL_RA = 2, PROTOCOL_KERNEL_LINK_LOCAL = 3 };

/*
 * Address protocols that carry origins which nothing else tells: for prefix origin p and suffix
 * origin s the protocol FIRST + p * SUFFIX_ORIGINS + s. The kernel keeps such numbers and has no
 * meaning for them; iproute2 knows the first four only.
 */
enum {
    PREFIX_ORIGINS = MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT + 1,
    SUFFIX_ORIGINS = MIB_SUFFIX_ORIGIN_RANDOM + 1,
    PROTOCOL_ORIGINS_FIRST = 160,
    PROTOCOL_ORIGINS_END = PROTOCOL_ORIGINS_FIRST + PREFIX_ORIGINS * SUFFIX_ORIGINS,
};

static uint8_t dad_state_of(uint32_t flags)
{
    if (flags & IFA_F_DADFAILED)
        return MIB_DAD_DUPLICATE;
    /* An optimistic address may be used while it is probed (RFC 4429), and may still fail. */
    if (flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC))
        return MIB_DAD_TENTATIVE;
    if (flags & IFA_F_DEPRECATED)
        return MIB_DAD_DEPRECATED;
    return MIB_DAD_PREFERRED;
}

/* fe80::/64 with an identifier that has ff:fe in its middle was made of a hardware address. */
static bool is_eui64(const struct mib_addr *address)
{
    return address->bytes[11] == 0xff && address->bytes[12] == 0xfe;
}

static bool is_loopback(uint8_t family, const struct mib_addr *address)
{
    static const uint8_t ipv6_loopback[16] = {[15] = 1};

    return family == MIB_FAMILY_IPV4 ? address->bytes[0] == 127
                                     : memcmp(address->bytes, ipv6_loopback, 16) == 0;
}

static bool is_ipv4_link_local(uint8_t family, const struct mib_addr *address)
{
    return family == MIB_FAMILY_IPV4 && address->bytes[0] == 169 && address->bytes[1] == 254;
}

/*
 * Where prefix and suffix come from: the address protocol where the message has it (Linux 5.18 and
 * later), else what the flags imply. An address with a lifetime that the kernel did not make itself
 * is a DHCP client's: nothing else gives an IPv4 address a lifetime.
 */
static void set_origins(struct mib_unicast *row, uint32_t flags, uint8_t scope, uint8_t protocol)
{
    /* In an IPv4 address the bit of IFA_F_TEMPORARY means IFA_F_SECONDARY. */
    bool from_kernel =
        protocol == PROTOCOL_KERNEL_RA ||
        (row->family == MIB_FAMILY_IPV6 && (flags & (IFA_F_TEMPORARY | IFA_F_MANAGETEMPADDR)));

    if (protocol >= PROTOCOL_ORIGINS_FIRST && protocol < PROTOCOL_ORIGINS_END) {
        row->prefix_origin = (uint8_t)((protocol - PROTOCOL_ORIGINS_FIRST) / SUFFIX_ORIGINS);
        row->suffix_origin = (uint8_t)((protocol - PROTOCOL_ORIGINS_FIRST) % SUFFIX_ORIGINS);
    } else if (is_loopback(row->family, &row->address)) {
        row->prefix_origin = MIB_PREFIX_ORIGIN_WELL_KNOWN;
        row->suffix_origin = MIB_SUFFIX_ORIGIN_WELL_KNOWN;
    } else if (is_ipv4_link_local(row->family, &row->address)) {
        /* A program that makes one by RFC 3927 gives it this scope; Windows shows its own so. */
        row->prefix_origin = MIB_PREFIX_ORIGIN_WELL_KNOWN;
        row->suffix_origin = scope == RT_SCOPE_LINK ? MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS
                                                    : MIB_SUFFIX_ORIGIN_MANUAL;
    } else if (mib_addr_is_link_local(row->family, &row->address)) {
        row->prefix_origin = MIB_PREFIX_ORIGIN_WELL_KNOWN;
        row->suffix_origin = MIB_SUFFIX_ORIGIN_RANDOM;
        if (is_eui64(&row->address))
            row->suffix_origin = MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS;
        else if (protocol != PROTOCOL_KERNEL_LINK_LOCAL && !(flags & IFA_F_STABLE_PRIVACY))
            row->suffix_origin = MIB_SUFFIX_ORIGIN_MANUAL;
    } else if (from_kernel) {
        row->prefix_origin = MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT;
        row->suffix_origin = is_eui64(&row->address) ? MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS
                                                     : MIB_SUFFIX_ORIGIN_RANDOM;
    } else if (!(flags & IFA_F_PERMANENT)) {
        row->prefix_origin = MIB_PREFIX_ORIGIN_DHCP;
        row->suffix_origin = MIB_SUFFIX_ORIGIN_DHCP;
    } else {
        row->prefix_origin = MIB_PREFIX_ORIGIN_MANUAL;
        row->suffix_origin = MIB_SUFFIX_ORIGIN_MANUAL;
    }
}

static int take_address(const struct nlattr *attribute, size_t length, struct mib_addr *ret)
{
    if ((size_t)nla_len(attribute) != length)
        return -EBADMSG;
    *ret = (struct mib_addr){0};
    memcpy(ret->bytes, nla_data(attribute), length);
    return 0;
}

/* The two times of IFA_CACHEINFO are in 1/100 s since the system's start. */
static void set_times(struct mib_unicast *row, const struct nlattr *attribute)
{
    struct ifa_cacheinfo info;

    row->valid_lifetime = MIB_LIFETIME_INFINITE;
    row->preferred_lifetime = MIB_LIFETIME_INFINITE;
    if (!attribute)
        return;
    memcpy(&info, nla_data(attribute), sizeof(info));
    row->valid_lifetime = info.ifa_valid;
    row->preferred_lifetime = info.ifa_prefered;
    row->created = (uint64_t)info.cstamp * 100000; /* 1/100 s to 100 ns */
}

int address_parse(const struct nlmsghdr *message, struct address_record *ret)
{
    struct address_message parsed;
    int r = address_parse_message(message, &parsed);

    if (r == 0)
        *ret = parsed.record;
    return r;
}

int address_parse_message(const struct nlmsghdr *message, struct address_message *ret)
{
    static const struct nla_policy policy[IFA_MAX + 1] = {
        [IFA_FLAGS] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFA_PROTO] = {.type = NLA_U8, .maxlen = sizeof(uint8_t)},
        [IFA_RT_PRIORITY] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [IFA_CACHEINFO] = {.minlen = sizeof(struct ifa_cacheinfo)},
    };
    struct nlattr *attributes[IFA_MAX + 1];
    const struct ifaddrmsg *info;
    struct address_record record = {0};
    size_t length;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, IFA_MAX, policy) < 0)
        return -EBADMSG;
    info = NLMSG_DATA(message);
    if (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)
        return -ENOMSG;
    length = info->ifa_family == AF_INET ? 4 : 16;
    const struct nlattr *prefix = attributes[IFA_ADDRESS];
    const struct nlattr *local = attributes[IFA_LOCAL] ? attributes[IFA_LOCAL] : prefix;

    if (!local)
        return -ENOMSG; /* only IFA_ANYCAST or IFA_MULTICAST */
    if (take_address(local, length, &record.row.address) < 0 ||
        take_address(prefix ? prefix : local, length, &record.peer) < 0 ||
        info->ifa_prefixlen > length * 8 || info->ifa_index == 0)
        return -EBADMSG;
    /* Groups to join are added like addresses (`ip address add … autojoin`). */
    uint8_t family = length == 4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    if (!mib_addr_is_unicast(family, &record.row.address))
        return -ENOMSG;

    uint32_t flags = attributes[IFA_FLAGS] ? nla_get_u32(attributes[IFA_FLAGS]) : info->ifa_flags;
    record.row.family = family;
    record.row.ifindex = info->ifa_index;
    record.row.prefix_length = info->ifa_prefixlen;
    record.row.dad_state = dad_state_of(flags);
    set_times(&record.row, attributes[IFA_CACHEINFO]);
    uint8_t protocol = attributes[IFA_PROTO] ? nla_get_u8(attributes[IFA_PROTO]) : 0;
    set_origins(&record.row, flags, info->ifa_scope, protocol);
    *ret = (struct address_message){
        .record = record,
        .flags = flags,
        .priority = attributes[IFA_RT_PRIORITY] ? nla_get_u32(attributes[IFA_RT_PRIORITY]) : 0,
        .scope = info->ifa_scope,
        .protocol = protocol,
    };
    return 0;
}

void address_put_origins(struct address_message *address, uint8_t prefix_origin,
                         uint8_t suffix_origin)
{
    struct mib_unicast implied = address->record.row;
    uint32_t permanent = implied.valid_lifetime == MIB_LIFETIME_INFINITE ? IFA_F_PERMANENT : 0;

    address->flags = (address->flags & ~(uint32_t)IFA_F_PERMANENT) | permanent;
    set_origins(&implied, address->flags, address->scope, 0);
    address->protocol = 0;
    if (implied.prefix_origin != prefix_origin || implied.suffix_origin != suffix_origin)
        address->protocol =
            (uint8_t)(PROTOCOL_ORIGINS_FIRST + prefix_origin * SUFFIX_ORIGINS + suffix_origin);
    address->record.row.prefix_origin = prefix_origin;
    address->record.row.suffix_origin = suffix_origin;
}

static struct nl_msg *request(int type, int flags, const struct ifaddrmsg *info)
{
    struct nl_msg *message = nlmsg_alloc_simple(type, flags);

    if (message && nlmsg_append(message, (void *)info, sizeof(*info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *address_request_dump(uint8_t af, uint32_t ifindex)
{
    const struct ifaddrmsg info = {.ifa_family = af, .ifa_index = ifindex};

    return request(RTM_GETADDR, NLM_F_DUMP, &info);
}

/* The flags that a program may give an address; the kernel keeps the others by itself. */
enum {
    SETTABLE_FLAGS = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE |
                     IFA_F_MCAUTOJOIN,
};

static size_t address_length(const struct mib_unicast *row)
{
    return row->family == MIB_FAMILY_IPV4 ? 4 : sizeof(row->address);
}

/* With the two addresses that name it. */
static struct nl_msg *request_of(int type, int flags, const struct address_message *address)
{
    const struct mib_unicast *row = &address->record.row;
    const struct ifaddrmsg info = {
        .ifa_family = af_of(row->family),
        .ifa_prefixlen = row->prefix_length,
        .ifa_flags = (uint8_t)(address->flags & SETTABLE_FLAGS & UINT8_MAX),
        .ifa_scope = address->scope,
        .ifa_index = row->ifindex,
    };
    struct nl_msg *message = request(type, flags, &info);

    if (message &&
        (nla_put(message, IFA_LOCAL, (int)address_length(row), &row->address) < 0 ||
         nla_put(message, IFA_ADDRESS, (int)address_length(row), &address->record.peer) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

/* An IPv4 address that is of a subnet, and of no point-to-point link, has the subnet's broadcast
   address: all bits of the host's part are set. */
static bool broadcast_of(const struct address_message *address, uint8_t ret_bytes[4])
{
    const struct mib_unicast *row = &address->record.row;
    uint8_t bytes[4];

    if (row->family != MIB_FAMILY_IPV4 || row->prefix_length > 30 ||
        address->scope == RT_SCOPE_HOST ||
        memcmp(&row->address, &address->record.peer, sizeof(row->address)) != 0)
        return false;
    memcpy(bytes, row->address.bytes, sizeof(bytes));
    for (size_t bit = row->prefix_length; bit < 32; bit++)
        bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    memcpy(ret_bytes, bytes, sizeof(bytes));
    return true;
}

struct nl_msg *address_request_put(const struct address_message *address, int flags)
{
    const struct mib_unicast *row = &address->record.row;
    const struct ifa_cacheinfo times = {
        .ifa_prefered = row->preferred_lifetime,
        .ifa_valid = row->valid_lifetime,
    };
    struct nl_msg *message = request_of(RTM_NEWADDR, flags, address);
    uint8_t broadcast[4];

    if (message &&
        (nla_put(message, IFA_CACHEINFO, sizeof(times), &times) < 0 ||
         nla_put_u32(message, IFA_FLAGS, address->flags & SETTABLE_FLAGS) < 0 ||
         nla_put_u8(message, IFA_PROTO, address->protocol) < 0 ||
         (address->priority != 0 && nla_put_u32(message, IFA_RT_PRIORITY, address->priority) < 0) ||
         (broadcast_of(address, broadcast) &&
          nla_put(message, IFA_BROADCAST, sizeof(broadcast), broadcast) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *address_request_delete(const struct address_message *address)
{
    return request_of(RTM_DELADDR, 0, address);
}

struct nl_msg *address_request_nothing(void)
{
    const struct ifaddrmsg info = {.ifa_family = AF_INET};

    return request(RTM_DELADDR, 0, &info);
}
