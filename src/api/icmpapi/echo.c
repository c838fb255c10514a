/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Echo requests: waited for, or on a thread of their own each, which tells the program. Contracts:
 * include/icmpapi.h.
 */
#include "api/error.h"
#include "api/icmpapi/icmp.h"
#include "api/rows/convert.h"
#include "backend/backend.h"

#include <errno.h>
#include <string.h>

/* What a function was called with, of either family. */
struct call {
    HANDLE handle;
    HANDLE event;
    icmp_routine routine;
    void *context;
    const void *data;
    WORD size;
    const IP_OPTION_INFORMATION *options;
    void *reply;
    DWORD reply_size;
    DWORD timeout;
};

/* An echo that the program is told of later. */
struct later {
    struct icmp_handle *icmp;
    struct icmp_pending pending;
    struct platform_completion completion;
    struct platform_guard guard;
    struct platform_status *status; /* in the program's buffer */
    void *reply;
    size_t reply_size;
    struct mib_echo echo;
    uint8_t data[];
};

static size_t aligned(size_t size)
{
    return (size + _Alignof(struct platform_status) - 1) & ~(_Alignof(struct platform_status) - 1);
}

/* As the parameter check of Windows has it: an address or an error, which comes before the rest. */
static DWORD prepare(const struct call *call, struct mib_echo *echo)
{
    const IP_OPTION_INFORMATION *options = call->options;
    size_t needed = icmp_reply_size(echo->family) + call->size;

    if (!call->reply || call->reply_size == 0 || (!call->data && call->size > 0) ||
        (options && options->OptionsSize > 0 && !options->OptionsData))
        return ERROR_INVALID_PARAMETER;
    if (mib_addr_is_zero(&echo->to))
        return ERROR_INVALID_NETNAME;
    if (call->event || call->routine)
        needed = aligned(needed) + sizeof(struct platform_status);
    if (call->reply_size < needed)
        return IP_GENERAL_FAILURE;
    echo->data = (uintptr_t)call->data;
    echo->answer_data = (uintptr_t)call->reply + icmp_reply_size(echo->family);
    echo->size = call->size;
    echo->answer_size = call->size;
    echo->timeout_ms = call->timeout;
    echo->flags = MIB_ECHO_BROADCAST;
    if (!options)
        return NO_ERROR;
    if (options->OptionsSize > MIB_ECHO_OPTIONS_MAX)
        return IP_OPTION_TOO_BIG;
    echo->time_to_live = options->Ttl;
    echo->traffic_class = options->Tos;
    if (options->Flags & IP_FLAG_DF)
        echo->flags |= MIB_ECHO_DONT_FRAGMENT;
    if (echo->family == MIB_FAMILY_IPV4 && options->OptionsSize > 0) {
        echo->options_size = options->OptionsSize;
        memcpy(echo->options, options->OptionsData, options->OptionsSize);
    }
    return NO_ERROR;
}

static DWORD parse(const struct call *call, uint8_t family)
{
    DWORD replies = family == MIB_FAMILY_IPV4 ? IcmpParseReplies(call->reply, call->reply_size)
                                              : Icmp6ParseReplies(call->reply, call->reply_size);

    if (replies > 0)
        platform_set_error(0, NO_ERROR);
    return replies;
}

static void end(void *context)
{
    struct later *later = context;

    icmp_handle_end(later->icmp, &later->pending);
    icmp_handle_drop(later->icmp);
    platform_free(later);
}

static void run(void *context)
{
    struct later *later = context;
    int r = backend_query(MIB_QUERY_ECHO, &later->echo);

    icmp_reply_write(later->reply, later->reply_size, &later->echo, r);
    later->status->status.pointer = NULL;
    later->status->status.code = r == -ECANCELED ? PLATFORM_STATUS_CANCELLED : 0;
    later->status->size = icmp_reply_size(later->echo.family);
    if (r == 0)
        later->status->size += later->echo.answer_size;
    later->guard = (struct platform_guard){.cut_off = end, .context = later};
    icmp_handle_tell(later->icmp, &later->pending);
    platform_guard_enter(&later->guard);
    platform_completion_end(&later->completion, later->status);
    platform_guard_leave(&later->guard);
    end(later);
}

/* The data are copied: the program may have its own back at once. */
static int start(const struct call *call, struct icmp_handle *icmp, const struct mib_echo *echo)
{
    struct later *later = platform_allocate(sizeof(*later) + call->size);
    platform_thread thread;

    if (!later)
        return -ENOMEM;
    later->icmp = icmp;
    later->reply = call->reply;
    later->reply_size = call->reply_size;
    later->status =
        (void *)((uint8_t *)call->reply + aligned(icmp_reply_size(echo->family) + call->size));
    later->reply_size = (size_t)((uint8_t *)later->status - (uint8_t *)call->reply);
    later->echo = *echo;
    if (call->size > 0)
        memcpy(later->data, call->data, call->size);
    later->echo.data = (uintptr_t)later->data;
    int r = platform_completion_begin(call->event, (void (*)(void))call->routine, call->context,
                                      &later->completion);
    if (r < 0) {
        platform_free(later);
        return r;
    }
    icmp_handle_begin(icmp, &later->pending);
    r = platform_thread_start(&thread, "icmp-echo", run, later);
    if (r == 0) {
        platform_thread_detach(thread);
        return 0;
    }
    icmp_handle_end(icmp, &later->pending);
    platform_completion_drop(&later->completion);
    platform_free(later);
    return r;
}

static DWORD send_echo(const struct call *call, struct mib_echo *echo)
{
    struct icmp_handle *icmp = icmp_handle_find(call->handle, echo->family);
    DWORD code = icmp ? prepare(call, echo) : ERROR_INVALID_PARAMETER;

    if (code == NO_ERROR)
        echo->group = icmp->group;
    if (code == NO_ERROR && (call->event || call->routine)) {
        int r = start(call, icmp, echo);
        if (r == 0)
            return icmp_fail(ERROR_IO_PENDING); /* the reference is the echo's */
        code = error_from(r);
    }
    if (code != NO_ERROR) {
        if (icmp)
            icmp_handle_drop(icmp);
        return icmp_fail(code);
    }
    int r = backend_query(MIB_QUERY_ECHO, echo);
    icmp_reply_write(call->reply, call->reply_size, echo, r);
    icmp_handle_drop(icmp);
    return parse(call, echo->family);
}

DWORD NETIOAPI_API_ IcmpSendEcho2Ex(HANDLE IcmpHandle, HANDLE Event, icmp_routine ApcRoutine,
                                    PVOID ApcContext, IPAddr SourceAddress,
                                    IPAddr DestinationAddress, PVOID RequestData,
                                    USHORT RequestSize, PIP_OPTION_INFORMATION RequestOptions,
                                    PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout)
{
    const struct call call = {IcmpHandle,  Event,          ApcRoutine,  ApcContext, RequestData,
                              RequestSize, RequestOptions, ReplyBuffer, ReplySize,  Timeout};
    struct mib_echo echo = {.family = MIB_FAMILY_IPV4};

    memcpy(echo.from.bytes, &SourceAddress, sizeof(SourceAddress));
    memcpy(echo.to.bytes, &DestinationAddress, sizeof(DestinationAddress));
    return send_echo(&call, &echo);
}

DWORD NETIOAPI_API_ IcmpSendEcho2(HANDLE IcmpHandle, HANDLE Event, icmp_routine ApcRoutine,
                                  PVOID ApcContext, IPAddr DestinationAddress, PVOID RequestData,
                                  USHORT RequestSize, PIP_OPTION_INFORMATION RequestOptions,
                                  PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout)
{
    return IcmpSendEcho2Ex(IcmpHandle, Event, ApcRoutine, ApcContext, 0, DestinationAddress,
                           RequestData, RequestSize, RequestOptions, ReplyBuffer, ReplySize,
                           Timeout);
}

DWORD NETIOAPI_API_ IcmpSendEcho(HANDLE IcmpHandle, IPAddr DestinationAddress, PVOID RequestData,
                                 USHORT RequestSize, PIP_OPTION_INFORMATION RequestOptions,
                                 PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout)
{
    return IcmpSendEcho2Ex(IcmpHandle, NULL, NULL, NULL, 0, DestinationAddress, RequestData,
                           RequestSize, RequestOptions, ReplyBuffer, ReplySize, Timeout);
}

DWORD NETIOAPI_API_ Icmp6SendEcho2(HANDLE IcmpHandle, HANDLE Event, icmp_routine ApcRoutine,
                                   PVOID ApcContext, struct sockaddr_in6 *SourceAddress,
                                   struct sockaddr_in6 *DestinationAddress, PVOID RequestData,
                                   USHORT RequestSize, PIP_OPTION_INFORMATION RequestOptions,
                                   PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout)
{
    const struct call call = {IcmpHandle,  Event,          ApcRoutine,  ApcContext, RequestData,
                              RequestSize, RequestOptions, ReplyBuffer, ReplySize,  Timeout};
    struct mib_echo echo = {.family = MIB_FAMILY_IPV6};

    if (!SourceAddress || !DestinationAddress)
        return icmp_fail(ERROR_INVALID_PARAMETER);
    memcpy(echo.from.bytes, &SourceAddress->sin6_addr, sizeof(echo.from.bytes));
    memcpy(echo.to.bytes, &DestinationAddress->sin6_addr, sizeof(echo.to.bytes));
    echo.ifindex = DestinationAddress->sin6_scope_id ? DestinationAddress->sin6_scope_id
                                                     : SourceAddress->sin6_scope_id;
    return send_echo(&call, &echo);
}
