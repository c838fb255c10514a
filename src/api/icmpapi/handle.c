/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handles for echo requests. Contracts: include/icmpapi.h. */
#include "api/error.h"
#include "api/icmpapi/icmp.h"
#include "backend/backend.h"
#include "handles/handle_table.h"

#include <errno.h>

static struct handle_table handles = HANDLE_TABLE_INIT(1);

static void keep(void *object)
{
    struct icmp_handle *icmp = object;

    atomic_fetch_add(&icmp->references, 1);
}

static int control(const struct icmp_handle *icmp, enum mib_echo_verb verb, mib_echo_group *group)
{
    struct mib_echo_control query = {
        .family = icmp->family,
        .verb = (uint8_t)verb,
        .group = icmp->group,
    };
    int r = backend_query(MIB_QUERY_ECHO_CONTROL, &query);

    if (r == 0 && group)
        *group = query.group;
    return r;
}

void icmp_handle_drop(struct icmp_handle *icmp)
{
    if (atomic_fetch_sub(&icmp->references, 1) != 1)
        return;
    (void)control(icmp, MIB_ECHO_CLOSE, NULL);
    platform_condition_destroy(&icmp->condition);
    platform_mutex_destroy(&icmp->lock);
    platform_free(icmp);
}

struct icmp_handle *icmp_handle_find(HANDLE handle, uint8_t family)
{
    struct icmp_handle *icmp = handle_table_find(&handles, (handle_value)handle, keep);

    if (icmp && icmp->family != family) {
        icmp_handle_drop(icmp);
        return NULL;
    }
    return icmp;
}

void icmp_handle_begin(struct icmp_handle *icmp, struct icmp_pending *pending)
{
    pending->thread = 0;
    platform_mutex_lock(&icmp->lock);
    pending->next = icmp->pending;
    icmp->pending = pending;
    platform_mutex_unlock(&icmp->lock);
}

void icmp_handle_tell(struct icmp_handle *icmp, struct icmp_pending *pending)
{
    platform_mutex_lock(&icmp->lock);
    pending->thread = platform_thread_id();
    platform_mutex_unlock(&icmp->lock);
}

void icmp_handle_end(struct icmp_handle *icmp, struct icmp_pending *pending)
{
    struct icmp_pending **place = &icmp->pending;

    platform_mutex_lock(&icmp->lock);
    while (*place != pending)
        place = &(*place)->next;
    *place = pending->next;
    platform_condition_broadcast(&icmp->condition);
    platform_mutex_unlock(&icmp->lock);
}

/* Whether there is one of another thread's; with the lock. */
static bool has_others(const struct icmp_handle *icmp)
{
    const struct icmp_pending *pending = icmp->pending;

    while (pending && pending->thread == platform_thread_id())
        pending = pending->next;
    return pending != NULL;
}

static HANDLE fail(int r)
{
    platform_set_error(-r, error_from(r));
    return INVALID_HANDLE_VALUE;
}

static HANDLE create(uint8_t family)
{
    struct icmp_handle *icmp = platform_allocate(sizeof(*icmp));
    handle_value handle;

    if (!icmp)
        return fail(-ENOMEM);
    atomic_init(&icmp->references, 1);
    icmp->family = family;
    int r = control(icmp, MIB_ECHO_OPEN, &icmp->group);
    if (r < 0) {
        platform_free(icmp);
        return fail(r);
    }
    platform_mutex_init(&icmp->lock);
    platform_condition_init(&icmp->condition);
    r = handle_table_insert(&handles, icmp, &handle);
    if (r < 0) {
        icmp_handle_drop(icmp);
        return fail(r);
    }
    return (HANDLE)handle; // NOLINT(performance-no-int-to-ptr)
}

HANDLE NETIOAPI_API_ IcmpCreateFile(void)
{
    return create(MIB_FAMILY_IPV4);
}

HANDLE NETIOAPI_API_ Icmp6CreateFile(void)
{
    return create(MIB_FAMILY_IPV6);
}

BOOL NETIOAPI_API_ IcmpCloseHandle(HANDLE IcmpHandle)
{
    struct icmp_handle *icmp = handle_table_remove(&handles, (handle_value)IcmpHandle);

    if (!icmp) {
        platform_set_error(EBADF, ERROR_INVALID_HANDLE);
        return FALSE;
    }
    (void)control(icmp, MIB_ECHO_STOP, NULL);
    platform_mutex_lock(&icmp->lock);
    while (has_others(icmp) && !platform_is_ending())
        platform_condition_wait(&icmp->condition, &icmp->lock);
    platform_mutex_unlock(&icmp->lock);
    icmp_handle_drop(icmp);
    return TRUE;
}
