/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The descriptors of rows: one record for each row of netioapi.h that shows one of the model. All
 * that is regular about its functions follows from it (api/shape.h).
 */
#ifndef SRC_API_ROWS_ROW_H
#define SRC_API_ROWS_ROW_H

#include "api/windows.h"
#include "mib/change.h"
#include "mib/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a field has in a row that Initialize…Entry has made. Fields that are zero are not listed. */
struct api_initial_field {
    uint16_t offset;
    uint16_t size; /* 1 or 4 */
    uint32_t value;
};

#define API_INITIAL_FIELD(row, field, value)                                                       \
    {                                                                                              \
        offsetof(row, field), sizeof(((row *)NULL)->field), (uint32_t)(value)                      \
    }

struct api_row {
    enum mib_table table;
    size_t size;
    size_t rows_offset; /* of the rows in the struct of their table, behind NumEntries */
    size_t luid_offset; /* InterfaceLuid and InterfaceIndex in a row */
    size_t index_offset;
    bool without_luid; /* there is no InterfaceLuid */

    /* From a row of the model. All fields are set. */
    void (*to_row)(const void *from, void *ret);

    /*
     * The key in a row that a program gives, but for the interface, into a row of the model that
     * is zero. False: it is no key of this table.
     */
    bool (*key_of)(const void *row, void *ret_key);

    /*
     * Where rows can be changed: a row that a program gives for the verb, but for the interface,
     * into a row of the model that is zero. *ret_fields: those that are set, of the bits that the
     * row's header names. 0; -EINVAL: a field cannot have that value; -EOPNOTSUPP: not on this
     * host.
     */
    int (*change_of)(const void *row, enum mib_verb verb, void *ret, uint64_t *ret_fields);

    /* Errors (negative errno) by what is wrong with the interface in a key. */
    int without_interface; /* neither LUID nor index is set */
    int unknown_index;
    int unknown_luid;

    const struct api_initial_field *initial_fields;
    size_t initial_count;
};

/*
 * A table in the older form: in a buffer of the program's, which says how many bytes it has. Of
 * `row`, table, size, rows_offset and to_row are set, and what a change takes where there is one.
 */
struct api_buffer {
    struct api_row row;
    enum mib_family family; /* of the rows that are read; or unspecified */
    uint32_t filter_flags;  /* MIB_FILTER_… */
    uint32_t filling_flags; /* likewise, where there is a buffer: not for the number of rows */
    bool (*takes)(const void *from);              /* a row of the model; NULL: all */
    int (*compare)(const void *a, const void *b); /* two rows of the API, for a table in order */
    int without_rows; /* 0, or the error (negative errno) for a table without any */
};

extern const struct api_buffer api_buffer_route;

extern const struct api_row api_row_ipinterface;
extern const struct api_row api_row_ipinterface_change;
extern const struct api_row api_row_unicast;
extern const struct api_row api_row_unicast_change;
extern const struct api_row api_row_route;
extern const struct api_row api_row_neighbour;
extern const struct api_row api_row_path;
extern const struct api_row api_row_multicast;
extern const struct api_row api_row_anycast;
extern const struct api_row api_row_anycast_change;
extern const struct api_row api_row_interface;
extern const struct api_row api_row_interface_without_statistics; /* in Get…Entry */
extern const struct api_buffer api_buffer_interface;
extern const struct api_buffer api_buffer_adapter;
extern const struct api_buffer api_buffer_interface_name;

#endif
