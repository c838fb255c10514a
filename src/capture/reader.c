/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a file of entries: one as the writer has made it, or as another program has saved that.
 * Such a file may have blocks, options and interfaces that are none of ours, another byte order,
 * and finer times. What has lost something that a replay needs is refused.
 */
#include "capture/block.h"
#include "capture/capture.h"
#include "capture/comment.h"
#include "capture/format.h"

#include <byteswap.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const int64_t NS = 1000000000; /* in a second */

struct interface {
    uint16_t link_type;
    uint8_t resolution;
    int64_t offset_s; /* of all times */
};

struct capture_reader {
    struct block_reader blocks;
    struct interface *interfaces; /* of the present section */
    uint32_t interface_count;
    uint32_t interface_capacity;
    uint64_t entry_count;
    struct capture_origin origin;
};

int capture_reader_open(const char *path, struct capture_reader **ret)
{
    struct capture_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return -ENOMEM;
    reader->blocks.file = fopen(path, "re");
    if (!reader->blocks.file) {
        int r = -errno;
        free(reader);
        return r;
    }
    *ret = reader;
    return 0;
}

/* ---- Sections and interfaces ------------------------------------------------------------------
 */

/* Cut to its room. What is no plain text is left out. */
static void take_text(const struct block_reader *blocks, const struct block_option *option,
                      char ret[CAPTURE_ORIGIN_MAX])
{
    size_t used = 0;

    for (size_t i = 0; i < option->size && used < CAPTURE_ORIGIN_MAX - 1; i++) {
        const uint8_t byte = blocks->bytes[option->place + i];
        if (byte >= ' ' && byte <= '~')
            ret[used++] = (char)byte;
    }
    ret[used] = '\0';
}

static int take_section(struct capture_reader *reader)
{
    struct block_reader *blocks = &reader->blocks;
    size_t place = sizeof(struct section_block);
    struct block_option option;
    int r;

    if (blocks->end < place)
        return block_fail(blocks, -EBADMSG, "too short for a section");
    const uint16_t major = block_u16(blocks, offsetof(struct section_block, major));
    if (major != 1)
        return block_fail(blocks, -EBADMSG, "pcapng of version %d is not known", major);
    reader->interface_count = 0;
    while ((r = block_option(blocks, &place, &option)) > 0) {
        if (option.code == OPTION_SYSTEM)
            take_text(blocks, &option, reader->origin.system);
        else if (option.code == OPTION_PROGRAM)
            take_text(blocks, &option, reader->origin.program);
    }
    return r;
}

static int add_interface(struct capture_reader *reader, const struct interface *interface)
{
    if (reader->interface_count == reader->interface_capacity) {
        const uint32_t capacity = reader->interface_capacity * 2 + 4;
        struct interface *interfaces =
            reallocarray(reader->interfaces, capacity, sizeof(*interfaces));
        if (!interfaces)
            return -ENOMEM;
        reader->interfaces = interfaces;
        reader->interface_capacity = capacity;
    }
    reader->interfaces[reader->interface_count++] = *interface;
    return 0;
}

static int take_interface(struct capture_reader *reader)
{
    struct block_reader *blocks = &reader->blocks;
    size_t place = sizeof(struct interface_block);
    struct interface interface = {.resolution = RESOLUTION_DEFAULT};
    struct block_option option;
    int r;

    if (blocks->end < place)
        return block_fail(blocks, -EBADMSG, "too short for an interface");
    interface.link_type = block_u16(blocks, offsetof(struct interface_block, link_type));
    while ((r = block_option(blocks, &place, &option)) > 0) {
        if (option.code == OPTION_RESOLUTION && option.size == 1)
            interface.resolution = blocks->bytes[option.place];
        else if (option.code == OPTION_TIME_OFFSET && option.size == sizeof(uint64_t))
            interface.offset_s = (int64_t)block_u64(blocks, option.place);
    }
    return r < 0 ? r : add_interface(reader, &interface);
}

/* ---- Packets ----------------------------------------------------------------------------------
 */

/* The same moment, in ns: a replay needs all of them. */
static int find_time(struct block_reader *blocks, const struct interface *interface, uint64_t *ret)
{
    uint64_t time = (uint64_t)block_u32(blocks, offsetof(struct packet_block, time_high)) << 32 |
                    block_u32(blocks, offsetof(struct packet_block, time_low));
    int64_t offset_ns;

    if (interface->resolution & RESOLUTION_IS_BINARY)
        return block_fail(blocks, -EBADMSG,
                          "its time is in units of 2^-%d s, and a recording's in ns",
                          interface->resolution & ~RESOLUTION_IS_BINARY);
    if (interface->resolution < RESOLUTION_NS)
        return block_fail(blocks, -EBADMSG,
                          "its time is in units of 10^-%d s: what saved the file left the ns out",
                          interface->resolution);
    for (int finer = interface->resolution; finer > RESOLUTION_NS; finer--) {
        if (time % 10 != 0)
            return block_fail(blocks, -EBADMSG, "its time is not in whole ns");
        time /= 10;
    }
    if (__builtin_mul_overflow(interface->offset_s, NS, &offset_ns) ||
        __builtin_add_overflow(time, offset_ns, &time))
        return block_fail(blocks, -EBADMSG, "its time is none");
    *ret = time;
    return 0;
}

/* Which entry it is, where it says so: the writer numbers them from 1. */
static int check_number(struct capture_reader *reader, uint64_t number)
{
    const uint64_t expected = reader->entry_count + 1;

    if (number == expected)
        return 0;
    if (number < expected)
        return block_fail(&reader->blocks, -EBADMSG,
                          "entry %" PRIu64 " follows entry %" PRIu64
                          ": of two recordings, or put in another order",
                          number, expected - 1);
    return block_fail(&reader->blocks, -EBADMSG,
                      "entry %" PRIu64 " follows entry %" PRIu64 ": those between were left out",
                      number, expected - 1);
}

/*
 * What the packet's options say. Others' comments and ours may be in any order, and ours is the
 * first that can be one.
 */
static int parse_options(struct capture_reader *reader, size_t place, struct capture_entry *entry)
{
    struct block_reader *blocks = &reader->blocks;
    struct block_option option;
    bool found = false;
    bool commented = false;
    int r;

    while ((r = block_option(blocks, &place, &option)) > 0) {
        if (option.code == OPTION_COMMENT) {
            commented = true;
            found = found || comment_parse(blocks->bytes + option.place, option.size, entry);
        } else if (option.code == OPTION_NUMBER && option.size == sizeof(uint64_t)) {
            r = check_number(reader, block_u64(blocks, option.place));
            if (r < 0)
                return r;
        }
    }
    if (r < 0 || found)
        return r;
    return block_fail(blocks, -EBADMSG,
                      commented ? "its comment is none of a recording"
                                : "it has no comment, which says what it is: left out, or no "
                                  "packet of a recording");
}

/*
 * Messages are in the byte order of the machine that has recorded, whatever the file's is. A
 * request begins with its length.
 */
static bool is_foreign(const struct capture_entry *entry)
{
    uint32_t length;

    if (entry->event != CAPTURE_REQUEST || entry->size < sizeof(length))
        return false;
    memcpy(&length, entry->data, sizeof(length));
    return length != entry->size && bswap_32(length) == entry->size;
}

/* The present block, which is a packet's of that interface. */
static int parse_packet(struct capture_reader *reader, const struct interface *interface,
                        struct capture_entry *ret)
{
    struct block_reader *blocks = &reader->blocks;
    const size_t place = sizeof(struct packet_block);
    const size_t room = blocks->end - place;
    const uint32_t captured = block_u32(blocks, offsetof(struct packet_block, captured));
    const uint32_t original = block_u32(blocks, offsetof(struct packet_block, original));

    if (captured < sizeof(struct cooked_head) || captured > room || padded(captured) > room ||
        captured - sizeof(struct cooked_head) > CAPTURE_DATA_MAX)
        return block_fail(blocks, -EBADMSG, "no packet of %" PRIu32 " bytes is in it", captured);
    if (original != captured)
        return block_fail(blocks, -EBADMSG,
                          "of the packet's %" PRIu32 " bytes it has %" PRIu32 ": it was cut",
                          original, captured);
    struct capture_entry entry = {
        .data = blocks->bytes + place + sizeof(struct cooked_head),
        .size = captured - sizeof(struct cooked_head),
    };
    int r = find_time(blocks, interface, &entry.time_ns);
    if (r == 0)
        r = parse_options(reader, place + padded(captured), &entry);
    if (r == 0 && is_foreign(&entry))
        r = block_fail(blocks, -EBADMSG,
                       "its message is of a machine with another byte order; play it on such a "
                       "machine");
    if (r < 0)
        return r;
    reader->entry_count++;
    *ret = entry;
    return 1;
}

/* 1: it was one of netlink, and is an entry; 0: it was another; a negative errno. */
static int take_packet(struct capture_reader *reader, struct capture_entry *ret)
{
    struct block_reader *blocks = &reader->blocks;

    if (blocks->end < sizeof(struct packet_block))
        return block_fail(blocks, -EBADMSG, "too short for a packet");
    const uint32_t number = block_u32(blocks, offsetof(struct packet_block, interface));
    if (number >= reader->interface_count)
        return block_fail(blocks, -EBADMSG, "it is of an interface that there is not");
    const struct interface *interface = &reader->interfaces[number];
    return interface->link_type == LINK_NETLINK ? parse_packet(reader, interface, ret) : 0;
}

static bool has_netlink(const struct capture_reader *reader)
{
    bool has = reader->entry_count > 0;

    for (uint32_t i = 0; i < reader->interface_count; i++)
        has = has || reader->interfaces[i].link_type == LINK_NETLINK;
    return has;
}

int capture_read(struct capture_reader *reader, struct capture_entry *ret)
{
    struct block_reader *blocks = &reader->blocks;
    int r;

    while ((r = block_next(blocks)) > 0) {
        if (blocks->type == BLOCK_SECTION)
            r = take_section(reader);
        else if (blocks->type == BLOCK_INTERFACE)
            r = take_interface(reader);
        else if (blocks->type == BLOCK_PACKET)
            r = take_packet(reader, ret);
        else
            r = block_fail(blocks, -EBADMSG, "a packet of a sort that has no comment");
        if (r != 0)
            return r;
    }
    if (r == 0 && !has_netlink(reader))
        return block_fail(blocks, -EBADMSG, "the file ends, and has nothing of netlink");
    return r;
}

const struct capture_origin *capture_reader_origin(const struct capture_reader *reader)
{
    return &reader->origin;
}

const char *capture_reader_problem(const struct capture_reader *reader)
{
    return reader->blocks.problem[0] ? reader->blocks.problem : NULL;
}

void capture_reader_close(struct capture_reader *reader)
{
    if (!reader)
        return;
    (void)fclose(reader->blocks.file);
    block_clear(&reader->blocks);
    free(reader->interfaces);
    free(reader);
}
