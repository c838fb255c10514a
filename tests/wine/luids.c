/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An interface has one LUID, one GUID and one name, whichever function of this project's DLL or of
 * Wine's own a program has it from. luids.py runs it in Wine, in a network namespace with links of
 * many kinds:
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

#include "row_kinds.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAST_INDEX = 64, DEADLINE_MS = 60000 };

typedef DWORD(WINAPI *index_function)(NET_IFINDEX, NET_LUID *);
typedef DWORD(WINAPI *guid_function)(const NET_LUID *, GUID *);
typedef DWORD(WINAPI *from_guid_function)(const GUID *, NET_LUID *);
typedef DWORD(WINAPI *name_function)(const NET_LUID *, char *, SIZE_T);
typedef char *(WINAPI *index_to_name_function)(NET_IFINDEX, char *);
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
    char name[IF_MAX_STRING_SIZE + 1];
    char wines_name[IF_MAX_STRING_SIZE + 1];
    GUID guid;
    GUID wines_guid;

    CHECK(ConvertInterfaceIndexToLuid(index, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(ConvertInterfaceLuidToIndex(&luid, &back) == NO_ERROR && back == index);
    CHECK(ConvertInterfaceLuidToAlias(&luid, alias, IF_MAX_STRING_SIZE + 1) == NO_ERROR);
    CHECK(ConvertInterfaceAliasToLuid(alias, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(ConvertInterfaceLuidToGuid(&luid, &guid) == NO_ERROR);
    CHECK(ConvertInterfaceGuidToLuid(&guid, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(((guid_function)wines("ConvertInterfaceLuidToGuid"))(&luid, &wines_guid) == NO_ERROR);
    CHECK(memcmp(&guid, &wines_guid, sizeof(guid)) == 0);
    CHECK(((from_guid_function)wines("ConvertInterfaceGuidToLuid"))(&guid, &other) == NO_ERROR &&
          other.Value == luid.Value);
    CHECK(ConvertInterfaceLuidToNameA(&luid, name, sizeof(name)) == NO_ERROR);
    CHECK(((name_function)wines("ConvertInterfaceLuidToNameA"))(&luid, wines_name,
                                                                sizeof(wines_name)) == NO_ERROR);
    CHECK(strcmp(name, wines_name) == 0);
    CHECK(ConvertInterfaceNameToLuidA(name, &other) == NO_ERROR && other.Value == luid.Value);
    CHECK(if_nametoindex(name) == index);
    CHECK(((index_to_name_function)wines("if_indextoname"))(index, wines_name) &&
          if_indextoname(index, name) == name && strcmp(name, wines_name) == 0);
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

static NET_LUID luid_in(enum row_kind kind, const void *row)
{
    return (NET_LUID){.Value = row_number(row_field_of_format(kind, FORMAT_LUID), row)};
}

static NET_IFINDEX index_in(enum row_kind kind, const void *row)
{
    return (NET_IFINDEX)row_number(row_field_of_format(kind, FORMAT_INDEX), row);
}

/* The entry for a row of the table, by the LUID that Wine has, and by one of another type. */
static void check_entry(enum row_kind kind, const void *known, NET_LUID luid)
{
    const struct row_type *type = &row_types[kind];
    struct row_key key = row_key(kind, known);
    union any_row row;

    memset(&row, 0, sizeof(row));
    key.luid = luid.Value;
    row_set_key(kind, &row, &key);
    CHECK(type->get_entry(&row) == NO_ERROR);
    CHECK(luid_in(kind, &row).Value == luid_in(kind, known).Value);
    CHECK(index_in(kind, &row) == index_in(kind, known));
    luid.Info.IfType = 99;
    key.luid = luid.Value;
    row_set_key(kind, &row, &key);
    CHECK(type->get_entry(&row) == type->unknown_luid);
}

static void check_table(enum row_kind kind)
{
    void *table = NULL;

    CHECK(row_types[kind].get_table(AF_UNSPEC, &table) == NO_ERROR);
    for (ULONG i = 0; table && i < row_table_count(table); i++) {
        const void *row = row_in_table(kind, table, i);
        NET_LUID luid = wines_luid(index_in(kind, row));
        CHECK(luid_in(kind, row).Value == luid.Value);
        if (row_types[kind].get_entry)
            check_entry(kind, row, luid);
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
    for (int kind = 0; kind < ROW_KINDS; kind++)
        check_table((enum row_kind)kind);
    check_adapters(interfaces);
}

/* Notifications of a link that was not there when the program began. */

static const WCHAR *later_alias;

static struct later {
    enum row_kind kind;
    struct row_listener listener;
    HANDLE registration;
    HANDLE heard;
    NET_LUID luid;
} later[ROW_WATCHED_KINDS];

static void hear(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct later *of = context;
    NET_LUID luid = luid_in(of->kind, row);
    NET_LUID wanted;

    if (type == MibAddInstance && luid.Value != of->luid.Value &&
        ConvertInterfaceAliasToLuid(later_alias, &wanted) == NO_ERROR &&
        (wanted.Info.NetLuidIndex & 0xffffff) == index_in(of->kind, row)) {
        of->luid = luid;
        (void)SetEvent(of->heard);
    }
}

static void check_later(const char *alias)
{
    static WCHAR wide[IF_MAX_STRING_SIZE + 1];
    HANDLE heard[ROW_WATCHED_KINDS];
    NET_LUID luid;

    (void)mbstowcs(wide, alias, IF_MAX_STRING_SIZE);
    later_alias = wide;
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        struct later *of = &later[kind];
        of->kind = (enum row_kind)kind;
        of->listener = (struct row_listener){hear, of};
        of->heard = heard[kind] = CreateEventA(NULL, TRUE, FALSE, NULL);
        CHECK(row_types[kind].notify(AF_UNSPEC, &of->listener, FALSE, &of->registration) ==
              NO_ERROR);
    }
    (void)printf("ready\n");
    (void)fflush(stdout);
    CHECK(WaitForMultipleObjects(ROW_WATCHED_KINDS, heard, TRUE, DEADLINE_MS) == WAIT_OBJECT_0);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        CHECK(CancelMibChangeNotify2(later[kind].registration) == NO_ERROR);
    CHECK(ConvertInterfaceAliasToLuid(wide, &luid) == NO_ERROR);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        CHECK(later[kind].luid.Value == luid.Value);
        CHECK(later[kind].luid.Value == wines_luid((NET_IFINDEX)luid.Info.NetLuidIndex).Value);
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
