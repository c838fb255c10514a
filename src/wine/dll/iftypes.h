/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interface types as the Wine around us has them. They are part of a LUID, and programs carry LUIDs
 * from Wine's other functions to ours and back. Wines differ in the type of links that older ones
 * did not tell apart.
 */
#ifndef SRC_WINE_DLL_IFTYPES_H
#define SRC_WINE_DLL_IFTYPES_H

#include <stdint.h>

/*
 * The type that Wine gives to a link to which the host gives `iftype`. Wine is asked once about
 * each sort of link on which Wines differ, when the first of the sort is met; its answer then holds
 * for as long as the process lives, so that an interface keeps its LUID. Any thread; no lock is
 * held.
 */
uint16_t iftype_from_host(uint16_t iftype, uint32_t ifindex);

#endif
