/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NotifyAddrChange and NotifyRouteChange on Linux: eventfds, threads that are ended while they
 * wait, forked children, what is held. What they tell is in tests/conformance.
 */
#include "check.h"
#include "child.h"
#include "netns.h"

#include <iphlpapi.h>

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#if CHECK_SANITIZED
/* ThreadSanitizer's: a child starts threads. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}
#endif

static HANDLE handle_of(int fd)
{
    return (HANDLE)(intptr_t)fd; // NOLINT(performance-no-int-to-ptr)
}

static void begin(OVERLAPPED *overlapped, int fd)
{
    HANDLE handle = NULL;

    *overlapped = (OVERLAPPED){.hEvent = handle_of(fd)};
    check(NotifyAddrChange(&handle, overlapped) == ERROR_IO_PENDING);
    check(handle != NULL);
}

static bool is_pending(const OVERLAPPED *overlapped)
{
    return !HasOverlappedIoCompleted(overlapped);
}

static void await_end(const OVERLAPPED *overlapped)
{
    struct timespec deadline = check_deadline();

    while (is_pending(overlapped))
        check(!check_deadline_passed(&deadline));
}

static uint64_t count_of(int fd)
{
    uint64_t count = 0;

    check(read(fd, &count, sizeof(count)) == sizeof(count));
    return count;
}

/* ---- Events -------------------------------------------------------------------------------- */

static void test_eventfd(struct child *self, void *context)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    OVERLAPPED overlapped;

    (void)self;
    (void)context;
    begin(&overlapped, fd);
    check(read(fd, &(uint64_t){0}, sizeof(uint64_t)) == -1);
    ip("addr add 10.0.0.1/32 dev lo");
    await_end(&overlapped);
    /* The count follows, and a blocking read waits for it. */
    check(fcntl(fd, F_SETFL, 0) == 0);
    check(count_of(fd) == 1);
    check(overlapped.Internal == 0);

    begin(&overlapped, fd);
    check(CancelIPChangeNotify(&overlapped));
    check((DWORD)overlapped.Internal == (DWORD)STATUS_CANCELLED);
    check(count_of(fd) == 1);
    errno = 0;
    check(!CancelIPChangeNotify(&overlapped));
    check(errno == ENOENT);
    close(fd);
}

/* The program may close its descriptor, whose number another file has then. */
static void test_event_closed(struct child *self, void *context)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    int kept = dup(fd);
    int file = memfd_create("test", MFD_CLOEXEC);
    OVERLAPPED overlapped;
    struct stat status;

    (void)self;
    (void)context;
    begin(&overlapped, fd);
    check(dup2(file, fd) == fd);
    ip("addr add 10.0.0.1/32 dev lo");
    check(count_of(kept) == 1);
    await_end(&overlapped);
    check(fstat(file, &status) == 0);
    check(status.st_size == 0);
    close(fd);
    close(kept);
    close(file);
}

/* What is no eventfd is refused, and left as it is. */
static void test_no_eventfd(struct child *self, void *context)
{
    int ends[2];
    int others[5];
    OVERLAPPED overlapped;
    HANDLE handle = NULL;
    char byte;

    (void)self;
    (void)context;
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    others[0] = ends[0];
    others[1] = memfd_create("test", MFD_CLOEXEC);
    others[2] = epoll_create1(EPOLL_CLOEXEC);
    others[3] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    others[4] = 1000000;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        overlapped = (OVERLAPPED){.Internal = 7, .hEvent = handle_of(others[i])};
        check(NotifyAddrChange(&handle, &overlapped) == ERROR_INVALID_HANDLE);
        check(handle == NULL);
        check(overlapped.Internal == 7);
    }
    overlapped.hEvent = (HANDLE)&overlapped;
    check(NotifyRouteChange(&handle, &overlapped) == ERROR_INVALID_HANDLE);
    check(recv(ends[1], &byte, 1, 0) == -1);
    check(lseek(others[1], 0, SEEK_END) == 0);
    for (size_t i = 0; i < 4; i++)
        close(others[i]);
    close(ends[1]);
}

/* One that can count no further would have its writer wait. */
static void test_event_full(struct child *self, void *context)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    const uint64_t most = UINT64_MAX - 1;
    OVERLAPPED overlapped;
    OVERLAPPED other;

    (void)self;
    (void)context;
    check(write(fd, &most, sizeof(most)) == sizeof(most));
    begin(&overlapped, fd);
    begin(&other, 0);
    ip("addr add 10.0.0.1/32 dev lo");
    await_end(&overlapped);
    await_end(&other);
    check(count_of(fd) == most);
    close(fd);
}

/* ---- What is held -------------------------------------------------------------------------- */

/* A cancel of the last request ends the registration; one that has ended may go on. */
static void test_holdings(struct child *self, void *context)
{
    struct holdings before = holdings_now();
    OVERLAPPED overlapped;
    OVERLAPPED other = {.hEvent = NULL};

    (void)self;
    (void)context;
    begin(&overlapped, 0);
    check(NotifyRouteChange(NULL, &other) == ERROR_IO_PENDING);
    check(holdings_now().threads == before.threads + 2);
    check(CancelIPChangeNotify(&overlapped));
    check(CancelIPChangeNotify(&other));
    holdings_expect_restored(&before);

    begin(&overlapped, 0);
    ip("addr add 10.0.0.1/32 dev lo");
    await_end(&overlapped);
    ip("addr del 10.0.0.1/32 dev lo");
    check(holdings_now().threads == before.threads + 1);
    begin(&overlapped, 0);
    await_end(&overlapped);
    begin(&overlapped, 0);
    check(CancelIPChangeNotify(&overlapped) || !is_pending(&overlapped));
}

/* More than are remembered: names that never come back. */
static void test_many_names(struct child *self, void *context)
{
    enum { COUNT = 1000 };
    static OVERLAPPED overlapped[COUNT];

    (void)self;
    (void)context;
    for (size_t i = 0; i < COUNT; i++)
        begin(&overlapped[i], 0);
    ip("addr add 10.0.0.1/32 dev lo");
    for (size_t i = 0; i < COUNT; i++)
        await_end(&overlapped[i]);
    for (size_t i = 0; i < COUNT; i++) {
        begin(&overlapped[i], 0);
        (void)CancelIPChangeNotify(&overlapped[i]);
    }
}

/* ---- Threads that wait --------------------------------------------------------------------- */

struct waiter {
    atomic_int tid;
    DWORD result;
};

static void *wait_for_change(void *context)
{
    struct waiter *waiter = context;

    atomic_store(&waiter->tid, gettid());
    waiter->result = NotifyAddrChange(NULL, NULL);
    return NULL;
}

static void start_waiter(struct waiter *waiter, pthread_t *ret_thread)
{
    struct timespec deadline = check_deadline();
    OVERLAPPED overlapped;

    /* The registration is there, so the thread sleeps nowhere else. */
    begin(&overlapped, 0);
    waiter->result = 77;
    atomic_store(&waiter->tid, 0);
    check(pthread_create(ret_thread, NULL, wait_for_change, waiter) == 0);
    while (atomic_load(&waiter->tid) == 0 || !thread_is_asleep(atomic_load(&waiter->tid)))
        check(!check_deadline_passed(&deadline));
    (void)CancelIPChangeNotify(&overlapped);
}

/* One that is ended while it waits takes nothing with it. */
static void test_thread_cancelled(struct child *self, void *context)
{
    struct waiter ended;
    struct waiter other;
    pthread_t threads[2];
    OVERLAPPED overlapped;
    void *result;

    (void)self;
    (void)context;
    start_waiter(&other, &threads[1]);
    start_waiter(&ended, &threads[0]);
    check(pthread_cancel(threads[0]) == 0);
    check(pthread_join(threads[0], &result) == 0);
    check(result == PTHREAD_CANCELED);
    begin(&overlapped, 0);
    ip("addr add 10.0.0.1/32 dev lo");
    check(pthread_join(threads[1], NULL) == 0);
    check(other.result == NO_ERROR);
    await_end(&overlapped);
}

/* ---- fork() -------------------------------------------------------------------------------- */

struct parents {
    OVERLAPPED overlapped;
    int fd;
    unsigned netlink_sockets; /* without requests */
};

static void use_in_child(struct child *self, void *context)
{
    struct parents *parents = context;
    int fd = eventfd(0, EFD_CLOEXEC);
    OVERLAPPED overlapped;

    check(!CancelIPChangeNotify(&parents->overlapped));
    check(is_pending(&parents->overlapped));
    check(count_netlink_sockets() == parents->netlink_sockets);
    begin(&overlapped, fd);
    child_say(self, 'r');
    child_expect(self, 'c');
    check(count_of(fd) == 1);
    check(!is_pending(&overlapped));
    begin(&parents->overlapped, 0);
    check(is_pending(&parents->overlapped));
    check(CancelIPChangeNotify(&parents->overlapped));
    child_say(self, 'd');
}

static void test_fork(struct child *self, void *context)
{
    struct parents parents = {.fd = eventfd(0, EFD_CLOEXEC),
                              .netlink_sockets = count_netlink_sockets()};

    (void)self;
    (void)context;
    begin(&parents.overlapped, parents.fd);
    parents.netlink_sockets = count_netlink_sockets() - 1;
    threads_await_asleep();
    struct child child = child_start(use_in_child, &parents);
    child_expect(&child, 'r');
    ip("addr add 10.0.0.1/32 dev lo");
    child_say(&child, 'c');
    check(count_of(parents.fd) == 1);
    await_end(&parents.overlapped);
    child_expect(&child, 'd');
    child_join(&child);
    close(parents.fd);
}

#if !CHECK_SANITIZED

static atomic_bool finish;

static void *begin_and_cancel(void *context)
{
    OVERLAPPED overlapped;

    (void)context;
    while (!atomic_load(&finish)) {
        begin(&overlapped, 0);
        (void)CancelIPChangeNotify(&overlapped);
    }
    return NULL;
}

static void begin_in_child(struct child *self, void *context)
{
    OVERLAPPED overlapped;

    (void)self;
    (void)context;
    begin(&overlapped, 0);
    check(CancelIPChangeNotify(&overlapped));
}

/* Whatever other threads are about, the child can go on. */
static void test_fork_while_busy(struct child *self, void *context)
{
    enum { THREADS = 4, FORKS = 100 };
    pthread_t threads[THREADS];

    (void)self;
    (void)context;
    for (size_t i = 0; i < THREADS; i++)
        check(pthread_create(&threads[i], NULL, begin_and_cancel, NULL) == 0);
    for (int i = 0; i < FORKS; i++) {
        struct child child = child_start(begin_in_child, NULL);
        child_join(&child);
    }
    atomic_store(&finish, true);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

#endif

#if !CHECK_SANITIZED /* for ThreadSanitizer a descriptor that is closed meanwhile is a race */

/* ---- A watch that ends --------------------------------------------------------------------- */

static bool is_netlink(int fd)
{
    int domain;
    socklen_t size = sizeof(domain);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK;
}

/* The program closes the library's socket. Its number lies above those that come afterwards. */
static void test_lost_socket(struct child *self, void *context)
{
    enum { LOW = 100, HIGH = 200 };
    struct waiter waiter;
    pthread_t thread;
    OVERLAPPED overlapped;

    (void)self;
    (void)context;
    for (int fd = 0; fd < LOW; fd = dup(0))
        check(fd >= 0);
    begin(&overlapped, 0);
    start_waiter(&waiter, &thread);
    for (int fd = LOW; fd < HIGH; fd++)
        if (is_netlink(fd))
            close(fd);
    for (int fd = 10; fd < LOW; fd++)
        close(fd);
    ip("link set lo mtu 1400");
    check(pthread_join(thread, NULL) == 0);
    check(waiter.result == ERROR_CANCELLED);
    /* What was under way may have missed something; so a request that goes on from it ends. */
    begin(&overlapped, 0);
    ip("addr add 10.0.0.1/32 dev lo");
    await_end(&overlapped);
}

#endif

/* ---- Each in a process and a namespace of its own: requests that have ended are remembered ----
 */

struct test {
    void (*run)(struct child *self, void *context);
};

static void run_in_child(struct child *self, void *context)
{
    const struct test *test = context;

    netns_enter_new();
    test->run(self, NULL);
}

static void test_in_child(void **state)
{
    struct child child = child_start(run_in_child, *state);
    child_join(&child);
}

#define ONE_SHOT_TEST(name)                                                                        \
    {                                                                                              \
#name, test_in_child, NULL, NULL, &(struct test)                                           \
        {                                                                                          \
            name                                                                                   \
        }                                                                                          \
    }

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ONE_SHOT_TEST(test_eventfd),
        ONE_SHOT_TEST(test_event_closed),
        ONE_SHOT_TEST(test_no_eventfd),
        ONE_SHOT_TEST(test_event_full),
        ONE_SHOT_TEST(test_holdings),
        ONE_SHOT_TEST(test_many_names),
        ONE_SHOT_TEST(test_thread_cancelled),
        ONE_SHOT_TEST(test_fork),
#if !CHECK_SANITIZED
        ONE_SHOT_TEST(test_fork_while_busy),
        ONE_SHOT_TEST(test_lost_socket),
#endif
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
