/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that servers and domains stand in. */
#include "backend/dns/config.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct dns_config *config)
{
    MUST(config->server_count <= DNS_SERVERS && config->domain_count <= DNS_DOMAINS);
    for (size_t i = 0; i < config->server_count; i++) {
        uint8_t family = config->servers[i].family;

        MUST(family == MIB_FAMILY_IPV4 || family == MIB_FAMILY_IPV6);
        MUST(!mib_addr_is_zero(&config->servers[i].address));
    }
    for (size_t i = 0; i < config->domain_count; i++)
        MUST(config->domains[i][0] && memchr(config->domains[i], 0, DNS_NAME));
    MUST(memchr(config->suffix, 0, DNS_NAME));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void (*const parsers[])(char *, struct dns_config *) = {dns_parse_resolv_conf, dns_parse_link};
    static struct dns_config config;

    for (size_t i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++) {
        char *text = malloc(size + 1);

        if (!text)
            return 0;
        memcpy(text, data, size);
        text[size] = 0;
        parsers[i](text, &config);
        check(&config);
        free(text);
    }
    return 0;
}
