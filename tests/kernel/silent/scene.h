/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A watched world with a listener beside it, and what the tests here need in it. */
#ifndef TESTS_KERNEL_SILENT_SCENE_H
#define TESTS_KERNEL_SILENT_SCENE_H

#include "link_kinds.h"
#include "listener.h"
#include "world.h"

struct scene {
    struct world *world;
    struct listener *listener;
    struct iface lo;
    struct iface v0;
    struct iface w0;
    const struct link_kind *kind; /* of a test that is made for each kind of link; else NULL */
};

int scene_setup(void **state);
int scene_teardown(void **state);

#define scene_test(function) cmocka_unit_test_setup_teardown(function, scene_setup, scene_teardown)

/* scene_test() for one kind of link. */
#define scene_test_of_kind(function, kind)                                                         \
    {                                                                                              \
        (kind)->name, function, scene_setup, scene_teardown, (void *)(uintptr_t)(kind)             \
    }

/*
 * Two interfaces whose peers are in the namespace beside: v0 has 10.0.0.1/24 and
 * 2001:db8:1::1/64, w0 10.0.1.1/24 and 2001:db8:1:1::1/64. Without duplicate detection.
 */
void scene_add_pairs(struct scene *scene);

/* A link of that kind above v0. Where the kernel does not offer it, the test is skipped. */
void scene_add_kind(const struct link_kind *kind, const char *name);

/* Opens the listener and starts watching. What is there by now is known. */
void scene_watch(struct scene *scene);

/* Begins a step: for both, what was before does not count. */
void scene_begin(struct scene *scene);

/*
 * A step of one `ip` command, and all that the kernel says of it collected. It is for the test to
 * look at that, then to settle the world and to see what was told.
 */
#define scene_change(scene, ...)                                                                   \
    do {                                                                                           \
        scene_begin(scene);                                                                        \
        ip(__VA_ARGS__);                                                                           \
        listener_collect((scene)->listener);                                                       \
    } while (0)

/* A step of one setting: below /proc/sys, "net/ipv4/…". */
void scene_set(struct scene *scene, const char *path, const char *value);

/* The carrier of v0 or w0 goes or comes with its peer, v1 or w1; awaited. A step of its own. */
void scene_carrier(struct scene *scene, struct iface iface, const char *peer, bool on);

/* Ends a test for which this system lacks something: skipped, but in CI failed. */
void scene_cannot_play(const char *why);

#endif
