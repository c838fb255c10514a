/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timestamps of packets. Contracts: include/iphlpapi_timestamp.h. */
#include "mib/query/timestamp.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/windows.h"
#include "backend/backend.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static BOOLEAN has(const struct mib_timestamp *timestamp, uint32_t flag)
{
    return (timestamp->flags & flag) != 0;
}

static DWORD read_capabilities(const NET_LUID *luid, bool is_active,
                               INTERFACE_TIMESTAMP_CAPABILITIES *ret)
{
    struct mib_timestamp timestamp = {.is_active = is_active};

    if (!luid || !ret)
        return ERROR_INVALID_PARAMETER;
    int r = interface_of(luid, 0, &timestamp.ifindex, &timestamp.iftype);
    if (r == 0)
        r = backend_query(MIB_QUERY_TIMESTAMP, &timestamp);
    if (r < 0)
        return error_from(r);
    const BOOLEAN of_ptp = has(&timestamp, MIB_TIMESTAMP_HARDWARE_RECEIVE_PTP);
    memset(ret, 0, sizeof(*ret));
    ret->HardwareClockFrequencyHz = timestamp.clock_in_hz;
    ret->HardwareCapabilities.PtpV2OverUdpIPv4EventMessageReceive = of_ptp;
    ret->HardwareCapabilities.PtpV2OverUdpIPv6EventMessageReceive = of_ptp;
    ret->HardwareCapabilities.AllReceive = has(&timestamp, MIB_TIMESTAMP_HARDWARE_RECEIVE);
    ret->HardwareCapabilities.TaggedTransmit = has(&timestamp, MIB_TIMESTAMP_HARDWARE_TRANSMIT);
    ret->SoftwareCapabilities.AllReceive = has(&timestamp, MIB_TIMESTAMP_SOFTWARE_RECEIVE);
    ret->SoftwareCapabilities.TaggedTransmit = has(&timestamp, MIB_TIMESTAMP_SOFTWARE_TRANSMIT);
    return NO_ERROR;
}

DWORD NETIOAPI_API_ GetInterfaceSupportedTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites)
{
    return read_capabilities(InterfaceLuid, false, TimestampCapabilites);
}

DWORD NETIOAPI_API_ GetInterfaceActiveTimestampCapabilities(
    const NET_LUID *InterfaceLuid, PINTERFACE_TIMESTAMP_CAPABILITIES TimestampCapabilites)
{
    return read_capabilities(InterfaceLuid, true, TimestampCapabilites);
}

/* NOLINTBEGIN(readability-non-const-parameter): the API's signatures */
DWORD NETIOAPI_API_ CaptureInterfaceHardwareCrossTimestamp(
    const NET_LUID *InterfaceLuid, PINTERFACE_HARDWARE_CROSSTIMESTAMP CrossTimestamp)
{
    return InterfaceLuid && CrossTimestamp ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER;
}

DWORD NETIOAPI_API_
RegisterInterfaceTimestampConfigChange(PINTERFACE_TIMESTAMP_CONFIG_CHANGE_CALLBACK Callback,
                                       PVOID CallerContext, HIFTIMESTAMPCHANGE *NotificationHandle)
{
    (void)CallerContext;
    return Callback && NotificationHandle ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER;
}
/* NOLINTEND(readability-non-const-parameter) */

void NETIOAPI_API_ UnregisterInterfaceTimestampConfigChange(HIFTIMESTAMPCHANGE NotificationHandle)
{
    (void)NotificationHandle;
}
