/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IpRenewAddress and IpReleaseAddress over services of the test's own, which refuse, fail or do not
 * answer. What the real ones do is in tests/kernel/test_lease.py.
 */
#include "check.h"
#include "fake_services.h"
#include "netns.h"
#include "own_host.h"

#include <iphlpapi.h>
#include <string.h>

static IP_ADAPTER_INDEX_MAP adapter_named(const char *name)
{
    IP_ADAPTER_INDEX_MAP adapter = {.Index = 0};

    for (size_t i = 0; name[i] && i < MAX_ADAPTER_NAME; i++)
        adapter.Name[i] = (WCHAR)name[i];
    return adapter;
}

static void answers(void **state)
{
    static const struct {
        enum fake_behaviour manager;
        DWORD renewed;
        DWORD released;
    } cases[] = {
        {FAKE_ABSENT, ERROR_NOT_SUPPORTED, ERROR_NOT_SUPPORTED},
        {FAKE_REFUSES, ERROR_ACCESS_DENIED, ERROR_ACCESS_DENIED},
        {FAKE_FAILS, ERROR_PROC_NOT_FOUND, ERROR_PROC_NOT_FOUND},
        /* No lease is understood, or none is told of. */
        {FAKE_HANGS, ERROR_TIMEOUT, ERROR_NOT_SUPPORTED},
        {FAKE_GARBAGE, NO_ERROR, ERROR_NOT_SUPPORTED},
        /* It takes the request, and the address stays. */
        {FAKE_ANSWERS, NO_ERROR, ERROR_TIMEOUT},
    };
    IP_ADAPTER_INDEX_MAP adapter =
        adapter_named("\\DEVICE\\TCPIP_{0000000A-0000-0000-0000-4E6574446576}");
    IP_ADAPTER_INDEX_MAP other =
        adapter_named("\\DEVICE\\TCPIP_{0000000B-0000-0000-0000-4E6574446576}");

    (void)state;
    own_host_begin();
    own_host_put("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n");      /* for the bus */
    assert_int_equal(IpRenewAddress(&adapter), ERROR_NOT_SUPPORTED); /* no bus */
    if (!fake_bus_begin()) {
        own_host_end();
        skip();
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_services_begin((struct fakes){FAKE_ABSENT, cases[i].manager});
        const DWORD renewed = IpRenewAddress(&adapter);
        const DWORD released = IpReleaseAddress(&adapter);

        if (renewed != cases[i].renewed || released != cases[i].released)
            fail_test("case %zu: %u, %u", i, (unsigned int)renewed, (unsigned int)released);
    }
    assert_int_equal(IpRenewAddress(&other), ERROR_NOT_SUPPORTED);
    assert_int_equal(IpReleaseAddress(&other), ERROR_NOT_SUPPORTED);
    fake_bus_end();
    own_host_end();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers)};
    int rc = own_host_prepare(argv);

    (void)argc;
    return rc != 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
