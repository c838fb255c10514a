/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An IP interface is set. What has to be done is planned as steps, each with what undoes it; all
 * that can be refused beforehand is, and all memory is taken. Then the steps are taken, and taken
 * back if one fails. At the end the kernel is made to announce the link, as most of its settings
 * change in silence.
 */
#include "backend/netlink/table/ipinterface.h"
#include "backend/netlink/object/address.h"
#include "backend/netlink/object/link_change.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/socket/change.h"
#include "backend/netlink/socket/exclusive.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/neighbour_times.h"
#include "backend/netlink/table/read.h"
#include "backend/proc/link_setting.h"

#include <errno.h>
#include <linux/if.h>
#include <netlink/msg.h>
#include <stdbool.h>
#include <stddef.h>

/* RFC 8200, 5. */
enum { IPV6_MTU_MIN = 1280 };

/* net/ipv6/addrconf.c: enum in6_addr_gen_mode. */
enum { ADDR_GEN_MODE_EUI64 = 0, ADDR_GEN_MODE_NONE = 1 };

/* accept_ra: 1 listens to routers unless the link forwards, 2 in any case. */
enum { ACCEPT_RA_NEVER = 0, ACCEPT_RA_AS_HOST = 1, ACCEPT_RA_ALWAYS = 2 };

enum step_kind { STEP_MTU, STEP_LINK_LOCAL, STEP_SETTING, STEP_TIME, STEP_TAG };

struct step {
    enum step_kind kind;
    const char *setting; /* STEP_SETTING: its name */
    enum neighbour_time_kind time;
    uint32_t before;
    uint32_t after;
    struct nl_msg *take; /* NULL: there is a file to be written */
    struct nl_msg *take_back;
};

/* One for each field that can be set, one more for duplicate detection, and the tag. */
enum { STEPS_MAX = 9 };

struct plan {
    const struct mib_ipinterface *wanted;
    uint64_t fields;
    struct mib_ipinterface present;
    struct link link;
    struct step steps[STEPS_MAX];
    size_t count;
    struct netlink_socket sock;
};

static enum mib_family family_of(const struct plan *plan)
{
    return plan->present.family;
}

static bool is_ipv4(const struct plan *plan)
{
    return family_of(plan) == MIB_FAMILY_IPV4;
}

static struct link_setting setting_of(const struct plan *plan, const char *name)
{
    return (struct link_setting){
        .ifindex = plan->link.ifindex, .family = is_ipv4(plan) ? "ipv4" : "ipv6", .name = name};
}

static bool is_wanted(const struct plan *plan, uint64_t field)
{
    return plan->fields & field;
}

static bool sets_times(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].kind == STEP_TIME)
            return true;
    return false;
}

static bool sets_metric(const struct plan *plan)
{
    return is_wanted(plan, MIB_IPINTERFACE_METRIC) &&
           plan->wanted->metric_fixed != plan->present.metric_fixed;
}

/* This interface's part of the tag, with what is to be another. */
static void change_tag(const struct plan *plan, struct link_tag *tag)
{
    size_t place = is_ipv4(plan) ? 0 : 1;

    if (sets_metric(plan))
        tag->metric_fixed[place] = plan->wanted->metric_fixed;
    if (sets_times(plan))
        tag->times_set[place]++;
}

/* Steps. */

static void add_step(struct plan *plan, const struct step *step)
{
    if (step->before != step->after)
        plan->steps[plan->count++] = *step;
}

/* A setting gets a value, if it has another one and may be written. */
static int add_setting_as(struct plan *plan, enum step_kind kind, const char *name, int32_t value)
{
    const struct link_setting setting = setting_of(plan, name);
    int32_t before;
    int r = link_setting_read(&setting, &before);

    if (r < 0 || before == value)
        return r;
    r = link_setting_check(&setting);
    if (r == 0)
        add_step(plan, &(struct step){.kind = kind,
                                      .setting = name,
                                      .before = (uint32_t)before,
                                      .after = (uint32_t)value});
    return r;
}

static int add_setting(struct plan *plan, const char *name, int32_t value)
{
    return add_setting_as(plan, STEP_SETTING, name, value);
}

/* IPv6's MTU, where it is one of its own: less than the link's. */
static bool has_lower_ipv6_mtu(const struct plan *plan)
{
    return plan->link.ipv6.exists && plan->link.ipv6.mtu < plan->link.mtu;
}

static struct link_setting ipv6_mtu_of(const struct plan *plan)
{
    return (struct link_setting){.ifindex = plan->link.ifindex, .family = "ipv6", .name = "mtu"};
}

/*
 * By the file the kernel makes an address at once. On a link that is down that would be one of
 * which nobody is told, as it cannot be used; there it is made when the link comes up.
 */
static bool is_written(const struct plan *plan, const struct step *step)
{
    return step->kind == STEP_SETTING ||
           (step->kind == STEP_LINK_LOCAL && (plan->link.flags & IFF_UP));
}

static struct nl_msg *request_of(const struct plan *plan, const struct step *step, uint32_t value)
{
    uint32_t ifindex = plan->link.ifindex;

    switch (step->kind) {
    case STEP_MTU:
        return link_request_mtu(ifindex, value);
    case STEP_LINK_LOCAL:
        return link_request_addr_gen_mode(ifindex, (uint8_t)value);
    case STEP_TIME:
        return neighbour_times_request(ifindex, family_of(plan), step->time, value);
    case STEP_TAG:
        return link_request_tag(ifindex, value);
    case STEP_SETTING:
        break;
    }
    return NULL;
}

/* Takes the memory that the steps and their undoing need. */
static int prepare(struct plan *plan)
{
    int r = netlink_socket_open(&plan->sock);

    if (r < 0)
        return r;
    netlink_socket_explain(&plan->sock);
    for (size_t i = 0; i < plan->count; i++) {
        struct step *step = &plan->steps[i];

        if (is_written(plan, step))
            continue;
        step->take = request_of(plan, step, step->after);
        step->take_back = request_of(plan, step, step->before);
        if (!step->take || !step->take_back)
            return -ENOMEM;
    }
    return 0;
}

static void plan_clear(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        nlmsg_free(plan->steps[i].take);
        nlmsg_free(plan->steps[i].take_back);
    }
    netlink_socket_close(&plan->sock);
}

/* The kernel gives IPv6 the link's new MTU, too. One of its own is written back. */
static int keep_ipv6_mtu(const struct plan *plan, uint32_t link_mtu)
{
    const struct link_setting setting = ipv6_mtu_of(plan);
    uint32_t mtu = plan->link.ipv6.mtu;

    return has_lower_ipv6_mtu(plan) && mtu < link_mtu ? link_setting_write(&setting, (int32_t)mtu)
                                                      : 0;
}

static int write_tag(struct plan *plan)
{
    struct link_tag tag = {0};
    struct link link = {0};
    int r = netlink_read_whole_link(plan->link.ifindex, NULL, 0, &link);

    if (r == 0 && link_tag_parse(link.tag, &tag) < 0)
        r = -EOPNOTSUPP;
    if (r < 0)
        return r;
    change_tag(plan, &tag);
    return netlink_change_over(&plan->sock, link_request_tag(link.ifindex, link_tag_format(&tag)));
}

/* Others, who set the other family of the link, may do so at the same time. */
static int set_tag(struct plan *plan)
{
    int exclusive = exclusive_begin("iphlpapi-link-tag");
    int r = write_tag(plan);

    exclusive_end(exclusive);
    return r;
}

static int do_step(struct plan *plan, const struct step *step, struct nl_msg **request,
                   uint32_t value)
{
    const struct link_setting setting = setting_of(plan, step->setting);

    if (is_written(plan, step))
        return link_setting_write(&setting, (int32_t)value);
    if (step->kind == STEP_TAG && request == &step->take)
        return set_tag(plan);
    int r = netlink_change_over(&plan->sock, *request);
    *request = NULL;
    return r == 0 && step->kind == STEP_MTU ? keep_ipv6_mtu(plan, value) : r;
}

/* Planning: a function for each field, or for some that depend on each other. */

static int plan_mtu(struct plan *plan)
{
    const struct link_setting ipv6_mtu = ipv6_mtu_of(plan);
    uint32_t mtu = plan->wanted->mtu;

    if (!is_wanted(plan, MIB_IPINTERFACE_MTU) || mtu == plan->present.mtu)
        return 0;
    if (!is_ipv4(plan))
        return mtu > plan->link.mtu ? -EINVAL : add_setting(plan, "mtu", (int32_t)mtu);
    /* The kernel would take IPv6 off the link, with all its addresses. */
    if (mtu < IPV6_MTU_MIN && plan->link.ipv6.exists)
        return -EOPNOTSUPP;
    add_step(plan, &(struct step){.kind = STEP_MTU, .before = plan->link.mtu, .after = mtu});
    return has_lower_ipv6_mtu(plan) ? link_setting_check(&ipv6_mtu) : 0;
}

static int plan_link_local(struct plan *plan)
{
    const struct link_setting defaults = {
        .family = "ipv6", .folder = "default", .name = "addr_gen_mode"};
    int32_t mode = ADDR_GEN_MODE_NONE;

    if (!is_wanted(plan, MIB_IPINTERFACE_LINK_LOCAL) ||
        plan->wanted->link_local_automatic == plan->present.link_local_automatic)
        return 0;
    if (is_ipv4(plan))
        return -EOPNOTSUPP;
    /* As the administrator wants new links to make theirs, if they are to. */
    if (plan->wanted->link_local_automatic &&
        (link_setting_read(&defaults, &mode) < 0 || mode == ADDR_GEN_MODE_NONE))
        mode = ADDR_GEN_MODE_EUI64;
    return add_setting_as(plan, STEP_LINK_LOCAL, "addr_gen_mode", mode);
}

static int plan_duplicate_detection(struct plan *plan)
{
    uint32_t transmits = plan->wanted->dad_transmits;

    if (!is_wanted(plan, MIB_IPINTERFACE_DAD_TRANSMITS) || transmits == plan->present.dad_transmits)
        return 0;
    if (is_ipv4(plan) || !plan->present.unreachability_detection)
        return -EOPNOTSUPP;
    if (transmits > INT32_MAX)
        return -EINVAL;
    int r = add_setting(plan, "dad_transmits", (int32_t)transmits);
    if (r == 0 && transmits > 0 && !plan->link.ipv6.detects_duplicates)
        r = add_setting(plan, "accept_dad", 1);
    return r;
}

/*
 * IPv6 forwards on all links or on none; what is said of one counts only where all do. So it can be
 * switched to where all links are, and no further.
 */
static int plan_ipv6_forwarding(struct plan *plan)
{
    const struct link_setting all = {.family = "ipv6", .folder = "all", .name = "forwarding"};
    int32_t all_forward;
    int r = link_setting_read(&all, &all_forward);

    if (r == 0 && (all_forward != 0) != plan->wanted->forwarding)
        r = -EOPNOTSUPP;
    return r == 0 ? add_setting(plan, "forwarding", plan->wanted->forwarding) : r;
}

static int plan_forwarding(struct plan *plan)
{
    if (!is_wanted(plan, MIB_IPINTERFACE_FORWARDING) ||
        plan->wanted->forwarding == plan->present.forwarding)
        return 0;
    return is_ipv4(plan) ? add_setting(plan, "forwarding", plan->wanted->forwarding)
                         : plan_ipv6_forwarding(plan);
}

/* Whether a link listens to routers depends on whether it will forward. */
static int plan_router_discovery(struct plan *plan)
{
    bool forwards = is_wanted(plan, MIB_IPINTERFACE_FORWARDING) ? plan->wanted->forwarding
                                                                : plan->present.forwarding;
    bool wanted = plan->wanted->router_discovery;

    if (!is_wanted(plan, MIB_IPINTERFACE_ROUTER_DISCOVERY))
        return 0;
    if (!plan->present.supports_router_discovery)
        return wanted ? -EOPNOTSUPP : 0;
    uint32_t accept_ra = plan->link.ipv6.accept_ra;
    bool listens = forwards ? accept_ra == ACCEPT_RA_ALWAYS : accept_ra != ACCEPT_RA_NEVER;
    if (listens == wanted)
        return 0;
    if (!wanted)
        return add_setting(plan, "accept_ra", ACCEPT_RA_NEVER);
    return add_setting(plan, "accept_ra", forwards ? ACCEPT_RA_ALWAYS : ACCEPT_RA_AS_HOST);
}

static int plan_time(struct plan *plan, uint64_t field, enum neighbour_time_kind kind,
                     uint32_t before, uint32_t after)
{
    if (!is_wanted(plan, field) || before == after)
        return 0;
    if (after == 0 || after > INT32_MAX)
        return -EINVAL;
    add_step(plan,
             &(struct step){.kind = STEP_TIME, .time = kind, .before = before, .after = after});
    return 0;
}

static int plan_times(struct plan *plan)
{
    int r = plan_time(plan, MIB_IPINTERFACE_BASE_REACHABLE_TIME, NEIGHBOUR_TIME_BASE_REACHABLE,
                      plan->present.base_reachable_time, plan->wanted->base_reachable_time);

    if (r == 0)
        r = plan_time(plan, MIB_IPINTERFACE_RETRANSMIT_TIME, NEIGHBOUR_TIME_RETRANSMIT,
                      plan->present.retransmit_time, plan->wanted->retransmit_time);
    return r;
}

/* What Linux has no place for goes into the link's tag, if nobody else has written that. */
static int plan_tag(struct plan *plan)
{
    struct link_tag tag = {0};

    if (!sets_metric(plan) && !sets_times(plan))
        return 0;
    if (!plan->link.ipv4.exists || link_tag_parse(plan->link.tag, &tag) < 0)
        return -EOPNOTSUPP;
    change_tag(plan, &tag);
    add_step(plan, &(struct step){
                       .kind = STEP_TAG, .before = plan->link.tag, .after = link_tag_format(&tag)});
    return 0;
}

/* What cannot be set has to be as it is. */
static int check_unchangeable(const struct plan *plan)
{
    const struct mib_ipinterface *wanted = plan->wanted;
    const struct mib_ipinterface *present = &plan->present;

    if (is_wanted(plan, MIB_IPINTERFACE_IMPOSSIBLE))
        return -EINVAL;
    if (is_wanted(plan, MIB_IPINTERFACE_UNSUPPORTED) ||
        (is_wanted(plan, MIB_IPINTERFACE_UNREACHABILITY_DETECTION) &&
         wanted->unreachability_detection != present->unreachability_detection) ||
        (is_wanted(plan, MIB_IPINTERFACE_MANAGED_ADDRESSES) &&
         wanted->managed_addresses != present->managed_addresses) ||
        (is_wanted(plan, MIB_IPINTERFACE_OTHER_STATEFUL) &&
         wanted->other_stateful != present->other_stateful) ||
        (is_wanted(plan, MIB_IPINTERFACE_PATH_MTU_TIMEOUT) &&
         wanted->path_mtu_discovery_timeout != present->path_mtu_discovery_timeout))
        return -EOPNOTSUPP;
    return 0;
}

/* In the order in which the steps are taken: what the kernel is likely to refuse comes first. */
static int make_plan(struct plan *plan)
{
    static int (*const parts[])(struct plan *) = {
        plan_mtu,
        plan_link_local,
        plan_duplicate_detection,
        plan_router_discovery, /* before it forwards, which would cost it its routers' routes */
        plan_forwarding,
        plan_times,
        plan_tag, /* which looks at the steps before it */
    };
    int r = check_unchangeable(plan);

    for (size_t i = 0; r == 0 && i < sizeof(parts) / sizeof(parts[0]); i++)
        r = parts[i](plan);
    /* No such file: this kernel has no such thing. */
    return r == -ENOENT ? -EOPNOTSUPP : r;
}

/*
 * Makes the kernel announce the link, whatever it is. Where it was down for the first request, the
 * second one is not needed if it has come up since.
 */
static int announce(uint32_t ifindex)
{
    struct link link = {0};
    int r = netlink_change(link_request_announce(ifindex));

    if (r == 0)
        r = netlink_read_whole_link(ifindex, NULL, 0, &link);
    if (r < 0 || (link.flags & IFF_UP))
        return r;
    bool is_on = link.flags & IFF_NOTRAILERS;
    r = netlink_change(link_request_notrailers(ifindex, !is_on));
    if (r == 0)
        r = netlink_change(link_request_notrailers(ifindex, is_on));
    return r;
}

static int carry_out(struct plan *plan)
{
    size_t taken = 0;
    int r = prepare(plan);

    while (r == 0 && taken < plan->count) {
        struct step *step = &plan->steps[taken++]; /* one that fails may have been taken in part */

        r = do_step(plan, step, &step->take, step->after);
    }
    if (r == 0)
        r = announce(plan->link.ifindex);
    if (r == 0)
        return 0;
    for (size_t i = taken; i-- > 0;)
        (void)do_step(plan, &plan->steps[i], &plan->steps[i].take_back, plan->steps[i].before);
    if (taken > 1)
        (void)announce(plan->link.ifindex);
    return r;
}

int ipinterface_change_row(enum mib_verb verb, const void *memory, uint64_t fields)
{
    const struct mib_ipinterface *wanted = memory;
    struct plan plan = {.wanted = wanted, .fields = fields};

    if (verb != MIB_VERB_SET)
        return -EOPNOTSUPP;
    int r = ipinterface_read(wanted, &plan.link, &plan.present);
    if (r == -ENOENT && !netlink_has_family(wanted->family))
        r = -EAFNOSUPPORT;
    if (r < 0)
        return r;
    /* Who may change nothing is told that before what there is. */
    r = netlink_ask(address_request_nothing(), NULL, NULL);
    if (r < 0 && r != -ENODEV)
        return r;
    r = make_plan(&plan);
    if (r == 0 && plan.count > 0)
        r = carry_out(&plan);
    plan_clear(&plan);
    return r;
}
