/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "neighbours.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

void neighbours_start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("link set v0 address " NEAR);
    ip_in(world_beside(world), "link set v1 address " FAR);
    ip("addr add 10.0.0.1/24 brd + dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    ip_in(world_beside(world), "addr add 10.0.0.2/24 dev v1");
    ip_in(world_beside(world), "addr add 2001:db8:1::2/64 dev v1 nodad");
    world_await_addresses();
}

void ip_neigh(char text[IP_SAYS_SIZE], const char *link, const char *address)
{
    char command[256];

    (void)snprintf(command, sizeof(command), "ip -json neigh show to %s dev %s nud all", address,
                   link);
    FILE *output = popen(command, "r");
    check(output != NULL);
    size_t length = fread(text, 1, IP_SAYS_SIZE - 1, output);
    check(length < IP_SAYS_SIZE - 1);
    text[length] = '\0';
    check(pclose(output) == 0);
}

void ip_neigh_expect_at(const char *file, int line, const char *link, const char *address,
                        const char *lladdr, const char *state)
{
    static char text[IP_SAYS_SIZE];
    char expected[128];

    ip_neigh(text, link, address);
    if (!lladdr) {
        if (strstr(text, "\"dst\""))
            check_fail(file, line, "%s on %s is still there: %s", address, link, text);
        return;
    }
    (void)snprintf(expected, sizeof(expected), "\"lladdr\":\"%s\"", lladdr);
    bool as_expected = strstr(text, expected) != NULL;
    (void)snprintf(expected, sizeof(expected), "\"state\":[\"%s\"]", state);
    if (!as_expected || !strstr(text, expected))
        check_fail(file, line, "%s on %s is not %s, %s: %s", address, link, lladdr, state, text);
}

static void parse_lladdr(const char *text, UCHAR ret_bytes[6])
{
    unsigned bytes[6];

    check(sscanf(text, "%x:%x:%x:%x:%x:%x", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4],
                 &bytes[5]) == 6);
    for (size_t i = 0; i < 6; i++)
        ret_bytes[i] = (UCHAR)bytes[i];
}

MIB_IPNET_ROW2 neighbour_row(const char *link, const char *address, const char *lladdr)
{
    MIB_IPNET_ROW2 row;
    bool is_ipv6 = strchr(address, ':') != NULL;

    memset(&row, 0, sizeof(row));
    row.InterfaceIndex = netns_ifindex(link);
    row.Address.si_family = is_ipv6 ? AF_INET6 : AF_INET;
    check(inet_pton(row.Address.si_family, address,
                    is_ipv6 ? (void *)&row.Address.Ipv6.sin6_addr
                            : (void *)&row.Address.Ipv4.sin_addr) == 1);
    if (lladdr) {
        parse_lladdr(lladdr, row.PhysicalAddress);
        row.PhysicalAddressLength = 6;
    }
    return row;
}

MIB_IPNETROW old_neighbour_row(const char *link, const char *address, const char *lladdr,
                               DWORD type)
{
    MIB_IPNETROW row;

    memset(&row, 0, sizeof(row));
    row.dwIndex = netns_ifindex(link);
    row.dwAddr = ipv4_address(address);
    row.dwType = type;
    if (lladdr) {
        parse_lladdr(lladdr, row.bPhysAddr);
        row.dwPhysAddrLen = 6;
    }
    return row;
}

DWORD ipv4_address(const char *text)
{
    struct in_addr address;

    check(inet_pton(AF_INET, text, &address) == 1);
    return address.s_addr;
}

bool is_lladdr(const void *bytes, const char *text)
{
    UCHAR expected[6];

    parse_lladdr(text, expected);
    return memcmp(bytes, expected, sizeof(expected)) == 0;
}
