/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An open-addressed table whose place for a handle is in the handle's own lower bits. Handles are
 * running numbers, scrambled. Called by notify/; it does not know what the objects are.
 */
#include "handles/handle_table.h"

#include <errno.h>
#include <string.h>

enum { SLOTS_AT_FIRST = 32 };

/* The system's pseudo handles are -1 and a few below. */
enum { PSEUDO_HANDLES = 16 };

const struct handle_width handle_width_64 = {
    .bits = 64,
    .half = 32,
    .numbers = UINT64_MAX >> 1,
    .first = (uint64_t)1 << 32,
    .end = UINT64_MAX - PSEUDO_HANDLES,
    .max_slots = 1U << 21,
};

const struct handle_width handle_width_32 = {
    .bits = 32,
    .half = 16,
    .numbers = UINT32_MAX >> 1,
    .first = 1U << 26,
    .end = UINT32_MAX - PSEUDO_HANDLES,
    .max_slots = 1U << 14,
};

/*
 * One to one on the bits of a number (a product with an odd one, and a shift of the upper half onto
 * the lower), so different numbers stay different.
 */
static uint64_t scramble(uint64_t number, const struct handle_width *width)
{
    number = number * 0x9e3779b97f4a7c15U & width->numbers;
    number ^= number >> width->half;
    return number * 0xbf58476d1ce4e5b9U & width->numbers;
}

/*
 * Under the lock; there are slots. A handle's place is told by its lower bits, so two that are
 * there differ in these at least.
 */
static struct handle_slot *place_of(const struct handle_table *table, handle_value handle)
{
    return &table->slots[handle >> 1 & (table->slot_count - 1)];
}

/* Under the lock. */
static struct handle_slot *slot_of(const struct handle_table *table, handle_value handle)
{
    struct handle_slot *slot = table->slot_count ? place_of(table, handle) : NULL;

    return handle != 0 && slot && slot->handle == handle ? slot : NULL;
}

/* Whether it could be taken for a handle that is there, or the other way round. */
static bool resembles_another(const struct handle_table *table, handle_value handle)
{
    for (unsigned int bit = 0; bit < table->width->bits; bit++)
        if (slot_of(table, handle ^ (handle_value)1 << bit))
            return true;
    for (handle_value step = 2; step <= HANDLE_STEPS; step += 2)
        if (slot_of(table, handle + step) || slot_of(table, handle - step))
            return true;
    return false;
}

static int grow(struct handle_table *table)
{
    uint32_t old_count = table->slot_count;
    uint64_t count = old_count ? (uint64_t)old_count * 2 : SLOTS_AT_FIRST;

    if (count > table->width->max_slots)
        return -ENOMEM;
    struct handle_slot *slots =
        platform_reallocate(table->slots, (size_t)count * sizeof(*table->slots));
    if (!slots)
        return -ENOMEM;
    memset(slots + old_count, 0, (size_t)(count - old_count) * sizeof(*slots));
    table->slots = slots;
    table->slot_count = (uint32_t)count;
    /* Each stays where it is, or moves to the new half. */
    for (uint32_t i = 0; i < old_count; i++) {
        struct handle_slot *place = place_of(table, slots[i].handle);

        if (slots[i].handle == 0 || place == &slots[i])
            continue;
        *place = slots[i];
        slots[i] = (struct handle_slot){0};
    }
    return 0;
}

/* The quarters of a second library are the upper two. */
static uint64_t first_number(const struct handle_table *table)
{
    unsigned int quarter = table->quarter + (platform_is_second_library() ? 2 : 0);

    return quarter * (table->width->numbers / 4 + 1);
}

/* Under the lock; there is room. At least every other place is free, so this ends soon. */
static handle_value make_handle(struct handle_table *table)
{
    handle_value handle;

    if (table->number == 0)
        table->number = first_number(table);
    do
        handle = (handle_value)(scramble(++table->number, table->width) << 1 | 1);
    while (handle < table->width->first || handle >= table->width->end ||
           place_of(table, handle)->handle != 0 || resembles_another(table, handle));
    return handle;
}

int handle_table_insert(struct handle_table *table, void *object, handle_value *ret_handle)
{
    int r = 0;

    platform_mutex_lock(&table->lock);
    if (table->count == table->slot_count / 2)
        r = grow(table);
    if (r == 0) {
        handle_value handle = make_handle(table);

        *place_of(table, handle) = (struct handle_slot){.handle = handle, .object = object};
        table->count++;
        *ret_handle = handle;
    }
    platform_mutex_unlock(&table->lock);
    return r;
}

void *handle_table_find(struct handle_table *table, handle_value handle, void (*keep)(void *))
{
    void *object = NULL;

    platform_mutex_lock(&table->lock);
    const struct handle_slot *slot = slot_of(table, handle);
    if (slot) {
        object = slot->object;
        if (keep)
            keep(object);
    }
    platform_mutex_unlock(&table->lock);
    return object;
}

void *handle_table_next(struct handle_table *table, handle_value handle, void (*keep)(void *))
{
    const struct handle_slot *next = NULL;
    void *object = NULL;

    platform_mutex_lock(&table->lock);
    for (uint32_t i = 0; i < table->slot_count; i++) {
        const struct handle_slot *slot = &table->slots[i];

        if (slot->handle > handle && (!next || slot->handle < next->handle))
            next = slot;
    }
    if (next) {
        object = next->object;
        if (keep)
            keep(object);
    }
    platform_mutex_unlock(&table->lock);
    return object;
}

void *handle_table_remove(struct handle_table *table, handle_value handle)
{
    void *object = NULL;

    platform_mutex_lock(&table->lock);
    struct handle_slot *slot = slot_of(table, handle);
    if (slot) {
        object = slot->object;
        *slot = (struct handle_slot){0};
        table->count--;
    }
    platform_mutex_unlock(&table->lock);
    return object;
}

void handle_table_forget(struct handle_table *table)
{
    platform_mutex_init(&table->lock);
    if (table->slots)
        table->forgotten = table->slots; /* kept in sight for a leak checker, and not looked at */
    table->slots = NULL;
    table->slot_count = 0;
    table->count = 0;
}
