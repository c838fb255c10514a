/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's table of echo requests: one after the other, and who has answered. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mibshow_table.h"

#ifdef _WIN32
#include <icmpapi.h>
#endif

#define ECHOES 4
#define TIMEOUT 1000 /* ms */

struct echo_row {
    DWORD Sequence;
    SOCKADDR_INET Address; /* who has answered */
    DWORD Status;
    DWORD RoundTripTime;
    DWORD DataSize;
    DWORD Ttl;
};

/* ICMPV6_ECHO_REPLY, which not every platform's headers have. */
#pragma pack(push, 1)
struct address6 {
    uint16_t port;
    uint32_t flow;
    unsigned char address[16];
    uint32_t scope;
};
#pragma pack(pop)

struct reply6 {
    struct address6 address;
    ULONG status;
    ULONG round_trip;
};

static const char request_data[] = "abcdefghijklmnopqrstuvwabcdefghi";
#define DATA_SIZE ((USHORT)(sizeof(request_data) - 1))

/* Room for the reply, its data, an ICMP error and what the system wants besides. */
union reply_buffer {
    ICMP_ECHO_REPLY reply;
    struct reply6 reply6;
    char room[1024];
};

static DWORD echo4(HANDLE handle, const SOCKADDR_INET *address, struct echo_row *row)
{
    union reply_buffer buffer;
    char data[sizeof(request_data)];
    DWORD count;

    memset(&buffer, 0, sizeof(buffer));
    memcpy(data, request_data, sizeof(data));
    count = IcmpSendEcho2(handle, NULL, NULL, NULL, address->Ipv4.sin_addr.s_addr, data, DATA_SIZE,
                          NULL, &buffer, sizeof(buffer), TIMEOUT);
    if (count == 0)
        return buffer.reply.Status != IP_SUCCESS ? buffer.reply.Status : platform_last_error();
    row->Address.si_family = AF_INET;
    row->Address.Ipv4.sin_addr.s_addr = buffer.reply.Address;
    row->Status = buffer.reply.Status;
    row->RoundTripTime = buffer.reply.RoundTripTime;
    row->DataSize = buffer.reply.DataSize;
    row->Ttl = buffer.reply.Options.Ttl;
    return NO_ERROR;
}

static DWORD echo6(HANDLE handle, const SOCKADDR_INET *address, struct echo_row *row)
{
    union reply_buffer buffer;
    char data[sizeof(request_data)];
    struct sockaddr_in6 source = {.sin6_family = AF_INET6};
    struct sockaddr_in6 destination = address->Ipv6;
    DWORD count;

    memset(&buffer, 0, sizeof(buffer));
    memcpy(data, request_data, sizeof(data));
    count = Icmp6SendEcho2(handle, NULL, NULL, NULL, &source, &destination, data, DATA_SIZE, NULL,
                           &buffer, sizeof(buffer), TIMEOUT);
    if (count == 0)
        return buffer.reply6.status != IP_SUCCESS ? buffer.reply6.status : platform_last_error();
    row->Address.si_family = AF_INET6;
    memcpy(&row->Address.Ipv6.sin6_addr, buffer.reply6.address.address,
           sizeof(buffer.reply6.address.address));
    row->Status = buffer.reply6.status;
    row->RoundTripTime = buffer.reply6.round_trip;
    row->DataSize = row->Status == IP_SUCCESS ? DATA_SIZE : 0;
    return NO_ERROR;
}

static void read_ping(const struct request *request, struct report *report, struct rows *ret_rows)
{
    const SOCKADDR_INET *address = &request->address;
    bool is_ipv6 = address->si_family == AF_INET6;
    const char *function = is_ipv6 ? "Icmp6SendEcho2" : "IcmpSendEcho2";
    struct row_list list = {.count = 0};
    HANDLE handle = is_ipv6 ? Icmp6CreateFile() : IcmpCreateFile();

    if (handle == INVALID_HANDLE_VALUE) {
        report_failed(report, is_ipv6 ? "Icmp6CreateFile" : "IcmpCreateFile", NULL,
                      platform_last_error());
        return;
    }
    for (DWORD i = 1; i <= ECHOES; i++) {
        struct echo_row row;
        DWORD error;

        memset(&row, 0, sizeof(row));
        row.Sequence = i;
        error = is_ipv6 ? echo6(handle, address, &row) : echo4(handle, address, &row);
        if (error == NO_ERROR && !row_list_add(&list, report, &row, sizeof(row)))
            break;
        if (error == NO_ERROR)
            error = row.Status; /* somebody else has answered that it does not get there */
        if (error != NO_ERROR)
            report_failed(report, function, request->address_text, error);
    }
    (void)IcmpCloseHandle(handle);
    row_list_give(&list, sizeof(struct echo_row), ret_rows);
}

#define ROW struct echo_row
static const struct field echo_list[] = {
    FIELD(ROW, Sequence, NUMBER, .heading = "echo"),
    FIELD(ROW, Address, ADDRESS, .heading = "answer of"),
    FIELD(ROW, Status, WORD, .words = &words_ip_status, .heading = "status"),
    FIELD(ROW, RoundTripTime, NUMBER, .heading = "ms"),
    FIELD(ROW, DataSize, NUMBER, .heading = "bytes"),
    FIELD(ROW, Ttl, NUMBER),
};
#undef ROW

static const struct fields echo_fields = FIELDS_OF(echo_list);

const struct shown_table table_ping = {
    .name = "ping",
    .title = "Answers to echo requests",
    .function = "IcmpSendEcho2, Icmp6SendEcho2",
    .layout = LAYOUT_COLUMNS,
    .fields = &echo_fields,
    .read = read_ping,
};
