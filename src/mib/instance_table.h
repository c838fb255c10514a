/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a registration has been told so far, and how that differs from what is.
 *
 * The host may hold several instances behind one Windows key (a route with two metrics, an
 * address with two prefix lengths). The table keeps every instance; the row that a program sees
 * is the instance that wins. A notification is due when the winner of a key appears, disappears
 * or changes in a way a program can see; put and drop report exactly that.
 *
 * A resync takes a freshly read table, instance by instance, and then reports the difference.
 * It may be abandoned at any time before it is finished, and leaves no trace then.
 *
 * Records are opaque here; their size and their meaning come from struct instance_ops. A record is
 * identified by its key (what Windows calls the key) plus whatever else tells instances apart.
 * Memory per instance: the record, 5 bytes, and 2 to 4 bytes of hash heads.
 *
 * Not thread-safe: a table belongs to one source.
 */
#ifndef SRC_MIB_INSTANCE_TABLE_H
#define SRC_MIB_INSTANCE_TABLE_H

#include "mib/change.h"

struct instance_ops {
    size_t record_size;

    /* Equal for records with the same key. May be equal for others. */
    uint32_t (*hash)(const void *record);

    bool (*same_key)(const void *a, const void *b);

    /* Given the same key: whether both mean the same instance on the host. */
    bool (*same_instance)(const void *a, const void *b);

    /* Given the same key and instance: whether no difference in the rest counts. */
    bool (*same_record)(const void *a, const void *b);

    /* Given the same key: negative where a wins over b. A total order over instances. */
    int (*rank)(const void *a, const void *b);

    /* Given the same key: whether a program sees no difference between the two as rows. */
    bool (*same_row)(const void *a, const void *b);
};

/*
 * Receives what a put, a drop or a resync found out. The record is the one to be told: the new
 * winner, or the last known one of a key that is gone. Valid during the call only. Returns 0, or
 * a negative errno (-ENOMEM) that the caller hands on.
 */
typedef int (*instance_report)(void *context, enum mib_change_type type, const void *record);

struct instance_table {
    const struct instance_ops *ops;
    uint8_t *records;  /* capacity × record_size */
    uint32_t *next;    /* capacity: the chain of the hash bucket, or of free slots */
    uint8_t *marks;    /* capacity */
    uint32_t *heads;   /* bucket_count, a power of two */
    uint32_t capacity; /* slots allocated */
    uint32_t used;     /* slots ever used */
    uint32_t count;    /* instances */
    uint32_t free_head;
    uint32_t bucket_count;
    uint32_t cursor; /* where a resync's reports go on */
    uint8_t phase;
};

void instance_table_init(struct instance_table *table, const struct instance_ops *ops);

/* Accepts a table that was initialised, or zeroed, or cleared already. */
void instance_table_clear(struct instance_table *table);

/*
 * The instance exists with this content. Reports at most one change, unless report is NULL (the
 * instance is known then, and nobody is told). During a resync the instance counts as seen.
 * 0; -ENOMEM, the table unchanged; what report returned, the table changed.
 */
int instance_table_put(struct instance_table *table, const void *record, instance_report report,
                       void *context);

/* The instance is gone. Reports at most one change; an unknown instance is no change. */
int instance_table_drop(struct instance_table *table, const void *record, instance_report report,
                        void *context);

/* The row of the record's key as it was last told, valid until the table changes; NULL: none. */
const void *instance_table_find(const struct instance_table *table, const void *record);

/* Whether an instance with the record's key is known; whether this very instance is. */
bool instance_table_has_key(const struct instance_table *table, const void *record);
bool instance_table_has_instance(const struct instance_table *table, const void *record);

/*
 * Calls visit for every instance in the bucket of the record: all that have its key, and perhaps
 * others. The table must not be changed from within. Stops at the first true.
 */
bool instance_table_visit(const struct instance_table *table, const void *record,
                          bool (*visit)(void *context, const void *other), void *context);

/* Calls visit for every row, that is for the winner of each key; as above. */
bool instance_table_visit_rows(const struct instance_table *table,
                               bool (*visit)(void *context, const void *record), void *context);

/* Calls visit for every instance of the table, in no particular order; as above. */
bool instance_table_visit_all(const struct instance_table *table,
                              bool (*visit)(void *context, const void *record), void *context);

/*
 * Changes what a record is, the instances staying what they are: convert makes the new form of a
 * record of the old. 0; -ENOMEM, nothing changed.
 */
int instance_table_convert(struct instance_table *table, const struct instance_ops *ops,
                           void (*convert)(const void *from, void *to));

/*
 * A resync: begin, one saw for each instance read, then finish or abandon. Between finish and
 * the last report (instance_table_report returned 0 with *ret_done true), put and drop are not
 * allowed.
 */
void instance_table_begin(struct instance_table *table);
int instance_table_mark_dumped(struct instance_table *table, const void *record);
void instance_table_abandon(struct instance_table *table);

/* During a resync: whether the instance was seen already, or an event told of it. */
bool instance_table_is_dumped(const struct instance_table *table, const void *record);

/*
 * During a resync: an event tells of the record's group, so whatever the dump says of the group
 * is worth nothing. Its known instances count as seen, fresh ones are forgotten; the caller keeps
 * further ones from being seen. True where the group had instances that the event says nothing
 * of (other than `told`), so that another look at it is due.
 */
bool instance_table_exclude(struct instance_table *table, const void *record,
                            bool (*same_group)(const void *a, const void *b),
                            bool (*same_instance)(const void *a, const void *b));

/* in_scope tells for a known instance whether the dump would have shown it; NULL: always. */
void instance_table_finish(struct instance_table *table,
                           bool (*in_scope)(void *context, const void *record), void *context);

/*
 * Reports the difference that finish found, keys that are gone first, at most `limit` changes a
 * call. *ret_done tells whether that was all. With report NULL nothing is told and all is done.
 */
int instance_table_report(struct instance_table *table, instance_report report, void *context,
                          size_t limit, bool *ret_done);

#endif
