/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls each function that this project's DLL has of its own, and prints all that it answers: a
 * line for each call, beginning with the function's name. fallback.py compares what comes of it
 * with this project's DLL and with Wine's own.
 */
#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#include <stdio.h>
#include <string.h>

typedef DWORD(WINAPI *pointer_function)(void *);
typedef void(WINAPI *initialize_function)(void *);
typedef DWORD(WINAPI *table_function)(ADDRESS_FAMILY, void **);
typedef DWORD(WINAPI *index_function)(NET_IFINDEX, NET_LUID *);
typedef DWORD(WINAPI *luid_function)(const NET_LUID *, NET_IFINDEX *);
typedef DWORD(WINAPI *to_alias_function)(const NET_LUID *, WCHAR *, SIZE_T);
typedef DWORD(WINAPI *from_alias_function)(const WCHAR *, NET_LUID *);
typedef DWORD(WINAPI *notify_function)(ADDRESS_FAMILY, void *, void *, BOOLEAN, HANDLE *);
typedef DWORD(WINAPI *stable_function)(ADDRESS_FAMILY, void **, void *, void *, HANDLE *);
typedef DWORD(WINAPI *teredo_function)(void *, void *, BOOLEAN, HANDLE *);
typedef DWORD(WINAPI *cancel_function)(HANDLE);

enum { LAST_INDEX = 12, ROW_SIZE = 200 };

static HMODULE library;

static void *find(const char *name)
{
    return (void *)GetProcAddress(library, name);
}

static void print_bytes(const void *memory, size_t size)
{
    (void)printf("    ");
    for (size_t i = 0; i < size; i++)
        (void)printf("%02x", ((const unsigned char *)memory)[i]);
    (void)printf("\n");
}

static void free_table(void *table)
{
    ((void(WINAPI *)(void *))find("FreeMibTable"))(table);
}

/* Tables. Between fields, and behind an IPv4 address, Wine leaves what was in memory before. */
struct layout {
    size_t header_size; /* offset of the rows */
    size_t row_size;
    size_t address_count;
    size_t addresses[2]; /* offsets of SOCKADDR_INETs in a row */
    struct {
        size_t begin;
        size_t end;
    } gaps[2];
};

static const struct layout forward_layout = {
    .header_size = offsetof(MIB_IPFORWARD_TABLE2, Table),
    .row_size = sizeof(MIB_IPFORWARD_ROW2),
    .address_count = 2,
    .addresses = {offsetof(MIB_IPFORWARD_ROW2, DestinationPrefix.Prefix),
                  offsetof(MIB_IPFORWARD_ROW2, NextHop)},
    .gaps = {{offsetof(MIB_IPFORWARD_ROW2, DestinationPrefix.PrefixLength) + 1,
              offsetof(MIB_IPFORWARD_ROW2, NextHop)},
             {offsetof(MIB_IPFORWARD_ROW2, SitePrefixLength) + 1,
              offsetof(MIB_IPFORWARD_ROW2, ValidLifetime)}},
};

static const struct layout interface_layout = {
    .header_size = offsetof(MIB_IPINTERFACE_TABLE, Table),
    .row_size = sizeof(MIB_IPINTERFACE_ROW),
};

static const struct layout unicast_layout = {
    .header_size = offsetof(MIB_UNICASTIPADDRESS_TABLE, Table),
    .row_size = sizeof(MIB_UNICASTIPADDRESS_ROW),
    .address_count = 1,
    .addresses = {offsetof(MIB_UNICASTIPADDRESS_ROW, Address)},
    .gaps = {{offsetof(MIB_UNICASTIPADDRESS_ROW, Address) + sizeof(SOCKADDR_INET),
              offsetof(MIB_UNICASTIPADDRESS_ROW, InterfaceLuid)},
             {offsetof(MIB_UNICASTIPADDRESS_ROW, SkipAsSource) + 1,
              offsetof(MIB_UNICASTIPADDRESS_ROW, DadState)}},
};

static void print_table(const unsigned char *table, const struct layout *layout)
{
    ULONG count;

    memcpy(&count, table, sizeof(count));
    for (ULONG i = 0; i < count; i++) {
        unsigned char row[ROW_SIZE];
        memcpy(row, table + layout->header_size + i * layout->row_size, layout->row_size);
        for (size_t j = 0; j < layout->address_count; j++) {
            SOCKADDR_INET *address = (SOCKADDR_INET *)(row + layout->addresses[j]);
            size_t used = offsetof(SOCKADDR_IN, sin_zero);
            if (address->si_family == AF_INET)
                memset((unsigned char *)address + used, 0, sizeof(*address) - used);
        }
        for (size_t j = 0; j < sizeof(layout->gaps) / sizeof(layout->gaps[0]); j++)
            memset(row + layout->gaps[j].begin, 0, layout->gaps[j].end - layout->gaps[j].begin);
        print_bytes(row, layout->row_size);
    }
}

static void get_table(const char *name, void *function, const struct layout *layout)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6, 99};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        void *table = NULL;
        DWORD result = ((table_function)function)(families[i], &table);

        (void)printf("%s %u: %lu\n", name, families[i], result);
        if (result == NO_ERROR) {
            print_table(table, layout);
            free_table(table);
        }
    }
}

static void forward_table(const char *name, void *function)
{
    get_table(name, function, &forward_layout);
}

static void interface_table(const char *name, void *function)
{
    get_table(name, function, &interface_layout);
}

static void unicast_table(const char *name, void *function)
{
    get_table(name, function, &unicast_layout);
}

/* Rows, of the loopback link: the address and the route that it always has. */
static const IN_ADDR loopback = {.S_un.S_un_b = {127, 0, 0, 1}};
static const IN_ADDR nobody = {.S_un.S_un_b = {198, 51, 100, 1}};

static void print_row(const char *name, void *function, void *row, size_t size)
{
    DWORD result = ((pointer_function)function)(row);

    (void)printf("%s: %lu\n", name, result);
    print_bytes(row, size);
}

static void unicast_entry(const char *name, void *function)
{
    MIB_UNICASTIPADDRESS_ROW row = {.InterfaceIndex = 1};

    row.Address.Ipv4.sin_family = AF_INET;
    row.Address.Ipv4.sin_addr = loopback;
    print_row(name, function, &row, sizeof(row));
    row.Address.Ipv4.sin_addr = nobody;
    print_row(name, function, &row, sizeof(row));
}

static void interface_entry(const char *name, void *function)
{
    MIB_IPINTERFACE_ROW row = {.Family = AF_INET, .InterfaceIndex = 1};

    print_row(name, function, &row, sizeof(row));
}

static void forward_entry(const char *name, void *function)
{
    MIB_IPFORWARD_ROW2 row = {.InterfaceIndex = 1};

    row.DestinationPrefix.Prefix.si_family = AF_INET;
    row.DestinationPrefix.Prefix.Ipv4.sin_addr = loopback;
    row.DestinationPrefix.PrefixLength = 32;
    row.NextHop.si_family = AF_INET;
    print_row(name, function, &row, sizeof(row));
}

static void teredo_port(const char *name, void *function)
{
    USHORT port = 0;

    print_row(name, function, &port, sizeof(port));
}

static void initialize(const char *name, void *function)
{
    unsigned char row[ROW_SIZE];

    memset(row, 0xa5, sizeof(row));
    ((initialize_function)function)(row);
    (void)printf("%s: returned\n", name);
    print_bytes(row, sizeof(row));
}

static void free_nothing(const char *name, void *function)
{
    (void)function;
    free_table(NULL);
    (void)printf("%s: returned\n", name);
}

/* Conversions. */
static void index_to_luid(const char *name, void *function)
{
    for (NET_IFINDEX index = 0; index <= LAST_INDEX; index++) {
        NET_LUID luid = {.Value = 0x5a5a};
        DWORD result = ((index_function)function)(index, &luid);
        (void)printf("%s %lu: %lu %#llx\n", name, index, result, luid.Value);
    }
    (void)printf("%s: %lu\n", name, ((index_function)function)(1, NULL));
}

static NET_LUID luid_of(NET_IFINDEX index)
{
    NET_LUID luid = {.Value = 0x17000000000000ULL};

    (void)((index_function)find("ConvertInterfaceIndexToLuid"))(index, &luid);
    return luid;
}

static void luid_to_index(const char *name, void *function)
{
    for (NET_IFINDEX from = 0; from <= LAST_INDEX; from++) {
        NET_LUID luid = luid_of(from);
        NET_IFINDEX index = 0x5a;
        DWORD result = ((luid_function)function)(&luid, &index);
        (void)printf("%s %lu: %lu %lu\n", name, from, result, index);
    }
    (void)printf("%s: %lu\n", name, ((luid_function)function)(NULL, NULL));
}

static void luid_to_alias(const char *name, void *function)
{
    static const SIZE_T lengths[] = {256, 2, 0};

    for (NET_IFINDEX from = 0; from <= LAST_INDEX; from++)
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            NET_LUID luid = luid_of(from);
            WCHAR alias[256] = L"?";
            DWORD result = ((to_alias_function)function)(&luid, alias, lengths[i]);
            (void)printf("%s %lu %u: %lu %ls\n", name, from, (unsigned int)lengths[i], result,
                         alias);
        }
}

static void alias_to_luid(const char *name, void *function)
{
    static const WCHAR *const aliases[] = {L"lo", L"nothing", L"", NULL};

    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        NET_LUID luid = {.Value = 0x5a5a};
        DWORD result = ((from_alias_function)function)(aliases[i], &luid);
        (void)printf("%s %ls: %lu %#llx\n", name, aliases[i] ? aliases[i] : L"NULL", result,
                     luid.Value);
    }
}

/* Notifications. What a handle is does not matter, but whether there is one. */
static int calls;

static void WINAPI on_change(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    if (!row && type == MibInitialNotification)
        calls++;
}

static void cancel(const char *name, DWORD result, HANDLE handle)
{
    DWORD cancelled = ((cancel_function)find("CancelMibChangeNotify2"))(handle);

    (void)printf("%s: %lu, %s, %d calls; CancelMibChangeNotify2: %lu\n", name, result,
                 handle ? "a handle" : "no handle", calls, cancelled);
}

static void notify(const char *name, void *function)
{
    for (int initial = 0; initial <= 1; initial++) {
        HANDLE handle = NULL;
        calls = 0;
        DWORD result = ((notify_function)function)(AF_UNSPEC, (void *)on_change, NULL,
                                                   (BOOLEAN)initial, &handle);
        cancel(name, result, handle);
    }
}

static void notify_stable(const char *name, void *function)
{
    HANDLE handle = NULL;
    void *table = NULL;

    DWORD result = ((stable_function)function)(AF_UNSPEC, &table, (void *)on_change, NULL, &handle);
    cancel(name, result, handle);
}

static void notify_teredo(const char *name, void *function)
{
    HANDLE handle = NULL;

    cancel(name, ((teredo_function)function)((void *)on_change, NULL, FALSE, &handle), handle);
}

static void cancel_nothing(const char *name, void *function)
{
    (void)printf("%s: %lu\n", name, ((cancel_function)function)(NULL));
}

static const struct {
    const char *name;
    void (*call)(const char *name, void *function);
} functions[] = {
    {"CancelMibChangeNotify2", cancel_nothing},
    {"ConvertInterfaceAliasToLuid", alias_to_luid},
    {"ConvertInterfaceIndexToLuid", index_to_luid},
    {"ConvertInterfaceLuidToAlias", luid_to_alias},
    {"ConvertInterfaceLuidToIndex", luid_to_index},
    {"FreeMibTable", free_nothing},
    {"GetIpForwardEntry2", forward_entry},
    {"GetIpForwardTable2", forward_table},
    {"GetIpInterfaceEntry", interface_entry},
    {"GetIpInterfaceTable", interface_table},
    {"GetTeredoPort", teredo_port},
    {"GetUnicastIpAddressEntry", unicast_entry},
    {"GetUnicastIpAddressTable", unicast_table},
    {"InitializeIpForwardEntry", initialize},
    {"InitializeIpInterfaceEntry", initialize},
    {"InitializeUnicastIpAddressEntry", initialize},
    {"NotifyIpInterfaceChange", notify},
    {"NotifyRouteChange2", notify},
    {"NotifyStableUnicastIpAddressTable", notify_stable},
    {"NotifyTeredoPortChange", notify_teredo},
    {"NotifyUnicastIpAddressChange", notify},
};

int main(void)
{
    library = LoadLibraryA("iphlpapi.dll");
    if (!library)
        return 1;
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *function = find(functions[i].name);
        if (function)
            functions[i].call(functions[i].name, function);
        else
            (void)printf("%s is not exported\n", functions[i].name);
        (void)fflush(stdout);
    }
    return 0;
}
