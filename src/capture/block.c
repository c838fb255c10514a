/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads blocks of pcapng, and knows those of other files by their first bytes. */
#include "capture/block.h"
#include "capture/format.h"

#include <byteswap.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int block_fail(struct block_reader *reader, int error, const char *format, ...)
{
    va_list arguments;
    int used =
        snprintf(reader->problem, sizeof(reader->problem), "block %" PRIu64 ": ", reader->count);

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is a line above */
    (void)vsnprintf(reader->problem + used, sizeof(reader->problem) - (size_t)used, format,
                    arguments);
    va_end(arguments);
    return error;
}

static uint16_t u16_of(const struct block_reader *reader, const void *bytes)
{
    uint16_t value;

    memcpy(&value, bytes, sizeof(value));
    return reader->swapped ? bswap_16(value) : value;
}

static uint32_t u32_of(const struct block_reader *reader, const void *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return reader->swapped ? bswap_32(value) : value;
}

uint16_t block_u16(const struct block_reader *reader, size_t place)
{
    return u16_of(reader, reader->bytes + place);
}

uint32_t block_u32(const struct block_reader *reader, size_t place)
{
    return u32_of(reader, reader->bytes + place);
}

uint64_t block_u64(const struct block_reader *reader, size_t place)
{
    uint64_t value;

    memcpy(&value, reader->bytes + place, sizeof(value));
    return reader->swapped ? bswap_64(value) : value;
}

/* 1; 0: there is nothing more; a negative errno. */
static int read_bytes(struct block_reader *reader, void *bytes, size_t size, bool may_end)
{
    size_t done = fread(bytes, 1, size, reader->file);

    if (done == size)
        return 1;
    if (ferror(reader->file))
        return block_fail(reader, -EIO, "cannot be read");
    return done == 0 && may_end ? 0 : block_fail(reader, -ENODATA, "the file ends within it");
}

/* What else a file may be that somebody takes for a recording. */
static int refuse_beginning(struct block_reader *reader, const uint8_t bytes[4])
{
    static const struct {
        uint8_t bytes[4];
        uint8_t count;
        const char *what;
    } others[] = {
        {{0x1f, 0x8b}, 2, "the file is compressed by gzip"},
        {{0x28, 0xb5, 0x2f, 0xfd}, 4, "the file is compressed by zstd"},
        {{0x04, 0x22, 0x4d, 0x18}, 4, "the file is compressed by lz4"},
        {{0xa1, 0xb2, 0xc3, 0xd4}, 4, "the file is pcap, which has no comments; save as pcapng"},
        {{0xd4, 0xc3, 0xb2, 0xa1}, 4, "the file is pcap, which has no comments; save as pcapng"},
        {{0xa1, 0xb2, 0x3c, 0x4d}, 4, "the file is pcap, which has no comments; save as pcapng"},
        {{0x4d, 0x3c, 0xb2, 0xa1}, 4, "the file is pcap, which has no comments; save as pcapng"},
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (memcmp(bytes, others[i].bytes, others[i].count) == 0)
            return block_fail(reader, -EBADMSG, "%s", others[i].what);
    return block_fail(reader, -EBADMSG, "this is no recording");
}

/* A section says by its third word in which byte order it is. The type is the same in both. */
static int find_byte_order(struct block_reader *reader, const uint8_t mark[4])
{
    uint32_t value;

    memcpy(&value, mark, sizeof(value));
    if (value != ORDER_MARK && value != bswap_32(ORDER_MARK))
        return block_fail(reader, -EBADMSG, "it has no byte order");
    reader->swapped = value != ORDER_MARK;
    return 0;
}

static int make_room(struct block_reader *reader, size_t size)
{
    if (size <= reader->capacity)
        return 0;
    uint8_t *bytes = realloc(reader->bytes, size);
    if (!bytes)
        return -ENOMEM;
    reader->bytes = bytes;
    reader->capacity = size;
    return 0;
}

/* What is between the bytes that were read and the tail. */
static int skip_bytes(struct block_reader *reader, uint32_t size)
{
    uint8_t ignored[4096];
    int r = 1;

    while (size > 0 && r > 0) {
        const uint32_t part = size < sizeof(ignored) ? size : (uint32_t)sizeof(ignored);
        r = read_bytes(reader, ignored, part, false);
        size -= part;
    }
    return r;
}

static bool is_read(uint32_t type)
{
    return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_PACKET ||
           type == BLOCK_OLD_PACKET || type == BLOCK_SIMPLE_PACKET;
}

/* The bytes of a block after its first ones, into memory where it is of a type that is read. */
static int read_rest(struct block_reader *reader, const uint8_t *first, uint32_t done,
                     uint32_t length)
{
    const uint32_t rest = length - done - (uint32_t)sizeof(length);

    if (!is_read(reader->type))
        return skip_bytes(reader, rest);
    if (length > BLOCK_MAX)
        return block_fail(reader, -EBADMSG, "no block is %" PRIu32 " bytes long", length);
    int r = make_room(reader, length);
    if (r < 0)
        return r;
    memcpy(reader->bytes, first, done);
    return read_bytes(reader, reader->bytes + done, rest, false);
}

/* Any block, whole and with a tail that is right. */
static int read_block(struct block_reader *reader)
{
    uint8_t first[sizeof(struct block_head) + sizeof(uint32_t)];
    uint8_t tail[sizeof(uint32_t)];
    uint32_t done = sizeof(struct block_head);

    reader->count++;
    int r = read_bytes(reader, first, done, true);
    if (r <= 0)
        return r;
    reader->type = u32_of(reader, first);
    if (reader->count == 1 && reader->type != BLOCK_SECTION)
        return refuse_beginning(reader, first);
    if (reader->type == BLOCK_SECTION) {
        r = read_bytes(reader, first + done, sizeof(first) - done, false);
        if (r > 0)
            r = find_byte_order(reader, first + done);
        if (r < 0)
            return r;
        done = sizeof(first);
    }
    const uint32_t length = u32_of(reader, first + offsetof(struct block_head, length));
    if (length < done + sizeof(tail) || length % 4 != 0)
        return block_fail(reader, -EBADMSG, "no block is %" PRIu32 " bytes long", length);
    r = read_rest(reader, first, done, length);
    if (r > 0)
        r = read_bytes(reader, tail, sizeof(tail), false);
    if (r <= 0)
        return r;
    reader->end = length - (uint32_t)sizeof(tail);
    return u32_of(reader, tail) == length ? 1
                                          : block_fail(reader, -EBADMSG, "its two lengths differ");
}

int block_next(struct block_reader *reader)
{
    int r;

    do
        r = read_block(reader);
    while (r > 0 && !is_read(reader->type));
    return r;
}

int block_option(struct block_reader *reader, size_t *place, struct block_option *ret)
{
    const size_t room = reader->end - *place;
    struct block_option option = {.place = *place + sizeof(struct option_head)};

    if (room == 0)
        return 0;
    if (room >= sizeof(struct option_head)) {
        option.code = block_u16(reader, *place);
        option.size = block_u16(reader, *place + offsetof(struct option_head, size));
    }
    if (room < sizeof(struct option_head) ||
        padded(option.size) > room - sizeof(struct option_head))
        return block_fail(reader, -EBADMSG, "it ends within an option");
    if (option.code == OPTION_END)
        return 0;
    *place = option.place + padded(option.size);
    *ret = option;
    return 1;
}

void block_clear(struct block_reader *reader)
{
    free(reader->bytes);
    reader->bytes = NULL;
    reader->capacity = 0;
}
