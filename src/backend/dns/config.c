/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Servers and domains in resolv.conf, and in systemd's files of a link. */
#include "backend/dns/config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const char blank[] = " \t\r\v\f";

/* A port at the end of `text`, which follows the colon; what is none says that it is no server. */
static bool take_port(const char *text, uint16_t *ret_port)
{
    size_t length = strspn(text, "0123456789");
    long port = length > 0 && length <= 5 && !text[length] ? strtol(text, NULL, 10) : 0;

    if (port < 1 || port > UINT16_MAX)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

/* "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53", then "%eth0" and "#name". */
static bool parse_server(char *text, struct dns_server *ret_server)
{
    struct dns_server server = {0};
    char *port = NULL;

    text[strcspn(text, "#")] = '\0';
    if (text[0] == '[') {
        char *end = strchr(text++, ']');

        if (!end)
            return false;
        *end++ = '\0';
        if (*end == ':')
            port = end + 1;
        else if (*end && *end != '%')
            return false;
    } else if (strchr(text, ':') && strchr(text, ':') == strrchr(text, ':')) {
        port = strchr(text, ':');
        *port++ = '\0';
    }
    text[strcspn(text, "%")] = '\0';
    if (port) {
        port[strcspn(port, "%")] = '\0';
        if (!take_port(port, &server.port))
            return false;
    }
    if (inet_pton(AF_INET, text, server.address.bytes) == 1)
        server.family = MIB_FAMILY_IPV4;
    else if (inet_pton(AF_INET6, text, server.address.bytes) == 1)
        server.family = MIB_FAMILY_IPV6;
    else
        return false;
    if (mib_addr_is_zero(&server.address))
        return false;
    *ret_server = server;
    return true;
}

static void take_server(char *word, struct dns_config *config)
{
    struct dns_server server;

    if (config->server_count < DNS_SERVERS && parse_server(word, &server))
        config->servers[config->server_count++] = server;
}

/* Without the dot at its end; false: it is empty, too long, or the root. */
static bool copy_name(const char *word, char *name)
{
    size_t length = strlen(word);

    if (length > 0 && word[length - 1] == '.')
        length--;
    if (length == 0 || length >= DNS_NAME)
        return false;
    memset(name + length, 0, DNS_NAME - length);
    while (length-- > 0)
        name[length] = word[length];
    return true;
}

static void take_domain(char *word, struct dns_config *config)
{
    if (word[0] != '~' && config->domain_count < DNS_DOMAINS &&
        copy_name(word, config->domains[config->domain_count]))
        config->domain_count++;
}

static void each_word(char *words, void (*take)(char *word, struct dns_config *config),
                      struct dns_config *config)
{
    char *rest;

    for (char *word = strtok_r(words, blank, &rest); word; word = strtok_r(NULL, blank, &rest))
        take(word, config);
}

static void take_resolv_conf_line(char *line, struct dns_config *config)
{
    char *rest;
    const char *keyword = strtok_r(line, blank, &rest);
    char *word;

    if (!keyword)
        return;
    if (strcmp(keyword, "nameserver") == 0) {
        word = strtok_r(NULL, blank, &rest);
        if (word)
            take_server(word, config);
    } else if (strcmp(keyword, "domain") == 0) {
        config->domain_count = 0;
        word = strtok_r(NULL, blank, &rest);
        if (word && copy_name(word, config->suffix))
            take_domain(word, config);
    } else if (strcmp(keyword, "search") == 0) {
        config->domain_count = 0;
        each_word(rest, take_domain, config);
    }
}

static void take_link_line(char *line, struct dns_config *config)
{
    char *value = strchr(line, '=');

    if (!value)
        return;
    *value++ = '\0';
    if (strcmp(line, "SERVERS") == 0 || strcmp(line, "DNS") == 0)
        each_word(value, take_server, config);
    else if (strcmp(line, "DOMAINS") == 0)
        each_word(value, take_domain, config);
}

static void each_line(char *text, void (*take)(char *line, struct dns_config *config),
                      struct dns_config *config)
{
    char *rest;

    memset(config, 0, sizeof(*config));
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (line[0] != '#' && line[0] != ';')
            take(line, config);
}

void dns_parse_resolv_conf(char *text, struct dns_config *ret)
{
    each_line(text, take_resolv_conf_line, ret);
}

void dns_parse_link(char *text, struct dns_config *ret)
{
    each_line(text, take_link_line, ret);
}

static bool is_same(const struct dns_server *a, const struct dns_server *b)
{
    return a->family == b->family && a->port == b->port &&
           memcmp(&a->address, &b->address, sizeof(a->address)) == 0;
}

bool dns_add_server(struct dns_config *config, const char *text)
{
    char copy[DNS_NAME];
    struct dns_server server;

    if (strlen(text) >= sizeof(copy))
        return false;
    memcpy(copy, text, strlen(text) + 1);
    if (!parse_server(copy, &server))
        return false;
    for (size_t i = 0; i < config->server_count; i++)
        if (is_same(&config->servers[i], &server))
            return true;
    if (config->server_count == DNS_SERVERS)
        return false;
    config->servers[config->server_count++] = server;
    return true;
}

bool dns_add_domain(struct dns_config *config, const char *text)
{
    char name[DNS_NAME];

    if (text[0] == '~' || !copy_name(text, name))
        return false;
    for (size_t i = 0; i < config->domain_count; i++)
        if (strcmp(config->domains[i], name) == 0)
            return true;
    if (config->domain_count == DNS_DOMAINS)
        return false;
    memcpy(config->domains[config->domain_count++], name, sizeof(name));
    return true;
}
