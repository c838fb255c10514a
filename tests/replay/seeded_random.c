/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A mibwatch that is linked with this makes the same anonymous file of a recording whenever
 * MIBWATCH_TEST_SEED is the same: its key comes from getrandom().
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t state;

/* SplitMix64. */
static uint64_t next(void)
{
    uint64_t value = state += 0x9e3779b97f4a7c15;

    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

/* Instead of the C library's, in the whole program. Only main's thread asks. */
ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    const char *seed = getenv("MIBWATCH_TEST_SEED"); // NOLINT(concurrency-mt-unsafe)
    uint8_t *bytes = buffer;

    (void)flags;
    if (!seed) {
        errno = ENOSYS;
        return -1;
    }
    if (state == 0)
        state = strtoull(seed, NULL, 10);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)next();
    return (ssize_t)length;
}
