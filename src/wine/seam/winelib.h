/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way to the host by a path: what iphlpnl.so exports to the DLL as a Winelib module. */
#ifndef SRC_WINE_SEAM_WINELIB_H
#define SRC_WINE_SEAM_WINELIB_H

/* A pointer to the table of unix calls, which is what Wine's handle of such a library is. */
#define WINELIB_TABLE "iphlpnl_unix_call_table"

#endif
