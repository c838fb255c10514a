/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one export of iphlpnl.dll: the way to the host. */
#ifndef SRC_WINE_DLL_IPHLPNL_H
#define SRC_WINE_DLL_IPHLPNL_H

/* WINAPI; an NTSTATUS. Negative: the call was not made, because there is nothing to call. */
typedef long(__stdcall *iphlpnl_unix_call_function)(unsigned int call, void *params);

#endif
