/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The blocks of a pcapng file, in either byte order. The file is anybody's: nothing in it is taken
 * for granted.
 */
#ifndef SRC_CAPTURE_BLOCK_H
#define SRC_CAPTURE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PROBLEM_MAX = 160 };

/* Zeroed but for the file. */
struct block_reader {
    FILE *file;
    uint64_t count; /* blocks, the present one included */
    bool swapped;   /* the present section is of the other byte order */
    uint8_t *bytes; /* the present block, from its head to its tail */
    size_t capacity;
    uint32_t type;
    uint32_t end; /* where its tail is */
    char problem[PROBLEM_MAX];
};

/*
 * The next block that is a section, an interface or any packet; others are skipped. 1; 0: there is
 * none; a negative errno as capture_read has it, and `problem`.
 */
int block_next(struct block_reader *reader);

/* Says what is wrong with the present block. The error. */
__attribute__((format(printf, 3, 4))) int block_fail(struct block_reader *reader, int error,
                                                     const char *format, ...);

/* Integers of the present block, in this machine's byte order. */
uint16_t block_u16(const struct block_reader *reader, size_t place);
uint32_t block_u32(const struct block_reader *reader, size_t place);
uint64_t block_u64(const struct block_reader *reader, size_t place);

struct block_option {
    uint16_t code;
    uint16_t size;
    size_t place; /* of its value */
};

/*
 * The option at *place, which becomes that of the next. 1; 0: there is none; -EBADMSG, and
 * `problem`.
 */
int block_option(struct block_reader *reader, size_t *place, struct block_option *ret);

/* Frees the block. The file is the caller's. */
void block_clear(struct block_reader *reader);

#endif
