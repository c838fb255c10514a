/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The states of threads. A file of /proc is read in one go, by system calls alone: the caller may
 * look for a thread that has a lock of the C library's.
 */
#include "platform/posix/thread_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The last lines of a file, and more: one of `status` has no end to its length. */
enum { TAIL = 4096 };

static ssize_t read_some(int file, char *ret, size_t size)
{
    ssize_t got;

    do
        got = read(file, ret, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Text with a zero: the whole file, or its end. */
static bool read_tail(uint64_t thread, const char *name, char ret[static 2 * TAIL])
{
    char path[64];
    size_t length = 0;
    ssize_t got;

    (void)snprintf(path, sizeof(path), "/proc/self/task/%" PRIu64 "/%s", thread, name);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    while ((got = read_some(file, ret + length, 2 * TAIL - 1 - length)) > 0) {
        length += (size_t)got;
        if (length == 2 * TAIL - 1) {
            memmove(ret, ret + TAIL, length - TAIL);
            length -= TAIL;
        }
    }
    (void)close(file);
    ret[length] = '\0';
    return got == 0 && length > 0;
}

/* Moves on behind the number. */
static bool take_number(const char **text, int base, uintmax_t *ret)
{
    char *end;

    errno = 0;
    const uintmax_t value = strtoumax(*text, &end, base);
    if (end == *text || errno != 0)
        return false;
    *text = end;
    *ret = value;
    return true;
}

static bool find_count(const char *status, const char *name, uintmax_t *ret)
{
    const char *place = strstr(status, name);

    if (!place)
        return false;
    place += strlen(name);
    return take_number(&place, 10, ret);
}

/* With each sleep, and whenever it loses its processor, one of the two grows. */
static bool read_switches(uint64_t thread, uint64_t *ret)
{
    char status[2 * TAIL];
    uintmax_t voluntary;
    uintmax_t others;

    if (!read_tail(thread, "status", status) ||
        !find_count(status, "\nvoluntary_ctxt_switches:", &voluntary) ||
        !find_count(status, "\nnonvoluntary_ctxt_switches:", &others))
        return false;
    *ret = voluntary + others;
    return true;
}

/* "202 0x7f… 0x80 0x2 0x0 0x0 0x0 0x7ffd… 0x7f…"; "running"; outside of any call "-1 0x… 0x…". */
static bool read_call(uint64_t thread, struct thread_state *ret)
{
    char line[2 * TAIL];
    const char *place = line;
    struct thread_state state = {0};
    uintmax_t values[1 + THREAD_STATE_ARGUMENTS + 2];

    if (!read_tail(thread, "syscall", line) || line[0] < '0' || line[0] > '9')
        return false;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (!take_number(&place, i == 0 ? 10 : 16, &values[i]))
            return false;
    state.number = (long)values[0];
    for (size_t i = 0; i < THREAD_STATE_ARGUMENTS; i++)
        state.arguments[i] = (uintptr_t)values[1 + i];
    state.stack = (uintptr_t)values[1 + THREAD_STATE_ARGUMENTS];
    state.code = (uintptr_t)values[2 + THREAD_STATE_ARGUMENTS];
    *ret = state;
    return true;
}

bool thread_state_read(uint64_t thread, struct thread_state *ret)
{
    struct thread_state state;
    uint64_t before;
    uint64_t after;

    if (!read_switches(thread, &before) || !read_call(thread, &state) ||
        !read_switches(thread, &after) || before != after)
        return false;
    state.sleeps = before;
    *ret = state;
    return true;
}

bool thread_state_same(const struct thread_state *a, const struct thread_state *b)
{
    return a->number == b->number && a->stack == b->stack && a->code == b->code &&
           a->sleeps == b->sleeps && memcmp(a->arguments, b->arguments, sizeof(a->arguments)) == 0;
}

size_t thread_memory_read(uintptr_t from, void *ret, size_t size)
{
    struct iovec to = {.iov_base = ret, .iov_len = size};
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    struct iovec there = {.iov_base = (void *)from, .iov_len = size};
    const ssize_t got = process_vm_readv(getpid(), &to, 1, &there, 1, 0);

    return got > 0 ? (size_t)got : 0;
}

/* /proc may have been mounted for processes that see others' numbers, or not at all. */
static bool has_own_numbers(void)
{
    char target[64];
    char own[64];
    const ssize_t length = readlink("/proc/thread-self", target, sizeof(target) - 1);

    if (length < 0)
        return false;
    target[length] = '\0';
    (void)snprintf(own, sizeof(own), "%ld/task/%ld", (long)getpid(), (long)gettid());
    return strcmp(target, own) == 0;
}

/* Filters of system calls may forbid it. */
static bool reads_memory(void)
{
    const int there = 1;
    int here = 0;

    return thread_memory_read((uintptr_t)&there, &here, sizeof(here)) == sizeof(here) &&
           here == there;
}

bool thread_state_is_available(void)
{
    const uint64_t self = (uint64_t)gettid();
    char text[2 * TAIL];
    uint64_t switches;

    return has_own_numbers() && read_switches(self, &switches) &&
           read_tail(self, "syscall", text) && reads_memory();
}
