/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The contract of registering: parameters, handles, initial notifications, callbacks. */
#include "registration.h"

#include <string.h>

static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
static const ADDRESS_FAMILY bad_families[] = {1, 3, 99, 0xffff, AF_INET6 + 1};

static void test_bad_parameters(void **state)
{
    struct registration registration;

    (void)state;
    memset(&registration, 0, sizeof(registration));
    for (int i = 0; i < CHANGE_KINDS; i++) {
        enum conformance_change kind = (enum conformance_change)i;

        for (int initial = 0; initial < 2; initial++) {
            HANDLE handle = NOBODYS_HANDLE;

            for (size_t j = 0; j < ARRAY_SIZE(bad_families); j++) {
                handle = NOBODYS_HANDLE;
                assert_int_equal(notify_call(kind, bad_families[j], true, &registration,
                                             (BOOLEAN)initial, &handle),
                                 ERROR_INVALID_PARAMETER);
                assert_null(handle);
            }
            for (size_t j = 0; j < ARRAY_SIZE(families); j++) {
                handle = NOBODYS_HANDLE;
                assert_int_equal(
                    notify_call(kind, families[j], false, &registration, (BOOLEAN)initial, &handle),
                    ERROR_INVALID_PARAMETER);
                assert_null(handle);
                assert_int_equal(
                    notify_call(kind, families[j], true, &registration, (BOOLEAN)initial, NULL),
                    ERROR_INVALID_PARAMETER);
                assert_int_equal(
                    notify_call(kind, families[j], false, &registration, (BOOLEAN)initial, NULL),
                    ERROR_INVALID_PARAMETER);
            }
            handle = NOBODYS_HANDLE;
            assert_int_equal(notify_call(kind, 99, false, &registration, (BOOLEAN)initial, &handle),
                             ERROR_INVALID_PARAMETER);
            assert_null(handle);
            assert_int_equal(notify_call(kind, 99, false, &registration, (BOOLEAN)initial, NULL),
                             ERROR_INVALID_PARAMETER);
        }
    }
    /* Nobody was called: there would have been no lock to take. */
    assert_int_equal(registration.initials, 0);
}

static void test_initial_notification(void **state)
{
    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
            struct registration registration;

            registration_start(&registration, (enum conformance_change)kind, families[i], TRUE);
            platform_monitor_lock(registration.monitor);
            assert_int_equal(registration.initials, 1);
            assert_int_equal(registration.changes, 0);
            assert_int_equal(registration.inside, 0);
            assert_true(registration.thread == platform_thread_self());
            assert_ptr_equal(registration.handle_seen, registration.handle);
            platform_monitor_unlock(registration.monitor);
            registration_stop(&registration);

            registration_start(&registration, (enum conformance_change)kind, families[i], FALSE);
            platform_monitor_lock(registration.monitor);
            assert_int_equal(registration.initials, 0);
            platform_monitor_unlock(registration.monitor);
            registration_stop(&registration);
        }
    }
}

/* TRUE is whatever is not FALSE. */
static void test_any_true_is_true(void **state)
{
    struct registration registration;

    (void)state;
    registration_start(&registration, CHANGE_ROUTE, AF_UNSPEC, 0xff);
    assert_int_equal(registration.initials, 1);
    registration_stop(&registration);
}

static void test_handles_are_unique(void **state)
{
    enum { COUNT = 60 };
    static struct registration registrations[COUNT];
    static HANDLE handles[2 * COUNT];

    (void)state;
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            registration_start(&registrations[i], (enum conformance_change)(i % CHANGE_KINDS),
                               families[i / CHANGE_KINDS % 3], i % 2);
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

static void test_changes_are_told(void **state)
{
    static const ADDRESS_FAMILY covering[] = {AF_UNSPEC, AF_INET};

    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        for (size_t i = 0; i < ARRAY_SIZE(covering); i++) {
            struct registration registration;

            registration_start(&registration, (enum conformance_change)kind, covering[i], i == 0);
            registration_exercise(&registration);
            platform_monitor_lock(registration.monitor);
            assert_true(registration.thread != platform_thread_self());
            platform_monitor_unlock(registration.monitor);
            registration_stop(&registration);
        }
    }
}

/* The rows that come with add and delete of what CHANGE_UNICAST and CHANGE_ROUTE make. */
struct seen {
    unsigned added;
    unsigned deleted;
};

static bool is_changed_row(enum conformance_change kind, const void *row)
{
    const MIB_UNICASTIPADDRESS_ROW *unicast = row;
    const MIB_IPFORWARD_ROW2 *route = row;

    switch (kind) {
    case CHANGE_INTERFACE:
        return false;
    case CHANGE_UNICAST:
        return unicast->Address.si_family == AF_INET && unicast->InterfaceIndex != 0 &&
               unicast->InterfaceLuid.Value != 0 &&
               memcmp(&unicast->Address.Ipv4.sin_addr, CHANGE_ADDRESS, 4) == 0;
    case CHANGE_ROUTE:
        return route->DestinationPrefix.Prefix.si_family == AF_INET && route->InterfaceIndex != 0 &&
               route->InterfaceLuid.Value != 0 && route->NextHop.si_family == AF_INET &&
               route->DestinationPrefix.PrefixLength == CHANGE_PREFIX_LENGTH &&
               memcmp(&route->DestinationPrefix.Prefix.Ipv4.sin_addr, CHANGE_PREFIX, 4) == 0;
    }
    return false;
}

static void look_at_row(struct registration *registration, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct seen *seen = registration->context;

    if (!is_changed_row(registration->kind, row))
        return;
    platform_monitor_lock(registration->monitor);
    seen->added += type == MibAddInstance;
    seen->deleted += type == MibDeleteInstance;
    platform_monitor_announce(registration->monitor);
    platform_monitor_unlock(registration->monitor);
}

static void test_rows(void **state)
{
    static const enum conformance_change kinds[] = {CHANGE_UNICAST, CHANGE_ROUTE};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct registration registration;
        struct seen seen = {0, 0};
        uint64_t deadline = platform_deadline();
        bool timely = true;

        registration_start_with(&registration, kinds[i], AF_INET, FALSE, look_at_row, &seen);
        conformance_cause_change(kinds[i], true);
        conformance_cause_change(kinds[i], false);
        platform_monitor_lock(registration.monitor);
        while ((seen.added < 1 || seen.deleted < 1) && timely)
            timely = platform_monitor_wait(registration.monitor, deadline);
        platform_monitor_unlock(registration.monitor);
        registration_stop(&registration);
        assert_int_equal(seen.added, 1);
        assert_int_equal(seen.deleted, 1);
    }
}

/* A callback may call everything, with its own row too. */
static void read_everything(struct registration *registration, void *row,
                            MIB_NOTIFICATION_TYPE type)
{
    MIB_IPINTERFACE_TABLE *interfaces = NULL;
    MIB_UNICASTIPADDRESS_TABLE *addresses = NULL;
    MIB_IPFORWARD_TABLE2 *routes = NULL;
    MIB_IPINTERFACE_ROW interface_row;
    const char *violation = NULL;
    HANDLE handle;

    if (GetIpInterfaceTable(AF_UNSPEC, &interfaces) != NO_ERROR ||
        GetUnicastIpAddressTable(AF_UNSPEC, &addresses) != NO_ERROR ||
        GetIpForwardTable2(AF_UNSPEC, &routes) != NO_ERROR)
        violation = "no table in a callback";
    FreeMibTable(interfaces);
    FreeMibTable(addresses);
    FreeMibTable(routes);

    if (row && registration->kind == CHANGE_INTERFACE) {
        interface_row = *(MIB_IPINTERFACE_ROW *)row;
        if (type != MibDeleteInstance && GetIpInterfaceEntry(&interface_row) != NO_ERROR)
            violation = "no entry for a callback's row";
    }

    /* Registrations made and ended within a callback, with and without an initial one. */
    struct registration inner;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        memset(&inner, 0, sizeof(inner));
        inner.monitor = registration->context;
        if (notify_call((enum conformance_change)kind, AF_UNSPEC, true, &inner, (BOOLEAN)(kind % 2),
                        &handle) != NO_ERROR ||
            CancelMibChangeNotify2(handle) != NO_ERROR || inner.initials != (unsigned)(kind % 2))
            violation = "no registration in a callback";
    }

    platform_monitor_lock(registration->monitor);
    if (violation)
        registration->violation = violation;
    platform_monitor_unlock(registration->monitor);
}

static void test_callbacks_may_call(void **state)
{
    struct platform_monitor *inner = platform_monitor_new();

    (void)state;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        struct registration registration;

        registration_start_with(&registration, (enum conformance_change)kind, AF_UNSPEC, TRUE,
                                read_everything, inner);
        registration_exercise(&registration);
        registration_stop(&registration);
    }
    platform_monitor_free(inner);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_parameters),     cmocka_unit_test(test_initial_notification),
        cmocka_unit_test(test_any_true_is_true),   cmocka_unit_test(test_handles_are_unique),
        cmocka_unit_test(test_changes_are_told),   cmocka_unit_test(test_rows),
        cmocka_unit_test(test_callbacks_may_call),
    };

    (void)argc;
    int rc = platform_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
