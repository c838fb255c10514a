/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All that reads is called, over and over, in random order, with any family. The list is calls.def.
 */
#include "soak.h"

#include <stdlib.h>
#include <string.h>

static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};

/* What a call chooses at random. */
struct choice {
    ADDRESS_FAMILY family;     /* any */
    ADDRESS_FAMILY one_family; /* not AF_UNSPEC */
    BOOL sorted;
};

/* Fills a buffer that is made larger until what there is at the moment has room. */
#define FILL(call, too_small)                                                                      \
    ULONG size = 0;                                                                                \
    void *buffer = NULL;                                                                           \
    DWORD error;                                                                                   \
                                                                                                   \
    (void)choice;                                                                                  \
    while ((error = (call)) == (too_small) || (error == ERROR_INSUFFICIENT_BUFFER)) {              \
        free(buffer);                                                                              \
        buffer = malloc(size);                                                                     \
    }                                                                                              \
    free(buffer);                                                                                  \
    return error

#define ALLOCATED_BY(call, give_back)                                                              \
    void *table = NULL;                                                                            \
    DWORD error;                                                                                   \
                                                                                                   \
    (void)choice;                                                                                  \
    error = (call);                                                                                \
    if (table)                                                                                     \
        give_back(table);                                                                          \
    return error

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define OF_FAMILY(name)                                                                            \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name(choice->family, (void *)&table), FreeMibTable);                          \
    }
#define OF_LEVEL(name)                                                                             \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name(MibIfTableNormal, (void *)&table), FreeMibTable);                        \
    }
#define WHOLE(name)                                                                                \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name((void *)&table), FreeMibTable);                                          \
    }
#define SIZED(name)                                                                                \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        FILL(name(buffer, &size, choice->sorted), ERROR_BUFFER_OVERFLOW);                          \
    }
#define UNSORTED(name)                                                                             \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        FILL(name(buffer, &size), ERROR_BUFFER_OVERFLOW);                                          \
    }
#define EXTENDED(name, class)                                                                      \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        FILL(name(buffer, &size, choice->sorted, choice->one_family, class, 0),                    \
             ERROR_BUFFER_OVERFLOW);                                                               \
    }
#define ALLOCATED(name)                                                                            \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name((void *)&table, platform_heap(), 0), platform_heap_free);                \
    }
#define ALLOCATED_SORTED(name)                                                                     \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name((void *)&table, choice->sorted, platform_heap(), 0),                     \
                     platform_heap_free);                                                          \
    }
#define ALLOCATED_FAMILY(name)                                                                     \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(name((void *)&table, choice->sorted, platform_heap(), 0, choice->one_family), \
                     platform_heap_free);                                                          \
    }
#define ALLOCATED_CLASS(name, class)                                                               \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        ALLOCATED_BY(                                                                              \
            name((void *)&table, choice->sorted, platform_heap(), 0, choice->one_family, class),   \
            platform_heap_free);                                                                   \
    }
#define FILLED(name, type)                                                                         \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        type filled;                                                                               \
                                                                                                   \
        (void)choice;                                                                              \
        return name(&filled);                                                                      \
    }
#define ENTRY(name, kind)                                                                          \
    static DWORD call_##name(const struct choice *choice)                                          \
    {                                                                                              \
        return call_for_rows(ROW_##kind, choice->family);                                          \
    }
#define OTHER(name)

/* Asks for each row of a table: each may have gone meanwhile. */
static DWORD call_for_rows(enum row_kind kind, ADDRESS_FAMILY family)
{
    enum { MOST = 50 };
    void *table = NULL;
    DWORD error = row_types[kind].get_table(family, &table);

    for (ULONG i = 0; error == NO_ERROR && i < row_table_count(table) && i < MOST; i++) {
        union any_row row;
        const void *found = row_in_table(kind, table, i);
        const struct row_key key = row_key(kind, found);

        memset(&row, 0, sizeof(row));
        row_set_key(kind, &row, &key);
        error = row_types[kind].get_entry(&row);
        if (error == ERROR_NOT_FOUND || error == row_types[kind].unknown_luid)
            error = NO_ERROR;
    }
    if (table)
        FreeMibTable(table);
    return error;
}

static DWORD call_GetAdaptersAddresses(const struct choice *choice)
{
    FILL(GetAdaptersAddresses(choice->family, GAA_FLAG_INCLUDE_GATEWAYS, NULL, buffer, &size),
         ERROR_BUFFER_OVERFLOW);
}

static DWORD call_GetBestRoute2(const struct choice *choice)
{
    SOCKADDR_INET destination;
    SOCKADDR_INET source;
    MIB_IPFORWARD_ROW2 row;

    (void)choice;
    memset(&destination, 0, sizeof(destination));
    destination.Ipv4.sin_family = AF_INET;
    memcpy(&destination.Ipv4.sin_addr, (const UCHAR[]){198, 18, 0, 1}, 4);
    return GetBestRoute2(NULL, 0, NULL, &destination, 0, &row, &source);
}

static DWORD call_GetIfEntry2(const struct choice *choice)
{
    MIB_IF_ROW2 row;

    (void)choice;
    memset(&row, 0, sizeof(row));
    row.InterfaceIndex = 1;
    return GetIfEntry2(&row);
}

#include "calls.def"

#define OF_FAMILY(name) {#name, call_##name},
#define OF_LEVEL(name) {#name, call_##name},
#define WHOLE(name) {#name, call_##name},
#define SIZED(name) {#name, call_##name},
#define UNSORTED(name) {#name, call_##name},
#define EXTENDED(name, class) {#name, call_##name},
#define ALLOCATED(name) {#name, call_##name},
#define ALLOCATED_SORTED(name) {#name, call_##name},
#define ALLOCATED_FAMILY(name) {#name, call_##name},
#define ALLOCATED_CLASS(name, class) {#name, call_##name},
#define FILLED(name, type) {#name, call_##name},
#define ENTRY(name, kind) {#name, call_##name},
#define OTHER(name) {#name, call_##name},
static const struct {
    const char *name;
    DWORD (*call)(const struct choice *choice);
} calls[] = {
#include "calls.def"
};
/* NOLINTEND(bugprone-macro-parentheses) */

/* What may be, whatever the network is at the moment. */
static bool is_expected(DWORD error)
{
    static const DWORD expected[] = {NO_ERROR, ERROR_NO_DATA, ERROR_NOT_FOUND,
                                     ERROR_NETWORK_UNREACHABLE, ERROR_INVALID_DATA};

    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        if (error == expected[i])
            return true;
    return false;
}

static bool call_one(size_t i, uint64_t *random)
{
    const struct choice choice = {
        .family = families[soak_random(random) % ARRAY_SIZE(families)],
        .one_family = families[1 + soak_random(random) % 2],
        .sorted = soak_random(random) % 2 == 0,
    };
    DWORD error = calls[i].call(&choice);

    atomic_fetch_add(&soak_calls, 1);
    if (!is_expected(error))
        soak_fault("%s: error %u", calls[i].name, (unsigned)error);
    return is_expected(error);
}

void calls_run(void *thread_number)
{
    uint64_t random = soak_seed((unsigned)(uintptr_t)thread_number);

    while (soak_goes_on(NULL))
        (void)call_one(soak_random(&random) % ARRAY_SIZE(calls), &random);
}

int calls_in_child(void)
{
    uint64_t random = soak_seed(0);
    HANDLE handle = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(calls); i += 4)
        if (!call_one(i, &random))
            return 1;
    if (row_types[ROW_ROUTE].notify(AF_INET, &row_ignore, TRUE, &handle) != NO_ERROR)
        return 2;
    return CancelMibChangeNotify2(handle) == NO_ERROR ? 0 : 3;
}
