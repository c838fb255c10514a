/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a watch tells of itself: its messages, resyncs, dumps and changes, a line each, called by
 * the watch where IPHLPAPI_LOG asks for it. It changes nothing of the watch.
 */
#include "backend/netlink/watch/watch_log.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Longer texts are cut. */
enum { NAME_SIZE = 40, LIST_SIZE = 160, ROW_SIZE = 140 };

/* "route watch 3"; numbers are given in the order in which watches are opened. */
static const char *name_of(const struct backend_watch *watch, char *ret_name)
{
    static const char *const tables[] = {
#define MIB_TABLE(id, name, size, watched) [MIB_TABLE_##id] = #name,
#include "mib/tables.def"
#undef MIB_TABLE
    };

    (void)snprintf(ret_name, NAME_SIZE, "%s watch %u", tables[watch->table], watch->number);
    return ret_name;
}

static const char *scope_name(enum resync_scope scope)
{
    static const char *const names[] = {
        [SCOPE_LINKS] = "links",
        [SCOPE_NEXTHOPS] = "nexthop objects",
        [SCOPE_IPV4] = "IPv4",
        [SCOPE_IPV6] = "IPv6",
        [SCOPE_IPV4_ADDRESSES] = "IPv4 addresses",
        [SCOPE_IPV6_ADDRESSES] = "IPv6 addresses",
    };

    return names[scope];
}

void watch_log_open(const struct backend_watch *watch)
{
    static const char *const families[] = {
        [MIB_FAMILY_UNSPEC] = "both families",
        [MIB_FAMILY_IPV4] = "IPv4",
        [MIB_FAMILY_IPV6] = "IPv6",
    };
    char name[NAME_SIZE];
    size_t known = 0;

    for (size_t i = 0; i < SCOPE_COUNT; i++)
        known += watch->instances[i].count;
    log_tell(LOG_WATCH, "%s: opened: %s, %zu record%s", name_of(watch, name),
             families[watch->filter.family], known, known == 1 ? "" : "s");
}

void watch_log_close(const struct backend_watch *watch)
{
    char name[NAME_SIZE];

    log_tell(LOG_WATCH, "%s: closed", name_of(watch, name));
}

void watch_log_not_open(const struct backend_watch *watch, int error)
{
    char name[NAME_SIZE];

    log_tell(LOG_ERROR, "%s: cannot be opened: error %d", name_of(watch, name), -error);
}

void watch_log_error(const struct backend_watch *watch, int error)
{
    char name[NAME_SIZE];

    log_tell(LOG_ERROR, "%s: error %d; everything is looked at again", name_of(watch, name),
             -error);
}

/* The link that a message is about, where that is at the same place in all of its kind; 0: none. */
static uint32_t link_of(const struct nlmsghdr *message, bool has_link)
{
    uint32_t ifindex = 0;

    /* struct ifinfomsg, struct ifaddrmsg and struct prefixmsg have it behind 4 bytes. */
    if (has_link && message->nlmsg_len >= NLMSG_LENGTH(4 + sizeof(ifindex)))
        memcpy(&ifindex, (const uint8_t *)NLMSG_DATA(message) + 4, sizeof(ifindex));
    return ifindex;
}

void watch_log_message(const struct backend_watch *watch, const struct nlmsghdr *message)
{
    static const struct {
        uint16_t type;
        bool has_link;
        const char *name;
    } types[] = {
        {RTM_NEWLINK, true, "RTM_NEWLINK"},        {RTM_DELLINK, true, "RTM_DELLINK"},
        {RTM_NEWADDR, true, "RTM_NEWADDR"},        {RTM_DELADDR, true, "RTM_DELADDR"},
        {RTM_NEWPREFIX, true, "RTM_NEWPREFIX"},    {RTM_NEWROUTE, false, "RTM_NEWROUTE"},
        {RTM_DELROUTE, false, "RTM_DELROUTE"},     {RTM_NEWNEXTHOP, false, "RTM_NEWNEXTHOP"},
        {RTM_DELNEXTHOP, false, "RTM_DELNEXTHOP"}, {RTM_NEWNETCONF, false, "RTM_NEWNETCONF"},
        {RTM_DELNETCONF, false, "RTM_DELNETCONF"},
    };
    char name[NAME_SIZE];
    size_t i = 0;

    while (i < sizeof(types) / sizeof(types[0]) && types[i].type != message->nlmsg_type)
        i++;
    bool known = i < sizeof(types) / sizeof(types[0]);
    uint32_t ifindex = link_of(message, known && types[i].has_link);
    if (!known)
        log_tell(LOG_MESSAGE, "%s: type %u", name_of(watch, name), message->nlmsg_type);
    else if (ifindex != 0)
        log_tell(LOG_MESSAGE, "%s: %s, link %u", name_of(watch, name), types[i].name, ifindex);
    else
        log_tell(LOG_MESSAGE, "%s: %s", name_of(watch, name), types[i].name);
}

void watch_log_overrun(const struct backend_watch *watch)
{
    char name[NAME_SIZE];

    log_tell(LOG_OVERRUN, "%s: messages were lost; everything is looked at again",
             name_of(watch, name));
}

/* " on link 2, 3", or nothing where it is not limited to links. */
static void list_links(const struct resync_request *request, char *ret_text)
{
    size_t end = 0;

    ret_text[0] = '\0';
    for (size_t i = 0; !request->all && i < request->count; i++)
        end += (size_t)snprintf(ret_text + end, LIST_SIZE - end, "%s%u", i ? ", " : " on link ",
                                request->ifindexes[i]);
}

static void list_causes(uint32_t causes, char *ret_text)
{
    static const char *const names[] = {
#define RESYNC_CAUSE(id, name, field) [RESYNC_CAUSE_##id] = #name,
#include "mib/resync_causes.def"
#undef RESYNC_CAUSE
    };
    size_t end = 0;

    ret_text[0] = '\0';
    for (unsigned int i = 0; i < RESYNC_CAUSES; i++)
        if (causes >> i & 1)
            end += (size_t)snprintf(ret_text + end, LIST_SIZE - end, "%s%s", end ? ", " : "",
                                    names[i]);
}

void watch_log_resync(const struct backend_watch *watch)
{
    const struct resync_request *request = &watch->resync.request;
    char name[NAME_SIZE];
    char links[LIST_SIZE];
    char causes[LIST_SIZE];

    list_links(request, links);
    list_causes(request->causes, causes);
    log_tell(LOG_RESYNC, "%s: %s%s, because of %s%s", name_of(watch, name),
             scope_name(watch->resync.scope), links, causes, request->counted ? ", again" : "");
}

struct dumped {
    const struct instance_table *table;
    size_t count;
};

static bool count_dumped(void *context, const void *record)
{
    struct dumped *dumped = context;

    if (instance_table_is_dumped(dumped->table, record))
        dumped->count++;
    return false;
}

/* What follows: another one is requested at once, or behind a pause; or nothing. */
static void name_next(const struct backend_watch *watch, uint64_t now_ms, char *ret_text)
{
    ret_text[0] = '\0';
    if (!watch->requests[watch->resync.scope].pending)
        return;
    if (watch->not_before_ms > now_ms)
        (void)snprintf(ret_text, LIST_SIZE, "; the next in %llu ms",
                       (unsigned long long)(watch->not_before_ms - now_ms));
    else
        (void)snprintf(ret_text, LIST_SIZE, "; the next at once");
}

void watch_log_dump(const struct backend_watch *watch, bool valid, int error, uint64_t now_ms)
{
    const struct resync *resync = &watch->resync;
    const unsigned long long took_ms = now_ms - resync->began_ms;
    struct dumped dumped = {.table = &watch->instances[resync->scope]};
    char name[NAME_SIZE];
    char next[LIST_SIZE];
    char records[NAME_SIZE] = "";

    (void)name_of(watch, name);
    if (error < 0) {
        log_tell(LOG_DUMP, "%s: %s: discarded after %llu ms: error %d", name,
                 scope_name(resync->scope), took_ms, -error);
        return;
    }
    name_next(watch, now_ms, next);
    if (!valid) {
        log_tell(LOG_DUMP, "%s: %s: discarded after %llu ms: %s%s", name, scope_name(resync->scope),
                 took_ms, resync->flaw, next);
        return;
    }
    if (watch->kind->scopes[resync->scope]->ops) {
        (void)instance_table_visit_all(dumped.table, count_dumped, &dumped);
        (void)snprintf(records, sizeof(records), ", %zu record%s", dumped.count,
                       dumped.count == 1 ? "" : "s");
    }
    log_tell(LOG_DUMP, "%s: %s: %s after %llu ms%s%s%s%s", name, scope_name(resync->scope),
             resync->invalid ? "taken" : "valid", took_ms, records,
             resync->invalid ? ", although " : "", resync->invalid ? resync->flaw : "", next);
}

static void print_address(enum mib_family family, const struct mib_addr *address, char *ret_text)
{
    if (!inet_ntop(family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, address->bytes, ret_text,
                   INET6_ADDRSTRLEN))
        (void)snprintf(ret_text, INET6_ADDRSTRLEN, "?");
}

/* A row's key behind its link. */
static void print_row(enum mib_table table, const void *row, char *ret_text)
{
    const struct mib_head *head = row;
    const struct mib_route *route = row;
    const struct mib_unicast *unicast = row;
    char address[INET6_ADDRSTRLEN];
    char hop[INET6_ADDRSTRLEN];

    if (table == MIB_TABLE_ROUTE) {
        print_address(head->family, &route->prefix, address);
        print_address(route->next_hop_family, &route->next_hop, hop);
        bool on_link =
            memcmp(&route->next_hop, &(struct mib_addr){0}, sizeof(route->next_hop)) == 0;
        (void)snprintf(ret_text, ROW_SIZE, "%s/%u %s%s, link %u", address, route->prefix_length,
                       on_link ? "on-link" : "through ", on_link ? "" : hop, head->ifindex);
    } else if (table == MIB_TABLE_UNICAST) {
        print_address(head->family, &unicast->address, address);
        (void)snprintf(ret_text, ROW_SIZE, "%s, link %u", address, head->ifindex);
    } else {
        (void)snprintf(ret_text, ROW_SIZE, "%s, link %u",
                       head->family == MIB_FAMILY_IPV4   ? "IPv4"
                       : head->family == MIB_FAMILY_IPV6 ? "IPv6"
                                                         : "no family",
                       head->ifindex);
    }
}

void watch_log_change(const struct backend_watch *watch, const struct mib_change *change)
{
    static const char *const verbs[] = {
        [MIB_CHANGE_PARAMETER] = "changed",
        [MIB_CHANGE_ADD] = "added",
        [MIB_CHANGE_DELETE] = "deleted",
    };
    char name[NAME_SIZE];
    char row[ROW_SIZE];

    print_row(watch->table, change->row, row);
    log_tell(LOG_CHANGE, "%s: %s %s", name_of(watch, name), verbs[change->type], row);
}
