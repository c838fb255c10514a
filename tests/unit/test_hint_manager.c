/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connectivity hints beside what stands for NetworkManager: what each thing that it says makes of
 * the hint, and that it is told once, in order, whenever it comes and goes.
 */
#include "fake_parts.h"
#include "fake_services.h"
#include "netns.h"
#include "own_host.h"
#include "told_hints.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "org.freedesktop.NetworkManager"
#define MANAGER "/org/freedesktop/NetworkManager"
#define DEVICE MANAGER "/Devices/7"

/* ---- NetworkManager. In the child -------------------------------------------------------------
 */

/* What it says of a0, and whether it looks itself. */
struct said {
    uint32_t connectivity[2];
    uint32_t metered;
    int enabled;
    int available;
};

enum what {
    SAY,       /* by signals, and when asked */
    SAY_WRONG, /* signals of other types than they should have */
    FORGE,     /* a connection without the name sends them, to each connection by its own name */
    APPEAR,    /* takes the name */
    VANISH,
    ADD, /* the device */
    REMOVE,
};

struct order {
    enum what what;
    struct said said;
};

static struct said known;
static bool has_device = true;
static bool answers = true;

static int get_objects(sd_bus_message *call, void *context, sd_bus_error *error)
{
    sd_bus_message *reply;

    (void)context, (void)error;
    if (!sd_bus_message_is_method_call(call, "org.freedesktop.DBus.ObjectManager",
                                       "GetManagedObjects"))
        return 0;
    if (!answers)
        return 1;
    fake_check(sd_bus_message_new_method_return(call, &reply), "objects");
    fake_check(sd_bus_message_open_container(reply, 'a', "{oa{sa{sv}}}"), "objects");
    fake_check(sd_bus_message_append(reply, "{oa{sa{sv}}}", MANAGER, 1, NAME, 3, "Version", "s",
                                     "1", "ConnectivityCheckEnabled", "b", known.enabled,
                                     "ConnectivityCheckAvailable", "b", known.available),
               "manager");
    if (has_device)
        fake_check(sd_bus_message_append(reply, "{oa{sa{sv}}}", DEVICE, 2, NAME ".Device", 6,
                                         "Interface", "s", "ttyUSB0", "IpInterface", "s", "a0",
                                         "Ip4Connectivity", "u", known.connectivity[0],
                                         "Ip6Connectivity", "u", known.connectivity[1], "Metered",
                                         "u", known.metered, "Mtu", "u", 1500, NAME ".Device.Wired",
                                         1, "Speed", "u", 100),
                   "device");
    fake_check(sd_bus_message_close_container(reply), "objects");
    fake_check(sd_bus_send(NULL, reply, NULL), "objects");
    (void)sd_bus_message_unref(reply);
    return 1;
}

/* A signal with two values in a variant each; destination NULL: to all who want it. */
static void say_of(sd_bus *bus, const char *destination, const char *path, const char *interface,
                   const struct said *said)
{
    const bool of_device = strcmp(path, DEVICE) == 0;
    sd_bus_message *signal;

    fake_check(sd_bus_message_new_signal(bus, &signal, path, "org.freedesktop.DBus.Properties",
                                         "PropertiesChanged"),
               "signal");
    if (of_device)
        fake_check(sd_bus_message_append(signal, "sa{sv}as", interface, 3, "Ip4Connectivity", "u",
                                         said->connectivity[0], "Ip6Connectivity", "u",
                                         said->connectivity[1], "Metered", "u", said->metered, 0),
                   "signal");
    else
        fake_check(sd_bus_message_append(signal, "sa{sv}as", interface, 3,
                                         "ConnectivityCheckEnabled", "b", said->enabled,
                                         "ConnectivityCheckAvailable", "b", said->available,
                                         "State", "u", 70, 0),
                   "signal");
    if (destination)
        fake_check(sd_bus_message_set_destination(signal, destination), "signal");
    fake_check(sd_bus_send(bus, signal, NULL), "signal");
    (void)sd_bus_message_unref(signal);
}

static void say(sd_bus *bus, const char *destination, const struct said *said)
{
    say_of(bus, destination, DEVICE, NAME ".Device", said);
    say_of(bus, destination, MANAGER, NAME, said);
}

/* To each connection by its own name, which no rule of its keeps away. */
static void forge(sd_bus *bus, const struct said *said)
{
    sd_bus_message *reply;
    const char *name;

    fake_check(sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                  "org.freedesktop.DBus", "ListNames", NULL, &reply, NULL),
               "names");
    fake_check(sd_bus_message_enter_container(reply, 'a', "s"), "names");
    while (sd_bus_message_read(reply, "s", &name) > 0) {
        sd_bus_message *signal;

        if (name[0] != ':')
            continue;
        say(bus, name, said);
        fake_check(sd_bus_message_new_signal(bus, &signal, "/org/freedesktop/DBus",
                                             "org.freedesktop.DBus", "NameOwnerChanged"),
                   "forged");
        fake_check(sd_bus_message_append(signal, "sss", NAME, ":1.1", ""), "forged");
        fake_check(sd_bus_message_set_destination(signal, name), "forged");
        fake_check(sd_bus_send(bus, signal, NULL), "forged");
        (void)sd_bus_message_unref(signal);
    }
    (void)sd_bus_message_unref(reply);
    fake_check(sd_bus_flush(bus), "forged");
}

static void carry_out(sd_bus *bus, sd_bus *other, const struct order *order)
{
    switch (order->what) {
    case SAY:
        known = order->said;
        say(bus, NULL, &known);
        break;
    case SAY_WRONG:
        fake_check(sd_bus_emit_signal(bus, DEVICE, "org.freedesktop.DBus.Properties",
                                      "PropertiesChanged", "sa{sv}as", NAME ".Device", 2,
                                      "Ip4Connectivity", "s", "full", "Interface", "u", 1, 0),
                   "wrong");
        fake_check(sd_bus_emit_signal(bus, DEVICE, "org.freedesktop.DBus.Properties",
                                      "PropertiesChanged", "as", 1, NAME ".Device"),
                   "wrong");
        break;
    case FORGE:
        forge(other, &order->said);
        break;
    case APPEAR:
        known = order->said;
        fake_check(sd_bus_request_name(bus, NAME, 0), NAME);
        break;
    case VANISH:
        fake_check(sd_bus_release_name(bus, NAME), NAME);
        break;
    case ADD:
        known = order->said;
        has_device = true;
        fake_check(sd_bus_emit_signal(bus, "/org/freedesktop", "org.freedesktop.DBus.ObjectManager",
                                      "InterfacesAdded", "oa{sa{sv}}", DEVICE, 1, NAME ".Device", 2,
                                      "Interface", "s", "a0", "Metered", "u", 1),
                   "add");
        break;
    case REMOVE:
        has_device = false;
        fake_check(sd_bus_emit_signal(bus, "/org/freedesktop", "org.freedesktop.DBus.ObjectManager",
                                      "InterfacesRemoved", "oas", DEVICE, 1, NAME ".Device"),
                   "remove");
    }
}

static void run_manager(int orders)
{
    sd_bus *bus;
    sd_bus *other;
    struct order order;

    fake_check(sd_bus_open_system(&bus), "bus");
    fake_check(sd_bus_open_system(&other), "other");
    fake_check(sd_bus_add_object(bus, NULL, "/org/freedesktop", get_objects, NULL), "objects");
    for (;;) {
        int r;

        while ((r = sd_bus_process(bus, NULL)) > 0)
            ;
        fake_check(r, "process");
        ssize_t size = recv(orders, &order, sizeof(order), MSG_DONTWAIT);
        if (size == 0)
            _exit(0);
        if (size > 0) {
            carry_out(bus, other, &order);
            fake_check(sd_bus_flush(bus), "flush");
            if (send(orders, "", 1, 0) != 1)
                _exit(1);
        } else {
            (void)sd_bus_wait(bus, 1000);
        }
    }
}

/* ---- The test's side --------------------------------------------------------------------------
 */

static pid_t manager;
static int orders;

static void begin_manager(bool that_answers, bool elsewhere)
{
    int ends[2];

    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    manager = fork();
    if (manager == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close(ends[0]);
        answers = that_answers;
        if (elsewhere)
            check(unshare(CLONE_NEWNET) == 0);
        run_manager(ends[1]);
    }
    (void)close(ends[1]);
    orders = ends[0];
}

static void end_manager(void)
{
    check(kill(manager, SIGKILL) == 0);
    check(waitpid(manager, NULL, 0) == manager);
    (void)close(orders);
}

/* Returns when it is done. */
static void give(const struct order *order)
{
    char done;

    check(send(orders, order, sizeof(*order), 0) == sizeof(*order));
    check(recv(orders, &done, 1, 0) == 1);
}

#define NONE NetworkConnectivityLevelHintNone
#define LOCAL NetworkConnectivityLevelHintLocalAccess
#define INTERNET NetworkConnectivityLevelHintInternetAccess
#define CONSTRAINED NetworkConnectivityLevelHintConstrainedInternetAccess

enum { UNKNOWN = 0, UNRESTRICTED = 1, FIXED = 2 };

/* The host has the level and cost: it was told, and is read. */
static void expect(struct told_hints *told, unsigned count, int level, int cost)
{
    NL_NETWORK_CONNECTIVITY_HINT hint;

    told_hints_await(told, count, "NetworkManager");
    hint = told_hints_last(told);
    assert_int_equal(hint.ConnectivityLevel, level);
    assert_int_equal(hint.ConnectivityCost, cost);
    assert_int_equal(GetNetworkConnectivityHint(&hint), NO_ERROR);
    assert_int_equal(hint.ConnectivityLevel, level);
    assert_int_equal(hint.ConnectivityCost, cost);
    assert_int_equal(GetNetworkConnectivityHintForInterface(10, &hint), NO_ERROR);
    assert_int_equal(hint.ConnectivityLevel, level);
    assert_int_equal(hint.ConnectivityCost, cost);
}

static bool begin(void)
{
    own_host_begin();
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n"); /* for the bus */
    ip("route add default via 192.0.2.1");
    if (fake_bus_begin())
        return true;
    own_host_end();
    return false;
}

static void end(void)
{
    fake_bus_end();
    own_host_end();
}

/* Each thing that it says, and what is told of it; level 0: nothing. */
static const struct {
    struct order order;
    int level, cost;
} says[] = {
    {{APPEAR, {{4, 1}, 4, 1, 1}}, INTERNET, UNRESTRICTED},
    {{SAY, {{2, 1}, 4, 1, 1}}, CONSTRAINED, UNRESTRICTED},
    {{SAY, {{2, 1}, 4, 1, 1}}, 0, 0},
    {{SAY, {{3, 1}, 4, 1, 1}}, LOCAL, UNRESTRICTED},
    {{SAY_WRONG, {{0}, 0, 0, 0}}, 0, 0},
    {{FORGE, {{4, 4}, 1, 1, 1}}, 0, 0},
    {{SAY, {{3, 1}, 4, 1, 1}}, 0, 0},
    /* Of a family without a default route it says nothing that counts. */
    {{SAY, {{3, 4}, 4, 1, 1}}, 0, 0},
    /* Whose judgement is a guess. */
    {{SAY, {{3, 4}, 4, 0, 1}}, INTERNET, UNRESTRICTED},
    {{SAY, {{3, 3}, 4, 1, 0}}, 0, 0},
    {{SAY, {{0, 3}, 4, 1, 1}}, 0, 0},
    {{SAY, {{1, 3}, 4, 1, 1}}, 0, 0},
    {{SAY, {{1, 3}, 2, 1, 1}}, 0, 0},
    {{SAY, {{1, 3}, 1, 1, 1}}, INTERNET, FIXED},
    {{SAY, {{1, 3}, 3, 1, 1}}, 0, 0},
    {{SAY, {{1, 3}, 0, 1, 1}}, INTERNET, UNKNOWN},
    {{SAY, {{1, 3}, 77, 1, 1}}, 0, 0},
    {{SAY, {{3, 3}, 1, 1, 1}}, LOCAL, FIXED},
    {{REMOVE, {{0}, 0, 0, 0}}, INTERNET, UNKNOWN},
    {{ADD, {{0}, 1, 1, 1}}, INTERNET, FIXED},
    {{VANISH, {{0}, 0, 0, 0}}, INTERNET, UNKNOWN},
    {{APPEAR, {{2, 1}, 1, 1, 1}}, CONSTRAINED, FIXED},
};

static void test_says(void **state)
{
    static struct told_hints told;
    unsigned count = 1;
    int level = INTERNET;
    int cost = UNKNOWN;

    (void)state;
    if (!begin())
        skip();
    begin_manager(true, false);
    told_hints_begin(&told);
    expect(&told, count, level, cost);
    for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
        give(&says[i].order);
        if (says[i].level) {
            count++;
            level = says[i].level;
            cost = says[i].cost;
            told_hints_await(&told, count, "what it says");
        }
        expect(&told, count, level, cost);
    }
    /* It dies. */
    end_manager();
    expect(&told, count + 1, INTERNET, UNKNOWN);
    (void)told_hints_end(&told);
    end();
}

/* It is there at the registration, and says much at once. */
static void test_order(void **state)
{
    static struct told_hints told;
    unsigned count = 1;

    (void)state;
    if (!begin())
        skip();
    begin_manager(true, false);
    give(&(struct order){APPEAR, {{4, 1}, 1, 1, 1}});
    told_hints_begin(&told);
    expect(&told, count, INTERNET, FIXED);
    for (unsigned i = 0; i < 30; i++)
        give(&(struct order){SAY, {{2 + i % 3, 1}, 1, 1, 1}});
    told_hints_await(&told, 1 + 30, "30 words");
    for (unsigned i = 0; i < 30; i++) {
        static const int levels[] = {CONSTRAINED, LOCAL, INTERNET};

        assert_int_equal(told_hints_get(&told, 1 + i).ConnectivityLevel, levels[i % 3]);
    }
    end_manager();
    told_hints_await(&told, 32, "its end");
    (void)told_hints_end(&told);
    end();
}

/* It does not answer: a second is waited, and then the kernel counts. */
static void test_hangs(void **state)
{
    static struct told_hints told;
    struct timespec before;
    struct timespec after;

    (void)state;
    if (!begin())
        skip();
    begin_manager(false, false);
    give(&(struct order){APPEAR, {{2, 1}, 1, 1, 1}});
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    told_hints_begin(&told);
    (void)clock_gettime(CLOCK_MONOTONIC, &after);
    assert_in_range(after.tv_sec - before.tv_sec, 1, 10);
    assert_int_equal(told_hints_last(&told).ConnectivityLevel, INTERNET);
    ip("route del default");
    told_hints_await(&told, 2, "route del");
    assert_int_equal(told_hints_last(&told).ConnectivityLevel, LOCAL);
    /* A word before the answer is part of that, and says nothing by itself. */
    give(&(struct order){SAY, {{2, 1}, 1, 1, 1}});
    end_manager();
    ip("route add default via 192.0.2.1");
    told_hints_await(&told, 3, "route add");
    assert_int_equal(told_hints_last(&told).ConnectivityCost, UNKNOWN);
    (void)told_hints_end(&told);
    end();
}

static void test_elsewhere(void **state)
{
    static struct told_hints told;

    (void)state;
    if (!begin())
        skip();
    begin_manager(true, true);
    give(&(struct order){APPEAR, {{2, 1}, 1, 1, 1}});
    told_hints_begin(&told);
    expect(&told, 1, INTERNET, UNKNOWN);
    give(&(struct order){SAY, {{3, 1}, 1, 1, 1}});
    ip("route del default");
    told_hints_await(&told, 2, "route del");
    end_manager();
    (void)told_hints_end(&told);
    end();
}

/* The bus goes, and another comes: it is looked for when something happens. */
static void test_bus(void **state)
{
    static struct told_hints told;

    (void)state;
    if (!begin())
        skip();
    begin_manager(true, false);
    give(&(struct order){APPEAR, {{2, 1}, 1, 1, 1}});
    told_hints_begin(&told);
    expect(&told, 1, CONSTRAINED, FIXED);
    fake_bus_end();
    told_hints_await(&told, 2, "the bus' end");
    assert_int_equal(told_hints_last(&told).ConnectivityCost, UNKNOWN);
    check(waitpid(manager, NULL, 0) == manager);
    (void)close(orders);
    ip("link set dev a0 mtu 1400");
    (void)told_hints_end(&told);
    own_host_end();

    if (!begin())
        skip();
    fake_bus_end();
    told_hints_begin(&told); /* no bus is there */
    told_hints_await(&told, 1, "the registration");
    check(fake_bus_begin());
    begin_manager(true, false);
    give(&(struct order){APPEAR, {{2, 1}, 1, 1, 1}});
    for (unsigned mtu = 1400; told_hints_count(&told) < 2; mtu++) {
        ip("link set dev a0 mtu %u", mtu % 2 ? 1300 : 1400);
        (void)usleep(100000);
        assert_in_range(mtu, 1400, 1600);
    }
    expect(&told, 2, CONSTRAINED, FIXED);
    end_manager();
    told_hints_await(&told, 3, "its end");
    (void)told_hints_end(&told);
    end();
}

static unsigned count_sockets(void)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    unsigned count = 0;

    check(folder != NULL);
    while ((entry = readdir(folder))) { // NOLINT(concurrency-mt-unsafe): this stream is its own
        char target[32] = "";

        if (readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1) > 0 &&
            strncmp(target, "socket:", 7) == 0)
            count++;
    }
    check(closedir(folder) == 0);
    return count;
}

/* A child has neither of the registration's sockets, and the parent has both. */
static void test_fork(void **state)
{
    static struct told_hints told;
    int status;

    (void)state;
    if (!begin())
        skip();
    begin_manager(true, false);
    give(&(struct order){APPEAR, {{4, 1}, 1, 1, 1}});
    unsigned before = count_sockets();
    told_hints_begin(&told);
    assert_int_equal(count_sockets(), before + 2);
    pid_t child = fork();
    if (child == 0)
        _exit(count_sockets() == before ? 0 : 1);
    check(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    give(&(struct order){SAY, {{2, 1}, 1, 1, 1}});
    expect(&told, 2, CONSTRAINED, FIXED);
    ip("route del default");
    expect(&told, 3, LOCAL, FIXED);
    (void)told_hints_end(&told);
    assert_int_equal(count_sockets(), before);
    end_manager();
    end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says), cmocka_unit_test(test_order),     cmocka_unit_test(test_hangs),
        cmocka_unit_test(test_bus),  cmocka_unit_test(test_elsewhere), cmocka_unit_test(test_fork),
    };
    int rc = own_host_prepare(argv);

    (void)argc;
    return rc != 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
