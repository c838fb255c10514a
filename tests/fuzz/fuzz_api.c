/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions of the API with whatever a program may give them: rows of any bytes, buffers of any
 * size, strings that end somewhere. In a network namespace of its own, in which they may change
 * all there is. Functions that wait for other hosts are left out, as are those whose arguments hold
 * pointers.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <icmpapi.h>
#include <iphlpapi.h>
#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

/* What is left of the input. Behind its end there are zeros. */
struct input {
    const uint8_t *bytes;
    size_t size;
};

static void take(struct input *input, void *ret, size_t size)
{
    size_t there = size < input->size ? size : input->size;

    memset(ret, 0, size);
    memcpy(ret, input->bytes, there);
    input->bytes += there;
    input->size -= there;
}

static uint32_t number(struct input *input)
{
    uint32_t value;

    take(input, &value, sizeof(value));
    return value;
}

/* Families are mostly those that there are, and interfaces mostly the one that is there. */
static ADDRESS_FAMILY family(struct input *input)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
    uint32_t value = number(input);

    return value % 4 == 3 ? (ADDRESS_FAMILY)(value >> 8) : families[value % 4];
}

static uint32_t index_of(struct input *input)
{
    uint32_t value = number(input);

    return value % 2 ? 1 : value >> 8;
}

/* ---- Calls, by what they take ------------------------------------------------------------------
 */

/* A row, a part of which is what would be right. */
#define ROW(function, type, index_field, family_field)                                             \
    static void call_##function(struct input *input)                                               \
    {                                                                                              \
        type row;                                                                                  \
                                                                                                   \
        take(input, &row, sizeof(row));                                                            \
        if (number(input) % 4 != 0) {                                                              \
            memset(&row.InterfaceLuid, 0, sizeof(row.InterfaceLuid));                              \
            row.index_field = index_of(input);                                                     \
            row.family_field = family(input);                                                      \
        }                                                                                          \
        (void)function(&row);                                                                      \
    }

/* A row of the older functions: whatever it is. */
#define OLD_ROW(function, type)                                                                    \
    static void call_##function(struct input *input)                                               \
    {                                                                                              \
        type row;                                                                                  \
                                                                                                   \
        take(input, &row, sizeof(row));                                                            \
        (void)function(&row);                                                                      \
    }

#define TABLE(function, type)                                                                      \
    static void call_##function(struct input *input)                                               \
    {                                                                                              \
        type *table = NULL;                                                                        \
                                                                                                   \
        if (function(family(input), &table) == NO_ERROR)                                           \
            FreeMibTable(table);                                                                   \
        else                                                                                       \
            MUST(table == NULL);                                                                   \
    }

/* A buffer that has just the bytes that it is said to have. */
#define BUFFER(function, type, before, after)                                                      \
    static void call_##function(struct input *input)                                               \
    {                                                                                              \
        ULONG size = number(input) % 8192;                                                         \
        void *buffer = number(input) % 8 ? malloc(size ? size : 1) : NULL;                         \
                                                                                                   \
        (void)function(before(type) buffer, &size after);                                          \
        free(buffer);                                                                              \
    }
#define NOTHING
#define ORDER , number(input) % 2 ? TRUE : FALSE
#define OF_INDEX index_of(input),
#define OF_FAMILY family(input), number(input), NULL,
#define ORDER_FAMILY_CLASS(type) ORDER, family(input), (type)(number(input) % 10), 0

ROW(GetIpInterfaceEntry, MIB_IPINTERFACE_ROW, InterfaceIndex, Family)
ROW(SetIpInterfaceEntry, MIB_IPINTERFACE_ROW, InterfaceIndex, Family)
ROW(GetUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(CreateUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(SetUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(DeleteUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(GetMulticastIpAddressEntry, MIB_MULTICASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(GetAnycastIpAddressEntry, MIB_ANYCASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(CreateAnycastIpAddressEntry, MIB_ANYCASTIPADDRESS_ROW, InterfaceIndex, Address.si_family)
ROW(GetIpForwardEntry2, MIB_IPFORWARD_ROW2, InterfaceIndex, DestinationPrefix.Prefix.si_family)
ROW(CreateIpForwardEntry2, MIB_IPFORWARD_ROW2, InterfaceIndex, DestinationPrefix.Prefix.si_family)
ROW(SetIpForwardEntry2, MIB_IPFORWARD_ROW2, InterfaceIndex, DestinationPrefix.Prefix.si_family)
ROW(DeleteIpForwardEntry2, MIB_IPFORWARD_ROW2, InterfaceIndex, DestinationPrefix.Prefix.si_family)
ROW(GetIpNetEntry2, MIB_IPNET_ROW2, InterfaceIndex, Address.si_family)
ROW(CreateIpNetEntry2, MIB_IPNET_ROW2, InterfaceIndex, Address.si_family)
ROW(SetIpNetEntry2, MIB_IPNET_ROW2, InterfaceIndex, Address.si_family)
ROW(DeleteIpNetEntry2, MIB_IPNET_ROW2, InterfaceIndex, Address.si_family)
ROW(GetIpPathEntry, MIB_IPPATH_ROW, InterfaceIndex, Destination.si_family)

OLD_ROW(GetIfEntry, MIB_IFROW)
OLD_ROW(GetIfEntry2, MIB_IF_ROW2)
OLD_ROW(CreateIpForwardEntry, MIB_IPFORWARDROW)
OLD_ROW(SetIpForwardEntry, MIB_IPFORWARDROW)
OLD_ROW(DeleteIpForwardEntry, MIB_IPFORWARDROW)
OLD_ROW(CreateIpNetEntry, MIB_IPNETROW)
OLD_ROW(SetIpNetEntry, MIB_IPNETROW)
OLD_ROW(DeleteIpNetEntry, MIB_IPNETROW)
OLD_ROW(SetTcpEntry, MIB_TCPROW)

TABLE(GetIpInterfaceTable, MIB_IPINTERFACE_TABLE)
TABLE(GetUnicastIpAddressTable, MIB_UNICASTIPADDRESS_TABLE)
TABLE(GetMulticastIpAddressTable, MIB_MULTICASTIPADDRESS_TABLE)
TABLE(GetAnycastIpAddressTable, MIB_ANYCASTIPADDRESS_TABLE)
TABLE(GetIpForwardTable2, MIB_IPFORWARD_TABLE2)
TABLE(GetIpNetTable2, MIB_IPNET_TABLE2)
TABLE(GetIpPathTable, MIB_IPPATH_TABLE)

BUFFER(GetIfTable, MIB_IFTABLE *, NOTHING, ORDER)
BUFFER(GetIpAddrTable, MIB_IPADDRTABLE *, NOTHING, ORDER)
BUFFER(GetIpForwardTable, MIB_IPFORWARDTABLE *, NOTHING, ORDER)
BUFFER(GetIpNetTable, MIB_IPNETTABLE *, NOTHING, ORDER)
BUFFER(GetTcpTable, MIB_TCPTABLE *, NOTHING, ORDER)
BUFFER(GetTcpTable2, MIB_TCPTABLE2 *, NOTHING, ORDER)
BUFFER(GetTcp6Table, MIB_TCP6TABLE *, NOTHING, ORDER)
BUFFER(GetTcp6Table2, MIB_TCP6TABLE2 *, NOTHING, ORDER)
BUFFER(GetUdpTable, MIB_UDPTABLE *, NOTHING, ORDER)
BUFFER(GetUdp6Table, MIB_UDP6TABLE *, NOTHING, ORDER)
BUFFER(GetExtendedTcpTable, void *, NOTHING, ORDER_FAMILY_CLASS(TCP_TABLE_CLASS))
BUFFER(GetExtendedUdpTable, void *, NOTHING, ORDER_FAMILY_CLASS(UDP_TABLE_CLASS))
BUFFER(GetInterfaceInfo, IP_INTERFACE_INFO *, NOTHING, NOTHING)
BUFFER(GetAdaptersAddresses, IP_ADAPTER_ADDRESSES *, OF_FAMILY, NOTHING)
BUFFER(GetAdaptersInfo, IP_ADAPTER_INFO *, NOTHING, NOTHING)
BUFFER(GetPerAdapterInfo, IP_PER_ADAPTER_INFO *, OF_INDEX, NOTHING)
BUFFER(GetNetworkParams, FIXED_INFO *, NOTHING, NOTHING)

static void call_GetBestRoute2(struct input *input)
{
    MIB_IPFORWARD_ROW2 route;
    SOCKADDR_INET source;
    SOCKADDR_INET from;
    SOCKADDR_INET to;
    NET_LUID luid;

    take(input, &luid, sizeof(luid));
    take(input, &from, sizeof(from));
    take(input, &to, sizeof(to));
    to.si_family = family(input);
    (void)GetBestRoute2(number(input) % 2 ? &luid : NULL, index_of(input),
                        number(input) % 2 ? &from : NULL, &to, 0, &route, &source);
}

static void call_CreateSortedAddressPairs(struct input *input)
{
    SOCKADDR_IN6_PAIR *pairs = NULL;
    SOCKADDR_IN6 to[8];
    ULONG count = number(input) % 9;

    take(input, to, sizeof(to));
    for (ULONG i = 0; i < count; i++)
        to[i].sin6_family = family(input);
    if (CreateSortedAddressPairs(NULL, 0, to, count, 0, &pairs, &count) == NO_ERROR)
        FreeMibTable(pairs);
}

/* Names, one after the other. */
static void call_names(struct input *input)
{
    char name[300];
    WCHAR wide[300];
    char text[64];
    NET_LUID luid;
    GUID guid;

    take(input, name, sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    take(input, wide, sizeof(wide) - sizeof(wide[0]));
    wide[299] = 0;
    (void)ConvertInterfaceNameToLuidA(name, &luid);
    (void)ConvertInterfaceNameToLuidW(wide, &luid);
    (void)ConvertInterfaceAliasToLuid(wide, &luid);
    (void)ConvertStringToGuidA(name, &guid);
    (void)ConvertStringToGuidW(wide, &guid);
    take(input, &luid, sizeof(luid));
    (void)ConvertInterfaceLuidToNameA(&luid, text, number(input) % sizeof(text));
    (void)ConvertInterfaceLuidToAlias(&luid, wide, number(input) % 300);
    take(input, &guid, sizeof(guid));
    (void)ConvertInterfaceGuidToLuid(&guid, &luid);
    (void)ConvertGuidToStringA(&guid, text, number(input) % sizeof(text));
}

static void call_numbers(struct input *input)
{
    ULONG context = 0;
    ULONG instance = 0;
    ULONG mask = 0;
    UINT8 length = 0;

    (void)AddIPAddress(number(input), number(input), index_of(input), &context, &instance);
    (void)DeleteIPAddress(number(input));
    (void)CreateProxyArpEntry(number(input), number(input), index_of(input));
    (void)DeleteProxyArpEntry(number(input), number(input), index_of(input));
    (void)FlushIpNetTable2(family(input), index_of(input));
    (void)FlushIpPathTable(family(input));
    (void)ConvertIpv4MaskToLength(number(input), &length);
    (void)ConvertLengthToIpv4Mask(number(input), &mask);
}

/* Nobody is waited for. */
static void call_IcmpSendEcho2Ex(struct input *input)
{
    static HANDLE icmp = NULL;
    IP_OPTION_INFORMATION options;
    UCHAR option_data[64];
    UCHAR data[256];
    USHORT size = (USHORT)(number(input) % sizeof(data));
    DWORD reply_size = number(input) % 512;
    void *reply = malloc(reply_size ? reply_size : 1);
    uint32_t to = number(input);

    if (!icmp)
        icmp = IcmpCreateFile();
    take(input, &options, sizeof(options));
    options.OptionsData = option_data;
    options.OptionsSize %= sizeof(option_data);
    take(input, option_data, sizeof(option_data));
    take(input, data, size);
    if (to % 4)
        to = htonl(INADDR_LOOPBACK);
    if (IcmpSendEcho2Ex(icmp, NULL, NULL, NULL, number(input) % 2 ? to : 0, to, data, size,
                        number(input) % 2 ? &options : NULL, reply, reply_size, 0) == 0)
        (void)IcmpParseReplies(reply, reply_size);
    free(reply);
}

/* An event is any number, of which hardly one is a descriptor. */
static void call_one_shot(struct input *input)
{
    static OVERLAPPED overlapped;
    HANDLE handle;

    take(input, &overlapped, sizeof(overlapped));
    if (number(input) % 2)
        overlapped.hEvent = NULL;
    (void)(number(input) % 2 ? NotifyAddrChange : NotifyRouteChange)(&handle, &overlapped);
    (void)CancelIPChangeNotify(&overlapped);
}

static void call_GetNetworkConnectivityHintForInterface(struct input *input)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;
    uint32_t index = index_of(input);

    memset(&hint, 0x5a, sizeof(hint));
    if (GetNetworkConnectivityHintForInterface(index, &hint) == NO_ERROR)
        MUST(hint.ConnectivityLevel != NetworkConnectivityLevelHintUnknown &&
             hint.ConnectivityLevel < NetworkConnectivityLevelHintHidden);
    else
        MUST(index != 1);
}

static void call_ParseNetworkString(struct input *input)
{
    WCHAR text[64];
    NET_ADDRESS_INFO info;
    USHORT port;
    UCHAR prefix;
    uint32_t narrow = number(input) % 2;

    take(input, text, sizeof(text) - sizeof(text[0]));
    text[63] = 0;
    for (size_t i = 0; narrow && i < 63; i++)
        text[i] &= 0x7f;
    if (ParseNetworkString(text, number(input), &info, &port, &prefix) == NO_ERROR)
        MUST(info.Format >= NET_ADDRESS_DNS_NAME && info.Format <= NET_ADDRESS_IPV6);
}

static void call_statistics(struct input *input)
{
    MIB_IPSTATS ip;
    MIB_TCPSTATS tcp;
    MIB_UDPSTATS udp;
    MIB_ICMP_EX icmp;
    ADDRESS_FAMILY of = family(input);

    take(input, &ip, sizeof(ip));
    (void)SetIpStatisticsEx(&ip, of);
    (void)GetIpStatisticsEx(&ip, of);
    (void)GetTcpStatisticsEx(&tcp, of);
    (void)GetUdpStatisticsEx(&udp, of);
    (void)GetIcmpStatisticsEx(&icmp, of);
}

/* Ports of a list that the namespace has for itself. */
static void call_ports(struct input *input)
{
    const USHORT start = (USHORT)number(input);
    const USHORT count = (USHORT)(number(input) % 64);
    const bool udp = number(input) % 2;
    ULONG64 token;

    if ((udp ? CreatePersistentUdpPortReservation
             : CreatePersistentTcpPortReservation)(start, count, &token) == NO_ERROR)
        MUST(LookupPersistentTcpPortReservation(start, count, &token) == NO_ERROR);
    (void)(udp ? DeletePersistentTcpPortReservation
               : DeletePersistentUdpPortReservation)((USHORT)number(input), count);
}

static void call_timestamps(struct input *input)
{
    INTERFACE_TIMESTAMP_CAPABILITIES capabilities;
    NET_LUID luid;

    take(input, &luid, sizeof(luid));
    if (number(input) % 4 != 0)
        (void)ConvertInterfaceIndexToLuid(index_of(input), &luid);
    (void)GetInterfaceSupportedTimestampCapabilities(&luid, &capabilities);
    (void)GetInterfaceActiveTimestampCapabilities(&luid, &capabilities);
}

static void call_compartments(struct input *input)
{
    MIB_FL_VIRTUAL_INTERFACE_TABLE *table;
    MIB_FL_VIRTUAL_INTERFACE_ROW row;
    NET_IF_COMPARTMENT_ID id;
    GUID guid;

    take(input, &guid, sizeof(guid));
    (void)ConvertCompartmentGuidToId(&guid, &id);
    (void)ConvertCompartmentIdToGuid(number(input), &guid);
    (void)SetCurrentThreadCompartmentId(number(input));
    (void)SetCurrentThreadCompartmentScope(number(input));
    take(input, &row, sizeof(row));
    (void)CreateFlVirtualInterface(&row);
    (void)GetFlVirtualInterface(&row);
    if (GetFlVirtualInterfaceTable(family(input), &table) == NO_ERROR)
        FreeMibTable(table);
}

static void call_owned_sockets(struct input *input)
{
    UCHAR buffer[512];
    DWORD size = number(input) % sizeof(buffer);
    void *table = NULL;

    (void)GetOwnerModuleFromPidAndInfo(number(input), NULL,
                                       (TCPIP_OWNER_MODULE_INFO_CLASS)(number(input) % 3),
                                       number(input) % 4 ? buffer : NULL, &size);
    if (AllocateAndGetTcpExTable2FromStack(&table, number(input) % 2 ? TRUE : FALSE, NULL, 0,
                                           family(input),
                                           (TCP_TABLE_CLASS)(number(input) % 10)) == NO_ERROR)
        FreeMibTable(table);
    else
        MUST(table == NULL);
}

static void call_tcp_statistics(struct input *input)
{
    UCHAR buffers[3][256];
    UCHAR *given[3];
    MIB_TCPROW row;
    MIB_TCP6ROW row6;
    const TCP_ESTATS_TYPE type = (TCP_ESTATS_TYPE)(number(input) % 12);

    take(input, &row, sizeof(row));
    take(input, &row6, sizeof(row6));
    memset(buffers, 0, sizeof(buffers));
    for (size_t i = 0; i < 3; i++)
        given[i] = number(input) % 2 ? buffers[i] : NULL;
    (void)GetPerTcpConnectionEStats(&row, type, given[0], number(input) % 2, number(input) % 256,
                                    given[1], 0, number(input) % 256, given[2], 0,
                                    number(input) % 256);
    (void)GetPerTcp6ConnectionEStats(&row6, type, given[0], number(input) % 2, number(input) % 256,
                                     given[1], 0, number(input) % 256, given[2], 0,
                                     number(input) % 256);
    take(input, buffers[0], sizeof(TCP_ESTATS_BANDWIDTH_RW_v0));
    (void)SetPerTcpConnectionEStats(&row, type, given[0], 0, number(input) % 256, 0);
    (void)SetPerTcp6ConnectionEStats(&row6, type, given[0], 0, number(input) % 256, 0);
}

static void (*const calls[])(struct input *input) = {
    call_GetIpInterfaceEntry,
    call_SetIpInterfaceEntry,
    call_GetUnicastIpAddressEntry,
    call_CreateUnicastIpAddressEntry,
    call_SetUnicastIpAddressEntry,
    call_DeleteUnicastIpAddressEntry,
    call_GetMulticastIpAddressEntry,
    call_GetAnycastIpAddressEntry,
    call_CreateAnycastIpAddressEntry,
    call_GetIpForwardEntry2,
    call_CreateIpForwardEntry2,
    call_SetIpForwardEntry2,
    call_DeleteIpForwardEntry2,
    call_GetIpNetEntry2,
    call_CreateIpNetEntry2,
    call_SetIpNetEntry2,
    call_DeleteIpNetEntry2,
    call_GetIpPathEntry,
    call_GetIfEntry,
    call_GetIfEntry2,
    call_CreateIpForwardEntry,
    call_SetIpForwardEntry,
    call_DeleteIpForwardEntry,
    call_CreateIpNetEntry,
    call_SetIpNetEntry,
    call_DeleteIpNetEntry,
    call_SetTcpEntry,
    call_GetIpInterfaceTable,
    call_GetUnicastIpAddressTable,
    call_GetMulticastIpAddressTable,
    call_GetAnycastIpAddressTable,
    call_GetIpForwardTable2,
    call_GetIpNetTable2,
    call_GetIpPathTable,
    call_GetIfTable,
    call_GetIpAddrTable,
    call_GetIpForwardTable,
    call_GetIpNetTable,
    call_GetTcpTable,
    call_GetTcpTable2,
    call_GetTcp6Table,
    call_GetTcp6Table2,
    call_GetUdpTable,
    call_GetUdp6Table,
    call_GetExtendedTcpTable,
    call_GetExtendedUdpTable,
    call_GetInterfaceInfo,
    call_GetAdaptersAddresses,
    call_GetAdaptersInfo,
    call_GetPerAdapterInfo,
    call_GetNetworkParams,
    call_GetBestRoute2,
    call_IcmpSendEcho2Ex,
    call_GetNetworkConnectivityHintForInterface,
    call_CreateSortedAddressPairs,
    call_names,
    call_numbers,
    call_owned_sockets,
    call_tcp_statistics,
    call_one_shot,
    call_ParseNetworkString,
    call_statistics,
    call_ports,
    call_timestamps,
    call_compartments,
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]), CALLS_OF_INPUT = 8 };

/* False: there can be none, and no other is touched. */
static bool enter_namespace(void)
{
    static const char loopback_up[] = "ip link set lo up";

    if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return false;
    return system(loopback_up) == 0; // NOLINT(cert-env33-c,concurrency-mt-unsafe)
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int entered = -1;
    struct input input = {data, size};

    if (entered < 0)
        entered = enter_namespace();
    for (int i = 0; entered && i < CALLS_OF_INPUT && input.size > 0; i++)
        calls[number(&input) % CALLS](&input);
    return 0;
}
