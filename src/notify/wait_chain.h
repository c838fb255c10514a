/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who waits for whom: a cancel for a registration's call, the call's thread for another cancel, for
 * a lock, for the end of a thread, and so on. For cancel.c, under notify_wait_lock.
 */
#ifndef SRC_NOTIFY_WAIT_CHAIN_H
#define SRC_NOTIFY_WAIT_CHAIN_H

#include "notify/registration.h"

/* Through cancels alone: whether the call waits for the thread. Certain, at any moment. */
bool wait_chain_is_ring(struct registration *registration, uint64_t thread);

/*
 * Through locks and ends of threads as well. True: it is proven that the call waits for the thread,
 * and for nothing else. False says nothing. Some 50 µs for each thread on the way.
 */
bool wait_chain_is_proven(struct registration *registration, uint64_t thread);

#endif
