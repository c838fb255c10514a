/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/nexthop: nexthop messages, and ids resolved to nexthops. */
#include "converter.h"
#include "invariants.h"
#include "scarce.h"

#include <errno.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct nhmsg, nh_family) };

static int parse(const struct nlmsghdr *message, void *ret)
{
    return nexthop_parse(message, ret);
}

static void clear(void *object)
{
    nexthop_clear(object);
}

static void check(const struct nlmsghdr *message, const void *object)
{
    const char *broken = nexthop_object_violation(object);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
}

static const struct converter converter = {
    .kind = "nexthop",
    .header_size = sizeof(struct nhmsg),
    .object_size = sizeof(struct nexthop_object),
    .parse = parse,
    .clear = clear,
    .check = check,
    .has_messages_without_row = true,
    .without_row = "bridge",
};

static void recorded_nexthops(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t id, ifindex;
        const char *gateway; /* NULL: none */
        bool blackhole;
    } cases[] = {
        {"gateway", 11, 3, "192.0.2.2", false},
        {"gateway-ipv6", 12, 3, "2001:db8::2", false},
        {"gone", 12, 3, "2001:db8::2", false},
        {"on-link", 13, 2, NULL, false},
        /*
         * The kernel names no link in a blackhole's message; routes through it are on the loopback
         * link where the routes themselves say so.
         */
        {"blackhole", 14, 1, NULL, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nexthop_object object;
        enum mib_family family =
            cases[i].gateway ? family_of_text(cases[i].gateway) : MIB_FAMILY_UNSPEC;

        convert_recorded(&converter, cases[i].name, &object);
        if (object.id != cases[i].id || object.nexthop.ifindex != cases[i].ifindex ||
            object.nexthop.gateway_family != family || object.blackhole != cases[i].blackhole ||
            !is_address(&object.nexthop.gateway, cases[i].gateway ? cases[i].gateway : "::") ||
            object.is_group || object.nexthop.dead)
            fail_msg("%s: not what was recorded", cases[i].name);
    }
}

/* An object that the kernel does not use for want of a carrier. */
static void dead_nexthop(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("nexthop/gateway");
    struct nexthop_object object;

    ((struct nhmsg *)NLMSG_DATA(message))->nh_flags |= RTNH_F_DEAD;
    assert_int_equal(convert(&converter, message, &object), 0);
    assert_true(object.nexthop.dead);
}

static void recorded_groups(void **state)
{
    (void)state;
    struct nexthop_object object;

    convert_recorded(&converter, "group", &object);
    assert_int_equal(object.id, 20);
    assert_true(object.is_group);
    assert_int_equal(object.member_count, 2);
    assert_int_equal(object.members[0], 11);
    assert_int_equal(object.members[1], 13);
    nexthop_clear(&object);
}

static const uint8_t bytes[64] = {1};
static const uint32_t zero;

static void groups_of_wrong_length(void **state)
{
    (void)state;
    for (size_t length = 0; length <= sizeof(bytes); length++) {
        bool whole = length > 0 && length % sizeof(struct nexthop_grp) == 0;
        const struct converter_case row =
            WITH("group", NHA_GROUP, bytes, length, whole ? 0 : -EBADMSG);

        convert_cases(&converter, &row, 1);
    }
}

static void changed_nexthops(void **state)
{
    (void)state;
    static const struct converter_case cases[] = {
        LENGTHS("gateway", NHA_ID, bytes, 4, 8, 0),
        LENGTHS("gateway", NHA_OIF, bytes, 4, 8, 0),
        LENGTHS("gateway", NHA_GATEWAY, bytes, 4, 20, 0),
        WITHOUT("gateway", NHA_ID, -EBADMSG),
        WITH("gateway", NHA_ID, &zero, sizeof(zero), -EBADMSG),
        WITH("gateway", NHA_OIF, &zero, sizeof(zero), -EBADMSG),
        WITHOUT("gateway", NHA_OIF, -EBADMSG),
        BYTE("gateway", FAMILY_OFFSET, AF_INET6, -EBADMSG),
        BYTE("gateway", FAMILY_OFFSET, AF_UNSPEC, -EBADMSG),
        WITH("gateway", 0x3ff0, bytes, 1, 0),
    };

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
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

static void put_group(struct nexthop_map *map, uint32_t id, size_t count, const uint32_t *members)
{
    struct nexthop_object object = {.id = id, .is_group = true, .member_count = count};

    object.members = malloc(count * sizeof(*members));
    assert_non_null(object.members);
    memcpy(object.members, members, count * sizeof(*members));
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
    put_group(&map, 400, 4,
              (const uint32_t[]){5, 6, 999, 401}); /* 999 is unknown, 401 is a group */
    put_group(&map, 401, 1, &(const uint32_t){7});
    assert_int_equal(nexthop_map_resolve(&map, 400, note_nexthop, &visited), 0);
    assert_int_equal(visited.count, 2);
    assert_int_equal(visited.ifindexes[0], 77);
    assert_int_equal(visited.ifindexes[1], 1005);

    visited = (struct visited){.stop_at = 1};
    assert_int_equal(nexthop_map_resolve(&map, 400, note_nexthop, &visited), -ENOMEM);
    assert_int_equal(visited.count, 1);

    put_group(&map, 400, 1,
              &(const uint32_t){8}); /* a group replaced by a group, then by an object */
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

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    convert_everything(&converter, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_nexthops), cmocka_unit_test(dead_nexthop),
        cmocka_unit_test(recorded_groups),   cmocka_unit_test(groups_of_wrong_length),
        cmocka_unit_test(changed_nexthops),  cmocka_unit_test(ids_are_resolved),
        cmocka_unit_test(no_memory),         cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
