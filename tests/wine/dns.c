/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program that sets the DNS of the interface with the index it is given, and reads it
 * back. Says "error servers of IPv4|of IPv6|suffix|domains|LLMNR" after each step.
 */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

#include "../../include/netioapi_dns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef DWORD(WINAPI *get_function)(GUID, DNS_INTERFACE_SETTINGS *);
typedef DWORD(WINAPI *set_function)(GUID, const DNS_INTERFACE_SETTINGS *);
typedef void(WINAPI *free_function)(DNS_INTERFACE_SETTINGS *);

static get_function get;
static set_function set;
static free_function give_back;

static void say(DWORD error, GUID guid)
{
    DNS_INTERFACE_SETTINGS of[2];

    memset(of, 0, sizeof(of));
    for (size_t i = 0; i < 2; i++) {
        of[i].Version = DNS_INTERFACE_SETTINGS_VERSION1;
        of[i].Flags = i == 0 ? 0 : DNS_SETTING_IPV6;
        if (get(guid, &of[i]) != NO_ERROR)
            printf("cannot be read\n");
    }
    printf("%u %ls|%ls|%ls|%ls|%u\n", (unsigned)error, of[0].NameServer ? of[0].NameServer : L"",
           of[1].NameServer ? of[1].NameServer : L"", of[0].Domain ? of[0].Domain : L"",
           of[0].SearchList ? of[0].SearchList : L"", (unsigned)of[0].EnableLLMNR);
    fflush(stdout);
    give_back(&of[0]);
    give_back(&of[1]);
}

int main(int argc, char **argv)
{
    HMODULE module = LoadLibraryA("iphlpapi.dll");
    DNS_INTERFACE_SETTINGS settings;
    NET_LUID luid;
    GUID guid;

    if (argc != 2 || !module)
        return 2;
    get = (get_function)(void *)GetProcAddress(module, "GetInterfaceDnsSettings");
    set = (set_function)(void *)GetProcAddress(module, "SetInterfaceDnsSettings");
    give_back = (free_function)(void *)GetProcAddress(module, "FreeInterfaceDnsSettings");
    if (!get || !set || !give_back)
        return 3;
    if (ConvertInterfaceIndexToLuid((NET_IFINDEX)atoi(argv[1]), &luid) != NO_ERROR ||
        ConvertInterfaceLuidToGuid(&luid, &guid) != NO_ERROR)
        return 4;
    say(NO_ERROR, guid);

    memset(&settings, 0, sizeof(settings));
    settings.Version = DNS_INTERFACE_SETTINGS_VERSION1;
    settings.Flags = DNS_SETTING_NAMESERVER | DNS_SETTING_DOMAIN | DNS_SETTING_SEARCHLIST;
    settings.NameServer = L"192.0.2.5,192.0.2.6";
    settings.Domain = L"a.test";
    settings.SearchList = L"b.test c.test";
    say(set(guid, &settings), guid);

    settings.Flags = DNS_SETTING_NAMESERVER | DNS_SETTING_IPV6;
    settings.NameServer = L"2001:db8::5";
    say(set(guid, &settings), guid);
    settings.Flags = DNS_SETTING_NAMESERVER;
    say(set(guid, &settings), guid);
    settings.Flags = DNS_SETTINGS_ENABLE_LLMNR;
    say(set(guid, &settings), guid);
    return 0;
}
