/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interface types of the Wine that the DLL runs in. Called by backend_wine.c for every row that
 * crosses; it asks Wine's own DLL.
 */
#include "wine/dll/iftypes.h"
#include "api/windows.h"
#include "wine/seam/unix_calls.h"
#include "wine/dll/wines_own.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

/* IANAifType-MIB. */
enum { IFTYPE_OTHER = 1, IFTYPE_ETHERNET = 6, IFTYPE_PPP = 23, IFTYPE_IEEE80211 = 71 };

/*
 * Links that Wine 8.0 does not tell from others and Wine 10.0 does (if_get_physical in its
 * dlls/nsiproxy.sys/ndis.c); wireless ones only if it was built with the kernel's header for them.
 */
static struct {
    uint16_t host;
    uint16_t older;
    uint16_t newer;
    _Atomic uint16_t here; /* either of the two; 0: not known yet */
} sorts[] = {
    {UNIX_IFTYPE_POINTOPOINT, IFTYPE_OTHER, IFTYPE_PPP, 0},
    {IFTYPE_IEEE80211, IFTYPE_ETHERNET, IFTYPE_IEEE80211, 0},
};

enum { FIRST_NEWER_WINE = 9 };

/* What the version tells, which is not certain: Wines are built and patched in many ways. */
static bool is_newer_wine(void)
{
    typedef const char *(__cdecl * version_function)(void);
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    version_function version = (version_function)(void *)GetProcAddress(ntdll, "wine_get_version");

    return !version || strtol(version(), NULL, 10) >= FIRST_NEWER_WINE;
}

/* The type in the LUID that Wine's own conversion gives; 0: it knows no such link. */
static uint16_t ask(uint32_t ifindex)
{
    typedef DWORD(WINAPI * convert_function)(NET_IFINDEX, NET_LUID *);
    convert_function convert = (convert_function)wines_own_function("ConvertInterfaceIndexToLuid");
    NET_LUID luid;

    return convert && convert(ifindex, &luid) == NO_ERROR ? (uint16_t)luid.Info.IfType : 0;
}

uint16_t iftype_from_host(uint16_t iftype, uint32_t ifindex)
{
    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
        if (sorts[i].host != iftype)
            continue;
        uint16_t here = atomic_load(&sorts[i].here);
        if (here)
            return here;
        uint16_t answer = ask(ifindex);
        /* Wine remembers links for longer than they live: it may speak of another one. */
        if (answer != sorts[i].older && answer != sorts[i].newer)
            answer = is_newer_wine() ? sorts[i].newer : sorts[i].older;
        return atomic_compare_exchange_strong(&sorts[i].here, &here, answer) ? answer : here;
    }
    return iftype;
}
