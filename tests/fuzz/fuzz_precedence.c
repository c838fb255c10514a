/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /etc/gai.conf. */
#include "backend/gai/precedence.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct precedence_table table;
    const struct mib_addr address = {{0x20, 0x01, 0x0d, 0xb8}};

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    precedence_parse(text, &table);
    MUST(table.count > 0 && table.count <= PRECEDENCES);
    for (size_t i = 0; i < table.count; i++)
        MUST(table.rows[i].length <= 128);
    MUST(precedence_of(&table, &address) <= INT32_MAX);
    free(text);
    return 0;
}
