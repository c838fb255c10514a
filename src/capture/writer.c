/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a file of entries, in large pieces. */
#include "capture/capture.h"
#include "capture/format.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

static void flush(struct capture_writer *writer)
{
    if (writer->error == 0)
        writer->error = write_all(writer->fd, writer->buffer, writer->used);
    writer->used = 0;
}

static void append(struct capture_writer *writer, const void *bytes, size_t size)
{
    if (size > sizeof(writer->buffer) - writer->used)
        flush(writer);
    if (size > sizeof(writer->buffer)) {
        if (writer->error == 0)
            writer->error = write_all(writer->fd, bytes, size);
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

static void append_preface(struct capture_writer *writer)
{
    const struct section_block section = {
        .head = {BLOCK_SECTION, sizeof(section)},
        .byte_order = ORDER_MARK,
        .major = 1,
        .length = {UINT32_MAX, UINT32_MAX},
        .tail = sizeof(section),
    };
    const struct interface_block interface = {
        .head = {BLOCK_INTERFACE, sizeof(interface)},
        .link_type = LINK_NETLINK,
        .resolution_code = OPTION_RESOLUTION,
        .resolution_size = 1,
        .resolution = RESOLUTION_NS, /* one byte; the others are padding */
        .tail = sizeof(interface),
    };
    uint8_t bytes[sizeof(interface)];

    append(writer, &section, sizeof(section));
    memcpy(bytes, &interface, sizeof(bytes));
    memcpy(bytes + offsetof(struct interface_block, resolution), (const uint8_t[4]){RESOLUTION_NS},
           sizeof(interface.resolution));
    append(writer, bytes, sizeof(bytes));
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
    append_preface(writer);
    flush(writer);
    if (writer->error < 0) {
        int error = writer->error;
        (void)capture_writer_end(writer);
        return error;
    }
    *ret = writer;
    return 0;
}

static size_t format_comment(const struct capture_entry *entry, char *ret, size_t size)
{
    static const char *const words[CAPTURE_EVENTS] = {
#define CAPTURE_EVENT(ID, word) [CAPTURE_##ID] = (word),
#include "capture/events.def"
    };
    size_t used =
        (size_t)snprintf(ret, size, "stream %" PRIu32 " %s", entry->stream, words[entry->event]);

    if (entry->event == CAPTURE_OPEN)
        used += (size_t)snprintf(ret + used, size - used,
                                 " protocol %" PRIu32 " groups %" PRIx64 " port %" PRIu32,
                                 entry->protocol, entry->groups, entry->sender_port);
    else if (entry->event == CAPTURE_RECEIVE && entry->sender_port != 0)
        used += (size_t)snprintf(ret + used, size - used, " port %" PRIu32, entry->sender_port);
    else if (entry->event == CAPTURE_ERROR)
        used += (size_t)snprintf(ret + used, size - used, " errno %d", entry->error);
    return used;
}

int capture_write(struct capture_writer *writer, const struct capture_entry *entry)
{
    char comment[COMMENT_MAX] = "";
    const bool cooked = entry->event == CAPTURE_REQUEST || entry->event == CAPTURE_RECEIVE;
    const struct cooked_head head = {
        .direction = htons(entry->event == CAPTURE_REQUEST ? PACKET_OUTGOING : 0),
        .arphrd = htons(ARPHRD_OF_NETLINK),
        /* What is no message is given to no dissector of them. */
        .protocol = htons(cooked ? (uint16_t)entry->protocol : UINT16_MAX),
    };
    const struct option_head end = {0};

    if (writer->error < 0)
        return writer->error;
    if (entry->size > CAPTURE_DATA_MAX)
        return -EMSGSIZE;
    const uint32_t size = (uint32_t)(sizeof(head) + entry->size);
    const struct option_head option = {
        .code = OPTION_COMMENT, .size = (uint16_t)format_comment(entry, comment, sizeof(comment))};
    const uint32_t length = (uint32_t)(sizeof(struct packet_block) + padded(size) + sizeof(option) +
                                       padded(option.size) + sizeof(end) + sizeof(length));
    const struct packet_block block = {
        .head = {BLOCK_PACKET, length},
        .time_high = (uint32_t)(entry->time_ns >> 32),
        .time_low = (uint32_t)entry->time_ns,
        .captured = size,
        .original = size,
    };

    append(writer, &block, sizeof(block));
    append(writer, &head, sizeof(head));
    append(writer, entry->data, entry->size);
    append_padding(writer, size);
    append(writer, &option, sizeof(option));
    append(writer, comment, option.size);
    append_padding(writer, option.size);
    append(writer, &end, sizeof(end));
    append(writer, &length, sizeof(length));
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
    flush(writer);
    int error = writer->error;
    if (writer->fd >= 0 && close(writer->fd) < 0 && error == 0)
        error = -errno;
    free(writer);
    return error;
}
