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
#define API_MISSING(name)                                                                          \
    static void missing_##name(void)                                                               \
    {                                                                                              \
        not_exported(#name);                                                                       \
    }
API_FUNCTIONS(API_MISSING)

void api_look_up(void)
{
    void (*found)(void);

#define API_LOOK_UP(name)                                                                          \
    found = platform_function(#name);                                                              \
    api.name = (__typeof__(api.name))(void *)(found ? found : missing_##name);
    API_FUNCTIONS(API_LOOK_UP)
}
