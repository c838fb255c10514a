/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The watches that share threads (backend_watch_share and what belongs to it), and what the host's
 * half of the DLL has to say to them. Not part of the native library, where each watch has a
 * thread.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_QUEUE_H
#define SRC_BACKEND_NETLINK_WATCH_QUEUE_H

/*
 * When the other side of this connection ends, so do all watches. Nothing is read from it. Once,
 * before the first watch is shared.
 */
void watch_queue_ends_with(int connection);

#endif
