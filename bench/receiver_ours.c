/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clock.h"
#include "kernel.h"
#include "receiver.h"

#include "netioapi.h"

#include <arpa/inet.h>
#include <stdlib.h>

struct registration {
    HANDLE handle;
    receiver_handler handler;
    void *context;
    NET_IFINDEX ifindex;
};

static enum change change_of(MIB_NOTIFICATION_TYPE type)
{
    if (type == MibAddInstance)
        return CHANGE_ADD;
    return type == MibDeleteInstance ? CHANGE_DELETE : CHANGE_PARAMETER;
}

static void on_interface(PVOID context, PMIB_IPINTERFACE_ROW row, MIB_NOTIFICATION_TYPE type)
{
    const struct registration *registration = context;

    if (row->InterfaceIndex == registration->ifindex)
        registration->handler(registration->context, change_of(type), row->NlMtu);
}

static void on_address(PVOID context, PMIB_UNICASTIPADDRESS_ROW row, MIB_NOTIFICATION_TYPE type)
{
    const struct registration *registration = context;

    registration->handler(registration->context, change_of(type),
                          ntohl(row->Address.Ipv4.sin_addr.s_addr));
}

static void on_route(PVOID context, PMIB_IPFORWARD_ROW2 row, MIB_NOTIFICATION_TYPE type)
{
    const struct registration *registration = context;
    const IP_ADDRESS_PREFIX *prefix = &row->DestinationPrefix;
    bool ipv6 = prefix->Prefix.si_family == AF_INET6;
    uint32_t number = kernel_route_number(ipv6, prefix->PrefixLength,
                                          ipv6 ? (const void *)&prefix->Prefix.Ipv6.sin6_addr
                                               : &prefix->Prefix.Ipv4.sin_addr);

    if (number != UINT32_MAX && row->InterfaceIndex == registration->ifindex)
        registration->handler(registration->context, change_of(type), number);
}

static void *ours_open(enum subject subject, receiver_handler handler, void *context)
{
    struct registration *registration = calloc(1, sizeof(*registration));
    DWORD error = NO_ERROR;

    if (!registration)
        bench_die("no memory", 0);
    *registration =
        (struct registration){.handler = handler, .context = context, .ifindex = kernel_ifindex()};
    switch (subject) {
    case SUBJECT_LINKS:
        error = NotifyIpInterfaceChange(AF_INET, on_interface, registration, FALSE,
                                        &registration->handle);
        break;
    case SUBJECT_ADDRESSES:
        error = NotifyUnicastIpAddressChange(AF_INET, on_address, registration, FALSE,
                                             &registration->handle);
        break;
    case SUBJECT_ROUTES4:
    case SUBJECT_ROUTES6:
        error = NotifyRouteChange2(subject == SUBJECT_ROUTES6 ? AF_INET6 : AF_INET, on_route,
                                   registration, FALSE, &registration->handle);
        break;
    }
    if (error != NO_ERROR)
        bench_die("cannot register", 0);
    return registration;
}

static void ours_close(void *receiver)
{
    struct registration *registration = receiver;

    if (CancelMibChangeNotify2(registration->handle) != NO_ERROR)
        bench_die("cannot cancel", 0);
    free(registration);
}

const struct receiver_kind receiver_ours = {.open = ours_open, .close = ours_close};
