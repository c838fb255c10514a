/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Off, it costs a look into the environment for each error, and nothing otherwise. */
#include "backend/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a word stands in a list with commas. */
static bool lists(const char *list, const char *word)
{
    size_t length = strlen(word);

    while (list) {
        if (strncmp(list, word, length) == 0 && (list[length] == ',' || list[length] == '\0'))
            return true;
        list = strchr(list, ',');
        if (list)
            list++;
    }
    return false;
}

void log_error(const char *format, ...)
{
    static const char name[] = "iphlpapi: ";
    const int error = errno;
    char line[512];
    va_list arguments;

    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no environment is set here */
    if (!lists(getenv("IPHLPAPI_LOG"), "error"))
        return;
    memcpy(line, name, sizeof(name));
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is two lines above */
    int length = vsnprintf(line + sizeof(name) - 1, sizeof(line) - sizeof(name), format, arguments);
    va_end(arguments);
    if (length >= 0) {
        size_t end = strlen(line);

        /* In one piece, so that lines of several threads do not mix. */
        line[end++] = '\n';
        if (write(STDERR_FILENO, line, end) < 0)
            errno = error;
    }
    errno = error;
}
