/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the backend tells who runs the program, where the environment asks for it: IPHLPAPI_LOG is a
 * list of words with commas, those of log_words.def. It is read once in a process.
 */
#ifndef SRC_BACKEND_LOG_H
#define SRC_BACKEND_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum log_word {
#define LOG_WORD(id, word) LOG_##id,
#include "backend/log_words.def"
#undef LOG_WORD
    LOG_WORDS
};

#define LOG_ALL ((UINT32_C(1) << LOG_WORDS) - 1)

/* In the place of a word's bit: the environment is still to be read. */
#define LOG_UNREAD (UINT32_C(1) << 31)

_Static_assert(LOG_WORDS < 31, "no bit is left");

/* A bit for each word that is wanted. Only log.c writes it. */
extern _Atomic uint32_t log_wanted;

/* For log_wants, where a word is wanted or the environment is still to be read. */
bool log_wants_now(enum log_word word);

/* Whether the word's lines are wanted. Where they are not it costs a load and a branch. */
static inline bool log_wants(enum log_word word)
{
    uint32_t wanted = atomic_load_explicit(&log_wanted, memory_order_relaxed);

    return __builtin_expect((wanted & (LOG_UNREAD | UINT32_C(1) << word)) != 0, 0) &&
           log_wants_now(word);
}

/*
 * Tells one line, without its end, if the word is wanted: to standard error, in one piece, behind
 * the library's name and the word. Any thread. errno stays as it is.
 */
void log_tell(enum log_word word, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A word as it is written. */
const char *log_word_name(enum log_word word);

/* Takes a list of words in place of the environment's; NULL: none. The first to do so counts. */
void log_choose(const char *words);

/* Takes a line with its end, in the place of standard error. Any thread of those that call. */
typedef void (*log_output)(enum log_word word, const char *line);

/* These words (a bit each) are wanted, too, and go to the function. Once in a process. */
void log_divert(uint32_t words, log_output output);

#endif
