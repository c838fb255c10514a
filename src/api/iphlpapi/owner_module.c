/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who owns a socket: its process' program. Contracts: include/iphlpapi_sockets.h. */
#include "api/error.h"
#include "api/unicode.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/query/process.h"

#include <errno.h>
#include <string.h>

static size_t length_of(const WCHAR *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

/* Behind the last separator, the host's or Windows'. */
static const WCHAR *name_in(const WCHAR *path)
{
    const WCHAR *name = path;

    for (; *path; path++)
        if (*path == '/' || *path == '\\')
            name = path + 1;
    return name;
}

/* The structure and what it points to, in one buffer. */
static DWORD give_module(const WCHAR *path, void *buffer, DWORD *size)
{
    const WCHAR *name = name_in(path);
    const size_t name_size = (length_of(name) + 1) * sizeof(WCHAR);
    const size_t path_size = (length_of(path) + 1) * sizeof(WCHAR);
    const size_t needed = sizeof(TCPIP_OWNER_MODULE_BASIC_INFO) + name_size + path_size;

    if (!buffer || *size < needed) {
        *size = (DWORD)needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    WCHAR *texts = (void *)((UCHAR *)buffer + sizeof(TCPIP_OWNER_MODULE_BASIC_INFO));
    const TCPIP_OWNER_MODULE_BASIC_INFO info = {
        .pModuleName = texts,
        .pModulePath = texts + name_size / sizeof(WCHAR),
    };
    memcpy(buffer, &info, sizeof(info));
    memcpy(info.pModuleName, name, name_size);
    memcpy(info.pModulePath, path, path_size);
    return NO_ERROR;
}

static DWORD get_module(DWORD pid, TCPIP_OWNER_MODULE_INFO_CLASS class, void *buffer, DWORD *size)
{
    struct mib_process process = {.pid = pid};
    WCHAR path[sizeof(process.path)];

    if (!size || class != TCPIP_OWNER_MODULE_INFO_BASIC)
        return ERROR_INVALID_PARAMETER;
    int r = pid ? backend_query(MIB_QUERY_PROCESS, &process) : -ESRCH;
    if (r < 0)
        return error_from(r);
    if (!unicode_from_utf8(process.path, path, sizeof(path) / sizeof(path[0])))
        return ERROR_GEN_FAILURE; /* it has room: no byte becomes more than one unit */
    return give_module(path, buffer, size);
}

DWORD NETIOAPI_API_ GetOwnerModuleFromTcpEntry(PMIB_TCPROW_OWNER_MODULE pTcpEntry,
                                               TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                               DWORD *pdwSize)
{
    return pTcpEntry ? get_module(pTcpEntry->dwOwningPid, Class, pBuffer, pdwSize)
                     : ERROR_INVALID_PARAMETER;
}

DWORD NETIOAPI_API_ GetOwnerModuleFromTcp6Entry(PMIB_TCP6ROW_OWNER_MODULE pTcpEntry,
                                                TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                                DWORD *pdwSize)
{
    return pTcpEntry ? get_module(pTcpEntry->dwOwningPid, Class, pBuffer, pdwSize)
                     : ERROR_INVALID_PARAMETER;
}

DWORD NETIOAPI_API_ GetOwnerModuleFromUdpEntry(PMIB_UDPROW_OWNER_MODULE pUdpEntry,
                                               TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                               DWORD *pdwSize)
{
    return pUdpEntry ? get_module(pUdpEntry->dwOwningPid, Class, pBuffer, pdwSize)
                     : ERROR_INVALID_PARAMETER;
}

DWORD NETIOAPI_API_ GetOwnerModuleFromUdp6Entry(PMIB_UDP6ROW_OWNER_MODULE pUdpEntry,
                                                TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                                DWORD *pdwSize)
{
    return pUdpEntry ? get_module(pUdpEntry->dwOwningPid, Class, pBuffer, pdwSize)
                     : ERROR_INVALID_PARAMETER;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the function is Windows' */
DWORD NETIOAPI_API_ GetOwnerModuleFromPidAndInfo(ULONG ulPid, ULONG64 *pInfo,
                                                 TCPIP_OWNER_MODULE_INFO_CLASS Class, PVOID pBuffer,
                                                 DWORD *pdwSize)
{
    (void)pInfo;
    return get_module(ulPid, Class, pBuffer, pdwSize);
}
