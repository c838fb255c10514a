/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scripts for tests of watches, as data: a row a step, with what the scripted kernel does and what
 * follows from it.
 *
 *     static const struct script_step link_goes_down[] = {
 *         OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1))),
 *         {HAS_NO_ROUTES, SAYS(LINK_DOWN(2)), .reports = "D1 ", .requests = "B 4l/2 4m/2 "},
 *     };
 */
#ifndef TESTS_UNIT_WATCH_SCRIPT_H
#define TESTS_UNIT_WATCH_SCRIPT_H

#include "backend/netlink/watch/watch.h"
#include "scripted_kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* In ms, both ends included. */
struct script_span {
    bool is_checked;
    uint64_t from;
    uint64_t to;
};

/*
 * What happens, and what is looked at then: a text that is NULL is not. Reports are A, P or D with
 * the number of the address or the route's prefix, and with the next hop's last byte where it has
 * one: "A1:7 D2 ". Interfaces are shown with family, index and MTU: "A6.2:1500 ".
 */
struct script_step {
    /* Opens the watch when the kernel's event has taken place. */
    bool opens;
    enum mib_table table;
    struct mib_filter filter;

    struct scripted_event kernel;
    const struct scripted_reaction *reactions; /* NULL: those of the step before stay */

    const char *reports;       /* all, until the watch would wait for ever */
    const char *never_reports; /* … or the letters that are not among them */
    const char *first_report;  /* … or one, which is waited for by itself … */
    uint32_t lifetime;         /* … and whose route is valid for that long, in s, where not 0 */
    int error;                 /* what a wait returns, where not 0 */
    const char *requests;      /* all since they were looked at last */
    const char *known;         /* which rows the watch has, in order: "1:7 2 " */
    struct script_span time;   /* since the script began */
    struct script_span takes;  /* since the step began */
    const char *told;          /* the log's lines, with their word; # is the watch's number … */
    uint32_t words;            /* … of these words, a bit each */
    unsigned malformed;        /* how many messages were dropped for that, where not 0 */
};

/* clang-format off */
#define BETWEEN(first, last) {.is_checked = true, .from = (first), .to = (last)}
/* clang-format on */

/*
 * A first step. What is requested until the watch is open may be compared or not; a watch whose
 * reports are compared then has requested nothing more.
 */
/* clang-format off */
#define OPEN(what, which, ...)                                                                     \
    {.opens = true, .table = MIB_TABLE_##what, .filter.family = MIB_FAMILY_##which, __VA_ARGS__}
/* clang-format on */

/* The usual one: a watch of routes, which has nothing to report. */
#define OPEN_ROUTES(which, ...) OPEN(ROUTE, which, .reports = "", __VA_ARGS__)

struct script {
    const struct script_step *steps;
    size_t count;
};

/* clang-format off */
/* A test that plays the script of that name, an array of steps. */
#define script(steps)                                                                              \
    {#steps, script_play, setup, teardown,                                                         \
     &(struct script){(steps), sizeof(steps) / sizeof((steps)[0])}}
/* clang-format on */

/* A test that is a function. */
#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int setup(void **state);
int teardown(void **state);
void script_play(void **state); /* a struct script */

#endif
