/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

static bool is_type(MIB_NOTIFICATION_TYPE type)
{
    return type == MibParameterNotification || type == MibAddInstance ||
           type == MibDeleteInstance || type == MibInitialNotification;
}

static void record(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct recorder *recorder = context;
    struct note note = {.type = type, .has_row = row != NULL};

    if (row)
        memcpy(&note.row, row, row_types[recorder->kind].row_size);

    monitor_lock(&recorder->monitor);
    bool initial = type == MibInitialNotification;
    if (recorder->inside)
        recorder->fault = "two callbacks at once";
    if (initial != (row == NULL))
        recorder->fault = initial ? "an initial notification with a row" : "a change without a row";
    if (initial != (pthread_equal(recorder->registrant, pthread_self()) != 0))
        recorder->fault = "a callback on the wrong thread";
    if (!initial && recorder->dispatched && !secure_getenv("IPHLPAPI_TEST_DISPATCHERS") &&
        !pthread_equal(recorder->dispatcher, pthread_self()))
        recorder->fault = "changes on two threads";
    if (!initial && !recorder->dispatched) {
        recorder->dispatched = true;
        recorder->dispatcher = pthread_self();
    }
    if (initial && recorder->count > 0)
        recorder->fault = "an initial notification that is not the first";
    if (!is_type(type))
        recorder->fault = "a type that does not exist";
    if (!recorder->handle)
        recorder->fault = "a callback before the handle was stored";
    recorder->inside = true;

    if (recorder->count == recorder->capacity) {
        size_t capacity = recorder->capacity ? 2 * recorder->capacity : 64;
        struct note *grown = realloc(recorder->notes, capacity * sizeof(*grown));
        if (!grown)
            abort();
        recorder->notes = grown;
        recorder->capacity = capacity;
    }
    recorder->notes[recorder->count++] = note;
    recorder->last_row = row;
    monitor_announce(&recorder->monitor);

    struct timespec deadline = check_deadline();
    recorder->waiting = recorder->held;
    while (recorder->held && monitor_wait(&recorder->monitor, &deadline))
        ;
    if (recorder->held)
        recorder->fault = "a held callback was never released";
    recorder->waiting = false;
    recorder->inside = false;
    monitor_unlock(&recorder->monitor);
}

DWORD recorder_start(struct recorder *recorder, enum row_kind kind, ADDRESS_FAMILY family,
                     BOOLEAN initial)
{
    *recorder = (struct recorder){.kind = kind,
                                  .family = family,
                                  .listener = {record, recorder},
                                  .registrant = pthread_self()};
    monitor_init(&recorder->monitor);

    DWORD rc = row_types[kind].notify(family, &recorder->listener, initial, &recorder->handle);
    if (rc != NO_ERROR)
        recorder_discard(recorder);
    return rc;
}

void recorder_discard(struct recorder *recorder)
{
    monitor_destroy(&recorder->monitor);
    free(recorder->notes);
    *recorder = (struct recorder){0};
}

/* Readable, says the contract; not that its content stays, so a racing write is no error. */
__attribute__((noinline, no_sanitize("thread"))) static void peek(const volatile char *memory)
{
    (void)*memory;
}

void recorder_stop(struct recorder *recorder)
{
    if (!recorder->handle)
        return;

    monitor_lock(&recorder->monitor);
    const void *last_row = recorder->last_row;
    monitor_unlock(&recorder->monitor);
    if (last_row)
        peek(last_row);

    DWORD rc = CancelMibChangeNotify2(recorder->handle);
    bool inside = recorder->inside;
    const char *fault = recorder->fault;
    enum row_kind kind = recorder->kind;
    recorder_discard(recorder);
    if (rc != NO_ERROR)
        fail_test("cancel of a %s registration: error %u", row_kind_name(kind), rc);
    if (inside)
        fail_test("cancel returned while a callback was running");
    if (fault)
        fail_test("%s registration: %s", row_kind_name(kind), fault);
}

void recorder_hold(struct recorder *recorder)
{
    monitor_lock(&recorder->monitor);
    recorder->held = true;
    monitor_unlock(&recorder->monitor);
}

void recorder_release(struct recorder *recorder)
{
    monitor_lock(&recorder->monitor);
    recorder->held = false;
    monitor_announce(&recorder->monitor);
    monitor_unlock(&recorder->monitor);
}

bool recorder_wait_held(struct recorder *recorder, const struct timespec *deadline)
{
    bool timely = true;

    monitor_lock(&recorder->monitor);
    while (!recorder->waiting && timely)
        timely = monitor_wait(&recorder->monitor, deadline);
    bool waiting = recorder->waiting;
    monitor_unlock(&recorder->monitor);
    return waiting;
}

static bool matches(const struct recorder *recorder, const struct note *note,
                    MIB_NOTIFICATION_TYPE type, const struct row_key *key)
{
    if (note->type != type || !note->has_row)
        return false;
    struct row_key noted = row_key(recorder->kind, &note->row);
    return row_key_equal(&noted, key);
}

bool recorder_wait(struct recorder *recorder, size_t from, MIB_NOTIFICATION_TYPE type,
                   const struct row_key *key, const struct timespec *deadline)
{
    bool found = false;
    bool timely = true;
    size_t next = from;

    monitor_lock(&recorder->monitor);
    for (;;) {
        for (; next < recorder->count && !found; next++)
            found = matches(recorder, &recorder->notes[next], type, key);
        if (found || !timely)
            break;
        timely = monitor_wait(&recorder->monitor, deadline);
    }
    monitor_unlock(&recorder->monitor);
    return found;
}

size_t recorder_count(struct recorder *recorder)
{
    monitor_lock(&recorder->monitor);
    size_t count = recorder->count;
    monitor_unlock(&recorder->monitor);
    return count;
}

static char letter_of(const struct note *note)
{
    static const char letters[] = {
        [MibParameterNotification] = 'P',   [MibAddInstance] = 'A',
        [MibDeleteInstance] = 'D',          [MibInitialNotification] = 'I',
        [MibInitialNotification + 1] = '?',
    };

    if (note->repeats)
        return 'p';
    return letters[is_type(note->type) ? note->type : ARRAY_SIZE(letters) - 1];
}

void recorder_types(struct recorder *recorder, size_t from, const struct row_key *key,
                    char types[TYPES_SIZE])
{
    size_t length = 0;

    monitor_lock(&recorder->monitor);
    for (size_t i = from; i < recorder->count && length < TYPES_SIZE - 1; i++) {
        const struct note *note = &recorder->notes[i];
        if (!note->has_row || matches(recorder, note, note->type, key))
            types[length++] = letter_of(note);
    }
    monitor_unlock(&recorder->monitor);
    types[length] = '\0';
}
