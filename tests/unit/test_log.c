/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/log: which lines are told, where, and in which form. */
#include "backend/log.h"
#include "told.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A line of each word, as a program with this IPHLPAPI_LOG tells it. */
static const char *all_told_with(const char *variable)
{
    told_begin_with(variable);
    told_begin();
    for (unsigned int word = 0; word < LOG_WORDS; word++)
        log_tell(word, "%u", word);
    return told_end();
}

static void words_of_the_variable_are_told(void **state)
{
    static const struct {
        const char *variable;
        const char *told;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {",", ""},
        {"error", "iphlpapi: error: 0\n"},
        {"resync,error", "iphlpapi: error: 0\niphlpapi: resync: 4\n"},
        {"error,error, change", "iphlpapi: error: 0\niphlpapi: change: 6\n"},
        {"all", "iphlpapi: error: 0\niphlpapi: watch: 1\niphlpapi: message: 2\n"
                "iphlpapi: overrun: 3\niphlpapi: resync: 4\niphlpapi: dump: 5\n"
                "iphlpapi: change: 6\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(all_told_with(cases[i].variable), cases[i].told);
}

static void each_word_stands_for_itself(void **state)
{
    (void)state;
    for (unsigned int word = 0; word < LOG_WORDS; word++) {
        char told[64];

        (void)snprintf(told, sizeof(told), "iphlpapi: %s: %u\n", log_word_name(word), word);
        assert_string_equal(all_told_with(log_word_name(word)), told);
    }
}

static void unknown_words_are_told_once(void **state)
{
#define THERE_ARE "there are error, watch, message, overrun, resync, dump, change, all\n"
    static const struct {
        const char *variable;
        const char *told;
    } cases[] = {
        {"errors", "iphlpapi: IPHLPAPI_LOG: no word is \"errors\"; " THERE_ARE},
        {"xerror,err", "iphlpapi: IPHLPAPI_LOG: no word is \"xerror\"; " THERE_ARE
                       "iphlpapi: IPHLPAPI_LOG: no word is \"err\"; " THERE_ARE},
        {"Error,error",
         "iphlpapi: IPHLPAPI_LOG: no word is \"Error\"; " THERE_ARE "iphlpapi: error: 0\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(all_told_with(cases[i].variable), cases[i].told);
}

/* The environment may change later: what counts is what it was at first. */
static void the_variable_is_read_once(void **state)
{
    (void)state;
    told_begin_with("error");
    assert_true(log_wants(LOG_ERROR));
    assert_int_equal(atomic_load(&log_wanted), 1U << LOG_ERROR);
    log_choose("dump");
    assert_false(log_wants(LOG_DUMP));
    assert_true(log_wants(LOG_ERROR));
}

static void *ask(void *argument)
{
    (void)argument;
    for (unsigned int i = 0; i < 1000; i++)
        if (log_wants(LOG_DUMP) || !log_wants(LOG_RESYNC))
            return "wrong";
    return NULL;
}

/* Threads that come first together all have the variable's words, and one tells what is unknown. */
static void threads_read_it_together(void **state)
{
    (void)state;
    for (unsigned int round = 0; round < 100; round++) {
        pthread_t threads[4];
        size_t count = sizeof(threads) / sizeof(threads[0]);
        void *wrong = NULL;

        told_begin_with("nonsense,resync");
        told_begin();
        for (size_t i = 0; i < count; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
        for (size_t i = 0; i < count; i++) {
            void *result;
            assert_int_equal(pthread_join(threads[i], &result), 0);
            wrong = result ? result : wrong;
        }
        assert_string_equal(told_end(),
                            "iphlpapi: IPHLPAPI_LOG: no word is \"nonsense\"; " THERE_ARE);
        assert_null(wrong);
    }
}

/* A line of any length is one line, and errno is as it was. */
static void a_long_line_is_cut(void **state)
{
    char word[1000];

    (void)state;
    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    told_begin_with("error");
    told_begin();
    errno = EDOM;
    log_tell(LOG_ERROR, "%s", word);
    assert_int_equal(errno, EDOM);
    const char *text = told_end();
    assert_in_range(strlen(text), 400, 512);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static char diverted[100];

static void divert(enum log_word word, const char *line)
{
    (void)snprintf(diverted, sizeof(diverted), "%s %s", log_word_name(word), line);
}

/* Words that are diverted are wanted, whether the variable has them or not; others stay. */
static void diverted_words_go_elsewhere(void **state)
{
    (void)state;
    told_begin_with("error,dump");
    log_divert(1U << LOG_RESYNC | 1U << LOG_DUMP, divert);
    told_begin();
    log_tell(LOG_RESYNC, "%d", 7);
    assert_string_equal(diverted, "resync 7\n");
    log_tell(LOG_DUMP, "%d", 8);
    assert_string_equal(diverted, "dump 8\n");
    log_tell(LOG_CHANGE, "%d", 9);
    log_tell(LOG_ERROR, "%d", 10);
    assert_string_equal(diverted, "dump 8\n");
    assert_string_equal(told_end(), "iphlpapi: error: 10\n");
    told_begin_with(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_variable_are_told),
        cmocka_unit_test(each_word_stands_for_itself),
        cmocka_unit_test(unknown_words_are_told_once),
        cmocka_unit_test(the_variable_is_read_once),
        cmocka_unit_test(threads_read_it_together),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(diverted_words_go_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
