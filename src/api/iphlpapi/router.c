/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IPv4 forwarding, as long as the process wants it. Its requests are counted, and the last one that
 * is withdrawn turns it off again, if the first one has turned it on. Contracts:
 * include/iphlpapi.h.
 */
#include "api/error.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/query/ip_settings.h"
#include "platform/platform.h"

#include <errno.h>

/* What Windows has for a count that means nothing (the page of UnenableRouter()). */
enum { SOME_COUNT = 0xffffffffU / 2 };

static struct {
    platform_mutex lock;
    uint32_t count;
    bool was_off;
} requests = {.lock = PLATFORM_MUTEX_INIT};

static int set_forwarding(bool on)
{
    struct mib_ip_settings settings = {
        .family = MIB_FAMILY_IPV4, .fields = MIB_IP_SET_FORWARDING, .forwarding = on};

    return backend_query(MIB_QUERY_IP_SETTINGS, &settings);
}

static int get_forwarding(bool *ret_on)
{
    struct mib_ip_settings settings = {.family = MIB_FAMILY_IPV4};
    int r = backend_query(MIB_QUERY_IP_SETTINGS, &settings);

    if (r == 0)
        *ret_on = settings.forwarding;
    return r;
}

static int enable(void)
{
    bool on = false;
    int r = requests.count == UINT32_MAX ? -ENOMEM : get_forwarding(&on);

    /* Also where it is on: who may not turn it on is told so. */
    if (r == 0)
        r = set_forwarding(true);
    if (r < 0)
        return r;
    if (requests.count++ == 0)
        requests.was_off = !on;
    return 0;
}

static int disable(void)
{
    int r = 0;

    if (requests.count == 0)
        return -EINVAL;
    if (requests.count == 1 && requests.was_off)
        r = set_forwarding(false);
    if (r == 0)
        requests.count--;
    return r;
}

DWORD NETIOAPI_API_ EnableRouter(HANDLE *pHandle, OVERLAPPED *pOverlapped)
{
    (void)pHandle;
    if (!pOverlapped)
        return ERROR_INVALID_PARAMETER;
    platform_mutex_lock(&requests.lock);
    int r = enable();
    platform_mutex_unlock(&requests.lock);
    return r == 0 ? ERROR_IO_PENDING : error_from(r);
}

DWORD NETIOAPI_API_ UnenableRouter(OVERLAPPED *pOverlapped, DWORD *lpdwEnableCount)
{
    if (!pOverlapped)
        return ERROR_INVALID_PARAMETER;
    platform_mutex_lock(&requests.lock);
    int r = disable();
    platform_mutex_unlock(&requests.lock);
    if (r == 0 && lpdwEnableCount)
        *lpdwEnableCount = SOME_COUNT;
    return error_from(r);
}
