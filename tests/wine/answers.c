/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls each function that this project's DLL has of its own, and prints all that it answers: a
 * line for each call, beginning with the function's name. fallback.py compares what comes of it
 * with this project's DLL and with Wine's own.
 */
#include "row_kinds.h"

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

enum { LAST_INDEX = 12 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

#define ROW_FIELDS(name) static const struct row_field fields_of_##name[] = {
#define ROW_FIELD(row, field, format, roles)                                                       \
    {#field, offsetof(row, field), sizeof(((row *)0)->field), format, roles},
#define ROW_FIELDS_END                                                                             \
    }                                                                                              \
    ;
#include "row_fields.def"

struct layout {
    const struct row_field *fields;
    size_t field_count;
    size_t header_size; /* offset of the rows in their table */
    size_t row_size;
};

static const struct layout layouts[] = {
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    {fields_of_##name, COUNT(fields_of_##name), offsetof(table, Table), sizeof(row)},
#include "row_kinds.def"
};

static void print_row_bytes(const struct layout *layout, const void *row)
{
    (void)printf("   ");
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct row_field *field = &layout->fields[i];
        const unsigned char *bytes = (const unsigned char *)row + field->offset;
        bool is_ipv4 = field->format == FORMAT_ADDRESS &&
                       ((const SOCKADDR_INET *)(const void *)bytes)->si_family == AF_INET;
        size_t size = is_ipv4 ? offsetof(SOCKADDR_IN, sin_zero) : field->size;

        (void)printf(" ");
        for (size_t j = 0; j < size; j++)
            (void)printf("%02x", bytes[j]);
    }
    (void)printf("\n");
}

static void print_table(const unsigned char *table, const struct layout *layout)
{
    ULONG count;

    memcpy(&count, table, sizeof(count));
    for (ULONG i = 0; i < count; i++)
        print_row_bytes(layout, table + layout->header_size + i * layout->row_size);
}

static void get_table(const char *name, void *function, enum row_kind kind)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6, 99};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        void *table = NULL;
        DWORD result = ((table_function)function)(families[i], &table);

        (void)printf("%s %u: %lu\n", name, families[i], result);
        if (result == NO_ERROR) {
            print_table(table, &layouts[kind]);
            free_table(table);
        }
    }
}

/* Rows, of the loopback link: the address and the route that it always has. */
static const IN_ADDR loopback = {.S_un.S_un_b = {127, 0, 0, 1}};
static const IN_ADDR nobody = {.S_un.S_un_b = {198, 51, 100, 1}};

/* The key of a row on the loopback link, with the address. */
static void set_key(enum row_kind kind, IN_ADDR address, union any_row *row)
{
    SOCKADDR_INET first = {.Ipv4 = {.sin_family = AF_INET, .sin_addr = address}};

    memset(row, 0, sizeof(*row));
    for (size_t i = 0; i < layouts[kind].field_count; i++) {
        const struct row_field *field = &layouts[kind].fields[i];
        void *place = (char *)row + field->offset;

        if (field->format == FORMAT_INDEX)
            *(NET_IFINDEX *)place = 1;
        if (!(field->roles & FIELD_KEY))
            continue;
        if (field->format == FORMAT_FAMILY)
            *(ADDRESS_FAMILY *)place = AF_INET;
        else if (field->format == FORMAT_PREFIX_LENGTH)
            *(UINT8 *)place = 32;
        else if (field->format == FORMAT_ADDRESS) {
            memcpy(place, &first, sizeof(first));
            first.Ipv4.sin_addr.s_addr = 0; /* of a next hop: on-link */
        }
    }
}

static void get_entry(const char *name, void *function, enum row_kind kind)
{
    const IN_ADDR addresses[] = {loopback, nobody};

    for (size_t i = 0; i < COUNT(addresses); i++) {
        union any_row row;

        set_key(kind, addresses[i], &row);
        (void)printf("%s: %lu\n", name, ((pointer_function)function)(&row));
        print_row_bytes(&layouts[kind], &row);
    }
}

static void teredo_port(const char *name, void *function)
{
    USHORT port = 0;

    (void)printf("%s: %lu\n", name, ((pointer_function)function)(&port));
    print_bytes(&port, sizeof(port));
}

static void initialize(const char *name, void *function, enum row_kind kind)
{
    union any_row row;

    memset(&row, 0xa5, sizeof(row));
    ((initialize_function)function)(&row);
    (void)printf("%s: returned\n", name);
    print_row_bytes(&layouts[kind], &row);
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

static void notify(const char *name, void *function, enum row_kind kind)
{
    (void)kind;
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
    {"GetTeredoPort", teredo_port},
    {"NotifyStableUnicastIpAddressTable", notify_stable},
    {"NotifyTeredoPortChange", notify_teredo},
};

/* Of each kind of rows; a name of NONE is of no function. */
static const struct {
    const char *name;
    void (*call)(const char *name, void *function, enum row_kind kind);
    enum row_kind kind;
} functions_of_rows[] = {
#define ROW_KIND(KIND, title, row, table, table_function, entry_function, unknown, initializer,    \
                 notifier)                                                                         \
    {#table_function, get_table, ROW_##KIND}, {#entry_function, get_entry, ROW_##KIND},            \
        {#initializer, initialize, ROW_##KIND}, {#notifier, notify, ROW_##KIND},
#include "row_kinds.def"
};

static void *find_or_tell(const char *name)
{
    void *function = find(name);

    if (!function)
        (void)printf("%s is not exported\n", name);
    return function;
}

int main(void)
{
    library = LoadLibraryA("iphlpapi.dll");
    if (!library)
        return 1;
    for (size_t i = 0; i < COUNT(functions); i++) {
        void *function = find_or_tell(functions[i].name);
        if (function)
            functions[i].call(functions[i].name, function);
        (void)fflush(stdout);
    }
    for (size_t i = 0; i < COUNT(functions_of_rows); i++) {
        const char *name = functions_of_rows[i].name;
        void *function = strcmp(name, "NONE") == 0 ? NULL : find_or_tell(name);
        if (function)
            functions_of_rows[i].call(name, function, functions_of_rows[i].kind);
        (void)fflush(stdout);
    }
    return 0;
}
