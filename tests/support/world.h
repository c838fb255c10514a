/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A private network namespace, watched by nine registrations: each kind that has notifications for
 * IPv4, for IPv6 and for both. Whatever a test does there, every one of them must have been told
 * exactly.
 *
 *     world_change(world, "link set v0 up");
 *     world_expect(world, ROW_INTERFACE, interface_key(v0, AF_INET), "P");
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "netns.h"
#include "recorder.h"

struct watch {
    struct recorder recorder;
    struct replay replay;
    size_t mark; /* notifications before the step that is being looked at */
};

#define WORLD_WATCHES (3 * (size_t)ROW_WATCHED_KINDS)

struct world {
    struct watch watches[WORLD_WATCHES];
    bool watched;
    int home;   /* this namespace, to be moved back to */
    int beside; /* another namespace, or -1 */
};

/* cmocka fixtures: *state is the world, in a namespace of its own, not watched yet. */
int world_setup(void **state);
int world_teardown(void **state);

#define world_test(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

/* A namespace beside this one: the place of veth peers, and where links are moved to. */
int world_beside(struct world *world);

/* A veth pair, both ends up; the peer end beside, where it can lose the carrier for us. */
void world_add_pair(struct world *world, const char *name, const char *peer);

/* The carrier of a link that was set up comes a moment later, from the kernel's own threads. */
void world_await_carrier(const char *name);

/* Before links are made: IPv6 addresses are usable at once, without duplicate detection. */
void world_without_dad(void);

/*
 * Waits until no address is tentative and every link with a carrier has its link-local one: the
 * kernel makes that a moment after the carrier comes.
 */
void world_await_addresses(void);

/* Starts watching, once the addresses are as above. What is there by then is known, not told. */
void world_watch(struct world *world);

/* Cancels all nine, and fails the test for whatever went wrong in their callbacks. */
void world_stop(struct world *world);

/* A step: what comes from here on counts for world_expect(). */
void world_begin(struct world *world);

/*
 * Waits until all nine have been told how things are; then makes changes of its own in every
 * table and waits for them too, after which whatever came before has been delivered. Checks that
 * interfaces were told of in this step whose addresses changed, and no others.
 */
void world_settle(struct world *world);

/*
 * The latter half of that, for registrations of these kinds (a bit for each, 1U << ROW_…): whatever
 * was announced before has been delivered then, whether they know all that there is or not.
 */
#define WORLD_ALL_KINDS ((1U << ROW_WATCHED_KINDS) - 1)
void world_barrier(struct world *world, unsigned kinds);

/* A step of one `ip` command: begin, run, settle. */
#define world_change(world, ...)                                                                   \
    do {                                                                                           \
        world_begin(world);                                                                        \
        ip(__VA_ARGS__);                                                                           \
        world_settle(world);                                                                       \
    } while (0)

/*
 * Every registration that covers the key was told exactly this about it in this step: a letter
 * for each notification, A(dd), P(arameter), D(elete); "" for none. "AP|A" allows either. The
 * registrations that do not cover it were told nothing. A p is a parameter notification of an
 * interface whose row stayed as it was, because an address changed; a pattern without one leaves
 * them aside: world_settle() checks that they come just then.
 */
#define world_expect(world, kind, key, pattern)                                                    \
    world_expect_at(__FILE__, __LINE__, world, kind, key, pattern)
void world_expect_at(const char *file, int line, struct world *world, enum row_kind kind,
                     struct row_key key, const char *pattern);

/* Waits until the registrations have been told that; then nothing is known of later ones. */
#define world_await(world, kind, key, pattern)                                                     \
    world_await_at(__FILE__, __LINE__, world, kind, key, pattern)
void world_await_at(const char *file, int line, struct world *world, enum row_kind kind,
                    struct row_key key, const char *pattern);

/* Nobody was told anything about any row of that kind in this step; interfaces: but by p. */
#define world_expect_quiet(world, kind) world_expect_quiet_at(__FILE__, __LINE__, world, kind)
void world_expect_quiet_at(const char *file, int line, struct world *world, enum row_kind kind);

/* Whether anybody was told of any row of that kind in this step, and the first of what was told. */
bool world_told(struct world *world, enum row_kind kind, struct note *ret_note);

/*
 * The row as it is, from Get…Entry (the table, if there is no such function), having checked that
 * Get…Table and what was told agree with it. Fails the test if there is none.
 */
#define world_row(world, kind, key) world_row_at(__FILE__, __LINE__, world, kind, key)
union any_row world_row_at(const char *file, int line, struct world *world, enum row_kind kind,
                           struct row_key key);

/* Get…Entry says ERROR_NOT_FOUND or ERROR_FILE_NOT_FOUND; the table and what was told agree. */
#define world_expect_no_row(world, kind, key)                                                      \
    world_expect_no_row_at(__FILE__, __LINE__, world, kind, key)
void world_expect_no_row_at(const char *file, int line, struct world *world, enum row_kind kind,
                            struct row_key key);

#endif
