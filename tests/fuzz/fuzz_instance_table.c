/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The known table against its model; the input makes the decisions. */
#include "fuzz.h"

#include "instance_model.h"

struct decisions {
    const uint8_t *data;
    size_t size;
};

static uint32_t decide(void *context, uint32_t below)
{
    struct decisions *decisions = context;

    if (decisions->size == 0)
        return 0;
    decisions->size--;
    return *decisions->data++ % below;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decisions decisions = {data, size};

    must_hold(instance_model_run(decide, &decisions, size / 3));
    return 0;
}
