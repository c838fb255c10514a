/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces: mib_interface, and MIB_IF_ROW2, MIB_IFROW and IP_ADAPTER_INDEX_MAP. */
#include "mib/row/interface.h"
#include "api/rows/convert.h"
#include "api/rows/names.h"
#include "api/rows/row.h"
#include "api/unicode.h"
#include "mib/filter.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_OPER_UP == (int)IfOperStatusUp &&
                   (int)MIB_OPER_LOWER_LAYER_DOWN == (int)IfOperStatusLowerLayerDown,
               "the model's numbers are the API's");
_Static_assert((int)MIB_TUNNEL_DIRECT == (int)TUNNEL_TYPE_DIRECT &&
                   (int)MIB_TUNNEL_6TO4 == (int)TUNNEL_TYPE_6TO4 &&
                   (int)MIB_TUNNEL_ISATAP == (int)TUNNEL_TYPE_ISATAP,
               "the model's numbers are the API's");

/* NdisMediumIP, for which mingw-w64 has a name only where a newer Windows is asked for. */
#define MEDIUM_IP ((NDIS_MEDIUM)19)

static bool is_up(const struct mib_interface *from)
{
    return from->flags & MIB_INTERFACE_UP;
}

static NDIS_MEDIUM medium_of(const struct mib_interface *from)
{
    static const NDIS_MEDIUM map[] = {
        [MIB_MEDIUM_OTHER] = MEDIUM_IP,
        [MIB_MEDIUM_LOOPBACK] = NdisMediumLoopback,
        [MIB_MEDIUM_ETHERNET] = NdisMedium802_3,
        [MIB_MEDIUM_TOKENRING] = NdisMedium802_5,
        [MIB_MEDIUM_FDDI] = NdisMediumFddi,
        [MIB_MEDIUM_PPP] = NdisMediumWan,
        [MIB_MEDIUM_IP] = MEDIUM_IP,
        [MIB_MEDIUM_TUNNEL] = NdisMediumTunnel,
        [MIB_MEDIUM_INFINIBAND] = NdisMediumInfiniBand,
        [MIB_MEDIUM_FIREWIRE] = NdisMedium1394,
    };

    return map[from->medium];
}

static NDIS_PHYSICAL_MEDIUM physical_medium_of(const struct mib_interface *from)
{
    if (from->iftype == IF_TYPE_IEEE80211)
        return NdisPhysicalMediumNative802_11;
    if (!from->hardware)
        return NdisPhysicalMediumUnspecified;
    switch (from->medium) {
    case MIB_MEDIUM_ETHERNET:
        return NdisPhysicalMedium802_3;
    case MIB_MEDIUM_TOKENRING:
        return NdisPhysicalMedium802_5;
    case MIB_MEDIUM_INFINIBAND:
        return NdisPhysicalMediumInfiniband;
    case MIB_MEDIUM_FIREWIRE:
        return NdisPhysicalMedium1394;
    default:
        return NdisPhysicalMediumUnspecified;
    }
}

static NET_IF_ACCESS_TYPE access_of(const struct mib_interface *from)
{
    if (from->medium == MIB_MEDIUM_LOOPBACK)
        return NET_IF_ACCESS_LOOPBACK;
    return from->flags & MIB_INTERFACE_POINT_TO_POINT ? NET_IF_ACCESS_POINT_TO_POINT
                                                      : NET_IF_ACCESS_BROADCAST;
}

/* A link that is not up has no carrier that one could tell of. */
static NET_IF_MEDIA_CONNECT_STATE connect_state_of(const struct mib_interface *from)
{
    if (!is_up(from))
        return MediaConnectStateUnknown;
    return from->flags & MIB_INTERFACE_CARRIER ? MediaConnectStateConnected
                                               : MediaConnectStateDisconnected;
}

/* The kernel counts packets to groups among all, and does not count those that go out to groups. */
static uint64_t in_unicast_of(const struct mib_interface *from)
{
    return from->in_packets > from->in_multicast ? from->in_packets - from->in_multicast : 0;
}

static void to_row(const void *model, void *row)
{
    const struct mib_interface *from = model;
    MIB_IF_ROW2 *ret = row;

    memset(ret, 0, sizeof(*ret));
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    ret->InterfaceGuid = guid_of(from->ifindex);
    (void)unicode_from_utf8(from->name, ret->Alias, IF_MAX_STRING_SIZE + 1);
    (void)unicode_from_utf8(from->description, ret->Description, IF_MAX_STRING_SIZE + 1);
    ret->PhysicalAddressLength = from->physical_address_length;
    memcpy(ret->PhysicalAddress, from->physical_address, sizeof(ret->PhysicalAddress));
    memcpy(ret->PermanentPhysicalAddress, from->permanent_address,
           sizeof(ret->PermanentPhysicalAddress));
    ret->Mtu = from->mtu;
    ret->Type = from->iftype;
    ret->TunnelType = (TUNNEL_TYPE)from->tunnel;
    ret->MediaType = medium_of(from);
    ret->PhysicalMediumType = physical_medium_of(from);
    ret->AccessType = access_of(from);
    ret->DirectionType = NET_IF_DIRECTION_SENDRECEIVE;
    ret->InterfaceAndOperStatusFlags.HardwareInterface = from->hardware != 0;
    ret->InterfaceAndOperStatusFlags.ConnectorPresent = from->hardware != 0;
    ret->OperStatus = (IF_OPER_STATUS)from->oper;
    ret->AdminStatus = is_up(from) ? NET_IF_ADMIN_STATUS_UP : NET_IF_ADMIN_STATUS_DOWN;
    ret->MediaConnectState = connect_state_of(from);
    ret->InterfaceAndOperStatusFlags.NotMediaConnected =
        ret->MediaConnectState == MediaConnectStateDisconnected;
    ret->ConnectionType = NET_IF_CONNECTION_DEDICATED;
    ret->TransmitLinkSpeed = from->transmit_speed;
    ret->ReceiveLinkSpeed = from->receive_speed;
    ret->InOctets = from->in_octets;
    ret->InUcastPkts = in_unicast_of(from);
    ret->InNUcastPkts = from->in_multicast;
    ret->InDiscards = from->in_discards;
    ret->InErrors = from->in_errors;
    ret->InUnknownProtos = from->in_unknown;
    ret->OutOctets = from->out_octets;
    ret->OutUcastPkts = from->out_packets;
    ret->OutDiscards = from->out_discards;
    ret->OutErrors = from->out_errors;
}

static bool key_of(const void *row, void *ret_key)
{
    (void)row;
    (void)ret_key;
    return true;
}

static bool key_without_statistics(const void *row, void *ret_key)
{
    struct mib_interface *key = ret_key;

    (void)row;
    key->without = MIB_INTERFACE_WITHOUT_STATISTICS;
    return true;
}

#define INTERFACE_ROW(key)                                                                         \
    {                                                                                              \
        .table = MIB_TABLE_INTERFACE, .size = sizeof(MIB_IF_ROW2),                                 \
        .rows_offset = offsetof(MIB_IF_TABLE2, Table),                                             \
        .luid_offset = offsetof(MIB_IF_ROW2, InterfaceLuid),                                       \
        .index_offset = offsetof(MIB_IF_ROW2, InterfaceIndex), .to_row = to_row, .key_of = (key),  \
        .without_interface = -EINVAL, .unknown_index = -ENODEV, .unknown_luid = -ENODEV,           \
    }

const struct api_row api_row_interface = INTERFACE_ROW(key_of);
const struct api_row api_row_interface_without_statistics = INTERFACE_ROW(key_without_statistics);

/* The older rows. */

static DWORD old_oper_of(const struct mib_interface *from)
{
    switch (from->oper) {
    case MIB_OPER_UP:
        return MIB_IF_OPER_STATUS_OPERATIONAL;
    case MIB_OPER_DORMANT:
        return MIB_IF_OPER_STATUS_CONNECTING;
    default:
        return connect_state_of(from) == MediaConnectStateDisconnected
                   ? MIB_IF_OPER_STATUS_DISCONNECTED
                   : MIB_IF_OPER_STATUS_NON_OPERATIONAL;
    }
}

static DWORD old_speed_of(uint64_t speed)
{
    return speed < UINT32_MAX ? (DWORD)speed : UINT32_MAX;
}

static void to_old_row(const void *model, void *row)
{
    const struct mib_interface *from = model;
    MIB_IFROW *ret = row;

    memset(ret, 0, sizeof(*ret));
    device_name_of(from->ifindex, ret->wszName);
    ret->dwIndex = from->ifindex;
    ret->dwType = from->iftype;
    ret->dwMtu = from->mtu;
    ret->dwSpeed = old_speed_of(from->transmit_speed);
    ret->dwPhysAddrLen = from->physical_address_length < MAXLEN_PHYSADDR
                             ? from->physical_address_length
                             : MAXLEN_PHYSADDR;
    memcpy(ret->bPhysAddr, from->physical_address, ret->dwPhysAddrLen);
    ret->dwAdminStatus = is_up(from) ? MIB_IF_ADMIN_STATUS_UP : MIB_IF_ADMIN_STATUS_DOWN;
    ret->dwOperStatus = old_oper_of(from);
    /* Counters of 32 bits wrap, as on Windows. */
    ret->dwInOctets = (DWORD)from->in_octets;
    ret->dwInUcastPkts = (DWORD)in_unicast_of(from);
    ret->dwInNUcastPkts = (DWORD)from->in_multicast;
    ret->dwInDiscards = (DWORD)from->in_discards;
    ret->dwInErrors = (DWORD)from->in_errors;
    ret->dwInUnknownProtos = (DWORD)from->in_unknown;
    ret->dwOutOctets = (DWORD)from->out_octets;
    ret->dwOutUcastPkts = (DWORD)from->out_packets;
    ret->dwOutDiscards = (DWORD)from->out_discards;
    ret->dwOutErrors = (DWORD)from->out_errors;
    ret->dwDescrLen = (DWORD)strlen(from->description);
    memcpy(ret->bDescr, from->description, ret->dwDescrLen);
}

static int compare_old(const void *a, const void *b)
{
    const MIB_IFROW *x = a;
    const MIB_IFROW *y = b;

    return (x->dwIndex > y->dwIndex) - (x->dwIndex < y->dwIndex);
}

const struct api_buffer api_buffer_interface = {
    .row =
        {
            .table = MIB_TABLE_INTERFACE,
            .size = sizeof(MIB_IFROW),
            .rows_offset = offsetof(MIB_IFTABLE, table),
            .to_row = to_old_row,
        },
    .compare = compare_old,
    .without_rows = -ENODATA,
};

/* Its rows stand alone; behind the number of them they are at a place that is a ULONG's, too. */
static void to_interface_name(const void *model, void *row)
{
    const struct mib_interface *from = model;
    IP_INTERFACE_NAME_INFO *ret = row;
    MIB_IF_ROW2 shown;

    memset(ret, 0, sizeof(*ret));
    to_row(from, &shown);
    ret->Index = shown.InterfaceIndex;
    ret->MediaType = shown.Type;
    ret->ConnectionType = (UCHAR)shown.ConnectionType;
    ret->AccessType = (UCHAR)shown.AccessType;
    ret->DeviceGuid = shown.InterfaceGuid;
    ret->InterfaceGuid = shown.InterfaceGuid;
}

static int compare_names(const void *a, const void *b)
{
    const IP_INTERFACE_NAME_INFO *x = a;
    const IP_INTERFACE_NAME_INFO *y = b;

    return (x->Index > y->Index) - (x->Index < y->Index);
}

const struct api_buffer api_buffer_interface_name = {
    .row =
        {
            .table = MIB_TABLE_INTERFACE,
            .size = sizeof(IP_INTERFACE_NAME_INFO),
            .rows_offset = sizeof(ULONG),
            .to_row = to_interface_name,
        },
    .filter_flags = MIB_FILTER_WITHOUT_STATISTICS | MIB_FILTER_WITHOUT_SPEED,
    .compare = compare_names,
    .without_rows = -ENODATA,
};

static void to_index_map(const void *model, void *row)
{
    const struct mib_interface *from = model;
    IP_ADAPTER_INDEX_MAP *ret = row;

    memset(ret, 0, sizeof(*ret));
    ret->Index = from->ifindex;
    device_name_of(from->ifindex, ret->Name);
}

/* As on Windows, the loopback interface is no adapter. */
static bool is_adapter(const void *model)
{
    const struct mib_interface *from = model;

    return from->has_ipv4 && from->medium != MIB_MEDIUM_LOOPBACK;
}

const struct api_buffer api_buffer_adapter = {
    .row =
        {
            .table = MIB_TABLE_INTERFACE,
            .size = sizeof(IP_ADAPTER_INDEX_MAP),
            .rows_offset = offsetof(IP_INTERFACE_INFO, Adapter),
            .to_row = to_index_map,
        },
    .filter_flags = MIB_FILTER_WITHOUT_STATISTICS | MIB_FILTER_WITHOUT_SPEED,
    .takes = is_adapter,
    .without_rows = -ENODATA,
};
