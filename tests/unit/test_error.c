/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* api/error: errno as Win32 codes. */
#include "api/error.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void known_errors(void **state)
{
    (void)state;
    assert_int_equal(error_from(0), NO_ERROR);
    assert_int_equal(error_from(-EINVAL), ERROR_INVALID_PARAMETER);
    assert_int_equal(error_from(-ENODEV), ERROR_FILE_NOT_FOUND);
    assert_int_equal(error_from(-ENOENT), ERROR_NOT_FOUND);
    assert_int_equal(error_from(-ENOMEM), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(error_from(-EAGAIN), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(error_from(-EMFILE), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(error_from(-ENFILE), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(error_from(-ENOBUFS), ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(error_from(-EBADF), ERROR_INVALID_HANDLE);
    assert_int_equal(error_from(-EDEADLK), ERROR_POSSIBLE_DEADLOCK);
    assert_int_equal(error_from(-EINPROGRESS), ERROR_NOT_READY);
    assert_int_equal(error_from(-EAFNOSUPPORT), ERROR_NOT_SUPPORTED);
    assert_int_equal(error_from(-EPERM), ERROR_ACCESS_DENIED);
    assert_int_equal(error_from(-EROFS), ERROR_ACCESS_DENIED);
    assert_int_equal(error_from(-EEXIST), ERROR_OBJECT_ALREADY_EXISTS);
    assert_int_equal(error_from(-ESRCH), ERROR_NOT_FOUND);
    assert_int_equal(error_from(-EADDRNOTAVAIL), ERROR_NOT_FOUND);
    assert_int_equal(error_from(-EBUSY), ERROR_BUSY);
    assert_int_equal(error_from(-EOPNOTSUPP), ERROR_NOT_SUPPORTED);
    assert_int_equal(error_from(-ENETUNREACH), ERROR_NETWORK_UNREACHABLE);
    assert_int_equal(error_from(-EHOSTUNREACH), ERROR_HOST_UNREACHABLE);
    assert_int_equal(error_from(-ETIMEDOUT), ERROR_TIMEOUT);
    assert_int_equal(error_from(-ENODATA), ERROR_NO_DATA);
}

/* No error is ever taken for success. */
static void every_other_error(void **state)
{
    (void)state;
    for (int error = 1; error < 4096; error++)
        assert_true(error_from(-error) != NO_ERROR);
    assert_int_equal(error_from(-EIO), ERROR_GEN_FAILURE);
    assert_int_equal(error_from(-4095), ERROR_GEN_FAILURE);
    assert_int_equal(error_from(-INT_MAX), ERROR_GEN_FAILURE);
    assert_int_equal(error_from(1), ERROR_GEN_FAILURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_errors),
        cmocka_unit_test(every_other_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
