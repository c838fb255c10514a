/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the calls that contract.def lists: the error of each, and what becomes of its outputs. */
#include "registration.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

/* For what a call is made: once, or for each of several arguments. */
enum over {
    ONCE,
    EACH_FAMILY,
    EACH_BAD_FAMILY,
    EACH_NO_UNICAST,
    WITHOUT_A_TEREDO_CLIENT,
};

/* Which output is not as it was. */
enum outputs_after {
    UNCHANGED,
    LUID_ZERO,
    INDEX_ZERO,
    INDEX_OF_ADDRESS,
    GUID_ZERO,
    BANDWIDTH_ZERO,
    MASK_ONES,
    HANDLE_NULL,
    LENGTH_ZERO,
};

struct outputs {
    NET_LUID luid;
    NET_IFINDEX index;
    HANDLE handle;
    USHORT port;
    NL_NETWORK_CONNECTIVITY_HINT hint;
    GUID guid;
    ULONG mask;
    UINT8 mask_length;
    MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES bandwidth;
    SOCKADDR_IN6_PAIR *pairs;
    ULONG count;
    char name[64];
    ULONG length;
    UCHAR physical_address[8];
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    DWORD count_32;
    NET_IF_COMPARTMENT_ID compartment;
    ULONG64 token;
    INTERFACE_TIMESTAMP_CAPABILITIES timestamps;
    INTERFACE_HARDWARE_CROSSTIMESTAMP cross_timestamp;
    UCHAR estats[256];
    union {
        MIB_IPSTATS ip;
        MIB_TCPSTATS tcp;
        MIB_TCPSTATS2 tcp2;
        MIB_UDPSTATS udp;
        MIB_UDPSTATS2 udp2;
        MIB_ICMP icmp;
        MIB_ICMP_EX icmp_ex;
    } statistics;
};

/* What arguments are made of. */
struct scene {
    /* An interface that has an IPv4 address, with that and its name. */
    NET_LUID luid;
    NET_IFINDEX index;
    SOCKADDR_INET known_address;
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    SIZE_T alias_length;
    WCHAR alias_endless[4096];

    /* A route's key. */
    NET_LUID route_luid;
    NET_IFINDEX route_index;
    IP_ADDRESS_PREFIX prefix;
    SOCKADDR_INET next_hop;

    /* Of the call that is being made. */
    ADDRESS_FAMILY family;
    BOOLEAN initial;
    SOCKADDR_INET address;
    MIB_IPINTERFACE_ROW interface_row;
    union any_row row;
    MIB_IPFORWARD_ROW2 route_row;
    MIB_IPFORWARDROW old_route_row;
    MIB_IPPATH_ROW path_row;
    SOCKADDR_INET source;
    NET_LUID zero_luid;
    NET_LUID bad_luid;
    MIB_IPNETROW old_row;
    ULONG size;
    MIB_MULTICASTIPADDRESS_ROW multicast_row;
    MIB_ANYCASTIPADDRESS_ROW anycast_row;
    MIB_IF_ROW2 link_row;
    MIB_IFROW old_link_row;
    DNS_INTERFACE_SETTINGS4 dns_settings;
    DNS_SETTINGS2 host_dns_settings;
    MIB_IPSTATS ip_settings;
    MIB_TCPROW tcp_row;
    MIB_TCP6ROW tcp6_row;
    _Alignas(8) ULONG owned[64]; /* a row of some protocol, which has 64-bit members */
    OVERLAPPED overlapped;
    IP_ADAPTER_INDEX_MAP adapter;
    MIB_FL_VIRTUAL_INTERFACE_ROW virtual_row;
    struct outputs out;

    /* Not looked at: what a table's place holds after a failure is nobody's business. */
    union {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): names do not go in parentheses */
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    table *name;
#include "row_kinds.def"
        MIB_MULTICASTIPADDRESS_TABLE *multicast;
        MIB_ANYCASTIPADDRESS_TABLE *anycast;
        MIB_IPPATH_TABLE *paths;
        MIB_IF_TABLE2 *links;
        MIB_FL_VIRTUAL_INTERFACE_TABLE *virtual_interfaces;
    } tables;

    unsigned failures;
};

/* The codes of a page that are older than what it says of Windows since. */
#define BEFORE_VISTA "that of Windows before Vista"

/* In network byte order. */
#define PORT_5000 ((USHORT)0x8813)

/* Levels of GetIfEntry2Ex, by number: mingw-w64 has no names for them. */
#define LEVEL_NORMAL ((MIB_IF_ENTRY_LEVEL)0)
#define LEVEL_WITHOUT_STATISTICS ((MIB_IF_ENTRY_LEVEL)2)
#define LEVEL_NONE ((MIB_IF_ENTRY_LEVEL)1)

static const NET_LUID luid_none = {.Value = 0};
static const NET_LUID luid_unknown = {.Value = ~(ULONG64)0};
static const NET_LUID luid_ethernet_5 = {.Info = {.NetLuidIndex = 5, .IfType = 6}};
static const GUID guid_none = {.Data1 = 0};
static const GUID guid_unknown = {.Data1 = 1, .Data2 = 2, .Data3 = 3, .Data4 = {4}};
/* As this project makes them, of an index that no interface has. */
static const GUID guid_of_nobody = {.Data1 = 0x7ffffffe,
                                    .Data4 = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'}};
static const WCHAR alias_empty[] = {0};
static const WCHAR alias_unknown[] = {'n', 'o', ' ', 's', 'u', 'c', 'h', '/', '%', 0};
static const WCHAR alias_broken[] = {0xd800, 0};

/* Of no address family that the API knows; one is what Linux calls IPv6, where that is another. */
static const ADDRESS_FAMILY bad_families[] = {
    1, 3, 99, 0xffff, AF_INET6 + 1, AF_INET6 == 23 ? 10 : 22,
};

/* Windows' AF_INET6 is a good one everywhere. */
static const ADDRESS_FAMILY good_families[] = {AF_UNSPEC, AF_INET, AF_INET6, 23};

/* Groups, everybody and nobody. */
static const struct {
    ADDRESS_FAMILY family;
    UCHAR bytes[16];
} no_unicast[] = {
    {AF_INET, {0}},
    {AF_INET, {224, 0, 0, 1}},
    {AF_INET, {239, 255, 255, 255}},
    {AF_INET, {255, 255, 255, 255}},
    {AF_INET6, {0}},
    {AF_INET6, {0xff, 0x02, [15] = 1}},
};

/* ---- Arguments ----------------------------------------------------------------------------- */

static SOCKADDR_INET any_of(ADDRESS_FAMILY family)
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    address.si_family = family;
    return address;
}

static SOCKADDR_INET no_unicast_address(size_t i)
{
    SOCKADDR_INET address = any_of(no_unicast[i].family);

    if (no_unicast[i].family == AF_INET)
        memcpy(&address.Ipv4.sin_addr, no_unicast[i].bytes, 4);
    else
        memcpy(&address.Ipv6.sin6_addr, no_unicast[i].bytes, 16);
    return address;
}

/* IGMPv3's group: a neighbour on every IPv4 interface. */
static SOCKADDR_INET known_neighbour(void)
{
    static const UCHAR bytes[] = {224, 0, 0, 22};
    SOCKADDR_INET address = any_of(AF_INET);

    memcpy(&address.Ipv4.sin_addr, bytes, sizeof(bytes));
    return address;
}

static SOCKADDR_INET ipv4_of(UCHAR a, UCHAR b, UCHAR c, UCHAR d)
{
    const UCHAR bytes[] = {a, b, c, d};
    SOCKADDR_INET address = any_of(AF_INET);

    memcpy(&address.Ipv4.sin_addr, bytes, sizeof(bytes));
    return address;
}

/* As the older functions take them. */
#define MASK_HOST 0xffffffffU
static DWORD number_of(SOCKADDR_INET address)
{
    DWORD number;

    memcpy(&number, &address.Ipv4.sin_addr, sizeof(number));
    return number;
}

/* The group of all hosts, which every IPv4 interface has joined, and one that nobody joins. */
#define known_group() ipv4_of(224, 0, 0, 1)
#define foreign_group() ipv4_of(233, 252, 0, 1)

static IP_ADDRESS_PREFIX prefix_of(SOCKADDR_INET address, UINT8 length)
{
    IP_ADDRESS_PREFIX prefix;

    memset(&prefix, 0, sizeof(prefix));
    prefix.Prefix = address;
    prefix.PrefixLength = length;
    return prefix;
}

static MIB_IPINTERFACE_ROW *interface_row(struct scene *s, ADDRESS_FAMILY family, NET_LUID luid,
                                          NET_IFINDEX index)
{
    memset(&s->interface_row, 0, sizeof(s->interface_row));
    s->interface_row.Family = family;
    s->interface_row.InterfaceLuid = luid;
    s->interface_row.InterfaceIndex = index;
    return &s->interface_row;
}

/* What there is of the interface, as SetIpInterfaceEntry takes it, to be changed. */
static MIB_IPINTERFACE_ROW *present_interface(struct scene *s, ADDRESS_FAMILY family)
{
    assert_int_equal(GetIpInterfaceEntry(interface_row(s, family, s->luid, 0)), NO_ERROR);
    if (family == AF_INET)
        s->interface_row.SitePrefixLength = 0;
    return &s->interface_row;
}

#define INTERFACE_WITH(family, field, value)                                                       \
    (present_interface(s, family)->field = (value), &s->interface_row)

/* Of a kind whose key is an address. */
static void *row_of(enum row_kind kind, struct scene *s, SOCKADDR_INET address, NET_LUID luid,
                    NET_IFINDEX index)
{
    memset(&s->row, 0, sizeof(s->row));
    memcpy(row_field_at(row_field_of_format(kind, FORMAT_ADDRESS), &s->row), &address,
           sizeof(address));
    memcpy(row_field_at(row_field_of_format(kind, FORMAT_LUID), &s->row), &luid, sizeof(luid));
    memcpy(row_field_at(row_field_of_format(kind, FORMAT_INDEX), &s->row), &index, sizeof(index));
    return &s->row;
}

#define address_row(...) row_of(ROW_UNICAST, __VA_ARGS__)
#define neighbour_row(...) row_of(ROW_NEIGHBOUR, __VA_ARGS__)

/* A neighbour with a link-layer address of that length. */
static MIB_IPNET_ROW2 *physical_row(struct scene *s, SOCKADDR_INET address, NET_LUID luid,
                                    NET_IFINDEX index, ULONG length)
{
    MIB_IPNET_ROW2 *row = neighbour_row(s, address, luid, index);

    row->PhysicalAddressLength = length;
    return row;
}

static MIB_IPNETROW *old_row(struct scene *s, SOCKADDR_INET address, NET_IFINDEX index,
                             DWORD length, DWORD type)
{
    memset(&s->old_row, 0, sizeof(s->old_row));
    s->old_row.dwIndex = index;
    s->old_row.dwPhysAddrLen = length;
    s->old_row.dwAddr = number_of(address);
    s->old_row.dwType = type;
    return &s->old_row;
}

static const SOCKADDR_INET *ipv6_source(struct scene *s)
{
    s->source = any_of(AF_INET6);
    return &s->source;
}

static MIB_IF_ROW2 *link_row(struct scene *s, NET_LUID luid, NET_IFINDEX index)
{
    memset(&s->link_row, 0, sizeof(s->link_row));
    s->link_row.InterfaceLuid = luid;
    s->link_row.InterfaceIndex = index;
    return &s->link_row;
}

static MIB_IFROW *old_link_row(struct scene *s, DWORD index, DWORD admin_status)
{
    memset(&s->old_link_row, 0, sizeof(s->old_link_row));
    s->old_link_row.dwIndex = index;
    s->old_link_row.dwAdminStatus = admin_status;
    return &s->old_link_row;
}

/* The GUID of the interface that there is. */
static GUID known_guid(const struct scene *s)
{
    GUID guid = guid_none;

    (void)ConvertInterfaceLuidToGuid(&s->luid, &guid);
    return guid;
}

static DNS_INTERFACE_SETTINGS *dns_settings(struct scene *s, ULONG version, ULONG64 flags)
{
    memset(&s->dns_settings, 0, sizeof(s->dns_settings));
    s->dns_settings.Version = version;
    s->dns_settings.Flags = flags;
    return (DNS_INTERFACE_SETTINGS *)&s->dns_settings;
}

/* One that only FALSE can be given, as TRUE. */
static DNS_INTERFACE_SETTINGS *with_registration(struct scene *s)
{
    (void)dns_settings(s, 1, DNS_SETTING_REGISTRATION_ENABLED);
    s->dns_settings.RegistrationEnabled = TRUE;
    return (DNS_INTERFACE_SETTINGS *)&s->dns_settings;
}

/* With a list of one string. */
static DNS_INTERFACE_SETTINGS *with_servers(struct scene *s, ULONG64 flags, const char *servers)
{
    static WCHAR list[64];
    size_t i = 0;

    for (; servers[i]; i++)
        list[i] = (WCHAR)servers[i];
    list[i] = 0;
    (void)dns_settings(s, 1, DNS_SETTING_NAMESERVER | flags);
    s->dns_settings.NameServer = list;
    return (DNS_INTERFACE_SETTINGS *)&s->dns_settings;
}

static DNS_SETTINGS *host_dns_settings(struct scene *s, ULONG version, ULONG64 flags)
{
    memset(&s->host_dns_settings, 0, sizeof(s->host_dns_settings));
    s->host_dns_settings.Version = version;
    s->host_dns_settings.Flags = flags;
    return (DNS_SETTINGS *)&s->host_dns_settings;
}

static void NETIOAPI_API_ on_timestamps(PVOID context)
{
    (void)context;
}

static MIB_FL_VIRTUAL_INTERFACE_ROW *virtual_row(struct scene *s, ADDRESS_FAMILY family)
{
    s->virtual_row.Family = family;
    return &s->virtual_row;
}

/* A size that is not looked at afterwards, and one that is. */
static ULONG *size_of(struct scene *s, ULONG size)
{
    s->size = size;
    return &s->size;
}

static ULONG *size_in(struct scene *s, ULONG size)
{
    s->out.length = size;
    return &s->out.length;
}

static MIB_MULTICASTIPADDRESS_ROW *multicast_row(struct scene *s, SOCKADDR_INET address,
                                                 NET_LUID luid, NET_IFINDEX index)
{
    memset(&s->multicast_row, 0, sizeof(s->multicast_row));
    s->multicast_row.Address = address;
    s->multicast_row.InterfaceLuid = luid;
    s->multicast_row.InterfaceIndex = index;
    return &s->multicast_row;
}

static MIB_ANYCASTIPADDRESS_ROW *anycast_row(struct scene *s, SOCKADDR_INET address, NET_LUID luid,
                                             NET_IFINDEX index)
{
    memset(&s->anycast_row, 0, sizeof(s->anycast_row));
    s->anycast_row.Address = address;
    s->anycast_row.InterfaceLuid = luid;
    s->anycast_row.InterfaceIndex = index;
    return &s->anycast_row;
}

/* As a program makes one for CreateUnicastIpAddressEntry. */
static MIB_UNICASTIPADDRESS_ROW *changed_row(struct scene *s, SOCKADDR_INET address, NET_LUID luid,
                                             NET_IFINDEX index)
{
    InitializeUnicastIpAddressEntry(&s->row.unicast);
    s->row.unicast.Address = address;
    s->row.unicast.InterfaceLuid = luid;
    s->row.unicast.InterfaceIndex = index;
    return &s->row.unicast;
}

/* Of an address that the interface has not. */
static MIB_UNICASTIPADDRESS_ROW *foreign_row(struct scene *s)
{
    return changed_row(s, network_address(AF_INET, 1), s->luid, 0);
}

static MIB_UNICASTIPADDRESS_ROW *with_lifetimes(struct scene *s, ULONG valid, ULONG preferred)
{
    MIB_UNICASTIPADDRESS_ROW *row = foreign_row(s);

    row->ValidLifetime = valid;
    row->PreferredLifetime = preferred;
    return row;
}

static MIB_UNICASTIPADDRESS_ROW *with_origins(struct scene *s, NL_PREFIX_ORIGIN prefix,
                                              NL_SUFFIX_ORIGIN suffix)
{
    MIB_UNICASTIPADDRESS_ROW *row = foreign_row(s);

    row->PrefixOrigin = prefix;
    row->SuffixOrigin = suffix;
    return row;
}

static MIB_UNICASTIPADDRESS_ROW *with_prefix_length(struct scene *s, UINT8 length)
{
    MIB_UNICASTIPADDRESS_ROW *row = foreign_row(s);

    row->OnLinkPrefixLength = length;
    return row;
}

static MIB_UNICASTIPADDRESS_ROW *with_skip_as_source(struct scene *s)
{
    MIB_UNICASTIPADDRESS_ROW *row = foreign_row(s);

    row->SkipAsSource = TRUE;
    return row;
}

static MIB_IPFORWARD_ROW2 *route_row(struct scene *s, IP_ADDRESS_PREFIX prefix,
                                     SOCKADDR_INET next_hop, NET_LUID luid, NET_IFINDEX index)
{
    memset(&s->route_row, 0, sizeof(s->route_row));
    s->route_row.DestinationPrefix = prefix;
    s->route_row.NextHop = next_hop;
    s->route_row.InterfaceLuid = luid;
    s->route_row.InterfaceIndex = index;
    return &s->route_row;
}

/* A route as InitializeIpForwardEntry() makes it, with that key. */
static MIB_IPFORWARD_ROW2 *change_row(struct scene *s, IP_ADDRESS_PREFIX prefix,
                                      SOCKADDR_INET next_hop, NET_LUID luid, NET_IFINDEX index)
{
    (void)route_row(s, prefix, next_hop, luid, index);
    s->route_row.ValidLifetime = 0xffffffffU;
    s->route_row.PreferredLifetime = 0xffffffffU;
    return &s->route_row;
}

static MIB_IPSTATS *ip_settings(struct scene *s, DWORD forwarding, DWORD ttl)
{
    s->ip_settings = (MIB_IPSTATS){.dwForwarding = forwarding, .dwDefaultTTL = ttl};
    return &s->ip_settings;
}

/* A row of any kind that has this owner, wherever that is in it. */
static void *owned(struct scene *s, DWORD pid)
{
    for (size_t i = 0; i < ARRAY_SIZE(s->owned); i++)
        s->owned[i] = pid;
    return s->owned;
}

/* A connection that nobody has. */
static MIB_TCPROW *tcp_row(struct scene *s, DWORD state)
{
    s->tcp_row = (MIB_TCPROW){.dwState = state, .dwLocalPort = 1, .dwRemotePort = 1};
    return &s->tcp_row;
}

static MIB_TCP6ROW *tcp6_row(struct scene *s)
{
    s->tcp6_row = (MIB_TCP6ROW){.dwLocalPort = 1, .dwRemotePort = 1};
    return &s->tcp6_row;
}

/* The last arguments of GetPerTcpConnectionEStats() where nothing but the counters is asked for. */
#define ESTATS_ROD(s, version, size) NULL, 0, 0, NULL, 0, 0, (s)->out.estats, version, size

/* What to set; of structures with one member it is the first. */
static UCHAR *estats_rw(TCP_BOOLEAN_OPTIONAL first, TCP_BOOLEAN_OPTIONAL second)
{
    static TCP_ESTATS_BANDWIDTH_RW_v0 rw;

    rw.EnableCollectionOutbound = first;
    rw.EnableCollectionInbound = second;
    return (UCHAR *)&rw;
}

/* A route in the older form, of its prefix, without a next hop. */
static MIB_IPFORWARDROW *old_route_row(struct scene *s, SOCKADDR_INET destination, DWORD mask,
                                       NET_IFINDEX index, DWORD protocol)
{
    memset(&s->old_route_row, 0, sizeof(s->old_route_row));
    s->old_route_row.dwForwardDest = number_of(destination);
    s->old_route_row.dwForwardMask = mask;
    s->old_route_row.dwForwardIfIndex = index;
    s->old_route_row.dwForwardProto = protocol;
    return &s->old_route_row;
}

static MIB_IPPATH_ROW *path_row(struct scene *s, SOCKADDR_INET destination, SOCKADDR_INET source,
                                NET_LUID luid, NET_IFINDEX index)
{
    memset(&s->path_row, 0, sizeof(s->path_row));
    s->path_row.Destination = destination;
    s->path_row.Source = source;
    s->path_row.InterfaceLuid = luid;
    s->path_row.InterfaceIndex = index;
    return &s->path_row;
}

/* An address that is zero, of that family. */
static SOCKADDR_INET *any_as_argument(struct scene *s, ADDRESS_FAMILY family)
{
    s->address = any_of(family);
    return &s->address;
}

/* One more than CreateSortedAddressPairs takes. */
static SOCKADDR_IN6 *destinations(ADDRESS_FAMILY family)
{
    static SOCKADDR_IN6 addresses[501];

    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
        addresses[i].sin6_family = family;
    return addresses;
}

/* Callbacks of registrations that are not made. */

static void called(struct scene *s)
{
    (void)printf("    a callback was called\n");
    s->failures++;
}

/* on_interface() and so on, for each kind. */
/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    __attribute__((unused)) static VOID NETIOAPI_API_ on_##name(PVOID context, row *told,          \
                                                                MIB_NOTIFICATION_TYPE type)        \
    {                                                                                              \
        (void)told;                                                                                \
        (void)type;                                                                                \
        called(context);                                                                           \
    }
#include "row_kinds.def"
/* NOLINTEND(bugprone-macro-parentheses) */

static VOID NETIOAPI_API_ on_table(PVOID context, PMIB_UNICASTIPADDRESS_TABLE table)
{
    (void)table;
    called(context);
}

static VOID NETIOAPI_API_ on_port(PVOID context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    (void)port;
    (void)type;
    called(context);
}

static VOID NETIOAPI_API_ on_hint(PVOID context, NL_NETWORK_CONNECTIVITY_HINT hint)
{
    (void)hint;
    called(context);
}

/* ---- The table ----------------------------------------------------------------------------- */

#define PAGE "Microsoft's page"
#define OURS "decided here"
#define NO_INNER_HANDLE "Windows' own inner handle, which is nothing that a program gives"

#define CONTRACT(function, name, over, error, outputs, source, arguments)                          \
    static DWORD call_##function##_##name(struct scene *s)                                         \
    {                                                                                              \
        (void)s;                                                                                   \
        return function arguments;                                                                 \
    }
#define ELSEWHERE(function, error, source, where)
#define NEVER(function, error, why)
#define RETURNS_NOTHING(function)
#define LISTED(function, error)
#include "contract.def"
#undef CONTRACT
#undef ELSEWHERE
#undef NEVER
#undef RETURNS_NOTHING
#undef LISTED

struct contract {
    const char *function;
    const char *name;   /* or where it is tested, or NULL */
    const char *source; /* or why it is never given */
    DWORD error;
    bool is_listed; /* says only that the page lists the code */

    /* Where the call is made here. */
    enum over over;
    enum outputs_after outputs;
    DWORD (*call)(struct scene *s);
};

static const struct contract contracts[] = {
#define CONTRACT(function, name, over, error, outputs, source, arguments)                          \
    {#function, #name, source, error, false, over, outputs, call_##function##_##name},
#define ELSEWHERE(function, error, source, where)                                                  \
    {#function, where, source, error, false, ONCE, UNCHANGED, NULL},
#define NEVER(function, error, why) {#function, NULL, why, error, false, ONCE, UNCHANGED, NULL},
#define RETURNS_NOTHING(function) {#function, NULL, PAGE, NO_ERROR, false, ONCE, UNCHANGED, NULL},
#define LISTED(function, error) {#function, NULL, PAGE, error, true, ONCE, UNCHANGED, NULL},
#include "contract.def"
#undef CONTRACT
#undef ELSEWHERE
#undef NEVER
#undef RETURNS_NOTHING
#undef LISTED
};

/* ---- Calls --------------------------------------------------------------------------------- */

static void find_interface(struct scene *s)
{
    struct table table = table_read(ROW_UNICAST, AF_INET);
    const MIB_UNICASTIPADDRESS_ROW *row = table_row(&table, 0);

    assert_true(table.count > 0);
    s->luid = row->InterfaceLuid;
    s->index = row->InterfaceIndex;
    s->known_address = row->Address;
    s->bad_luid = luid_unknown;
    table_free(&table);
    for (size_t i = 0; i < ARRAY_SIZE(s->alias_endless) - 1; i++)
        s->alias_endless[i] = 'x';
}

/* What only some functions need, and not every implementation or system has. */
static void prepare(struct scene *s, const char *function)
{
    find_interface(s);
    if (strncmp(function, "ConvertInterface", 16) == 0) {
        assert_int_equal(ConvertInterfaceLuidToAlias(&s->luid, s->alias, ARRAY_SIZE(s->alias)),
                         NO_ERROR);
        while (s->alias[s->alias_length])
            s->alias_length++;
    }
    if (strcmp(function, "GetIpForwardEntry2") == 0) {
        MIB_IPFORWARD_ROW2 row;

        network_add(ROW_ROUTE, AF_INET, 1);
        table_find(ROW_ROUTE, AF_INET, 1, &row);
        s->route_luid = row.InterfaceLuid;
        s->route_index = row.InterfaceIndex;
        s->prefix = row.DestinationPrefix;
        s->next_hop = row.NextHop;
    }
}

static bool same_outputs(const struct outputs *a, const struct outputs *b)
{
    return a->luid.Value == b->luid.Value && a->index == b->index && a->handle == b->handle &&
           a->port == b->port && memcmp(&a->guid, &b->guid, sizeof(a->guid)) == 0 &&
           a->mask == b->mask && a->mask_length == b->mask_length && a->length == b->length &&
           memcmp(a->physical_address, b->physical_address, sizeof(a->physical_address)) == 0 &&
           memcmp(a->name, b->name, sizeof(a->name)) == 0 && a->pairs == b->pairs &&
           a->count == b->count && memcmp(a->alias, b->alias, sizeof(a->alias)) == 0;
}

static void call_once(struct scene *s, const struct contract *contract)
{
    struct outputs after;

    memset(&s->out, 0x5a, sizeof(s->out));
    after = s->out;
    switch (contract->outputs) {
    case LUID_ZERO:
        after.luid.Value = 0;
        break;
    case INDEX_ZERO:
        after.index = 0;
        break;
    case INDEX_OF_ADDRESS:
        after.index = s->index;
        break;
    case GUID_ZERO:
        memset(&after.guid, 0, sizeof(after.guid));
        break;
    case BANDWIDTH_ZERO:
        memset(&after.bandwidth, 0, sizeof(after.bandwidth));
        break;
    case MASK_ONES:
        after.mask = 0xffffffffU;
        break;
    case LENGTH_ZERO:
        after.length = 0;
        break;
    case HANDLE_NULL:
        after.handle = NULL;
        break;
    case UNCHANGED:
        break;
    }
    DWORD error = contract->call(s);
    bool as_told = same_outputs(&s->out, &after);
    if (error == contract->error && as_told)
        return;
    (void)printf("    %s, %s (family %u, initial %u): error %u%s; %u by %s\n", contract->function,
                 contract->name, s->family, s->initial, (unsigned)error,
                 as_told ? "" : ", outputs not as told", (unsigned)contract->error,
                 contract->source);
    s->failures++;
}

static void call_for_each(struct scene *s, const struct contract *contract,
                          const ADDRESS_FAMILY *families, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s->family = families[i];
        for (s->initial = 0; s->initial < 2; s->initial++)
            call_once(s, contract);
    }
}

static void call_all(struct scene *s, const struct contract *contract)
{
    USHORT port;

    s->address = s->known_address;
    s->family = AF_UNSPEC;
    s->initial = 0;
    switch (contract->over) {
    case ONCE:
        call_once(s, contract);
        break;
    case EACH_FAMILY:
        call_for_each(s, contract, good_families, ARRAY_SIZE(good_families));
        break;
    case EACH_BAD_FAMILY:
        call_for_each(s, contract, bad_families, ARRAY_SIZE(bad_families));
        break;
    case EACH_NO_UNICAST:
        for (size_t i = 0; i < ARRAY_SIZE(no_unicast); i++) {
            s->address = no_unicast_address(i);
            call_once(s, contract);
        }
        break;
    case WITHOUT_A_TEREDO_CLIENT:
        if (GetTeredoPort(&port) == NO_ERROR) {
            assert_int_not_equal(port, 0);
            suite_skip("this host has a Teredo client");
        }
        call_once(s, contract);
        break;
    }
}

static void test_function(void **state)
{
    static struct scene scene;
    const char *function = *state;
    bool is_there = false;

    memset(&scene, 0, sizeof(scene));
    prepare(&scene, function);
    for (size_t i = 0; i < ARRAY_SIZE(contracts); i++) {
        if (strcmp(contracts[i].function, function) != 0)
            continue;
        is_there = true;
        if (contracts[i].call)
            call_all(&scene, &contracts[i]);
    }
    assert_true(is_there);
    assert_int_equal(scene.failures, 0);
}

/* Each code of a page has a row that says what has it, or why nothing has. */
static void test_pages(void **state)
{
    unsigned missing = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(contracts); i++) {
        bool is_there = !contracts[i].is_listed;

        for (size_t j = 0; j < ARRAY_SIZE(contracts) && !is_there; j++)
            is_there = !contracts[j].is_listed && contracts[j].error == contracts[i].error &&
                       strcmp(contracts[j].function, contracts[i].function) == 0;
        if (!is_there)
            (void)printf("    %s: nothing about error %u\n", contracts[i].function,
                         (unsigned)contracts[i].error);
        missing += !is_there;
    }
    assert_int_equal(missing, 0);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("pages", test_pages, NULL),
#define API_FUNCTION(name) suite_test(#name, test_function, #name),
#include "api_functions.def"
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
