/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The promise, for hours: a registration of each kind lives all the while; each change that it is
 * told is played over the table as it was, and must be possible there; whenever nothing changes,
 * the result is the table as it is.
 */
#include "soak.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 14, PATIENCE_MS = 60000, LOOK_AGAIN_MS = 20 };

struct known {
    struct row_key key;
    struct known *next;
    union any_row row;
};

static struct exact {
    enum row_kind kind;
    struct row_listener listener;
    HANDLE handle;
    struct platform_monitor *monitor; /* guards what follows */
    struct known *buckets[BUCKETS];
    size_t count;
} exacts[ROW_WATCHED_KINDS];

static struct known **place_of(struct exact *exact, const struct row_key *key)
{
    const uint8_t *bytes = (const uint8_t *)key;
    uint32_t hash = 0x811c9dc5U; /* FNV-1a */
    struct known **place;

    for (size_t i = 0; i < sizeof(*key); i++)
        hash = (hash ^ bytes[i]) * 0x01000193U;
    place = &exact->buckets[(hash ^ hash >> 16) % BUCKETS];
    while (*place && !row_key_equal(&(*place)->key, key))
        place = &(*place)->next;
    return place;
}

static void set_row(struct exact *exact, struct known *known, const void *row)
{
    memcpy(&known->row, row, row_types[exact->kind].row_size);
}

static void insert(struct exact *exact, struct known **place, const struct row_key *key,
                   const void *row)
{
    struct known *known = calloc(1, sizeof(*known));

    if (!known) {
        soak_fault("no memory for a row");
        return;
    }
    known->key = *key;
    set_row(exact, known, row);
    *place = known;
    exact->count++;
}

static void told(void *context, void *row, MIB_NOTIFICATION_TYPE type)
{
    struct exact *exact = context;
    const char *what = NULL;

    atomic_fetch_add(&soak_notifications, 1);
    if (type == MibInitialNotification || !row) {
        soak_fault("%s: told of no row", row_types[exact->kind].name);
        return;
    }
    const struct row_key key = row_key(exact->kind, row);
    platform_monitor_lock(exact->monitor);
    struct known **place = place_of(exact, &key);
    struct known *known = *place;
    if (type == MibAddInstance && known) {
        what = "the add of a known row";
    } else if (type == MibAddInstance) {
        insert(exact, place, &key, row);
    } else if (!known) {
        what = "the change or delete of an unknown row";
    } else if (type == MibParameterNotification) {
        set_row(exact, known, row);
    } else {
        *place = known->next;
        free(known);
        exact->count--;
    }
    platform_monitor_unlock(exact->monitor);
    if (what)
        soak_fault("%s: %s", row_types[exact->kind].name, what);
}

static bool is_visibly_equal(enum row_kind kind, const void *a, const void *b)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].roles & FIELD_TOLD && !row_field_equal(&type->fields[i], a, b))
            return false;
    return true;
}

/* How many rows differ from the table as it is. */
static size_t differences(struct exact *exact)
{
    void *table = NULL;
    size_t same = 0;
    size_t count = 0;

    if (row_types[exact->kind].get_table(AF_UNSPEC, &table) != NO_ERROR) {
        soak_fault("%s: no table", row_types[exact->kind].name);
        return 0;
    }
    platform_monitor_lock(exact->monitor);
    count = row_table_count(table);
    for (size_t i = 0; i < count; i++) {
        const void *row = row_in_table(exact->kind, table, i);
        const struct row_key key = row_key(exact->kind, row);
        const struct known *known = *place_of(exact, &key);

        same += known && is_visibly_equal(exact->kind, &known->row, row);
    }
    size_t more = exact->count > count ? exact->count : count;
    platform_monitor_unlock(exact->monitor);
    FreeMibTable(table);
    return more - same;
}

void exact_check(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(exacts); i++) {
        uint64_t deadline = platform_now() + PATIENCE_MS;
        size_t different;

        while ((different = differences(&exacts[i])) > 0 && platform_now() < deadline)
            host_pass_ms(LOOK_AGAIN_MS); /* until it is told */
        if (different > 0)
            soak_fault("%s: %u rows differ from what was told", row_types[i].name,
                       (unsigned)different);
    }
}

/* The table as it is, which nothing changes at the moment. */
static void read_table(struct exact *exact)
{
    void *table = NULL;

    if (row_types[exact->kind].get_table(AF_UNSPEC, &table) != NO_ERROR) {
        soak_fault("%s: no table", row_types[exact->kind].name);
        return;
    }
    platform_monitor_lock(exact->monitor);
    for (ULONG i = 0; i < row_table_count(table); i++) {
        const void *row = row_in_table(exact->kind, table, i);
        const struct row_key key = row_key(exact->kind, row);
        struct known **place = place_of(exact, &key);

        if (!*place)
            insert(exact, place, &key, row);
    }
    platform_monitor_unlock(exact->monitor);
    FreeMibTable(table);
}

void exact_begin(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(exacts); i++) {
        struct exact *exact = &exacts[i];

        exact->kind = (enum row_kind)i;
        exact->listener = (struct row_listener){.told = told, .context = exact};
        exact->monitor = platform_monitor_new();
        read_table(exact);
        if (row_types[i].notify(AF_UNSPEC, &exact->listener, FALSE, &exact->handle) != NO_ERROR)
            soak_fault("%s: not registered", row_types[i].name);
    }
}

void exact_end(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(exacts); i++) {
        struct exact *exact = &exacts[i];

        if (CancelMibChangeNotify2(exact->handle) != NO_ERROR)
            soak_fault("%s: not cancelled", row_types[i].name);
        for (size_t j = 0; j < BUCKETS; j++) {
            while (exact->buckets[j]) {
                struct known *known = exact->buckets[j];

                exact->buckets[j] = known->next;
                free(known);
            }
        }
        platform_monitor_free(exact->monitor);
    }
}
