/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Notify functions of all kinds alike, and a registration that keeps what its callback is
 * given. */
#ifndef TESTS_CONFORMANCE_REGISTRATION_H
#define TESTS_CONFORMANCE_REGISTRATION_H

#include "suite.h"

#define NOBODYS_HANDLE ((HANDLE)(uintptr_t)0xdeadbeef)

struct registration;

/* One notification; initial ones are counted only. */
struct told {
    MIB_NOTIFICATION_TYPE type;
    union any_row row;
    const void *row_given; /* the row itself, which stays as it is for a while */
};

/* What else a callback does, on its thread, after it was counted. */
typedef void (*registration_action)(struct registration *registration, void *row,
                                    MIB_NOTIFICATION_TYPE type);

struct registration {
    struct row_listener listener;
    registration_action action; /* or NULL */
    void *context;              /* the action's */
    struct platform_monitor *monitor;
    HANDLE handle; /* where Notify… stores it */
    enum row_kind kind;
    ADDRESS_FAMILY family;

    /* Guarded by the monitor. */
    unsigned initials;
    unsigned changes;
    struct told *told; /* the changes */
    size_t room;
    unsigned inside;       /* callbacks running */
    bool held;             /* callbacks are to wait */
    bool stopping;         /* somebody else is cancelling it */
    uintptr_t thread;      /* of the last callback */
    HANDLE handle_seen;    /* in the first callback */
    const char *violation; /* of the contract; NULL */

    unsigned settled[2][3]; /* told by registration_settle(): by family and type */
};

/* Calls Notify… of that kind with the registration's own callback. */
DWORD notify_call(enum row_kind kind, ADDRESS_FAMILY family, struct registration *registration,
                  BOOLEAN initial, HANDLE *handle);

/* Registers, and fails the test if that fails. */
void registration_start(struct registration *registration, enum row_kind kind,
                        ADDRESS_FAMILY family, BOOLEAN initial);

/* As above, with more for the callbacks to do. */
void registration_start_with(struct registration *registration, enum row_kind kind,
                             ADDRESS_FAMILY family, BOOLEAN initial, registration_action action,
                             void *context);

/* Cancels, and fails the test if that fails or if the contract was violated meanwhile. */
void registration_stop(struct registration *registration);

/* Checks and frees one that was cancelled already. */
void registration_forget(struct registration *registration);

/*
 * Ends what a failed test has left: releases and cancels the registrations that were neither
 * stopped nor forgotten, so that no callback finds the next test's data.
 */
void registration_clean(void);

/*
 * What it was told so far: a copy, for the test to look at while more may come, and to free().
 * Counts are copied too; monitor and lists are not there.
 */
struct told *registration_told(struct registration *registration, unsigned *ret_count);
struct registration registration_look(struct registration *registration);

/* How many changes it was told so far. */
unsigned registration_changes(struct registration *registration);

/*
 * Waits until it was told at least so many changes, and its callback has returned; fails the test
 * if that takes too long.
 */
void registration_await(struct registration *registration, unsigned changes);

/* Waits until it was told that about the thing with this number, so often in all. */
void registration_await_told(struct registration *registration, MIB_NOTIFICATION_TYPE type,
                             ADDRESS_FAMILY family, unsigned number, unsigned times);

/*
 * What it was told about the thing with this number: a letter for each notification, A(dd),
 * P(arameter), D(elete). Good until the next call.
 */
const char *registration_history(struct registration *registration, ADDRESS_FAMILY family,
                                 unsigned number);

/* Makes a change of the registration's kind and undoes it, and waits until it was told both. */
void registration_exercise(struct registration *registration, ADDRESS_FAMILY family);

/*
 * Makes a change in both families and undoes it, and waits each time until all of these were told
 * of it, who are of one kind. What was to be told before has been told then, because notifications
 * come in order.
 *
 * Step by step, all together: some changes are not announced by the kernel, IPv6's MTU for one; who
 * has to read them sees nothing of a change that is undone before.
 */
void registration_settle(struct registration *const *registrations, size_t count);

/* From now on callbacks wait after they were counted; until released. */
void registration_hold(struct registration *registration);
void registration_await_held(struct registration *registration);
void registration_release(struct registration *registration);

/* How many callbacks are running. */
unsigned registration_inside(struct registration *registration);

#endif
