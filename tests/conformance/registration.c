/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "registration.h"

#include <stdlib.h>
#include <string.h>

#define LIVING_MAX 256

/* Those that were neither stopped nor forgotten; used by the test's own thread only. */
static struct registration *living[LIVING_MAX];
static size_t living_count;

static void enlist(struct registration *registration)
{
    assert_true(living_count < LIVING_MAX);
    living[living_count++] = registration;
}

static void strike_off(const struct registration *registration)
{
    for (size_t i = 0; i < living_count; i++) {
        if (living[i] == registration) {
            living[i] = living[--living_count];
            return;
        }
    }
}

static void keep(struct registration *registration, const void *row, MIB_NOTIFICATION_TYPE type)
{
    if (registration->changes == registration->room) {
        size_t room = registration->room ? 2 * registration->room : 64;
        struct told *told = realloc(registration->told, room * sizeof(*told));
        if (!told) {
            registration->violation = "no memory for the test itself";
            return;
        }
        registration->told = told;
        registration->room = room;
    }
    struct told *told = &registration->told[registration->changes++];
    told->type = type;
    told->row_given = row;
    memcpy(&told->row, row, row_types[registration->kind].row_size);
}

static void count(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct registration *registration = context;
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(registration->monitor);
    if (registration->initials + registration->changes == 0)
        registration->handle_seen = registration->handle;
    if (registration->inside++ > 0)
        registration->violation = "two callbacks at once";
    registration->thread = platform_thread_self();
    if (type == MibInitialNotification) {
        registration->initials++;
        if (registration->changes > 0)
            registration->violation = "an initial notification after a change";
        if (row)
            registration->violation = "an initial notification with a row";
    } else {
        if (type != MibAddInstance && type != MibDeleteInstance && type != MibParameterNotification)
            registration->violation = "a type that does not exist";
        if (row)
            keep(registration, row, type);
        else
            registration->violation = "a change without a row";
    }
    platform_monitor_announce(registration->monitor);
    while (registration->held && timely)
        timely = platform_monitor_wait(registration->monitor, deadline);
    platform_monitor_unlock(registration->monitor);

    if (registration->action)
        registration->action(registration, row, type);

    platform_monitor_lock(registration->monitor);
    registration->inside--;
    platform_monitor_announce(registration->monitor);
    platform_monitor_unlock(registration->monitor);
}

DWORD notify_call(enum row_kind kind, ADDRESS_FAMILY family, struct registration *registration,
                  BOOLEAN initial, HANDLE *handle)
{
    registration->listener = (struct row_listener){count, registration};
    return row_types[kind].notify(family, &registration->listener, initial, handle);
}

void registration_start(struct registration *registration, enum row_kind kind,
                        ADDRESS_FAMILY family, BOOLEAN initial)
{
    registration_start_with(registration, kind, family, initial, NULL, NULL);
}

void registration_start_with(struct registration *registration, enum row_kind kind,
                             ADDRESS_FAMILY family, BOOLEAN initial, registration_action action,
                             void *context)
{
    memset(registration, 0, sizeof(*registration));
    registration->kind = kind;
    registration->family = family;
    registration->action = action;
    registration->context = context;
    registration->monitor = platform_monitor_new();
    enlist(registration);
    assert_int_equal(notify_call(kind, family, registration, initial, &registration->handle),
                     NO_ERROR);
    assert_non_null(registration->handle);
}

void registration_forget(struct registration *registration)
{
    strike_off(registration);
    platform_monitor_lock(registration->monitor);
    const char *violation = registration->violation;
    unsigned inside = registration->inside;
    platform_monitor_unlock(registration->monitor);
    platform_monitor_free(registration->monitor);
    free(registration->told);
    registration->told = NULL;
    if (violation)
        fail_msg("registration of kind %d: %s", (int)registration->kind, violation);
    assert_int_equal(inside, 0);
}

void registration_clean(void)
{
    for (size_t i = 0; i < living_count; i++)
        registration_release(living[i]);
    for (size_t i = 0; i < living_count; i++) {
        platform_monitor_lock(living[i]->monitor);
        living[i]->stopping = true;
        HANDLE handle = living[i]->handle;
        platform_monitor_unlock(living[i]->monitor);
        if (handle)
            (void)CancelMibChangeNotify2(handle);
        platform_monitor_free(living[i]->monitor);
        free(living[i]->told);
    }
    living_count = 0;
}

void registration_stop(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    registration->stopping = true;
    platform_monitor_unlock(registration->monitor);
    assert_int_equal(CancelMibChangeNotify2(registration->handle), NO_ERROR);
    registration_forget(registration);
}

struct told *registration_told(struct registration *registration, unsigned *ret_count)
{
    platform_monitor_lock(registration->monitor);
    unsigned count = registration->changes;
    struct told *copy = malloc((count + 1) * sizeof(*copy));
    if (copy && count > 0)
        memcpy(copy, registration->told, count * sizeof(*copy));
    platform_monitor_unlock(registration->monitor);
    assert_non_null(copy);
    *ret_count = count;
    return copy;
}

struct registration registration_look(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    struct registration copy = *registration;
    platform_monitor_unlock(registration->monitor);
    copy.monitor = NULL;
    copy.told = NULL;
    return copy;
}

unsigned registration_changes(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    unsigned changes = registration->changes;
    platform_monitor_unlock(registration->monitor);
    return changes;
}

unsigned registration_inside(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    unsigned inside = registration->inside;
    platform_monitor_unlock(registration->monitor);
    return inside;
}

void registration_await(struct registration *registration, unsigned changes)
{
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(registration->monitor);
    while ((registration->changes < changes || registration->inside > 0) && timely)
        timely = platform_monitor_wait(registration->monitor, deadline);
    unsigned told = registration->changes;
    platform_monitor_unlock(registration->monitor);
    if (told < changes)
        fail_msg("registration of kind %d: told %u changes of %u", (int)registration->kind, told,
                 changes);
}

static bool is_about(const struct registration *registration, const struct told *told,
                     ADDRESS_FAMILY family, unsigned number)
{
    return network_number(registration->kind, family, &told->row) == (int)number;
}

static unsigned times_told(const struct registration *registration, MIB_NOTIFICATION_TYPE type,
                           ADDRESS_FAMILY family, unsigned number)
{
    unsigned times = 0;

    for (unsigned i = 0; i < registration->changes; i++)
        times += registration->told[i].type == type &&
                 is_about(registration, &registration->told[i], family, number);
    return times;
}

/* Whether it was told so often before the deadline. */
static bool await_times(struct registration *registration, MIB_NOTIFICATION_TYPE type,
                        ADDRESS_FAMILY family, unsigned number, unsigned times)
{
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(registration->monitor);
    while (times_told(registration, type, family, number) < times && timely)
        timely = platform_monitor_wait(registration->monitor, deadline);
    bool told = times_told(registration, type, family, number) >= times;
    platform_monitor_unlock(registration->monitor);
    return told;
}

void registration_await_told(struct registration *registration, MIB_NOTIFICATION_TYPE type,
                             ADDRESS_FAMILY family, unsigned number, unsigned times)
{
    if (!await_times(registration, type, family, number, times))
        fail_msg("registration of kind %d was not told of type %d about number %u; but \"%s\"",
                 (int)registration->kind, (int)type, number,
                 registration_history(registration, family, number));
}

static char letter_of(MIB_NOTIFICATION_TYPE type)
{
    switch (type) {
    case MibAddInstance:
        return 'A';
    case MibDeleteInstance:
        return 'D';
    case MibParameterNotification:
        return 'P';
    case MibInitialNotification:
        return 'I';
    }
    return '?';
}

const char *registration_history(struct registration *registration, ADDRESS_FAMILY family,
                                 unsigned number)
{
    static char letters[256];
    size_t length = 0;

    platform_monitor_lock(registration->monitor);
    for (unsigned i = 0; i < registration->changes && length < sizeof(letters) - 1; i++) {
        const struct told *told = &registration->told[i];
        if (!is_about(registration, told, family, number))
            continue;
        letters[length++] = letter_of(told->type);
    }
    platform_monitor_unlock(registration->monitor);
    letters[length] = 0;
    return letters;
}

void registration_exercise(struct registration *registration, ADDRESS_FAMILY family)
{
    unsigned changes = registration_changes(registration);

    network_make_change(registration->kind, family);
    registration_await(registration, changes + 1);
    network_undo_change(registration->kind, family);
    registration_await(registration, changes + 2);
}

/* What network_make_change() does is told like that, in each family. */
static void await_change(struct registration *registration, bool undone)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    struct network_told told = network_told(registration->kind, undone);

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        if (registration->family != AF_UNSPEC && registration->family != families[i])
            continue;
        unsigned *times = &registration->settled[i][told.type];
        *times += 1;
        registration_await_told(registration, told.type, families[i], told.number, *times);
    }
}

void registration_settle(struct registration *const *registrations, size_t count)
{
    network_make_change(registrations[0]->kind, AF_UNSPEC);
    for (size_t i = 0; i < count; i++)
        await_change(registrations[i], false);
    network_undo_change(registrations[0]->kind, AF_UNSPEC);
    for (size_t i = 0; i < count; i++)
        await_change(registrations[i], true);
}

void registration_hold(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    registration->held = true;
    platform_monitor_unlock(registration->monitor);
}

void registration_await_held(struct registration *registration)
{
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(registration->monitor);
    while (registration->inside == 0 && timely)
        timely = platform_monitor_wait(registration->monitor, deadline);
    bool inside = registration->inside > 0;
    platform_monitor_unlock(registration->monitor);
    if (!inside)
        fail_msg("registration of kind %d was told nothing", (int)registration->kind);
}

void registration_release(struct registration *registration)
{
    platform_monitor_lock(registration->monitor);
    registration->held = false;
    platform_monitor_announce(registration->monitor);
    platform_monitor_unlock(registration->monitor);
}
