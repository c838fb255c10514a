/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network as Linux' `ip` changes it, in a network namespace where that does no harm. */
#include "network.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MAX 24

/* The index can be chosen, so that a row is recognised without asking the API under test. */
#define LOOPBACK_INDEX 1U
#define FIRST_INDEX 4700U
#define UNREADY_INDEX 4800U

/*
 * Of `ip`, without that word. @ is the thing (an address, or a link's name), $ the length of its
 * prefix and # its index, if it is an interface.
 */
struct commands {
    const char *link; /* makes the link that they are on, where it is not there */
    const char *add;
    const char *add_ipv6; /* where that is another */
    const char *remove;
    const char *set[2]; /* as when added, and otherwise */
    const char *set_loopback[2];
};

static const struct commands commands[ROW_KINDS] = {
    [ROW_INTERFACE] = {.add = "link add name @ index # type bridge",
                       .remove = "link del @",
                       .set = {"link set dev @ mtu 1500", "link set dev @ mtu 1400"},
                       .set_loopback = {"link set dev @ mtu 65536", "link set dev @ mtu 65000"}},
    /* Without duplicate detection: a moment of it would be a change of its own. */
    [ROW_UNICAST] = {.add = "addr add @/$ dev lo",
                     .add_ipv6 = "addr add @/$ dev lo nodad",
                     .remove = "addr del @/$ dev lo",
                     .set = {"addr change @/$ dev lo valid_lft forever preferred_lft forever",
                             "addr change @/$ dev lo valid_lft 3600 preferred_lft 1800"}},
    /* What changes is who made it: RTPROT_BOOT, as by default, or RTPROT_BGP. */
    [ROW_ROUTE] = {.add = "route add @/$ dev lo",
                   .remove = "route del @/$ dev lo",
                   .set = {"route change @/$ dev lo proto 3", "route change @/$ dev lo proto 186"}},
    /* The loopback link has one IPv4 neighbour for all addresses. */
    [ROW_NEIGHBOUR] = {.link = "link add name confn type bridge",
                       .add = "neigh add @ dev confn lladdr 02:00:00:00:00:01 nud permanent",
                       .remove = "neigh del @ dev confn",
                       .set = {"neigh change @ dev confn lladdr 02:00:00:00:00:01 nud permanent",
                               "neigh change @ dev confn lladdr 02:00:00:00:00:01 nud stale"}},
};

static enum network_result ip(const char *format, ...) __attribute__((format(printf, 1, 2)));

static enum network_result ip(const char *format, ...)
{
    char line[256] = "ip ";
    char *words[WORDS_MAX + 1];
    size_t count = 0;
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line + 3, sizeof(line) - 3, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(line) - 3)
        return NETWORK_FAILED;

    for (char *at = line; *at && count < WORDS_MAX;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = 0;
    }
    words[count] = NULL;
    return platform_run(words) ? NETWORK_DONE : NETWORK_FAILED;
}

/* The address of the key, or the name of a link. */
static void write_thing(const struct row_key *key, bool has_address, unsigned number, char *text,
                        size_t size)
{
    const uint8_t *bytes = key->address;
    size_t length = 0;

    if (!has_address && number == 0) {
        (void)snprintf(text, size, "lo");
    } else if (!has_address) {
        (void)snprintf(text, size, "conf%u", number);
    } else if (key->family == AF_INET) {
        (void)snprintf(text, size, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else {
        for (size_t i = 0; i < sizeof(key->address); i += 2)
            length += (size_t)snprintf(text + length, size - length, i == 0 ? "%x" : ":%x",
                                       (unsigned)bytes[i] << 8 | bytes[i + 1]);
    }
}

/* Runs one of the commands above; there is none for what this kind does not have. */
static enum network_result run(const char *command, enum row_kind kind, ADDRESS_FAMILY family,
                               unsigned number)
{
    struct row_key key = {.family = family};
    bool has_address = network_set_key(kind, number, &key);
    unsigned prefix_length = key.prefix_length ? key.prefix_length : network_address_length(family);
    char thing[64];
    char line[256];
    size_t length = 0;

    if (!command)
        return NETWORK_NOT_OFFERED;
    write_thing(&key, has_address, number, thing, sizeof(thing));
    for (const char *at = command; *at && length < sizeof(line); at++) {
        size_t room = sizeof(line) - length;
        if (*at == '@')
            length += (size_t)snprintf(line + length, room, "%s", thing);
        else if (*at == '$')
            length += (size_t)snprintf(line + length, room, "%u", prefix_length);
        else if (*at == '#')
            length += (size_t)snprintf(line + length, room, "%u", FIRST_INDEX + number);
        else
            length += (size_t)snprintf(line + length, room, "%c", *at);
    }
    return length < sizeof(line) ? ip("%s", line) : NETWORK_FAILED;
}

static enum network_result add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    const struct commands *known = &commands[kind];

    if (known->link)
        (void)ip("%s", known->link);
    return run(family == AF_INET6 && known->add_ipv6 ? known->add_ipv6 : known->add, kind, family,
               number);
}

static enum network_result take_away(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return run(commands[kind].remove, kind, family, number);
}

static enum network_result set(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                               bool other)
{
    const struct commands *known = &commands[kind];
    bool loopback = number == 0 && known->set_loopback[other];

    return run(loopback ? known->set_loopback[other] : known->set[other], kind, family, number);
}

/* A link's queue length is in no row; an address or route is told of even if nothing changes. */
static enum network_result refresh(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
                                   bool other)
{
    static unsigned queue_length = 2000;

    if (kind != ROW_INTERFACE)
        return set(kind, family, number, other);
    queue_length++;
    if (number == 0)
        return ip("link set dev lo txqueuelen %u", queue_length);
    return ip("link set dev conf%u txqueuelen %u", number, queue_length);
}

static int interface_number(const MIB_IPINTERFACE_ROW *row)
{
    if (row->InterfaceIndex == LOOPBACK_INDEX)
        return 0;
    if (row->InterfaceIndex > FIRST_INDEX && row->InterfaceIndex < FIRST_INDEX + NETWORK_NUMBERS)
        return (int)(row->InterfaceIndex - FIRST_INDEX);
    return -1;
}

static NET_IFINDEX interface_index(unsigned number)
{
    return FIRST_INDEX + number;
}

/*
 * A veth has no carrier while its peer is down: until then the kernel does not even begin with
 * duplicate address detection, and addresses stay tentative.
 */
static bool unready_link;

static enum network_result add_tentative(unsigned number)
{
    enum network_result result = NETWORK_DONE;

    if (!unready_link) {
        result = ip("link add name confv index %u type veth peer name confp", UNREADY_INDEX);
        unready_link = result == NETWORK_DONE;
        if (result == NETWORK_DONE)
            result = ip("link set dev confv up");
    } else {
        result = ip("link set dev confp down");
    }
    if (result != NETWORK_DONE)
        return result;
    return ip("addr add 2001:db8:77::%x/64 dev confv", number + 1);
}

static enum network_result settle(void)
{
    return ip("link set dev confp up");
}

static enum network_result remove_tentative(void)
{
    unready_link = false;
    return ip("link del confv");
}

/* ---- All sorts ---------------------------------------------------------------------------------
 */

/* The same kinds as in other tests, but for those that only a test of the host's own can make. */
static const struct {
    const char *module;
    const char *command;
} link_kinds[] = {
#define LINK_KIND(kind, module, type, traits, command) {module, command},
#include "link_kinds.def"
};

static bool has_link[ARRAY_SIZE(link_kinds)];

#define VARIOUS_LINK "confk%u"
#define LOWER_LINK "confl"

/* Puts the words in braces of a kind's command in their places. False: it is no command of `ip`. */
static bool write_link_command(const char *command, unsigned number, char *line, size_t size)
{
    size_t length = 0;

    if (!strchr(command, '{'))
        return false;
    while (*command && length < size) {
        if (strncmp(command, "{name}", 6) == 0) {
            length += (size_t)snprintf(line + length, size - length, VARIOUS_LINK, number);
            command += 6;
        } else if (strncmp(command, "{lower}", 7) == 0) {
            length += (size_t)snprintf(line + length, size - length, LOWER_LINK);
            command += 7;
        } else if (strncmp(command, "{number}", 8) == 0) {
            length += (size_t)snprintf(line + length, size - length, "%u", number + 100);
            command += 8;
        } else {
            line[length++] = *command++;
        }
    }
    line[length < size ? length : size - 1] = '\0';
    return length < size;
}

/*
 * What the kernel does by itself a moment after a link has its carrier would come between two reads
 * of a test. Of link-local addresses, which would take duplicate detection, there is one made
 * below.
 */
static const char no_link_local[] = "addrgenmode none";

/*
 * Until each link with a carrier is in the state that follows from it: with that, the kernel has
 * done all else. Waits for 10 s at the most.
 */
static const char wait_for_rest[] =
    "left=500;"
    "while ip -o link show up | grep LOWER_UP | grep -Eqv 'state (UP|UNKNOWN)'; do"
    "    left=$((left - 1)); [ $left -gt 0 ] || exit 1;"
    "    sleep 0.02;"
    "done";

static void await_rest(void)
{
    char *words[] = {"sh", "-c", (char *)wait_for_rest, NULL};

    /* Reads may take no lock of the kernel's; what changes a link does, and so comes behind. */
    for (unsigned round = 0; round < 2; round++)
        if (!platform_run(words) || ip("link set dev lo up") != NETWORK_DONE)
            (void)printf("    the network does not come to rest\n");
}

/* Objects first, then what leads through them. All goes with the two links, or is taken away. */
static const char *const various_things[] = {
    "link set dev confl up",
    "link set dev confm up",
    "addr add fe80::47/64 dev confl nodad",
    "link set dev confl mtu 1400",
    "link property add dev confl altname confalternative",
    "link set dev confl alias All\xc2\xa0sorts",
    "addr add 192.0.2.2/24 dev confl",
    "addr add 192.0.2.3/24 dev confl valid_lft 3600 preferred_lft 1800",
    "addr add 192.0.2.2/26 dev confl",
    "addr add 198.51.100.1 peer 198.51.100.9/32 dev confl",
    "addr add 169.254.7.8/16 dev confl",
    "addr add 2001:db8:e::2/64 dev confl nodad",
    "addr add 2001:db8:e::3/128 dev confl nodad valid_lft 3600 preferred_lft 0",
    "addr add 2001:db8:e::4/64 dev confl nodad noprefixroute",
    "nexthop add id 4701 via 192.0.2.9 dev confl",
    "nexthop add id 4702 via 192.0.2.10 dev confl",
    "nexthop add id 4703 group 4701/4702",
    "nexthop add id 4704 via 2001:db8:e::9 dev confl",
    "nexthop add id 4705 blackhole",
    "route add default via 192.0.2.1 metric 4700",
    "route add default via 192.0.2.9 metric 4701",
    "route add default via 2001:db8:e::1 dev confl metric 4700",
    "route add 10.47.0.0/16 via 192.0.2.9 metric 7",
    "route append 10.47.0.0/16 via 192.0.2.10 metric 7",
    "route add 10.47.0.0/16 via 192.0.2.9 metric 8 tos 0x10",
    "route add 10.48.0.0/16 nexthop via 192.0.2.9 weight 2 nexthop via 192.0.2.10",
    "route add 10.49.0.0/16 nhid 4701",
    "route add 10.50.0.0/16 nhid 4703",
    "route add 10.51.0.0/16 nhid 4705",
    "route add 10.52.0.0/16 via inet6 2001:db8:e::9 dev confl",
    "route add 10.53.0.0/16 dev confl scope link proto dhcp",
    "route add 10.53.0.0/17 dev confl src 192.0.2.3 mtu 1300 proto bgp",
    "route add blackhole 10.54.0.0/16",
    "route add unreachable 10.55.0.0/16 metric 9",
    "route add prohibit 10.56.0.0/16",
    "route add throw 10.57.0.0/16",
    "route add 10.58.0.0/16 dev confl table 4700",
    "route add 2001:db8:47::/48 via 2001:db8:e::9 metric 7 expires 600",
    "route append 2001:db8:47::/48 via 2001:db8:e::a metric 7",
    "route add 2001:db8:48::/48 nhid 4704",
    "route add 2001:db8:49::/48 from 2001:db8:1::/48 dev confl",
    "route add unreachable 2001:db8:54::/48",
    "route add blackhole 2001:db8:55::/48",
    "neigh add 192.0.2.20 lladdr 02:00:00:00:00:20 dev confl nud permanent",
    "neigh add 192.0.2.21 lladdr 02:00:00:00:00:21 dev confl nud stale",
    "neigh add 192.0.2.22 dev confl nud failed",
    "neigh add 192.0.2.23 lladdr 02:00:00:00:00:23 dev confl nud noarp",
    "neigh add proxy 192.0.2.30 dev confl",
    "neigh add 2001:db8:e::20 lladdr 02:00:00:00:00:20 dev confl nud permanent",
    "neigh add 2001:db8:e::21 lladdr 02:00:00:00:00:21 dev confl router nud stale",
    "maddr add 01:00:5e:00:00:47 dev confl",
};

/* What does not go with a link. */
static const char *const left_things[] = {
    "route del blackhole 10.54.0.0/16",
    "route del unreachable 10.55.0.0/16 metric 9",
    "route del prohibit 10.56.0.0/16",
    "route del throw 10.57.0.0/16",
    "nexthop del id 4705",
    "route del unreachable 2001:db8:54::/48",
    "route del blackhole 2001:db8:55::/48",
};

static void add_variety(void)
{
    char line[256];
    unsigned links = 0;
    unsigned things = 0;

    memset(has_link, 0, sizeof(has_link));
    (void)ip("link add name " LOWER_LINK " type veth peer name confm");
    (void)ip("link set dev " LOWER_LINK " %s", no_link_local);
    (void)ip("link set dev confm %s", no_link_local);
    for (unsigned i = 0; i < ARRAY_SIZE(link_kinds); i++)
        if (!link_kinds[i].module[0] &&
            write_link_command(link_kinds[i].command, i, line, sizeof(line)) &&
            ip("%s", line) == NETWORK_DONE) {
            links++;
            has_link[i] = true;
            (void)ip("link set dev " VARIOUS_LINK " %s", i, no_link_local);
            (void)ip("link set dev " VARIOUS_LINK " up", i);
        }
    for (size_t i = 0; i < ARRAY_SIZE(various_things); i++)
        things += ip("%s", various_things[i]) == NETWORK_DONE;
    await_rest();
    (void)printf("    links of %u kinds of %u, %u other things of %u\n", links,
                 (unsigned)ARRAY_SIZE(link_kinds), things, (unsigned)ARRAY_SIZE(various_things));
}

static void remove_variety(void)
{
    for (unsigned i = 0; i < ARRAY_SIZE(link_kinds); i++)
        if (has_link[i])
            (void)ip("link del dev " VARIOUS_LINK, i);
    (void)ip("link del dev " LOWER_LINK);
    for (size_t i = 0; i < ARRAY_SIZE(left_things); i++)
        (void)ip("%s", left_things[i]);
}

const struct network_driver network_ip = {
    .add = add,
    .remove = take_away,
    .set = set,
    .refresh = refresh,
    .interface_number = interface_number,
    .interface_index = interface_index,
    .add_tentative = add_tentative,
    .settle = settle,
    .remove_tentative = remove_tentative,
    .add_variety = add_variety,
    .remove_variety = remove_variety,
};
