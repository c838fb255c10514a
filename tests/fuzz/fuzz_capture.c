/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings. What is read is within bounds, is written as what was read, and reads again. */
#include "fuzz.h"

#include "capture/capture.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH = 32 };

/* A file without a name, and the path to it. */
static int make_file(char path[PATH])
{
    int fd = memfd_create("recording", MFD_CLOEXEC);

    MUST(fd >= 0);
    (void)snprintf(path, PATH, "/proc/self/fd/%d", fd);
    return fd;
}

static void check_entry(const struct capture_entry *entry)
{
    uint8_t sum = 0;

    MUST(entry->size <= CAPTURE_DATA_MAX);
    MUST((unsigned)entry->event < CAPTURE_EVENTS);
    for (size_t i = 0; i < entry->size; i++)
        sum ^= ((const uint8_t *)entry->data)[i];
    (void)sum;
}

static void check_same(const struct capture_entry *one, const struct capture_entry *other)
{
    MUST(one->time_ns == other->time_ns && one->stream == other->stream);
    MUST(one->event == other->event && one->protocol == other->protocol);
    MUST(one->groups == other->groups && one->sender_port == other->sender_port);
    MUST(one->error == other->error && one->size == other->size);
    MUST(one->size == 0 || memcmp(one->data, other->data, one->size) == 0);
}

/* Reads the entries of a file, and writes them to another where there is one. */
static size_t copy(const char *from, const char *to, int *ret_end)
{
    struct capture_reader *reader;
    struct capture_writer *writer = NULL;
    struct capture_entry entry;
    size_t count = 0;
    int r;

    MUST(capture_reader_open(from, &reader) == 0);
    MUST(capture_writer_new(to, &writer) == 0);
    for (; (r = capture_read(reader, &entry)) > 0; count++) {
        check_entry(&entry);
        MUST(capture_write(writer, &entry) == 0);
    }
    MUST(r == 0 || r == -ENODATA || r == -EBADMSG || r == -ENOMEM);
    MUST(r == 0 || r == -ENOMEM || capture_reader_problem(reader) != NULL);
    MUST(capture_writer_end(writer) == 0);
    capture_reader_close(reader);
    *ret_end = r;
    return count;
}

static void compare(const char *from, const char *to, size_t count)
{
    struct capture_reader *readers[2];
    struct capture_entry entries[2];

    MUST(capture_reader_open(from, &readers[0]) == 0);
    MUST(capture_reader_open(to, &readers[1]) == 0);
    for (size_t i = 0; i < count; i++) {
        MUST(capture_read(readers[0], &entries[0]) == 1);
        MUST(capture_read(readers[1], &entries[1]) == 1);
        check_same(&entries[0], &entries[1]);
    }
    MUST(capture_read(readers[1], &entries[1]) == 0);
    capture_reader_close(readers[0]);
    capture_reader_close(readers[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char from[PATH], to[PATH];
    int end;

    int input = make_file(from);
    int output = make_file(to);
    MUST(write(input, data, size) == (ssize_t)size);
    compare(from, to, copy(from, to, &end));
    (void)close(input);
    (void)close(output);
    return 0;
}
