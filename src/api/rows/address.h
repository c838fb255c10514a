/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv4 addresses as MIB_IPADDRROW, in GetIpAddrTable's buffer. */
#ifndef SRC_API_ROWS_ADDRESS_H
#define SRC_API_ROWS_ADDRESS_H

#include "api/rows/row.h"

/* In the order of the addresses; else with the loopback ones at the end. */
extern const struct api_buffer api_buffer_address;
extern const struct api_buffer api_buffer_address_unordered;

#endif
