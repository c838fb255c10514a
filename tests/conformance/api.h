/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions under test. Tests call them by their names; which function that is, is looked up
 * when the program starts, so that an implementation that lacks one can be tested all the same: a
 * call of it ends the process with EXIT_NOT_EXPORTED, and says which it was.
 *
 * Which functions there are says iphlpapi.spec; the build makes api_functions.def and api_names.h
 * of it.
 */
#ifndef TESTS_CONFORMANCE_API_H
#define TESTS_CONFORMANCE_API_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#endif
#ifdef _WIN32
#include <windns.h> /* iphlpapi.h then has ParseNetworkString */
#include <winternl.h>
#define PIO_APC_ROUTINE_DEFINED
/* mingw-w64 10.0 declares it without its calling convention, which matters in 32 bits. */
#define GetOwnerModuleFromPidAndInfo mingw_GetOwnerModuleFromPidAndInfo
#endif
#include <iphlpapi.h>
#undef GetOwnerModuleFromPidAndInfo
#include <icmpapi.h>

#ifdef _WIN32
DWORD WINAPI GetOwnerModuleFromPidAndInfo(ULONG, ULONG64 *, TCPIP_OWNER_MODULE_INFO_CLASS, PVOID,
                                          PDWORD);
/* In no header of mingw-w64's. */
DWORD WINAPI ConvertGuidToStringA(const GUID *, PSTR, ULONG);
DWORD WINAPI ConvertGuidToStringW(const GUID *, PWSTR, ULONG);
DWORD WINAPI ConvertStringToGuidA(const char *, GUID *);
DWORD WINAPI ConvertStringToGuidW(const WCHAR *, GUID *);
typedef int MIB_IF_ENTRY_LEVEL;
DWORD WINAPI GetIfEntry2Ex(MIB_IF_ENTRY_LEVEL, MIB_IF_ROW2 *);
DWORD WINAPI IcmpSendEcho2Ex(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, IPAddr, IPAddr, PVOID, WORD,
                             IP_OPTION_INFORMATION *, PVOID, DWORD, DWORD);
enum { GAA_FLAG_SKIP_DNS_INFO = 0x800 };
#include "../../include/iphlpapi_statistics.h"
#include "../../include/iphlpapi_tables_allocated.h"
#include "../../include/iphlpapi_timestamp.h"
#include "../../include/iphlpapi_watch.h"
#include "../../include/netioapi_compartments.h"
#include "../../include/netioapi_dns.h"
#include "../../include/netioapi_hint.h"
#include "../../include/iphlpapi_sockets_allocated.h"
#endif

/* The host's, for what is no function under test. */
enum { HOST_AF_INET6 = AF_INET6 };
#ifdef API_AF_INET6 /* the library's own, where it has another */
#undef AF_INET6
#define AF_INET6 API_AF_INET6
#endif

struct api {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): names do not go in parentheses */
#define API_FUNCTION(name) __typeof__(name) *name;
#include "api_functions.def"
};

extern struct api api;

/* Fills it. */
void api_look_up(void);

#ifndef API_IMPLEMENTATION
#include "api_names.h"
#endif

#endif
