/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Windows side of the library: the headers that programs include, on either platform. */
#ifndef SRC_API_WINDOWS_H
#define SRC_API_WINDOWS_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2ipdef.h>
#include <windns.h> /* the next one then has ParseNetworkString */
/* mingw-w64 10.0 declares it without its calling convention, which matters in 32 bits. */
#define GetOwnerModuleFromPidAndInfo mingw_GetOwnerModuleFromPidAndInfo
#include <iphlpapi.h>
#undef GetOwnerModuleFromPidAndInfo
#include <icmpapi.h>

#define PROGRAM_AF_INET6 AF_INET6

/* How mingw-w64 declares a routine that takes what PIO_APC_ROUTINE does. */
typedef FARPROC icmp_routine;

_Static_assert(sizeof(IP_ADAPTER_INFO) == (sizeof(void *) == 8 ? 704 : 640), "time_t is Windows'");
DWORD WINAPI GetOwnerModuleFromPidAndInfo(ULONG ulPid, ULONG64 *pInfo,
                                          TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                          PDWORD pdwSize);

/* In no header of mingw-w64's. */
DWORD WINAPI ConvertGuidToStringA(const GUID *Guid, char *String, ULONG Length);
DWORD WINAPI ConvertGuidToStringW(const GUID *Guid, PWSTR String, ULONG Length);
DWORD WINAPI ConvertStringToGuidA(const char *String, GUID *Guid);
DWORD WINAPI ConvertStringToGuidW(const WCHAR *String, GUID *Guid);

/* Nor is this, nor its levels. */
enum { MibIfTableNormalWithoutStatistics = 2 };
typedef enum { MibIfEntryNormal = 0, MibIfEntryNormalWithoutStatistics = 2 } MIB_IF_ENTRY_LEVEL;
NETIOAPI_API GetIfEntry2Ex(MIB_IF_ENTRY_LEVEL Level, PMIB_IF_ROW2 Row);

/* Nor is this. */
DWORD WINAPI IcmpSendEcho2Ex(HANDLE IcmpHandle, HANDLE Event, FARPROC ApcRoutine, PVOID ApcContext,
                             IPAddr SourceAddress, IPAddr DestinationAddress, LPVOID RequestData,
                             WORD RequestSize, PIP_OPTION_INFORMATION RequestOptions,
                             LPVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout);

enum { GAA_FLAG_SKIP_DNS_INFO = 0x800 };
/* Nor is anything of name resolution. */
#include "../../include/netioapi_compartments.h"
#include "../../include/netioapi_dns.h"
#include "../../include/netioapi_hint.h"
#include "../../include/iphlpapi_statistics.h"
#include "../../include/iphlpapi_tables_allocated.h"
#include "../../include/iphlpapi_timestamp.h"
#include "../../include/iphlpapi_watch.h"
#include "../../include/iphlpapi_sockets_allocated.h"
#else
#include <icmpapi.h>
#include <iphlpapi.h>
#include "platform/posix/values.h"

typedef PIO_APC_ROUTINE icmp_routine;

/* AF_INET6 of the library's programs, which is the host's in one of the libraries only. */
#define PROGRAM_AF_INET6 (platform_values.af_inet6)
#endif

#endif
