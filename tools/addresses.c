/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses as text. */
#include "addresses.h"

#include <stdio.h>
#include <string.h>

const char *family_name(ADDRESS_FAMILY family)
{
    if (family == AF_INET)
        return "ipv4";
    return family == AF_INET6 ? "ipv6" : "unspecified";
}

void format_address(const SOCKADDR_INET *address, char ret_text[INET6_ADDRSTRLEN])
{
    const char *text = NULL;

    if (address->si_family == AF_INET)
        text = inet_ntop(AF_INET, &address->Ipv4.sin_addr, ret_text, INET6_ADDRSTRLEN);
    else if (address->si_family == AF_INET6)
        text = inet_ntop(AF_INET6, &address->Ipv6.sin6_addr, ret_text, INET6_ADDRSTRLEN);
    if (text == NULL)
        (void)snprintf(ret_text, INET6_ADDRSTRLEN, "family %u", (unsigned int)address->si_family);
}

void format_prefix(const SOCKADDR_INET *address, unsigned int length, char ret_text[PREFIX_SIZE])
{
    char text[INET6_ADDRSTRLEN];

    format_address(address, text);
    (void)snprintf(ret_text, PREFIX_SIZE, "%s/%u", text, length % 1000);
}

bool is_unspecified(const SOCKADDR_INET *address)
{
    static const unsigned char zeros[sizeof(address->Ipv6.sin6_addr)];

    if (address->si_family == AF_INET)
        return memcmp(&address->Ipv4.sin_addr, zeros, sizeof(address->Ipv4.sin_addr)) == 0;
    return memcmp(&address->Ipv6.sin6_addr, zeros, sizeof(address->Ipv6.sin6_addr)) == 0;
}

void format_bytes(const unsigned char *bytes, size_t length, char *ret_text)
{
    ret_text[0] = '\0';
    for (size_t i = 0; i < length; i++)
        (void)snprintf(ret_text + (i == 0 ? 0 : 3 * i - 1), 4, "%s%02x", i == 0 ? "" : ":",
                       bytes[i]);
}
