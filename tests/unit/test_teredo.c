/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mib/row, backend/netlink: what a Teredo client's address and sockets say. */
#include "messages.h"

#include "backend/netlink/watch/teredo_client.h"
#include "backend/netlink/object/udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct mib_addr address_of(const char *text)
{
    struct mib_addr address = {0};

    assert_int_equal(inet_pton(AF_INET6, text, address.bytes), 1);
    return address;
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_teredo;
        uint16_t port;
    } cases[] = {
        /* Of a Miredo client that had bound port 40001, behind no address translator. */
        {"2001:0:cb00:7101:1871:63be:34ff:8ef6", true, 40001},
        {"2001:0:cb00:7101:0:0:34ff:8ef6", true, 65535},
        {"2001:0:cb00:7101:0:ffff:34ff:8ef6", true, 0},
        {"2001:0:cb00:7101:0:fffe:34ff:8ef6", true, 1},
        {"2001:0:ffff:ffff:ffff:00ff:ffff:ffff", true, 0xff00},
        {"2001:1::", false, 0},
        {"2001:8000::", false, 0},
        {"2000::", false, 0},
        {"3001::", false, 0},
        {"::2001:0:1:2", false, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct mib_addr address = address_of(cases[i].text);

        assert_int_equal(mib_addr_is_teredo(MIB_FAMILY_IPV6, &address), cases[i].is_teredo);
        assert_false(mib_addr_is_teredo(MIB_FAMILY_IPV4, &address));
        if (cases[i].is_teredo)
            assert_int_equal(mib_addr_teredo_port(&address), cases[i].port);
    }
}

static struct link tun_link(uint32_t ifindex, const char *name, uint32_t flags)
{
    struct link link = {.ifindex = ifindex, .present = true, .is_tun = true, .flags = flags};

    (void)strncpy(link.name, name, sizeof(link.name) - 1);
    return link;
}

static struct teredo_addresses taken;

static void take(struct link_map *map, uint32_t ifindex, const char *text)
{
    struct mib_unicast row = {.ifindex = ifindex, .family = MIB_FAMILY_IPV6};

    row.address = address_of(text);
    assert_int_equal(teredo_take_address(&taken, map, &row), 0);
}

static void tunnels(void **state)
{
    struct link links[] = {
        {.ifindex = 1, .present = true, .name = "teredo"},
        tun_link(2, "vpn0", IFF_UP),
        tun_link(3, "teredo", 0),
        tun_link(4, "any0", IFF_UP),
        tun_link(5, "any1", IFF_UP),
    };
    struct link_map map = {.links = links, .count = sizeof(links) / sizeof(links[0])};
    const struct link *found = NULL;

    (void)state;
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_ptr_equal(found, &links[2]);

    /* An address goes before a name; a link that is no tun device is none, whatever it has. */
    take(&map, 1, "2001::1");
    take(&map, 4, "2001:1::1");
    take(&map, 5, "2001::1");
    take(&map, 99, "2001::1");
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_ptr_equal(found, &links[4]);
    take(&map, 4, "2001::9");
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_ptr_equal(found, &links[3]);

    /* Of several addresses always the same. */
    take(&map, 4, "2001::7");
    take(&map, 4, "2001::8");
    struct mib_addr lowest = address_of("2001::7");
    assert_memory_equal(teredo_address_of(&taken, 4), &lowest, sizeof(lowest));

    teredo_begin_dump(&taken, 4);
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_ptr_equal(found, &links[4]);
    teredo_begin_dump(&taken, 0);
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_ptr_equal(found, &links[2]);

    /* A relay's is up; one that is persistent may have nobody; one that is gone is none. */
    links[2].flags = IFF_UP;
    assert_int_equal(teredo_is_waiting(&taken, &links[2]), 0);
    links[2].flags = 0;
    assert_int_equal(teredo_is_waiting(&taken, &links[2]), 1);
    links[2].is_persistent = true;
    assert_int_equal(teredo_is_waiting(&taken, &links[2]), 0);
    links[2].is_persistent = false;
    links[2].present = false;
    assert_int_equal(teredo_is_waiting(&taken, &links[2]), 0);
    assert_int_equal(teredo_find_tunnel(&taken, &map, &found), 0);
    assert_null(found);
    teredo_addresses_clear(&taken);
}

static void links_that_matter(void **state)
{
    struct link none = {0};
    struct link bridge = {.ifindex = 7, .present = true, .name = "teredo"};
    struct link down = tun_link(7, "teredo", 0);
    struct link running = tun_link(7, "teredo", IFF_RUNNING);
    struct link up = tun_link(7, "teredo", IFF_UP);
    struct link renamed = tun_link(7, "other", 0);

    (void)state;
    assert_false(teredo_link_matters(&none, &bridge));
    assert_false(teredo_link_matters(&bridge, NULL));
    assert_false(teredo_link_matters(&bridge, &bridge));
    assert_true(teredo_link_matters(&none, &down));
    assert_true(teredo_link_matters(&down, NULL));
    assert_true(teredo_link_matters(&down, &up));
    assert_true(teredo_link_matters(&down, &renamed));
    assert_true(teredo_link_matters(&bridge, &down));
    assert_false(teredo_link_matters(&down, &running));
}

/* What the kernel says of one UDP socket. free() it. */
static struct nlmsghdr *diag_message(uint32_t inode, uint16_t port)
{
    struct inet_diag_msg diag = {
        .idiag_family = AF_INET, .idiag_state = TCP_CLOSE, .idiag_inode = inode};
    struct nlmsghdr *message = calloc(1, NLMSG_LENGTH(sizeof(diag)));

    assert_non_null(message);
    diag.id.idiag_sport = htons(port);
    message->nlmsg_len = NLMSG_LENGTH(sizeof(diag));
    message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    memcpy(NLMSG_DATA(message), &diag, sizeof(diag));
    return message;
}

static int parse_with(size_t offset, uint8_t value)
{
    struct nlmsghdr *message = diag_message(4711, 40001);
    struct nlmsghdr *changed = message_with_byte(message, NLMSG_HDRLEN + offset, value);
    struct udp_socket socket;
    int r = udp_parse(changed, &socket);

    free(changed);
    free(message);
    return r;
}

static void check_mutilated(const struct nlmsghdr *message)
{
    struct udp_socket socket = {0};
    int r = udp_parse(message, &socket);

    assert_true(r == 0 || r == -EBADMSG || r == -ENOMSG);
    assert_true(r == 0 ? socket.port != 0 : socket.port == 0);
}

static void sockets(void **state)
{
    struct nlmsghdr *message = diag_message(4711, 40001);
    struct udp_socket socket;

    (void)state;
    assert_int_equal(udp_parse(message, &socket), 0);
    assert_int_equal(socket.inode, 4711);
    assert_int_equal(socket.port, 40001);
    message_mutilate(message, check_mutilated);
    message->nlmsg_type = RTM_NEWLINK;
    assert_int_equal(udp_parse(message, &socket), -EBADMSG);
    free(message);

    assert_int_equal(parse_with(offsetof(struct inet_diag_msg, idiag_family), AF_INET6), -ENOMSG);
    assert_int_equal(parse_with(offsetof(struct inet_diag_msg, idiag_state), TCP_ESTABLISHED),
                     -ENOMSG);
    message = diag_message(4711, 0);
    assert_int_equal(udp_parse(message, &socket), -ENOMSG);
    free(message);
}

static uint16_t choose(const uint16_t *ports, size_t count)
{
    struct process_socket list[8] = {0};
    struct process_sockets all = {.sockets = list, .count = count};

    for (size_t i = 0; i < count; i++)
        list[i].port = ports[i];
    return teredo_choose_port(&all);
}

static void choice(void **state)
{
    (void)state;
    assert_int_equal(choose(NULL, 0), 0);
    assert_int_equal(choose((const uint16_t[]){0, 0}, 2), 0);
    assert_int_equal(choose((const uint16_t[]){0, 40001, 40000}, 3), 40001);
    assert_int_equal(choose((const uint16_t[]){3544, 0, 40001}, 3), 40001);
    assert_int_equal(choose((const uint16_t[]){0, 3544}, 2), 3544);
}

/* This process' own sockets, asked of the kernel that runs. */
static void ports_of_sockets(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct process_socket list[4] = {0};
    struct process_sockets all = {.sockets = list, .count = 4};
    int fds[4];

    (void)state;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < all.count; i++) {
        struct stat status;

        /* Bound; bound and connected; not bound; not UDP. */
        fds[i] = socket(AF_INET, (i == 3 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
        address.sin_port = 0;
        if (i != 2)
            assert_int_equal(bind(fds[i], (const struct sockaddr *)&address, sizeof(address)), 0);
        address.sin_port = htons(9);
        if (i == 1)
            assert_int_equal(connect(fds[i], (const struct sockaddr *)&address, sizeof(address)),
                             0);
        assert_int_equal(fstat(fds[i], &status), 0);
        list[i].inode = (uint32_t)status.st_ino;
    }
    assert_int_equal(teredo_fill_ports(&all), 0);
    socklen_t length = sizeof(address);
    assert_int_equal(getsockname(fds[0], (struct sockaddr *)&address, &length), 0);
    assert_int_equal(list[0].port, ntohs(address.sin_port));
    assert_int_equal(list[1].port, 0);
    assert_int_equal(list[2].port, 0);
    assert_int_equal(list[3].port, 0);
    for (size_t i = 0; i < all.count; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses), cmocka_unit_test(tunnels), cmocka_unit_test(links_that_matter),
        cmocka_unit_test(sockets),   cmocka_unit_test(choice),  cmocka_unit_test(ports_of_sockets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
