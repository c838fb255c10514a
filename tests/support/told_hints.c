/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "told_hints.h"

static void NETIOAPI_API_ on_hint(PVOID context, NL_NETWORK_CONNECTIVITY_HINT hint)
{
    struct told_hints *told = context;

    monitor_lock(&told->monitor);
    if (told->count < TOLD_HINTS_MAX)
        told->hints[told->count++] = hint;
    monitor_announce(&told->monitor);
    monitor_unlock(&told->monitor);
}

void told_hints_begin(struct told_hints *told)
{
    *told = (struct told_hints){.count = 0};
    monitor_init(&told->monitor);
    assert_int_equal(NotifyNetworkConnectivityHintChange(on_hint, told, TRUE, &told->handle),
                     NO_ERROR);
    assert_int_equal(told_hints_count(told), 1);
}

unsigned told_hints_end(struct told_hints *told)
{
    assert_int_equal(CancelMibChangeNotify2(told->handle), NO_ERROR);
    for (unsigned i = 1; i < told->count; i++)
        assert_memory_not_equal(&told->hints[i], &told->hints[i - 1], sizeof(told->hints[0]));
    monitor_destroy(&told->monitor);
    return told->count;
}

void told_hints_await(struct told_hints *told, unsigned count, const char *after)
{
    struct timespec deadline = check_deadline();

    monitor_lock(&told->monitor);
    while (told->count < count && monitor_wait(&told->monitor, &deadline))
        ;
    unsigned came = told->count;
    monitor_unlock(&told->monitor);
    if (came != count)
        fail_test("after `%s`: %u hints were told, not %u", after, came, count);
}

void told_hints_await_level(struct told_hints *told, int level)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&told->monitor);
    while ((int)told->hints[told->count - 1].ConnectivityLevel != level && timely)
        timely = monitor_wait(&told->monitor, &deadline);
    monitor_unlock(&told->monitor);
    assert_true(timely);
}

unsigned told_hints_count(struct told_hints *told)
{
    monitor_lock(&told->monitor);
    unsigned count = told->count;
    monitor_unlock(&told->monitor);
    return count;
}

NL_NETWORK_CONNECTIVITY_HINT told_hints_get(struct told_hints *told, unsigned i)
{
    monitor_lock(&told->monitor);
    NL_NETWORK_CONNECTIVITY_HINT hint = told->hints[i];
    monitor_unlock(&told->monitor);
    return hint;
}

NL_NETWORK_CONNECTIVITY_HINT told_hints_last(struct told_hints *told)
{
    return told_hints_get(told, told_hints_count(told) - 1);
}
