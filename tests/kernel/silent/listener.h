/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel itself announces: a netlink socket of the test's own, joined to every group
 * that speaks of links, addresses, routes and next hops, in the namespace of the thread.
 *
 *     scene_change(scene, "link set v0 down");
 *     heard_routes(scene->listener, "10.1.0.0/16", "");         the kernel said nothing
 *     world_settle(scene->world);
 *     world_expect(scene->world, ROW_ROUTE, key, "D");          and yet it was told
 */
#ifndef TESTS_KERNEL_SILENT_LISTENER_H
#define TESTS_KERNEL_SILENT_LISTENER_H

#include "world.h"

struct listener;

struct listener *listener_open(void);
void listener_close(struct listener *listener);

/* Forgets what was heard so far. */
void listener_begin(struct listener *listener);

/*
 * Collects what has been said up to now: makes a change under the lock that the kernel holds
 * while it makes changes of links, and reads until that is announced.
 */
void listener_collect(struct listener *listener);

/* The subjects that messages are about. */
enum heard_kind {
    HEARD_ROUTE,    /* by prefix: N(ew), R(eplaced), D(eleted); tables main and local */
    HEARD_LIFETIME, /* by prefix: of each N and R whether it is F(inite) or I(nfinite) */
    HEARD_ADDRESS,  /* by address: N(ew), T(entative), F(ailed detection), O(ld: deprecated), D */
    HEARD_LINK,     /* by index: U(p), C(arrier is missing), L(ying down), D */
    HEARD_IPV6,     /* by index: N, for the IPv6 family state of a link */
    HEARD_NETCONF4,
    HEARD_NETCONF6, /* by index: N, D */
    HEARD_NEXTHOP,  /* by id: N, D */
    HEARD_PREFIX,   /* by index: N, for each prefix that a router advertised */
};

/*
 * The test fails unless the messages about that subject, a letter for each, are what the regular
 * expression says; "" is silence.
 */
void listener_expect_at(const char *file, int line, struct listener *listener, enum heard_kind kind,
                        const char *subject, unsigned number, const char *pattern);

/* Whether nothing was said about that subject. */
bool listener_heard_nothing(const struct listener *listener, enum heard_kind kind, unsigned number);

/* Collects until the messages are what the expression says. */
void listener_await_at(const char *file, int line, struct listener *listener, enum heard_kind kind,
                       const char *subject, unsigned number, const char *pattern);

#define heard_routes(listener, prefix, pattern)                                                    \
    listener_expect_at(__FILE__, __LINE__, listener, HEARD_ROUTE, prefix, 0, pattern)
#define heard_lifetimes(listener, prefix, pattern)                                                 \
    listener_expect_at(__FILE__, __LINE__, listener, HEARD_LIFETIME, prefix, 0, pattern)
#define heard_addresses(listener, address, pattern)                                                \
    listener_expect_at(__FILE__, __LINE__, listener, HEARD_ADDRESS, address, 0, pattern)
#define heard(listener, kind, number, pattern)                                                     \
    listener_expect_at(__FILE__, __LINE__, listener, kind, NULL, number, pattern)

/* heard_each(listener, {"10.1.0.0/16", "N"}, …): heard_routes() for each. */
struct heard_route {
    const char *prefix;
    const char *pattern;
};

#define heard_each(listener, ...)                                                                  \
    do {                                                                                           \
        const struct heard_route expected_[] = {__VA_ARGS__};                                      \
        for (size_t i_ = 0; i_ < sizeof(expected_) / sizeof(expected_[0]); i_++)                   \
            heard_routes(listener, expected_[i_].prefix, expected_[i_].pattern);                   \
    } while (0)

#define await_address(listener, address, pattern)                                                  \
    listener_await_at(__FILE__, __LINE__, listener, HEARD_ADDRESS, address, 0, pattern)
#define await_heard(listener, kind, number, pattern)                                               \
    listener_await_at(__FILE__, __LINE__, listener, kind, NULL, number, pattern)

#endif
