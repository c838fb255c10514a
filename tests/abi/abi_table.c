/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table itself. Compiled twice: for the host against our headers, and with mingw-w64 against
 * its own, where it is never linked or run; test_abi reads it out of the object file.
 */
#include "abi_table.h"

__attribute__((section(".abi"), used)) const struct abi_table abi_table = {
    .counts = {ABI_NUMBERS, sizeof(struct abi_bits)},
    .numbers =
        {
#define ABI_TYPE(T) sizeof(T), _Alignof(T),
#define ABI_INT(T) sizeof(T), _Alignof(T), (T)-1 < (T)1,
#define ABI_PTR(T) sizeof(T), sizeof(*(T)0),
#define ABI_HOST_FIELD(T, field) offsetof(T, field), sizeof(__typeof__(((T *)0)->field)),
#define ABI_FIELD(T, field) ABI_HOST_FIELD(T, field) ABI_KIND(T, field),
#define ABI_CONST(name) (uint64_t)(name),
#define ABI_CALL(name, ...) (uint64_t)(name(__VA_ARGS__)),
#include "abi.def"
        },
    .differing =
        {
#define ABI_DIFFERS(name, value, mingw_value) (uint64_t)(name),
#include "abi_newer.def"
        },
    .bits =
        {
#define ABI_BITS(T, field) {.value = {.field = -1}},
#include "abi.def"
        },
};
