/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table of what the host is known to have, and how that differs from what a new look shows.
 *
 * The host may hold several instances behind one Windows key (a route with two metrics, an
 * address with two prefix lengths). The table keeps every instance; the row that a program sees
 * is the instance that wins. A notification is due when the winner of a key appears, disappears
 * or changes in a way that a program can see; put and drop report exactly that.
 *
 * A resync marks each instance that a dump shows, and then reports the difference. It may be
 * abandoned at any time before it is finished, and leaves no trace then.
 *
 * Records are opaque here; their size and their meaning come from struct instance_ops. Three
 * things are told apart:
 *     instance  one object of the host: equal key, and equal in what else identifies it
 *     key       what Windows identifies a row by; its instances compete for one row
 *     group     keys that one message of the host may be about without naming them
 *
 * Memory per instance: the record, 5 bytes, and 2 to 4 bytes of hash heads.
 *
 * Not thread-safe: a table belongs to one watch.
 */
#ifndef SRC_MIB_INSTANCE_TABLE_H
#define SRC_MIB_INSTANCE_TABLE_H

#include "mib/change.h"

struct instance_ops {
    size_t record_size;

    /*
     * Equal for records of the same group. Equal as well for some others, as hashes are. A group is
     * looked up by it, so it takes in nothing that differs within a group.
     */
    uint32_t (*group_hash)(const void *record);

    /* Whether both are of one group; records with the same key are. NULL: a group is a key. */
    bool (*same_group)(const void *a, const void *b);

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
 * Receives one change that a put, a drop or a resync found. The record is the new winner, or the
 * last winner of a key that is gone; it is valid during the call only. Returns 0, or a negative
 * errno (-ENOMEM) that the caller hands on.
 */
typedef int (*instance_report)(void *context, enum mib_change_type type, const void *record);

/* Zeroed: not initialised. How the arrays belong together is shown in instance_table.c. */
struct instance_table {
    const struct instance_ops *ops; /* NULL: not initialised */
    uint8_t *records;               /* capacity × record_size */
    uint32_t *next;                 /* capacity: the chain of the hash bucket, or of free slots */
    uint8_t *marks;                 /* capacity */
    uint32_t *heads;                /* bucket_count, a power of two */
    uint32_t capacity;              /* slots allocated */
    uint32_t used;                  /* slots ever used */
    uint32_t count;                 /* instances */
    uint32_t free_head;
    uint32_t bucket_count;
    uint32_t cursor; /* the slot at which a resync's reports go on */
    uint8_t phase;
};

void instance_table_init(struct instance_table *table, const struct instance_ops *ops);

static inline bool instance_table_is_initialised(const struct instance_table *table)
{
    return table->ops;
}

/* Frees the instances; an initialised table stays initialised. Accepts a zeroed table. */
void instance_table_clear(struct instance_table *table);

/*
 * The instance exists with this content. Reports at most one change; with report NULL the change
 * is made and not reported. During a resync the instance counts as dumped.
 * 0; -ENOMEM, the table unchanged; what report returned, the table changed.
 */
int instance_table_put(struct instance_table *table, const void *record, instance_report report,
                       void *context);

/* The instance is gone. Reports at most one change; an unknown instance is no change. */
int instance_table_drop(struct instance_table *table, const void *record, instance_report report,
                        void *context);

/* The winner of the record's key as last reported, valid until the table changes; NULL: none. */
const void *instance_table_find(const struct instance_table *table, const void *record);

/* Whether an instance with the record's key is known; whether this very instance is. */
bool instance_table_has_key(const struct instance_table *table, const void *record);
bool instance_table_has_instance(const struct instance_table *table, const void *record);

/*
 * Calls visit for every instance of the record's group. The table must not be changed from within.
 * Stops at the first true, and returns whether there was one.
 */
bool instance_table_visit_group(const struct instance_table *table, const void *record,
                                bool (*visit)(void *context, const void *other), void *context);

/* Calls visit for every row, that is for the winner of each key; as above. */
bool instance_table_visit_rows(const struct instance_table *table,
                               bool (*visit)(void *context, const void *record), void *context);

/* Calls visit for every instance of the table, in no particular order; as above. */
bool instance_table_visit_all(const struct instance_table *table,
                              bool (*visit)(void *context, const void *record), void *context);

/*
 * Gives every record another form: convert makes the new form of an old one, ops is that of the
 * new. The instances stay the same. 0; -ENOMEM, nothing changed.
 */
int instance_table_convert(struct instance_table *table, const struct instance_ops *ops,
                           void (*convert)(const void *from, void *to));

/*
 * A resync: begin, mark_dumped for each instance that the dump shows, then finish or abandon.
 * Between finish and the last report (instance_table_report returned 0 with *ret_done true), put
 * and drop are not allowed.
 */
void instance_table_begin(struct instance_table *table);
int instance_table_mark_dumped(struct instance_table *table, const void *record);
void instance_table_abandon(struct instance_table *table);

/* During a resync: whether the dump showed the instance already, or an event was about it. */
bool instance_table_is_dumped(const struct instance_table *table, const void *record);

/*
 * During a resync: an event for the record's group arrived, so the dump may be wrong about the
 * group. Keeps the known state of its instances: they count as dumped. Forgets instances that the
 * dump added. The caller gives no more instances of the group to mark_dumped. True where the group
 * has instances other than the record's, which the event does not describe: another resync is due
 * then.
 */
bool instance_table_exclude(struct instance_table *table, const void *record);

/*
 * The dump is complete. in_scope tells whether the dump would have shown a known instance; those
 * out of scope stay. NULL: all are in scope.
 */
void instance_table_finish(struct instance_table *table,
                           bool (*in_scope)(void *context, const void *record), void *context);

/*
 * Reports the difference that finish found, keys that are gone first, at most `limit` changes a
 * call. *ret_done tells whether that was all. With report NULL nothing is reported and all is done.
 */
int instance_table_report(struct instance_table *table, instance_report report, void *context,
                          size_t limit, bool *ret_done);

#endif
