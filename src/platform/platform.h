/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the library needs of the system it runs on: threads, locks, memory, and a way to say that
 * something is wrong. One implementation is chosen by the build, which puts its folder (with
 * platform_types.h) on the include path.
 */
#ifndef SRC_PLATFORM_PLATFORM_H
#define SRC_PLATFORM_PLATFORM_H

/* platform_mutex, platform_condition, platform_thread, platform_event */
#include "platform_types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not recursive. Initialisation cannot fail. */
void platform_mutex_init(platform_mutex *mutex);
void platform_mutex_destroy(platform_mutex *mutex);
void platform_mutex_lock(platform_mutex *mutex);
void platform_mutex_unlock(platform_mutex *mutex);

void platform_condition_init(platform_condition *condition);
void platform_condition_destroy(platform_condition *condition);
void platform_condition_broadcast(platform_condition *condition);

/*
 * On POSIX a thread may be ended in it (pthread_cancel): inside a guard, whose cut_off then has the
 * mutex.
 */
void platform_condition_wait(platform_condition *condition, platform_mutex *mutex);

/* Waits for so many milliseconds at the most. False: they are over. */
bool platform_condition_wait_for(platform_condition *condition, platform_mutex *mutex,
                                 uint32_t milliseconds);

/*
 * Starts a thread that takes no signals that others could; the code of this library stays where it
 * is from then on, also where a program unloads it. The name shows in debuggers and process lists;
 * 15 characters of it at least. 0; -EAGAIN or -ENOMEM: the system refuses.
 */
int platform_thread_start(platform_thread *ret_thread, const char *name, void (*entry)(void *),
                          void *context);

/*
 * Takes a thread leave that comes to its end. Where a thread needs locks of the system's to end,
 * and the caller may have one of them, its end is not waited for, or not for long.
 */
void platform_thread_join(platform_thread thread);

/*
 * True: the process is at its end, all other threads are gone, and what they had locked stays
 * locked. Then nothing may be waited for.
 */
bool platform_is_ending(void);

/* Whether the handle is one of a job, a group of processes as Windows has it. */
bool platform_is_job(void *handle);

/* The number by which the system's tools show the calling thread; no other has it meanwhile. */
uint64_t platform_thread_id(void);

/*
 * In between, nobody ends the calling thread in a wait (pthread_cancel on POSIX); what is asked for
 * meanwhile comes afterwards. They nest.
 */
int platform_thread_keep(void);
void platform_thread_unkeep(int kept);

/* Instead of a join: nobody waits for its end. */
void platform_thread_detach(platform_thread thread);

/*
 * Whether programs run on a runtime that takes in the threads that call it, for as long as they
 * live; and whether it is ending. By then it may be too late to be taken in. Not under a lock.
 */
bool platform_runtime_takes_threads(void);
bool platform_runtime_is_ending(void);

/* What a program is told of a call that went on behind its back, as the system lays it out. */
struct platform_status {
    union {
        int32_t code; /* 0, or below 0 */
        void *pointer;
    } status;
    uintptr_t size;
};

/*
 * How the program wants to be told: by an event, which on POSIX is an eventfd, by a call of
 * routine(context, status, 0), or both. Windows queues the call to the thread that begins,
 * elsewhere it is made where the end is. 0; -EINVAL, on POSIX -EBADF: the event is none; -ENOMEM,
 * -EMFILE.
 */
struct platform_completion {
    void *event; /* the platform's own of it, as the thread */
    void *thread;
    void (*routine)(void);
    void *context;
};
int platform_completion_begin(void *event, void (*routine)(void), void *context,
                              struct platform_completion *ret);

/* `status` is in the program's memory. */
void platform_completion_end(struct platform_completion *completion,
                             struct platform_status *status);

/* Of a call that was not begun after all. */
void platform_completion_drop(struct platform_completion *completion);

/* A call was cut short by the program: what platform_status has as its code. */
enum { PLATFORM_STATUS_CANCELLED = (int32_t)0xC0000120 };

/*
 * Around a call that may end the thread instead of returning (pthread_exit, ExitThread): then
 * cut_off(context) is called on it as one of the last things it does. Guards nest; a guard's
 * memory stays until it is left, or until cut_off was called. Only once a thread was started.
 *
 * The system may hold locks of its own while it calls cut_off, and take them elsewhere in any
 * order: cut_off takes only locks under which nobody waits for the system.
 */
struct platform_guard {
    void (*cut_off)(void *context);
    void *context;
    struct platform_guard *outer; /* the platform's own */
};
void platform_guard_enter(struct platform_guard *guard);
void platform_guard_leave(struct platform_guard *guard);

/*
 * What tells a program that a request of its own has ended. A request is named by the address of an
 * OVERLAPPED, and gives the program a handle.
 *
 * On Windows: the event that is named in it; without one, the handle. That is one file of the
 * process's for all requests, which CloseHandle() refuses; it may be given to a completion port.
 * On POSIX: an eventfd; the handle is the request's address, and nothing takes it.
 *
 * None of these waits for the system's locks.
 */
/* event: the program's, or NULL. 0; -EBADF: it is none; -ENOMEM, -EMFILE. */
int platform_event_open(platform_event *ret_event, void *event, void *request, void **ret_handle);

/*
 * A request begins. True: an event that resets itself is still set, so nobody has seen that an
 * earlier request has ended.
 */
bool platform_event_reset(platform_event *event);

/*
 * The request has ended, and the program may read that in its OVERLAPPED. This and the reset: one
 * thread at a time, whatever the request.
 */
void platform_event_tell(platform_event *event, bool cancelled);

/* What is zeroed, and what is closed, is fine. On POSIX also in a forked child. */
void platform_event_close(platform_event *event);

/* Nanoseconds since some moment, which is the same for all that is measured by it. */
uint64_t platform_now_ns(void);

/* Memory that programs get and give back (FreeMibTable). Zeroed; free accepts NULL. */
void *platform_allocate(size_t size);
void *platform_reallocate(void *memory, size_t size); /* what is added is not zeroed */
void platform_free(void *memory);

/*
 * Memory from a heap of the program's, with HeapAlloc()'s flags, where the system has such; else
 * as platform_allocate(). NULL: there is none, or no such heap.
 */
void *platform_heap_allocate(void *heap, uint32_t flags, size_t size);

/*
 * As platform_reallocate, for what is grown again and again and may become large: there may be more
 * of it than *size asks for, which then says how much. In large pages where the system has them.
 */
void *platform_grow(void *memory, size_t *size);

/*
 * The calling thread's last error, for functions that do not return one: a Win32 code where the
 * system or its programs have these, else an errno.
 */
void platform_set_error(int error, uint32_t code);

/*
 * Whether it is the second of two libraries that one process may have, made of the same sources. So
 * numbers that programs get of both can be told from each other.
 */
bool platform_is_second_library(void);

/* An IPv6 address as text, without anything behind it. */
bool platform_parse_ipv6(const char *text, uint8_t ret[16]);

/*
 * The system's words for a Win32 error, as UTF-16 with a zero: so many units, the zero included. 0:
 * there are none, or not so much room.
 */
size_t platform_error_text(uint32_t code, void *ret, size_t room);

/* One line for the person who runs the program, without the newline. */
void platform_diagnostic(const char *line);

/* The name of the function at an address, or as much of it as can be found out. */
void platform_symbol_of(const void *function, char *ret_name, size_t size);

/* The name by which the system's tools show a thread of the process; "" where there is none. */
void platform_thread_name(uint64_t thread, char *ret_name, size_t size);

/*
 * From now on: child in the child of each fork. Other threads may have been anywhere when it was
 * made. Once in the life of the process. 0; -ENOMEM. On systems without fork this does nothing.
 */
int platform_at_fork(void (*child)(void));

/*
 * Runs a function once in the life of the process; who comes meanwhile waits. So the function must
 * not wait for the system (the loader), whose locks the caller may have.
 */
void platform_once(platform_once_flag *flag, void (*function)(void));

#endif
