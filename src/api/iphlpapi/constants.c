/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions of constants.def. Contracts: include/iphlpapi.h, include/iphlpapi_timestamp.h,
 * include/netioapi.h.
 */
#include "api/windows.h"

/* NOLINTBEGIN(bugprone-macro-parentheses,readability-non-const-parameter): the API's signatures */
#define CONSTANT_2(type, name, a, b, value)                                                        \
    type NETIOAPI_API_ name(a first, b second)                                                     \
    {                                                                                              \
        (void)first;                                                                               \
        (void)second;                                                                              \
        return (value);                                                                            \
    }
#define CONSTANT_3(type, name, a, b, c, value)                                                     \
    type NETIOAPI_API_ name(a first, b second, c third)                                            \
    {                                                                                              \
        (void)first;                                                                               \
        (void)second;                                                                              \
        (void)third;                                                                               \
        return (value);                                                                            \
    }
#define NOTHING_1(name, a)                                                                         \
    void NETIOAPI_API_ name(a first)                                                               \
    {                                                                                              \
        (void)first;                                                                               \
    }
#include "api/iphlpapi/constants.def"
/* NOLINTEND(bugprone-macro-parentheses,readability-non-const-parameter) */
