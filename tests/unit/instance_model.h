/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The instance table against a model of plain arrays, both put through the same operations: what
 * the host announces (put, drop), what it does in silence, resyncs in pieces with events between,
 * and changes of the records' form.
 */
#ifndef TESTS_UNIT_INSTANCE_MODEL_H
#define TESTS_UNIT_INSTANCE_MODEL_H

#include <stddef.h>
#include <stdint.h>

/* Where the decisions come from: a number below `below`, which is not 0. */
typedef uint32_t (*instance_choice)(void *context, uint32_t below);

/* Returns NULL, or how the table differed from the model; the text stays valid until the next. */
const char *instance_model_run(instance_choice choose_number, void *context, size_t operations);

#endif
