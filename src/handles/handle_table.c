/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handles/handle_table.h"

#include <errno.h>
#include <string.h>

/* A handle's place is told by its lower bits. So two that are there differ in these at least. */
enum { SLOTS_AT_FIRST = 32, SLOT_BITS_MAX = 21 };

/* The values that are not used at the upper end: the system's pseudo handles, -1 and below. */
enum { PSEUDO_HANDLES = 16 };

static uint64_t max_slots(const struct handle_table *table)
{
    unsigned int bits = table->bits / 2 - 2;

    return (uint64_t)1 << (bits < SLOT_BITS_MAX ? bits : SLOT_BITS_MAX);
}

/*
 * One to one on `bits` bits (a product with an odd number, and a shift of the upper half onto the
 * lower), so different numbers stay different.
 */
static uint64_t scramble(uint64_t number, unsigned int bits)
{
    uint64_t mask = UINT64_MAX >> (64 - bits);

    number = number * 0x9e3779b97f4a7c15U & mask;
    number ^= number >> (bits / 2 + 1);
    return number * 0xbf58476d1ce4e5b9U & mask;
}

/* Whether the system can have no handle of that value. */
static bool is_beyond_the_system(const struct handle_table *table, handle_value handle)
{
    uint64_t first = (uint64_t)1 << (table->bits == 64 ? 32 : table->bits - 6);
    uint64_t end = (UINT64_MAX >> (64 - table->bits)) - PSEUDO_HANDLES;

    return handle >= first && handle < end;
}

/* Under the lock; there are slots. */
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
    for (unsigned int bit = 0; bit < table->bits; bit++)
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

    if (count > max_slots(table))
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

/* Under the lock; there is room. At least every other place is free, so this ends soon. */
static handle_value make_handle(struct handle_table *table)
{
    handle_value handle;

    do
        handle = (handle_value)(scramble(++table->number, table->bits - 1) << 1 | 1);
    while (!is_beyond_the_system(table, handle) || place_of(table, handle)->handle != 0 ||
           resembles_another(table, handle));
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

/* Under the lock. */
static void *vacate(struct handle_table *table, struct handle_slot *slot)
{
    void *object = slot->object;

    *slot = (struct handle_slot){0};
    table->count--;
    return object;
}

void *handle_table_remove(struct handle_table *table, handle_value handle)
{
    void *object = NULL;

    platform_mutex_lock(&table->lock);
    struct handle_slot *slot = slot_of(table, handle);
    if (slot)
        object = vacate(table, slot);
    platform_mutex_unlock(&table->lock);
    return object;
}

void handle_table_lock(struct handle_table *table)
{
    platform_mutex_lock(&table->lock);
}

void handle_table_unlock(struct handle_table *table)
{
    platform_mutex_unlock(&table->lock);
}

void handle_table_reset(struct handle_table *table, void (*forget)(void *))
{
    for (uint32_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].handle != 0)
            forget(vacate(table, &table->slots[i]));
    platform_mutex_init(&table->lock);
}
