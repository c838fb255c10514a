/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces. Contracts: include/netioapi.h. */
#include "api/shape.h"

NETIOAPI_API GetIfTable2Ex(MIB_IF_TABLE_LEVEL Level, PMIB_IF_TABLE2 *Table)
{
    struct mib_filter filter = {.family = MIB_FAMILY_UNSPEC};

    switch ((int)Level) {
    case MibIfTableNormal:
    case MibIfTableRaw: /* Linux has no filters between a link and what sees it */
        break;
    case MibIfTableNormalWithoutStatistics:
        filter.flags = MIB_FILTER_WITHOUT_STATISTICS;
        break;
    default:
        return ERROR_INVALID_PARAMETER;
    }
    return shape_get_rows(&api_row_interface, &filter, (void **)Table);
}

NETIOAPI_API GetIfTable2(PMIB_IF_TABLE2 *Table)
{
    return GetIfTable2Ex(MibIfTableNormal, Table);
}

NETIOAPI_API GetIfEntry2Ex(MIB_IF_ENTRY_LEVEL Level, PMIB_IF_ROW2 Row)
{
    switch ((int)Level) {
    case MibIfEntryNormal:
        return shape_get_row(&api_row_interface, Row);
    case MibIfEntryNormalWithoutStatistics:
        return shape_get_row(&api_row_interface_without_statistics, Row);
    default:
        return ERROR_INVALID_PARAMETER;
    }
}

NETIOAPI_API GetIfEntry2(PMIB_IF_ROW2 Row)
{
    return shape_get_row(&api_row_interface, Row);
}
