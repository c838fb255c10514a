/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's list of reserved ports. What is understood is printed, and understood as the same.
 */
#include "backend/proc/ports.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct port_set set;
    static struct port_set again;
    char printed[PORTS_TEXT];
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (ports_parse(text, &set) == 0 && ports_print(&set, printed) == 0) {
        MUST(ports_parse(printed, &again) == 0);
        MUST(memcmp(&set, &again, sizeof(set)) == 0);
    }
    free(text);
    return 0;
}
