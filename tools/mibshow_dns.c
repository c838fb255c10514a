/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's tables of name resolution. */
#include <stdlib.h>
#include <string.h>

#include "mibshow_table.h"
#include "names.h"

#ifdef _WIN32
#include "../include/netioapi_dns.h"
#endif

/* The host's parameters may grow while it is asked for them. */
#define TRIES 8

/* ---- Of each interface and family ------------------------------------------------------------ */

struct dns_row {
    NET_LUID InterfaceLuid;
    NET_IFINDEX InterfaceIndex;
    ADDRESS_FAMILY Family;
    DNS_INTERFACE_SETTINGS is;
};

/* Rows of settings, whose texts are freed with them. */
struct dns_rows {
    struct dns_row *rows;
    size_t count;
};

#define ROW struct dns_row
#define SETTING(member, how, words_of_it)                                                          \
    {                                                                                              \
        .name = #member, .offset = offsetof(ROW, is.member),                                       \
        .size = sizeof(((ROW *)0)->is.member), .format = FORMAT_##how, .heading = (words_of_it)    \
    }
static const struct field interface_list[] = {
    FIELD_INTERFACE(ROW, InterfaceLuid),
    FIELD(ROW, InterfaceLuid, LUID),
    FIELD(ROW, InterfaceIndex, NUMBER),
    FIELD(ROW, Family, FAMILY, .heading = "family"),
    SETTING(NameServer, WIDE_POINTER, "servers"),
    SETTING(Domain, WIDE_POINTER, "domain"),
    SETTING(SearchList, WIDE_POINTER, "search list"),
    SETTING(EnableLLMNR, BOOLEAN, "llmnr"),
    SETTING(RegistrationEnabled, BOOLEAN, NULL),
    SETTING(RegisterAdapterName, BOOLEAN, NULL),
    SETTING(QueryAdapterName, BOOLEAN, NULL),
    SETTING(ProfileNameServer, WIDE_POINTER, NULL),
};
#undef ROW

static void free_settings(DNS_INTERFACE_SETTINGS *settings)
{
    CALL_VOID(FreeInterfaceDnsSettings, settings);
}

static void release_dns_rows(void *memory)
{
    struct dns_rows *rows = memory;

    for (size_t i = 0; i < rows->count; i++)
        free_settings(&rows->rows[i].is);
    free(rows->rows);
    free(rows);
}

/* Add what there is of one interface. @return false when the DLL has no such function */
static bool add_settings(const struct request *request, struct report *report,
                         const MIB_IF_ROW2 *link, struct row_list *list)
{
    ADDRESS_FAMILY family;

    for (unsigned int i = 0; (family = request_family(request, i)) != 0; i++) {
        struct dns_row row;
        char name[INTERFACE_NAME_SIZE];
        DWORD error;

        memset(&row, 0, sizeof(row));
        row.InterfaceLuid = link->InterfaceLuid;
        row.InterfaceIndex = link->InterfaceIndex;
        row.Family = family;
        row.is.Version = DNS_INTERFACE_SETTINGS_VERSION1;
        row.is.Flags = family == AF_INET6 ? DNS_SETTING_IPV6 : 0;
        error = CALL(GetInterfaceDnsSettings, link->InterfaceGuid, &row.is);
        if (error == ERROR_PROC_NOT_FOUND) {
            report_failed(report, "GetInterfaceDnsSettings", NULL, error);
            return false;
        }
        if (error != NO_ERROR) {
            interface_name(&link->InterfaceLuid, link->InterfaceIndex, false, name);
            report_failed(report, "GetInterfaceDnsSettings", name, error);
        } else if (!row_list_add(list, report, &row, sizeof(row))) {
            free_settings(&row.is);
        }
    }
    return true;
}

static void read_dns_interfaces(const struct request *request, struct report *report,
                                struct rows *ret_rows)
{
    struct row_list list = {.count = 0};
    struct dns_rows *rows = malloc(sizeof(*rows));
    MIB_IF_TABLE2 *table = NULL;
    DWORD error = rows == NULL ? ERROR_NOT_ENOUGH_MEMORY : CALL(GetIfTable2, &table);
    bool going_on = true;

    if (error != NO_ERROR) {
        report_failed(report, "GetIfTable2", NULL, error);
        free(rows);
        return;
    }
    for (ULONG i = 0; i < table->NumEntries && going_on; i++) {
        if (!request->of_interface || table->Table[i].InterfaceIndex == request->index)
            going_on = add_settings(request, report, &table->Table[i], &list);
    }
    FreeMibTable(table);
    row_list_give(&list, sizeof(struct dns_row), ret_rows);
    rows->rows = ret_rows->memory;
    rows->count = ret_rows->count;
    ret_rows->memory = rows;
    ret_rows->release = release_dns_rows;
}

/* ---- Of the host ----------------------------------------------------------------------------- */

static const struct field settings_list[] = {
    FIELD(DNS_SETTINGS, Hostname, WIDE_POINTER, .heading = "host name"),
    FIELD(DNS_SETTINGS, Domain, WIDE_POINTER, .heading = "domain"),
    FIELD(DNS_SETTINGS, SearchList, WIDE_POINTER, .heading = "search list"),
};

static void release_settings(void *memory)
{
    CALL_VOID(FreeDnsSettings, memory);
    free(memory);
}

static void read_dns_settings(const struct request *request, struct report *report,
                              struct rows *ret_rows)
{
    DNS_SETTINGS *settings = calloc(1, sizeof(*settings));
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;

    (void)request;
    if (settings != NULL) {
        settings->Version = DNS_SETTINGS_VERSION1;
        error = CALL(GetDnsSettings, settings);
    }
    if (error != NO_ERROR) {
        free(settings);
        report_failed(report, "GetDnsSettings", NULL, error);
        return;
    }
    *ret_rows = (struct rows){.first = settings,
                              .count = 1,
                              .stride = sizeof(*settings),
                              .memory = settings,
                              .release = release_settings};
}

static const struct field server_list[] = {
    FIELD(IP_ADDR_STRING, IpAddress.String, STRING, .heading = "address"),
};
static const struct list server_chain = {offsetof(IP_ADDR_STRING, Next), server_list, 1};

#define ROW FIXED_INFO
static const struct field parameter_list[] = {
    FIELD(ROW, HostName, STRING, .heading = "host name"),
    FIELD(ROW, DomainName, STRING, .heading = "domain"),
    FIELD(ROW, DnsServerList, IN_LIST, .list = &server_chain, .heading = "dns servers"),
    FIELD(ROW, NodeType, WORD, .words = &words_node_type, .heading = "node type"),
    FIELD(ROW, ScopeId, STRING),
    FIELD(ROW, EnableRouting, BOOLEAN, .heading = "routing"),
    FIELD(ROW, EnableProxy, BOOLEAN, .heading = "arp proxy"),
    FIELD(ROW, EnableDns, BOOLEAN, .heading = "dns for netbios"),
};
#undef ROW

static void read_network_parameters(const struct request *request, struct report *report,
                                    struct rows *ret_rows)
{
    ULONG size = sizeof(FIXED_INFO);
    FIXED_INFO *info = NULL;
    DWORD error = ERROR_BUFFER_OVERFLOW;

    (void)request;
    for (int i = 0; i < TRIES && error == ERROR_BUFFER_OVERFLOW; i++) {
        free(info);
        info = malloc(size);
        error = info == NULL ? ERROR_NOT_ENOUGH_MEMORY : CALL(GetNetworkParams, info, &size);
    }
    if (error != NO_ERROR) {
        free(info);
        report_failed(report, "GetNetworkParams", NULL, error);
        return;
    }
    *ret_rows =
        (struct rows){.first = info, .count = 1, .stride = size, .memory = info, .release = free};
}

static const struct fields interface_fields = FIELDS_OF(interface_list);
static const struct fields settings_fields = FIELDS_OF(settings_list);
static const struct fields parameter_fields = FIELDS_OF(parameter_list);

const struct shown_table table_dns_interfaces = {
    .name = "dns_interfaces",
    .title = "DNS of interfaces",
    .function = "GetInterfaceDnsSettings",
    .layout = LAYOUT_COLUMNS,
    .fields = &interface_fields,
    .read = read_dns_interfaces,
};
const struct shown_table table_dns_settings = {
    .name = "dns_settings",
    .title = "DNS of the host",
    .function = "GetDnsSettings",
    .layout = LAYOUT_RECORDS,
    .fields = &settings_fields,
    .read = read_dns_settings,
};
const struct shown_table table_network_parameters = {
    .name = "network_parameters",
    .title = "Network parameters",
    .function = "GetNetworkParams",
    .layout = LAYOUT_RECORDS,
    .fields = &parameter_fields,
    .read = read_network_parameters,
};
