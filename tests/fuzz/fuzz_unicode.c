/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of interfaces as UTF-16 and back: every name comes back as it went. */
#include "fuzz.h"

#include "api/unicode.h"

enum { UNITS = 64 };

static void from_bytes(const uint8_t *data, size_t size)
{
    char *name = malloc(size + 1);
    char *back = malloc(size + 1);
    WCHAR wide[UNITS];

    MUST(name != NULL && back != NULL);
    memcpy(name, data, size);
    name[size] = 0;
    size_t length = strlen(name);
    bool fits = unicode_from_utf8(name, wide, UNITS);
    MUST(fits || length >= 16);
    if (fits && unicode_to_utf8(wide, back, size + 1))
        MUST(strcmp(name, back) == 0);
    else
        MUST(!fits || length >= 16);
    free(back);
    free(name);
}

static void from_units(const uint8_t *data, size_t size)
{
    size_t count = size / sizeof(WCHAR);
    WCHAR *wide = calloc(count + 1, sizeof(*wide));

    MUST(wide != NULL);
    memcpy(wide, data, count * sizeof(*wide));
    for (size_t room = 0; room < UNITS; room += 5) {
        char *bytes = malloc(room + 1);
        MUST(bytes != NULL);
        if (unicode_to_utf8(wide, bytes, room))
            MUST(strlen(bytes) < room);
        free(bytes);
    }
    free(wide);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    from_bytes(data, size);
    from_units(data, size);
    return 0;
}
