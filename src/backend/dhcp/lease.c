/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Leases in the text files of systemd-networkd and of ISC dhclient. */
#include "backend/dhcp/lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char blank[] = " \t\r\v\f\n";

size_t dhcp_parse_hex(const char *text, uint8_t *bytes, size_t size)
{
    bool has_colons = strchr(text, ':') != NULL;
    size_t count = 0;

    while (*text) {
        char digits[3] = "";
        size_t length = strspn(text, "0123456789abcdefABCDEF");

        if (!has_colons && length > 2)
            length = 2;
        if (length < 1 || length > 2 || count == size)
            return 0;
        memcpy(digits, text, length);
        bytes[count++] = (uint8_t)strtoul(digits, NULL, 16);
        text += length;
        if (!*text)
            break;
        if (has_colons && (*text++ != ':' || !*text))
            return 0;
    }
    return count;
}

/* A number with nothing behind it. */
static bool parse_number(const char *text, int base, uint32_t *ret)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, base);
    if (*end || errno || value > UINT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

static bool parse_address(const char *text, struct dhcp_lease *lease, struct mib_addr *address)
{
    struct mib_addr parsed = {{0}};

    if (inet_pton(lease->family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6, text, parsed.bytes) != 1)
        return false;
    *address = parsed;
    return true;
}

/* ---- systemd-networkd -------------------------------------------------------------------------
 */

/* Seconds, as a number (until systemd 255) or with units: "1h 30min". */
static bool parse_span(char *text, uint32_t *ret)
{
    static const struct {
        const char *unit;
        uint32_t seconds;
    } units[] = {{"y", 31557600}, {"month", 2629800}, {"w", 604800}, {"d", 86400},
                 {"h", 3600},     {"min", 60},        {"s", 1},      {"", 1}};
    uint64_t sum = 0;
    char *rest;

    if (strcmp(text, "infinity") == 0) {
        *ret = UINT32_MAX;
        return true;
    }
    for (char *word = strtok_r(text, blank, &rest); word; word = strtok_r(NULL, blank, &rest)) {
        char *unit = word + strspn(word, "0123456789");
        size_t i = 0;

        while (i < sizeof(units) / sizeof(units[0]) && strcmp(unit, units[i].unit) != 0)
            i++;
        if (unit == word || unit - word > 10 || i == sizeof(units) / sizeof(units[0]))
            return false;
        sum += strtoull(word, NULL, 10) * units[i].seconds;
        if (sum >= UINT32_MAX)
            return false;
    }
    *ret = (uint32_t)sum;
    return sum > 0;
}

/* "DUID-EN/Vendor:0000ab11…": the name of the type, then what follows the type. */
static void take_duid(const char *text, struct dhcp_lease *lease)
{
    static const char *const types[] = {"DUID-LLT:", "DUID-EN/Vendor:", "DUID-LL:", "UUID:"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t length = strlen(types[i]);

        if (strncmp(text, types[i], length) != 0)
            continue;
        size_t count = dhcp_parse_hex(text + length, lease->duid + 2, sizeof(lease->duid) - 2);
        if (count > 0) {
            lease->duid[0] = 0;
            lease->duid[1] = (uint8_t)(i + 1);
            lease->duid_length = (uint8_t)(count + 2);
        }
    }
}

static void take_lease_value(const char *key, char *value, struct dhcp_lease *lease)
{
    if (strcmp(key, "ADDRESS") == 0)
        (void)parse_address(value, lease, &lease->address);
    else if (strcmp(key, "SERVER_ADDRESS") == 0)
        (void)parse_address(value, lease, &lease->server);
    else if (strcmp(key, "LIFETIME") == 0)
        (void)parse_span(value, &lease->lifetime);
}

static void take_link_value(const char *key, char *value, struct dhcp_lease *lease)
{
    if (strcmp(key, "DHCP6_CLIENT_IAID") == 0)
        (void)parse_number(value, 0, &lease->iaid);
    else if (strcmp(key, "DHCP6_CLIENT_DUID") == 0)
        take_duid(value, lease);
}

static void each_value(char *text, struct dhcp_lease *lease,
                       void (*take)(const char *key, char *value, struct dhcp_lease *lease))
{
    char *rest;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *value = strchr(line, '=');

        if (line[0] == '#' || !value)
            continue;
        *value++ = '\0';
        take(line, value, lease);
    }
}

int dhcp_parse_networkd(char *text, struct dhcp_lease *ret)
{
    struct dhcp_lease lease = {.family = MIB_FAMILY_IPV4};

    each_value(text, &lease, take_lease_value);
    if (mib_addr_is_zero(&lease.address))
        return -ENOENT;
    *ret = lease;
    return 0;
}

int dhcp_parse_networkd_link(char *text, struct dhcp_lease *ret)
{
    struct dhcp_lease lease = {.family = MIB_FAMILY_IPV6};

    each_value(text, &lease, take_link_value);
    if (lease.duid_length == 0)
        return -ENOENT;
    *ret = lease;
    return 0;
}

/* ---- dhclient ---------------------------------------------------------------------------------
 */

/* What stands before a ';', a '{' or a '}'. Words that there is no room for are left out. */
struct statement {
    const char *words[12];
    size_t count;
    char end; /* the sign; NUL: the file ends */
    size_t used;
    char text[768];
};

/* Appends a character; false: there is no room. */
static bool add(struct statement *statement, char character)
{
    if (statement->used + 1 >= sizeof(statement->text))
        return false;
    statement->text[statement->used++] = character;
    return true;
}

/* A string in quotes, as dhclient writes it: \ooo for a byte, \x for a character. */
static void take_string(const char **at, struct statement *statement)
{
    const char *next = *at + 1;

    while (*next && *next != '"') {
        char character = *next++;

        if (character == '\\' && strspn(next, "01234567") >= 3) {
            character = (char)((next[0] - '0') << 6 | (next[1] - '0') << 3 | (next[2] - '0'));
            next += 3;
        } else if (character == '\\' && *next) {
            character = *next++;
        }
        (void)add(statement, character);
    }
    *at = next + (*next ? 1 : 0);
}

/* *at is moved behind it. A string in quotes may have NULs; its length shows from `used`. */
static void take_statement(const char **at, struct statement *statement)
{
    statement->count = 0;
    statement->used = 0;
    for (;;) {
        *at += strspn(*at, blank);
        if (**at == '#') {
            *at += strcspn(*at, "\n");
            continue;
        }
        statement->end = **at;
        if (!**at)
            return;
        if (strchr(";{}", **at)) {
            ++*at;
            return;
        }
        const char *word = statement->text + statement->used;
        if (**at == '"') {
            take_string(at, statement);
        } else {
            size_t length = strcspn(*at, " \t\r\v\f\n;{}\"");

            for (size_t i = 0; i < length; i++)
                (void)add(statement, (*at)[i]);
            *at += length;
        }
        if (!add(statement, '\0'))
            statement->text[sizeof(statement->text) - 1] = '\0';
        else if (statement->count < sizeof(statement->words) / sizeof(statement->words[0]))
            statement->words[statement->count++] = word;
    }
}

/* The word at that place; empty: there is none. */
static const char *word(const struct statement *statement, size_t i)
{
    return i < statement->count ? statement->words[i] : "";
}

static bool begins(const struct statement *statement, const char *first, const char *second)
{
    return strcmp(word(statement, 0), first) == 0 &&
           (!second || strcmp(word(statement, 1), second) == 0);
}

/* "never"; "epoch 1700000000"; "4 2023/11/14 22:13:20", in UTC. 0: none of them. */
static int64_t parse_date(const struct statement *statement)
{
    struct tm tm = {0};
    uint32_t seconds;

    if (strcmp(word(statement, 1), "never") == 0)
        return MIB_DHCP_NEVER;
    if (strcmp(word(statement, 1), "epoch") == 0)
        return parse_number(word(statement, 2), 10, &seconds) ? seconds : 0;
    const char *end = strptime(word(statement, 2), "%Y/%m/%d", &tm);
    if (!end || *end)
        return 0;
    end = strptime(word(statement, 3), "%H:%M:%S", &tm);
    if (!end || *end)
        return 0;
    time_t time = timegm(&tm);
    return time > 0 ? time : 0;
}

/* The DUID: in hexadecimal digits, or as a string. */
static void take_dhclient_duid(const struct statement *statement, size_t i,
                               struct dhcp_lease *lease)
{
    const char *value = word(statement, i);
    size_t count = dhcp_parse_hex(value, lease->duid, sizeof(lease->duid));

    if (count <= 2 && i < statement->count) { /* a string, up to its NUL */
        size_t length = (size_t)(statement->text + statement->used - value) - 1;

        count = length <= sizeof(lease->duid) ? length : 0;
        for (size_t k = 0; k < count; k++)
            lease->duid[k] = (uint8_t)value[k];
    }
    lease->duid_length = (uint8_t)count;
}

/* IPv6's IAID stands there as its four bytes, or as a string of them, in the host's order. */
static void take_association(const struct statement *statement, struct dhcp_lease *lease)
{
    const char *value = word(statement, 1);
    uint8_t bytes[4];

    if (!mib_addr_is_zero(&lease->address))
        return;
    if (dhcp_parse_hex(value, bytes, sizeof(bytes)) != sizeof(bytes)) {
        if (statement->text + statement->used - value != (ptrdiff_t)sizeof(bytes) + 1)
            return;
        memcpy(bytes, value, sizeof(bytes));
    }
    lease->iaid =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void take_lease_statement(const struct statement *statement, struct dhcp_lease *lease,
                                 int64_t *starts)
{
    uint32_t seconds;

    if (begins(statement, "interface", NULL)) {
        const char *name = word(statement, 1);

        memset(lease->interface, 0, sizeof(lease->interface));
        if (strlen(name) < sizeof(lease->interface))
            memcpy(lease->interface, name, strlen(name));
    } else if (begins(statement, "fixed-address", NULL) ||
               (begins(statement, "iaaddr", NULL) && mib_addr_is_zero(&lease->address))) {
        (void)parse_address(word(statement, 1), lease, &lease->address);
    } else if (begins(statement, "option", "dhcp-server-identifier")) {
        (void)parse_address(word(statement, 2), lease, &lease->server);
    } else if (begins(statement, "option", "dhcp-lease-time")) {
        (void)parse_number(word(statement, 2), 10, &lease->lifetime);
    } else if (begins(statement, "option", "dhcp6.client-id")) {
        take_dhclient_duid(statement, 2, lease);
    } else if (begins(statement, "expire", NULL)) {
        lease->expires = parse_date(statement);
    } else if (begins(statement, "ia-na", NULL)) {
        take_association(statement, lease);
    } else if (begins(statement, "starts", NULL) &&
               parse_number(word(statement, 1), 10, &seconds)) {
        *starts = seconds;
    } else if (begins(statement, "max-life", NULL)) {
        (void)parse_number(word(statement, 1), 10, &lease->lifetime);
    }
}

/* One of the two ends of a lease, and its length, make the other. */
static void complete(struct dhcp_lease *lease, int64_t starts)
{
    if (lease->family == MIB_FAMILY_IPV6 && starts > 0 && lease->lifetime > 0) {
        lease->obtained = starts;
        lease->expires = lease->lifetime == UINT32_MAX ? MIB_DHCP_NEVER : starts + lease->lifetime;
    } else if (lease->expires > lease->lifetime && lease->expires != MIB_DHCP_NEVER &&
               lease->lifetime > 0) {
        lease->obtained = lease->expires - lease->lifetime;
    }
}

static int take_lease(const char **at, struct statement *statement, uint8_t family,
                      dhcp_found found, void *context)
{
    struct dhcp_lease lease = {.family = family};
    int64_t starts = 0;
    size_t depth = 1;

    while (depth > 0) {
        take_statement(at, statement);
        if (!statement->end)
            return 0; /* cut off */
        take_lease_statement(statement, &lease, &starts);
        if (statement->end == '{')
            depth++;
        else if (statement->end == '}')
            depth--;
    }
    if (mib_addr_is_zero(&lease.address))
        return 0;
    complete(&lease, starts);
    return found(context, &lease);
}

int dhcp_parse_dhclient(const char *text, dhcp_found found, void *context)
{
    struct statement statement;
    int r = 0;

    do {
        take_statement(&text, &statement);
        if (statement.end == '{' && begins(&statement, "lease", NULL))
            r = take_lease(&text, &statement, MIB_FAMILY_IPV4, found, context);
        else if (statement.end == '{' && begins(&statement, "lease6", NULL))
            r = take_lease(&text, &statement, MIB_FAMILY_IPV6, found, context);
    } while (r == 0 && statement.end);
    return r;
}
