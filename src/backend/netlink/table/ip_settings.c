/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for what is set for the whole of IPv4 or IPv6. IPv4 has one default TTL; IPv6 has one
 * for each link, and for links to come: these are all set.
 */
#include "backend/netlink/table/ip_settings.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/table.h"
#include "backend/proc/link_setting.h"
#include "mib/row/ipinterface.h"

#include <errno.h>
#include <stdlib.h>

/* The path to a file beside the folder of the links' settings. */
#define BESIDE_LINKS ".."

struct step {
    struct link_setting setting;
    int32_t before;
    int32_t after;
};

struct plan {
    struct step *steps;
    size_t count;
    size_t capacity;
    const struct mib_ip_settings *wanted;
};

static const char *family_name(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? "ipv4" : "ipv6";
}

static struct link_setting forwarding_of(uint8_t family)
{
    return (struct link_setting){
        .family = family_name(family), .folder = "all", .name = "forwarding"};
}

/* For IPv6 that of links to come. */
static struct link_setting ttl_of(uint8_t family)
{
    if (family == MIB_FAMILY_IPV4)
        return (struct link_setting){
            .family = "ipv4", .folder = BESIDE_LINKS, .name = "ip_default_ttl"};
    return (struct link_setting){.family = "ipv6", .folder = "default", .name = "hop_limit"};
}

static int check_family(uint8_t family)
{
    return family == MIB_FAMILY_IPV6 && !netlink_has_family(family) ? -EAFNOSUPPORT : 0;
}

/* Without /proc nothing is there. */
static int read_one(struct link_setting setting, int32_t *ret)
{
    int r = link_setting_read(&setting, ret);

    return r == -ENOENT ? -EOPNOTSUPP : r;
}

int ip_settings_read(struct mib_ip_settings *settings)
{
    int32_t forwarding = 0;
    int32_t ttl = 0;
    int r = check_family(settings->family);

    if (r == 0)
        r = read_one(forwarding_of(settings->family), &forwarding);
    if (r == 0)
        r = read_one(ttl_of(settings->family), &ttl);
    if (r < 0)
        return r;
    settings->forwarding = forwarding > 0;
    settings->default_ttl = (uint8_t)ttl;
    return 0;
}

int ip_settings_fragment_time(enum mib_family family, int32_t *ret_seconds)
{
    return read_one(
        (struct link_setting){.family = family_name(family),
                              .folder = BESIDE_LINKS,
                              .name = family == MIB_FAMILY_IPV4 ? "ipfrag_time" : "ip6frag_time"},
        ret_seconds);
}

/* Steps. */

static int add_step(struct plan *plan, struct link_setting setting, int32_t value)
{
    struct step step = {.setting = setting, .after = value};
    int r = read_one(setting, &step.before);

    /* Who may not, is told so, even where nothing would change. */
    if (r == 0)
        r = link_setting_check(&setting);
    if (r < 0 || step.before == value)
        return r;
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity ? 2 * plan->capacity : 8;
        struct step *grown = reallocarray(plan->steps, capacity, sizeof(*grown));

        if (!grown)
            return -ENOMEM;
        plan->steps = grown;
        plan->capacity = capacity;
    }
    plan->steps[plan->count++] = step;
    return 0;
}

static int add_link(void *context, const void *row, size_t more)
{
    struct plan *plan = context;
    const struct mib_ipinterface *link = row;
    int r = add_step(
        plan,
        (struct link_setting){.family = "ipv6", .name = "hop_limit", .ifindex = link->ifindex},
        plan->wanted->default_ttl);

    (void)more;
    /* The link, or its IPv6, has gone meanwhile. */
    return r == -ENODEV || r == -EOPNOTSUPP ? 0 : r;
}

static int make_plan(struct plan *plan)
{
    const struct mib_ip_settings *wanted = plan->wanted;
    const struct mib_filter filter = {.family = MIB_FAMILY_IPV6};
    int r = 0;

    if (wanted->fields & MIB_IP_SET_FORWARDING)
        r = add_step(plan, forwarding_of(wanted->family), wanted->forwarding ? 1 : 0);
    if (r < 0 || !(wanted->fields & MIB_IP_SET_DEFAULT_TTL))
        return r;
    r = add_step(plan, ttl_of(wanted->family), wanted->default_ttl);
    if (r < 0 || wanted->family == MIB_FAMILY_IPV4)
        return r;
    r = add_step(plan,
                 (struct link_setting){.family = "ipv6", .folder = "all", .name = "hop_limit"},
                 wanted->default_ttl);
    return r < 0 ? r : backend_read_table(MIB_TABLE_IPINTERFACE, &filter, add_link, plan);
}

static int take_steps(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        int r = link_setting_write(&plan->steps[i].setting, plan->steps[i].after);

        if (r == 0 || ((r == -ENODEV || r == -ENOENT) && plan->steps[i].setting.ifindex != 0))
            continue;
        while (i-- > 0)
            (void)link_setting_write(&plan->steps[i].setting, plan->steps[i].before);
        return r;
    }
    return 0;
}

static int set(const struct mib_ip_settings *settings)
{
    struct plan plan = {.wanted = settings};
    int r = check_family(settings->family);

    if (r == 0 && (settings->fields & MIB_IP_SET_DEFAULT_TTL) && settings->default_ttl == 0)
        r = -EINVAL;
    if (r == 0)
        r = make_plan(&plan);
    if (r == 0)
        r = take_steps(&plan);
    free(plan.steps);
    return r;
}

int netlink_query_ip_settings(void *params)
{
    struct mib_ip_settings *settings = params;

    return settings->fields ? set(settings) : ip_settings_read(settings);
}
