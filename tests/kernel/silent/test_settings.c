/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every setting below /proc/sys/net that changes what a program sees, and whether it is told. To
 * each file there other values are written; the tables before and after, and what the
 * registrations were told, are compared with the list in settings.def.
 */
#include "advertisement.h"
#include "effects.h"
#include "scene.h"

#include "namespace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The higher, the worse. */
enum told { AT_ONCE = 1, LATER = 2, NEVER = 4 };

static const struct setting {
    const char *shows;
    const char *file;
    unsigned told;
} settings[] = {
#define SETTING(shows, file, told) {shows, file, told},
#include "settings.def"
};

static const char *told_name(enum told told)
{
    return told == AT_ONCE ? "at once" : told == LATER ? "later" : "never";
}

/* Files that do not take any number, by their names; several values of one are several lines. */
static const struct {
    const char *name;
    const char *value;
} words[] = {
    {"stable_secret", "2001:db8::5ec"},
    {"tcp_congestion_control", "reno"},
    {"tcp_congestion_control", "cubic"},
    {"ping_group_range", "0 0"}, /* groups that there are in a user namespace */
};

enum { PATH_SIZE = 160, VALUE_SIZE = 256, VALUES = 8, OBSERVED = 256, WALKED = 1024 };

/* What was seen of one field by one file; of several values, and links, the worst. */
struct observed {
    char file[PATH_SIZE]; /* with LINK for a link */
    char shows[EFFECT_NAME_SIZE];
    char value[VALUE_SIZE]; /* for example */
    enum told told;
};

struct walk {
    void **state;
    struct scene *scene;
    struct snapshot now;
    unsigned nudges;
    struct observed observed[OBSERVED];
    size_t observed_count;
    char walked[WALKED][PATH_SIZE];
    size_t walked_count;
    size_t differences;
};

/* ---- The scene ----------------------------------------------------------------------------- */

#define ROUTER "fe80::1"

static void await_router(const struct scene *scene)
{
    struct row_key key = route_key(scene->v0, "::/0", ROUTER);
    struct timespec deadline = check_deadline();
    union any_row row;

    while (row_get(ROW_ROUTE, &key, &row) != NO_ERROR || row.route.ValidLifetime == UINT32_MAX) {
        if (check_deadline_passed(&deadline))
            fail_test("the router's advertisement had no effect");
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

/*
 * v0 has a carrier; c0 and x0 have lost theirs. All are up. v0 and c0 have addresses and routes;
 * x0 has an IPv4 route only, for a link on which no IPv4 address was ever set is bound to what is
 * set by default. A router advertised itself and a prefix on v0.
 */
static void start(struct walk *walk)
{
    const struct advertisement advertisement = {.router_lifetime = 1800,
                                                .prefix = "2001:db8:7::",
                                                .valid_lifetime = UINT32_MAX,
                                                .preferred_lifetime = UINT32_MAX};
    struct scene *scene = walk->scene = *walk->state;
    struct world *world = scene->world;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    world_add_pair(world, "c0", "c1");
    world_add_pair(world, "x0", "x1");
    scene->v0 = iface_get("v0");
    ip_in(world_beside(world), "addr add " ROUTER "/64 dev v1 nodad");
    ip_batch("addr add 10.0.0.1/24 dev v0\n"
             "addr add 10.0.1.1/24 dev c0\n"
             "addr add 2001:db8:1::1/64 dev v0\n"
             "addr add 2001:db8:1:1::1/64 dev c0\n"
             "route add 10.1.0.0/16 via 10.0.0.2\n"
             "route add 10.2.0.0/16 via 10.0.1.2\n"
             "route add 10.3.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2\n"
             "route add 2001:db8:a::/48 via 2001:db8:1::2\n"
             "route add 2001:db8:b::/48 via 2001:db8:1:1::2\n"
             "route add 2001:db8:c::/48 nexthop via 2001:db8:1::2 nexthop via 2001:db8:1:1::2\n"
             "route add 10.5.0.0/16 dev x0\n"
             "nexthop add id 1 via 10.0.0.2 dev v0\n"
             "route add 10.4.0.0/16 nhid 1\n");
    ip_in(world_beside(world), "link set c1 down");
    ip_in(world_beside(world), "link set x1 down");
    sysctl_write("net/ipv6/conf/c0/addr_gen_mode", "1");
    sysctl_write("net/ipv6/conf/v0/use_tempaddr", "2");
    advertise(world_beside(world), "v1", ROUTER, &advertisement);
    await_router(scene);
    /* Addresses made from here on undergo a short duplicate detection. */
    if (sysctl_exists("net/ipv6/neigh/v0/retrans_time_ms"))
        sysctl_write("net/ipv6/neigh/v0/retrans_time_ms", "10");
    sysctl_write("net/ipv6/conf/v0/router_solicitation_delay", "0");
    sysctl_write("net/ipv6/conf/v0/accept_dad", "1");
    world_watch(world);
    world_settle(world);
    snapshot_take(&walk->now);
}

static void start_afresh(struct walk *walk)
{
    snapshot_free(&walk->now);
    scene_teardown(walk->state);
    if (scene_setup(walk->state) != 0)
        fail_test("no memory");
    start(walk);
}

/* ---- One value ----------------------------------------------------------------------------- */

/* The file as the list names it. */
static void generalize(const char *path, char file[PATH_SIZE])
{
    static const char *const links[] = {"/v0/", "/c0/"};

    (void)snprintf(file, PATH_SIZE, "%s", path);
    for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
        const char *at = strstr(path, links[i]);
        if (at)
            (void)snprintf(file, PATH_SIZE, "%.*s/LINK/%s", (int)(at - path), path, at + 4);
    }
}

static const struct setting *listed(const char *file, const char *shows)
{
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
        if (strcmp(settings[i].file, file) == 0 && strcmp(settings[i].shows, shows) == 0)
            return &settings[i];
    return NULL;
}

/* NULL: nothing was seen of it yet. */
static struct observed *find_observed(struct walk *walk, const char *file, const char *shows)
{
    for (size_t i = 0; i < walk->observed_count; i++)
        if (strcmp(walk->observed[i].file, file) == 0 &&
            strcmp(walk->observed[i].shows, shows) == 0)
            return &walk->observed[i];
    return NULL;
}

static void observe(struct walk *walk, const char *path, const char *value,
                    const struct effect *effect, enum told told)
{
    struct observed seen = {.told = told};

    generalize(path, seen.file);
    effect_name(effect, seen.shows);
    (void)snprintf(seen.value, sizeof(seen.value), "%s", value);
    struct observed *known = find_observed(walk, seen.file, seen.shows);
    if (!known) {
        if (walk->observed_count == OBSERVED)
            fail_test("more effects than there is room for");
        known = &walk->observed[walk->observed_count++];
    }
    if (known->told < told)
        *known = seen;
}

/* Whether there is nothing worse to be seen of any of these. */
static bool all_worst(struct walk *walk, const char *path, const struct effects *effects)
{
    char name[EFFECT_NAME_SIZE];
    char file[PATH_SIZE];

    generalize(path, file);
    for (size_t i = 0; i < effects->count; i++) {
        const struct observed *known =
            find_observed(walk, file, effect_name(&effects->effects[i], name));
        if (!known || known->told != NEVER)
            return false;
    }
    return true;
}

/* By the list it is told; only an unknown kernel may have us wait for nothing. */
static void await_listed(struct walk *walk, const char *path, const struct effect *effect)
{
    struct timespec deadline = check_deadline();
    char name[EFFECT_NAME_SIZE];
    char file[PATH_SIZE];

    generalize(path, file);
    const struct setting *setting = listed(file, effect_name(effect, name));
    if (!setting || setting->told != AT_ONCE)
        return;
    while (!effect_is_told(walk->scene->world, effect) && !check_deadline_passed(&deadline))
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static unsigned kinds_of(const struct effects *effects)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < effects->count; i++)
        kinds |= 1U << effects->effects[i].kind;
    return kinds;
}

/* Has the kernel speak of each link, of nothing that any row shows. */
static void nudge(struct walk *walk)
{
    walk->nudges++;
    ip("link set lo alias nudge%u", walk->nudges);
    ip("link set v0 alias nudge%u", walk->nudges);
    ip("link set c0 alias nudge%u", walk->nudges);
    ip("link set x0 alias nudge%u", walk->nudges);
}

/* Of what was silent, what the links' next message brings: in one notification of each row. */
static void look_again(struct walk *walk, const char *path, const char *value,
                       const struct effects *effects, const bool *told)
{
    struct world *world = walk->scene->world;
    bool all = true;

    for (size_t i = 0; i < effects->count; i++)
        all = all && told[i];
    if (all)
        return;
    world_begin(world);
    nudge(walk);
    world_barrier(world, kinds_of(effects));
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->effects[i];

        if (told[i])
            continue;
        bool later = effect_is_told(world, effect);
        observe(walk, path, value, effect, later ? LATER : NEVER);
        if (later && effect->kind == ROW_INTERFACE)
            world_expect(world, ROW_INTERFACE, effect->key, "P");
    }
}

/* Nothing has changed: nothing may be told, but of lo, which the sentinels and look() change. */
static void expect_quiet(struct walk *walk, const char *path, const char *value)
{
    char text[ROW_TEXT_SIZE];
    struct note note;

    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        if (!world_told(walk->scene->world, (enum row_kind)kind, &note) ||
            row_index((enum row_kind)kind, &note.row) == walk->scene->lo.index)
            continue;
        walk->differences++;
        print_error("%s = %s: no row changed, and yet this was told, by type %d: %s\n", path, value,
                    (int)note.type, row_format((enum row_kind)kind, &note.row, text));
    }
}

/* The file has that value now. */
static void look(struct walk *walk, const char *path, const char *value)
{
    struct effects effects = {0};
    struct snapshot after;

    /* Sentinels need IPv6 there, whatever holds for all links. */
    if (sysctl_exists("net/ipv6/conf/lo/disable_ipv6"))
        sysctl_write("net/ipv6/conf/lo/disable_ipv6", "0");
    snapshot_take(&after);
    effects_find(&effects, &walk->now, &after);
    if (effects.count == 0) {
        expect_quiet(walk, path, value);
    } else if (!all_worst(walk, path, &effects)) {
        bool *told = calloc(effects.count, sizeof(*told));
        if (!told)
            fail_test("no memory");
        for (size_t i = 0; i < effects.count; i++)
            await_listed(walk, path, &effects.effects[i]);
        world_barrier(walk->scene->world, kinds_of(&effects));
        for (size_t i = 0; i < effects.count; i++) {
            told[i] = effect_is_told(walk->scene->world, &effects.effects[i]);
            if (told[i])
                observe(walk, path, value, &effects.effects[i], AT_ONCE);
        }
        look_again(walk, path, value, &effects, told);
        free(told);
    }
    effects_clear(&effects);
    snapshot_free(&walk->now);
    walk->now = after;
}

/* ---- One file ------------------------------------------------------------------------------ */

/* Without the newline; false where it cannot be read. */
static bool read_value(const char *file, char value[VALUE_SIZE])
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, value, VALUE_SIZE - 1);

    if (fd >= 0)
        close(fd);
    if (length < 0)
        return false;
    value[length] = '\0';
    value[strcspn(value, "\n")] = '\0';
    return true;
}

static size_t values_to_try(const char *path, const char *original, char values[VALUES][VALUE_SIZE])
{
    const char *name = strrchr(path, '/') + 1;
    size_t count = 0;
    char *rest;
    long number = strtol(original, &rest, 10);

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcmp(words[i].name, name) == 0)
            (void)snprintf(values[count++], VALUE_SIZE, "%s", words[i].value);
    if (count > 0)
        return count;
    for (long value = 0; value < 4; value++)
        (void)snprintf(values[count++], VALUE_SIZE, "%ld", value);
    /* Of several numbers the first. */
    (void)snprintf(values[count++], VALUE_SIZE, "%ld%s", number + 1, rest);
    (void)snprintf(values[count++], VALUE_SIZE, "%ld%s", number - 1, rest);
    return count;
}

static void try_file(struct walk *walk, const char *path)
{
    char values[VALUES][VALUE_SIZE];
    char original[VALUE_SIZE] = "";
    char file[PATH_SIZE + sizeof("/proc/sys/")];
    char current[VALUE_SIZE];
    struct effects lasting = {0};
    struct snapshot before;
    bool taken = false;

    (void)snprintf(file, sizeof(file), "/proc/sys/%s", path);
    bool readable = read_value(file, original);
    size_t count = values_to_try(path, original, values);
    snapshot_take(&before);
    for (size_t i = 0; i < count; i++) {
        world_begin(walk->scene->world);
        if (write_file(file, values[i]) < 0 ||
            (readable && read_value(file, current) && strcmp(current, original) == 0))
            continue;
        taken = true;
        look(walk, path, values[i]);
    }
    /* What may neither be read nor written is no setting (net.ipv6.conf.all.stable_secret). */
    if (!taken && readable) {
        walk->differences++;
        print_error("%s = %s: no other value that it takes is known\n", path, original);
    }
    world_begin(walk->scene->world);
    bool restored = readable && write_file(file, original) == 0;
    look(walk, path, original);
    effects_find(&lasting, &before, &walk->now);
    snapshot_free(&before);
    if (taken && (!restored || lasting.count > 0) && strcmp(strrchr(path, '/'), "/flush") != 0)
        start_afresh(walk);
    effects_clear(&lasting);
}

/* ---- All files ----------------------------------------------------------------------------- */

/* One link of each sort is enough. */
static bool is_other_link(const char *folder, const char *name)
{
    static const char *const walked[] = {"all", "default", "v0", "c0"};
    const char *of = strrchr(folder, '/') + 1;

    if (strcmp(of, "conf") != 0 && strcmp(of, "neigh") != 0)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(walked); i++)
        if (strcmp(walked[i], name) == 0)
            return false;
    return true;
}

/*
 * What is set by default goes first: it also counts on links of which the same has never been set
 * (IPv4).
 */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
    bool x = strcmp((*a)->d_name, "default") == 0;
    bool y = strcmp((*b)->d_name, "default") == 0;

    return x || y ? y - x : strcmp((*a)->d_name, (*b)->d_name);
}

static void walk_folder(struct walk *walk, const char *folder)
{
    char place[PATH_SIZE + sizeof("/proc/sys/")];
    struct dirent **entries;

    (void)snprintf(place, sizeof(place), "/proc/sys/%s", folder);
    int count = scandir(place, &entries, NULL, compare_names);
    if (count < 0)
        fail_test("%s: %s", place, strerrordesc_np(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char path[PATH_SIZE];
        struct stat status;

        int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
        (void)snprintf(place, sizeof(place), "/proc/sys/%s", path);
        if (length < 0 || length >= PATH_SIZE)
            fail_test("path too long: %s/%s", folder, name);
        if (name[0] == '.' || is_other_link(folder, name) || stat(place, &status) < 0)
            continue;
        if (S_ISDIR(status.st_mode)) {
            walk_folder(walk, path);
        } else if (sysctl_exists(path)) {
            if (walk->walked_count == WALKED)
                fail_test("more files than there is room for");
            generalize(path, walk->walked[walk->walked_count++]);
            try_file(walk, path);
        }
    }
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static bool was_walked(const struct walk *walk, const char *file)
{
    for (size_t i = 0; i < walk->walked_count; i++)
        if (strcmp(walk->walked[i], file) == 0)
            return true;
    return false;
}

static void compare_with_list(struct walk *walk)
{
    for (size_t i = 0; i < walk->observed_count; i++) {
        const struct observed *seen = &walk->observed[i];
        const struct setting *setting = listed(seen->file, seen->shows);

        if (setting && setting->told & seen->told)
            continue;
        walk->differences++;
        print_error("%s = %s: %s changes, told %s; by settings.def %s\n", seen->file, seen->value,
                    seen->shows, told_name(seen->told), setting ? "otherwise" : "it does not");
    }
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        if (!was_walked(walk, settings[i].file) ||
            find_observed(walk, settings[i].file, settings[i].shows))
            continue;
        walk->differences++;
        print_error("%s: %s does not change; by settings.def it does\n", settings[i].file,
                    settings[i].shows);
    }
}

static void walk_all(void **state, const char *folder)
{
    struct walk *walk = calloc(1, sizeof(*walk));

    if (!walk)
        fail_test("no memory");
    walk->state = state;
    start(walk);
    walk_folder(walk, folder);
    /* Whatever was told late of the last files. */
    world_begin(walk->scene->world);
    world_barrier(walk->scene->world, WORLD_ALL_KINDS);
    expect_quiet(walk, folder, "as it was");
    compare_with_list(walk);
    size_t differences = walk->differences;
    print_message("%zu files below %s, %zu effects\n", walk->walked_count, folder,
                  walk->observed_count);
    snapshot_free(&walk->now);
    free(walk);
    if (differences > 0)
        fail_test("%zu differences between this kernel and settings.def", differences);
}

static void test_ipv4(void **state)
{
    walk_all(state, "net/ipv4");
}

static void test_ipv6(void **state)
{
    walk_all(state, "net/ipv6");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        scene_test(test_ipv4),
        scene_test(test_ipv6),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
