/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registrations that come and go: threads make them and cancel each other's; their callbacks
 * register, cancel, read and dawdle as programs' do. Also requests of the old functions. A callback
 * after the cancel, or two of one registration at a time, is a fault.
 */
#include "soak.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64, PATIENCE_MS = 60000, LONGEST_DAWDLE_MS = 50 };

/* How many of so many callbacks, or of so many rounds of a thread, do what is named. */
enum { CALLBACKS = 400, NEST = 10, READ = 10, CANCEL = 8, DAWDLE = 4, ROUNDS = 100, ASK_OLD = 4 };

#define ALIVE 0x600dc0deU
#define DEAD 0xdeadc0deU

struct target {
    atomic_uint magic;
    atomic_uint inside;
    uint64_t random; /* of its callbacks, of which there is one at a time */
    struct row_listener listener;
};

enum slot_state { FREE, LIVE, TAKEN };

struct slot {
    enum slot_state state;
    HANDLE handle;
    struct target *target; /* whose cancel succeeds frees it */
};

static struct slot slots[SLOTS];
static struct platform_monitor *monitor; /* guards them */

/* A slot in that state, beginning somewhere, which is the caller's then; NULL: there is none. */
static struct slot *take(enum slot_state state, uint64_t random)
{
    struct slot *found = NULL;

    platform_monitor_lock(monitor);
    for (size_t i = 0; !found && i < SLOTS; i++)
        if (slots[(random + i) % SLOTS].state == state)
            found = &slots[(random + i) % SLOTS];
    if (found)
        found->state = TAKEN;
    platform_monitor_unlock(monitor);
    return found;
}

static void give_back(struct slot *slot, enum slot_state state)
{
    platform_monitor_lock(monitor);
    slot->state = state;
    platform_monitor_unlock(monitor);
}

/* In a callback a cancel may be refused, as it would wait for itself. */
static void cancel_one(uint64_t random, bool in_callback)
{
    struct slot *slot = take(LIVE, random);

    if (!slot)
        return;
    DWORD error = CancelMibChangeNotify2(slot->handle);
    if (error == ERROR_POSSIBLE_DEADLOCK && in_callback) {
        give_back(slot, LIVE);
        return;
    }
    if (error != NO_ERROR)
        soak_fault("a cancel: error %u", (unsigned)error);
    atomic_fetch_add(&soak_cancels, 1);
    if (atomic_load(&slot->target->inside) != 0)
        soak_fault("a callback runs after the cancel");
    atomic_store(&slot->target->magic, DEAD);
    free(slot->target);
    give_back(slot, FREE);
}

static void nest(void)
{
    HANDLE handle = NULL;

    if (row_types[ROW_UNICAST].notify(AF_INET, &row_ignore, TRUE, &handle) != NO_ERROR ||
        CancelMibChangeNotify2(handle) != NO_ERROR)
        soak_fault("no registration within a callback");
    atomic_fetch_add(&soak_registrations, 1);
    atomic_fetch_add(&soak_cancels, 1);
}

static void read_table(enum row_kind kind)
{
    void *table = NULL;

    if (row_types[kind].get_table(AF_UNSPEC, &table) != NO_ERROR)
        soak_fault("no table within a callback");
    FreeMibTable(table);
    atomic_fetch_add(&soak_calls, 1);
}

static void told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct target *target = context;

    if (atomic_load(&target->magic) != ALIVE || atomic_fetch_add(&target->inside, 1) != 0) {
        soak_fault("a callback after the cancel, or beside another one");
        return;
    }
    if ((row == NULL) != (type == MibInitialNotification))
        soak_fault("a callback of type %d", (int)type);
    atomic_fetch_add(&soak_notifications, 1);
    uint64_t choice = soak_random(&target->random) % CALLBACKS;
    if (choice < NEST)
        nest();
    else if (choice < NEST + READ)
        read_table(ROW_ROUTE);
    else if (choice < NEST + READ + CANCEL)
        cancel_one(soak_random(&target->random), true);
    else if (choice < NEST + READ + CANCEL + DAWDLE)
        host_pass_ms(soak_random(&target->random) % LONGEST_DAWDLE_MS);
    atomic_fetch_sub(&target->inside, 1);
}

static void register_one(uint64_t *random)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
    struct slot *slot = take(FREE, soak_random(random));

    if (!slot)
        return;
    struct target *target = calloc(1, sizeof(*target));
    if (!target) {
        soak_fault("no memory for a registration");
        give_back(slot, FREE);
        return;
    }
    atomic_init(&target->magic, ALIVE);
    target->random = soak_random(random);
    target->listener = (struct row_listener){.told = told, .context = target};
    slot->target = target;
    DWORD error = row_types[soak_random(random) % ROW_WATCHED_KINDS].notify(
        families[soak_random(random) % ARRAY_SIZE(families)], &target->listener,
        soak_random(random) % 2, &slot->handle);
    if (error != NO_ERROR) {
        soak_fault("a registration: error %u", (unsigned)error);
        free(target);
        give_back(slot, FREE);
        return;
    }
    atomic_fetch_add(&soak_registrations, 1);
    give_back(slot, LIVE);
}

/* A request of the old functions, which ends by a change or by its cancel. */
static void ask_old(uint64_t *random)
{
    HANDLE signal = platform_signal_new();
    OVERLAPPED request;
    HANDLE handle = NULL;

    memset(&request, 0, sizeof(request));
    request.hEvent = signal;
    DWORD error = soak_random(random) % 2 ? NotifyAddrChange(&handle, &request)
                                          : NotifyRouteChange(&handle, &request);
    if (error == ERROR_IO_PENDING) {
        (void)platform_signal_wait(signal,
                                   platform_now() + soak_random(random) % LONGEST_DAWDLE_MS);
        if (CancelIPChangeNotify(&request) &&
            !platform_signal_wait(signal, platform_now() + PATIENCE_MS))
            soak_fault("a cancelled request does not end");
    } else {
        soak_fault("a request of an old function: error %u", (unsigned)error);
    }
    platform_signal_free(signal);
    atomic_fetch_add(&soak_registrations, 1);
    atomic_fetch_add(&soak_cancels, 1);
}

void temporary_begin(void)
{
    monitor = platform_monitor_new();
}

/* None is left when all threads have done this, as callbacks make none that stay. */
static void cancel_all(void)
{
    bool some;

    do {
        some = false;
        for (size_t i = 0; i < SLOTS; i++)
            cancel_one(i, false);
        platform_monitor_lock(monitor);
        for (size_t i = 0; i < SLOTS; i++)
            some |= slots[i].state == LIVE;
        platform_monitor_unlock(monitor);
    } while (some);
}

void temporary_run(void *thread_number)
{
    uint64_t random = soak_seed((unsigned)(uintptr_t)thread_number);

    while (soak_goes_on(cancel_all)) {
        uint64_t choice = soak_random(&random) % ROUNDS;

        if (choice < ASK_OLD)
            ask_old(&random);
        else if (choice % 2)
            register_one(&random);
        else
            cancel_one(soak_random(&random), false);
        host_pass_ms(soak_random(&random) % 4);
    }
}
