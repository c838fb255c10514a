/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions under test. Tests call them by their names; which function that is, is looked up
 * when the program starts, so that an implementation that lacks one can be tested all the same: a
 * call of it ends the process with EXIT_NOT_EXPORTED, and says which it was.
 */
#ifndef TESTS_CONFORMANCE_API_H
#define TESTS_CONFORMANCE_API_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#endif
#include <iphlpapi.h>

#define API_FUNCTIONS(F)                                                                           \
    F(CancelMibChangeNotify2)                                                                      \
    F(ConvertInterfaceAliasToLuid)                                                                 \
    F(ConvertInterfaceIndexToLuid)                                                                 \
    F(ConvertInterfaceLuidToAlias)                                                                 \
    F(ConvertInterfaceLuidToIndex)                                                                 \
    F(FreeMibTable)                                                                                \
    F(GetIpForwardEntry2)                                                                          \
    F(GetIpForwardTable2)                                                                          \
    F(GetIpInterfaceEntry)                                                                         \
    F(GetIpInterfaceTable)                                                                         \
    F(GetTeredoPort)                                                                               \
    F(GetUnicastIpAddressEntry)                                                                    \
    F(GetUnicastIpAddressTable)                                                                    \
    F(InitializeIpForwardEntry)                                                                    \
    F(InitializeIpInterfaceEntry)                                                                  \
    F(InitializeUnicastIpAddressEntry)                                                             \
    F(NotifyIpInterfaceChange)                                                                     \
    F(NotifyRouteChange2)                                                                          \
    F(NotifyStableUnicastIpAddressTable)                                                           \
    F(NotifyTeredoPortChange)                                                                      \
    F(NotifyUnicastIpAddressChange)

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
struct api {
#define API_MEMBER(name) __typeof__(name) *name;
    API_FUNCTIONS(API_MEMBER)
#undef API_MEMBER
};
/* NOLINTEND(bugprone-macro-parentheses) */

extern struct api api;

/* Fills it. */
void api_look_up(void);

#ifndef API_IMPLEMENTATION
#define CancelMibChangeNotify2 api.CancelMibChangeNotify2
#define ConvertInterfaceAliasToLuid api.ConvertInterfaceAliasToLuid
#define ConvertInterfaceIndexToLuid api.ConvertInterfaceIndexToLuid
#define ConvertInterfaceLuidToAlias api.ConvertInterfaceLuidToAlias
#define ConvertInterfaceLuidToIndex api.ConvertInterfaceLuidToIndex
#define FreeMibTable api.FreeMibTable
#define GetIpForwardEntry2 api.GetIpForwardEntry2
#define GetIpForwardTable2 api.GetIpForwardTable2
#define GetIpInterfaceEntry api.GetIpInterfaceEntry
#define GetIpInterfaceTable api.GetIpInterfaceTable
#define GetTeredoPort api.GetTeredoPort
#define GetUnicastIpAddressEntry api.GetUnicastIpAddressEntry
#define GetUnicastIpAddressTable api.GetUnicastIpAddressTable
#define InitializeIpForwardEntry api.InitializeIpForwardEntry
#define InitializeIpInterfaceEntry api.InitializeIpInterfaceEntry
#define InitializeUnicastIpAddressEntry api.InitializeUnicastIpAddressEntry
#define NotifyIpInterfaceChange api.NotifyIpInterfaceChange
#define NotifyRouteChange2 api.NotifyRouteChange2
#define NotifyStableUnicastIpAddressTable api.NotifyStableUnicastIpAddressTable
#define NotifyTeredoPortChange api.NotifyTeredoPortChange
#define NotifyUnicastIpAddressChange api.NotifyUnicastIpAddressChange
#endif

#endif
