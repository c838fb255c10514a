/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recording: entries of all streams, one after the other, into one file. When the file takes no
 * more, the recording ends and the library goes on.
 */
#include "backend/log.h"
#include "backend/netlink/tape/stream.h"
#include "backend/times.h"
#include "capture/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

struct record_stream {
    struct tape_stream common;
    uint32_t number;
    uint32_t protocol;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A forked child has the lock and the writer as they were, and leaves both alone. */
static atomic_bool forgotten;

/* The writer's, for such a child: nobody else could write the file while it has it. -1: none. */
static atomic_int descriptor = -1;

/* Under the lock. */
static struct capture_writer *writer; /* NULL: nothing is recorded any more */
static int problem;                   /* the negative errno by which it ended early */
static uint32_t stream_count;
static uint64_t last_ns;  /* of the entry that was written last, by CLOCK_BOOTTIME */
static uint64_t ahead_ns; /* the file's times, of CLOCK_BOOTTIME; modulo 2^64 */

static uint64_t nanoseconds(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Under the lock. */
static int end_writer(void)
{
    struct capture_writer *ended = writer;

    writer = NULL;
    atomic_store(&descriptor, -1);
    return capture_writer_end(ended);
}

/* Under the lock. */
static void give_up(int error)
{
    problem = error;
    (void)end_writer();
}

/*
 * Writes entries at the present time, which is the stream's from then on. stream: NULL for none.
 * Those of one call have one time, those of the next have a later one.
 */
static void write_entries(struct record_stream *stream, struct capture_entry *entries, size_t count)
{
    if (atomic_load_explicit(&forgotten, memory_order_relaxed))
        return;
    (void)pthread_mutex_lock(&lock);
    uint64_t now_ns = nanoseconds(CLOCK_BOOTTIME);
    if (now_ns <= last_ns)
        now_ns = last_ns + 1;
    last_ns = now_ns;
    if (stream)
        stream->common.now_ms = now_ns / 1000000;
    int r = 0;
    for (size_t i = 0; i < count && writer; i++) {
        entries[i].time_ns = now_ns + ahead_ns;
        if (entries[i].event == CAPTURE_OPEN)
            stream->number = stream_count++;
        if (stream) {
            entries[i].stream = stream->number;
            entries[i].protocol = stream->protocol;
        }
        r = capture_write(writer, &entries[i]);
        if (r < 0)
            give_up(r);
    }
    (void)pthread_mutex_unlock(&lock);
    if (r < 0)
        log_tell(LOG_ERROR, "the recording ends: %s", strerrordesc_np(-r));
}

static void write_entry(struct record_stream *stream, struct capture_entry *entry)
{
    write_entries(stream, entry, 1);
}

static void write_text(struct record_stream *stream, const char *text)
{
    struct capture_entry entry = {.event = CAPTURE_ANSWER, .data = text, .size = strlen(text)};

    write_entry(stream, &entry);
}

static struct record_stream *recorded(struct tape_stream *stream)
{
    return (struct record_stream *)stream;
}

static void say_origin(struct capture_writer *opened)
{
    struct capture_origin origin = {.program = "iphlpapi " IPHLPAPI_VERSION};
    struct utsname about;

    if (uname(&about) == 0)
        (void)snprintf(origin.system, sizeof(origin.system), "%.24s %.64s", about.sysname,
                       about.release);
    capture_writer_set_origin(opened, &origin);
}

int record_begin(const char *path)
{
    char head[TAPE_TEXT];
    struct capture_writer *opened;
    int r = capture_writer_new(path, &opened);

    if (r < 0)
        return r;
    problem = 0;
    say_origin(opened);
    ahead_ns = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME);
    writer = opened;
    atomic_store(&descriptor, capture_writer_descriptor(opened));
    (void)snprintf(head, sizeof(head), TAPE_HEAD, times_from_start(0), ahead_ns);
    write_text(NULL, head);
    return problem;
}

int record_end(void)
{
    if (atomic_load(&forgotten))
        return 0;
    write_text(NULL, TAPE_END);
    (void)pthread_mutex_lock(&lock);
    int r = end_writer();
    if (r < 0)
        problem = r;
    r = problem;
    (void)pthread_mutex_unlock(&lock);
    return r;
}

void record_forget(void)
{
    const int fd = atomic_exchange(&descriptor, -1);

    atomic_store(&forgotten, true);
    if (fd >= 0)
        (void)close(fd);
}

int tape_record_open(int family, const int *groups, uint32_t port, struct tape_stream **ret)
{
    struct capture_entry entry = {
        .event = CAPTURE_OPEN,
        .groups = tape_mask(groups),
        .sender_port = port,
    };
    struct record_stream *stream = NULL;

    if (groups && !atomic_load(&forgotten)) {
        stream = calloc(1, sizeof(*stream));
        if (!stream)
            return -ENOMEM;
        stream->protocol = (uint32_t)family;
        write_entry(stream, &entry);
    }
    *ret = stream ? &stream->common : NULL;
    return 0;
}

void tape_record_request(struct tape_stream *stream, const void *bytes, size_t size)
{
    struct capture_entry entry = {.event = CAPTURE_REQUEST, .data = bytes, .size = size};

    write_entry(recorded(stream), &entry);
}

void tape_record_refusal(struct tape_stream *stream, int error)
{
    struct capture_entry entry = {
        .event = CAPTURE_ERROR, .error = error, .data = "request", .size = strlen("request")};

    write_entry(recorded(stream), &entry);
}

void tape_record_batch(struct tape_stream *stream, const struct tape_datagram *datagrams,
                       size_t count)
{
    struct capture_entry entries[TAPE_BATCH];

    for (size_t i = 0; i < count; i++) {
        const struct tape_datagram *datagram = &datagrams[i];

        entries[i] = datagram->cut
                         ? (struct capture_entry){.event = CAPTURE_ERROR, .error = EMSGSIZE}
                         : (struct capture_entry){.event = CAPTURE_RECEIVE,
                                                  .sender_port = datagram->sender,
                                                  .data = datagram->bytes,
                                                  .size = datagram->size};
    }
    write_entries(recorded(stream), entries, count);
}

void tape_record_error(struct tape_stream *stream, int error)
{
    struct capture_entry entry = {.event = CAPTURE_ERROR, .error = error};

    write_entry(recorded(stream), &entry);
}

void tape_record_tick(struct tape_stream *stream)
{
    write_text(recorded(stream), TAPE_TICK);
}

void tape_record_wireless(struct tape_stream *stream, uint32_t ifindex, bool wireless)
{
    char text[TAPE_TEXT];

    (void)snprintf(text, sizeof(text), TAPE_WIRELESS, ifindex, wireless);
    write_text(recorded(stream), text);
}

void tape_record_close(struct tape_stream *stream)
{
    struct capture_entry entry = {.event = CAPTURE_CLOSE};

    write_entry(recorded(stream), &entry);
    free(recorded(stream));
}
