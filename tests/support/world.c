/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The changes that world_settle() makes, in address ranges for documentation and an index range
 * of its own; no test touches them, and steps do not count them.
 */
#define SENTINEL_LINK "sentinel"
#define SENTINEL_INDEX 1000001U
#define SENTINEL_PREFIX4 "198.51.100."
#define SENTINEL_PREFIX6 "2001:db8:ffff::"

/* More than any step of a test changes. */
enum { INTERFACES_MAX = 256 };

/*
 * By kind, so that who waits for one kind changes nothing of the others. In this order: who was
 * told of the link was told before what the addresses mean for the interface.
 */
static const struct {
    enum row_kind kind;
    const char *on;
    const char *off;
    const char *device;
    const char *keys[2]; /* as row_key_parse() has them: IPv4, IPv6 */
} sentinels[] = {
    {ROW_UNICAST,
     "addr add " SENTINEL_PREFIX4 "1/32 dev lo\n"
     "addr add " SENTINEL_PREFIX6 "1/128 dev lo nodad\n",
     "addr del " SENTINEL_PREFIX4 "1/32 dev lo\n"
     "addr del " SENTINEL_PREFIX6 "1/128 dev lo\n",
     "lo",
     {SENTINEL_PREFIX4 "1", SENTINEL_PREFIX6 "1"}},
    {ROW_INTERFACE,
     "link add " SENTINEL_LINK " index 1000001 type bridge\n",
     "link del " SENTINEL_LINK "\n",
     SENTINEL_LINK,
     {NULL, NULL}},
    {ROW_ROUTE,
     "route add blackhole " SENTINEL_PREFIX4 "2/32\n"
     "route add blackhole " SENTINEL_PREFIX6 "2/128\n",
     "route del blackhole " SENTINEL_PREFIX4 "2/32\n"
     "route del blackhole " SENTINEL_PREFIX6 "2/128\n",
     "lo",
     {SENTINEL_PREFIX4 "2/32", SENTINEL_PREFIX6 "2/128"}},
};

_Static_assert(ARRAY_SIZE(sentinels) == ROW_WATCHED_KINDS, "one for each kind that is watched");

static const ADDRESS_FAMILY ip_families[] = {AF_INET, AF_INET6};

static bool is_sentinel(const struct row_key *key)
{
    static const uint8_t prefix4[] = {198, 51, 100};
    static const uint8_t prefix6[] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff};

    if (luid_index(key->luid) == SENTINEL_INDEX)
        return true;
    return key->family == AF_INET ? memcmp(key->address, prefix4, sizeof(prefix4)) == 0
                                  : memcmp(key->address, prefix6, sizeof(prefix6)) == 0;
}

int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    if (!world)
        return -1;
    world->beside = -1;
    netns_enter_new();
    world->home = netns_current();
    *state = world;
    return 0;
}

void world_stop(struct world *world)
{
    world->watched = false;
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        replay_destroy(&world->watches[i].replay);
        recorder_stop(&world->watches[i].recorder);
    }
}

int world_teardown(void **state)
{
    struct world *world = *state;

    world_stop(world);
    if (world->beside >= 0)
        close(world->beside);
    close(world->home);
    free(world);
    return 0;
}

int world_beside(struct world *world)
{
    if (world->beside < 0)
        world->beside = netns_create();
    return world->beside;
}

void world_await_carrier(const char *name)
{
    struct row_key key = interface_key(iface_get(name), AF_INET);
    struct timespec deadline = check_deadline();
    union any_row row;

    while (row_get(ROW_INTERFACE, &key, &row) != NO_ERROR || !row.interface.Connected) {
        if (check_deadline_passed(&deadline))
            fail_test("%s got no carrier", name);
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

void world_add_pair(struct world *world, const char *name, const char *peer)
{
    int beside = world_beside(world);

    ip("link add %s type veth peer name %s", name, peer);
    ip("link set %s netns /proc/%d/fd/%d", peer, (int)getpid(), beside);
    ip_in(beside, "link set %s up", peer);
    ip("link set %s up", name);
    world_await_carrier(name);
}

void world_without_dad(void)
{
    sysctl_write("net/ipv6/conf/all/accept_dad", "0");
    sysctl_write("net/ipv6/conf/default/accept_dad", "0");
}

/* Whether the link-local address that the kernel makes by itself is there. */
static bool has_link_local(const MIB_IPINTERFACE_ROW *interface, const struct row_table *addresses)
{
    for (size_t i = 0; i < addresses->count; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &addresses->rows[i].unicast;
        if (row->InterfaceIndex == interface->InterfaceIndex && row->ScopeId.Value != 0 &&
            row->DadState == IpDadStatePreferred)
            return true;
    }
    return false;
}

/* The address' route in table local comes a moment after the address itself. */
static bool has_local_route(const MIB_UNICASTIPADDRESS_ROW *address, const struct row_table *routes)
{
    for (size_t i = 0; i < routes->count; i++) {
        const MIB_IPFORWARD_ROW2 *row = &routes->rows[i].route;
        if (row->DestinationPrefix.PrefixLength == 128 &&
            row->InterfaceIndex == address->InterfaceIndex &&
            IN6_ARE_ADDR_EQUAL(&row->DestinationPrefix.Prefix.Ipv6.sin6_addr,
                               &address->Address.Ipv6.sin6_addr))
            return true;
    }
    return false;
}

/* Those of a VRF and of its links are in a table that no row shows; `ip` says something of one. */
static bool has_hidden_local_route(const MIB_UNICASTIPADDRESS_ROW *address)
{
    char text[INET6_ADDRSTRLEN];

    if (!inet_ntop(AF_INET6, &address->Address.Ipv6.sin6_addr, text, sizeof(text)))
        return false;
    return ip_try("-6 route show table all type local %s", text) && netns_complaint()[0];
}

static bool is_connected(NET_IFINDEX index, const struct row_table *interfaces)
{
    for (size_t i = 0; i < interfaces->count; i++)
        if (interfaces->rows[i].interface.InterfaceIndex == index)
            return interfaces->rows[i].interface.Connected;
    return false;
}

static bool is_at_rest(void)
{
    struct row_table interfaces;
    struct row_table addresses;
    struct row_table routes;
    bool rest = true;

    if (row_table_read(ROW_INTERFACE, AF_INET6, &interfaces) != NO_ERROR ||
        row_table_read(ROW_UNICAST, AF_INET6, &addresses) != NO_ERROR ||
        row_table_read(ROW_ROUTE, AF_INET6, &routes) != NO_ERROR)
        fail_test("a table cannot be read");
    for (size_t i = 0; i < addresses.count && rest; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &addresses.rows[i].unicast;
        rest = row->DadState != IpDadStateTentative &&
               (row->DadState != IpDadStatePreferred ||
                !is_connected(row->InterfaceIndex, &interfaces) || has_local_route(row, &routes) ||
                has_hidden_local_route(row));
    }
    for (size_t i = 0; i < interfaces.count && rest; i++) {
        const MIB_IPINTERFACE_ROW *row = &interfaces.rows[i].interface;
        /* Others get none, as PPP does, or at once. */
        if (row->Connected && row->SupportsRouterDiscovery &&
            row->InterfaceLuid.Info.IfType == IF_TYPE_ETHERNET_CSMACD &&
            row->LinkLocalAddressBehavior == LinkLocalAlwaysOn)
            rest = has_link_local(row, &addresses);
    }
    row_table_free(&interfaces);
    row_table_free(&addresses);
    row_table_free(&routes);
    return rest;
}

/*
 * A link that came up gets its link-local address some time later, from the kernel's own threads;
 * while that is under way "the table at registration" means nothing.
 */
void world_await_addresses(void)
{
    struct timespec deadline = check_deadline();

    while (!is_at_rest()) {
        if (check_deadline_passed(&deadline))
            fail_test("links got no link-local address, or some address stays tentative");
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

void world_watch(struct world *world)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
    struct watch *watch = world->watches;

    world_await_addresses();
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        for (size_t i = 0; i < ARRAY_SIZE(families); i++, watch++) {
            DWORD rc = recorder_start(&watch->recorder, (enum row_kind)kind, families[i], FALSE);
            if (rc != NO_ERROR)
                fail_test("registration for %s rows: error %u", row_kind_name(kind), rc);
            replay_init(&watch->replay, &watch->recorder);
        }
    }
    world->watched = true;
    world_begin(world);
}

void world_begin(struct world *world)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        replay_apply(&world->watches[i].replay);
        world->watches[i].mark = world->watches[i].replay.applied;
    }
}

static bool covers(const struct watch *watch, enum row_kind kind, ADDRESS_FAMILY family)
{
    return watch->recorder.kind == kind &&
           (watch->recorder.family == AF_UNSPEC || watch->recorder.family == family);
}

static void await_sentinel(struct world *world, const size_t *from, enum row_kind kind,
                           const struct row_key *key, MIB_NOTIFICATION_TYPE type)
{
    struct timespec deadline = check_deadline();
    char text[ROW_TEXT_SIZE];

    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        struct recorder *recorder = &world->watches[i].recorder;
        if (!covers(&world->watches[i], kind, key->family))
            continue;
        if (!recorder_wait(recorder, from[i], type, key, &deadline))
            fail_test("%s registration of family %u was not told that this was %s: %s",
                      row_kind_name(kind), recorder->family,
                      type == MibAddInstance ? "added" : "deleted",
                      row_key_format(kind, key, text));
    }
}

static void converge(struct world *world)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++)
        replay_converge(&world->watches[i].replay);
}

/* An interface and a family, and what was told of them in this step. */
struct interface_count {
    struct row_key key;
    unsigned repeats;      /* parameter notifications with the row that was known */
    unsigned addresses;    /* notifications of its addresses */
    bool moved;            /* it came or went, so that either may be without the other */
    bool was_up, was_down; /* reported as connected, as not connected */
};

static struct interface_count *count_of(struct interface_count *counts, size_t *count,
                                        const struct row_key *key)
{
    struct row_key interface = {.luid = key->luid, .family = key->family};

    for (size_t i = 0; i < *count; i++)
        if (row_key_equal(&counts[i].key, &interface))
            return &counts[i];
    if (*count == INTERFACES_MAX)
        fail_test("more than %d interfaces in a step", INTERFACES_MAX);
    counts[*count] = (struct interface_count){.key = interface};
    return &counts[(*count)++];
}

static void count_notes(const struct watch *watch, struct interface_count *counts, size_t *count)
{
    enum row_kind kind = watch->recorder.kind;

    for (size_t i = watch->mark; i < watch->replay.applied; i++) {
        const struct note *note = &watch->recorder.notes[i];
        struct row_key key = row_key(kind, &note->row);
        struct interface_count *of = count_of(counts, count, &key);

        if (kind == ROW_UNICAST)
            of->addresses++;
        else if (note->type != MibParameterNotification)
            of->moved = true;
        else if (note->repeats)
            of->repeats += note->repeats;
        else if (note->row.interface.Connected)
            of->was_up = true;
        else
            of->was_down = true;
    }
}

/*
 * The kernel makes an IPv6 address when a link comes up and takes it back when the link goes down,
 * and announces neither before the address is usable. Where both happened, one registration may
 * have seen the address and the other not.
 */
static bool may_disagree(const struct interface_count *of)
{
    return of->moved || (of->key.family == AF_INET6 && of->was_up && of->was_down);
}

/*
 * An interface is told of, with the row that is known, when an address on it changed, and only
 * then: each of the three registrations for interfaces against that for addresses of the same
 * family.
 */
static bool addresses_agree(struct world *world, char text[ROW_TEXT_SIZE])
{
    const size_t families = WORLD_WATCHES / ROW_WATCHED_KINDS;

    for (size_t i = 0; i < families; i++) {
        struct interface_count counts[INTERFACES_MAX];
        size_t count = 0;

        count_notes(&world->watches[ROW_INTERFACE * families + i], counts, &count);
        count_notes(&world->watches[ROW_UNICAST * families + i], counts, &count);
        for (size_t j = 0; j < count; j++)
            if (!may_disagree(&counts[j]) &&
                (counts[j].repeats == 0) != (counts[j].addresses == 0)) {
                (void)row_key_format(ROW_INTERFACE, &counts[j].key, text);
                return false;
            }
    }
    return true;
}

static void await_addresses_agree(struct world *world)
{
    struct timespec deadline = check_deadline();
    char text[ROW_TEXT_SIZE];

    while (!addresses_agree(world, text)) {
        if (check_deadline_passed(&deadline))
            fail_test("an address of this interface changed and it was not told of, or the other "
                      "way round: %s",
                      text);
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        for (size_t i = 0; i < WORLD_WATCHES; i++)
            replay_apply(&world->watches[i].replay);
    }
}

static void change_sentinels(unsigned kinds, bool on)
{
    char text[512] = "";

    for (size_t i = 0; i < ARRAY_SIZE(sentinels); i++)
        if (kinds & 1U << sentinels[i].kind)
            (void)strncat(text, on ? sentinels[i].on : sentinels[i].off,
                          sizeof(text) - strlen(text) - 1);
    ip_batch(text);
}

void world_barrier(struct world *world, unsigned kinds)
{
    struct row_key keys[ARRAY_SIZE(sentinels)][ARRAY_SIZE(ip_families)];
    size_t from[WORLD_WATCHES];

    for (size_t i = 0; i < WORLD_WATCHES; i++)
        from[i] = recorder_count(&world->watches[i].recorder);
    change_sentinels(kinds, true);
    for (size_t i = 0; i < ARRAY_SIZE(sentinels); i++)
        for (size_t j = 0; j < ARRAY_SIZE(ip_families) && kinds & 1U << sentinels[i].kind; j++) {
            keys[i][j] =
                row_key_parse(iface_get(sentinels[i].device), ip_families[j], sentinels[i].keys[j]);
            await_sentinel(world, from, sentinels[i].kind, &keys[i][j], MibAddInstance);
        }
    change_sentinels(kinds, false);
    for (size_t i = 0; i < ARRAY_SIZE(sentinels); i++)
        for (size_t j = 0; j < ARRAY_SIZE(ip_families) && kinds & 1U << sentinels[i].kind; j++)
            await_sentinel(world, from, sentinels[i].kind, &keys[i][j], MibDeleteInstance);
}

void world_settle(struct world *world)
{
    converge(world);
    world_barrier(world, WORLD_ALL_KINDS);
    converge(world);
    await_addresses_agree(world);
}

/* Whether the text is one of the pattern's alternatives. */
static bool is_one_of(const char *text, const char *pattern)
{
    size_t length = strlen(text);

    for (const char *at = pattern;; at++) {
        size_t alternative = strcspn(at, "|");
        if (alternative == length && memcmp(at, text, length) == 0)
            return true;
        at += alternative;
        if (*at == '\0')
            return false;
    }
}

static void remove_repeats(char *types)
{
    char *kept = types;

    for (const char *at = types; *at; at++)
        if (*at != 'p')
            *kept++ = *at;
    *kept = '\0';
}

/* Whether all registrations have been told so; which was told otherwise, and what. */
static bool told(struct world *world, enum row_kind kind, const struct row_key *key,
                 const char *pattern, const struct watch **ret_other, char types[TYPES_SIZE])
{
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        struct watch *watch = &world->watches[i];
        if (watch->recorder.kind != kind)
            continue;
        replay_apply(&watch->replay);
        recorder_types(&watch->recorder, watch->mark, key, types);
        if (!strchr(pattern, 'p'))
            remove_repeats(types);
        if (!is_one_of(types, covers(watch, kind, key->family) ? pattern : "")) {
            *ret_other = watch;
            return false;
        }
    }
    return true;
}

static void fail_told(const char *file, int line, const struct watch *watch, enum row_kind kind,
                      const struct row_key *key, const char *pattern, const char *types)
{
    char text[ROW_TEXT_SIZE];

    check_fail(file, line, "%s registration of family %u was told \"%s\", not \"%s\", of %s",
               row_kind_name(kind), watch->recorder.family, types, pattern,
               row_key_format(kind, key, text));
}

void world_expect_at(const char *file, int line, struct world *world, enum row_kind kind,
                     struct row_key key, const char *pattern)
{
    const struct watch *other;
    char types[TYPES_SIZE];

    if (!told(world, kind, &key, pattern, &other, types))
        fail_told(file, line, other, kind, &key, pattern, types);
}

void world_await_at(const char *file, int line, struct world *world, enum row_kind kind,
                    struct row_key key, const char *pattern)
{
    struct timespec deadline = check_deadline();
    const struct watch *other;
    char types[TYPES_SIZE];

    while (!told(world, kind, &key, pattern, &other, types)) {
        struct monitor *monitor = (struct monitor *)&other->recorder.monitor;
        struct timespec look_again = check_deadline_in(0.02);
        if (check_deadline_passed(&deadline))
            fail_told(file, line, other, kind, &key, pattern, types);
        monitor_lock(monitor);
        monitor_wait(monitor, &look_again);
        monitor_unlock(monitor);
    }
}

bool world_told(struct world *world, enum row_kind kind, struct note *ret_note)
{
    bool told = false;

    for (size_t i = 0; i < WORLD_WATCHES && !told; i++) {
        struct watch *watch = &world->watches[i];
        struct recorder *recorder = &watch->recorder;
        if (recorder->kind != kind)
            continue;
        replay_apply(&watch->replay);
        monitor_lock(&recorder->monitor);
        for (size_t j = watch->mark; j < watch->replay.applied && !told; j++) {
            struct row_key key = row_key(kind, &recorder->notes[j].row);
            told = !is_sentinel(&key) && !recorder->notes[j].repeats;
            if (told)
                *ret_note = recorder->notes[j];
        }
        monitor_unlock(&recorder->monitor);
    }
    return told;
}

void world_expect_quiet_at(const char *file, int line, struct world *world, enum row_kind kind)
{
    char text[ROW_TEXT_SIZE];
    struct note note;

    if (world_told(world, kind, &note))
        check_fail(file, line, "%s registration was told, by type %d, of %s", row_kind_name(kind),
                   (int)note.type, row_format(kind, &note.row, text));
}

/* The row in Get…Table of that family, or false. */
static bool find_in_table(enum row_kind kind, ADDRESS_FAMILY family, const struct row_key *key,
                          union any_row *ret_row)
{
    struct row_table table;
    DWORD rc = row_table_read(kind, family, &table);
    bool found = false;

    if (rc != NO_ERROR)
        fail_test("%s table: error %u", row_kind_name(kind), rc);
    for (size_t i = 0; i < table.count && !found; i++) {
        struct row_key at = row_key(kind, &table.rows[i]);
        found = row_key_equal(&at, key);
        if (found)
            *ret_row = table.rows[i];
    }
    row_table_free(&table);
    return found;
}

/* Get…Entry; of a kind that has none, the row that is in the table. */
static DWORD entry_get(enum row_kind kind, const struct row_key *key, union any_row *ret_row)
{
    if (row_types[kind].get_entry)
        return row_get(kind, key, ret_row);
    return find_in_table(kind, AF_UNSPEC, key, ret_row) ? NO_ERROR : ERROR_NOT_FOUND;
}

/* Whether there are registrations that should have been told of the row. */
static bool is_watched(const struct world *world, enum row_kind kind)
{
    return world->watched && row_types[kind].notify;
}

static const union any_row *find_told(struct world *world, enum row_kind kind,
                                      const struct row_key *key)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        struct watch *watch = &world->watches[i];
        if (!covers(watch, kind, key->family) || watch->recorder.family != AF_UNSPEC)
            continue;
        replay_apply(&watch->replay);
        return replay_find(&watch->replay, key);
    }
    return NULL;
}

union any_row world_row_at(const char *file, int line, struct world *world, enum row_kind kind,
                           struct row_key key)
{
    char text[ROW_TEXT_SIZE];
    union any_row row;
    union any_row other;
    DWORD rc = entry_get(kind, &key, &row);

    if (rc != NO_ERROR)
        check_fail(file, line, "%s entry: error %u: %s", row_kind_name(kind), rc,
                   row_key_format(kind, &key, text));
    const char *fault = row_fault(kind, &row);
    if (fault)
        check_fail(file, line, "%s entry: %s: %s", row_kind_name(kind), fault,
                   row_format(kind, &row, text));

    const ADDRESS_FAMILY families[] = {AF_UNSPEC, key.family};
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        if (!find_in_table(kind, families[i], &key, &other))
            check_fail(file, line, "not in the %s table of family %u: %s", row_kind_name(kind),
                       families[i], row_format(kind, &row, text));
        if (!row_visibly_equal(kind, &row, &other))
            check_fail(file, line, "the %s table of family %u disagrees with: %s",
                       row_kind_name(kind), families[i], row_format(kind, &row, text));
    }

    const union any_row *known = is_watched(world, kind) ? find_told(world, kind, &key) : &row;
    if (!known)
        check_fail(file, line, "nobody was told of this %s row: %s", row_kind_name(kind),
                   row_format(kind, &row, text));
    if (!row_visibly_equal(kind, &row, known))
        check_fail(file, line, "this was told of a %s row, and it is not so: %s",
                   row_kind_name(kind), row_format(kind, known, text));
    return row;
}

void world_expect_no_row_at(const char *file, int line, struct world *world, enum row_kind kind,
                            struct row_key key)
{
    char text[ROW_TEXT_SIZE];
    union any_row row;
    DWORD rc = entry_get(kind, &key, &row);

    row_key_format(kind, &key, text);
    if (rc != ERROR_NOT_FOUND && rc != ERROR_FILE_NOT_FOUND)
        check_fail(file, line, "%s entry: error %u: %s", row_kind_name(kind), rc, text);
    if (find_in_table(kind, AF_UNSPEC, &key, &row))
        check_fail(file, line, "in the %s table: %s", row_kind_name(kind), text);
    if (is_watched(world, kind) && find_told(world, kind, &key))
        check_fail(file, line, "nobody was told that this %s row is gone: %s", row_kind_name(kind),
                   text);
}
