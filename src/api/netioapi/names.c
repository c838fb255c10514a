/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GUIDs and names of interfaces. Contracts: include/netioapi.h. */
#include "api/rows/names.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "backend/backend.h"
#include "mib/query/link.h"

#include <errno.h>
#include <string.h>

NETIOAPI_API ConvertInterfaceGuidToLuid(const GUID *InterfaceGuid, PNET_LUID InterfaceLuid)
{
    struct mib_link link = {0};

    if (!InterfaceGuid || !InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    link.ifindex = ifindex_of_guid(InterfaceGuid);
    int r = link.ifindex ? backend_query(MIB_QUERY_LINK, &link) : -EINVAL;
    if (r == -ENODEV)
        r = -EINVAL;
    if (r == 0)
        *InterfaceLuid = luid_of(link.ifindex, link.iftype);
    return error_from(r);
}

NETIOAPI_API ConvertInterfaceLuidToGuid(const NET_LUID *InterfaceLuid, GUID *InterfaceGuid)
{
    struct mib_link link = {0};

    if (!InterfaceLuid || !InterfaceGuid)
        return ERROR_INVALID_PARAMETER;
    memset(InterfaceGuid, 0, sizeof(*InterfaceGuid));
    int r = interface_of(InterfaceLuid, 0, &link.ifindex, &link.iftype);
    if (r == 0)
        r = backend_query(MIB_QUERY_LINK, &link);
    if (r == -EINVAL)
        r = -ENODEV;
    if (r == 0)
        *InterfaceGuid = guid_of(link.ifindex);
    return error_from(r);
}

NETIOAPI_API ConvertInterfaceLuidToNameA(const NET_LUID *InterfaceLuid, char *InterfaceName,
                                         SIZE_T Length)
{
    char name[INTERFACE_NAME_SIZE];

    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    name_of_luid(InterfaceLuid, name);
    size_t size = strlen(name) + 1;
    if (!InterfaceName || Length < size)
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(InterfaceName, name, size);
    return NO_ERROR;
}

NETIOAPI_API ConvertInterfaceLuidToNameW(const NET_LUID *InterfaceLuid, PWSTR InterfaceName,
                                         SIZE_T Length)
{
    char name[INTERFACE_NAME_SIZE];

    if (!InterfaceLuid || !InterfaceName)
        return ERROR_INVALID_PARAMETER;
    name_of_luid(InterfaceLuid, name);
    size_t size = strlen(name) + 1;
    if (Length < size)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (size_t i = 0; i < size; i++)
        InterfaceName[i] = (WCHAR)name[i];
    return NO_ERROR;
}

NETIOAPI_API ConvertInterfaceNameToLuidA(const char *InterfaceName, PNET_LUID InterfaceLuid)
{
    if (!InterfaceName)
        return ERROR_INVALID_NAME;
    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    InterfaceLuid->Value = 0;
    return luid_of_name(InterfaceName, InterfaceLuid) ? NO_ERROR : ERROR_INVALID_NAME;
}

NETIOAPI_API ConvertInterfaceNameToLuidW(const WCHAR *InterfaceName, PNET_LUID InterfaceLuid)
{
    char name[INTERFACE_NAME_SIZE];
    size_t length = 0;

    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    InterfaceLuid->Value = 0;
    if (!InterfaceName)
        return ERROR_INVALID_NAME;
    /* A name is ASCII, and no longer than there is room for. */
    while (length < sizeof(name) && InterfaceName[length] > 0 && InterfaceName[length] < 0x80) {
        name[length] = (char)InterfaceName[length];
        length++;
    }
    if (length == sizeof(name) || InterfaceName[length] != 0)
        return ERROR_INVALID_NAME;
    name[length] = 0;
    return luid_of_name(name, InterfaceLuid) ? NO_ERROR : ERROR_INVALID_NAME;
}

#ifdef _WIN32
/* Natively these are the C library's, for names that Linux gives. */

NET_IFINDEX NETIOAPI_API_ if_nametoindex(PCSTR InterfaceName)
{
    NET_LUID luid;
    NET_IFINDEX index;

    if (ConvertInterfaceNameToLuidA(InterfaceName, &luid) != NO_ERROR ||
        ConvertInterfaceLuidToIndex(&luid, &index) != NO_ERROR)
        return 0;
    return index;
}

PCHAR NETIOAPI_API_ if_indextoname(NET_IFINDEX InterfaceIndex, PCHAR InterfaceName)
{
    NET_LUID luid;

    if (ConvertInterfaceIndexToLuid(InterfaceIndex, &luid) != NO_ERROR ||
        ConvertInterfaceLuidToNameA(&luid, InterfaceName, INTERFACE_NAME_SIZE) != NO_ERROR)
        return NULL;
    return InterfaceName;
}
#endif
