/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What registrations report of several rows in one step, as rows. */
#ifndef TESTS_KERNEL_EXPECT_H
#define TESTS_KERNEL_EXPECT_H

#include "world.h"

struct expected_route {
    struct iface iface;
    const char *prefix;
    const char *next_hop; /* NULL: on-link */
    const char *reports;  /* as in world_expect() */
};

struct expected_address {
    struct iface iface;
    const char *address;
    const char *reports;
};

/* expect_routes(world, {v0, "10.1.0.0/16", "10.0.0.2", "D"}, …): world_expect() for each. */
#define expect_routes(world, ...)                                                                  \
    do {                                                                                           \
        const struct expected_route expected_[] = {__VA_ARGS__};                                   \
        for (size_t i_ = 0; i_ < ARRAY_SIZE(expected_); i_++)                                      \
            world_expect(                                                                          \
                world, ROW_ROUTE,                                                                  \
                route_key(expected_[i_].iface, expected_[i_].prefix, expected_[i_].next_hop),      \
                expected_[i_].reports);                                                            \
    } while (0)

#define expect_addresses(world, ...)                                                               \
    do {                                                                                           \
        const struct expected_address expected_[] = {__VA_ARGS__};                                 \
        for (size_t i_ = 0; i_ < ARRAY_SIZE(expected_); i_++)                                      \
            world_expect(world, ROW_UNICAST,                                                       \
                         unicast_key(expected_[i_].iface, expected_[i_].address),                  \
                         expected_[i_].reports);                                                   \
    } while (0)

/* What is reported of an interface in one step, of IPv4 and of IPv6. */
#define expect_interface(world, iface, ipv4_reports, ipv6_reports)                                 \
    do {                                                                                           \
        world_expect(world, ROW_INTERFACE, interface_key(iface, AF_INET), ipv4_reports);           \
        world_expect(world, ROW_INTERFACE, interface_key(iface, AF_INET6), ipv6_reports);          \
    } while (0)

#endif
