/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv6 routes with a lifetime: those of router advertisements, and their end. */
#include "advertisement.h"
#include "scene.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#define MAC "02:00:00:00:00:01"
#define DEFAULT "::/0"
#define ROUTER "fe80::1"
#define PREFIX "2001:db8:7::"
#define NEAR PREFIX "/64"
#define ADDRESS "2001:db8:7::ff:fe00:1"
#define OTHER_PREFIX "2001:db8:8::"
#define OTHER_ADDRESS "2001:db8:8::ff:fe00:1"
#define STATIC_PREFIX6 "2001:db8:a::"
#define STATIC6 STATIC_PREFIX6 "/48"

/* The link-local addresses are there and usable, so that nothing but routers speaks from now on. */
static void start(struct scene *scene, bool detection)
{
    int beside = world_beside(scene->world);
    struct timespec deadline = check_deadline();
    union any_row row;

    if (!detection)
        world_without_dad();
    ip("link add v0 address " MAC " type veth peer name v1 netns /proc/%d/fd/%d", (int)getpid(),
       beside);
    ip("link set v0 up");
    scene->v0 = iface_get("v0");
    sysctl_write("net/ipv6/conf/v0/router_solicitations", "0");
    scene_watch(scene);
    scene_begin(scene);
    ip_in(beside, "link set v1 up");
    ip_in(beside, "addr add " ROUTER "/64 dev v1 nodad");
    await_address(scene->listener, "fe80::ff:fe00:1", "T?N");
    struct row_key key = unicast_key(scene->v0, "fe80::ff:fe00:1");
    do {
        world_settle(scene->world);
        row = world_row(scene->world, ROW_UNICAST, key);
        if (check_deadline_passed(&deadline))
            fail_test("the link-local address never became preferred");
    } while (row.unicast.DadState != IpDadStatePreferred);
}

static void receive(struct scene *scene, const struct advertisement *advertisement)
{
    scene_begin(scene);
    advertise(world_beside(scene->world), "v1", ROUTER, advertisement);
}

static struct row_key default_route(const struct scene *scene)
{
    return route_key(scene->v0, DEFAULT, ROUTER);
}

/* As the kernel has it by now, which nothing announces. */
static void await_lifetime(struct row_key key, ULONG least, ULONG most)
{
    struct timespec deadline = check_deadline();
    union any_row row;

    while (row_get(ROW_ROUTE, &key, &row) != NO_ERROR || row.route.ValidLifetime < least ||
           row.route.ValidLifetime > most) {
        struct timespec pause = {.tv_nsec = 5000000};
        if (check_deadline_passed(&deadline))
            fail_test("the route's lifetime is not between %u and %u s", least, most);
        nanosleep(&pause, NULL); /* there is nothing to wait on */
    }
}

/* ---- Advertisements ------------------------------------------------------------------------ */

static void test_advertised(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    const struct advertisement advertisement = {.router_lifetime = 1800,
                                                .prefix = PREFIX,
                                                .valid_lifetime = 3600,
                                                .preferred_lifetime = 1800};

    start(scene, false);
    receive(scene, &advertisement);
    await_address(scene->listener, ADDRESS, "T?N");
    heard(scene->listener, HEARD_PREFIX, scene->v0.index, "N");
    heard_routes(scene->listener, DEFAULT, "N");
    heard_routes(scene->listener, NEAR, "N");
    world_settle(world);
    /* Linux 6.1 sets the router's lifetime after it has announced the route. */
    world_expect(world, ROW_ROUTE, default_route(scene), "A|AP");
    world_expect(world, ROW_ROUTE, route_key(scene->v0, NEAR, NULL), "A");
    world_expect(world, ROW_UNICAST, unicast_key(scene->v0, ADDRESS), "A|AP");
    union any_row row = world_row(world, ROW_ROUTE, default_route(scene));
    assert_in_range(row.route.ValidLifetime, 1, 1800);
    assert_int_equal(row.route.Origin, NlroRouterAdvertisement);
    row = world_row(world, ROW_UNICAST, unicast_key(scene->v0, ADDRESS));
    assert_int_equal(row.unicast.PrefixOrigin, IpPrefixOriginRouterAdvertisement);

    /* Repeated with another lifetime and hop limit: nothing happens that rows show. */
    struct advertisement repeated = advertisement;
    repeated.router_lifetime = 9000;
    repeated.hop_limit = 32;
    receive(scene, &repeated);
    await_lifetime(default_route(scene), 1801, 9000);
    listener_collect(scene->listener);
    heard_routes(scene->listener, DEFAULT, "");
    heard_routes(scene->listener, NEAR, "");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);
    world_expect_quiet(world, ROW_UNICAST);
    world_expect_quiet(world, ROW_INTERFACE);

    /* Nor with another preference, whether or not this kernel announces that. */
    repeated.router_lifetime = 1800;
    repeated.preference = 1;
    receive(scene, &repeated);
    await_lifetime(default_route(scene), 1, 1800);
    listener_collect(scene->listener);
    heard_routes(scene->listener, DEFAULT, "R?");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);

    /* Without a prefix there is no message. */
    repeated = (struct advertisement){.router_lifetime = 600, .preference = 1};
    receive(scene, &repeated);
    await_lifetime(default_route(scene), 1, 600);
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_PREFIX, scene->v0.index, "");
    heard_routes(scene->listener, DEFAULT, "");
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);

    repeated.mtu = 1400;
    receive(scene, &repeated);
    await_heard(scene->listener, HEARD_IPV6, scene->v0.index, "N+");
    heard(scene->listener, HEARD_LINK, scene->v0.index, "");
    world_settle(world);
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6), "P");
    world_expect(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET), "");
    row = world_row(world, ROW_INTERFACE, interface_key(scene->v0, AF_INET6));
    assert_int_equal(row.interface.NlMtu, 1400);

    /* No router any more, and no prefix. */
    repeated = advertisement;
    repeated.router_lifetime = 0;
    repeated.valid_lifetime = 0;
    repeated.preferred_lifetime = 0;
    receive(scene, &repeated);
    world_await(world, ROW_ROUTE, default_route(scene), "D");
    world_await(world, ROW_ROUTE, route_key(scene->v0, NEAR, NULL), "D");
    world_await(world, ROW_UNICAST, unicast_key(scene->v0, ADDRESS), "P");
    world_settle(world);
    row = world_row(world, ROW_UNICAST, unicast_key(scene->v0, ADDRESS));
    assert_int_equal(row.unicast.DadState, IpDadStateDeprecated);
}

/*
 * A route that a router advertises beside itself (RFC 4191) is announced without a lifetime, which
 * is set afterwards. It is told of once, with its lifetime.
 */
static void test_route_information(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct row_key key;
    union any_row row;

    start(scene, false);
    if (!sysctl_exists("net/ipv6/conf/v0/accept_ra_rt_info_max_plen"))
        scene_cannot_play("this kernel takes no routes from routers but the default one");
    sysctl_write("net/ipv6/conf/v0/accept_ra_rt_info_max_plen", "64");
    key = route_key(scene->v0, STATIC6, ROUTER);
    for (int i = 0; i < 5; i++) { /* an early look might find the lifetime, or might not */
        struct advertisement advertisement = {.route = STATIC_PREFIX6, .route_lifetime = 600};

        receive(scene, &advertisement);
        world_await(world, ROW_ROUTE, key, "A");
        listener_collect(scene->listener);
        heard_routes(scene->listener, STATIC6, "N");
        heard_lifetimes(scene->listener, STATIC6, "I");
        row = world_row(world, ROW_ROUTE, key);
        assert_in_range(row.route.ValidLifetime, 1, 600);
        assert_false(row.route.Immortal);
        assert_int_equal(row.route.Origin, NlroRouterAdvertisement);

        advertisement.route_lifetime = 0;
        receive(scene, &advertisement);
        world_await(world, ROW_ROUTE, key, "D");
        listener_collect(scene->listener);
        heard_routes(scene->listener, STATIC6, "D");
    }

    /* One that has no end. */
    struct advertisement endless = {.route = STATIC_PREFIX6, .route_lifetime = 0xffffffff};
    receive(scene, &endless);
    world_await(world, ROW_ROUTE, key, "A");
    row = world_row(world, ROW_ROUTE, key);
    assert_true(row.route.Immortal);
    world_settle(world);
    world_expect(world, ROW_ROUTE, key, "A");
}

/* An address of an advertised prefix is there before it is announced. */
static void test_tentative(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    const struct advertisement advertisement = {
        .prefix = OTHER_PREFIX, .valid_lifetime = 3600, .preferred_lifetime = 1800};

    start(scene, true);
    struct row_key key = unicast_key(scene->v0, OTHER_ADDRESS);
    sysctl_write("net/ipv6/conf/v0/dad_transmits", "4");
    receive(scene, &advertisement);
    world_await(world, ROW_UNICAST, key, "A");
    listener_collect(scene->listener);
    heard(scene->listener, HEARD_PREFIX, scene->v0.index, "N");
    heard_addresses(scene->listener, OTHER_ADDRESS, "");
    union any_row row;
    assert_int_equal(row_get(ROW_UNICAST, &key, &row), NO_ERROR);
    assert_int_equal(row.unicast.DadState, IpDadStateTentative);

    await_address(scene->listener, OTHER_ADDRESS, "N");
    world_await(world, ROW_UNICAST, key, "AP");
    ip("link set v0 mtu 1400"); /* has the namespace's own word on dad_transmits heard too */
    world_settle(world);
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
}

/* The temporary address in OTHER_PREFIX, other than `but` (or NULL), as text; waits for it. */
static void await_temporary(const struct iface *iface, const char *but, char ret[INET6_ADDRSTRLEN])
{
    struct timespec deadline = check_deadline();
    struct timespec pause = {.tv_nsec = 5000000};

    for (;; nanosleep(&pause, NULL)) { /* there is nothing to wait on */
        PMIB_UNICASTIPADDRESS_TABLE table;
        bool found = false;

        assert_int_equal(GetUnicastIpAddressTable(AF_INET6, &table), NO_ERROR);
        for (ULONG i = 0; !found && i < table->NumEntries; i++) {
            const MIB_UNICASTIPADDRESS_ROW *row = &table->Table[i];

            if (row->InterfaceIndex != iface->index || row->SuffixOrigin != IpSuffixOriginRandom ||
                row->PrefixOrigin != IpPrefixOriginRouterAdvertisement)
                continue;
            assert_non_null(
                inet_ntop(AF_INET6, &row->Address.Ipv6.sin6_addr, ret, INET6_ADDRSTRLEN));
            found = !but || strcmp(ret, but) != 0;
        }
        FreeMibTable(table);
        if (found)
            return;
        if (check_deadline_passed(&deadline))
            fail_test("there is no temporary address");
    }
}

/* Temporary addresses (RFC 8981): the first comes with the advertisement, others by themselves. */
static void test_temporary(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    const struct advertisement advertisement = {
        .prefix = OTHER_PREFIX, .valid_lifetime = 3600, .preferred_lifetime = 1800};
    char first[INET6_ADDRSTRLEN];
    char second[INET6_ADDRSTRLEN];
    union any_row row;

    start(scene, true);
    sysctl_write("net/ipv6/conf/v0/use_tempaddr", "2");
    sysctl_write("net/ipv6/conf/v0/dad_transmits", "4");
    sysctl_write("net/ipv6/conf/v0/max_desync_factor", "0");
    /* The next one is made some seconds before this one is no longer preferred. */
    sysctl_write("net/ipv6/conf/v0/temp_prefered_lft", "16");
    receive(scene, &advertisement);
    await_temporary(&scene->v0, NULL, first);
    struct row_key key = unicast_key(scene->v0, first);
    world_await(world, ROW_UNICAST, key, "A");
    listener_collect(scene->listener);
    heard_addresses(scene->listener, first, "");
    assert_int_equal(row_get(ROW_UNICAST, &key, &row), NO_ERROR);
    assert_int_equal(row.unicast.DadState, IpDadStateTentative);

    await_address(scene->listener, first, "N");
    world_await(world, ROW_UNICAST, key, "AP");
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
    assert_int_equal(row.unicast.SuffixOrigin, IpSuffixOriginRandom);

    /* Another takes over: it is told of when it is announced, which is when it can be used. */
    await_temporary(&scene->v0, first, second);
    key = unicast_key(scene->v0, second);
    listener_collect(scene->listener);
    heard_addresses(scene->listener, second, "");
    await_address(scene->listener, second, "N");
    world_await(world, ROW_UNICAST, key, "A|AP");
    row = world_row(world, ROW_UNICAST, key);
    assert_int_equal(row.unicast.DadState, IpDadStatePreferred);
}

/* ---- Expiry -------------------------------------------------------------------------------- */

/* A route that has expired in a scene that is watched. */
static struct row_key watch_route_expire(struct scene *scene)
{
    scene_add_pairs(scene);
    scene_watch(scene);
    struct row_key key = route_key(scene->v0, STATIC6, "2001:db8:1::2");
    scene_begin(scene);
    ip("route add " STATIC6 " via 2001:db8:1::2 expires 1");
    world_await(scene->world, ROW_ROUTE, key, "AD");
    listener_collect(scene->listener);
    heard_routes(scene->listener, STATIC6, "N");
    return key;
}

static void test_route_expires(void **state)
{
    struct scene *scene = *state;
    struct row_key key = watch_route_expire(scene);

    world_settle(scene->world);
    world_expect_no_row(scene->world, ROW_ROUTE, key);
}

/*
 * Until the kernel has collected it, an expired route can be given new life: an advertisement
 * does, and so does an attempt to append it again. Nothing is announced of either.
 */
static void test_expired_route_revives(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct row_key key = watch_route_expire(scene);

    scene_begin(scene);
    assert_false(ip_try("route append " STATIC6 " via 2001:db8:1::2 expires 600"));
    await_lifetime(key, 2, 600);
    listener_collect(scene->listener);
    heard_routes(scene->listener, STATIC6, "");
    world_await(world, ROW_ROUTE, key, "A");
    world_settle(world);
    world_row(world, ROW_ROUTE, key);
}

/*
 * A lifetime that is cut short in silence: the route is gone for those who are told at the
 * latest when the kernel collects it, which it does every `gc_interval` seconds.
 */
static void test_lifetime_cut_short(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;

    if (!sysctl_exists("net/ipv6/route/gc_interval"))
        scene_cannot_play("only real root can set gc_interval");
    scene_add_pairs(scene);
    sysctl_write("net/ipv6/route/gc_interval", "4");
    ip("route add " STATIC6 " via 2001:db8:1::2 expires 600");
    scene_watch(scene);
    struct row_key key = route_key(scene->v0, STATIC6, "2001:db8:1::2");
    scene_begin(scene);
    assert_false(ip_try("route append " STATIC6 " via 2001:db8:1::2 expires 1"));
    await_lifetime(key, 1, 1);
    listener_collect(scene->listener);
    heard_routes(scene->listener, STATIC6, "");
    world_await(world, ROW_ROUTE, key, "D");
    world_settle(world);
    world_expect(world, ROW_ROUTE, key, "D");
    world_expect_no_row(world, ROW_ROUTE, key);
}

static void test_router_expires(void **state)
{
    struct scene *scene = *state;
    struct world *world = scene->world;
    struct advertisement advertisement = {.router_lifetime = 2};

    start(scene, false);
    receive(scene, &advertisement);
    world_await(world, ROW_ROUTE, default_route(scene), "AD|APD");
    listener_collect(scene->listener);
    heard_routes(scene->listener, DEFAULT, "N");
    world_settle(world);
    world_expect_no_row(world, ROW_ROUTE, default_route(scene));

    /* The router returns. */
    advertisement.router_lifetime = 600;
    receive(scene, &advertisement);
    await_lifetime(default_route(scene), 1, 600);
    listener_collect(scene->listener);
    heard_routes(scene->listener, DEFAULT, "N?|DN");
    world_await(world, ROW_ROUTE, default_route(scene), "A|AP");
    world_settle(world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_advertised),     scene_test(test_route_information),
        scene_test(test_tentative),      scene_test(test_temporary),
        scene_test(test_route_expires),  scene_test(test_expired_route_revives),
        scene_test(test_router_expires), scene_test(test_lifetime_cut_short),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
