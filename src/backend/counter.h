/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A number that one thread counts at a time and any may read. It is of no use to tell what else has
 * happened: it costs no more than a number of the thread's own.
 */
#ifndef SRC_BACKEND_COUNTER_H
#define SRC_BACKEND_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t counter;

static inline uint64_t counter_get(const counter *at)
{
    return atomic_load_explicit(at, memory_order_relaxed);
}

static inline void counter_set(counter *at, uint64_t value)
{
    atomic_store_explicit(at, value, memory_order_relaxed);
}

static inline void counter_add(counter *at, uint64_t more)
{
    counter_set(at, counter_get(at) + more);
}

#endif
