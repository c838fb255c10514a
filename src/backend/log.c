/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which lines are wanted, and their way to who reads them. Lines are rare: none is put together
 * before it is known to be wanted. */
#include "backend/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE "IPHLPAPI_LOG"
#define ALL "all"

enum { LINE_SIZE = 512 };

_Atomic uint32_t log_wanted = LOG_UNREAD;

/* Where the diverted words go. The function is there before the first of the words. */
static _Atomic uint32_t diverted;
static _Atomic(log_output) divert_to;

static const char *const names[] = {
#define LOG_WORD(id, word) [LOG_##id] = #word,
#include "backend/log_words.def"
#undef LOG_WORD
};

const char *log_word_name(enum log_word word)
{
    return names[word];
}

/* The bit of a word; of "all" those of all; 0: there is no such word. */
static uint32_t bits_of(const char *word, size_t length)
{
    if (length == strlen(ALL) && memcmp(word, ALL, length) == 0)
        return LOG_ALL;
    for (unsigned int i = 0; i < LOG_WORDS; i++)
        if (length == strlen(names[i]) && memcmp(word, names[i], length) == 0)
            return UINT32_C(1) << i;
    return 0;
}

/* The next word of a list, empty ones left out; NULL: there is none. */
static const char *next_word(const char *list, size_t *ret_length)
{
    const char *word = list + strspn(list, ", ");
    size_t length = strcspn(word, ", ");

    *ret_length = length;
    return length > 0 ? word : NULL;
}

static uint32_t bits_of_list(const char *list)
{
    uint32_t bits = 0;
    size_t length;

    for (const char *word = list; (word = next_word(word, &length)); word += length)
        bits |= bits_of(word, length);
    return bits;
}

/* In one piece, so that lines of several threads do not mix. The line has room for its end. */
static void write_line(char *line)
{
    size_t length = strlen(line);

    line[length++] = '\n';
    if (write(STDERR_FILENO, line, length) < 0)
        return; /* nobody reads it */
}

static void tell_unknown_words(const char *list)
{
    char known[200] = "";
    char line[LINE_SIZE + 1];
    size_t length;

    for (unsigned int i = 0; i < LOG_WORDS; i++) {
        size_t end = strlen(known);
        (void)snprintf(known + end, sizeof(known) - end, "%s, ", names[i]);
    }
    for (const char *word = list; (word = next_word(word, &length)); word += length) {
        if (bits_of(word, length) != 0)
            continue;
        (void)snprintf(line, LINE_SIZE,
                       "iphlpapi: " VARIABLE ": no word is \"%.*s\"; there are %s" ALL,
                       (int)(length < 100 ? length : 100), word, known);
        write_line(line);
    }
}

void log_choose(const char *words)
{
    const char *list = words ? words : "";
    uint32_t before = LOG_UNREAD;

    /* Words may have been diverted before. */
    while (before & LOG_UNREAD)
        if (atomic_compare_exchange_weak(&log_wanted, &before,
                                         (before & ~LOG_UNREAD) | bits_of_list(list))) {
            tell_unknown_words(list);
            return;
        }
}

bool log_wants_now(enum log_word word)
{
    const int error = errno;

    if (atomic_load(&log_wanted) & LOG_UNREAD) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): no environment is set here */
        log_choose(getenv(VARIABLE));
        errno = error;
    }
    return atomic_load(&log_wanted) >> word & 1;
}

void log_divert(uint32_t words, log_output output)
{
    atomic_store(&divert_to, output);
    atomic_store(&diverted, words);
    (void)atomic_fetch_or(&log_wanted, words);
}

void log_tell(enum log_word word, const char *format, ...)
{
    const int error = errno;
    char line[LINE_SIZE + 1];
    va_list arguments;

    if (!log_wants(word))
        return;
    bool elsewhere = atomic_load(&diverted) >> word & 1;
    int begin = elsewhere ? 0 : snprintf(line, LINE_SIZE, "iphlpapi: %s: ", names[word]);
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is a line above */
    int length = vsnprintf(line + begin, (size_t)(LINE_SIZE - 1 - begin), format, arguments);
    va_end(arguments);
    if (length >= 0 && elsewhere) {
        memcpy(line + strlen(line), "\n", sizeof("\n"));
        atomic_load (&divert_to)(word, line);
    } else if (length >= 0) {
        write_line(line);
    }
    errno = error;
}
