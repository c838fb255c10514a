/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that loads the library at run time, as GLib loads iphlpapi.dll, registers, and unloads
 * it: dispatcher threads run in the library, so it stays, and goes on telling.
 * Usage: test_dlclose libiphlpapi.so, in a network namespace of its own where lo is down.
 */
#include <dlfcn.h>
#include <iphlpapi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static bool interface_told, address_told, route_told;

static void tell(bool *flag)
{
    pthread_mutex_lock(&lock);
    *flag = true;
    pthread_cond_signal(&told);
    pthread_mutex_unlock(&lock);
}

static void on_interface(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type)
{
    (void)context, (void)row, (void)type;
    tell(&interface_told);
}

static void on_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type)
{
    (void)context, (void)row, (void)type;
    tell(&address_told);
}

static void on_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type)
{
    (void)context, (void)row, (void)type;
    tell(&route_told);
}

static void demand(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "FAILED: %s\n", what);
        _exit(EXIT_FAILURE);
    }
}

static void *symbol(void *library, const char *name)
{
    void *found = dlsym(library, name);
    demand(found, name);
    return found;
}

int main(int argc, char **argv)
{
    demand(argc == 2, "usage: test_dlclose libiphlpapi.so");
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    demand(library, "dlopen");

    __typeof__(NotifyIpInterfaceChange) *notify_interface =
        symbol(library, "NotifyIpInterfaceChange");
    __typeof__(NotifyUnicastIpAddressChange) *notify_address =
        symbol(library, "NotifyUnicastIpAddressChange");
    __typeof__(NotifyRouteChange2) *notify_route = symbol(library, "NotifyRouteChange2");
    HANDLE handles[4];
    demand(notify_interface(AF_UNSPEC, on_interface, NULL, FALSE, &handles[0]) == NO_ERROR &&
               notify_address(AF_UNSPEC, on_address, NULL, FALSE, &handles[1]) == NO_ERROR &&
               notify_route(AF_UNSPEC, on_route, NULL, FALSE, &handles[2]) == NO_ERROR &&
               notify_route(AF_INET, on_route, NULL, FALSE, &handles[3]) == NO_ERROR,
           "a registration");

    demand(dlclose(library) == 0, "dlclose");
    /* NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c): nobody else starts programs here */
    demand(system("ip link set lo up") == 0, "ip link set lo up");
    struct timespec deadline;
    (void)clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 30;
    pthread_mutex_lock(&lock);
    int late = 0;
    while (!late && !(interface_told && address_told && route_told))
        late = pthread_cond_timedwait(&told, &lock, &deadline);
    pthread_mutex_unlock(&lock);
    demand(!late, "callbacks of all three kinds after dlclose");

    /* Loaded once more it is the same library, and knows its registrations. */
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    demand(library, "dlopen for the second time");
    __typeof__(CancelMibChangeNotify2) *cancel = symbol(library, "CancelMibChangeNotify2");
    for (int i = 0; i < 3; i++)
        demand(cancel(handles[i]) == NO_ERROR, "cancel after dlclose and dlopen");
    demand(cancel(handles[0]) == ERROR_INVALID_HANDLE, "the second cancel of a handle is refused");
    demand(dlclose(library) == 0, "dlclose for the second time");
    return EXIT_SUCCESS; /* with one registration alive */
}
