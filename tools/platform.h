/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What mibwatch needs of its platform beside ISO C and the IP Helper API. platform_posix.c and
 * platform_win32.c implement it; the build takes one of them.
 */
#ifndef TOOLS_PLATFORM_H
#define TOOLS_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif
#include <iphlpapi.h>
#ifdef _WIN32 /* in no header of mingw-w64's */
#include "../include/iphlpapi_watch.h"
#include "../include/netioapi_hint.h"
#endif

/* Listed in the order in which they may be nested: none is taken while a later one is held. */
enum platform_lock {
    PLATFORM_LOCK_GATE,   /* held while the program starts; callbacks pass through it */
    PLATFORM_LOCK_NAMES,  /* guards the names of interfaces */
    PLATFORM_LOCK_OUTPUT, /* guards standard output, the count of lines and the exit status */
    PLATFORM_LOCK_COUNT
};

struct platform_time {
    int year;
    int month; /* 1 to 12 */
    int day;
    int hour;
    int minute;
    int second;
    int microsecond;
};

/**
 * Have a reader of the output that goes away reported to this program instead of ending it, and
 * prepare sockets and console where the platform wants that. Called once, before everything else.
 *
 * @return false with errno set when the platform refuses
 */
bool platform_init(void);

/**
 * Have the user's wish to end the program (Ctrl-C, SIGTERM, a closed console) end platform_wait()
 * instead of the program. Called before any thread is started.
 *
 * @return false with errno set when the platform refuses
 */
bool platform_catch_stop(void);

enum platform_woken {
    PLATFORM_WOKEN_BY_TIME,
    PLATFORM_WOKEN_BY_END,   /* by platform_stop(), by the user, by a reader that went away */
    PLATFORM_WOKEN_FOR_STATS /* by SIGUSR1, where the platform has it; the wait may go on */
};

/**
 * Wait until platform_stop() is called, the user wants the program to end or, where the platform
 * tells of that, nobody reads standard output any more.
 *
 * @param seconds how long at most; negative waits for ever
 */
enum platform_woken platform_wait(double seconds);

/* Wake platform_wait(), now or when it is called. Context: any thread. */
void platform_stop(void);

void platform_lock(enum platform_lock lock);
void platform_unlock(enum platform_lock lock);

/* Of a clock that nobody sets. */
double platform_seconds(void);

void platform_local_time(struct platform_time *ret_time);
void platform_utc_time(struct platform_time *ret_time);

/** Have these two tell another time: ns since 1970. Before any other thread. POSIX only. */
void platform_replace_clock(uint64_t (*clock)(void));

/* Whether standard output is a terminal that shows colours. Switches them on where that is due. */
bool platform_colour_terminal(void);

/* Whether error, an errno value of a failed write, says that nobody reads any more. */
bool platform_reader_gone(int error);

/**
 * Have the arguments of the command line in UTF-8. They stay until the program ends.
 *
 * @return false with errno set when there is no memory
 */
bool platform_arguments(int *argc, char ***argv);

/* Where the library is that has a function; empty: not known. */
void platform_library(const void *function, char *ret_path, size_t size);

/* What the program runs on: "Linux 6.1.0 x86_64", "Wine 10.0 on Linux 6.1.0". */
void platform_system(char *ret_text, size_t size);

/* A function of the library's; NULL: it does not have it. */
void *platform_function(const char *name);

/* Why a function of the API failed that returns no error code. */
DWORD platform_last_error(void);

/* Text for an errno value, in a buffer of the caller's. */
void platform_error_text(int error, char *text, size_t size);

#endif /* TOOLS_PLATFORM_H */
