/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What mibshow shows: sections of tables. A table is what a function of the API gives: rows, which
 * are printed by their list of fields.
 */
#ifndef MIBSHOW_TABLE_H
#define MIBSHOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "platform.h"

/*
 * Call a function of the API that returns an error code; arguments stand in parentheses. A DLL need
 * not have all of them: Wine's own lacks some.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): arguments have their own */
#ifdef _WIN32
#define CALL_WITH(name, arguments)                                                                 \
    (platform_function(#name) == NULL ? (DWORD)ERROR_PROC_NOT_FOUND                                \
                                      : ((__typeof__(&name))platform_function(#name))arguments)
#else
#define CALL_WITH(name, arguments) name arguments
#endif
/* NOLINTEND(bugprone-macro-parentheses) */
/* Likewise, of one that returns nothing. */
#ifdef _WIN32
#define CALL_VOID(name, argument)                                                                  \
    do {                                                                                           \
        if (platform_function(#name) != NULL)                                                      \
            ((__typeof__(&name))platform_function(#name))(argument);                               \
    } while (0)
#else
#define CALL_VOID(name, argument) name(argument)
#endif
#define CALL(name, ...) CALL_WITH(name, (__VA_ARGS__))

#define FIELDS_OF(list)                                                                            \
    {                                                                                              \
        list, ARRAY_SIZE(list)                                                                     \
    }

/* What is asked for. */
struct request {
    ADDRESS_FAMILY family; /* AF_UNSPEC for both */
    bool of_interface;     /* only what is of this one */
    NET_LUID luid;
    NET_IFINDEX index;
    bool has_address;
    SOCKADDR_INET address;
    const char *address_text;
};

/* What CALL() gives for a function that the DLL lacks; natively there is no such thing. */
#ifndef ERROR_PROC_NOT_FOUND
#define ERROR_PROC_NOT_FOUND 127
#endif

struct report;

struct rows {
    const void *first;
    size_t count;
    size_t stride; /* bytes from one to the next, if they lie behind each other */
    size_t next;   /* otherwise the offset of the pointer to the next */
    void *memory;  /* owned; given to release, which may be NULL */
    void (*release)(void *memory);
};

enum layout {
    LAYOUT_COLUMNS,      /* a line for each row */
    LAYOUT_SIDE_BY_SIDE, /* a line for each field, a column for each row */
    LAYOUT_RECORDS       /* the same, a block for each row */
};

struct shown_table {
    const char *name;     /* in JSON */
    const char *title;    /* in text */
    const char *function; /* of the API, which gives it */
    enum layout layout;
    const struct fields *fields;
    bool of_all; /* rows of other interfaces are shown, too, whatever --interface says */
    /*
     * Set the rows that there are, with those functions that have failed told by report_failed().
     * *ret_rows is all zeros before.
     */
    void (*read)(const struct request *request, struct report *report, struct rows *ret_rows);
};

/* Rows that a table is made of one by one. All zeros: none. */
struct row_list {
    char *rows; /* owned, until they are given to the table */
    size_t count;
    size_t room;
};

/* Add a row. Without memory it is not there, and report_failed() is told. @return whether it is */
bool row_list_add(struct row_list *list, struct report *report, const void *row, size_t size);

/* Set the rows of the list, which are released by free(). The list has none then. */
void row_list_give(struct row_list *list, size_t size, struct rows *ret_rows);

struct section {
    const char *name;    /* on the command line */
    const char *summary; /* for --help */
    const struct shown_table *const *tables;
    size_t count;
    bool takes_address; /* asks about an address, and so is no part of all */
    bool of_interfaces; /* --interface makes sense */
};

extern const struct section mibshow_sections[];
extern const size_t mibshow_section_count;

/**
 * Tell that a function has failed; what it would have given is left out, and the rest goes on. A
 * table that is empty, and told so by ERROR_NOT_FOUND or ERROR_NO_DATA, is no failure.
 *
 * @param where what it was asked about: an interface, a family; NULL: nothing in particular
 */
void report_failed(struct report *report, const char *function, const char *where, DWORD error);

/* For the families that are asked for, IPv4's first; 0 after the last. */
ADDRESS_FAMILY request_family(const struct request *request, unsigned int number);

/* ---- The tables, by the file they are in ----------------------------------------------------- */

/* mibshow_mib.c */
extern const struct shown_table table_interfaces, table_ip_interfaces, table_interface_stack,
    table_addresses, table_multicast, table_anycast, table_routes, table_neighbours, table_paths,
    table_best_route, table_best_source, table_best_interface;
/* mibshow_hints.c */
extern const struct shown_table table_hints;
/* mibshow_sockets.c */
extern const struct shown_table table_tcp, table_udp;
/* mibshow_ping.c */
extern const struct shown_table table_ping;
/* mibshow_adapters.c */
extern const struct shown_table table_adapters;
/* mibshow_statistics.c */
extern const struct shown_table table_ip_statistics, table_tcp_statistics, table_udp_statistics,
    table_icmp_statistics;
/* mibshow_dns.c */
extern const struct shown_table table_dns_interfaces, table_dns_settings, table_network_parameters;

#endif /* MIBSHOW_TABLE_H */
