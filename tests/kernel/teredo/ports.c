/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ports.h"

#include <stdio.h>
#include <string.h>

static void NETIOAPI_API_ on_port(PVOID context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    static const char letters[] = {
        [MibParameterNotification] = 'P',
        [MibAddInstance] = 'A',
        [MibDeleteInstance] = 'D',
        [MibInitialNotification] = 'I',
    };
    struct ports *ports = context;
    bool cancel;

    monitor_lock(&ports->monitor);
    size_t length = strlen(ports->told);
    if (ports->inside)
        ports->fault = "two callbacks at once";
    ports->inside = true;
    if (type == MibInitialNotification)
        ports->initial = pthread_self();
    else
        ports->later = pthread_self();
    (void)snprintf(ports->told + length, sizeof(ports->told) - length, "%c%u ",
                   (size_t)type < sizeof(letters) ? letters[type] : '?', port);
    cancel = ports->cancel_within;
    monitor_unlock(&ports->monitor);

    DWORD cancelled = cancel ? CancelMibChangeNotify2(ports->handle) : NO_ERROR;

    monitor_lock(&ports->monitor);
    ports->cancelled = cancelled;
    ports->inside = false;
    monitor_announce(&ports->monitor);
    monitor_unlock(&ports->monitor);
}

void ports_start(struct ports *ports, BOOLEAN initial)
{
    *ports = (struct ports){0};
    monitor_init(&ports->monitor);
    assert_int_equal(NotifyTeredoPortChange(on_port, ports, initial, &ports->handle), NO_ERROR);
    assert_non_null(ports->handle);
    if (!initial)
        return;
    monitor_lock(&ports->monitor);
    bool told = strncmp(ports->told, "I0 ", 3) == 0;
    bool here = pthread_equal(ports->initial, pthread_self());
    monitor_unlock(&ports->monitor);
    assert_true(told);
    assert_true(here);
}

void ports_stop(struct ports *ports)
{
    if (!ports->handle)
        return;
    DWORD rc = CancelMibChangeNotify2(ports->handle);
    bool inside = ports->inside;
    const char *fault = ports->fault;
    bool own_thread = !strpbrk(ports->told, "APD") || !pthread_equal(ports->later, pthread_self());
    monitor_destroy(&ports->monitor);
    *ports = (struct ports){0};
    assert_int_equal(rc, NO_ERROR);
    assert_false(inside);
    assert_true(own_thread);
    if (fault)
        fail_test("%s", fault);
}

static bool matches(const char *told, const char *patterns)
{
    for (const char *pattern = patterns;;) {
        size_t length = strcspn(pattern, "|");

        if (strlen(told) == length && strncmp(told, pattern, length) == 0)
            return true;
        if (pattern[length] == '\0')
            return false;
        pattern += length + 1;
    }
}

void ports_await(struct ports *ports, const struct scene *scene, const char *patterns)
{
    struct timespec deadline = check_deadline();
    bool timely = true;
    char told[sizeof(ports->told)];

    monitor_lock(&ports->monitor);
    while ((ports->inside || !matches(ports->told, patterns)) && timely)
        timely = monitor_wait(&ports->monitor, &deadline);
    memcpy(told, ports->told, sizeof(told));
    monitor_unlock(&ports->monitor);
    if (matches(told, patterns))
        return;
    USHORT port = 0;
    DWORD rc = GetTeredoPort(&port);
    print_error("GetTeredoPort gives %u, error %u\n", port, rc);
    if (scene)
        scene_print_logs(scene);
    fail_test("told '%s' instead of '%s'", told, patterns);
}

void port_expect(uint16_t port)
{
    USHORT found = 0;

    assert_int_equal(GetTeredoPort(&found), NO_ERROR);
    assert_int_equal(found, port);
}

void port_expect_error(DWORD error)
{
    USHORT found = 4711;

    assert_int_equal(GetTeredoPort(&found), error);
    assert_int_equal(found, 4711);
}

static bool has_teredo(const MIB_UNICASTIPADDRESS_TABLE *table)
{
    static const uint8_t prefix[] = {0x20, 0x01, 0x00, 0x00};

    for (ULONG i = 0; i < table->NumEntries; i++)
        if (table->Table[i].Address.si_family == AF_INET6 &&
            memcmp(&table->Table[i].Address.Ipv6.sin6_addr, prefix, sizeof(prefix)) == 0)
            return true;
    return false;
}

static void NETIOAPI_API_ on_stable(PVOID context, PMIB_UNICASTIPADDRESS_TABLE table)
{
    struct stable *stable = context;

    monitor_lock(&stable->monitor);
    stable->calls++;
    stable->teredo = has_teredo(table);
    monitor_announce(&stable->monitor);
    monitor_unlock(&stable->monitor);
    FreeMibTable(table);
}

DWORD stable_start(struct stable *stable, ADDRESS_FAMILY family, bool *ret_teredo)
{
    PMIB_UNICASTIPADDRESS_TABLE table = NULL;

    *stable = (struct stable){0};
    monitor_init(&stable->monitor);
    DWORD rc =
        NotifyStableUnicastIpAddressTable(family, &table, on_stable, stable, &stable->handle);
    if (rc == NO_ERROR) {
        assert_non_null(table);
        assert_null(stable->handle);
        if (ret_teredo)
            *ret_teredo = has_teredo(table);
        FreeMibTable(table);
    } else {
        assert_null(table);
    }
    if (rc != ERROR_IO_PENDING)
        monitor_destroy(&stable->monitor);
    return rc;
}

void stable_stop(struct stable *stable)
{
    if (!stable->handle)
        return;
    DWORD rc = CancelMibChangeNotify2(stable->handle);
    monitor_destroy(&stable->monitor);
    *stable = (struct stable){0};
    assert_int_equal(rc, NO_ERROR);
}

void stable_await(struct stable *stable, unsigned calls, bool teredo)
{
    struct timespec deadline = check_deadline();
    bool timely = true;

    monitor_lock(&stable->monitor);
    while (stable->calls < calls && timely)
        timely = monitor_wait(&stable->monitor, &deadline);
    unsigned told = stable->calls;
    bool found = stable->teredo;
    monitor_unlock(&stable->monitor);
    assert_int_equal(told, calls);
    assert_int_equal(found, teredo);
}

unsigned stable_calls(struct stable *stable)
{
    monitor_lock(&stable->monitor);
    unsigned calls = stable->calls;
    monitor_unlock(&stable->monitor);
    return calls;
}
