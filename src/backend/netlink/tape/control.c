/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What begins and ends recordings and replays: the environment, or a tool; and the end of the
 * process. */
#include "backend/netlink/tape/control.h"
#include "backend/log.h"
#include "backend/netlink/tape/load.h"
#include "backend/netlink/tape/stream.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic(enum tape_mode) mode;

/* What `begin` is to do: written before it runs, by who runs it. */
static const char *wanted_path;
static enum tape_mode wanted_mode;
static bool by_tool;

enum { PATH_TOLD = 160 };

static char problem[PATH_TOLD + PROBLEM_TEXT]; /* of the beginning or the end */

static void forget(void)
{
    record_forget();
    play_forget();
}

static void complain(int error, const char *why)
{
    /* However long the path is, the reason follows. */
    (void)snprintf(problem, sizeof(problem), "%.*s: %s", PATH_TOLD, wanted_path,
                   why ? why : strerrordesc_np(-error));
    log_tell(LOG_ERROR, "%s", problem);
}

static void begin_wanted(void)
{
    int r = -pthread_atfork(NULL, NULL, forget);

    if (r == 0)
        r = wanted_mode == TAPE_RECORDS ? record_begin(wanted_path)
                                        : play_begin(wanted_path, by_tool);
    if (r < 0)
        complain(r, wanted_mode == TAPE_PLAYS ? play_problem() : NULL);
    /* Who wants a replay is not to hear the kernel instead: its streams are none. */
    if (r == 0 || wanted_mode == TAPE_PLAYS)
        atomic_store(&mode, wanted_mode);
}

/*
 * "%p" in a path becomes the process' number: several processes may have one environment, as those
 * in a Wine prefix have. Where that is too long the path stays.
 */
static const char *path_of_process(const char *path)
{
    static char own[PATH_MAX];
    const char *place = strstr(path, "%p");
    int length = place ? snprintf(own, sizeof(own), "%.*s%d%s", (int)(place - path), path,
                                  (int)getpid(), place + 2)
                       : -1;

    return length > 0 && (size_t)length < sizeof(own) ? own : path;
}

static void begin(void)
{
    const char *replay = secure_getenv("IPHLPAPI_REPLAY");
    const char *record = secure_getenv("IPHLPAPI_RECORD");

    wanted_mode = replay ? TAPE_PLAYS : record ? TAPE_RECORDS : TAPE_OFF;
    wanted_path = replay ? replay : record ? path_of_process(record) : NULL;
    if (wanted_mode != TAPE_OFF)
        begin_wanted();
}

/* The environment counts no more. */
static void begin_nothing(void)
{
}

enum tape_mode tape_mode(void)
{
    (void)pthread_once(&once, begin);
    return atomic_load_explicit(&mode, memory_order_relaxed);
}

uint64_t tape_mask(const int *groups)
{
    uint64_t mask = 0;

    for (; groups && *groups != 0; groups++)
        if (*groups <= TAPE_GROUPS)
            mask |= (uint64_t)1 << (*groups - 1);
    return mask;
}

bool tape_plays(const struct tape_stream *stream)
{
    return stream->plays;
}

uint64_t tape_now_ms(const struct tape_stream *stream)
{
    return stream->now_ms;
}

void tape_tick(struct tape_stream *stream)
{
    if (stream->plays)
        tape_play_tick(stream);
    else
        tape_record_tick(stream);
}

void tape_close(struct tape_stream *stream)
{
    if (!stream)
        return;
    if (stream->plays)
        tape_play_close(stream);
    else
        tape_record_close(stream);
}

/* ---- For tools ---- */

const char *iphlpapi_tape_begin(const char *path, bool replays)
{
    by_tool = true;
    wanted_path = path;
    wanted_mode = replays ? TAPE_PLAYS : TAPE_RECORDS;
    (void)pthread_once(&once, begin_nothing);
    begin_wanted();
    return problem[0] ? problem : NULL;
}

void iphlpapi_tape_start(void (*ended)(void))
{
    play_start(ended);
}

const char *iphlpapi_tape_end(void)
{
    if (tape_mode() == TAPE_PLAYS)
        return play_problem();
    int r = record_end();
    if (r < 0)
        complain(r, NULL);
    return r < 0 ? problem : NULL;
}

uint64_t iphlpapi_tape_time(void)
{
    return play_time();
}

/* What is not in the file yet. */
__attribute__((destructor)) static void end(void)
{
    if (atomic_load(&mode) == TAPE_RECORDS)
        (void)record_end();
}
