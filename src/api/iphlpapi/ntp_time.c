/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NTP timestamps and file times. Contracts: include/iphlpapi_text.h. */
#include "api/windows.h"
#include "platform/platform.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Of a second, as file times count; and the seconds from 1601 to 1900. */
static const uint64_t UNITS = 10000000;
static const uint64_t SECONDS_TO_1900 = 9435484800;

/* Seconds without the highest bit are those of the second era (RFC 4330, 3). */
static const uint32_t HIGHEST_BIT = 0x80000000;

static uint32_t swapped(uint32_t number, bool in_host_order)
{
    uint8_t bytes[4];

    if (in_host_order)
        return number;
    memcpy(bytes, &number, sizeof(bytes));
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

DWORD NETIOAPI_API_ NTTimeToNTPTime(ULONG *Time, struct _FILETIME *FileTime)
{
    uint64_t time = platform_time();

    if (!Time)
        return ERROR_INVALID_PARAMETER;
    if (FileTime)
        memcpy(&time, FileTime, sizeof(time));
    /* Rounded up, so that the way back, which is rounded down, leads to the same time. */
    const uint64_t fraction = ((time % UNITS << 32) + UNITS - 1) / UNITS;
    Time[0] = swapped((uint32_t)(time / UNITS - SECONDS_TO_1900), false);
    Time[1] = swapped((uint32_t)fraction, false);
    return NO_ERROR;
}

DWORD NETIOAPI_API_ NTPTimeToNTFileTime(LONG *Time, struct _FILETIME *FileTime, BOOL HostOrder)
{
    if (!Time || !FileTime)
        return ERROR_INVALID_PARAMETER;
    const uint32_t seconds = swapped((uint32_t)Time[0], HostOrder);
    const uint64_t fraction = swapped((uint32_t)Time[1], HostOrder);
    const uint64_t era = seconds & HIGHEST_BIT ? 0 : (uint64_t)1 << 32;
    const uint64_t time = (seconds + era + SECONDS_TO_1900) * UNITS + (fraction * UNITS >> 32);
    memcpy(FileTime, &time, sizeof(time));
    return NO_ERROR;
}
