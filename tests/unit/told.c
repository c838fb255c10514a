/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "told.h"
#include "backend/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int saved;
static int ends[2];

void told_begin_with(const char *words)
{
    /* NOLINTBEGIN(concurrency-mt-unsafe) */
    if (words)
        (void)setenv("IPHLPAPI_LOG", words, 1);
    else
        (void)unsetenv("IPHLPAPI_LOG");
    /* NOLINTEND(concurrency-mt-unsafe) */
    log_divert(0, NULL);
    atomic_store(&log_wanted, LOG_UNREAD);
}

void told_choose(const char *words)
{
    log_divert(0, NULL);
    atomic_store(&log_wanted, LOG_UNREAD);
    log_choose(words);
}

void told_begin(void)
{
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
}

const char *told_end(void)
{
    static char text[16384];

    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    ssize_t length = read(ends[0], text, sizeof(text) - 1);
    text[length > 0 ? length : 0] = '\0';
    (void)close(saved);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return text;
}
