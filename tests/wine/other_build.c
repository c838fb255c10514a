/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's half as of another build: whatever it is asked first, it says a version that no build
 * has. Linked with src/wine/host/winelib.c, of which the loader wants to know nothing else.
 */
#include "wine/host/unixlib.h"
#include "wine/seam/unix_calls.h"

static int32_t call_version(void *memory)
{
    struct unix_version_params *params = memory;

    params->version = ~unix_calls_version();
    params->result = 0;
    return 0;
}

const unix_function __wine_unix_call_funcs[] = {call_version};
const unix_function __wine_unix_call_wow64_funcs[] = {call_version};
