/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/membership and backend/proc/igmp: groups and anycast addresses. */
#include "converter.h"
#include "invariants.h"

#include "backend/proc/igmp.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <string.h>

enum {
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_family),
    INDEX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_index),
};

static int parse_multicast(const struct nlmsghdr *message, void *ret)
{
    return membership_parse(message, MEMBERSHIP_MULTICAST, ret);
}

static int parse_anycast(const struct nlmsghdr *message, void *ret)
{
    return membership_parse(message, MEMBERSHIP_ANYCAST, ret);
}

static void check_multicast(const struct nlmsghdr *message, const void *object)
{
    const char *broken = membership_violation(object, MEMBERSHIP_MULTICAST);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
}

static void check_anycast(const struct nlmsghdr *message, const void *object)
{
    const char *broken = membership_violation(object, MEMBERSHIP_ANYCAST);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
}

static const struct converter converters[] = {
    {
        .kind = "multicast",
        .header_size = sizeof(struct ifaddrmsg),
        .object_size = sizeof(struct membership),
        .parse = parse_multicast,
        .check = check_multicast,
        .has_messages_without_row = true,
    },
    {
        .kind = "anycast",
        .header_size = sizeof(struct ifaddrmsg),
        .object_size = sizeof(struct membership),
        .parse = parse_anycast,
        .check = check_anycast,
        .has_messages_without_row = true,
    },
};

static void recorded(void **state)
{
    static const struct {
        const struct converter *converter;
        const char *name, *address;
        uint32_t ifindex;
    } cases[] = {
        {&converters[0], "dump-ipv4", "224.0.0.1", 1},
        {&converters[0], "dump-ipv4-3", "239.1.2.3", 3},
        {&converters[0], "dump-ipv6", "ff02::1", 1},
        {&converters[0], "dump-ipv6-2", "ff01::1", 1},
        {&converters[0], "dump-ipv6-7", "ff05::2", 3},
        {&converters[0], "dump-ipv6-10", "ff02::1:ff00:1", 3},
        {&converters[1], "dump-ipv6", "fe80::", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct membership membership;

        convert_recorded(cases[i].converter, cases[i].name, &membership);
        if (membership.ifindex != cases[i].ifindex ||
            membership.family != family_of_text(cases[i].address) ||
            !is_address(&membership.address, cases[i].address))
            fail_msg("%s: not what was recorded", cases[i].name);
    }
}

static void changed(void **state)
{
    static const uint8_t bytes[17] = {0xe0, 0, 0, 1};
    static const uint8_t unicast[4] = {192, 0, 2, 1};
    static const struct converter_case multicast_cases[] = {
        LENGTHS("dump-ipv4", IFA_MULTICAST, bytes, 4, 17, 0),
        WITH("dump-ipv4", IFA_MULTICAST, unicast, 4, -EBADMSG),
        WITHOUT("dump-ipv4", IFA_MULTICAST, -ENOMSG),
        BYTE("dump-ipv4", FAMILY_OFFSET, 0, -ENOMSG),
        BYTE("dump-ipv4", FAMILY_OFFSET, 10, -EBADMSG), /* AF_INET6 */
        BYTE("dump-ipv4", INDEX_OFFSET, 0, -EBADMSG),
    };
    static const struct converter_case anycast_cases[] = {
        WITH("dump-ipv6", IFA_ANYCAST, bytes, 4, -EBADMSG),
        WITHOUT("dump-ipv6", IFA_ANYCAST, -ENOMSG),
        BYTE("dump-ipv6", INDEX_OFFSET, 0, -EBADMSG),
    };

    (void)state;
    convert_cases(&converters[0], multicast_cases,
                  sizeof(multicast_cases) / sizeof(multicast_cases[0]));
    convert_cases(&converters[1], anycast_cases, sizeof(anycast_cases) / sizeof(anycast_cases[0]));
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    convert_everything(&converters[0], true);
    convert_everything(&converters[1], true);
}

/* What was read of a text: an index, or none, and the groups' last bytes. */
struct groups {
    char text[128];
    int end_with;
};

static int take_group(void *context, uint32_t ifindex, const uint8_t address[4])
{
    struct groups *groups = context;
    size_t length = strlen(groups->text);

    (void)snprintf(groups->text + length, sizeof(groups->text) - length, "%u:%u.%u.%u.%u ", ifindex,
                   address[0], address[1], address[2], address[3]);
    return groups->end_with;
}

static int read_text(const char *text, struct groups *groups)
{
    FILE *file = fmemopen((void *)text, strlen(text), "r");

    assert_non_null(file);
    int r = igmp_read_text(file, take_group, groups);
    (void)fclose(file);
    return r;
}

/* The number as this host writes the address. */
static const char *number(const char *address)
{
    static char text[9];
    struct mib_addr parsed = address_of_text(address);
    uint32_t value;

    memcpy(&value, parsed.bytes, sizeof(value));
    (void)snprintf(text, sizeof(text), "%08X", value);
    return text;
}

static void text_of_groups(void **state)
{
    struct groups groups = {.end_with = 0};
    char text[512];

    (void)state;
    (void)snprintf(text, sizeof(text),
                   "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
                   "1\tlo        :     1      V3\n\t\t\t\t%s     1 0:00000000\t\t0\n",
                   number("224.0.0.1"));
    (void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
                   "12\t9:9       :     1      V3\n\t\t\t\t%s     1 0:00000000\t\t0\n",
                   number("239.1.2.3"));
    assert_int_equal(read_text(text, &groups), 0);
    assert_string_equal(groups.text, "1:224.0.0.1 12:239.1.2.3 ");

    groups = (struct groups){.end_with = -ENOTTY};
    assert_int_equal(read_text(text, &groups), -ENOTTY);
    assert_string_equal(groups.text, "1:224.0.0.1 ");
}

static void text_that_is_no_group(void **state)
{
    static const char *const texts[] = {
        "\n",
        "\t\t\t\t010000E0     1 0:00000000\t\t0\n", /* on no link */
        "1\tlo\n\t\t\t\t010000E\n",
        "1\tlo\n\t\t\t\t010000E00\n",
        "1\tlo\n\t\t\t\t00000000\n",
        "1\tlo\n\t\t\t\t\n",
        "99999999999999999999\tlo\n\t\t\t\tE00000E0\n",
        "0\tlo\n\t\t\t\tE00000E0\n",
        "1x\tlo\n\t\t\t\tE00000E0\n",
        "1\tlo\n\t\t\t\tE00000E", /* an end in the midst */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct groups groups = {.end_with = 0};

        assert_int_equal(read_text(texts[i], &groups), 0);
        assert_string_equal(groups.text, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded),
        cmocka_unit_test(changed),
        cmocka_unit_test(everything_recorded_and_mutilated),
        cmocka_unit_test(text_of_groups),
        cmocka_unit_test(text_that_is_no_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
