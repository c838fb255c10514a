/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Windows side of the library: the headers that programs include, on either platform. */
#ifndef SRC_API_WINDOWS_H
#define SRC_API_WINDOWS_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>
#else
#include <iphlpapi.h>
#endif

#endif
