/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * WINEDEBUG says which of Wine's debug channels are on, and for which classes of lines. Wine's half
 * on the host has the functions for it. The library is not linked with them, so that it can be
 * loaded by any Wine: one without them has no channel for the host's half, and IPHLPAPI_LOG stays.
 *
 * They may be called on threads of Wine's only. No other thread of this half tells anything.
 */
#include "wine/host/debug_channel.h"
#include "backend/log.h"

#include <dlfcn.h>
#include <stdlib.h>

enum debug_class { CLASS_WARN = 2, CLASS_TRACE = 3 };

/* A bit for each class; at first all, until Wine has looked at WINEDEBUG. */
struct debug_channel {
    unsigned char flags;
    char name[15];
};

/* Wine's debug functions have the convention of Windows' C functions on the host as well. */
#ifdef __x86_64__
#define WINE_CDECL __attribute__((ms_abi))
#else
#define WINE_CDECL
#endif

typedef unsigned char(WINE_CDECL *flags_function)(struct debug_channel *channel);
typedef int(WINE_CDECL *header_function)(enum debug_class class, struct debug_channel *channel,
                                         const char *function);
typedef int(WINE_CDECL *output_function)(const char *text);

static struct debug_channel channel = {.flags = 0xff, .name = "iphlpapi"};

/* Written before any line is told. */
static _Atomic(header_function) write_header;
static _Atomic(output_function) write_output;

/* What users should hear of is a warning; the rest is how it works. */
static enum debug_class class_of(enum log_word word)
{
    return word == LOG_ERROR || word == LOG_OVERRUN ? CLASS_WARN : CLASS_TRACE;
}

/* log_output: Wine puts thread, class and channel in front, and the word for a function. */
static void tell(enum log_word word, const char *line)
{
    if (atomic_load(&write_header)(class_of(word), &channel, log_word_name(word)) >= 0)
        (void)atomic_load (&write_output)(line);
}

void debug_channel_join(void)
{
    uint32_t words = 0;

    /* Unasked, Wine has errors on every channel, and nothing else. */
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no environment is set here */
    if (!getenv("WINEDEBUG"))
        return;
    void *ntdll = dlopen("ntdll.so", RTLD_NOW | RTLD_NOLOAD);
    if (!ntdll)
        return;
    /* What dlsym returns is no function for ISO C, but is for POSIX. */
    flags_function get_flags = (flags_function)dlsym(ntdll, "__wine_dbg_get_channel_flags");
    header_function header = (header_function)dlsym(ntdll, "__wine_dbg_header");
    output_function output = (output_function)dlsym(ntdll, "__wine_dbg_output");

    if (get_flags && header && output) {
        unsigned char flags = get_flags(&channel);

        for (unsigned int word = 0; word < LOG_WORDS; word++)
            if (flags >> class_of(word) & 1)
                words |= UINT32_C(1) << word;
        atomic_store(&write_header, header);
        atomic_store(&write_output, output);
    }
    if (words)
        log_divert(words, tell);
    (void)dlclose(ntdll); /* Wine holds it */
}
