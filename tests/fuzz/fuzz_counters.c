/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of counters below /proc/net. The first byte says which form is meant. */
#include "backend/proc/counters.h"
#include "fuzz.h"

#include <string.h>

static void take(void *context, const char *block, const char *name, uint64_t value)
{
    const size_t *size = context;

    (void)value;
    MUST(strlen(block) + strlen(name) < *size);
    MUST(name[0] != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    FILE *text = fmemopen((void *)(data + 1), size - 1, "r");
    if (!text)
        return 0;
    (void)counters_read_text(text, (enum counters_form)(data[0] % 2), take, &size);
    (void)fclose(text);
    return 0;
}
