/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The part of the benchmarks that runs in Wine. Times are the processor's counter, which is the
 * same in Wine and outside; who started this program turns them into seconds.
 *
 *   bench_helper table DLL ROUNDS    reads the IPv4 routes; a line "TICKS ROUTES" each time
 *   bench_helper hear SUBJECT INDEX  hears of changes until standard input ends; a struct
 *                                    wine_event for each, and one without a change when ready
 *   bench_helper nothing             ends at once
 */
#include "wine_event.h"

#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

static int fail(const char *what, unsigned long error)
{
    (void)fprintf(stderr, "bench_helper: %s: error %lu\n", what, error);
    return 1;
}

static int read_tables(const char *dll, int rounds)
{
    typedef DWORD(WINAPI * get_function)(ADDRESS_FAMILY family, PMIB_IPFORWARD_TABLE2 * table);
    typedef void(WINAPI * free_function)(PVOID memory);
    HMODULE module = LoadLibraryA(dll);

    if (!module)
        return fail(dll, GetLastError());
    get_function get = (get_function)(void *)GetProcAddress(module, "GetIpForwardTable2");
    free_function give_back = (free_function)(void *)GetProcAddress(module, "FreeMibTable");
    if (!get || !give_back)
        return fail("GetProcAddress", GetLastError());
    for (int i = 0; i < rounds; i++) {
        PMIB_IPFORWARD_TABLE2 table;
        uint64_t before = __rdtsc();
        DWORD error = get(AF_INET, &table);
        uint64_t ticks = __rdtsc() - before;

        if (error != NO_ERROR)
            return fail("GetIpForwardTable2", error);
        (void)printf("%llu %lu\n", (unsigned long long)ticks, table->NumEntries);
        (void)fflush(stdout);
        give_back(table);
    }
    return 0;
}

static NET_IFINDEX heard_index;

/* One write, and of no more than a pipe takes at once. */
static void tell(uint64_t time, enum wine_change change, uint32_t key)
{
    const struct wine_event event = {.time = time, .change = change, .key = key};
    DWORD written;

    (void)WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), &event, sizeof(event), &written, NULL);
}

static enum wine_change change_of(MIB_NOTIFICATION_TYPE type)
{
    if (type == MibAddInstance)
        return WINE_CHANGE_ADD;
    return type == MibDeleteInstance ? WINE_CHANGE_DELETE : WINE_CHANGE_PARAMETER;
}

static void WINAPI on_interface(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type)
{
    uint64_t now = __rdtsc();

    (void)context;
    if (row->InterfaceIndex == heard_index)
        tell(now, change_of(type), row->NlMtu);
}

static void WINAPI on_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row,
                              MIB_NOTIFICATION_TYPE type)
{
    uint64_t now = __rdtsc();

    (void)context;
    if (row->InterfaceIndex == heard_index)
        tell(now, change_of(type), row->Address.Ipv4.sin_addr.s_addr);
}

static void WINAPI on_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type)
{
    uint64_t now = __rdtsc();

    (void)context;
    if (row->InterfaceIndex == heard_index && row->DestinationPrefix.PrefixLength == 24)
        tell(now, change_of(type), row->DestinationPrefix.Prefix.Ipv4.sin_addr.s_addr);
}

static int hear(const char *subject, NET_IFINDEX index)
{
    HANDLE handle = NULL;
    DWORD error = ERROR_INVALID_PARAMETER;
    DWORD length;
    char byte;

    heard_index = index;
    if (strcmp(subject, "links") == 0)
        error = NotifyIpInterfaceChange(AF_INET, on_interface, NULL, FALSE, &handle);
    else if (strcmp(subject, "addresses") == 0)
        error = NotifyUnicastIpAddressChange(AF_INET, on_address, NULL, FALSE, &handle);
    else if (strcmp(subject, "routes") == 0)
        error = NotifyRouteChange2(AF_INET, on_route, NULL, FALSE, &handle);
    if (error != NO_ERROR || !handle)
        return fail("cannot register", error);
    tell(__rdtsc(), WINE_CHANGE_NONE, 0);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &length, NULL) && length > 0)
        ;
    error = CancelMibChangeNotify2(handle);
    return error == NO_ERROR ? 0 : fail("cannot cancel", error);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "table") == 0)
        return read_tables(argv[2], atoi(argv[3]));
    if (argc == 4 && strcmp(argv[1], "hear") == 0)
        return hear(argv[2], (NET_IFINDEX)strtoul(argv[3], NULL, 10));
    if (argc == 2 && strcmp(argv[1], "nothing") == 0)
        return 0;
    (void)fputs("bench_helper is started by iphlpapi-bench\n", stderr);
    return 2;
}
