/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wine's debug channel `iphlpapi`, for what the backend tells. Used by unixlib.c. */
#ifndef SRC_WINE_HOST_DEBUG_CHANNEL_H
#define SRC_WINE_HOST_DEBUG_CHANNEL_H

/*
 * Has the lines of the log go to the channel, as far as that is on. Called on a thread of Wine's,
 * as often as one likes.
 */
void debug_channel_join(void);

#endif
