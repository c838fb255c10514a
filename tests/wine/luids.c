/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An interface has one LUID, whichever function of this project's DLL or of Wine's own a program
 * has it from. luids.py runs it in Wine, in a network namespace with links of many kinds:
 *
 *   wine_luids all           of every interface, from every function and back
 *   wine_luids later ALIAS   registers, says "ready", and waits for the interface, its address and
 * a route of it in notifications; then as above
 *
 * Prints what an interface's LUID is, and a line that begins with FAIL for what is wrong.
 */
#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAST_INDEX = 64, DEADLINE_MS = 60000 };

typedef DWORD(WINAPI *index_function)(NET_IFINDEX, NET_LUID *);
typedef DWORD(WINAPI *guid_function)(const NET_LUID *, GUID *);
typedef DWORD(WINAPI *from_guid_function)(const GUID *, NET_LUID *);
typedef DWORD(WINAPI *adapters_function)(ULONG, ULONG, PVOID, PIP_ADAPTER_ADDRESSES, PULONG);
typedef DWORD(WINAPI *iftable_function)(PMIB_IF_TABLE2 *);

static bool failed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)printf("FAIL line %d: %s\n", __LINE__, #condition);                              \
            failed = true;                                                                         \
        }                                                                                          \
    } while (0)

/* Of Wine's own DLL, and not ours. */
static void *wines(const char *name)
{
    HMODULE module = LoadLibraryA("wine_iphlpapi.dll");
    void *function = module ? (void *)GetProcAddress(module, name) : NULL;

    if (!function) {
        (void)printf("FAIL Wine has no %s\n", name);
        exit(1);
    }
    return function;
}

/* What Wine says first: ours must not have to be asked before. */
static NET_LUID wines_luid(NET_IFINDEX index)
{
    static index_function convert;
    NET_LUID luid = {.Value = 0};

    if (!convert)
        convert = (index_function)wines("ConvertInterfaceIndexToLuid");
    if (convert(index, &luid) != NO_ERROR)
        luid.Value = 0;
    return luid;
}

static void check_conversions(NET_IFINDEX index, NET_LUID luid)
{
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    NET_LUID other = luid;
    NET_IFINDEX back;
    GUID guid;

    CHECK(ConvertInterfaceIndexToLuid(index, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(ConvertInterfaceLuidToIndex(&luid, &back) == NO_ERROR && back == index);
    CHECK(ConvertInterfaceLuidToAlias(&luid, alias, IF_MAX_STRING_SIZE + 1) == NO_ERROR);
    CHECK(ConvertInterfaceAliasToLuid(alias, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(ConvertInterfaceLuidToGuid(&luid, &guid) == NO_ERROR);
    CHECK(ConvertInterfaceGuidToLuid(&guid, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(((guid_function)wines("ConvertInterfaceLuidToGuid"))(&luid, &guid) == NO_ERROR);
    CHECK(((from_guid_function)wines("ConvertInterfaceGuidToLuid"))(&guid, &other) == NO_ERROR &&
          other.Value == luid.Value);
    (void)printf("%ls: type %u, index %u\n", alias, (unsigned int)luid.Info.IfType,
                 (unsigned int)luid.Info.NetLuidIndex);
    other.Info.IfType = 99;
    CHECK(ConvertInterfaceLuidToIndex(&other, &back) == ERROR_FILE_NOT_FOUND);
}

static void check_interface(ADDRESS_FAMILY family, NET_IFINDEX index, NET_LUID luid)
{
    MIB_IPINTERFACE_ROW by_index = {.Family = family, .InterfaceIndex = index};
    MIB_IPINTERFACE_ROW by_luid = {.Family = family, .InterfaceLuid = luid};
    MIB_IPINTERFACE_ROW wrong = {.Family = family, .InterfaceLuid = luid};

    DWORD result = GetIpInterfaceEntry(&by_index);
    CHECK(GetIpInterfaceEntry(&by_luid) == result);
    CHECK(result == NO_ERROR || result == ERROR_NOT_FOUND);
    if (result == NO_ERROR) {
        CHECK(by_index.InterfaceLuid.Value == luid.Value && by_index.InterfaceIndex == index);
        CHECK(by_luid.InterfaceLuid.Value == luid.Value && by_luid.InterfaceIndex == index);
    }
    wrong.InterfaceLuid.Info.IfType = 99;
    CHECK(GetIpInterfaceEntry(&wrong) == ERROR_NOT_FOUND);
}

static int check_interfaces(void)
{
    int count = 0;

    for (NET_IFINDEX index = 1; index <= LAST_INDEX; index++) {
        NET_LUID luid = wines_luid(index);
        if (luid.Value == 0)
            continue;
        check_conversions(index, luid);
        check_interface(AF_INET, index, luid);
        check_interface(AF_INET6, index, luid);
        count++;
    }
    return count;
}

static void check_interface_table(void)
{
    PMIB_IPINTERFACE_TABLE table;

    CHECK(GetIpInterfaceTable(AF_UNSPEC, &table) == NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        CHECK(table->Table[i].InterfaceLuid.Value ==
              wines_luid(table->Table[i].InterfaceIndex).Value);
    FreeMibTable(table);
}

static void check_unicast_table(void)
{
    PMIB_UNICASTIPADDRESS_TABLE table;

    CHECK(GetUnicastIpAddressTable(AF_UNSPEC, &table) == NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        MIB_UNICASTIPADDRESS_ROW row = {.Address = table->Table[i].Address};
        row.InterfaceLuid = wines_luid(table->Table[i].InterfaceIndex);
        CHECK(table->Table[i].InterfaceLuid.Value == row.InterfaceLuid.Value);
        CHECK(GetUnicastIpAddressEntry(&row) == NO_ERROR);
        CHECK(row.InterfaceLuid.Value == table->Table[i].InterfaceLuid.Value);
        CHECK(row.InterfaceIndex == table->Table[i].InterfaceIndex);
        row.InterfaceLuid.Info.IfType = 99;
        CHECK(GetUnicastIpAddressEntry(&row) == ERROR_FILE_NOT_FOUND);
    }
    FreeMibTable(table);
}

static void check_forward_table(void)
{
    PMIB_IPFORWARD_TABLE2 table;

    CHECK(GetIpForwardTable2(AF_UNSPEC, &table) == NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        MIB_IPFORWARD_ROW2 row = {.DestinationPrefix = table->Table[i].DestinationPrefix,
                                  .NextHop = table->Table[i].NextHop};
        row.InterfaceLuid = wines_luid(table->Table[i].InterfaceIndex);
        CHECK(table->Table[i].InterfaceLuid.Value == row.InterfaceLuid.Value);
        CHECK(GetIpForwardEntry2(&row) == NO_ERROR);
        CHECK(row.InterfaceLuid.Value == table->Table[i].InterfaceLuid.Value);
        CHECK(row.InterfaceIndex == table->Table[i].InterfaceIndex);
        row.InterfaceLuid.Info.IfType = 99;
        CHECK(GetIpForwardEntry2(&row) == ERROR_NOT_FOUND);
    }
    FreeMibTable(table);
}

/* What Wine's own functions give is what ours take. */
static void check_adapters(int interfaces)
{
    ULONG size = 1 << 20;
    PIP_ADAPTER_ADDRESSES adapters = malloc(size);
    PMIB_IF_TABLE2 table;
    int count = 0;

    CHECK(adapters && GetAdaptersAddresses(AF_UNSPEC, 0, NULL, adapters, &size) == NO_ERROR);
    for (PIP_ADAPTER_ADDRESSES adapter = adapters; adapter; adapter = adapter->Next) {
        MIB_IPINTERFACE_ROW row = {.Family = AF_INET, .InterfaceLuid = adapter->Luid};
        NET_LUID luid = {.Value = 0};
        CHECK(ConvertInterfaceIndexToLuid(adapter->IfIndex, &luid) == NO_ERROR);
        CHECK(luid.Value == adapter->Luid.Value);
        CHECK(GetIpInterfaceEntry(&row) == NO_ERROR && row.InterfaceIndex == adapter->IfIndex);
        CHECK(adapter->IfType == luid.Info.IfType);
        count++;
    }
    CHECK(count == interfaces);
    free(adapters);

    CHECK(((iftable_function)wines("GetIfTable2"))(&table) == NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        NET_IFINDEX index = 0;
        CHECK(ConvertInterfaceLuidToIndex(&table->Table[i].InterfaceLuid, &index) == NO_ERROR);
        CHECK(index == table->Table[i].InterfaceIndex);
    }
    FreeMibTable(table);
}

static void check_all(void)
{
    /* Through Wine's own first: then Wine knows a link that has come a moment ago. */
    int interfaces = check_interfaces();

    CHECK(interfaces > 0);
    check_interface_table();
    check_unicast_table();
    check_forward_table();
    check_adapters(interfaces);
}

/* Notifications of a link that was not there when the program began. */

static struct {
    const WCHAR *alias;
    HANDLE heard[3];
    NET_LUID luids[3];
} later;

enum { OF_INTERFACE, OF_ADDRESS, OF_ROUTE };

static void hear(int which, NET_IFINDEX index, NET_LUID luid, MIB_NOTIFICATION_TYPE type)
{
    NET_LUID wanted;

    if (type == MibAddInstance && luid.Value != later.luids[which].Value &&
        ConvertInterfaceAliasToLuid(later.alias, &wanted) == NO_ERROR &&
        (wanted.Info.NetLuidIndex & 0xffffff) == index) {
        later.luids[which] = luid;
        (void)SetEvent(later.heard[which]);
    }
}

static void WINAPI on_interface(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    hear(OF_INTERFACE, row->InterfaceIndex, row->InterfaceLuid, type);
}

static void WINAPI on_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                              MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    hear(OF_ADDRESS, row->InterfaceIndex, row->InterfaceLuid, type);
}

static void WINAPI on_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type)
{
    (void)context;
    hear(OF_ROUTE, row->InterfaceIndex, row->InterfaceLuid, type);
}

static void check_later(const char *alias)
{
    static WCHAR wide[IF_MAX_STRING_SIZE + 1];
    HANDLE handles[3];
    NET_LUID luid;

    (void)mbstowcs(wide, alias, IF_MAX_STRING_SIZE);
    later.alias = wide;
    for (int i = 0; i < 3; i++)
        later.heard[i] = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK(NotifyIpInterfaceChange(AF_UNSPEC, on_interface, NULL, FALSE, &handles[0]) == NO_ERROR);
    CHECK(NotifyUnicastIpAddressChange(AF_UNSPEC, on_address, NULL, FALSE, &handles[1]) ==
          NO_ERROR);
    CHECK(NotifyRouteChange2(AF_UNSPEC, on_route, NULL, FALSE, &handles[2]) == NO_ERROR);
    (void)printf("ready\n");
    (void)fflush(stdout);
    CHECK(WaitForMultipleObjects(3, later.heard, TRUE, DEADLINE_MS) == WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        CHECK(CancelMibChangeNotify2(handles[i]) == NO_ERROR);
    CHECK(ConvertInterfaceAliasToLuid(wide, &luid) == NO_ERROR);
    for (int i = 0; i < 3; i++) {
        CHECK(later.luids[i].Value == luid.Value);
        CHECK(later.luids[i].Value == wines_luid((NET_IFINDEX)luid.Info.NetLuidIndex).Value);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "later") == 0)
        check_later(argv[2]);
    else if (argc != 2 || strcmp(argv[1], "all") != 0)
        return 2;
    check_all();
    return failed;
}
