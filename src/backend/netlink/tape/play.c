/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replay: the streams of a recording, in the place of the kernel. */
#include "backend/log.h"
#include "backend/netlink/tape/heard.h"
#include "backend/netlink/tape/load.h"
#include "backend/netlink/tape/stream.h"
#include "backend/times.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct play_stream {
    struct tape_stream common;
    bool questions; /* it has no groups, and is in no recording */
    uint32_t number;
    uint32_t port;
    uint32_t next; /* its next entry, or NO_ENTRY */
    bool waits;    /* what it was given is done with */
    int ready;     /* an eventfd for those that do not wait here; the socket's, too */
    struct play_stream *following;

    /* Of questions: the answer that has not been received yet. */
    uint8_t *answer;
    size_t answer_size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static atomic_bool forgotten; /* in a forked child, which leaves the lock alone */

/* Under the lock. */
static struct recording recording;
static bool *claimed;               /* of each stream: it is, or was, a socket's */
static struct play_stream *streams; /* those that are open and have groups */
static struct heard heard;
static bool of_tool;    /* it plays, and not the program that has recorded */
static bool paused;     /* until the tool lets it go on */
static uint64_t now_ns; /* of the entry that was taken last, of whatever stream */
static bool failed;     /* the library and the recording differ; `problem` lasts then */
static bool logged;     /* and it was said */
static bool over;
static void (*tell_ended)(void);
static char problem[PROBLEM_TEXT + 64];

static struct play_stream *played(struct tape_stream *stream)
{
    return (struct play_stream *)stream;
}

static const struct capture_entry *entry_at(uint32_t place)
{
    return &recording.entries[place].entry;
}

static const char *event_name(const struct play_stream *stream)
{
    if (stream->next == NO_ENTRY)
        return "nothing more";
    switch (entry_at(stream->next)->event) {
    case CAPTURE_OPEN:
        return "its opening";
    case CAPTURE_REQUEST:
        return "a request";
    case CAPTURE_RECEIVE:
        return "a datagram";
    case CAPTURE_ERROR:
        return "an error";
    case CAPTURE_CLOSE:
        return "its end";
    case CAPTURE_ANSWER:
        return "another answer of the host";
    case CAPTURE_EVENTS:
        break;
    }
    return "something unknown";
}

/* ---- Under the lock ---------------------------------------------------------------------------
 */

/* Takes the stream's next entry, at which its clock stands then. */
static const struct capture_entry *consume(struct play_stream *stream)
{
    const struct capture_entry *entry = entry_at(stream->next);

    if (entry->time_ns > now_ns)
        now_ns = entry->time_ns;
    stream->common.now_ms = (entry->time_ns - recording.ahead_ns) / 1000000;
    stream->next = recording.entries[stream->next].next;
    return entry;
}

/* Its next entry that is not of its clock; NULL: it has none. */
static const struct capture_entry *next_of(struct play_stream *stream)
{
    while (stream->next != NO_ENTRY && entry_says(entry_at(stream->next), TAPE_TICK))
        (void)consume(stream);
    return stream->next != NO_ENTRY ? entry_at(stream->next) : NULL;
}

static bool is_at_end(struct play_stream *stream)
{
    const struct capture_entry *entry = next_of(stream);

    return !entry || entry->event == CAPTURE_CLOSE;
}

/* Whether it waits and may have its next entry now. */
static bool is_its_turn(struct play_stream *stream)
{
    if (paused || !stream->waits || is_at_end(stream))
        return false;
    for (struct play_stream *other = streams; other; other = other->following)
        if (!other->waits || (!is_at_end(other) && other->next < stream->next))
            return false;
    return true;
}

static void tell_all(void)
{
    const uint64_t one = 1;

    for (struct play_stream *stream = streams; stream; stream = stream->following)
        if (failed || is_its_turn(stream))
            (void)!write(stream->ready, &one, sizeof(one));
    (void)pthread_cond_broadcast(&changed);
}

__attribute__((format(printf, 2, 3))) static int differ(struct play_stream *stream,
                                                        const char *format, ...)
{
    va_list arguments;
    char what[PROBLEM_TEXT / 2];

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is a line above */
    (void)vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    if (!failed) {
        if (stream->next == NO_ENTRY)
            (void)snprintf(problem, sizeof(problem), "stream %" PRIu32 ", after its last entry: %s",
                           stream->number, what);
        else
            (void)snprintf(problem, sizeof(problem), "entry %" PRIu32 ", stream %" PRIu32 ": %s",
                           entry_number(stream->next), stream->number, what);
    }
    failed = true;
    tell_all();
    return -EINTR;
}

/* ---- The end ---- */

/* Who is told this asks for nothing more. */
static int end_stream(struct play_stream *stream)
{
    stream->waits = true;
    tell_all();
    return -EINTR;
}

/* Under the lock: whether nobody can get anything any more. Once. */
static bool comes_to_end(void)
{
    bool ends = !paused && !over && tell_ended;

    for (struct play_stream *stream = streams; ends && !failed && stream;
         stream = stream->following)
        ends = stream->waits && is_at_end(stream);
    over = over || ends;
    return ends;
}

static void unlock(void)
{
    void (*tell)(void) = comes_to_end() ? tell_ended : NULL;
    const bool fails = failed && !logged;

    logged = failed;
    (void)pthread_mutex_unlock(&lock);
    if (fails)
        log_tell(LOG_ERROR, "the replay ends at %s", problem);
    if (tell)
        tell();
}

/* ---- Begin and end ----------------------------------------------------------------------------
 */

int play_begin(const char *path, bool by_tool)
{
    int r = recording_load(&recording, path);

    (void)snprintf(problem, sizeof(problem), "%s", recording.problem);
    if (r < 0)
        return r;
    claimed = calloc(recording.stream_count + 1, sizeof(*claimed));
    if (!claimed) {
        recording_clear(&recording);
        return -ENOMEM;
    }
    of_tool = paused = by_tool;
    times_set_system_start(recording.system_start);
    return 0;
}

void play_start(void (*ended)(void))
{
    (void)pthread_mutex_lock(&lock);
    paused = false;
    tell_ended = ended;
    tell_all();
    unlock();
}

const char *play_problem(void)
{
    (void)pthread_mutex_lock(&lock);
    const char *result = problem[0] ? problem : NULL;
    (void)pthread_mutex_unlock(&lock);
    return result;
}

uint64_t play_time(void)
{
    (void)pthread_mutex_lock(&lock);
    const uint64_t result = now_ns;
    (void)pthread_mutex_unlock(&lock);
    return result;
}

void play_forget(void)
{
    atomic_store(&forgotten, true);
}

void tape_play_wake(void)
{
    if (atomic_load(&forgotten))
        return;
    (void)pthread_mutex_lock(&lock);
    const uint64_t one = 1;
    for (struct play_stream *stream = streams; stream; stream = stream->following)
        (void)!write(stream->ready, &one, sizeof(one));
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
}

/* ---- Streams ----------------------------------------------------------------------------------
 */

static bool is_nothing_more(const struct capture_entry *entry)
{
    return entry->event == CAPTURE_ERROR && entry->error == EAGAIN;
}

/*
 * Whether it has heard anything that it did not ask for, once there was nothing more. A table that
 * was read by a watch has not.
 */
static bool has_heard(uint32_t number)
{
    bool idle = false;

    for (uint32_t at = recording.streams[number].first; at != NO_ENTRY;
         at = recording.entries[at].next) {
        const struct capture_entry *entry = entry_at(at);

        if (idle && entry->event == CAPTURE_RECEIVE)
            return true;
        if (entry->event != CAPTURE_ANSWER)
            idle = is_nothing_more(entry);
    }
    return false;
}

/* The first of the recording that is such a stream and nobody's yet; of those that have heard. */
static uint32_t find_free(int family, uint64_t mask, bool heard_only)
{
    uint32_t number = 0;

    for (; number < recording.stream_count; number++) {
        const struct capture_entry *entry = entry_at(recording.streams[number].first);

        if (!claimed[number] && entry->protocol == (uint32_t)family && entry->groups == mask &&
            (!heard_only || has_heard(number)))
            break;
    }
    return number;
}

/*
 * A program gets its streams in the order in which it has opened them. A tool may play what another
 * program has recorded: its registration is to hear what one of the program's has heard, not what a
 * table was that the program has read before.
 */
static int claim(struct play_stream *stream, int family, uint64_t mask)
{
    uint32_t number = find_free(family, mask, of_tool);

    if (number == recording.stream_count)
        number = find_free(family, mask, false);
    if (number == recording.stream_count)
        return -ENODATA;
    claimed[number] = true;
    stream->number = number;
    stream->next = recording.streams[number].first;
    stream->port = consume(stream)->sender_port;
    return 0;
}

/* A watch that begins. It does not wait yet. */
static int open_watch(struct play_stream *stream, int family, uint64_t mask)
{
    char line[sizeof(problem)] = "";

    stream->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stream->ready < 0)
        return -errno;
    (void)pthread_mutex_lock(&lock);
    int r = claim(stream, family, mask);
    if (r == 0) {
        stream->following = streams;
        streams = stream;
    } else if (!problem[0]) {
        (void)snprintf(problem, sizeof(problem),
                       "the recording has no %swatch of netlink family %d and groups %#" PRIx64,
                       recording.stream_count > 0 ? "further " : "", family, mask);
        memcpy(line, problem, sizeof(line));
    }
    (void)pthread_mutex_unlock(&lock);
    if (line[0])
        log_tell(LOG_ERROR, "%s", line);
    if (r < 0)
        (void)close(stream->ready);
    return r;
}

int tape_play_open(int family, const int *groups, struct tape_stream **ret, int *ret_fd,
                   uint32_t *ret_port)
{
    struct play_stream *stream =
        atomic_load(&forgotten) ? NULL : calloc(1, sizeof(struct play_stream));

    if (!stream)
        return atomic_load(&forgotten) ? -ENODATA : -ENOMEM;
    stream->common.plays = true;
    stream->questions = !groups;
    stream->ready = -1;
    stream->port = 1;
    stream->next = NO_ENTRY;
    int r = groups ? open_watch(stream, family, tape_mask(groups)) : 0;
    if (r < 0) {
        free(stream);
        return r;
    }
    *ret = &stream->common;
    *ret_fd = stream->ready;
    *ret_port = stream->port;
    return 0;
}

static void leave(const struct play_stream *stream)
{
    for (struct play_stream **place = &streams; *place; place = &(*place)->following) {
        if (*place == stream) {
            *place = stream->following;
            return;
        }
    }
}

void tape_play_close(struct tape_stream *stream)
{
    if (atomic_load(&forgotten))
        return;
    (void)pthread_mutex_lock(&lock);
    leave(played(stream));
    tell_all();
    unlock();
    free(played(stream)->answer);
    free(stream);
}

/* ---- Requests ---- */

static int ask(struct play_stream *stream, const void *bytes, size_t size)
{
    free(stream->answer);
    stream->answer = NULL;
    (void)pthread_mutex_lock(&lock);
    int r = heard_answer(&heard, bytes, size, stream->port, &stream->answer, &stream->answer_size);
    (void)pthread_mutex_unlock(&lock);
    return r;
}

/* Where two requests differ first. */
static int differ_at(struct play_stream *stream, const struct capture_entry *entry,
                     const uint8_t *bytes, size_t size)
{
    const uint8_t *recorded = entry->data;
    size_t place = 0;

    if (entry->size != size)
        return differ(stream, "the library sends a request of %zu bytes, the recording has %zu",
                      size, entry->size);
    while (place < size && recorded[place] == bytes[place])
        place++;
    return differ(stream, "byte %zu of the library's request is %#x, the recording has %#x", place,
                  bytes[place], recorded[place]);
}

static int match(struct play_stream *stream, const void *bytes, size_t size)
{
    const struct capture_entry *entry = next_of(stream);

    if (failed || is_at_end(stream))
        return end_stream(stream);
    if (entry->event != CAPTURE_REQUEST)
        return differ(stream, "the library sends a request, the recording has %s",
                      event_name(stream));
    if (entry->size != size || memcmp(entry->data, bytes, size) != 0)
        return differ_at(stream, entry, bytes, size);
    (void)consume(stream);
    entry = next_of(stream);
    if (entry && entry->event == CAPTURE_ERROR && entry->size > 0)
        return -consume(stream)->error;
    return 0;
}

int tape_play_request(struct tape_stream *stream, const void *bytes, size_t size)
{
    if (atomic_load(&forgotten))
        return -EBADF;
    if (played(stream)->questions)
        return ask(played(stream), bytes, size);
    (void)pthread_mutex_lock(&lock);
    int r = match(played(stream), bytes, size);
    unlock();
    return r;
}

/* ---- Receives ---- */

static int take_answer(struct play_stream *stream, struct tape_datagram *datagram)
{
    if (!stream->answer)
        return -EAGAIN;
    datagram->cut = stream->answer_size > datagram->size;
    datagram->size = datagram->cut ? 0 : stream->answer_size;
    datagram->sender = 0;
    memcpy(datagram->bytes, stream->answer, datagram->size);
    free(stream->answer);
    stream->answer = NULL;
    return 1;
}

static bool is_datagram(const struct capture_entry *entry)
{
    return entry->event == CAPTURE_RECEIVE ||
           (entry->event == CAPTURE_ERROR && entry->error == EMSGSIZE);
}

/* The stream's next entry, which is a datagram. */
static int take_datagram(struct play_stream *stream, struct tape_datagram *datagram)
{
    if (entry_at(stream->next)->size > datagram->size)
        return differ(stream, "a datagram of %zu bytes is larger than any of the kernel's",
                      entry_at(stream->next)->size);
    const struct capture_entry *entry = consume(stream);
    datagram->cut = entry->event == CAPTURE_ERROR;
    datagram->size = datagram->cut ? 0 : entry->size;
    datagram->sender = entry->sender_port;
    memcpy(datagram->bytes, entry->data, datagram->size);
    heard_datagram(&heard, datagram->bytes, datagram->size);
    return 0;
}

/* What the recording has for a receive. */
static int take_entries(struct play_stream *stream, struct tape_datagram *datagrams, size_t count)
{
    const struct capture_entry *entry = next_of(stream);
    size_t taken = 0;

    if (failed || is_at_end(stream))
        return end_stream(stream);
    if (!is_datagram(entry) && entry->event != CAPTURE_ERROR)
        return differ(stream, "the library receives, the recording has %s", event_name(stream));
    stream->waits = false;
    if (!is_datagram(entry))
        return -consume(stream)->error;
    const uint64_t time_ns = entry->time_ns;
    while (taken < count && stream->next != NO_ENTRY && is_datagram(entry_at(stream->next)) &&
           entry_at(stream->next)->time_ns == time_ns) {
        int r = take_datagram(stream, &datagrams[taken++]);
        if (r < 0)
            return r;
    }
    return (int)taken;
}

/* 0: it is the stream's turn. */
static int await_turn(struct play_stream *stream, bool would_wait, const atomic_bool *interrupted)
{
    uint64_t ignored;

    stream->waits = true;
    if (would_wait)
        (void)!read(stream->ready, &ignored, sizeof(ignored));
    tell_all();
    for (;;) {
        if (atomic_load(interrupted) || failed)
            return -EINTR;
        if (is_its_turn(stream))
            return 0;
        if (would_wait)
            return -EINPROGRESS;
        if (comes_to_end()) {
            (void)pthread_mutex_unlock(&lock);
            tell_ended();
            (void)pthread_mutex_lock(&lock);
            continue;
        }
        (void)pthread_cond_wait(&changed, &lock);
    }
}

int tape_play_receive(struct tape_stream *stream, enum tape_wait wait,
                      const atomic_bool *interrupted, struct tape_datagram *datagrams, size_t count)
{
    int r = 0;

    if (atomic_load(&forgotten))
        return -EBADF;
    if (played(stream)->questions)
        return take_answer(played(stream), datagrams);
    (void)pthread_mutex_lock(&lock);
    if (wait != TAPE_WAITS_NOT)
        r = await_turn(played(stream), wait == TAPE_WOULD_WAIT, interrupted);
    if (r == 0)
        r = take_entries(played(stream), datagrams, count);
    unlock();
    return r;
}

/* ---- The rest ---- */

void tape_play_tick(struct tape_stream *stream)
{
    struct play_stream *of = played(stream);

    if (atomic_load(&forgotten))
        return;
    (void)pthread_mutex_lock(&lock);
    if (of->next != NO_ENTRY && entry_says(entry_at(of->next), TAPE_TICK))
        (void)consume(of);
    (void)pthread_mutex_unlock(&lock);
}

static bool answer_wireless(struct play_stream *stream, uint32_t ifindex)
{
    const struct capture_entry *entry = next_of(stream);
    char text[TAPE_TEXT];

    for (int wireless = 0; entry && !failed && wireless < 2; wireless++) {
        (void)snprintf(text, sizeof(text), TAPE_WIRELESS, ifindex, wireless);
        if (entry_says(entry, text)) {
            (void)consume(stream);
            heard_wireless(&heard, ifindex, wireless);
            return wireless;
        }
    }
    if (entry)
        (void)differ(stream,
                     "the library asks whether link %" PRIu32 " is wireless, the recording has %s",
                     ifindex, event_name(stream));
    return false;
}

bool tape_play_wireless(struct tape_stream *stream, uint32_t ifindex)
{
    if (atomic_load(&forgotten))
        return false;
    (void)pthread_mutex_lock(&lock);
    bool wireless = played(stream)->questions ? heard_is_wireless(&heard, ifindex)
                                              : answer_wireless(played(stream), ifindex);
    unlock();
    return wireless;
}
