/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <iphlpapi.h>
#include <stdio.h>

static VOID NETIOAPI_API_ on_route(PVOID context, PMIB_IPFORWARD_ROW2 row,
                                   MIB_NOTIFICATION_TYPE type)
{
    static const char *const types[] = {"changed", "added", "deleted"};
    const SOCKADDR_INET *prefix = &row->DestinationPrefix.Prefix;
    char text[INET6_ADDRSTRLEN];

    (void)context;
    if (prefix->si_family == AF_INET)
        inet_ntop(AF_INET, &prefix->Ipv4.sin_addr, text, sizeof(text));
    else
        inet_ntop(AF_INET6, &prefix->Ipv6.sin6_addr, text, sizeof(text));
    printf("%s %s/%d on interface %u, metric %u\n", types[type], text,
           row->DestinationPrefix.PrefixLength, row->InterfaceIndex, row->Metric);
}

int main(void)
{
    HANDLE handle;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (NotifyRouteChange2(AF_UNSPEC, on_route, NULL, FALSE, &handle) != NO_ERROR)
        return 1;
    puts("Watching routes. Press Enter to end.");
    getchar();
    return CancelMibChangeNotify2(handle) == NO_ERROR ? 0 : 1;
}
