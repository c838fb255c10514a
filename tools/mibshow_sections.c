/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's sections, in the order of "all". */
#include "mibshow_table.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define TABLES(name, ...) static const struct shown_table *const name##_tables[] = {__VA_ARGS__};
#define SECTION(name_, summary_, ...)                                                              \
    {                                                                                              \
        .name = #name_, .summary = (summary_), .tables = name_##_tables,                           \
        .count = ARRAY_SIZE(name_##_tables), __VA_ARGS__                                           \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

TABLES(interfaces, &table_interfaces, &table_ip_interfaces, &table_interface_stack)
TABLES(adapters, &table_adapters)
TABLES(addresses, &table_addresses)
TABLES(routes, &table_routes)
TABLES(neighbours, &table_neighbours)
TABLES(multicast, &table_multicast)
TABLES(anycast, &table_anycast)
TABLES(paths, &table_paths)
TABLES(tcp, &table_tcp)
TABLES(udp, &table_udp)
TABLES(statistics, &table_ip_statistics, &table_tcp_statistics, &table_udp_statistics,
       &table_icmp_statistics)
TABLES(dns, &table_dns_interfaces, &table_dns_settings, &table_network_parameters)
TABLES(hints, &table_hints)
TABLES(best, &table_best_route, &table_best_source, &table_best_interface)
TABLES(ping, &table_ping)

const struct section mibshow_sections[] = {
    SECTION(interfaces, "interfaces, as links and for each family", .of_interfaces = true),
    SECTION(adapters, "adapters, with their addresses, gateways and DNS", .of_interfaces = true),
    SECTION(addresses, "unicast addresses", .of_interfaces = true),
    SECTION(routes, "routes", .of_interfaces = true),
    SECTION(neighbours, "neighbours: who has which link-layer address", .of_interfaces = true),
    SECTION(multicast, "groups that are joined", .of_interfaces = true),
    SECTION(anycast, "anycast addresses", .of_interfaces = true),
    SECTION(paths, "what is known of the ways to destinations", .of_interfaces = true),
    SECTION(tcp, "TCP sockets, and whose they are"),
    SECTION(udp, "UDP sockets, and whose they are"),
    SECTION(statistics, "counters of IP, TCP, UDP and ICMP"),
    SECTION(dns, "name resolution, of interfaces and of the host", .of_interfaces = true),
    SECTION(hints, "how far packets get, and what that costs", .of_interfaces = true),
    SECTION(best, "the route, source and interface to an address", .of_interfaces = true,
            .takes_address = true),
    SECTION(ping, "whether an address answers to echo requests", .takes_address = true),
};

const size_t mibshow_section_count = ARRAY_SIZE(mibshow_sections);
