/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the tables as fields of a line. */
#include "mibwatch_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "fields.h"
#include "names.h"

#define COLUMN_SUBJECT 30
/* The longest name that Linux gives. */
#define COLUMN_INTERFACE 15

/* A value that has no word is shown as its number. */
static void add_name(struct line *line, const char *key, const char *label,
                     const struct words *words, unsigned int value)
{
    const char *word = word_of(words, value);
    char number[16];

    if (word == NULL) {
        (void)snprintf(number, sizeof(number), "%u", value);
        word = number;
    }
    line_string(line, key, label, word);
}

static void add_interface_name(struct line *line, int width, const NET_LUID *luid,
                               NET_IFINDEX index, bool refresh_name)
{
    char name[INTERFACE_NAME_SIZE];
    char number[24];

    interface_name(luid, index, refresh_name, name);
    line_column(line, "interface", width, name);
    line_json_number(line, "index", index);
    /* As a string: a number of JSON need not keep more than 53 bits. */
    (void)snprintf(number, sizeof(number), "0x%016" PRIx64, (uint64_t)luid->Value);
    line_json_string(line, "luid", number);
}

static void add_lifetime(struct line *line, const char *key, const char *label, ULONG seconds)
{
    if (seconds == 0xffffffff && line->format != LINE_JSON)
        line_string(line, key, label, "forever");
    else
        line_number(line, key, label, seconds);
}

/* ---- The complete row ------------------------------------------------------------------------ */

union any_row {
    MIB_IPINTERFACE_ROW ip_interface;
    MIB_UNICASTIPADDRESS_ROW address;
    MIB_IPFORWARD_ROW2 route;
};

/* How the complete row is asked for. */
struct details {
    const struct fields *fields;
    void (*initialize)(union any_row *row);
    DWORD (*get)(union any_row *row);
};

#define DETAILS(name, initialize, get_entry)                                                       \
    static void initialize_##name(union any_row *row)                                              \
    {                                                                                              \
        initialize(&row->name);                                                                    \
    }                                                                                              \
                                                                                                   \
    static DWORD get_##name(union any_row *row)                                                    \
    {                                                                                              \
        return get_entry(&row->name);                                                              \
    }                                                                                              \
                                                                                                   \
    static const struct details name##_details = {&name##_fields, initialize_##name, get_##name};
DETAILS(ip_interface, InitializeIpInterfaceEntry, GetIpInterfaceEntry)
DETAILS(address, InitializeUnicastIpAddressEntry, GetUnicastIpAddressEntry)
DETAILS(route, InitializeIpForwardEntry, GetIpForwardEntry2)

static void add_details(struct line *line, const struct details *details, const void *keys)
{
    union any_row complete;
    DWORD error;

    details->initialize(&complete);
    for (size_t i = 0; i < details->fields->count; i++) {
        const struct field *field = &details->fields->list[i];

        if (field->is_key)
            memcpy((char *)&complete + field->offset, (const char *)keys + field->offset,
                   field->size);
    }
    error = details->get(&complete);
    if (error != NO_ERROR) {
        line_text(line, " |");
        line_string(line, "details_error", NULL, error_name(error));
        line_number(line, "details_error_number", NULL, error);
        return;
    }
    line_text(line, " |");
    line_open(line, "details", '{');
    for (size_t i = 0; i < details->fields->count; i++) {
        const struct field *field = &details->fields->list[i];

        if (field->label != NULL)
            field_add(line, field, &complete, false);
    }
    line_close(line, '}');
}

/* ---- The row that came ----------------------------------------------------------------------- */

void row_interface(struct line *line, const MIB_IPINTERFACE_ROW *row, bool refresh_name,
                   bool details)
{
    line_column(line, "family", COLUMN_SUBJECT, family_name(row->Family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    line_boolean(line, "connected", "connected", row->Connected != 0);
    line_number(line, "mtu", "mtu", row->NlMtu);
    line_number(line, "metric", "metric", row->Metric);
    line_boolean(line, "forwarding", "forwarding", row->ForwardingEnabled != 0);
    if (details)
        add_details(line, &ip_interface_details, row);
}

void row_address(struct line *line, const MIB_UNICASTIPADDRESS_ROW *row, bool refresh_name,
                 bool details)
{
    char text[PREFIX_SIZE];

    format_prefix(&row->Address, row->OnLinkPrefixLength, text);
    line_column(line, "address", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->Address.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    add_name(line, "dad_state", NULL, &words_dad_state, (unsigned int)row->DadState);
    add_name(line, "prefix_origin", "prefix", &words_prefix_origin,
             (unsigned int)row->PrefixOrigin);
    add_name(line, "suffix_origin", "suffix", &words_suffix_origin,
             (unsigned int)row->SuffixOrigin);
    add_lifetime(line, "valid_lifetime", "valid", row->ValidLifetime);
    add_lifetime(line, "preferred_lifetime", "preferred", row->PreferredLifetime);
    if (details)
        add_details(line, &address_details, row);
}

void row_route(struct line *line, const MIB_IPFORWARD_ROW2 *row, bool refresh_name, bool details)
{
    char text[PREFIX_SIZE];

    format_prefix(&row->DestinationPrefix.Prefix, row->DestinationPrefix.PrefixLength, text);
    line_column(line, "prefix", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->DestinationPrefix.Prefix.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    if (is_unspecified(&row->NextHop)) {
        line_null(line, "next_hop", "on-link");
    } else {
        format_address(&row->NextHop, text);
        line_string(line, "next_hop", "via", text);
    }
    line_number(line, "metric", "metric", row->Metric);
    add_name(line, "protocol", "protocol", &words_route_protocol, (unsigned int)row->Protocol);
    add_name(line, "origin", "origin", &words_route_origin, (unsigned int)row->Origin);
    if (details)
        add_details(line, &route_details, row);
}

void row_neighbour(struct line *line, const MIB_IPNET_ROW2 *row, bool refresh_name, bool details)
{
    char text[3 * IF_MAX_PHYS_ADDRESS_LENGTH + 1];

    (void)details; /* there is only the table, whose rows are complete */
    format_address(&row->Address, text);
    line_column(line, "address", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->Address.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    format_bytes(row->PhysicalAddress,
                 row->PhysicalAddressLength < IF_MAX_PHYS_ADDRESS_LENGTH
                     ? row->PhysicalAddressLength
                     : IF_MAX_PHYS_ADDRESS_LENGTH,
                 text);
    if (text[0] == '\0')
        line_null(line, "physical_address", "no address");
    else
        line_string(line, "physical_address", "at", text);
    add_name(line, "state", NULL, &words_neighbour_state, (unsigned int)row->State);
    line_boolean(line, "router", "router", row->IsRouter);
    line_boolean(line, "unreachable", "unreachable", row->IsUnreachable);
    line_number(line, "since", "since", row->ReachabilityTime.LastReachable);
}

void row_stable_table(struct line *line, const MIB_UNICASTIPADDRESS_TABLE *table, bool at_once)
{
    char text[PREFIX_SIZE];

    line_json_string(line, "when", at_once ? "now" : "later");
    line_text(line, at_once ? " stable now," : " became stable,");
    line_number(line, "count", NULL, table->NumEntries);
    line_text(line, table->NumEntries == 1 ? " address" : " addresses");
    line_open(line, "addresses", '[');
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &table->Table[i];

        line_open(line, NULL, '{');
        line_text(line, i == 0 ? ":" : ",");
        format_prefix(&row->Address, row->OnLinkPrefixLength, text);
        line_string(line, "address", NULL, text);
        line_json_string(line, "family", family_name(row->Address.si_family));
        add_interface_name(line, 0, &row->InterfaceLuid, row->InterfaceIndex, true);
        add_name(line, "dad_state", NULL, &words_dad_state, (unsigned int)row->DadState);
        line_close(line, '}');
    }
    line_close(line, ']');
}

void row_hint(struct line *line, const NL_NETWORK_CONNECTIVITY_HINT *hint)
{
    add_name(line, "level", NULL, &words_connectivity, (unsigned int)hint->ConnectivityLevel);
    add_name(line, "cost", "cost", &words_cost, (unsigned int)hint->ConnectivityCost);
    line_boolean(line, "approaching_limit", "approaching-limit", hint->ApproachingDataLimit);
    line_boolean(line, "over_limit", "over-limit", hint->OverDataLimit);
    line_boolean(line, "roaming", "roaming", hint->Roaming);
}
