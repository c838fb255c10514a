/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What else an interface is called by: its GUID, and its name ("ethernet_3"). Both are made of what
 * the LUID has, by the rules that Wine has for them, because Wine's other DLLs and the registry of
 * a prefix use them, too. Pure.
 */
#ifndef SRC_API_ROWS_NAMES_H
#define SRC_API_ROWS_NAMES_H

#include "api/windows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest name, with its NUL: "iftype65535_2147483647". */
enum { INTERFACE_NAME_SIZE = 24 };

GUID guid_of(uint32_t ifindex);

/* The other way round. 0: no interface has this GUID. */
uint32_t ifindex_of_guid(const GUID *guid);

/* The name of a device, with its NUL: "\\DEVICE\\TCPIP_{00000003-0000-0000-0000-4E6574446576}". */
enum { DEVICE_NAME_LENGTH = 53 };

void device_name_of(uint32_t ifindex, WCHAR ret[DEVICE_NAME_LENGTH]);

/* The other way round. 0: no interface has this name. */
uint32_t ifindex_of_device_name(const WCHAR *name);

/* The name that belongs to a LUID, whether there is such an interface or not. */
void name_of_luid(const NET_LUID *luid, char ret[INTERFACE_NAME_SIZE]);

/* The other way round. False: it is no such name. */
bool luid_of_name(const char *name, NET_LUID *ret);

#endif
