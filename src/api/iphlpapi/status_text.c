/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for IP_STATUS. Contract: include/iphlpapi_text.h. */
#include "api/windows.h"
#include "platform/platform.h"

#include <stddef.h>
#include <string.h>

/* Names of IPv6's that are other names of IPv4's numbers are not listed again. */
static const struct {
    IP_STATUS status;
    const char *words;
} statuses[] = {
    {IP_SUCCESS, "Success."},
    {IP_BUF_TOO_SMALL, "The reply buffer is too small."},
    {IP_DEST_NET_UNREACHABLE, "The destination network cannot be reached."},
    {IP_DEST_HOST_UNREACHABLE, "The destination host cannot be reached."},
    {IP_DEST_PROT_UNREACHABLE, "The destination does not take the protocol."},
    {IP_DEST_PORT_UNREACHABLE, "The destination port cannot be reached."},
    {IP_NO_RESOURCES, "There are not enough resources for it."},
    {IP_BAD_OPTION, "An IP option is wrong."},
    {IP_HW_ERROR, "The hardware has failed."},
    {IP_PACKET_TOO_BIG, "The packet is too large for the path."},
    {IP_REQ_TIMED_OUT, "No reply came in time."},
    {IP_BAD_REQ, "The request is wrong."},
    {IP_BAD_ROUTE, "The route is wrong."},
    {IP_TTL_EXPIRED_TRANSIT, "The time to live was over on the way."},
    {IP_TTL_EXPIRED_REASSEM, "The time to put fragments together was over."},
    {IP_PARAM_PROBLEM, "A field of the header is wrong."},
    {IP_SOURCE_QUENCH, "Packets come faster than they can be dealt with."},
    {IP_OPTION_TOO_BIG, "The IP options are too long."},
    {IP_BAD_DESTINATION, "The destination is wrong."},
    {IP_ADDR_DELETED, "The address was deleted."},
    {IP_SPEC_MTU_CHANGE, "The MTU of a path has changed."},
    {IP_MTU_CHANGE, "The MTU has changed."},
    {IP_UNLOAD, "IP is being unloaded."},
    {IP_ADDR_ADDED, "An address was added."},
    {IP_MEDIA_CONNECT, "The interface has a carrier."},
    {IP_MEDIA_DISCONNECT, "The interface has lost its carrier."},
    {IP_BIND_ADAPTER, "IP is being bound to an adapter."},
    {IP_UNBIND_ADAPTER, "IP is being unbound from an adapter."},
    {IP_DEVICE_DOES_NOT_EXIST, "There is no such device."},
    {IP_DUPLICATE_ADDRESS, "Another host has the address."},
    {IP_INTERFACE_METRIC_CHANGE, "The metric of the interface has changed."},
    {IP_RECONFIG_SECFLTR, "Filters are being changed."},
    {IP_NEGOTIATING_IPSEC, "IPsec is being negotiated."},
    {IP_INTERFACE_WOL_CAPABILITY_CHANGE, "What can wake the host up has changed."},
    {IP_DUPLICATE_IPADD, "The address is there already."},
    {IP_DEST_UNREACHABLE, "The destination cannot be reached."},
    {IP_TIME_EXCEEDED, "The hop limit or the time for fragments was over."},
    {IP_BAD_HEADER, "A header is wrong."},
    {IP_UNRECOGNIZED_NEXT_HEADER, "A router or the destination does not know the next header."},
    {IP_ICMP_ERROR, "An ICMP error came that has no other number."},
    {IP_DEST_SCOPE_MISMATCH, "Source and destination are of different scopes."},
    {IP_GENERAL_FAILURE, "It has failed."},
    {IP_PENDING, "It is under way."},
};

enum { WORDS_ROOM = 512 };

/* Its length with the zero; 0: there are none. */
static size_t words_of(IP_STATUS status, WCHAR ret[WORDS_ROOM])
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        const size_t length = strlen(statuses[i].words) + 1;

        if (statuses[i].status != status)
            continue;
        for (size_t j = 0; j < length; j++)
            ret[j] = (unsigned char)statuses[i].words[j];
        return length;
    }
    return platform_error_text(status, ret, WORDS_ROOM);
}

DWORD NETIOAPI_API_ GetIpErrorString(IP_STATUS ErrorCode, PWSTR Buffer, DWORD *Size)
{
    WCHAR words[WORDS_ROOM];
    DWORD room;

    if (!Size)
        return ERROR_INVALID_PARAMETER;
    const DWORD needed = (DWORD)(words_of(ErrorCode, words) * sizeof(words[0]));
    if (needed == 0)
        return ERROR_MR_MID_NOT_FOUND;
    room = *Size;
    *Size = needed;
    if (!Buffer || room < needed)
        return ERROR_INSUFFICIENT_BUFFER;
    memcpy(Buffer, words, needed);
    return NO_ERROR;
}
