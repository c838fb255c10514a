/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to an echo request, and what errors quote of it. */
#include "backend/icmp/message.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct echo_message expected = {.type = 0, .id = 0x3412, .sequence = 0x7856};
    uint8_t *bytes = malloc(size);

    if (!bytes)
        return 0;
    memcpy(bytes, data, size);
    for (int with_header = 0; with_header < 2; with_header++)
        if (echo_is(bytes, size, with_header, &expected))
            MUST(size >= 8);
    free(bytes);
    return 0;
}
