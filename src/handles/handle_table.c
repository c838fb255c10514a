/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handles/handle_table.h"

#include <errno.h>

#define NONE UINT32_MAX

/*
 * From the lowest bit: 1, the index, the scrambled serial number. With 32 bits there are 8,192
 * handles at a time and 262,143 in the life of a process, with 64 a million and 8 × 10^12.
 */
enum {
    INDEX_BITS = sizeof(handle_value) == 8 ? 20 : 13,
    SERIAL_BITS = sizeof(handle_value) * 8 - 1 - INDEX_BITS,
};

static const uint64_t SERIAL_MASK = ((uint64_t)1 << SERIAL_BITS) - 1;
static const uint64_t INDEX_MASK = ((uint64_t)1 << INDEX_BITS) - 1;

/*
 * One to one on SERIAL_BITS bits (a product with an odd number, and a shift of the upper half
 * onto the lower), so different serial numbers stay different.
 */
static uint64_t scramble(uint64_t serial)
{
    serial = serial * 0x9e3779b97f4a7c15U & SERIAL_MASK;
    serial ^= serial >> (SERIAL_BITS / 2 + 1);
    return serial * 0xbf58476d1ce4e5b9U & SERIAL_MASK;
}

static handle_value make_handle(uint32_t index, uint64_t serial)
{
    return (handle_value)(scramble(serial) << (INDEX_BITS + 1) | (uint64_t)index << 1 | 1);
}

static bool has_upper_half(handle_value handle)
{
    return sizeof(handle) < 8 || (uint64_t)handle >> 32 != 0;
}

static int grow(struct handle_table *table)
{
    uint64_t count = table->slot_count ? (uint64_t)table->slot_count * 2 : 16;

    if (count > INDEX_MASK + 1)
        return -ENOMEM;
    struct handle_slot *slots =
        platform_reallocate(table->slots, (size_t)count * sizeof(*table->slots));
    if (!slots)
        return -ENOMEM;
    table->slots = slots;
    for (uint32_t i = table->slot_count; i < count; i++) {
        slots[i] = (struct handle_slot){.next_free = table->free_head};
        table->free_head = i;
    }
    table->slot_count = (uint32_t)count;
    return 0;
}

int handle_table_insert(struct handle_table *table, void *object, handle_value *ret_handle)
{
    int r = 0;

    platform_mutex_lock(&table->lock);
    if (table->free_head == NONE)
        r = grow(table);
    if (r == 0 && table->serial >= SERIAL_MASK)
        r = -ENOMEM; /* a number that came twice could be taken for an old one */
    if (r == 0) {
        uint32_t index = table->free_head;
        struct handle_slot *slot = &table->slots[index];

        table->free_head = slot->next_free;
        do
            slot->handle = make_handle(index, ++table->serial);
        while (!has_upper_half(slot->handle));
        slot->object = object;
        table->count++;
        *ret_handle = slot->handle;
    }
    platform_mutex_unlock(&table->lock);
    return r;
}

/* Under the lock. */
static struct handle_slot *slot_of(struct handle_table *table, handle_value handle)
{
    uint64_t index = (uint64_t)handle >> 1 & INDEX_MASK;

    if (handle == 0 || index >= table->slot_count || table->slots[index].handle != handle)
        return NULL;
    return &table->slots[index];
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

    *slot = (struct handle_slot){.next_free = table->free_head};
    table->free_head = (uint32_t)(slot - table->slots);
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
