/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the functions about neighbours, old and new, have in common. */
#ifndef SRC_API_ROWS_NEIGHBOUR_H
#define SRC_API_ROWS_NEIGHBOUR_H

#include "api/rows/row.h"
#include "mib/row/neighbour.h"

/* MIB_IPNET_ROW2 where it is changed: an unknown interface is ERROR_NOT_FOUND then. */
extern const struct api_row api_row_neighbour_change;

/* MIB_IPNETROW, in GetIpNetTable's buffer. */
extern const struct api_buffer api_buffer_neighbour;

/* Whether it may be another host's, or a group's: not unspecified, loopback, or everybody's. */
bool neighbour_is_address(uint8_t family, const struct mib_addr *address);

#endif
