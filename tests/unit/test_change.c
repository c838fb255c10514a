/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* netlink/socket/change: what the kernel refuses is told, where IPHLPAPI_LOG asks for it. */
#include "backend/netlink/socket/change.h"
#include "backend/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A route to a prefix that is longer than an address: refused to root as well, with a reason. */
static struct nl_msg *refused_request(void)
{
    struct rtmsg info = {.rtm_family = AF_INET, .rtm_dst_len = 33, .rtm_type = RTN_UNICAST};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE);

    assert_non_null(message);
    assert_int_equal(nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO), 0);
    assert_int_equal(nla_put_u32(message, RTA_DST, 0x0100007f), 0);
    return message;
}

/* What is written to standard error meanwhile. */
struct capture {
    int saved;
    int ends[2];
};

static void capture_begin(struct capture *capture)
{
    assert_int_equal(pipe2(capture->ends, O_NONBLOCK | O_CLOEXEC), 0);
    capture->saved = dup(STDERR_FILENO);
    assert_true(capture->saved >= 0);
    assert_true(dup2(capture->ends[1], STDERR_FILENO) >= 0);
}

static void capture_end(struct capture *capture, char *ret_text, size_t size)
{
    assert_true(dup2(capture->saved, STDERR_FILENO) >= 0);
    ssize_t length = read(capture->ends[0], ret_text, size - 1);
    ret_text[length > 0 ? length : 0] = '\0';
    (void)close(capture->saved);
    (void)close(capture->ends[0]);
    (void)close(capture->ends[1]);
}

/* NULL: it is not set. There are no other threads. */
static void set_log(const char *value)
{
    /* NOLINTBEGIN(concurrency-mt-unsafe) */
    if (value)
        (void)setenv("IPHLPAPI_LOG", value, 1);
    else
        (void)unsetenv("IPHLPAPI_LOG");
    /* NOLINTEND(concurrency-mt-unsafe) */
}

static int change_and_capture(char *ret_text, size_t size)
{
    struct capture capture;

    capture_begin(&capture);
    int r = netlink_change(refused_request());
    capture_end(&capture, ret_text, size);
    return r;
}

static void a_refusal_is_an_error(void **state)
{
    static const char *const off[] = {"", "resync", "errors", "resync,err", "xerror"};
    char text[600];

    (void)state;
    set_log(NULL);
    assert_true(change_and_capture(text, sizeof(text)) < 0);
    assert_string_equal(text, "");
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
        set_log(off[i]);
        assert_true(change_and_capture(text, sizeof(text)) < 0);
        assert_string_equal(text, "");
    }
}

static void a_refusal_is_told(void **state)
{
    static const char *const on[] = {"error", "resync,error", "error,resync"};
    char text[600];
    char begin[100];

    (void)state;
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
        set_log(on[i]);
        int r = change_and_capture(text, sizeof(text));
        assert_true(r < 0);
        (void)snprintf(begin, sizeof(begin),
                       "iphlpapi: the kernel refuses request %d with error %d: ", RTM_NEWROUTE, -r);
        assert_memory_equal(text, begin, strlen(begin));
        assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
        /* For the lack of a privilege the kernel has no words. */
        assert_true((strstr(text, "no reason is given") != NULL) == (r == -EPERM));
    }
}

/* A line of any length is one line, and errno is as it was. */
static void a_long_line_is_cut(void **state)
{
    struct capture capture;
    char text[2000];
    char word[1000];

    (void)state;
    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    set_log("error");
    capture_begin(&capture);
    errno = EDOM;
    log_error("%s", word);
    assert_int_equal(errno, EDOM);
    capture_end(&capture, text, sizeof(text));
    assert_true(strlen(text) > 400 && strlen(text) <= 512);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void without_memory(void **state)
{
    (void)state;
    assert_int_equal(netlink_change(NULL), -ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_an_error),
        cmocka_unit_test(a_refusal_is_told),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
