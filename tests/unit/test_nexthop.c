/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/nexthop: nexthop messages, and ids resolved to nexthops. */
#include "invariants.h"
#include "messages.h"
#include "scarce.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIXED = sizeof(struct nhmsg),
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct nhmsg, nh_family),
};

static int parse(struct nlmsghdr *message, struct nexthop_object *ret)
{
    int r = nexthop_parse(message, ret);

    free(message);
    return r;
}

static int parse_with(const struct nlmsghdr *message, uint16_t type, const void *data,
                      size_t length)
{
    struct nexthop_object object;
    int r = parse(message_with(message, FIXED, type, data, length), &object);

    if (r == 0)
        nexthop_clear(&object);
    return r;
}

static bool has_gateway(const struct route_nexthop *nexthop, const char *text)
{
    struct mib_addr address = {0};

    assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, address.bytes), 1);
    return memcmp(&nexthop->gateway, &address, sizeof(address)) == 0;
}

static void recorded_nexthops(void **state)
{
    (void)state;
    struct nexthop_object object;

    assert_int_equal(parse(message_load("nexthop/gateway"), &object), 0);
    assert_int_equal(object.id, 11);
    assert_false(object.is_group || object.blackhole || object.nexthop.dead);
    assert_int_equal(object.nexthop.ifindex, 3);
    assert_int_equal(object.nexthop.gateway_family, MIB_FAMILY_IPV4);
    assert_true(has_gateway(&object.nexthop, "192.0.2.2"));

    /* An object that the kernel does not use for want of a carrier. */
    struct nlmsghdr *message = message_load("nexthop/gateway");
    struct nhmsg *info = NLMSG_DATA(message);
    info->nh_flags |= RTNH_F_DEAD;
    assert_int_equal(parse(message, &object), 0);
    assert_true(object.nexthop.dead);

    assert_int_equal(parse(message_load("nexthop/gateway-ipv6"), &object), 0);
    assert_int_equal(object.id, 12);
    assert_int_equal(object.nexthop.gateway_family, MIB_FAMILY_IPV6);
    assert_true(has_gateway(&object.nexthop, "2001:db8::2"));

    assert_int_equal(parse(message_load("nexthop/on-link"), &object), 0);
    assert_int_equal(object.nexthop.ifindex, 2);
    assert_int_equal(object.nexthop.gateway_family, MIB_FAMILY_UNSPEC);

    assert_int_equal(parse(message_load("nexthop/gone"), &object), 0);
    assert_int_equal(object.id, 12);

    assert_int_equal(parse(message_load("nexthop/bridge"), &object), -ENOMSG);
}

/*
 * The kernel names no link in a blackhole's message; routes through it are on the loopback link
 * where the routes themselves say so.
 */
static void blackhole_is_on_the_loopback_link(void **state)
{
    (void)state;
    struct nexthop_object object;

    assert_int_equal(parse(message_load("nexthop/blackhole"), &object), 0);
    assert_int_equal(object.id, 14);
    assert_true(object.blackhole);
    assert_int_equal(object.nexthop.ifindex, 1);
}

static void recorded_groups(void **state)
{
    (void)state;
    struct nexthop_object object;

    assert_int_equal(parse(message_load("nexthop/group"), &object), 0);
    assert_int_equal(object.id, 20);
    assert_true(object.is_group);
    assert_int_equal(object.member_count, 2);
    assert_int_equal(object.members[0], 11);
    assert_int_equal(object.members[1], 13);
    nexthop_clear(&object);
}

static void groups_of_wrong_length(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("nexthop/group");
    static const uint8_t bytes[64] = {1};

    for (size_t length = 0; length <= sizeof(bytes); length++) {
        bool whole = length > 0 && length % sizeof(struct nexthop_grp) == 0;
        int r = parse_with(message, NHA_GROUP, bytes, length);
        if (r != (whole ? 0 : -EBADMSG))
            fail_msg("a group of %zu bytes: %d", length, r);
    }
    free(message);
}

static void nexthops_that_cannot_be(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("nexthop/gateway");
    static const uint8_t bytes[32] = {1};
    static const uint32_t zero;
    struct nexthop_object object;

    for (size_t length = 0; length <= 8; length++) {
        int expected = length == 4 ? 0 : -EBADMSG;
        assert_int_equal(parse_with(message, NHA_ID, bytes, length), expected);
        assert_int_equal(parse_with(message, NHA_OIF, bytes, length), expected);
    }
    for (size_t length = 0; length <= 20; length++)
        assert_int_equal(parse_with(message, NHA_GATEWAY, bytes, length),
                         length == 4 ? 0 : -EBADMSG);
    assert_int_equal(parse_with(message, NHA_ID, NULL, 0), -EBADMSG);
    assert_int_equal(parse_with(message, NHA_ID, &zero, sizeof(zero)), -EBADMSG);
    assert_int_equal(parse_with(message, NHA_OIF, &zero, sizeof(zero)), -EBADMSG);
    assert_int_equal(parse_with(message, NHA_OIF, NULL, 0), -EBADMSG);
    assert_int_equal(parse(message_with_byte(message, FAMILY_OFFSET, AF_INET6), &object), -EBADMSG);
    assert_int_equal(parse(message_with_byte(message, FAMILY_OFFSET, AF_UNSPEC), &object),
                     -EBADMSG);
    assert_int_equal(parse_with(message, 0x3ff0, bytes, 1), 0);
    free(message);
}

struct visited {
    uint32_t ifindexes[8];
    size_t count;
    size_t stop_at;
};

static int note_nexthop(void *context, const struct route_nexthop *nexthop)
{
    struct visited *visited = context;

    visited->ifindexes[visited->count++] = nexthop->ifindex;
    return visited->stop_at == visited->count ? -ENOMEM : 0;
}

static void put(struct nexthop_map *map, uint32_t id, uint32_t ifindex)
{
    struct nexthop_object object = {.id = id, .nexthop = {.ifindex = ifindex}};

    assert_int_equal(nexthop_map_put(map, &object), 0);
}

static void put_group(struct nexthop_map *map, uint32_t id, size_t count, ...)
{
    struct nexthop_object object = {.id = id, .is_group = true, .member_count = count};
    va_list members;

    object.members = malloc(count * sizeof(*object.members));
    va_start(members, count);
    for (size_t i = 0; i < count; i++)
        object.members[i] = va_arg(members, unsigned int);
    va_end(members);
    assert_int_equal(nexthop_map_put(map, &object), 0);
}

static void ids_are_resolved(void **state)
{
    (void)state;
    struct nexthop_map map = {0};
    struct visited visited = {0};

    assert_int_equal(nexthop_map_resolve(&map, 1, note_nexthop, &visited), 0);
    for (uint32_t i = 0; i < 300; i++)
        put(&map, 1 + i * 7919 % 300, 1000 + i * 7919 % 300);
    assert_int_equal(map.count, 300);
    put(&map, 5, 77); /* replaced */
    assert_int_equal(map.count, 300);
    put_group(&map, 400, 4, 5, 6, 999, 401); /* 999 is unknown, 401 is a group */
    put_group(&map, 401, 1, 7);
    assert_int_equal(nexthop_map_resolve(&map, 400, note_nexthop, &visited), 0);
    assert_int_equal(visited.count, 2);
    assert_int_equal(visited.ifindexes[0], 77);
    assert_int_equal(visited.ifindexes[1], 1005);

    visited = (struct visited){.stop_at = 1};
    assert_int_equal(nexthop_map_resolve(&map, 400, note_nexthop, &visited), -ENOMEM);
    assert_int_equal(visited.count, 1);

    put_group(&map, 400, 1, 8); /* a group replaced by a group, then by an object */
    put(&map, 400, 88);
    visited = (struct visited){0};
    assert_int_equal(nexthop_map_resolve(&map, 400, note_nexthop, &visited), 0);
    assert_int_equal(visited.count, 1);
    assert_int_equal(visited.ifindexes[0], 88);

    nexthop_map_remove(&map, 401);
    nexthop_map_remove(&map, 401);
    assert_false(nexthop_map_has(&map, 401));
    for (uint32_t id = 1; id <= 300; id += 2)
        nexthop_map_remove(&map, id);
    for (uint32_t id = 0; id <= 301; id++)
        assert_int_equal(nexthop_map_has(&map, id), id != 0 && id <= 300 && id % 2 == 0);
    nexthop_map_clear(&map);
    assert_false(nexthop_map_has(&map, 2));
    nexthop_map_clear(&map);
}

/* What is not taken stays the caller's, and what fails has given nothing. */
static void no_memory(void **state)
{
    (void)state;
    struct nexthop_map map = {0};
    struct nexthop_object object = {.id = 1, .is_group = true, .member_count = 1};
    struct nexthop_object untouched = {.id = 4711, .member_count = 4711};
    struct nlmsghdr *group = message_load("nexthop/group");

    object.members = malloc(sizeof(*object.members));
    object.members[0] = 2;
    memory_is_scarce = true;
    assert_int_equal(nexthop_map_put(&map, &object), -ENOMEM);
    assert_int_equal(map.count, 0);
    assert_int_equal(nexthop_parse(group, &untouched), -ENOMEM);
    assert_int_equal(nexthop_map_take(&map, group), -ENOMEM);
    memory_is_scarce = false;
    assert_int_equal(untouched.id, 4711);
    assert_int_equal(untouched.member_count, 4711);
    assert_null(untouched.members);
    assert_int_equal(object.members[0], 2);

    assert_int_equal(nexthop_map_put(&map, &object), 0);
    assert_int_equal(nexthop_map_take(&map, group), 0);
    assert_int_equal(map.count, 2);
    nexthop_map_clear(&map);
    free(group);
}

static void check_nexthop(const struct nlmsghdr *message)
{
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    if (r != 0) {
        assert_true(r == -EBADMSG || r == -ENOMSG);
        return;
    }
    assert_true(message->nlmsg_len >= NLMSG_LENGTH(FIXED));
    const char *violation = nexthop_object_violation(&object);
    nexthop_clear(&object);
    if (violation)
        fail_msg("accepted, but not: %s", violation);
}

static void check_whole(const char *name, const struct nlmsghdr *message)
{
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    if (r != 0 && !(r == -ENOMSG && strcmp(name, "nexthop/bridge") == 0))
        fail_msg("%s is not understood", name);
    if (r == 0)
        nexthop_clear(&object);
    message_mutilate(message, check_nexthop);
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    message_load_all("nexthop", check_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_nexthops),
        cmocka_unit_test(blackhole_is_on_the_loopback_link),
        cmocka_unit_test(recorded_groups),
        cmocka_unit_test(groups_of_wrong_length),
        cmocka_unit_test(nexthops_that_cannot_be),
        cmocka_unit_test(ids_are_resolved),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
