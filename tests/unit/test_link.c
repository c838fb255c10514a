/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/link: link and netconf messages, and the interface rows that follow. */
#include "converter.h"
#include "invariants.h"
#include "scarce.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/sockios.h>
#include <linux/wireless.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINK_HEADER = sizeof(struct ifinfomsg),
    IFINDEX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_index),
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct ifinfomsg, ifi_family),
};

static const uint16_t ipv4_conf_path[] = {IFLA_AF_SPEC, AF_INET, IFLA_INET_CONF, 0};
static const uint16_t ipv6_conf_path[] = {IFLA_AF_SPEC, AF_INET6, IFLA_INET6_CONF, 0};

/* The system that is asked about wireless links: it has link 7, by now called "wlan9". */
enum { WIRELESS = 7, WIFI_7 = 17, ASKED_OF = 99 };
static const struct netlink_socket NO_SOCKET = {.fd = -1};
static const struct netlink_socket ASKED = {.fd = ASKED_OF};
static unsigned asked_in_vain;
static unsigned asked_nl80211;

/* nl80211 knows links of Wi-Fi 7, which the wireless extensions do not. */
bool __wrap_wireless_has_link(uint32_t ifindex);
bool __wrap_wireless_has_link(uint32_t ifindex)
{
    asked_nl80211++;
    return ifindex == WIFI_7;
}

int __wrap_ioctl(int fd, unsigned long request, struct ifreq *argument);
int __wrap_ioctl(int fd, unsigned long request, struct ifreq *argument)
{
    if (fd != ASKED_OF) {
        errno = EBADF;
        return -1;
    }
    if (request == SIOCGIFNAME && argument->ifr_ifindex == WIRELESS) {
        memcpy(argument->ifr_name, "wlan9", sizeof("wlan9"));
        return 0;
    }
    if (request == SIOCGIWNAME && strcmp(argument->ifr_name, "wlan9") == 0)
        return 0;
    if (request == SIOCGIWNAME)
        asked_in_vain++;
    errno = ENODEV;
    return -1;
}

static int parse(const struct nlmsghdr *message, void *ret)
{
    return link_parse(message, ret);
}

static void check(const struct nlmsghdr *message, const void *object)
{
    const struct link_message *parsed = object;
    struct link_map map = {0};
    struct link *link;
    struct mib_ipinterface row;
    const char *broken = link_violation(message, parsed);

    if (broken)
        fail_msg("accepted, but not: %s", broken);
    assert_int_equal(link_map_take_link(&map, parsed, true, &NO_SOCKET, &link), 0);
    link_ipinterface(link, MIB_FAMILY_IPV6, &row);
    assert_null(ipinterface_row_violation(&row));
    link_map_clear(&map);
}

static const struct converter links = {
    .kind = "link",
    .header_size = LINK_HEADER,
    .object_size = sizeof(struct link_message),
    .parse = parse,
    .check = check,
};

static int parse_netconf(const struct nlmsghdr *message, void *ret)
{
    return netconf_parse(message, ret);
}

static void check_netconf(const struct nlmsghdr *message, const void *object)
{
    struct link_map map = {0};
    struct link *link;

    (void)message;
    assert_int_equal(link_map_take_netconf(&map, object, true, &link), 0);
    assert_true(!link || (link->ifindex > 0 && link->ifindex <= INT32_MAX));
    link_map_clear(&map);
}

static const struct converter netconfs = {
    .kind = "netconf",
    .header_size = sizeof(struct netconfmsg),
    .object_size = sizeof(struct netconf_message),
    .parse = parse_netconf,
    .check = check_netconf,
};

static void loopback_as_dumped(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("link/dump");
    struct link_message link;

    assert_int_equal(link_parse(message, &link), 0);
    assert_int_equal(link.ifindex, 1);
    assert_int_equal(link.family, AF_UNSPEC);
    assert_int_equal(link.arphrd, ARPHRD_LOOPBACK);
    assert_true(link.flags & IFF_LOOPBACK);
    assert_true(link.has_mtu);
    assert_int_equal(link.mtu, 65536);
    assert_string_equal(link.name, "lo");
    assert_true(link.has_ipv4);
    assert_true(link.has_ipv6);
    assert_true(link.has_ipv6_flags);
    assert_true(link.has_addr_gen_mode);
    assert_true(link.ipv4_conf_count >= IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN);
    assert_true(link.ipv6_conf_count > DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN);
    free(message);
}

/*
 * A bridge port's message is of the link, but not about it; its specs are another kind's. One of
 * AF_INET6 has no IPv4.
 */
static void recorded_links(void **state)
{
    (void)state;
    static const struct {
        const char *message, *name;
        int family;
        uint32_t ifindex, mtu;
        uint8_t address_length;
        bool is_up, has_ipv4, has_ipv6;
    } cases[] = {
        {"up", "left", AF_UNSPEC, 3, 1500, 6, true, true, true},
        {"mtu", "left", AF_UNSPEC, 3, 1400, 6, true, true, true},
        {"renamed", "other", AF_UNSPEC, 2, 1500, 6, true, true, true},
        {"gone-3", "left", AF_UNSPEC, 3, 1500, 6, false, false, false},
        {"bridge-released-3", "other", AF_BRIDGE, 2, 1500, 6, true, false, false},
        {"ipv6-back-2", "left", AF_INET6, 3, 1500, 6, true, false, true},
        {"tunnel", "tunnel", AF_UNSPEC, 5, 1500, 0, true, true, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct link_message link;

        convert_recorded(&links, cases[i].message, &link);
        if (strcmp(link.name, cases[i].name) != 0 || link.family != cases[i].family ||
            link.ifindex != cases[i].ifindex || link.mtu != cases[i].mtu ||
            link.address_length != cases[i].address_length ||
            !!(link.flags & IFF_UP) != cases[i].is_up || link.has_ipv4 != cases[i].has_ipv4 ||
            link.has_ipv6 != cases[i].has_ipv6 || (link.ipv6_conf_count > 0) != cases[i].has_ipv6)
            fail_msg("%s: not what was recorded: %s, %d, %u, %u, %u, %d%d%d%d", cases[i].message,
                     link.name, link.family, link.ifindex, link.mtu, link.address_length,
                     !!(link.flags & IFF_UP), link.has_ipv4, link.has_ipv6,
                     link.ipv6_conf_count > 0);
    }
}

static void changed_links(void **state)
{
    (void)state;
    static const char bytes[32] = "12345678901234567890123456789";
    static const char longer[33] = "";
    static const struct converter_case cases[] = {
        /* The index must be positive. */
        BYTE("up", IFINDEX_OFFSET, 0, -EBADMSG),
        BYTE("up", IFINDEX_OFFSET + 3, 0x80, -EBADMSG),
        WITH("up", IFLA_MTU, bytes, 3, -EBADMSG),
        WITH("up", IFLA_MTU, bytes, 0, -EBADMSG),
        WITH("up", IFLA_MTU, bytes, 8, -EBADMSG),
        WITH("up", IFLA_IFNAME, bytes, 4, -EBADMSG), /* no NUL */
        WITH("up", IFLA_IFNAME, bytes, 0, -EBADMSG),
        WITH("up", IFLA_IFNAME, bytes + 32 - 17, 17, -EBADMSG),
        WITH("up", IFLA_ADDRESS, bytes, 32, 0),
        WITH("up", IFLA_ADDRESS, longer, sizeof(longer), -EBADMSG),
    };
    struct link_message link;

    convert_cases(&links, cases, sizeof(cases) / sizeof(cases[0]));
    convert_changed(&links, "up", IFLA_IFNAME, "fifteen_letters", 16, &link);
    assert_string_equal(link.name, "fifteen_letters");
    convert_changed(&links, "up", IFLA_IFNAME, NULL, 0, &link);
    assert_string_equal(link.name, "");
    convert_changed(&links, "up", IFLA_MTU, NULL, 0, &link);
    assert_false(link.has_mtu);
    convert_changed(&links, "up", IFLA_ADDRESS, NULL, 0, &link);
    assert_int_equal(link.address_length, 0);
    /* Unknown attributes are passed over. */
    convert_changed(&links, "up", 0x3ff0, "x", 1, &link);
    assert_int_equal(link.ifindex, 3);
    assert_int_equal(link.mtu, 1500);
}

static int convert_nested(const struct nlmsghdr *message, const uint16_t *path, const void *data,
                          size_t length, struct link_message *ret)
{
    return convert(&links, message_with_nested(message, LINK_HEADER, path, data, length), ret);
}

static void specs_nested_wrongly(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("link/up");
    static const uint16_t flags_path[] = {IFLA_AF_SPEC, AF_INET6, IFLA_INET6_FLAGS, 0};
    static const uint16_t mode_path[] = {IFLA_AF_SPEC, AF_INET6, IFLA_INET6_ADDR_GEN_MODE, 0};
    static const uint16_t ipv4_path[] = {IFLA_AF_SPEC, AF_INET, 0};
    struct link_message link;

    assert_int_equal(convert_nested(message, flags_path, "\1\2", 2, &link), -EBADMSG);
    assert_int_equal(convert_nested(message, mode_path, "", 0, &link), -EBADMSG);
    /* It is empty: the family state exists, its settings are not known. */
    assert_int_equal(convert_nested(message, ipv4_path, "", 0, &link), 0);
    assert_true(link.has_ipv4);
    assert_int_equal(link.ipv4_conf_count, 0);
    free(message);
    convert_changed(&links, "up", IFLA_AF_SPEC, "", 0, &link);
    assert_false(link.has_ipv4);
    assert_false(link.has_ipv6);
}

/* The link as the message shows it. */
static struct link *take(struct link_map *map, const struct nlmsghdr *message, bool from_dump)
{
    struct link_message parsed;
    struct link *link;

    assert_int_equal(link_parse(message, &parsed), 0);
    assert_int_equal(link_map_take_link(map, &parsed, from_dump, &NO_SOCKET, &link), 0);
    return link;
}

/* Bytes up to the end of the setting of that index. */
static size_t end_of(size_t index)
{
    return (index + 1) * sizeof(uint32_t);
}

/* A kernel may know more settings than we do, or fewer. */
static void settings_of_any_number(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("link/up");
    uint32_t values[100];

    for (size_t i = 0; i < 100; i++)
        values[i] = 1;
    for (size_t bytes = 0; bytes <= sizeof(values); bytes++) {
        struct nlmsghdr *changed =
            message_with_nested(message, LINK_HEADER, ipv4_conf_path, values, bytes);
        struct link_map map = {0};
        const struct link *link = take(&map, changed, true);

        assert_int_equal(link->ipv4.forwarding, bytes >= end_of(IPV4_DEVCONF_FORWARDING - 1));
        assert_int_equal(link->ipv4.ignores_linkdown,
                         bytes >= end_of(IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN - 1));
        link_map_clear(&map);
        free(changed);

        changed = message_with_nested(message, LINK_HEADER, ipv6_conf_path, values, bytes);
        link = take(&map, changed, true);
        assert_int_equal(link->ipv6.forwarding, bytes >= end_of(DEVCONF_FORWARDING));
        assert_int_equal(link->ipv6.accept_ra, bytes >= end_of(DEVCONF_ACCEPT_RA));
        assert_int_equal(link->ipv6.ignores_linkdown,
                         bytes >= end_of(DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN));
        link_map_clear(&map);
        free(changed);
    }
    free(message);
}

/* What a tag carries, there and back; a number of somebody else's is none. */
static void tags(void **state)
{
    struct nlmsghdr *message = message_load("link/up");
    struct link_tag tag;

    (void)state;
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        uint32_t number = bits ? 0x49500000 | bits : 0;

        assert_int_equal(link_tag_parse(number, &tag), 0);
        assert_int_equal(link_tag_format(&tag), number);
    }
    assert_int_equal(link_tag_parse(7, &tag), -EBUSY);
    assert_int_equal(link_tag_parse(0x49510001, &tag), -EBUSY);

    for (size_t place = 0; place < 2; place++) {
        uint32_t values[IPV4_DEVCONF_TAG] = {0};
        enum mib_family families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};
        struct link_map map = {0};
        struct mib_ipinterface row;

        tag = (struct link_tag){0};
        tag.metric_fixed[place] = true;
        tag.times_set[place] = 127;
        values[IPV4_DEVCONF_TAG - 1] = link_tag_format(&tag);
        struct nlmsghdr *changed =
            message_with_nested(message, LINK_HEADER, ipv4_conf_path, values, sizeof(values));
        const struct link *link = take(&map, changed, true);
        for (size_t i = 0; i < 2; i++) {
            link_ipinterface(link, families[i], &row);
            assert_int_equal(row.metric_fixed, i == place);
            assert_int_equal(row.times_set, i == place ? 127 : 0);
        }
        link_map_clear(&map);
        free(changed);
    }
    free(message);
}

static void map_holds_links_by_index(void **state)
{
    (void)state;
    struct link_map map = {0};
    struct link *link;

    for (uint32_t i = 0; i < 500; i++) {
        struct link_message message = {.ifindex = 1 + i * 7919 % 500, .arphrd = ARPHRD_PPP};
        assert_int_equal(link_map_take_link(&map, &message, false, &NO_SOCKET, &link), 0);
        assert_int_equal(link->ifindex, message.ifindex);
    }
    assert_int_equal(map.count, 500);
    for (uint32_t ifindex = 1; ifindex <= 500; ifindex += 2)
        link_map_remove(&map, ifindex);
    link_map_remove(&map, 777);
    assert_int_equal(map.count, 250);
    for (uint32_t ifindex = 0; ifindex <= 501; ifindex++) {
        bool there = ifindex % 2 == 0 && ifindex >= 2 && ifindex <= 500;
        assert_int_equal(link_map_find(&map, ifindex) != NULL, there);
        assert_int_equal(link_map_iftype(&map, ifindex), there ? 23 : 0);
    }
    link_map_clear(&map);
    assert_null(link_map_find(&map, 2));
    link_map_clear(&map);
}

static void types_of_links(void **state)
{
    (void)state;
    enum { BY_FLAGS = 0 };
    static const uint16_t types_by_flags[] = {23, 0x8017}; /* as it is, and as one may set it */
    static const struct {
        uint32_t flags;
        uint16_t arphrd;
        uint16_t iftype;
    } cases[] = {
        {IFF_LOOPBACK, ARPHRD_LOOPBACK, 24},
        {IFF_MULTICAST, ARPHRD_ETHER, 6},
        {0, ARPHRD_IEEE802, 9},
        {0, ARPHRD_IEEE802_TR, 9},
        {0, ARPHRD_FDDI, 15},
        {0, ARPHRD_SLIP, 28},
        {IFF_POINTOPOINT, ARPHRD_PPP, 23},
        {IFF_POINTOPOINT, ARPHRD_NONE, BY_FLAGS},
        {0, ARPHRD_NONE, 1},
        {0, ARPHRD_SIT, 1},
    };

    assert_int_equal(link_iftype_pointopoint, types_by_flags[0]);
    for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
        uint16_t by_flags = types_by_flags[i % 2];
        uint16_t expected = cases[i / 2].iftype == BY_FLAGS ? by_flags : cases[i / 2].iftype;
        struct link_map map = {0};
        struct link_message message = {
            .ifindex = 5, .arphrd = cases[i / 2].arphrd, .flags = cases[i / 2].flags};
        struct link *link;

        link_iftype_pointopoint = by_flags;
        assert_int_equal(link_map_take_link(&map, &message, false, &NO_SOCKET, &link), 0);
        assert_int_equal(link->iftype, expected);
        link_map_clear(&map);
    }
    link_iftype_pointopoint = types_by_flags[0];
}

/* A question about a name that is gone makes the kernel start modprobe. */
static void wireless_links(void **state)
{
    (void)state;
    struct link_map map = {0};
    struct link_message message = {.arphrd = ARPHRD_ETHER, .flags = IFF_UP, .name = "wlan0"};
    struct link *link;

    message.ifindex = WIRELESS;
    assert_int_equal(link_map_take_link(&map, &message, true, &ASKED, &link), 0);
    assert_int_equal(link->iftype, 71);
    message.ifindex = WIRELESS + 1;
    assert_int_equal(link_map_take_link(&map, &message, true, &ASKED, &link), 0);
    assert_int_equal(link->iftype, 6);
    assert_int_equal(asked_in_vain, 0);

    /* A link that is of no device is none of a radio. */
    message.ifindex = WIFI_7;
    assert_int_equal(asked_nl80211, 0);
    message.has_device = true;
    assert_int_equal(link_map_take_link(&map, &message, true, &ASKED, &link), 0);
    assert_int_equal(link->iftype, 71);
    assert_int_equal(asked_nl80211, 1);
    link_map_clear(&map);
}

/* An event does not tell which family states exist, a dump does. */
static void family_states_of_a_dump(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("link/up");
    struct link_map map = {0};
    struct link *link = take(&map, message, false);

    assert_true(link->present);
    assert_false(link->ipv4.exists);
    assert_false(link->ipv6.exists);
    link = take(&map, message, true);
    assert_true(link->ipv4.exists);
    assert_true(link->ipv6.exists);
    assert_int_equal(map.count, 1);
    link_map_clear(&map);
    free(message);
}

static void recorded_netconf(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int family, ifindex, forwarding, ignores_linkdown; /* -1: the message does not say */
    } cases[] = {
        {"ipv4-forwarding", AF_INET, 3, 1, -1},
        {"ipv4-ignore-linkdown", AF_INET, 3, -1, 1},
        {"ipv4-default", AF_INET, NETCONFA_IFINDEX_DEFAULT, 1, -1},
        {"ipv6-forwarding", AF_INET6, 3, 1, -1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct netconf_message conf;

        convert_recorded(&netconfs, cases[i].name, &conf);
        if (conf.family != cases[i].family || conf.ifindex != cases[i].ifindex ||
            conf.forwarding != cases[i].forwarding ||
            conf.ignores_linkdown != cases[i].ignores_linkdown)
            fail_msg("%s: not what was recorded: %d, %d, %d, %d", cases[i].name, conf.family,
                     conf.ifindex, conf.forwarding, conf.ignores_linkdown);
    }
}

static void changed_netconf(void **state)
{
    (void)state;
    static const char bytes[] = "12345678";
    static const struct converter_case cases[] = {
        WITH("ipv4-forwarding", NETCONFA_IFINDEX, bytes, 0, -EBADMSG),
        WITH("ipv4-forwarding", NETCONFA_IFINDEX, bytes, 3, -EBADMSG),
        WITH("ipv4-forwarding", NETCONFA_IFINDEX, bytes, 8, -EBADMSG),
        WITHOUT("ipv4-forwarding", NETCONFA_IFINDEX, -EBADMSG),
        WITH("ipv4-forwarding", NETCONFA_FORWARDING, bytes, 0, -EBADMSG),
        WITH("ipv4-forwarding", NETCONFA_FORWARDING, bytes, 2, -EBADMSG),
        WITH("ipv4-forwarding", NETCONFA_FORWARDING, bytes, 8, -EBADMSG),
    };

    convert_cases(&netconfs, cases, sizeof(cases) / sizeof(cases[0]));
}

static void netconf_makes_and_ends_ip(void **state)
{
    (void)state;
    struct netconf_message conf = {
        .family = AF_INET, .ifindex = 7, .forwarding = 1, .ignores_linkdown = -1};
    struct link_map map = {0};
    struct link *link;

    assert_int_equal(link_map_take_netconf(&map, &conf, false, &link), 0);
    assert_null(link);
    assert_int_equal(map.count, 0);
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
    assert_true(link->ipv4.exists && link->ipv4.forwarding);
    assert_false(link->ipv4.ignores_linkdown || link->ipv6.exists || link->present);
    conf.forwarding = -1; /* not said */
    conf.ignores_linkdown = 1;
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
    assert_true(link->ipv4.forwarding && link->ipv4.ignores_linkdown);
    assert_int_equal(link_map_take_netconf(&map, &conf, false, &link), 0);
    assert_false(link->ipv4.exists || link->ipv4.forwarding);

    /* Those of no link, and of no family that is known. */
    conf.ifindex = -2;
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
    assert_null(link);
    conf.ifindex = 0;
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
    assert_null(link);
    conf.ifindex = 7;
    conf.family = AF_UNSPEC;
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
    assert_null(link);
    assert_int_equal(map.count, 1);
    link_map_clear(&map);
}

static void no_memory_for_a_link(void **state)
{
    (void)state;
    struct netconf_message conf = {.family = AF_INET, .ifindex = 7};
    struct link_message message = {.ifindex = 7};
    struct link_map map = {0};
    struct link other;
    struct link *link = &other;

    memory_is_scarce = true;
    assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), -ENOMEM);
    assert_ptr_equal(link, &other);
    assert_int_equal(link_map_take_link(&map, &message, true, &NO_SOCKET, &link), -ENOMEM);
    assert_ptr_equal(link, &other);
    memory_is_scarce = false;
    assert_int_equal(map.count, 0);
}

/* A rename ends and makes both family states in the kernel's messages, and in nothing else. */
static void rename_keeps_ip(void **state)
{
    (void)state;
    static const uint8_t families[] = {AF_INET, AF_INET6};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        struct link_message message = {
            .ifindex = 7, .has_ipv4 = true, .has_ipv6 = true, .name = "a"};
        struct netconf_message conf = {
            .family = families[i], .ifindex = 7, .forwarding = 0, .ignores_linkdown = 0};
        struct link_map map = {0};
        struct link *link;

        assert_int_equal(link_map_take_link(&map, &message, true, &NO_SOCKET, &link), 0);
        const struct link_family_state *ip = families[i] == AF_INET ? &link->ipv4 : &link->ipv6;
        message.name[0] = 'b';
        assert_int_equal(link_map_take_link(&map, &message, false, &NO_SOCKET, &link), 0);
        assert_string_equal(link->name, "b");
        assert_int_equal(link_map_take_netconf(&map, &conf, false, &link), 0);
        assert_true(ip->exists);
        assert_int_equal(link_map_take_netconf(&map, &conf, true, &link), 0);
        assert_true(ip->exists);
        /* The next one does end it. */
        assert_int_equal(link_map_take_netconf(&map, &conf, false, &link), 0);
        assert_false(ip->exists);
        link_map_clear(&map);
    }
}

/* Each of these by itself may make the kernel use a link's routes, or use them no more. */
static void flags_that_carry(void **state)
{
    (void)state;
    static const uint32_t carrying[] = {IFF_UP, IFF_RUNNING, IFF_LOWER_UP, IFF_DORMANT};
    struct link before = {.flags = IFF_UP | IFF_RUNNING};

    for (size_t i = 0; i < sizeof(carrying) / sizeof(carrying[0]); i++) {
        struct link after = {.flags = before.flags ^ carrying[i]};

        assert_true(link_carrying_changed(&before, &after));
        assert_true(link_carrying_changed(&after, &before));
    }
    struct link after = {.flags = before.flags | IFF_PROMISC | IFF_ALLMULTI, .mtu = 9};
    assert_false(link_carrying_changed(&before, &after));
}

static void row_of_a_link(void **state)
{
    (void)state;
    struct link link = {
        .ifindex = 9,
        .iftype = 6,
        .flags = IFF_UP | IFF_LOWER_UP | IFF_MULTICAST,
        .mtu = 1500,
        .ipv6 = {.exists = true,
                 .accept_ra = 1,
                 .detects_duplicates = true,
                 .dad_transmits = 3,
                 .mtu = 1400},
    };
    struct mib_ipinterface row;

    link_ipinterface(&link, MIB_FAMILY_IPV4, &row);
    assert_null(ipinterface_row_violation(&row));
    assert_int_equal(row.mtu, 1500);
    assert_true(row.connected && row.unreachability_detection);
    assert_false(row.router_discovery || row.supports_router_discovery);
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_null(ipinterface_row_violation(&row));
    assert_int_equal(row.mtu, 1400);
    assert_int_equal(row.dad_transmits, 3);
    assert_true(row.router_discovery && row.supports_router_discovery);

    link.ipv6.forwarding = true; /* a router does not listen to others … */
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_true(row.supports_router_discovery && !row.router_discovery && row.forwarding);
    link.ipv6.accept_ra = 2; /* … unless told to */
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_true(row.router_discovery);

    link.flags = IFF_UP | IFF_NOARP;
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_false(row.connected || row.unreachability_detection || row.supports_router_discovery);
    assert_int_equal(row.dad_transmits, 0);
    link.flags = IFF_LOWER_UP;
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_false(row.connected);
    link.flags = IFF_UP | IFF_LOWER_UP | IFF_LOOPBACK;
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_int_equal(row.dad_transmits, 0);
    assert_false(row.unreachability_detection || row.router_discovery);

    link.flags = IFF_UP;
    link.ipv6.detects_duplicates = false;
    link_ipinterface(&link, MIB_FAMILY_IPV6, &row);
    assert_int_equal(row.dad_transmits, 0);
}

static void everything_recorded(void **state)
{
    (void)state;
    convert_everything(&links, false);
    convert_everything(&netconfs, true);
}

/* Each kind of link message once; they are long. */
static void mutilated_links(void **state)
{
    (void)state;
    static const char *const names[] = {"dump", "tunnel", "ipv6-back-2", "bridge-port-4", "gone-3"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        convert_mutilated(&links, names[i]);
}

static void kinds_of_links(void **state)
{
    static const uint16_t kind[] = {IFLA_LINKINFO, IFLA_INFO_KIND, 0};
    static const uint16_t persist[] = {IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_TUN_PERSIST, 0};
    struct nlmsghdr *tunnel = message_load("link/tunnel");
    struct nlmsghdr *bridge = message_load("link/up");
    struct link_message link;

    (void)state;
    assert_int_equal(link_parse(tunnel, &link), 0);
    assert_true(link.is_tun && link.is_persistent);
    assert_int_equal(convert_nested(tunnel, persist, "", 1, &link), 0);
    assert_true(link.is_tun && !link.is_persistent);
    assert_int_equal(convert_nested(tunnel, persist, NULL, 0, &link), 0);
    assert_true(link.is_tun && !link.is_persistent);
    assert_int_equal(convert_nested(tunnel, kind, "tunl", 5, &link), 0);
    assert_false(link.is_tun || link.is_persistent);
    /* Not terminated. */
    assert_int_equal(convert_nested(tunnel, kind, "tun", 3, &link), -EBADMSG);
    assert_int_equal(convert(&links, message_with_byte(tunnel, FAMILY_OFFSET, AF_BRIDGE), &link),
                     0);
    assert_false(link.is_tun || link.is_persistent);
    assert_int_equal(link_parse(bridge, &link), 0);
    assert_false(link.is_tun || link.is_persistent);
    free(tunnel);
    free(bridge);
}

static void family_decides_what_is_read(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("link/up");
    struct link_message link;

    /* IFLA_AF_SPEC means something else in other families' messages. */
    assert_int_equal(convert(&links, message_with_byte(message, FAMILY_OFFSET, AF_BRIDGE), &link),
                     0);
    assert_false(link.has_ipv4 || link.has_ipv6);
    assert_int_equal(convert(&links, message_with_byte(message, FAMILY_OFFSET, AF_INET6), &link),
                     0);
    assert_false(link.has_ipv4 || link.has_ipv6);
    free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_as_dumped),
        cmocka_unit_test(recorded_links),
        cmocka_unit_test(kinds_of_links),
        cmocka_unit_test(family_decides_what_is_read),
        cmocka_unit_test(changed_links),
        cmocka_unit_test(specs_nested_wrongly),
        cmocka_unit_test(settings_of_any_number),
        cmocka_unit_test(tags),
        cmocka_unit_test(map_holds_links_by_index),
        cmocka_unit_test(types_of_links),
        cmocka_unit_test(wireless_links),
        cmocka_unit_test(family_states_of_a_dump),
        cmocka_unit_test(recorded_netconf),
        cmocka_unit_test(changed_netconf),
        cmocka_unit_test(netconf_makes_and_ends_ip),
        cmocka_unit_test(no_memory_for_a_link),
        cmocka_unit_test(rename_keeps_ip),
        cmocka_unit_test(flags_that_carry),
        cmocka_unit_test(row_of_a_link),
        cmocka_unit_test(everything_recorded),
        cmocka_unit_test(mutilated_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
