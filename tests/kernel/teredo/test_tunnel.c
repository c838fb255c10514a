/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What makes an interface a Teredo client's tunnel, and which port is its client's: a client of
 * this test's own, which holds a tun device and some sockets.
 */
#include "child.h"
#include "miredo.h"
#include "ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Port 50001 and address 203.0.113.9, inverted, as a server would see them. */
#define ADDRESS "2001:0:cb00:7101:0:3cae:34ff:8ef6"
#define OTHER_ADDRESS "2001:0:cb00:7101:0:3cad:34ff:8ef6" /* port 50002 */

static int open_tun(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    (void)strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
        fail_test("tun device %s: %s", name, strerrordesc_np(errno));
    return fd;
}

/* A UDP socket on that port, any one for 0. */
static int open_udp(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        fail_test("UDP port %u: %s", port, strerrordesc_np(errno));
    return fd;
}

static int setup(void **state)
{
    (void)state;
    netns_enter_new();
    return 0;
}

static void qualify(const char *name, const char *address)
{
    ip("link set %s up", name);
    ip("addr add %s/32 dev %s", address, name);
}

/* Any name will do once there is an address, and the process' port goes before the address'. */
static void test_process_has_the_port(void **state)
{
    struct ports ports;

    (void)state;
    ports_start(&ports, FALSE);
    int tun = open_tun("any0");
    int udp = open_udp(41000);
    port_expect_error(ERROR_NOT_READY);
    qualify("any0", ADDRESS);
    ports_await(&ports, NULL, "A41000 ");
    port_expect(41000);

    /*
     * A port that changes beneath an interface is found when that gets an address which it had not
     * when the port was last looked at. Which addresses come and go meanwhile does not matter: a
     * registration that is slow sees the last of them only.
     */
    close(udp);
    udp = open_udp(42000);
    ip("addr add " OTHER_ADDRESS "/32 dev any0");
    ports_await(&ports, NULL, "A41000 P42000 ");

    /* It is looked at again when the address goes, and is the same. */
    ip("addr del " OTHER_ADDRESS "/32 dev any0");
    port_expect(42000);

    ip("link set any0 down");
    ports_await(&ports, NULL, "A41000 P42000 D42000 ");
    port_expect_error(ERROR_NOT_READY);
    ports_stop(&ports);
    close(udp);
    close(tun);
}

/* Of several sockets, the first that takes datagrams from everybody, but for discovery's. */
static void test_several_sockets(void **state)
{
    (void)state;
    int tun = open_tun("any0");
    int discovery = open_udp(3544);
    int connected = open_udp(43000);
    struct sockaddr_in6 other = {
        .sin6_family = AF_INET6, .sin6_port = htons(44000), .sin6_addr = in6addr_loopback};
    int six = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(53)};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    assert_int_equal(bind(six, (const struct sockaddr *)&other, sizeof(other)), 0);
    assert_int_equal(connect(connected, (const struct sockaddr *)&peer, sizeof(peer)), 0);
    qualify("any0", ADDRESS);
    /* There is no other. */
    port_expect(3544);
    int first = open_udp(41000);
    int second = open_udp(40000);
    port_expect(41000);
    close(first);
    port_expect(40000);
    close(second);
    close(six);
    close(connected);
    close(discovery);
    close(tun);
}

/* The process has no port (any more): there is none to tell. */
static void test_process_without_a_port(void **state)
{
    (void)state;
    int tun = open_tun("any0");

    qualify("any0", ADDRESS);
    port_expect_error(ERROR_NOT_READY);
    int udp = open_udp(41000);
    port_expect(41000);
    close(udp);
    close(tun);
}

/* A client opens its tunnel and then, without a word from the kernel, its port. */
static void test_port_comes_late(void **state)
{
    struct ports ports;

    (void)state;
    ports_start(&ports, FALSE);
    int tun = open_tun("teredo");
    /* Until the registration has looked at it: there is nothing else to wait for. */
    threads_await_asleep();
    port_expect_error(ERROR_NOT_READY);
    int udp = open_udp(41000);
    ports_await(&ports, NULL, "A41000 ");
    close(tun);
    ports_await(&ports, NULL, "A41000 D41000 ");
    ports_stop(&ports);
    close(udp);
}

/* Nobody holds the device: what is left is the address. */
static void test_address_tells_the_port(void **state)
{
    struct ports ports;

    (void)state;
    ports_start(&ports, FALSE);
    ip("tuntap add any0 mode tun");
    qualify("any0", ADDRESS);
    ports_await(&ports, NULL, "A50001 ");
    port_expect(50001);

    ip("addr add " OTHER_ADDRESS "/32 dev any0");
    ip("addr del " ADDRESS "/32 dev any0");
    ports_await(&ports, NULL, "A50001 P50002 ");
    ip("link del any0");
    ports_await(&ports, NULL, "A50001 P50002 D50002 ");
    ports_stop(&ports);
}

/* Not a tunnel that somebody left, nor a bridge, nor an address that is not Teredo's. */
static void test_what_is_no_tunnel(void **state)
{
    struct stable stable;

    (void)state;
    ip("tuntap add teredo mode tun");
    port_expect_error(ERROR_NOT_READY);
    assert_int_equal(stable_start(&stable, AF_INET6, NULL), NO_ERROR);
    ip("link del teredo");

    ip("link add teredo type bridge");
    port_expect_error(ERROR_NOT_READY);
    assert_int_equal(stable_start(&stable, AF_INET6, NULL), NO_ERROR);
    qualify("teredo", ADDRESS);
    port_expect_error(ERROR_NOT_READY);

    int tun = open_tun("any0");
    qualify("any0", "2001:1::1");
    port_expect_error(ERROR_NOT_READY);
    close(tun);
}

static void hold_elsewhere(struct child *self, void *context)
{
    (void)context;
    netns_enter_new();
    int tun = open_tun("any0");
    int udp = open_udp(41000);
    child_say(self, 'h');
    child_expect(self, 'e');
    close(udp);
    close(tun);
}

/* Who holds a device of the same name in another namespace is another's client. */
static void test_other_namespace(void **state)
{
    struct child child = child_start(hold_elsewhere, NULL);

    (void)state;
    child_expect(&child, 'h');
    ip("tuntap add any0 mode tun");
    qualify("any0", ADDRESS);
    port_expect(50001);
    child_say(&child, 'e');
    child_join(&child);
}

#define tunnel_test(function) cmocka_unit_test_setup(function, setup)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        tunnel_test(test_process_has_the_port),   tunnel_test(test_several_sockets),
        tunnel_test(test_process_without_a_port), tunnel_test(test_port_comes_late),
        tunnel_test(test_address_tells_the_port), tunnel_test(test_what_is_no_tunnel),
        tunnel_test(test_other_namespace),
    };

    (void)argc;
    int rc = netns_begin(argv);
    if (rc == 0)
        rc = miredo_begin();
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
