/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings: what was written is read, and a file that is cut or changed never gives another
 * entry. */
#include "capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { ENTRIES = 60, DATA = 200, PATH = 32 };

static const struct capture_entry none;
static unsigned seed;

struct kept_entry {
    struct capture_entry entry;
    uint8_t data[DATA];
};

static unsigned draw(unsigned limit)
{
    return (unsigned)rand_r(&seed) % limit;
}

static int make_file(char path[PATH])
{
    int fd = memfd_create("recording", MFD_CLOEXEC);

    assert_true(fd >= 0);
    (void)snprintf(path, PATH, "/proc/self/fd/%d", fd);
    return fd;
}

/* With just what an entry of its event has. */
static void draw_entry(struct kept_entry *ret)
{
    struct capture_entry entry = {
        .time_ns = ((uint64_t)draw(1U << 30) << 33) | draw(1U << 30),
        .stream = draw(1U << 30),
        .event = (enum capture_event)draw(CAPTURE_EVENTS),
        .size = draw(DATA),
    };

    if (entry.event == CAPTURE_OPEN) {
        entry.protocol = draw(30);
        entry.groups = (uint64_t)draw(1U << 30) << 34 | draw(1U << 30);
    }
    if (entry.event == CAPTURE_OPEN || entry.event == CAPTURE_RECEIVE)
        entry.sender_port = draw(2) * draw(1U << 30);
    if (entry.event == CAPTURE_ERROR)
        entry.error = (int)draw(133) + 1;
    for (size_t i = 0; i < entry.size; i++)
        ret->data[i] = (uint8_t)draw(256);
    entry.data = ret->data;
    ret->entry = entry;
}

static void write_entries(const char *path, const struct kept_entry *entries, size_t count)
{
    struct capture_writer *writer;

    assert_int_equal(capture_writer_new(path, &writer), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(capture_write(writer, &entries[i].entry), 0);
    assert_int_equal(capture_writer_end(writer), 0);
}

static void assert_same(const struct capture_entry *one, const struct capture_entry *other)
{
    assert_true(one->time_ns == other->time_ns);
    assert_int_equal(one->stream, other->stream);
    assert_int_equal(one->event, other->event);
    assert_int_equal(one->protocol, other->protocol);
    assert_true(one->groups == other->groups);
    assert_int_equal(one->sender_port, other->sender_port);
    assert_int_equal(one->error, other->error);
    assert_int_equal(one->size, other->size);
    if (one->size > 0)
        assert_memory_equal(one->data, other->data, one->size);
}

/* Reads a file, whose entries must be the first of those. How many there were, and how it ended. */
static size_t read_entries(const char *path, const struct kept_entry *entries, size_t count,
                           int *ret_end)
{
    struct capture_reader *reader;
    struct capture_entry entry = none;
    size_t found = 0;
    int r;

    assert_int_equal(capture_reader_open(path, &reader), 0);
    while ((r = capture_read(reader, &entry)) > 0) {
        assert_true(found < count);
        assert_same(&entry, &entries[found++].entry);
    }
    assert_true((r < 0) == (capture_reader_problem(reader) != NULL));
    capture_reader_close(reader);
    *ret_end = r;
    return found;
}

static void test_round_trip(void **state)
{
    struct kept_entry entries[ENTRIES] = {0};
    char path[PATH];
    int end;

    (void)state;
    for (int round = 0; round < 50; round++) {
        const size_t count = draw(ENTRIES + 1);
        int fd = make_file(path);
        for (size_t i = 0; i < count; i++)
            draw_entry(&entries[i]);
        write_entries(path, entries, count);
        assert_int_equal(read_entries(path, entries, count, &end), count);
        assert_int_equal(end, 0);
        (void)close(fd);
    }
}

/* Larger than the writer's buffer, and than any entry may be. */
static void test_large(void **state)
{
    uint8_t *data = calloc(1, CAPTURE_DATA_MAX + 1);
    struct capture_entry entry = {.event = CAPTURE_RECEIVE, .data = data, .size = CAPTURE_DATA_MAX};
    struct capture_entry found = none;
    struct capture_writer *writer;
    struct capture_reader *reader;
    char path[PATH];
    int fd = make_file(path);

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < CAPTURE_DATA_MAX; i++)
        data[i] = (uint8_t)(i * 7 / 5);
    assert_int_equal(capture_writer_new(path, &writer), 0);
    assert_int_equal(capture_write(writer, &entry), 0);
    entry.size++;
    assert_int_equal(capture_write(writer, &entry), -EMSGSIZE);
    entry.size--;
    assert_int_equal(capture_writer_end(writer), 0);
    assert_int_equal(capture_reader_open(path, &reader), 0);
    assert_int_equal(capture_read(reader, &found), 1);
    assert_same(&found, &entry);
    assert_int_equal(capture_read(reader, &found), 0);
    capture_reader_close(reader);
    (void)close(fd);
    free(data);
}

/* Each length that a file can be cut to. */
static void test_truncations(void **state)
{
    struct kept_entry entries[12] = {0};
    const size_t count = sizeof(entries) / sizeof(entries[0]);
    struct stat status;
    char path[PATH];
    int fd = make_file(path);
    size_t before = count;
    size_t clean = 0;
    int end;

    (void)state;
    for (size_t i = 0; i < count; i++)
        draw_entry(&entries[i]);
    write_entries(path, entries, count);
    assert_int_equal(fstat(fd, &status), 0);
    for (off_t size = status.st_size - 1; size >= 0; size--) {
        assert_int_equal(ftruncate(fd, size), 0);
        size_t found = read_entries(path, entries, count, &end);
        assert_true(found <= before && found < count);
        assert_true(end == 0 || end == -ENODATA || end == -EBADMSG);
        before = found;
        clean += end == 0;
    }
    /* An end within an entry is told; one between two, or behind the preface, cannot be seen. */
    assert_int_equal(clean, count);
    assert_int_equal(before, 0);
    assert_int_equal(end, -EBADMSG);
    (void)close(fd);
}

static void test_no_file(void **state)
{
    struct capture_reader *reader;
    struct capture_writer *writer;

    (void)state;
    assert_int_equal(capture_reader_open("/nowhere/recording", &reader), -ENOENT);
    assert_int_equal(capture_writer_new("/nowhere/recording", &writer), -ENOENT);
}

/* It is told with the first entry, and lasts. */
static void test_full_disk(void **state)
{
    const struct capture_entry entry = {.time_ns = UINT64_MAX / 2, .event = CAPTURE_CLOSE};
    struct capture_writer *writer;

    (void)state;
    assert_int_equal(capture_writer_new("/dev/full", &writer), 0);
    assert_int_equal(capture_write(writer, &entry), -ENOSPC);
    assert_int_equal(capture_write(writer, &entry), -ENOSPC);
    assert_int_equal(capture_writer_end(writer), -ENOSPC);
}

/* A pipe that nobody reads, and a file that becomes too large, end the recording, not the program:
 * each would, by a signal. */
static void test_signals(void **state)
{
    const struct capture_entry entry = {.time_ns = UINT64_MAX / 2, .event = CAPTURE_CLOSE};
    struct capture_writer *writer;
    struct rlimit before, limit;
    sigset_t pending;
    char path[PATH];
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[1]);
    assert_int_equal(capture_writer_new(path, &writer), 0);
    (void)close(ends[0]);
    assert_int_equal(capture_write(writer, &entry), -EPIPE);
    assert_int_equal(capture_writer_end(writer), -EPIPE);
    (void)close(ends[1]);

    int fd = make_file(path);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(capture_writer_new(path, &writer), 0);
    assert_int_equal(capture_write(writer, &entry), -EFBIG);
    assert_int_equal(capture_writer_end(writer), -EFBIG);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)close(fd);

    assert_int_equal(sigpending(&pending), 0);
    assert_false(sigismember(&pending, SIGPIPE));
    assert_false(sigismember(&pending, SIGXFSZ));
}

/* Also one that was there. */
static void test_owner_only(void **state)
{
    char path[] = "/tmp/test_capture-XXXXXX";
    struct capture_writer *writer;
    struct stat status;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(capture_writer_new(path, &writer), 0);
    assert_int_equal(capture_writer_end(writer), 0);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    (void)close(fd);
    (void)unlink(path);
}

/* Who recorded is read with the first entry: plain text, as long as there is room for. */
static void test_origin(void **state)
{
    const struct capture_entry close_entry = {.event = CAPTURE_CLOSE};
    struct capture_origin origin = {.system = "Linux 6.1.0-13-amd64",
                                    .program = "a\nb\x80"
                                               "c"};
    struct capture_writer *writer;
    struct capture_reader *reader;
    struct capture_entry entry;
    char path[PATH];
    int fd = make_file(path);

    (void)state;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(capture_writer_new(path, &writer), 0);
        if (round < 2)
            capture_writer_set_origin(writer, &origin);
        assert_int_equal(capture_write(writer, &close_entry), 0);
        assert_int_equal(capture_writer_end(writer), 0);
        assert_int_equal(capture_reader_open(path, &reader), 0);
        assert_string_equal(capture_reader_origin(reader)->system, "");
        assert_int_equal(capture_read(reader, &entry), 1);
        assert_string_equal(capture_reader_origin(reader)->system, round < 2 ? origin.system : "");
        assert_string_equal(capture_reader_origin(reader)->program, round == 0   ? "abc"
                                                                    : round == 1 ? origin.program
                                                                                 : "");
        assert_int_equal(capture_read(reader, &entry), 0);
        capture_reader_close(reader);
        memset(origin.program, 'x', sizeof(origin.program) - 1);
    }
    (void)close(fd);
}

/* A file that is being written is left alone; one whose writer has ended is written anew. */
static void test_two_writers(void **state)
{
    char path[] = "/tmp/test_capture-XXXXXX";
    struct capture_writer *first;
    struct capture_writer *second;
    struct capture_reader *reader;
    struct capture_entry entry;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(capture_writer_new(path, &first), 0);
    assert_int_equal(capture_writer_new(path, &second), -EBUSY);
    assert_int_equal(capture_writer_end(first), 0);
    assert_int_equal(capture_reader_open(path, &reader), 0);
    assert_int_equal(capture_read(reader, &entry), 0);
    capture_reader_close(reader);
    assert_int_equal(capture_writer_new(path, &second), 0);
    assert_int_equal(capture_writer_end(second), 0);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_large),
        cmocka_unit_test(test_truncations), cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_full_disk),   cmocka_unit_test(test_two_writers),
        cmocka_unit_test(test_origin),      cmocka_unit_test(test_signals),
        cmocka_unit_test(test_owner_only),
    };
    const char *given = getenv("IPHLPAPI_SEED"); // NOLINT(concurrency-mt-unsafe): one thread

    seed = given ? (unsigned)strtoul(given, NULL, 10) : 1;
    print_message("IPHLPAPI_SEED=%u\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
