/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a file of entries, in large pieces. */
#include "capture/capture.h"
#include "capture/comment.h"
#include "capture/format.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was recorded is in the file a second later, if anything follows. */
enum { PIECE = 1 << 18 };
static const uint64_t WRITE_AFTER_NS = 1000000000;

struct capture_writer {
    int fd;
    int error; /* negative, and lasts */
    uint64_t written_ns;
    uint64_t entry_count;
    bool prefaced;
    struct capture_origin origin;
    size_t used;
    uint8_t buffer[PIECE];
};

static int write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? -errno : -EIO;
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

/*
 * Without the signals that end a program whose pipe nobody reads, or whose file becomes too large:
 * the program does not know of this file.
 */
static int write_quietly(int fd, const uint8_t *bytes, size_t size)
{
    static const struct timespec at_once;
    sigset_t signals, before, pending;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigaddset(&signals, SIGXFSZ);
    (void)sigemptyset(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &signals, &before);
    (void)sigpending(&pending);
    int r = write_all(fd, bytes, size);
    const int raised = r == -EPIPE ? SIGPIPE : r == -EFBIG ? SIGXFSZ : 0;
    /* One that was there before is the program's. */
    if (raised != 0 && !sigismember(&pending, raised)) {
        (void)sigemptyset(&signals);
        (void)sigaddset(&signals, raised);
        (void)sigtimedwait(&signals, NULL, &at_once);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

static void flush(struct capture_writer *writer)
{
    if (writer->error == 0)
        writer->error = write_quietly(writer->fd, writer->buffer, writer->used);
    writer->used = 0;
}

static void append(struct capture_writer *writer, const void *bytes, size_t size)
{
    if (size > sizeof(writer->buffer) - writer->used)
        flush(writer);
    if (size > sizeof(writer->buffer)) {
        if (writer->error == 0)
            writer->error = write_quietly(writer->fd, bytes, size);
    } else if (size > 0) {
        memcpy(writer->buffer + writer->used, bytes, size);
        writer->used += size;
    }
}

static void append_padding(struct capture_writer *writer, uint32_t size)
{
    static const uint8_t zeros[4];

    append(writer, zeros, padded(size) - size);
}

static void append_option(struct capture_writer *writer, uint16_t code, const void *value,
                          size_t size)
{
    const struct option_head head = {code, (uint16_t)size};

    append(writer, &head, sizeof(head));
    append(writer, value, size);
    append_padding(writer, (uint32_t)size);
}

/* What append_option needs for it. */
static uint32_t option_size(size_t size)
{
    return (uint32_t)(sizeof(struct option_head) + padded((uint32_t)size));
}

static void append_end(struct capture_writer *writer, uint32_t length)
{
    append_option(writer, OPTION_END, NULL, 0);
    append(writer, &length, sizeof(length));
}

static void append_section(struct capture_writer *writer)
{
    const struct {
        uint16_t code;
        const char *text;
    } texts[] = {{OPTION_SYSTEM, writer->origin.system}, {OPTION_PROGRAM, writer->origin.program}};
    struct section_block block = {
        .head = {BLOCK_SECTION, sizeof(block) + option_size(0) + sizeof(uint32_t)},
        .byte_order = ORDER_MARK,
        .major = 1,
        .length = {UINT32_MAX, UINT32_MAX},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].text[0])
            block.head.length += option_size(strlen(texts[i].text));
    append(writer, &block, sizeof(block));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].text[0])
            append_option(writer, texts[i].code, texts[i].text, strlen(texts[i].text));
    append_end(writer, block.head.length);
}

static void append_interface(struct capture_writer *writer)
{
    const uint8_t resolution = RESOLUTION_NS;
    const struct interface_block block = {
        .head = {BLOCK_INTERFACE, sizeof(block) + option_size(sizeof(resolution)) + option_size(0) +
                                      sizeof(uint32_t)},
        .link_type = LINK_NETLINK,
    };

    append(writer, &block, sizeof(block));
    append_option(writer, OPTION_RESOLUTION, &resolution, sizeof(resolution));
    append_end(writer, block.head.length);
}

/* Of the file, once. */
static void append_preface(struct capture_writer *writer)
{
    if (writer->prefaced)
        return;
    writer->prefaced = true;
    append_section(writer);
    append_interface(writer);
}

/* Another process that writes it keeps it; a device is any number of processes'. */
static int open_empty(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat about;
    int r = 0;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &about) < 0 ||
        (S_ISREG(about.st_mode) && (flock(fd, LOCK_EX | LOCK_NB) < 0 || ftruncate(fd, 0) < 0)))
        r = errno == EWOULDBLOCK ? -EBUSY : -errno;
    /* It was there, and others may read it. Where that cannot be changed, it is as the user has it.
     */
    if (r == 0 && S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)))
        (void)!fchmod(fd, S_IRUSR | S_IWUSR);
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    return fd;
}

int capture_writer_new(const char *path, struct capture_writer **ret)
{
    struct capture_writer *writer = malloc(sizeof(*writer));

    if (!writer)
        return -ENOMEM;
    writer->fd = open_empty(path);
    writer->error = writer->fd < 0 ? writer->fd : 0;
    writer->used = 0;
    writer->written_ns = 0;
    writer->entry_count = 0;
    writer->prefaced = false;
    writer->origin = (struct capture_origin){0};
    if (writer->error < 0) {
        int error = writer->error;
        (void)capture_writer_end(writer);
        return error;
    }
    *ret = writer;
    return 0;
}

int capture_writer_descriptor(const struct capture_writer *writer)
{
    return writer->fd;
}

void capture_writer_set_origin(struct capture_writer *writer, const struct capture_origin *origin)
{
    writer->origin = *origin;
}

int capture_write(struct capture_writer *writer, const struct capture_entry *entry)
{
    char comment[COMMENT_MAX];
    const uint64_t number = writer->entry_count + 1;
    const bool cooked = entry->event == CAPTURE_REQUEST || entry->event == CAPTURE_RECEIVE;
    const struct cooked_head head = {
        .direction = htons(entry->event == CAPTURE_REQUEST ? PACKET_OUTGOING : 0),
        .arphrd = htons(ARPHRD_OF_NETLINK),
        /* What is no message is given to no dissector of them. */
        .protocol = htons(cooked ? (uint16_t)entry->protocol : UINT16_MAX),
    };

    if (writer->error < 0)
        return writer->error;
    if (entry->size > CAPTURE_DATA_MAX)
        return -EMSGSIZE;
    const uint32_t size = (uint32_t)(sizeof(head) + entry->size);
    const size_t comment_size = comment_format(entry, comment);
    const uint32_t length =
        (uint32_t)(sizeof(struct packet_block) + padded(size) + option_size(comment_size) +
                   option_size(sizeof(number)) + option_size(0) + sizeof(length));
    const struct packet_block block = {
        .head = {BLOCK_PACKET, length},
        .time_high = (uint32_t)(entry->time_ns >> 32),
        .time_low = (uint32_t)entry->time_ns,
        .captured = size,
        .original = size,
    };

    append_preface(writer);
    append(writer, &block, sizeof(block));
    append(writer, &head, sizeof(head));
    append(writer, entry->data, entry->size);
    append_padding(writer, size);
    append_option(writer, OPTION_COMMENT, comment, comment_size);
    append_option(writer, OPTION_NUMBER, &number, sizeof(number));
    append_end(writer, length);
    writer->entry_count = number;
    if (entry->time_ns - writer->written_ns >= WRITE_AFTER_NS) {
        flush(writer);
        writer->written_ns = entry->time_ns;
    }
    return writer->error;
}

int capture_writer_end(struct capture_writer *writer)
{
    if (!writer)
        return 0;
    append_preface(writer);
    flush(writer);
    int error = writer->error;
    if (writer->fd >= 0 && close(writer->fd) < 0 && error == 0)
        error = -errno;
    free(writer);
    return error;
}
