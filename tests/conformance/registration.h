/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three Notify functions alike, and a registration that counts its callbacks. */
#ifndef TESTS_CONFORMANCE_REGISTRATION_H
#define TESTS_CONFORMANCE_REGISTRATION_H

#include "platform.h"

#define NOBODYS_HANDLE ((HANDLE)(uintptr_t)0xdeadbeef)

struct registration;

/* What else a callback does, on its thread, after it was counted. */
typedef void (*registration_action)(struct registration *registration, void *row,
                                    MIB_NOTIFICATION_TYPE type);

struct registration {
    registration_action action; /* or NULL */
    void *context;              /* the action's */
    struct platform_monitor *monitor;
    HANDLE handle; /* where Notify… stores it */
    enum conformance_change kind;

    /* Guarded by the monitor. */
    unsigned initials;
    unsigned changes;
    unsigned inside;       /* callbacks running */
    bool stopping;         /* somebody else is cancelling it */
    uintptr_t thread;      /* of the last callback */
    HANDLE handle_seen;    /* in the first callback */
    const char *violation; /* of the contract; NULL */
};

/*
 * Calls Notify… of that kind with the registration's own callback; with none if NULL is wanted
 * for the test of parameters.
 */
DWORD notify_call(enum conformance_change kind, ADDRESS_FAMILY family, bool with_callback,
                  struct registration *registration, BOOLEAN initial, HANDLE *handle);

/* Registers, and fails the test if that fails. */
void registration_start(struct registration *registration, enum conformance_change kind,
                        ADDRESS_FAMILY family, BOOLEAN initial);

/* As above, with more for the callbacks to do. */
void registration_start_with(struct registration *registration, enum conformance_change kind,
                             ADDRESS_FAMILY family, BOOLEAN initial, registration_action action,
                             void *context);

/* Cancels, and fails the test if that fails or if the contract was violated meanwhile. */
void registration_stop(struct registration *registration);

/* Checks and frees one that was cancelled already. */
void registration_forget(struct registration *registration);

/*
 * Waits until it was told at least so many changes, and its callback has returned; fails the test
 * if that takes too long.
 */
void registration_await(struct registration *registration, unsigned changes);

/* Makes the change of the registration's kind and undoes it, and waits until it was told both. */
void registration_exercise(struct registration *registration);

#endif
