/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registration whose callback waits while it is held: what is announced meanwhile waits for it.
 */
#include "soak.h"

static struct platform_monitor *monitor; /* guards what follows */
static bool is_held;
static HANDLE handle;

enum { LONGEST_MS = 600000 };

static void told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    uint64_t deadline = platform_now() + LONGEST_MS;

    (void)context;
    (void)row;
    (void)type;
    atomic_fetch_add(&soak_notifications, 1);
    platform_monitor_lock(monitor);
    while (is_held && platform_monitor_wait(monitor, deadline))
        ;
    platform_monitor_unlock(monitor);
}

static void set_held(bool held)
{
    platform_monitor_lock(monitor);
    is_held = held;
    platform_monitor_announce(monitor);
    platform_monitor_unlock(monitor);
}

void slow_begin(void)
{
    static const struct row_listener listener = {.told = told};

    monitor = platform_monitor_new();
    if (row_types[ROW_ROUTE].notify(AF_INET, &listener, FALSE, &handle) != NO_ERROR)
        soak_fault("the slow one: not registered");
}

void slow_hold(void)
{
    set_held(true);
}

void slow_release(void)
{
    set_held(false);
}

void slow_end(void)
{
    if (CancelMibChangeNotify2(handle) != NO_ERROR)
        soak_fault("the slow one: not cancelled");
    platform_monitor_free(monitor);
}
