/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fork() with live registrations: they are the parent's alone. */
#include "child.h"
#include "world.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__has_feature)
#define HAS_FEATURE(feature) __has_feature(feature)
#else
#define HAS_FEATURE(feature) 0
#endif

/*
 * A sanitizer's allocator may be left locked in the child when other threads are busy: both
 * AddressSanitizer's and ThreadSanitizer's were seen to be.
 */
#if defined(__SANITIZE_THREAD__) || HAS_FEATURE(thread_sanitizer)
#define BUSY_FORK_IS_SAFE 0
/* What is tested is exactly that: a child that starts threads. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}
#elif defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
#define BUSY_FORK_IS_SAFE 0
#else
#define BUSY_FORK_IS_SAFE 1
#endif

struct inherited {
    struct recorder *recorders;
    unsigned netlink_sockets; /* without registrations */
};

static void use_in_child(struct child *self, void *context)
{
    const struct inherited *inherited = context;
    struct iface lo = iface_get("lo");
    struct timespec deadline = check_deadline();

    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++) {
        HANDLE handle = inherited->recorders[kind].handle;
        DWORD rc = CancelMibChangeNotify2(handle);
        if (rc != ERROR_INVALID_HANDLE)
            fail_test("cancel of the parent's registration: error %u", rc);
    }
    check(CancelMibChangeNotify2(NULL) == ERROR_INVALID_PARAMETER);

    struct recorder own;
    check(recorder_start(&own, ROW_ROUTE, AF_INET, TRUE) == NO_ERROR);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        check(own.handle != inherited->recorders[kind].handle);
    child_say(self, 'r');
    child_expect(self, 'c');
    struct row_key key = route_key(lo, "10.1.0.0/16", NULL);
    check(recorder_wait(&own, 0, MibAddInstance, &key, &deadline));
    recorder_stop(&own);

    /* None of the parent's sockets is held open here. */
    unsigned sockets = count_netlink_sockets();
    if (sockets > inherited->netlink_sockets)
        fail_test("%u netlink sockets, %u without registrations", sockets,
                  inherited->netlink_sockets);
    child_say(self, 'd');
}

static void test_fork(void **state)
{
    struct recorder recorders[ROW_WATCHED_KINDS];
    struct recorder first;
    struct iface lo = iface_get("lo");
    struct timespec deadline = check_deadline();

    (void)state;
    /* What the library sets up once is set up now. */
    assert_int_equal(recorder_start(&first, ROW_ROUTE, AF_INET, FALSE), NO_ERROR);
    recorder_stop(&first);

    struct inherited inherited = {recorders, count_netlink_sockets()};
    struct holdings before = holdings_now();
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        assert_int_equal(recorder_start(&recorders[kind], (enum row_kind)kind, AF_UNSPEC, FALSE),
                         NO_ERROR);

    /* An allocator's locks are the program's own affair, and a sanitizer's is not fit for fork().
     */
    threads_await_asleep();
    struct child child = child_start(use_in_child, &inherited);
    child_expect(&child, 'r');
    ip("route add blackhole 10.1.0.0/16");
    struct row_key key = route_key(lo, "10.1.0.0/16", NULL);
    assert_true(recorder_wait(&recorders[ROW_ROUTE], 0, MibAddInstance, &key, &deadline));
    child_say(&child, 'c');
    child_expect(&child, 'd');

    /* The parent's go on, whatever the child did. */
    ip("addr add 10.0.0.1/32 dev lo");
    key = unicast_key(lo, "10.0.0.1");
    assert_true(recorder_wait(&recorders[ROW_UNICAST], 0, MibAddInstance, &key, &deadline));
    child_join(&child);
    for (int kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        recorder_stop(&recorders[kind]);
    holdings_expect_restored(&before);
}

/* ---- fork() while others register and are called ------------------------------------------ */

#if BUSY_FORK_IS_SAFE

#define FORKS 100
#define BUSY_THREADS 4

static atomic_bool finish;
static atomic_uint failures;

static void *register_again_and_again(void *context)
{
    (void)context;
    while (!atomic_load(&finish)) {
        HANDLE handle;
        if (row_types[ROW_ROUTE].notify(AF_UNSPEC, &row_ignore, TRUE, &handle) != NO_ERROR ||
            CancelMibChangeNotify2(handle) != NO_ERROR)
            atomic_fetch_add(&failures, 1);
    }
    return NULL;
}

/* Opens and closes a socket, and does little else. */
static void *ask_again_and_again(void *context)
{
    NET_LUID luid;

    (void)context;
    while (!atomic_load(&finish))
        if (ConvertInterfaceIndexToLuid(1, &luid) != NO_ERROR)
            atomic_fetch_add(&failures, 1);
    return NULL;
}

static void register_in_child(struct child *self, void *context)
{
    HANDLE handle;

    (void)self;
    (void)context;
    check(row_types[ROW_ROUTE].notify(AF_UNSPEC, &row_ignore, TRUE, &handle) == NO_ERROR);
    check(CancelMibChangeNotify2(handle) == NO_ERROR);
}

static void test_fork_while_busy(void **state)
{
    pthread_t threads[BUSY_THREADS];

    (void)state;
    for (size_t i = 0; i < BUSY_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL,
                                        i % 2 ? ask_again_and_again : register_again_and_again,
                                        NULL),
                         0);
    for (int i = 0; i < FORKS; i++) {
        struct child child = child_start(register_in_child, NULL);
        child_join(&child);
    }
    atomic_store(&finish, true);
    for (size_t i = 0; i < BUSY_THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(failures, 0);
}

/* ---- fork() in a program that has fork handlers of its own ---------------------------------- */

/*
 * The program's lock, which it takes before each fork, as malloc does with its own. A thread that
 * has it may be calling the library.
 */
static struct {
    pthread_mutex_t lock;
    sem_t forking; /* its handler waits for the lock */
    sem_t locked;  /* a thread has it */
    sem_t forked;  /* the child is there */
    bool armed;
    HANDLE handle;
    DWORD result;
} own = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void before_fork(void)
{
    if (own.armed)
        (void)sem_post(&own.forking);
    pthread_mutex_lock(&own.lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&own.lock);
}

static void *cancel_with_lock(void *context)
{
    (void)context;
    pthread_mutex_lock(&own.lock);
    (void)sem_post(&own.locked);
    (void)sem_wait(&own.forking);
    own.result = CancelMibChangeNotify2(own.handle);
    pthread_mutex_unlock(&own.lock);
    /* ThreadSanitizer reports a thread in the child that has ended before and was not joined. */
    (void)sem_wait(&own.forked);
    return NULL;
}

static void test_fork_with_own_handlers(void **state)
{
    pthread_t thread;

    (void)state;
    assert_int_equal(sem_init(&own.forking, 0, 0), 0);
    assert_int_equal(sem_init(&own.locked, 0, 0), 0);
    assert_int_equal(sem_init(&own.forked, 0, 0), 0);
    assert_int_equal(row_types[ROW_ROUTE].notify(AF_UNSPEC, &row_ignore, TRUE, &own.handle),
                     NO_ERROR);
    assert_int_equal(pthread_create(&thread, NULL, cancel_with_lock, NULL), 0);
    assert_int_equal(sem_wait(&own.locked), 0);
    own.armed = true;
    struct child child = child_start(register_in_child, NULL);
    own.armed = false;
    (void)sem_post(&own.forked);
    child_join(&child);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(own.result, NO_ERROR);
}

/* ---- fork() in a callback ------------------------------------------------------------------ */

enum { CALLED_IN_CHILD = 7 };

struct forker {
    struct monitor monitor;
    pid_t parent;
    pid_t child;
};

static void fork_once(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct forker *forker = context;

    (void)row;
    (void)type;
    if (getpid() != forker->parent)
        _exit(CALLED_IN_CHILD);
    if (forker->child != 0)
        return;
    pid_t child = fork();
    if (child == 0)
        return; /* and so the child's only thread leaves the callback */
    monitor_lock(&forker->monitor);
    forker->child = child;
    monitor_announce(&forker->monitor);
    monitor_unlock(&forker->monitor);
}

/* What else was found out at once is told to the parent only; the child's thread ends. */
static void test_fork_in_a_callback(void **state)
{
    struct forker forker = {.parent = getpid()};
    struct timespec deadline = check_deadline();
    bool timely = true;
    HANDLE handle;
    int status;

    (void)state;
    monitor_init(&forker.monitor);
    ip_batch("link add b0 type bridge\n"
             "link set b0 up\n"
             "addr add 10.0.0.1/24 dev b0\n"
             "route add 10.1.0.0/16 via 10.0.0.2\n"
             "route add 10.2.0.0/16 via 10.0.0.2\n");
    assert_int_equal(NotifyRouteChange2(AF_INET, fork_once, &forker, FALSE, &handle), NO_ERROR);
    ip("link set b0 down"); /* the routes go without a word: one compare finds them all */
    monitor_lock(&forker.monitor);
    while (forker.child == 0 && timely)
        timely = monitor_wait(&forker.monitor, &deadline);
    pid_t child = forker.child;
    monitor_unlock(&forker.monitor);
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(CancelMibChangeNotify2(handle), NO_ERROR);
    monitor_destroy(&forker.monitor);
}

#endif

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_fork),
#if BUSY_FORK_IS_SAFE
        world_test(test_fork_while_busy),
        world_test(test_fork_with_own_handlers),
        world_test(test_fork_in_a_callback),
#endif
    };

    (void)argc;
    int rc = netns_begin(argv);
#if BUSY_FORK_IS_SAFE
    /* Before the library has any. */
    if (rc == 0)
        rc = pthread_atfork(before_fork, after_fork, after_fork);
#endif
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
