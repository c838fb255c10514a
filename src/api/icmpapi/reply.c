/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reply buffers: what has become of a request, as programs read it. Contracts: include/icmpapi.h.
 */
#include "api/error.h"
#include "api/icmpapi/icmp.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* ICMPV6_ECHO_REPLY, which mingw-w64 has not; its address has another layout there. */
struct reply6 {
    UCHAR port[2];
    UCHAR flow[4];
    UCHAR address[16];
    UCHAR scope[4];
    ULONG status;
    ULONG time;
};

_Static_assert(sizeof(struct reply6) == 36 && offsetof(struct reply6, status) == 28,
               "the layout of ICMPV6_ECHO_REPLY");

enum {
    STATUS_SCOPE_MISMATCH = 11045,
    UNREACHABLE = 3,
    QUENCH = 4,
    EXPIRED = 11,
    PARAMETER = 12,
    UNREACHABLE6 = 1,
    TOO_BIG6 = 2,
    EXPIRED6 = 3,
    PARAMETER6 = 4,
    ANY = 256,
};

/* Of ICMP's errors. The first row that fits counts. */
static const struct {
    uint8_t family;
    uint8_t type;
    uint16_t code;
    ULONG status;
} statuses[] = {
    {MIB_FAMILY_IPV4, UNREACHABLE, 0, IP_DEST_NET_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 2, IP_DEST_PROT_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 3, IP_DEST_PORT_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 4, IP_PACKET_TOO_BIG},
    {MIB_FAMILY_IPV4, UNREACHABLE, 5, IP_BAD_ROUTE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 6, IP_DEST_NET_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 9, IP_DEST_NET_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, 11, IP_DEST_NET_UNREACHABLE},
    {MIB_FAMILY_IPV4, UNREACHABLE, ANY, IP_DEST_HOST_UNREACHABLE},
    {MIB_FAMILY_IPV4, QUENCH, ANY, IP_SOURCE_QUENCH},
    {MIB_FAMILY_IPV4, EXPIRED, 0, IP_TTL_EXPIRED_TRANSIT},
    {MIB_FAMILY_IPV4, EXPIRED, ANY, IP_TTL_EXPIRED_REASSEM},
    {MIB_FAMILY_IPV4, PARAMETER, ANY, IP_PARAM_PROBLEM},
    {MIB_FAMILY_IPV6, UNREACHABLE6, 0, IP_DEST_NO_ROUTE},
    {MIB_FAMILY_IPV6, UNREACHABLE6, 1, IP_DEST_PROHIBITED},
    {MIB_FAMILY_IPV6, UNREACHABLE6, 2, STATUS_SCOPE_MISMATCH},
    {MIB_FAMILY_IPV6, UNREACHABLE6, 3, IP_DEST_ADDR_UNREACHABLE},
    {MIB_FAMILY_IPV6, UNREACHABLE6, 4, IP_DEST_PORT_UNREACHABLE},
    {MIB_FAMILY_IPV6, UNREACHABLE6, ANY, IP_DEST_UNREACHABLE},
    {MIB_FAMILY_IPV6, TOO_BIG6, ANY, IP_PACKET_TOO_BIG},
    {MIB_FAMILY_IPV6, EXPIRED6, 0, IP_HOP_LIMIT_EXCEEDED},
    {MIB_FAMILY_IPV6, EXPIRED6, ANY, IP_REASSEMBLY_TIME_EXCEEDED},
    {MIB_FAMILY_IPV6, PARAMETER6, 1, IP_UNRECOGNIZED_NEXT_HEADER},
    {MIB_FAMILY_IPV6, PARAMETER6, 2, IP_BAD_OPTION},
    {MIB_FAMILY_IPV6, PARAMETER6, ANY, IP_PARAMETER_PROBLEM},
};

/* Of the host's own, both ways. */
static const struct {
    int error;
    ULONG status;
} own_statuses[] = {
    {ETIMEDOUT, IP_REQ_TIMED_OUT},
    {ENETUNREACH, IP_DEST_NET_UNREACHABLE},
    {EHOSTUNREACH, IP_DEST_HOST_UNREACHABLE},
    {EMSGSIZE, IP_PACKET_TOO_BIG},
    {EINVAL, IP_BAD_OPTION},
    {EADDRNOTAVAIL, IP_BAD_ROUTE},
    {ENOBUFS, IP_GENERAL_FAILURE},
    {ECANCELED, ERROR_OPERATION_ABORTED},
    /* For icmp_fail alone. */
    {EINVAL, ERROR_INVALID_PARAMETER},
    {EINVAL, ERROR_INVALID_NETNAME},
    {EINVAL, IP_OPTION_TOO_BIG},
    {EPERM, ERROR_ACCESS_DENIED},
    {ENOMEM, ERROR_NOT_ENOUGH_MEMORY},
    {EBADF, ERROR_INVALID_HANDLE},
    {EINPROGRESS, ERROR_IO_PENDING},
    {EOPNOTSUPP, ERROR_NOT_SUPPORTED},
    {0, NO_ERROR},
};

enum { OWN_STATUSES = sizeof(own_statuses) / sizeof(own_statuses[0]) };

static ULONG status_of(const struct mib_echo *echo, int r)
{
    if (r == 0 && echo->answer == MIB_ECHO_NONE)
        r = -ETIMEDOUT;
    if (r == 0 && echo->answer == MIB_ECHO_REPLY)
        return IP_SUCCESS;
    for (size_t i = 0; r < 0 && i < OWN_STATUSES; i++)
        if (own_statuses[i].error == -r)
            return own_statuses[i].status;
    if (r < 0)
        return error_from(r);
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (statuses[i].family == echo->family && statuses[i].type == echo->type &&
            (statuses[i].code == echo->code || statuses[i].code == ANY))
            return statuses[i].status;
    return IP_ICMP_ERROR;
}

DWORD icmp_fail(DWORD code)
{
    int error = EIO;

    for (size_t i = OWN_STATUSES; i-- > 0;)
        if (own_statuses[i].status == code)
            error = own_statuses[i].error;
    platform_set_error(error, code);
    return 0;
}

size_t icmp_reply_size(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? sizeof(ICMP_ECHO_REPLY) : sizeof(struct reply6);
}

static void write_ipv4(void *buffer, size_t size, const struct mib_echo *echo, ULONG status,
                       bool answered)
{
    bool replied = answered && echo->answer == MIB_ECHO_REPLY;
    ICMP_ECHO_REPLY reply;
    size_t used = sizeof(reply);

    memset(&reply, 0, sizeof(reply));
    reply.Status = status;
    reply.Reserved = answered; /* the number of replies, until they are parsed */
    if (answered) {
        memcpy(&reply.Address, echo->from.bytes, sizeof(reply.Address));
        reply.RoundTripTime = echo->time / 1000;
    }
    if (replied) {
        reply.DataSize = echo->answer_size;
        reply.Data = (UCHAR *)buffer + sizeof(reply);
        reply.Options.Ttl = echo->time_to_live;
        reply.Options.Tos = echo->traffic_class;
        reply.Options.Flags = echo->flags & MIB_ECHO_DONT_FRAGMENT ? IP_FLAG_DF : 0;
        used += echo->answer_size;
    }
    if (replied && echo->options_size && size - used >= echo->options_size) {
        reply.Options.OptionsSize = echo->options_size;
        reply.Options.OptionsData = (UCHAR *)buffer + used;
        memcpy(reply.Options.OptionsData, echo->options, echo->options_size);
    }
    memcpy(buffer, &reply, sizeof(reply));
}

static void write_ipv6(void *buffer, const struct mib_echo *echo, ULONG status, bool answered)
{
    struct reply6 reply;

    memset(&reply, 0, sizeof(reply));
    reply.status = status;
    if (answered) {
        memcpy(reply.address, echo->from.bytes, sizeof(reply.address));
        memcpy(reply.scope, &echo->ifindex, sizeof(reply.scope));
        reply.time = echo->time / 1000;
    }
    memcpy(buffer, &reply, sizeof(reply));
}

void icmp_reply_write(void *buffer, size_t size, const struct mib_echo *echo, int r)
{
    ULONG status = status_of(echo, r);
    bool answered = r == 0 && echo->answer != MIB_ECHO_NONE;

    if (echo->family == MIB_FAMILY_IPV4)
        write_ipv4(buffer, size, echo, status, answered);
    else
        write_ipv6(buffer, echo, status, answered);
}

DWORD NETIOAPI_API_ IcmpParseReplies(PVOID ReplyBuffer, DWORD ReplySize)
{
    ICMP_ECHO_REPLY reply;

    if (!ReplyBuffer || ReplySize < sizeof(reply))
        return icmp_fail(ERROR_INVALID_PARAMETER);
    memcpy(&reply, ReplyBuffer, sizeof(reply));
    DWORD replies = reply.Reserved;
    if (replies == 0)
        return icmp_fail(reply.Status);
    reply.Reserved = 0;
    memcpy(ReplyBuffer, &reply, sizeof(reply));
    return replies;
}

/* There is no room for a number: nobody has answered where the address is nobody's. */
DWORD NETIOAPI_API_ Icmp6ParseReplies(PVOID ReplyBuffer, DWORD ReplySize)
{
    static const UCHAR nobody[16];
    struct reply6 reply;

    if (!ReplyBuffer || ReplySize < sizeof(reply))
        return icmp_fail(ERROR_INVALID_PARAMETER);
    memcpy(&reply, ReplyBuffer, sizeof(reply));
    return memcmp(reply.address, nobody, sizeof(nobody)) == 0 ? icmp_fail(reply.status) : 1;
}
