/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that DHCP clients keep leases in. */
#include "backend/dhcp/lease.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static int check(void *context, const struct dhcp_lease *lease)
{
    (void)context;
    MUST(lease->family == MIB_FAMILY_IPV4 || lease->family == MIB_FAMILY_IPV6);
    MUST(lease->duid_length <= sizeof(lease->duid));
    MUST(memchr(lease->interface, 0, sizeof(lease->interface)));
    MUST(lease->obtained >= 0 && lease->expires >= 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const of_text[])(char *, struct dhcp_lease *) = {dhcp_parse_networkd,
                                                                  dhcp_parse_networkd_link};
    static int (*const of_bytes[])(const uint8_t *, size_t, struct dhcp_lease *) = {
        dhcp_parse_message4, dhcp_parse_message6};
    struct dhcp_lease lease;

    for (size_t i = 0; i < 3; i++) {
        char *text = malloc(size + 1);

        if (!text)
            return 0;
        memcpy(text, data, size);
        text[size] = 0;
        if (i < 2 && of_bytes[i](data, size, &lease) == 0)
            (void)check(NULL, &lease);
        if (i == 2)
            (void)dhcp_parse_dhclient(text, check, NULL);
        else if (of_text[i](text, &lease) == 0)
            (void)check(NULL, &lease);
        free(text);
    }
    return 0;
}
