/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a recording and looks whether it can be one: a replay is safe with any file, but it should
 * not begin with one that has been cut up, put in another order, or made up.
 */
#include "backend/netlink/tape/load.h"
#include "backend/array.h"
#include "backend/netlink/tape/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(struct recording *recording, const char *why)
{
    (void)snprintf(recording->problem, sizeof(recording->problem), "entry %zu: %s",
                   recording->entry_count + 1, why);
    return -EBADMSG;
}

bool entry_says(const struct capture_entry *entry, const char *text)
{
    return entry->event == CAPTURE_ANSWER && entry->size == strlen(text) &&
           memcmp(entry->data, text, entry->size) == 0;
}

static bool begins(const struct capture_entry *entry, const char *text)
{
    return entry->event == CAPTURE_ANSWER && entry->size >= strlen(text) &&
           memcmp(entry->data, text, strlen(text)) == 0;
}

static int take_head(struct recording *recording, const struct capture_entry *entry)
{
    char text[TAPE_TEXT] = "";
    char again[TAPE_TEXT];

    if (entry->event == CAPTURE_ANSWER && entry->size < sizeof(text))
        memcpy(text, entry->data, entry->size);
    /* NOLINTNEXTLINE(cert-err34-c): what was read is written and compared */
    (void)sscanf(text, TAPE_HEAD_READ, &recording->system_start, &recording->ahead_ns);
    (void)snprintf(again, sizeof(again), TAPE_HEAD, recording->system_start, recording->ahead_ns);
    if (strcmp(text, again) != 0)
        return refuse(recording, "a recording of this library has another beginning");
    return 0;
}

static int add_stream(struct recording *recording, const struct capture_entry *entry)
{
    if (entry->stream != recording->stream_count)
        return refuse(recording, "streams are not numbered in the order of their opening");
    void *streams = array_make_room(recording->streams, recording->stream_count,
                                    &recording->stream_capacity, sizeof(*recording->streams), 16);
    if (!streams)
        return -ENOMEM;
    recording->streams = streams;
    recording->streams[recording->stream_count++] = (struct loaded_stream){NO_ENTRY, NO_ENTRY};
    return 0;
}

/* The stream of an entry that has one. */
static int check_stream(struct recording *recording, const struct capture_entry *entry)
{
    if (entry->event == CAPTURE_OPEN)
        return add_stream(recording, entry);
    if (entry->stream >= recording->stream_count)
        return refuse(recording, "of a stream that was not opened");
    const struct loaded_stream *stream = &recording->streams[entry->stream];
    if (recording->entries[stream->last].entry.event == CAPTURE_CLOSE)
        return refuse(recording, "of a stream that was closed");
    return 0;
}

static int check(struct recording *recording, const struct capture_entry *entry)
{
    const size_t count = recording->entry_count;

    if (count == 0)
        return take_head(recording, entry);
    if (begins(entry, TAPE_NAME))
        return refuse(recording, "a second recording begins, and only one can be played");
    if (recording->ended)
        return refuse(recording, "after the recording's end");
    if (entry->time_ns < recording->entries[count - 1].entry.time_ns)
        return refuse(recording, "older than the entry before it");
    /* Modulo 2^64: CLOCK_BOOTTIME may be ahead, where the date was never set. */
    if (entry->time_ns - recording->ahead_ns > INT64_MAX)
        return refuse(recording, "older than the system");
    if (entry->event == CAPTURE_ERROR && (entry->error <= 0 || entry->error == EINTR ||
                                          entry->error == EBADF || entry->error == EINPROGRESS))
        return refuse(recording, "an error that no receive gives");
    if (entry_says(entry, TAPE_END)) {
        recording->ended = true;
        return 0;
    }
    return check_stream(recording, entry);
}

/* With a copy of its bytes. */
static int add(struct recording *recording, const struct capture_entry *entry)
{
    void *entries = array_make_room(recording->entries, recording->entry_count,
                                    &recording->entry_capacity, sizeof(*recording->entries), 1024);
    if (!entries)
        return -ENOMEM;
    recording->entries = entries;
    void *bytes = recording->entry_count < NO_ENTRY ? malloc(entry->size + 1) : NULL;
    if (!bytes)
        return -ENOMEM;
    if (entry->size > 0)
        memcpy(bytes, entry->data, entry->size);
    const uint32_t place = (uint32_t)recording->entry_count++;
    struct loaded_entry *added = &recording->entries[place];
    *added = (struct loaded_entry){.entry = *entry, .next = NO_ENTRY};
    added->entry.data = bytes;
    if (place == 0 || recording->ended)
        return 0;
    struct loaded_stream *stream = &recording->streams[entry->stream];
    if (stream->first == NO_ENTRY)
        stream->first = place;
    else
        recording->entries[stream->last].next = place;
    stream->last = place;
    return 0;
}

static int read_entries(struct recording *recording, struct capture_reader *reader)
{
    struct capture_entry entry;
    int r;

    while ((r = capture_read(reader, &entry)) > 0) {
        r = check(recording, &entry);
        if (r == 0)
            r = add(recording, &entry);
        if (r < 0)
            return r;
    }
    return r;
}

/* Whether there is a beginning, which can be played up to its end. */
static bool has_beginning(const struct recording *recording, int error)
{
    return recording->entry_count > 0 && (error == 0 || error == -ENODATA);
}

int recording_load(struct recording *recording, const char *path)
{
    struct capture_reader *reader;

    *recording = (struct recording){0};
    int r = capture_reader_open(path, &reader);
    if (r < 0) {
        (void)snprintf(recording->problem, sizeof(recording->problem), "%s", strerrordesc_np(-r));
        return r;
    }
    r = read_entries(recording, reader);
    const char *problem = capture_reader_problem(reader);
    if (!recording->problem[0] && r < 0)
        (void)snprintf(recording->problem, sizeof(recording->problem), "%s",
                       problem ? problem : strerrordesc_np(-r));
    else if (r == 0 && !recording->ended)
        (void)snprintf(recording->problem, sizeof(recording->problem),
                       "the file ends after entry %zu, before the recording was ended",
                       recording->entry_count);
    capture_reader_close(reader);
    if (has_beginning(recording, r))
        return 0;
    recording_clear(recording);
    return r < 0 ? r : -ENODATA;
}

void recording_clear(struct recording *recording)
{
    for (size_t i = 0; i < recording->entry_count; i++)
        free((void *)(uintptr_t)recording->entries[i].entry.data);
    free(recording->entries);
    free(recording->streams);
    recording->entries = NULL;
    recording->streams = NULL;
    recording->entry_count = recording->entry_capacity = 0;
    recording->stream_count = recording->stream_capacity = 0;
}
