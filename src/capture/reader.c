/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a file of entries. The file is anybody's: nothing in it is taken for granted. */
#include "capture/capture.h"
#include "capture/format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct capture_reader {
    FILE *file;
    uint64_t count; /* blocks */
    uint8_t *block; /* the present one, from its head to its tail */
    uint32_t length;
    char problem[96];
};

__attribute__((format(printf, 3, 4))) static int fail(struct capture_reader *reader, int error,
                                                      const char *format, ...)
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

/* 1; 0: there is nothing more; a negative errno. */
static int read_bytes(struct capture_reader *reader, void *bytes, size_t size, bool may_end)
{
    size_t done = fread(bytes, 1, size, reader->file);

    if (done == size)
        return 1;
    if (ferror(reader->file))
        return fail(reader, -EIO, "cannot be read");
    return done == 0 && may_end ? 0 : fail(reader, -ENODATA, "the file ends within it");
}

/* 1: there is a block, whole and with a tail that is right. */
static int read_block(struct capture_reader *reader)
{
    struct block_head head;
    uint32_t tail;

    reader->count++;
    int r = read_bytes(reader, &head, sizeof(head), true);
    if (r <= 0)
        return r;
    if (head.length < sizeof(head) + sizeof(tail) || head.length > BLOCK_MAX ||
        head.length % 4 != 0)
        return fail(reader, -EBADMSG, "no block is %" PRIu32 " bytes long", head.length);
    free(reader->block);
    reader->block = malloc(head.length);
    if (!reader->block)
        return -ENOMEM;
    reader->length = head.length;
    memcpy(reader->block, &head, sizeof(head));
    r = read_bytes(reader, reader->block + sizeof(head), head.length - sizeof(head), false);
    if (r <= 0)
        return r;
    memcpy(&tail, reader->block + head.length - sizeof(tail), sizeof(tail));
    return tail == head.length ? 1 : fail(reader, -EBADMSG, "its two lengths differ");
}

/* A block of the preface, of that type and size. */
static int read_preface(struct capture_reader *reader, uint32_t type, void *ret, size_t size)
{
    int r = read_block(reader);

    if (r < 0)
        return r;
    if (r == 0)
        return fail(reader, -EBADMSG, "there is nothing");
    uint32_t found;
    memcpy(&found, reader->block, sizeof(found));
    if (found != type || reader->length != size)
        return fail(reader, -EBADMSG, "this is no recording");
    memcpy(ret, reader->block, size);
    return 0;
}

static int check_preface(struct capture_reader *reader)
{
    struct section_block section = {0};
    struct interface_block interface = {0};
    int r = read_preface(reader, BLOCK_SECTION, &section, sizeof(section));

    if (r == 0 && (section.byte_order != ORDER_MARK || section.major != 1))
        r = fail(reader, -EBADMSG, "it is of a machine with another byte order");
    if (r == 0)
        r = read_preface(reader, BLOCK_INTERFACE, &interface, sizeof(interface));
    if (r == 0 &&
        (interface.link_type != LINK_NETLINK || interface.resolution_code != OPTION_RESOLUTION ||
         ((const uint8_t *)&interface.resolution)[0] != RESOLUTION_NS))
        r = fail(reader, -EBADMSG, "it is not of netlink, with times in ns");
    return r;
}

int capture_reader_open(const char *path, struct capture_reader **ret)
{
    struct capture_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return -ENOMEM;
    reader->file = fopen(path, "re");
    if (!reader->file) {
        int r = -errno;
        free(reader);
        return r;
    }
    *ret = reader;
    return 0;
}

/* Fills in what the text of a comment says. */
static bool parse_comment(const char *text, struct capture_entry *entry)
{
    static const char *const words[CAPTURE_EVENTS] = {
#define CAPTURE_EVENT(ID, word) [CAPTURE_##ID] = (word),
#include "capture/events.def"
    };
    char word[16] = "";
    int used = -1;

    /* NOLINTBEGIN(cert-err34-c): a number out of range is another number, and refused as such */
    if (sscanf(text, "stream %" SCNu32 " %15[a-z]%n", &entry->stream, word, &used) != 2 || used < 0)
        return false;
    int event = 0;
    while (event < CAPTURE_EVENTS && strcmp(words[event], word) != 0)
        event++;
    if (event == CAPTURE_EVENTS)
        return false;
    entry->event = (enum capture_event)event;
    text += used;
    switch (entry->event) {
    case CAPTURE_OPEN:
        return sscanf(text, " protocol %" SCNu32 " groups %" SCNx64 " port %" SCNu32,
                      &entry->protocol, &entry->groups, &entry->sender_port) == 3;
    case CAPTURE_RECEIVE:
        return *text == '\0' || sscanf(text, " port %" SCNu32, &entry->sender_port) == 1;
    case CAPTURE_ERROR:
        return sscanf(text, " errno %d", &entry->error) == 1;
    case CAPTURE_REQUEST:
    case CAPTURE_CLOSE:
    case CAPTURE_ANSWER:
    case CAPTURE_EVENTS:
        break;
    }
    /* NOLINTEND(cert-err34-c) */
    return *text == '\0';
}

/* The present block, which is a packet's. */
static int parse_packet(struct capture_reader *reader, struct capture_entry *ret)
{
    struct packet_block block;
    struct option_head option;
    char comment[COMMENT_MAX + 1] = "";
    const uint8_t *at = reader->block + sizeof(block);
    size_t room = reader->length - sizeof(uint32_t);

    if (room < sizeof(block))
        return fail(reader, -EBADMSG, "too short for a packet");
    room -= sizeof(block);
    memcpy(&block, reader->block, sizeof(block));
    if (block.captured < sizeof(struct cooked_head) || block.captured > room ||
        room - block.captured < sizeof(option) + padded(block.captured) - block.captured ||
        block.captured - sizeof(struct cooked_head) > CAPTURE_DATA_MAX)
        return fail(reader, -EBADMSG, "no packet of %" PRIu32 " bytes is in it", block.captured);
    struct capture_entry entry = {
        .time_ns = (uint64_t)block.time_high << 32 | block.time_low,
        .data = at + sizeof(struct cooked_head),
        .size = block.captured - sizeof(struct cooked_head),
    };
    at += padded(block.captured);
    room -= padded(block.captured);
    memcpy(&option, at, sizeof(option));
    room -= sizeof(option);
    if (option.code != OPTION_COMMENT || option.size > room || option.size >= sizeof(comment))
        return fail(reader, -EBADMSG, "it does not say what it is");
    memcpy(comment, at + sizeof(option), option.size);
    if (!parse_comment(comment, &entry))
        return fail(reader, -EBADMSG, "its comment is none of a recording");
    *ret = entry;
    return 1;
}

int capture_read(struct capture_reader *reader, struct capture_entry *ret)
{
    int r = reader->count == 0 ? check_preface(reader) : 0;
    uint32_t type;

    if (r == 0)
        r = read_block(reader);
    if (r <= 0)
        return r;
    memcpy(&type, reader->block, sizeof(type));
    if (type != BLOCK_PACKET)
        return fail(reader, -EBADMSG, "no packet");
    return parse_packet(reader, ret);
}

const char *capture_reader_problem(const struct capture_reader *reader)
{
    return reader->problem[0] ? reader->problem : NULL;
}

void capture_reader_close(struct capture_reader *reader)
{
    if (!reader)
        return;
    (void)fclose(reader->file);
    free(reader->block);
    free(reader);
}
