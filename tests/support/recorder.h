/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A registration that keeps every notification it gets, and a replayer that plays them over the
 * table as it was at registration.
 */
#ifndef TESTS_SUPPORT_RECORDER_H
#define TESTS_SUPPORT_RECORDER_H

#include "check.h"
#include "rows.h"

struct note {
    MIB_NOTIFICATION_TYPE type;
    bool has_row;
    bool repeats; /* set by a replay: a parameter notification whose row was known already */
    union any_row row;
};

struct recorder {
    enum row_kind kind;
    ADDRESS_FAMILY family;
    struct row_listener listener;
    HANDLE handle;
    struct monitor monitor; /* guards what follows */
    struct note *notes;
    size_t count;
    size_t capacity;
    const void *last_row; /* must stay readable until the registration is cancelled */
    pthread_t registrant;
    pthread_t dispatcher; /* of the first change; all later ones must come from there too */
    bool dispatched;
    bool inside;       /* a callback is running */
    bool held;         /* callbacks wait until they are released */
    bool waiting;      /* one of them does */
    const char *fault; /* what a callback saw that must never be */
};

/* Returns the error of Notify…; the recorder needs recorder_stop() only after NO_ERROR. */
DWORD recorder_start(struct recorder *recorder, enum row_kind kind, ADDRESS_FAMILY family,
                     BOOLEAN initial);

/* Cancels, fails the test for whatever went wrong meanwhile, and frees. Accepts a stopped one. */
void recorder_stop(struct recorder *recorder);

/* Frees without cancelling and without checking: where the registration is not ours any more. */
void recorder_discard(struct recorder *recorder);

/* Makes callbacks wait inside, as a slow program does, until they are released. */
void recorder_hold(struct recorder *recorder);
void recorder_release(struct recorder *recorder);

/* Waits until a callback is inside and held. */
bool recorder_wait_held(struct recorder *recorder, const struct timespec *deadline);

/*
 * Waits for a notification of that type and key among those from number `from` on. Types are as
 * in the API; false once the deadline has passed.
 */
bool recorder_wait(struct recorder *recorder, size_t from, MIB_NOTIFICATION_TYPE type,
                   const struct row_key *key, const struct timespec *deadline);

size_t recorder_count(struct recorder *recorder);

/*
 * The types of all notifications of that key from number `from` on, a letter for each: A, P, D,
 * and I for initial ones (these whatever the key); p for a P that a replay found to be a repeat.
 */
#define TYPES_SIZE 64
void recorder_types(struct recorder *recorder, size_t from, const struct row_key *key,
                    char types[TYPES_SIZE]);

/* The table at registration, with the notifications so far played over it. */
struct replay {
    struct recorder *recorder;
    union any_row *rows;
    size_t count;
    size_t capacity;
    size_t applied; /* notifications */
};

/* Reads the table as it is: nothing may be changing meanwhile. */
void replay_init(struct replay *replay, struct recorder *recorder);
void replay_destroy(struct replay *replay);

/*
 * Plays what has come. Fails the test at a notification that cannot be: the add of a known key,
 * the change or delete of an unknown one, a row of a family not asked for.
 */
void replay_apply(struct replay *replay);

/* The row with that key as far as was told, or NULL. */
const union any_row *replay_find(const struct replay *replay, const struct row_key *key);

/*
 * Waits until the replayed table equals the table read afresh. Fails the test with the
 * differences once the deadline has passed.
 */
void replay_converge(struct replay *replay);

#endif
