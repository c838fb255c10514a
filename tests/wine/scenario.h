/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the programs of this folder are made of: scenarios, of which one run plays one. lifetime.py
 * runs them in Wine and makes the changes that they ask for on standard output.
 */
#ifndef TESTS_WINE_SCENARIO_H
#define TESTS_WINE_SCENARIO_H

#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DEADLINE_MS 60000

/* What a scenario ends with where the end is the test. */
enum { EXIT_FAILED = 1, EXIT_EXPECTED = 42 };

struct scenario {
    const char *name;
    int (*run)(void);
};

/* The program's; the last one has no name. */
extern const struct scenario scenarios[];

typedef DWORD(WINAPI *notify_address_function)(ADDRESS_FAMILY, PUNICAST_IPADDRESS_CHANGE_CALLBACK,
                                               PVOID, BOOLEAN, HANDLE *);
typedef DWORD(WINAPI *notify_route_function)(ADDRESS_FAMILY, PIPFORWARD_CHANGE_CALLBACK, PVOID,
                                             BOOLEAN, HANDLE *);
typedef DWORD(WINAPI *cancel_function)(HANDLE);
typedef DWORD(WINAPI *get_table_function)(ADDRESS_FAMILY, PMIB_UNICASTIPADDRESS_TABLE *);
typedef VOID(WINAPI *free_table_function)(PVOID);
typedef ULONG(WINAPI *get_adapters_function)(ULONG, ULONG, PVOID, PIP_ADAPTER_ADDRESSES, PULONG);

/* The DLL is loaded by hand, so that it can be unloaded. */
extern HMODULE library;
extern struct api {
    notify_address_function notify_address;
    notify_route_function notify_route;
    cancel_function cancel;
    get_table_function get_table;
    free_table_function free_table;
    get_adapters_function get_adapters;
} api;

void load(void);
void *function_of(const char *name);

/* Ends the program. */
void fail(const char *what, DWORD error);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail(#condition, GetLastError());                                                      \
    } while (0)

/* "change": an address comes or goes, and the routes that belong to it. */
void ask(const char *what);

HANDLE new_event(void);
void await(HANDLE object);
HANDLE start(LPTHREAD_START_ROUTINE function, void *context);
DWORD code_of(HANDLE thread);

HANDLE listen_with(PUNICAST_IPADDRESS_CHANGE_CALLBACK callback, void *context);

/* A callback that only says that it was called; the context is an event. */
void WINAPI set_event(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type);

/* Until all threads sleep in what they have begun. */
void await_asleep(void);

/* One more change arrives at a registration of its own. */
void check_that_changes_arrive(void);

#endif
