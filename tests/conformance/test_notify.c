/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registering: handles, the initial notification. */
#include "registration.h"

#include <string.h>

/* ---- Handles ------------------------------------------------------------------------------- */

static void test_handle(void **state)
{
    const struct suite_subject *subject = *state;

    for (size_t i = 0; i < ARRAY_SIZE(suite_families); i++) {
        static struct registration registration;
        registration_start(&registration, subject->kind, suite_families[i], FALSE);
        assert_ptr_not_equal(registration.handle, NOBODYS_HANDLE);
        registration_stop(&registration);
    }
}

static void test_handles_are_unique(void **state)
{
    enum { COUNT = 60 };
    static struct registration registrations[COUNT];
    static HANDLE handles[2 * COUNT];

    (void)state;
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            registration_start(&registrations[i], (enum row_kind)(i % ROW_WATCHED_KINDS),
                               suite_families[i / ROW_WATCHED_KINDS % 3], i % 2);
            handles[round * COUNT + i] = registrations[i].handle;
        }
        for (size_t i = 0; i < COUNT; i++)
            registration_stop(&registrations[i]);
    }

    /* Not even those of registrations that are gone come back. */
    for (size_t i = 0; i < ARRAY_SIZE(handles); i++) {
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal(handles[i], handles[j]);
    }
}

#ifdef _WIN32
/* Closing it is refused, and does no harm. Elsewhere there is no CloseHandle. */
static void test_handle_cannot_be_closed(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, AF_INET, FALSE);
    assert_false(CloseHandle(registration.handle));
    registration_exercise(&registration, AF_INET);
    registration_stop(&registration);
}
#endif

/* ---- The initial notification -------------------------------------------------------------- */

/* One, on this thread, before the function returns, when the handle has been stored already. */
static void test_initial(void **state)
{
    const struct suite_subject *subject = *state;

    for (size_t i = 0; i < ARRAY_SIZE(suite_families); i++) {
        static struct registration registration;

        registration_start(&registration, subject->kind, suite_families[i], TRUE);
        struct registration seen = registration_look(&registration);
        assert_int_equal(seen.initials, 1);
        assert_int_equal(seen.changes, 0);
        assert_int_equal(seen.inside, 0);
        assert_true(seen.thread == platform_thread_self());
        assert_ptr_equal(seen.handle_seen, registration.handle);
        registration_stop(&registration);
    }
}

static void test_no_initial(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, subject->family, FALSE);
    registration_exercise(&registration, subject->family);
    assert_int_equal(registration_look(&registration).initials, 0);
    registration_stop(&registration);
}

/* TRUE is whatever is not FALSE. */
static void test_any_true_is_true(void **state)
{
    const struct suite_subject *subject = *state;
    static struct registration registration;

    registration_start(&registration, subject->kind, AF_UNSPEC, 0xff);
    assert_int_equal(registration_look(&registration).initials, 1);
    registration_stop(&registration);
}

/* Nothing is missed between the initial notification and the return. */
static void change_at_once(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    const struct suite_subject *subject = registration->context;

    (void)row;
    if (type == MibInitialNotification && !network_try_add(subject->kind, subject->family, 1)) {
        platform_monitor_lock(registration->monitor);
        registration->violation = "no change could be made in the initial callback";
        platform_monitor_unlock(registration->monitor);
    }
}

static void test_change_during_initial(void **state)
{
    struct suite_subject *subject = *state;
    static struct registration registration;

    /* Whether such a change can be made at all is found out before. */
    network_add(subject->kind, subject->family, 1);
    network_delete(subject->kind, subject->family, 1);
    registration_start_with(&registration, subject->kind, subject->family, TRUE, change_at_once,
                            subject);
    assert_int_equal(registration_look(&registration).initials, 1);
    registration_await_told(&registration, MibAddInstance, subject->family, 1, 1);
    network_delete(subject->kind, subject->family, 1);
    registration_await_told(&registration, MibDeleteInstance, subject->family, 1, 1);
    assert_string_equal(registration_history(&registration, subject->family, 1), "AD");
    registration_stop(&registration);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test_per_kind("handle_is_given", test_handle, SUITE_NOTIFY),
        suite_test("handles_are_unique", test_handles_are_unique, NULL),
#ifdef _WIN32
        suite_test_per_kind("handle_cannot_be_closed", test_handle_cannot_be_closed, SUITE_NOTIFY),
#endif
        suite_test_per_kind("initial_notification", test_initial, SUITE_NOTIFY),
        suite_test_per_kind("no_initial_notification_unasked", test_no_initial, SUITE_NOTIFY),
        suite_test_per_kind("initial_notification_for_any_true", test_any_true_is_true,
                            SUITE_NOTIFY),
        suite_test_per_kind("change_during_the_initial_callback_is_told",
                            test_change_during_initial, SUITE_NOTIFY),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
