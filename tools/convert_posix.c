/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a recording anew, entry by entry, and anonymous where that is wanted. */
#include "convert.h"

#include "anonymous.h"
#include "capture/capture.h"
#include "tape.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct conversion {
    const char *from; /* what the recording is called, … */
    const char *to;   /* … and the other file */
    void (*begun)(void);
    struct capture_reader *reader;
    struct capture_writer *writer;
    struct anonymous *anonymous; /* NULL: nothing is replaced */
    struct anonymous_buffer buffer;
    uint32_t *protocols; /* of each stream */
    size_t stream_count;
    size_t stream_capacity;
    uint64_t dropped;
};

static char problem[320];

static const char *complain(const char *path, const char *what)
{
    (void)snprintf(problem, sizeof(problem), "%.128s: %s", path, what);
    return problem;
}

static int add_stream(struct conversion *conversion, const struct capture_entry *entry)
{
    if (entry->stream != conversion->stream_count)
        return -EBADMSG;
    if (conversion->stream_count == conversion->stream_capacity) {
        const size_t capacity = conversion->stream_capacity * 2 + 16;
        uint32_t *protocols = realloc(conversion->protocols, capacity * sizeof(*protocols));
        if (!protocols)
            return -ENOMEM;
        conversion->protocols = protocols;
        conversion->stream_capacity = capacity;
    }
    conversion->protocols[conversion->stream_count++] = entry->protocol;
    return 0;
}

/* Whether a text is one of those that a recording has, and nothing behind it. */
static bool text_is_known(const struct capture_entry *entry)
{
    static const char *const patterns[] = {"iphlpapi # start # ahead #", "clock", "wireless # #",
                                           "end"};
    const char *text = entry->data;

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        size_t at = 0;
        const char *pattern = patterns[i];
        for (; *pattern != '\0'; pattern++) {
            if (*pattern == '#') {
                const size_t first = at;
                while (at < entry->size && text[at] >= '0' && text[at] <= '9')
                    at++;
                if (at == first)
                    break;
            } else if (at < entry->size && text[at] == *pattern) {
                at++;
            } else {
                break;
            }
        }
        if (*pattern == '\0' && at == entry->size)
            return true;
    }
    return false;
}

static int replace(struct conversion *conversion, struct capture_entry *entry)
{
    int r = 0;

    switch (entry->event) {
    case CAPTURE_REQUEST:
    case CAPTURE_RECEIVE:
        if (entry->protocol != NETLINK_ROUTE)
            return -EPROTONOSUPPORT;
        r = anonymous_datagram(conversion->anonymous, entry->data, entry->size, &conversion->buffer,
                               &conversion->dropped);
        entry->data = conversion->buffer.bytes;
        entry->size = conversion->buffer.size;
        break;
    case CAPTURE_ANSWER:
        return entry->size == 0 || text_is_known(entry) ? 0 : -EBADMSG;
    case CAPTURE_ERROR:
        return entry->size == 0 || (entry->size == strlen("request") &&
                                    memcmp(entry->data, "request", entry->size) == 0)
                   ? 0
                   : -EBADMSG;
    case CAPTURE_OPEN:
    case CAPTURE_CLOSE:
    case CAPTURE_EVENTS:
        return entry->size == 0 ? 0 : -EBADMSG;
    }
    return r;
}

/* What is written for an entry. */
static int convert_entry(struct conversion *conversion, struct capture_entry *entry)
{
    int r = entry->event == CAPTURE_OPEN ? add_stream(conversion, entry) : 0;

    if (r == 0 && entry->event != CAPTURE_ANSWER && entry->stream >= conversion->stream_count)
        r = -EBADMSG;
    if (r < 0)
        return r;
    if (entry->stream < conversion->stream_count)
        entry->protocol = conversion->protocols[entry->stream];
    return conversion->anonymous ? replace(conversion, entry) : 0;
}

/* Behind the first read, before the first write. */
static void convert_origin(struct conversion *conversion)
{
    struct capture_origin origin = *capture_reader_origin(conversion->reader);

    if (conversion->anonymous) {
        anonymous_version(origin.system, "Linux");
        anonymous_version(origin.program, "iphlpapi");
    }
    capture_writer_set_origin(conversion->writer, &origin);
}

/* NULL, or what is wrong. */
static const char *convert_entries(struct conversion *conversion)
{
    struct capture_entry entry;
    char what[64];
    int r;

    for (uint64_t count = 1; (r = capture_read(conversion->reader, &entry)) > 0; count++) {
        if (count == 1)
            convert_origin(conversion);
        r = convert_entry(conversion, &entry);
        if (r < 0) {
            (void)snprintf(what, sizeof(what), "entry %llu: %s", (unsigned long long)count,
                           r == -EBADMSG ? "no recording has that" : strerrordesc_np(-r));
            return complain(conversion->from, what);
        }
        r = capture_write(conversion->writer, &entry);
        if (r < 0)
            return complain(conversion->to, strerrordesc_np(-r));
        if (count == 1 && conversion->begun)
            conversion->begun();
    }
    if (r == 0)
        return NULL;
    const char *why = capture_reader_problem(conversion->reader);
    return complain(conversion->from, why ? why : strerrordesc_np(-r));
}

static void conversion_free(struct conversion *conversion)
{
    capture_reader_close(conversion->reader);
    anonymous_free(conversion->anonymous);
    free(conversion->buffer.bytes);
    free(conversion->protocols);
    free(conversion);
}

const char *conversion_begin(const char *from_path, const char *from, const char *to,
                             bool anonymous, struct conversion **ret)
{
    struct conversion *conversion = calloc(1, sizeof(*conversion));

    if (!conversion)
        return complain(to, strerrordesc_np(ENOMEM));
    conversion->from = from;
    conversion->to = to;
    const char *at = from;
    int r = capture_reader_open(from_path, &conversion->reader);
    if (r == 0) {
        at = to;
        r = anonymous ? anonymous_new(&conversion->anonymous) : 0;
    }
    if (r == 0)
        r = capture_writer_new(to, &conversion->writer);
    const char *why = r < 0 ? complain(at, strerrordesc_np(-r)) : NULL;
    if (why)
        conversion_free(conversion);
    else
        *ret = conversion;
    return why;
}

const char *conversion_finish(struct conversion *conversion, void (*begun)(void),
                              uint64_t *ret_dropped)
{
    conversion->begun = begun;
    const char *why = convert_entries(conversion);
    int r = capture_writer_end(conversion->writer);

    if (!why && r < 0)
        why = complain(conversion->to, strerrordesc_np(-r));
    if (!why)
        *ret_dropped = conversion->dropped;
    conversion_free(conversion);
    return why;
}

static bool same_file(const char *one, const char *other)
{
    struct stat first, second;

    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

const char *tape_convert(const char *from, const char *to, bool anonymous, uint64_t *ret_dropped)
{
    struct conversion *conversion;

    if (same_file(from, to))
        return complain(to, "would be read and written at once");
    const char *why = conversion_begin(from, from, to, anonymous, &conversion);
    return why ? why : conversion_finish(conversion, NULL, ret_dropped);
}
