/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tests of NotifyAddrChange and NotifyRouteChange share. */
#ifndef TESTS_CONFORMANCE_ONE_SHOT_H
#define TESTS_CONFORMANCE_ONE_SHOT_H

#include "registration.h"

/* The function that tells of a change in the rows of a kind, and the other one. */
struct one_shot_function {
    enum row_kind kind;
    DWORD(NETIOAPI_API_ *notify)(HANDLE *handle, OVERLAPPED *overlapped);
    DWORD(NETIOAPI_API_ *other)(HANDLE *handle, OVERLAPPED *overlapped);
};

/* Names of functions mean those that were looked up, so this is no constant. */
static inline struct one_shot_function one_shot_function(enum row_kind kind)
{
    if (kind == ROW_UNICAST)
        return (struct one_shot_function){kind, NotifyAddrChange, NotifyRouteChange};
    return (struct one_shot_function){kind, NotifyRouteChange, NotifyAddrChange};
}

static inline uint64_t one_shot_status(const OVERLAPPED *overlapped)
{
    return (uint32_t)__atomic_load_n(&overlapped->Internal, __ATOMIC_ACQUIRE);
}

/* What that is. */
#define IS_CHANGED 0U
#define IS_PENDING 0x00000103U
#define IS_CANCELLED 0xC0000120U

#endif
