/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * No memory: each allocation that a function makes fails once, and everything from it on. The
 * function says so, gives nothing, and leaves nothing behind. A registration that finds none for a
 * change tells of it later.
 *
 * Not with sanitizers, whose allocator cannot be replaced as well.
 */
#include "world.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- The allocator ------------------------------------------------------------------------- */

#define EXPORTED __attribute__((visibility("default")))

/* glibc's own, under the names that it keeps for such as this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static struct {
    atomic_bool calling;     /* this thread's allocations are counted, and fail when it is time */
    pthread_t thread;        /* … this one's */
    atomic_long left;        /* so many succeed before */
    atomic_bool for_good;    /* all that follow fail as well */
    atomic_bool failed;      /* one did */
    atomic_bool dispatchers; /* those of the library's own threads fail */
    atomic_long refused;     /* … so many did */
    atomic_long blocks;      /* allocated and not freed */
} memory;

static bool is_dispatcher(void)
{
    static _Thread_local int known; /* 1: it is not; 2: it is */
    char name[16] = "";

    if (known == 0) {
        (void)prctl(PR_GET_NAME, name);
        known = 1 + (strncmp(name, "iphlp-", 6) == 0);
    }
    return known == 2;
}

static bool fails(void)
{
    bool refused = false;

    if (atomic_load(&memory.dispatchers) && is_dispatcher()) {
        atomic_fetch_add(&memory.refused, 1);
        refused = true;
    } else if (atomic_load(&memory.calling) && pthread_equal(memory.thread, pthread_self())) {
        long left = atomic_fetch_sub(&memory.left, 1);
        refused = left == 0 || (left < 0 && atomic_load(&memory.for_good));
        if (refused)
            atomic_store(&memory.failed, true);
    }
    if (refused)
        errno = ENOMEM;
    return refused;
}

static void *counted(void *allocated)
{
    if (allocated)
        atomic_fetch_add(&memory.blocks, 1);
    return allocated;
}

EXPORTED void *malloc(size_t size)
{
    return fails() ? NULL : counted(__libc_malloc(size));
}

EXPORTED void *calloc(size_t nmemb, size_t size)
{
    return fails() ? NULL : counted(__libc_calloc(nmemb, size));
}

EXPORTED void *realloc(void *ptr, size_t size)
{
    if (fails())
        return NULL;
    return ptr ? __libc_realloc(ptr, size) : counted(__libc_malloc(size));
}

EXPORTED void *reallocarray(void *ptr, size_t nmemb, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(nmemb, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(ptr, bytes);
}

EXPORTED void free(void *ptr)
{
    if (ptr)
        atomic_fetch_sub(&memory.blocks, 1);
    __libc_free(ptr);
}

EXPORTED void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    if ((flags & MAP_ANONYMOUS) && fails())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, offset);
}

/* ---- Functions ----------------------------------------------------------------------------- */

#define SOMETHING ((void *)0xdeadbeef)

/* What a call gave; freed and cancelled when allocations succeed again. */
struct outcome {
    DWORD rc;
    void *table;
    HANDLE handle;
};

/* A function; those of the kinds of rows are told of which kind they are. */
struct subject {
    const char *name;
    void (*call)(enum row_kind kind, struct outcome *outcome);
    enum row_kind kind;
};

static void call_table(enum row_kind kind, struct outcome *outcome)
{
    outcome->rc = row_types[kind].get_table(AF_UNSPEC, &outcome->table);
}

static struct row_key keys_looked_for[ROW_KINDS];
static NET_LUID luid_looked_for;

static void call_entry(enum row_kind kind, struct outcome *outcome)
{
    union any_row row;

    outcome->rc = row_get(kind, &keys_looked_for[kind], &row);
}

static void call_notify(enum row_kind kind, struct outcome *outcome)
{
    outcome->rc = row_types[kind].notify(AF_UNSPEC, &row_ignore, TRUE, &outcome->handle);
}

static void call_index(enum row_kind kind, struct outcome *outcome)
{
    NET_IFINDEX index;

    (void)kind;
    outcome->rc = ConvertInterfaceLuidToIndex(&luid_looked_for, &index);
}

static void call_luid(enum row_kind kind, struct outcome *outcome)
{
    NET_LUID luid;

    (void)kind;
    outcome->rc = ConvertInterfaceIndexToLuid(luid_looked_for.Info.NetLuidIndex, &luid);
}

static void call_name(enum row_kind kind, struct outcome *outcome)
{
    WCHAR alias[IF_MAX_STRING_SIZE + 1];

    (void)kind;
    outcome->rc = ConvertInterfaceLuidToAlias(&luid_looked_for, alias, ARRAY_SIZE(alias));
}

static void call_alias(enum row_kind kind, struct outcome *outcome)
{
    static const WCHAR alias[] = {'v', '0', 0};
    NET_LUID luid;

    (void)kind;
    outcome->rc = ConvertInterfaceAliasToLuid(alias, &luid);
}

static void call_guid(enum row_kind kind, struct outcome *outcome)
{
    GUID guid;

    (void)kind;
    outcome->rc = ConvertInterfaceLuidToGuid(&luid_looked_for, &guid);
}

static void call_from_guid(enum row_kind kind, struct outcome *outcome)
{
    const GUID guid = {.Data1 = (DWORD)luid_looked_for.Info.NetLuidIndex,
                       .Data4 = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'}};
    NET_LUID luid;

    (void)kind;
    outcome->rc = ConvertInterfaceGuidToLuid(&guid, &luid);
}

static void call_virtual_interfaces(enum row_kind kind, struct outcome *outcome)
{
    MIB_FL_VIRTUAL_INTERFACE_TABLE *table = NULL;

    (void)kind;
    outcome->rc = GetFlVirtualInterfaceTable(AF_UNSPEC, &table);
    FreeMibTable(table);
}

static void call_ports(enum row_kind kind, struct outcome *outcome)
{
    const USHORT start = htons(5000);
    ULONG64 token;

    (void)kind;
    outcome->rc = CreatePersistentUdpPortReservation(start, 9, &token);
    if (outcome->rc == NO_ERROR || outcome->rc == ERROR_SHARING_VIOLATION)
        outcome->rc = LookupPersistentUdpPortReservation(start, 9, &token);
    if (outcome->rc == NO_ERROR)
        outcome->rc = DeletePersistentUdpPortReservation(start, 9);
}

static void call_timestamps(enum row_kind kind, struct outcome *outcome)
{
    INTERFACE_TIMESTAMP_CAPABILITIES capabilities;

    (void)kind;
    outcome->rc = GetInterfaceActiveTimestampCapabilities(&luid_looked_for, &capabilities);
    if (outcome->rc == NO_ERROR)
        outcome->rc = GetInterfaceSupportedTimestampCapabilities(&luid_looked_for, &capabilities);
}

static void call_dns(enum row_kind kind, struct outcome *outcome)
{
    const GUID guid = {.Data1 = (DWORD)luid_looked_for.Info.NetLuidIndex,
                       .Data4 = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'}};
    DNS_INTERFACE_SETTINGS settings = {.Version = DNS_INTERFACE_SETTINGS_VERSION1};

    (void)kind;
    outcome->rc = GetInterfaceDnsSettings(guid, &settings);
    FreeInterfaceDnsSettings(&settings);
}

/* With no service to ask, which is found out with memory. */
static void call_lease(enum row_kind kind, struct outcome *outcome)
{
    char name[] = "\\DEVICE\\TCPIP_{00000000-0000-0000-0000-4E6574446576}";
    IP_ADAPTER_INDEX_MAP adapter = {.Index = 0};

    (void)kind;
    (void)snprintf(name + 15, 9, "%08X", (unsigned int)luid_looked_for.Info.NetLuidIndex);
    name[23] = '-';
    for (size_t i = 0; name[i]; i++)
        adapter.Name[i] = (WCHAR)name[i];
    outcome->rc = IpRenewAddress(&adapter);
    if (outcome->rc == ERROR_NOT_SUPPORTED)
        outcome->rc = IpReleaseAddress(&adapter);
    if (outcome->rc == ERROR_NOT_SUPPORTED)
        outcome->rc = NO_ERROR;
}

static void call_set_dns(enum row_kind kind, struct outcome *outcome)
{
    const GUID guid = {.Data1 = (DWORD)luid_looked_for.Info.NetLuidIndex,
                       .Data4 = {0, 0, 'N', 'e', 't', 'D', 'e', 'v'}};
    const DNS_INTERFACE_SETTINGS settings = {.Version = DNS_INTERFACE_SETTINGS_VERSION1,
                                             .Flags = DNS_SETTINGS_ENABLE_LLMNR};

    (void)kind;
    outcome->rc = SetInterfaceDnsSettings(guid, &settings);
}

static void call_host_dns(enum row_kind kind, struct outcome *outcome)
{
    DNS_SETTINGS settings = {.Version = DNS_SETTINGS_VERSION1};

    (void)kind;
    outcome->rc = GetDnsSettings(&settings);
    FreeDnsSettings(&settings);
}

static void call_bandwidth(enum row_kind kind, struct outcome *outcome)
{
    MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES bandwidth;

    (void)kind;
    outcome->rc = GetIpNetworkConnectionBandwidthEstimates(
        (NET_IFINDEX)luid_looked_for.Info.NetLuidIndex, AF_INET, &bandwidth);
}

static void call_sort(enum row_kind kind, struct outcome *outcome)
{
    SOCKADDR_IN6 destination = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    ULONG count;

    (void)kind;
    outcome->rc = CreateSortedAddressPairs(NULL, 0, &destination, 1, 0,
                                           (SOCKADDR_IN6_PAIR **)&outcome->table, &count);
}

static void call_teredo_port(enum row_kind kind, struct outcome *outcome)
{
    USHORT port;

    (void)kind;
    outcome->rc = GetTeredoPort(&port);
    if (outcome->rc == ERROR_NOT_READY)
        outcome->rc = NO_ERROR; /* there is no client */
}

static void ignore_port(void *context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    (void)port;
    (void)type;
}

static void ignore_stable(void *context, MIB_UNICASTIPADDRESS_TABLE *table)
{
    (void)context;
    FreeMibTable(table);
}

static void call_notify_teredo(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = NotifyTeredoPortChange(ignore_port, NULL, TRUE, &outcome->handle);
}

static void call_hint(enum row_kind kind, struct outcome *outcome)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)kind;
    outcome->rc = GetNetworkConnectivityHint(&hint);
}

static void call_hint_of_link(enum row_kind kind, struct outcome *outcome)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    (void)kind;
    outcome->rc = GetNetworkConnectivityHintForInterface(
        (NET_IFINDEX)luid_looked_for.Info.NetLuidIndex, &hint);
}

static void ignore_hint(void *context, NL_NETWORK_CONNECTIVITY_HINT hint)
{
    (void)context;
    (void)hint;
}

static void call_notify_hint(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = NotifyNetworkConnectivityHintChange(ignore_hint, NULL, TRUE, &outcome->handle);
}

static void call_stable(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc =
        NotifyStableUnicastIpAddressTable(AF_UNSPEC, (MIB_UNICASTIPADDRESS_TABLE **)&outcome->table,
                                          ignore_stable, NULL, &outcome->handle);
}

static MIB_IPNET_ROW2 neighbour(const char *address)
{
    struct row_key key = unicast_key((struct iface){.luid = luid_looked_for}, address);
    MIB_IPNET_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.InterfaceLuid = luid_looked_for;
    row.Address.si_family = AF_INET;
    memcpy(&row.Address.Ipv4.sin_addr, key.address, sizeof(row.Address.Ipv4.sin_addr));
    row.PhysicalAddressLength = 6;
    return row;
}

/* One of the interface's own, and a permanent one. */
static void call_resolve(enum row_kind kind, struct outcome *outcome)
{
    MIB_IPNET_ROW2 own = neighbour("10.0.0.1");
    MIB_IPNET_ROW2 permanent = neighbour("10.0.0.2");

    (void)kind;
    outcome->rc = ResolveIpNetEntry2(&own, NULL);
    if (outcome->rc == NO_ERROR)
        outcome->rc = ResolveIpNetEntry2(&permanent, NULL);
}

/* Created before, it is there, which takes memory to find out, too. */
static void call_create(enum row_kind kind, struct outcome *outcome)
{
    MIB_IPNET_ROW2 row = neighbour("10.0.0.7");

    (void)kind;
    outcome->rc = CreateIpNetEntry2(&row);
    if (outcome->rc == ERROR_OBJECT_ALREADY_EXISTS)
        outcome->rc = NO_ERROR;
    if (outcome->rc == NO_ERROR)
        outcome->rc = SetIpNetEntry2(&row);
    if (outcome->rc == NO_ERROR)
        outcome->rc = DeleteIpNetEntry2(&row);
}

static void call_proxy(enum row_kind kind, struct outcome *outcome)
{
    MIB_IPNET_ROW2 row = neighbour("10.0.0.8");
    DWORD address = row.Address.Ipv4.sin_addr.s_addr;
    NET_IFINDEX index = luid_looked_for.Info.NetLuidIndex;

    (void)kind;
    outcome->rc = CreateProxyArpEntry(address, UINT32_MAX, index);
    if (outcome->rc == ERROR_OBJECT_ALREADY_EXISTS)
        outcome->rc = NO_ERROR;
    if (outcome->rc == NO_ERROR)
        outcome->rc = DeleteProxyArpEntry(address, UINT32_MAX, index);
}

static void call_buffer(enum row_kind kind, struct outcome *outcome)
{
    static MIB_IPNETROW rows[64];
    ULONG size = sizeof(rows);

    (void)kind;
    outcome->rc = GetIpNetTable((PMIB_IPNETTABLE)rows, &size, TRUE);
}

static void call_flush(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = FlushIpNetTable2(AF_UNSPEC, luid_looked_for.Info.NetLuidIndex);
}

static void call_groups(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc =
        GetMulticastIpAddressTable(AF_UNSPEC, (MIB_MULTICASTIPADDRESS_TABLE **)&outcome->table);
}

/* There is none: that it could be found out is what counts. */
static void call_anycast_table(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc =
        GetAnycastIpAddressTable(AF_UNSPEC, (MIB_ANYCASTIPADDRESS_TABLE **)&outcome->table);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
}

static void call_group(enum row_kind kind, struct outcome *outcome)
{
    static const uint8_t all_hosts[] = {224, 0, 0, 1};
    MIB_MULTICASTIPADDRESS_ROW row = {.InterfaceLuid = luid_looked_for};

    (void)kind;
    row.Address.si_family = AF_INET;
    memcpy(&row.Address.Ipv4.sin_addr, all_hosts, sizeof(all_hosts));
    outcome->rc = GetMulticastIpAddressEntry(&row);
}

/* Likewise: there is none, and Linux makes none. */
static void call_anycast(DWORD (*function)(const MIB_ANYCASTIPADDRESS_ROW *row),
                         struct outcome *outcome)
{
    MIB_ANYCASTIPADDRESS_ROW row = {.InterfaceLuid = luid_looked_for};

    row.Address.si_family = AF_INET6;
    row.Address.Ipv6.sin6_addr.s6_addr[0] = 0x20;
    outcome->rc = function ? function(&row) : GetAnycastIpAddressEntry(&row);
    if (outcome->rc == ERROR_NOT_FOUND || outcome->rc == ERROR_NOT_SUPPORTED)
        outcome->rc = NO_ERROR;
}

static void call_anycast_entry(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    call_anycast(NULL, outcome);
}

static void call_create_anycast(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    call_anycast(CreateAnycastIpAddressEntry, outcome);
}

static void call_delete_anycast(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    call_anycast(DeleteAnycastIpAddressEntry, outcome);
}

/* What a call before could not delete for want of memory is still there. */
static void call_change_address(enum row_kind kind, struct outcome *outcome)
{
    MIB_UNICASTIPADDRESS_ROW row;

    (void)kind;
    InitializeUnicastIpAddressEntry(&row);
    row.InterfaceLuid = luid_looked_for;
    row.Address.si_family = AF_INET6;
    row.Address.Ipv6.sin6_addr.s6_addr[0] = 0x20;
    outcome->rc = CreateUnicastIpAddressEntry(&row);
    if (outcome->rc == NO_ERROR || outcome->rc == ERROR_OBJECT_ALREADY_EXISTS)
        outcome->rc = SetUnicastIpAddressEntry(&row);
    if (outcome->rc == NO_ERROR)
        outcome->rc = DeleteUnicastIpAddressEntry(&row);
}

static void call_address_buffer(enum row_kind kind, struct outcome *outcome)
{
    static MIB_IPADDRROW rows[64];
    ULONG size = sizeof(rows);

    (void)kind;
    outcome->rc = GetIpAddrTable((PMIB_IPADDRTABLE)rows, &size, TRUE);
}

static void call_old_address(enum row_kind kind, struct outcome *outcome)
{
    static ULONG context; /* of a call before, which could not delete it */
    ULONG instance;

    (void)kind;
    outcome->rc = AddIPAddress(neighbour("10.0.0.99").Address.Ipv4.sin_addr.s_addr, UINT32_MAX,
                               luid_looked_for.Info.NetLuidIndex, &context, &instance);
    if (outcome->rc == NO_ERROR || outcome->rc == ERROR_DUP_DOMAINNAME)
        outcome->rc = DeleteIPAddress(context);
}

/* Likewise for a route. */
static void call_old_route(enum row_kind kind, struct outcome *outcome)
{
    MIB_IPFORWARDROW row = {
        .dwForwardDest = neighbour("10.0.0.98").Address.Ipv4.sin_addr.s_addr,
        .dwForwardMask = UINT32_MAX,
        .dwForwardIfIndex = luid_looked_for.Info.NetLuidIndex,
        .dwForwardProto = MIB_IPPROTO_NETMGMT,
    };

    (void)kind;
    outcome->rc = CreateIpForwardEntry(&row);
    if (outcome->rc == NO_ERROR || outcome->rc == ERROR_OBJECT_ALREADY_EXISTS)
        outcome->rc = SetIpForwardEntry(&row);
    if (outcome->rc == NO_ERROR)
        outcome->rc = DeleteIpForwardEntry(&row);
}

/* There is none: that it could be found out is what counts. */
static void call_paths(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = GetIpPathTable(AF_UNSPEC, (MIB_IPPATH_TABLE **)&outcome->table);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
}

static void call_path(enum row_kind kind, struct outcome *outcome)
{
    MIB_IPPATH_ROW row = {.InterfaceLuid = luid_looked_for};

    (void)kind;
    row.Destination = neighbour("10.0.0.2").Address;
    outcome->rc = GetIpPathEntry(&row);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
    if (outcome->rc == NO_ERROR)
        outcome->rc = FlushIpPathTable(AF_UNSPEC);
}

static void call_order(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->table = GetAdapterOrderMap();
    outcome->rc = outcome->table ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

static void call_hops(enum row_kind kind, struct outcome *outcome)
{
    ULONG hops;
    ULONG rtt;

    (void)kind;
    outcome->rc =
        GetRTTAndHopCount(neighbour("10.0.0.1").Address.Ipv4.sin_addr.s_addr, &hops, 1, &rtt)
            ? NO_ERROR
            : ERROR_NOT_ENOUGH_MEMORY;
}

static void call_statistics(enum row_kind kind, struct outcome *outcome)
{
    const ULONG families[] = {AF_INET, AF_INET6};
    MIB_IPSTATS ip;
    MIB_TCPSTATS2 tcp;
    MIB_UDPSTATS2 udp;
    MIB_ICMP_EX icmp;

    (void)kind;
    outcome->rc = NO_ERROR;
    for (size_t i = 0; i < ARRAY_SIZE(families) && outcome->rc == NO_ERROR; i++) {
        outcome->rc = GetIpStatisticsEx(&ip, families[i]);
        if (outcome->rc == NO_ERROR)
            outcome->rc = GetTcpStatisticsEx2(&tcp, families[i]);
        if (outcome->rc == NO_ERROR)
            outcome->rc = GetUdpStatisticsEx2(&udp, families[i]);
        if (outcome->rc == NO_ERROR)
            outcome->rc = GetIcmpStatisticsEx(&icmp, families[i]);
    }
}

static void call_sockets(enum row_kind kind, struct outcome *outcome)
{
    static UCHAR rows[65536];
    static int listener = -1;
    const ULONG families[] = {AF_INET, AF_INET6};

    if (listener < 0) {
        listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        check(listener >= 0 && listen(listener, 1) == 0);
    }

    (void)kind;
    outcome->rc = NO_ERROR;
    for (size_t i = 0; i < ARRAY_SIZE(families) && outcome->rc == NO_ERROR; i++) {
        ULONG size = sizeof(rows);

        outcome->rc =
            GetExtendedTcpTable(rows, &size, TRUE, families[i], TCP_TABLE_OWNER_MODULE_ALL, 0);
        size = sizeof(rows);
        if (outcome->rc == NO_ERROR)
            outcome->rc =
                GetExtendedUdpTable(rows, &size, TRUE, families[i], UDP_TABLE_OWNER_MODULE, 0);
    }
}

static void call_allocated_sockets(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = AllocateAndGetTcpExTable2FromStack(&outcome->table, TRUE, NULL, 0, AF_INET6,
                                                     TCP_TABLE_OWNER_MODULE_ALL);
}

/* Unordered: qsort() does without the memory that it asks for. */
static void call_interfaces_allocated(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = AllocateAndGetIfTableFromStack((PMIB_IFTABLE *)&outcome->table, FALSE, NULL, 0);
}

static void call_addresses_allocated(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc =
        AllocateAndGetIpAddrTableFromStack((PMIB_IPADDRTABLE *)&outcome->table, FALSE, NULL, 0);
}

static void call_routes_allocated(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = AllocateAndGetIpForwardTableFromStack((PMIB_IPFORWARDTABLE *)&outcome->table,
                                                        FALSE, NULL, 0);
}

static void call_neighbours_allocated(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc =
        AllocateAndGetIpNetTableFromStack((PMIB_IPNETTABLE *)&outcome->table, FALSE, NULL, 0);
}

static void call_names_allocated(enum row_kind kind, struct outcome *outcome)
{
    DWORD count;

    (void)kind;
    outcome->rc = NhpAllocateAndGetInterfaceInfoFromStack(
        (IP_INTERFACE_NAME_INFO **)&outcome->table, &count, FALSE, NULL, 0);
}

static void call_bound_sockets(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = InternalGetBoundTcpEndpointTable((PMIB_TCPTABLE2 *)&outcome->table, NULL, 0);
    if (outcome->rc == ERROR_NOT_SUPPORTED) /* before Linux 6.8 */
        outcome->rc = NO_ERROR;
}

static void call_module(enum row_kind kind, struct outcome *outcome)
{
    static UCHAR buffer[16384];
    DWORD size = sizeof(buffer);

    (void)kind;
    outcome->rc = GetOwnerModuleFromPidAndInfo((DWORD)getpid(), NULL, TCPIP_OWNER_MODULE_INFO_BASIC,
                                               buffer, &size);
}

/* There is none: that it could be found out is what counts. */
static void call_connection(enum row_kind kind, struct outcome *outcome)
{
    MIB_TCPROW row = {.dwState = MIB_TCP_STATE_DELETE_TCB, .dwLocalPort = 1, .dwRemotePort = 1};

    (void)kind;
    outcome->rc = SetTcpEntry(&row);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
}

/* Likewise. */
static void call_tcp_statistics(enum row_kind kind, struct outcome *outcome)
{
    MIB_TCPROW row = {.dwLocalPort = 1, .dwRemotePort = 1};
    MIB_TCP6ROW row6 = {.dwLocalPort = 1, .dwRemotePort = 1};
    UCHAR rw = TRUE;

    (void)kind;
    outcome->rc = GetPerTcpConnectionEStats(&row, TcpConnectionEstatsData, NULL, 0, 0, NULL, 0, 0,
                                            NULL, 0, 0);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = GetPerTcp6ConnectionEStats(&row6, TcpConnectionEstatsData, NULL, 0, 0, NULL,
                                                 0, 0, NULL, 0, 0);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = SetPerTcpConnectionEStats(&row, TcpConnectionEstatsData, &rw, 0, 1, 0);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = SetPerTcp6ConnectionEStats(&row6, TcpConnectionEstatsData, &rw, 0, 1, 0);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
}

static void call_set_statistics(enum row_kind kind, struct outcome *outcome)
{
    static unsigned calls;
    MIB_IPSTATS row = {.dwForwarding = MIB_USE_CURRENT_FORWARDING,
                       .dwDefaultTTL = 60 + calls++ % 2};

    (void)kind;
    outcome->rc = SetIpStatisticsEx(&row, AF_INET6);
    if (outcome->rc == NO_ERROR)
        outcome->rc = SetIpTTL(row.dwDefaultTTL);
}

static void call_one_shot(enum row_kind kind, struct outcome *outcome)
{
    static OVERLAPPED requests[2];

    (void)kind;
    outcome->rc = NotifyAddrChange(NULL, &requests[0]);
    if (outcome->rc == ERROR_IO_PENDING)
        outcome->rc = NotifyRouteChange(NULL, &requests[1]);
    if (outcome->rc == ERROR_IO_PENDING)
        outcome->rc = NO_ERROR;
    for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
        (void)CancelIPChangeNotify(&requests[i]);
}

static void call_interfaces(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = GetIfTable2((MIB_IF_TABLE2 **)&outcome->table);
}

static void call_interface(enum row_kind kind, struct outcome *outcome)
{
    MIB_IF_ROW2 row;

    (void)kind;
    memset(&row, 0, sizeof(row));
    row.InterfaceLuid = luid_looked_for;
    outcome->rc = GetIfEntry2(&row);
}

/* There is none: that it could be found out is what counts. */
static void call_stack(enum row_kind kind, struct outcome *outcome)
{
    (void)kind;
    outcome->rc = GetIfStackTable((MIB_IFSTACK_TABLE **)&outcome->table);
    if (outcome->rc == ERROR_NOT_FOUND)
        outcome->rc = NO_ERROR;
}

static void call_old_interfaces(enum row_kind kind, struct outcome *outcome)
{
    static MIB_IFROW rows[64];
    ULONG size = sizeof(rows);

    (void)kind;
    outcome->rc = GetIfTable((MIB_IFTABLE *)rows, &size, TRUE);
    if (outcome->rc == NO_ERROR)
        outcome->rc = GetNumberOfInterfaces(&size);
}

static void call_old_interface(enum row_kind kind, struct outcome *outcome)
{
    MIB_IFROW row = {.dwIndex = luid_looked_for.Info.NetLuidIndex};
    ULONG index;

    (void)kind;
    outcome->rc = GetIfEntry(&row);
    if (outcome->rc == NO_ERROR)
        outcome->rc = SetIfEntry(&row);
    if (outcome->rc == NO_ERROR)
        outcome->rc = GetAdapterIndex(row.wszName, &index);
}

static void call_adapters(enum row_kind kind, struct outcome *outcome)
{
    static ULONG64 buffer[8192];
    ULONG size = sizeof(buffer);

    (void)kind;
    outcome->rc =
        GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_INCLUDE_PREFIX | GAA_FLAG_INCLUDE_GATEWAYS, NULL,
                             (IP_ADAPTER_ADDRESSES *)buffer, &size);
}

static void call_adapter_info(enum row_kind kind, struct outcome *outcome)
{
    static ULONG64 buffer[8192];
    ULONG size = sizeof(buffer);

    (void)kind;
    outcome->rc = GetAdaptersInfo((IP_ADAPTER_INFO *)buffer, &size);
    size = sizeof(buffer);
    if (outcome->rc == NO_ERROR)
        outcome->rc = GetPerAdapterInfo(1, (IP_PER_ADAPTER_INFO *)buffer, &size);
    size = sizeof(buffer);
    if (outcome->rc == NO_ERROR)
        outcome->rc = GetNetworkParams((FIXED_INFO *)buffer, &size);
}

/* Several fields at once, of each way to set one. A failure has changed none of them. */
static void call_set_interface(enum row_kind kind, struct outcome *outcome)
{
    const ADDRESS_FAMILY families[] = {AF_INET6, AF_INET};

    (void)kind;
    outcome->rc = NO_ERROR;
    for (size_t i = 0; i < ARRAY_SIZE(families) && outcome->rc == NO_ERROR; i++) {
        MIB_IPINTERFACE_ROW row = {.Family = families[i], .InterfaceLuid = luid_looked_for};
        MIB_IPINTERFACE_ROW after = row;

        outcome->rc = GetIpInterfaceEntry(&row);
        if (outcome->rc != NO_ERROR)
            return;
        MIB_IPINTERFACE_ROW before = row;
        row.SitePrefixLength = 0;
        row.UseAutomaticMetric = !row.UseAutomaticMetric;
        row.NlMtu = row.NlMtu % 2 ? 1300 : 1301;
        row.NlMtu += families[i] == AF_INET ? 100 : 0; /* IPv6's is no more than IPv4's */
        row.RetransmitTime = row.RetransmitTime == 1000 ? 2000 : 1000;
        if (families[i] == AF_INET)
            row.ForwardingEnabled = !row.ForwardingEnabled;
        else
            row.RouterDiscoveryBehavior = !row.RouterDiscoveryBehavior;
        outcome->rc = SetIpInterfaceEntry(&row);
        bool failed = atomic_exchange(&memory.calling, false);
        check(GetIpInterfaceEntry(&after) == NO_ERROR);
        before.ReachableTime = after.ReachableTime;
        if (outcome->rc != NO_ERROR)
            assert_memory_equal(&before, &after, sizeof(after));
        atomic_store(&memory.calling, failed);
    }
}

static const struct subject others[] = {
    {.name = "GetAdaptersAddresses", .call = call_adapters},
    {.name = "GetAdaptersInfo, GetPerAdapterInfo, GetNetworkParams", .call = call_adapter_info},
    {.name = "GetIfTable2", .call = call_interfaces},
    {.name = "GetIfEntry2", .call = call_interface},
    {.name = "GetIfStackTable", .call = call_stack},
    {.name = "GetIfTable, GetNumberOfInterfaces", .call = call_old_interfaces},
    {.name = "GetIfEntry, SetIfEntry, GetAdapterIndex", .call = call_old_interface},
    {.name = "SetIpInterfaceEntry", .call = call_set_interface},
    {.name = "GetIpAddrTable", .call = call_address_buffer},
    {.name = "AddIPAddress, DeleteIPAddress", .call = call_old_address},
    {.name = "CreateIpForwardEntry and others", .call = call_old_route},
    {.name = "GetIpPathTable", .call = call_paths},
    {.name = "GetIpPathEntry, FlushIpPathTable", .call = call_path},
    {.name = "GetAdapterOrderMap", .call = call_order},
    {.name = "GetRTTAndHopCount", .call = call_hops},
    {.name = "GetIpStatistics and others", .call = call_statistics},
    {.name = "GetExtendedTcpTable, GetExtendedUdpTable", .call = call_sockets},
    {.name = "AllocateAndGetTcpExTable2FromStack", .call = call_allocated_sockets},
    {.name = "AllocateAndGetIfTableFromStack", .call = call_interfaces_allocated},
    {.name = "AllocateAndGetIpAddrTableFromStack", .call = call_addresses_allocated},
    {.name = "AllocateAndGetIpForwardTableFromStack", .call = call_routes_allocated},
    {.name = "AllocateAndGetIpNetTableFromStack", .call = call_neighbours_allocated},
    {.name = "NhpAllocateAndGetInterfaceInfoFromStack", .call = call_names_allocated},
    {.name = "InternalGetBoundTcpEndpointTable", .call = call_bound_sockets},
    {.name = "GetOwnerModuleFromPidAndInfo", .call = call_module},
    {.name = "SetTcpEntry", .call = call_connection},
    {.name = "GetPerTcpConnectionEStats and others", .call = call_tcp_statistics},
    {.name = "SetIpStatistics, SetIpTTL", .call = call_set_statistics},
    {.name = "NotifyAddrChange, NotifyRouteChange", .call = call_one_shot},
    {.name = "GetMulticastIpAddressTable", .call = call_groups},
    {.name = "GetMulticastIpAddressEntry", .call = call_group},
    {.name = "GetAnycastIpAddressTable", .call = call_anycast_table},
    {.name = "GetAnycastIpAddressEntry", .call = call_anycast_entry},
    {.name = "CreateAnycastIpAddressEntry", .call = call_create_anycast},
    {.name = "DeleteAnycastIpAddressEntry", .call = call_delete_anycast},
    {.name = "CreateUnicastIpAddressEntry and others", .call = call_change_address},
    {.name = "ConvertInterfaceLuidToIndex", .call = call_index},
    {.name = "ConvertInterfaceIndexToLuid", .call = call_luid},
    {.name = "ConvertInterfaceLuidToAlias", .call = call_name},
    {.name = "ConvertInterfaceAliasToLuid", .call = call_alias},
    {.name = "ConvertInterfaceLuidToGuid", .call = call_guid},
    {.name = "ConvertInterfaceGuidToLuid", .call = call_from_guid},
    {.name = "GetFlVirtualInterfaceTable", .call = call_virtual_interfaces},
    {.name = "CreatePersistentUdpPortReservation and others", .call = call_ports},
    {.name = "GetInterfaceActiveTimestampCapabilities", .call = call_timestamps},
    {.name = "GetInterfaceDnsSettings", .call = call_dns},
    {.name = "IpRenewAddress, IpReleaseAddress", .call = call_lease},
    {.name = "SetInterfaceDnsSettings", .call = call_set_dns},
    {.name = "GetDnsSettings", .call = call_host_dns},
    {.name = "ResolveIpNetEntry2", .call = call_resolve},
    {.name = "CreateIpNetEntry2", .call = call_create},
    {.name = "CreateProxyArpEntry", .call = call_proxy},
    {.name = "GetIpNetTable", .call = call_buffer},
    {.name = "FlushIpNetTable2", .call = call_flush},
    {.name = "CreateSortedAddressPairs", .call = call_sort},
    {.name = "GetIpNetworkConnectionBandwidthEstimates", .call = call_bandwidth},
    {.name = "GetTeredoPort", .call = call_teredo_port},
    {.name = "NotifyTeredoPortChange", .call = call_notify_teredo},
    {.name = "NotifyStableUnicastIpAddressTable", .call = call_stable},
    {.name = "GetNetworkConnectivityHint", .call = call_hint},
    {.name = "GetNetworkConnectivityHintForInterface", .call = call_hint_of_link},
    {.name = "NotifyNetworkConnectivityHintChange", .call = call_notify_hint},
};

/* Lets so many allocations succeed. Whether one failed. */
static bool call_with(const struct subject *subject, long allocations, bool for_good,
                      struct outcome *ret_outcome)
{
    *ret_outcome = (struct outcome){.table = SOMETHING, .handle = SOMETHING};
    memory.thread = pthread_self();
    atomic_store(&memory.left, allocations);
    atomic_store(&memory.for_good, for_good);
    atomic_store(&memory.failed, false);
    atomic_store(&memory.calling, true);
    subject->call(subject->kind, ret_outcome);
    atomic_store(&memory.calling, false);
    return atomic_load(&memory.failed);
}

/* Gives back what a success gave; after a failure there is nothing. */
static void check_outcome(const struct subject *subject, long allocations, bool failed,
                          const struct outcome *outcome)
{
    bool gave_nothing = (outcome->table == SOMETHING || !outcome->table) &&
                        (outcome->handle == SOMETHING || !outcome->handle);

    if (failed ? outcome->rc != ERROR_NOT_ENOUGH_MEMORY : outcome->rc != NO_ERROR)
        fail_test("%s with memory for %ld allocations: error %u", subject->name, allocations,
                  outcome->rc);
    if (failed && !gave_nothing)
        fail_test("%s with memory for %ld allocations: something given", subject->name,
                  allocations);
    if (!failed && outcome->table != SOMETHING)
        FreeMibTable(outcome->table);
    if (!failed && outcome->handle != SOMETHING && outcome->handle)
        check(CancelMibChangeNotify2(outcome->handle) == NO_ERROR);
}

static void check_subject(const struct subject *subject, bool for_good)
{
    struct holdings before = holdings_now();
    struct outcome outcome;
    bool failed = true;

    for (long allocations = 0; failed; allocations++) {
        long blocks = atomic_load(&memory.blocks);

        check(allocations < 10000);
        failed = call_with(subject, allocations, for_good, &outcome);
        check_outcome(subject, allocations, failed, &outcome);
        if (failed && atomic_load(&memory.blocks) != blocks)
            fail_test("%s with memory for %ld allocations: %ld blocks left", subject->name,
                      allocations, atomic_load(&memory.blocks) - blocks);
    }
    holdings_expect_restored(&before);
}

static void check_function(const struct subject *subject)
{
    struct outcome outcome;

    /* What the library and libnl set up once is set up now. */
    check_outcome(subject, -1, call_with(subject, INT32_MAX, false, &outcome), &outcome);
    check_subject(subject, false);
    check_subject(subject, true);
}

static void test_functions(void **state)
{
    (void)state;
    world_without_dad();
    ip_batch("link add v0 type veth peer name v1\n"
             "link set v0 up\n"
             "link set v1 up\n"
             "addr add 10.0.0.1/24 dev v0\n"
             "addr add 2001:db8:1::1/64 dev v0\n"
             "neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0\n"
             "neigh add proxy 10.0.0.9 dev v0\n"
             "nexthop add id 1 via 10.0.0.3 dev v0\n"
             "nexthop add id 2 via 10.0.0.4 dev v0\n"
             "nexthop add id 3 group 1/2\n"
             "route add 10.1.0.0/16 nhid 3\n"
             "route add 10.2.0.0/16 via 10.0.0.2\n"
             "route append 10.2.0.0/16 via 10.0.0.3\n"
             "route append 10.2.0.0/16 via inet6 fe80::3 dev v0\n"
             "route add 10.3.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3\n"
             "route add 2001:db8:2::/48 via 2001:db8:1::2\n");
    for (int i = 4; i < 64; i++)
        ip("route add 10.%d.0.0/16 via 10.0.0.2", i);
    world_await_addresses();
    struct iface v0 = iface_get("v0");
    luid_looked_for = v0.luid;
    keys_looked_for[ROW_INTERFACE] = interface_key(v0, AF_INET);
    keys_looked_for[ROW_UNICAST] = unicast_key(v0, "2001:db8:1::1");
    keys_looked_for[ROW_ROUTE] = route_key(v0, "10.2.0.0/16", "10.0.0.3");
    keys_looked_for[ROW_NEIGHBOUR] = unicast_key(v0, "10.0.0.9");

    for (enum row_kind kind = 0; kind < ROW_KINDS; kind++) {
        const struct row_type *type = &row_types[kind];

        check_function(&(struct subject){type->get_table_name, call_table, kind});
        if (type->get_entry)
            check_function(&(struct subject){type->get_entry_name, call_entry, kind});
        if (type->notify)
            check_function(&(struct subject){type->notify_name, call_notify, kind});
    }
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        check_function(&others[i]);
}

/* ---- Changes ------------------------------------------------------------------------------- */

#define ROUTES 600

/* What was told, kept without an allocation. Index: the route's number. */
static struct {
    pthread_mutex_t lock;
    bool there[ROUTES];
    bool wrong;
} told = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int number_of(const MIB_IPFORWARD_ROW2 *row)
{
    const uint8_t *bytes = (const uint8_t *)&row->DestinationPrefix.Prefix.Ipv4.sin_addr;

    if (row->DestinationPrefix.Prefix.si_family != AF_INET || bytes[0] != 10 ||
        row->DestinationPrefix.PrefixLength != 24)
        return -1;
    return bytes[1] * 256 + bytes[2];
}

static void on_route(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    int number = number_of(row);

    (void)context;
    if (number < 0 || number >= ROUTES)
        return;
    pthread_mutex_lock(&told.lock);
    told.wrong |= told.there[number] == (type == MibAddInstance);
    told.there[number] = type != MibDeleteInstance;
    pthread_mutex_unlock(&told.lock);
}

/* Whether what was told is what is there. */
static bool is_told(void)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;
    bool there[ROUTES] = {false};

    check(GetIpForwardTable2(AF_UNSPEC, &table) == NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        int number = number_of(&table->Table[i]);
        if (number >= 0 && number < ROUTES)
            there[number] = true;
    }
    FreeMibTable(table);
    pthread_mutex_lock(&told.lock);
    bool same = memcmp(there, told.there, sizeof(there)) == 0;
    pthread_mutex_unlock(&told.lock);
    return same;
}

static void change_routes(const char *verb, int step)
{
    static char lines[ROUTES * 48];
    size_t length = 0;

    for (int i = 0; i < ROUTES; i += step)
        length += (size_t)snprintf(lines + length, sizeof(lines) - length,
                                   "route %s blackhole 10.%d.%d.0/24\n", verb, i / 256, i % 256);
    ip_batch(lines);
}

/* Changes come while the dispatcher gets no memory at all, and are told when it gets some again. */
static void test_changes(void **state)
{
    static const struct {
        const char *verb;
        int step;
    } changes[] = {{"add", 1}, {"del", 2}, {"append", 2}, {"del", 1}};
    HANDLE handle = NULL;

    (void)state;
    assert_int_equal(NotifyRouteChange2(AF_UNSPEC, on_route, NULL, FALSE, &handle), NO_ERROR);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        struct timespec deadline = check_deadline();

        atomic_store(&memory.dispatchers, true);
        change_routes(changes[i].verb, changes[i].step);
        atomic_store(&memory.dispatchers, false);
        while (!is_told() && !check_deadline_passed(&deadline))
            threads_await_asleep();
        assert_true(is_told());
        assert_false(told.wrong);
    }
    assert_true(atomic_load(&memory.refused) > 0);
    assert_int_equal(CancelMibChangeNotify2(handle), NO_ERROR);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_functions),
        world_test(test_changes),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
