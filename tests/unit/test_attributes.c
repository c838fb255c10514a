/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/object/attributes.h: the same attributes are found as libnl finds, whatever the
 * bytes. The sequence of bytes is always the same.
 */
#include "backend/netlink/object/attributes.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LAST = RTA_MAX, ROOM = 128, RUNS = 200000 };

/* xorshift64* */
static uint32_t random_number(uint32_t bound)
{
    static uint64_t state = 4711;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 0x2545f4914f6cdd1dU >> 33) % bound;
}

/* Attributes one after the other, most of them well formed; the rest of the bytes is anything. */
static size_t make_attributes(uint8_t *bytes)
{
    size_t length = random_number(ROOM + 1);
    size_t used = 0;

    for (size_t i = 0; i < ROOM; i++)
        bytes[i] = (uint8_t)random_number(256);
    while (used + NLA_HDRLEN <= length) {
        struct nlattr attribute = {
            .nla_len = (uint16_t)(NLA_HDRLEN + random_number(10)),
            .nla_type = (uint16_t)random_number(LAST + 5),
        };

        if (random_number(16) == 0)
            attribute.nla_len = (uint16_t)random_number(8);
        if (random_number(16) == 0)
            attribute.nla_type |= random_number(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
        memcpy(bytes + used, &attribute, sizeof(attribute));
        used += NLA_ALIGN(attribute.nla_len > NLA_HDRLEN ? attribute.nla_len : NLA_HDRLEN);
    }
    return length;
}

static void same_as_libnl(void **state)
{
    (void)state;
    static const struct attribute_lengths lengths[LAST + 1] = {
        [RTA_TABLE] = {4, 4}, [RTA_OIF] = {4, 4}, [RTA_PRIORITY] = {2, 0}, [RTA_FLOW] = {0, 8}};
    static const struct nla_policy policy[LAST + 1] = {
        [RTA_TABLE] = {.minlen = 4, .maxlen = 4},
        [RTA_OIF] = {.minlen = 4, .maxlen = 4},
        [RTA_PRIORITY] = {.minlen = 2},
        [RTA_FLOW] = {.maxlen = 8},
    };
    _Alignas(4) uint8_t bytes[ROOM];
    unsigned int found = 0;
    unsigned int forbidden = 0;

    for (int i = 0; i < RUNS; i++) {
        const struct nlattr *ours[LAST + 1];
        struct nlattr *theirs[LAST + 1];
        size_t length = make_attributes(bytes);
        bool any = i % 2 == 0;
        bool ok = attributes_parse(bytes, length, LAST, any ? NULL : lengths, ours);

        assert_int_equal(
            ok, nla_parse(theirs, LAST, (void *)bytes, (int)length, any ? NULL : policy) == 0);
        forbidden += !ok;
        for (int type = 0; ok && type <= LAST; type++) {
            /* libnl has none of type 0, which is nobody's. */
            if (type > 0)
                assert_ptr_equal(ours[type], theirs[type]);
            if (type == 0 || !ours[type])
                continue;
            assert_int_equal(attribute_length(ours[type]), nla_len(theirs[type]));
            assert_ptr_equal(attribute_data(ours[type]), nla_data(theirs[type]));
            if (attribute_length(ours[type]) >= sizeof(uint32_t))
                assert_int_equal(attribute_u32(ours[type]), nla_get_u32(theirs[type]));
            found++;
        }
    }
    assert_in_range(found, RUNS, UINT32_MAX);
    assert_in_range(forbidden, RUNS / 100, RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_libnl)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
