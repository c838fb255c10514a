/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One process at a time, of all in a network namespace, that read something and write it back. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_EXCLUSIVE_H
#define SRC_BACKEND_NETLINK_SOCKET_EXCLUSIVE_H

/*
 * Waits until nobody else is between begin and end under that name, a second at the most: whoever
 * keeps others out for longer than that is none of this library. A descriptor for exclusive_end(),
 * which a process that is killed gives up; or -1, where it goes on without.
 */
int exclusive_begin(const char *name);
void exclusive_end(int exclusive);

#endif
