/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The platform on POSIX: pthreads, the C library, lines on stderr. */
#include "platform/platform.h"
#include "platform/posix/values.h"

#include <dlfcn.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

void platform_mutex_init(platform_mutex *mutex)
{
    (void)pthread_mutex_init(mutex, NULL);
}

void platform_mutex_destroy(platform_mutex *mutex)
{
    (void)pthread_mutex_destroy(mutex);
}

void platform_mutex_lock(platform_mutex *mutex)
{
    (void)pthread_mutex_lock(mutex);
}

void platform_mutex_unlock(platform_mutex *mutex)
{
    (void)pthread_mutex_unlock(mutex);
}

void platform_condition_init(platform_condition *condition)
{
    pthread_condattr_t attributes;

    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void platform_condition_destroy(platform_condition *condition)
{
    (void)pthread_cond_destroy(condition);
}

void platform_condition_broadcast(platform_condition *condition)
{
    (void)pthread_cond_broadcast(condition);
}

void platform_condition_wait(platform_condition *condition, platform_mutex *mutex)
{
    (void)pthread_cond_wait(condition, mutex);
}

bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint32_t milliseconds)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(condition, mutex, &until) != ETIMEDOUT;
}

/* Freed by who joins: a thread that calls malloc or free gets an arena, which costs more than all.
 */
struct posix_thread {
    pthread_t id;
    void (*entry)(void *);
    void *context;
    char name[16];
    atomic_bool left; /* by its thread, or by a detach; who comes second frees */
};

static void leave(void *memory)
{
    struct posix_thread *thread = memory;

    if (atomic_exchange(&thread->left, true)) {
        (void)pthread_detach(pthread_self());
        free(thread);
    }
}

static void *run(void *memory)
{
    struct posix_thread *thread = memory;

    (void)pthread_setname_np(pthread_self(), thread->name);
    pthread_cleanup_push(leave, thread); /* also where the program ends the thread */
    thread->entry(thread->context);
    pthread_cleanup_pop(1);
    return NULL;
}

/*
 * Signals to the process are the program's threads' affair, and so they are blocked. A fault is the
 * affair of the thread that makes it: it has to find the handler of a program that has one.
 *
 * A runtime stops all threads that have run its code, by signals of its choice, whenever it
 * collects garbage, and waits until each has answered. So its signals are left as they are.
 */
static void block_signals(sigset_t *ret_before)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t blocked;

    (void)sigfillset(&blocked);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        (void)sigdelset(&blocked, faults[i]);
    if (platform_values.has_runtime)
        (void)sigemptyset(&blocked);
    (void)pthread_sigmask(SIG_BLOCK, &blocked, ret_before);
}

/*
 * In 32 bit the room for addresses ends first: threads take as much of it as they do on Windows,
 * not the 8 MB that are usual on Linux.
 */
static int create(struct posix_thread *thread)
{
    enum { NARROW_STACK = 1 << 20 };
    pthread_attr_t attributes;
    size_t size = 0;

    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_getstacksize(&attributes, &size);
    if (sizeof(void *) < 8 && size > NARROW_STACK)
        (void)pthread_attr_setstacksize(&attributes, NARROW_STACK);
    int r = pthread_create(&thread->id, &attributes, run, thread);
    (void)pthread_attr_destroy(&attributes);
    return r;
}

int platform_thread_start(platform_thread *ret_thread, const char *name, void (*entry)(void *),
                          void *context)
{
    struct posix_thread *thread = malloc(sizeof(*thread));
    sigset_t before;

    if (!thread)
        return -ENOMEM;
    *thread = (struct posix_thread){.entry = entry, .context = context};
    memcpy(thread->name, name, strnlen(name, sizeof(thread->name) - 1));
    /* A new thread inherits the mask, so no signal finds it before it could block them. */
    block_signals(&before);
    int r = create(thread);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r != 0) {
        free(thread);
        return -r;
    }
    *ret_thread = thread;
    return 0;
}

void platform_thread_join(platform_thread thread)
{
    (void)pthread_join(thread->id, NULL);
    free(thread);
}

void platform_thread_detach(platform_thread thread)
{
    if (atomic_exchange(&thread->left, true))
        platform_thread_join(thread);
}

bool platform_runtime_takes_threads(void)
{
    return platform_values.has_runtime;
}

int platform_thread_keep(void)
{
    int state = PTHREAD_CANCEL_ENABLE;

    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    return state;
}

void platform_thread_unkeep(int kept)
{
    (void)pthread_setcancelstate(kept, NULL);
}

/* Of Mono. Others say nothing, and do not wait for threads. */
static int (*is_mono_ending)(void);

static void find_mono(void)
{
    *(void **)&is_mono_ending = dlsym(RTLD_DEFAULT, "mono_runtime_is_shutting_down");
}

bool platform_runtime_is_ending(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, find_mono);
    return is_mono_ending && is_mono_ending();
}

/* At its end a process runs handlers of the program's, with all its threads. */
bool platform_is_ending(void)
{
    return false;
}

bool platform_is_job(void *handle)
{
    (void)handle;
    return false;
}

/* Asked for at each call to the program, so it is kept. */
static _Thread_local uint64_t thread_id;

uint64_t platform_thread_id(void)
{
    if (thread_id == 0)
        thread_id = (uint64_t)gettid();
    return thread_id;
}

/*
 * The innermost guard of a thread is the value of a key, whose destructor runs when the thread
 * ends.
 */
static pthread_key_t guard_key;
static int guard_key_result;
static pthread_once_t guard_once = PTHREAD_ONCE_INIT;

static void cut_off(void *value)
{
    struct platform_guard *guard = value;

    while (guard) {
        struct platform_guard *outer = guard->outer;

        guard->cut_off(guard->context);
        guard = outer;
    }
}

static void make_guard_key(void)
{
    guard_key_result = pthread_key_create(&guard_key, cut_off);
}

void platform_guard_enter(struct platform_guard *guard)
{
    (void)pthread_once(&guard_once, make_guard_key);
    if (guard_key_result != 0)
        return;
    guard->outer = pthread_getspecific(guard_key);
    (void)pthread_setspecific(guard_key, guard);
}

void platform_guard_leave(struct platform_guard *guard)
{
    if (guard_key_result == 0)
        (void)pthread_setspecific(guard_key, guard->outer);
}

void *platform_allocate(size_t size)
{
    return calloc(1, size);
}

void *platform_heap_allocate(void *heap, uint32_t flags, size_t size)
{
    (void)heap;
    (void)flags;
    return platform_allocate(size);
}

void *platform_reallocate(void *memory, size_t size)
{
    return realloc(memory, size);
}

void platform_free(void *memory)
{
    free(memory);
}

/*
 * What is this large is a mapping of its own with the C library, which it moves instead of copying
 * it when it grows. With a length of whole large pages the kernel places it where those fit.
 */
static const size_t LARGE_PAGE = 2 << 20;
static const size_t LARGE = 4 << 20;
static const size_t OF_THE_ALLOCATOR = 64;

/*
 * Page faults of 4 kB are a tenth of the time of reading a large table. All of the mapping gets the
 * advice, the allocator's part as well: what is of several minds cannot be moved.
 */
static void prefer_large_pages(void *memory, size_t size)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = (uintptr_t)memory & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + size + page - 1) & ~(page - 1);

    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

void *platform_grow(void *memory, size_t *size)
{
    size_t wanted = *size;

    if (wanted >= LARGE && wanted <= SIZE_MAX - LARGE)
        wanted = ((wanted + OF_THE_ALLOCATOR) / LARGE_PAGE + 1) * LARGE_PAGE - OF_THE_ALLOCATOR;
    void *grown = realloc(memory, wanted);
    if (!grown)
        return NULL;
    if (wanted >= LARGE)
        prefer_large_pages(grown, wanted);
    *size = wanted;
    return grown;
}

void platform_diagnostic(const char *line)
{
    /* One write, so that lines of several threads do not mix. */
    (void)fprintf(stderr, "libiphlpapi: %s\n", line);
}

void platform_symbol_of(const void *function, char *ret_name, size_t size)
{
    Dl_info info;

    if (dladdr(function, &info) && info.dli_sname)
        (void)snprintf(ret_name, size, "%s", info.dli_sname);
    else if (dladdr(function, &info) && info.dli_fname)
        (void)snprintf(ret_name, size, "%s+%#tx", info.dli_fname,
                       (const char *)function - (const char *)info.dli_fbase);
    else
        (void)snprintf(ret_name, size, "%p", function);
}

void platform_thread_name(uint64_t thread, char *ret_name, size_t size)
{
    char path[64];
    ssize_t got = -1;

    (void)snprintf(path, sizeof(path), "/proc/self/task/%" PRIu64 "/comm", thread);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, ret_name, size - 1);
        (void)close(file);
    }
    ret_name[got > 0 ? got : 0] = '\0';
    ret_name[strcspn(ret_name, "\n")] = '\0';
}

static void (*after_fork_in_child)(void);

static void begin_in_child(void)
{
    thread_id = 0;
    after_fork_in_child();
}

int platform_at_fork(void (*child)(void))
{
    after_fork_in_child = child;
    return -pthread_atfork(NULL, NULL, begin_in_child);
}

void platform_once(platform_once_flag *flag, void (*function)(void))
{
    (void)pthread_once(flag, function);
}

bool platform_is_second_library(void)
{
    return platform_values.is_second;
}

void platform_set_error(int error, uint32_t code)
{
    errno = platform_values.errno_is_win32 ? (int)code : error;
}

bool platform_parse_ipv6(const char *text, uint8_t ret[16])
{
    struct in6_addr address;

    if (inet_pton(AF_INET6, text, &address) != 1)
        return false;
    memcpy(ret, &address, sizeof(address));
    return true;
}

size_t platform_error_text(uint32_t code, void *ret, size_t room)
{
    (void)code;
    (void)ret;
    (void)room;
    return 0;
}

uint64_t platform_now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
