/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Chains of threads that wait for each other, and the proof that one leads to a thread.
 *
 * A chain is walked twice. If both walks find the same waits, each thread slept in its wait from
 * the one to the other, so there was a moment at which all of them did. From then on none can go on
 * before the next one does, and the last one not before the thread that asks. That one does not as
 * long as it waits here. So what was proven stays true.
 */
#include "notify/wait_chain.h"
#include "platform/wait.h"

/* No program means to have longer ones. */
enum { LINKS_MAX = 64 };

struct chain {
    size_t count;
    struct platform_wait waits[LINKS_MAX]; /* without those in cancels, which are certain */
};

static uint64_t runner_of(struct registration *registration)
{
    platform_mutex_lock(&registration->lock);
    const uint64_t runner = registration->runner;
    platform_mutex_unlock(&registration->lock);
    return runner;
}

/* What a thread waits for in a cancel, or NULL. */
static struct registration *waited_for_by(uint64_t thread)
{
    for (const struct notify_wait *wait = notify_waits; wait; wait = wait->next)
        if (wait->thread == thread)
            return wait->registration;
    return NULL;
}

bool wait_chain_is_ring(struct registration *registration, uint64_t thread)
{
    uint64_t runner = runner_of(registration);

    /* No ring exists without the asking thread, so the chain ends. */
    while (runner != 0 && runner != thread) {
        registration = waited_for_by(runner);
        runner = registration ? runner_of(registration) : 0;
    }
    return runner == thread;
}

/* The next thread on the way, or 0. A wait that is not in a cancel is noted. */
static uint64_t follow(uint64_t thread, struct chain *chain)
{
    struct registration *registration = waited_for_by(thread);
    struct platform_wait *wait = &chain->waits[chain->count];

    if (registration)
        return runner_of(registration);
    /* The thread that asks has that lock, but gives it back. */
    if (!platform_wait_of(thread, wait) || wait->object == &notify_wait_lock)
        return 0;
    chain->count++;
    return wait->owner;
}

/* Those that have it already wait for each other, and not for the one that asks. */
static bool is_noted(const struct chain *chain, uint64_t thread)
{
    for (size_t i = 0; i < chain->count; i++)
        if (chain->waits[i].thread == thread)
            return true;
    return false;
}

/* False: it ends elsewhere, or nowhere. */
static bool walk(struct registration *registration, uint64_t to, struct chain *chain)
{
    uint64_t thread = runner_of(registration);

    chain->count = 0;
    for (size_t links = 0; links < LINKS_MAX && thread != 0 && thread != to; links++)
        thread = is_noted(chain, thread) ? 0 : follow(thread, chain);
    return thread == to;
}

static bool is_same(const struct chain *a, const struct chain *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct platform_wait *one = &a->waits[i];
        const struct platform_wait *other = &b->waits[i];

        if (one->thread != other->thread || one->owner != other->owner ||
            one->object != other->object || one->sleeps != other->sleeps)
            return false;
    }
    return true;
}

bool wait_chain_is_proven(struct registration *registration, uint64_t thread)
{
    struct chain first;
    struct chain second;

    return walk(registration, thread, &first) && walk(registration, thread, &second) &&
           is_same(&first, &second);
}
