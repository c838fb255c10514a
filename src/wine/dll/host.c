/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds the host, through iphlpnl.dll or by the path of iphlpnl.so, or says why there is none.
 * Called by backend_wine.c, exports.c and iftypes.c.
 */
#include "wine/dll/host.h"
#include "platform/platform.h"
#include "wine/dll/by_path.h"
#include "wine/dll/iphlpnl.h"
#include "wine/dll/wines_own.h"

#include <stdatomic.h>
#include <stdio.h>
#include <windows.h>

/* NULL until it has been looked for, no_host where there is none. Written once. */
static _Atomic(iphlpnl_unix_call_function) unix_call;

static long __stdcall no_host(unsigned int call, void *params)
{
    (void)call;
    (void)params;
    return -1;
}

/* The companion, as Wine finds it: among its own modules, or in a folder of WINEDLLPATH. */
static iphlpnl_unix_call_function load_companion(char *why, size_t size)
{
    HMODULE module = LoadLibraryW(L"iphlpnl.dll");
    iphlpnl_unix_call_function function =
        module ? (iphlpnl_unix_call_function)(void *)GetProcAddress(module, "iphlpnl_unix_call")
               : NULL;

    if (!function)
        (void)snprintf(why, size, "iphlpnl.dll cannot be loaded (error %lu)", GetLastError());
    return function;
}

/* Whether calls reach a host, and it is of this build. */
static bool is_ours(iphlpnl_unix_call_function function, char *why, size_t size)
{
    struct unix_version_params params = {0};

    if (function(UNIX_CALL_VERSION, &params) < 0)
        (void)snprintf(why, size, "iphlpnl.so is missing beside iphlpnl.dll");
    else if (params.version != unix_calls_version())
        (void)snprintf(why, size, "iphlpnl.so is of another version (%08x, not %08x)",
                       params.version, unix_calls_version());
    else
        return true;
    return false;
}

/* The first way that leads to a host; or no_host, and in `why` the reason. */
static iphlpnl_unix_call_function look_for_host(char *why, size_t size)
{
    static iphlpnl_unix_call_function (*const ways[])(char *why, size_t size) = {load_companion,
                                                                                 by_path_load};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        iphlpnl_unix_call_function function = ways[i](why, size);

        if (function && is_ours(function, why, size))
            return function;
    }
    return no_host;
}

static void tell(const char *why)
{
    char line[450];

    (void)snprintf(line, sizeof(line), "%s; %s", why,
                   wines_own_exists()
                       ? "programs get what Wine's own iphlpapi.dll has, and no notifications"
                       : "nothing that needs the network of the host is supported");
    platform_diagnostic(line);
}

/*
 * No lock is held meanwhile: a thread may come here with the loader's lock, out of a DllMain, and
 * loading takes that one. Of threads that look at the same time the first to finish decides.
 */
static iphlpnl_unix_call_function find_host(void)
{
    iphlpnl_unix_call_function found = atomic_load(&unix_call);
    char why[300];

    if (found)
        return found;
    iphlpnl_unix_call_function mine = look_for_host(why, sizeof(why));
    return atomic_compare_exchange_strong(&unix_call, &found, mine) ? mine : found;
}

void host_tell_missing(void)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    char why[300];

    if (!atomic_flag_test_and_set(&told) && look_for_host(why, sizeof(why)) == no_host)
        tell(why);
}

bool host_is_there(void)
{
    return find_host() != no_host;
}

bool host_call(enum unix_call number, void *params)
{
    return find_host()(number, params) >= 0;
}
