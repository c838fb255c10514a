/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define API_IMPLEMENTATION
#include "platform.h"

#include <stdio.h>

struct api api;

static void not_exported(const char *name)
{
    (void)printf("not exported: %s\n", name);
    (void)fflush(stdout);
    platform_exit(EXIT_NOT_EXPORTED);
}

/* In the place of a function that is not there. It never returns, so its type does not matter. */
#define API_FUNCTION(name)                                                                         \
    static void missing_##name(void)                                                               \
    {                                                                                              \
        not_exported(#name);                                                                       \
    }
#include "api_functions.def"

void api_look_up(void)
{
    void (*found)(void);

#define API_FUNCTION(name)                                                                         \
    found = platform_function(#name);                                                              \
    api.name = (__typeof__(api.name))(void *)(found ? found : missing_##name);
#include "api_functions.def"
}
