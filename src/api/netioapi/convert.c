/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of interfaces. Contracts: include/netioapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/unicode.h"
#include "backend/backend.h"
#include "mib/query/link.h"

#include <errno.h>

NETIOAPI_API ConvertInterfaceIndexToLuid(NET_IFINDEX InterfaceIndex, PNET_LUID InterfaceLuid)
{
    struct mib_link link = {.ifindex = InterfaceIndex};

    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    InterfaceLuid->Value = 0;
    int r = backend_query(MIB_QUERY_LINK, &link);
    if (r == 0)
        *InterfaceLuid = luid_of(link.ifindex, link.iftype);
    return error_from(r);
}

/* The interface that a LUID means. */
static int link_of(const NET_LUID *luid, struct mib_link *ret_link)
{
    struct mib_link link = {0};
    int r = interface_of(luid, 0, &link.ifindex, &link.iftype);

    if (r == -EINVAL)
        r = -ENODEV;
    if (r == 0)
        r = backend_query(MIB_QUERY_LINK, &link);
    if (r == 0)
        *ret_link = link;
    return r;
}

NETIOAPI_API ConvertInterfaceLuidToIndex(const NET_LUID *InterfaceLuid, PNET_IFINDEX InterfaceIndex)
{
    struct mib_link link;

    if (!InterfaceIndex)
        return ERROR_INVALID_PARAMETER;
    *InterfaceIndex = 0;
    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    int r = link_of(InterfaceLuid, &link);
    if (r == 0)
        *InterfaceIndex = link.ifindex;
    return error_from(r);
}

NETIOAPI_API ConvertInterfaceLuidToAlias(const NET_LUID *InterfaceLuid, PWSTR InterfaceAlias,
                                         SIZE_T Length)
{
    struct mib_link link;

    if (!InterfaceLuid || !InterfaceAlias)
        return ERROR_INVALID_PARAMETER;
    int r = link_of(InterfaceLuid, &link);
    if (r < 0)
        return error_from(r);
    /* Windows has no code of its own for a buffer that is too small. */
    return unicode_from_utf8(link.name, InterfaceAlias, Length) ? NO_ERROR
                                                                : ERROR_NOT_ENOUGH_MEMORY;
}

NETIOAPI_API ConvertInterfaceAliasToLuid(const WCHAR *InterfaceAlias, PNET_LUID InterfaceLuid)
{
    struct mib_link link = {0};

    if (!InterfaceLuid)
        return ERROR_INVALID_PARAMETER;
    InterfaceLuid->Value = 0;
    if (!InterfaceAlias || !*InterfaceAlias)
        return ERROR_INVALID_PARAMETER;
    int r = -ENODEV;
    if (unicode_to_utf8(InterfaceAlias, link.name, sizeof(link.name)))
        r = backend_query(MIB_QUERY_LINK, &link);
    if (r == -ENODEV)
        return ERROR_INVALID_PARAMETER;
    if (r == 0)
        *InterfaceLuid = luid_of(link.ifindex, link.iftype);
    return error_from(r);
}
