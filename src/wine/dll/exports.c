/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the DLL exports of its own functions: a relay for each, made of iphlpapi.spec.
 *
 * Where the host cannot be reached, a relay calls the function of that name in Wine's own DLL, so
 * that no program has less than without ours. What Wine's own has not, ours answers by
 * ERROR_NOT_SUPPORTED. Which it is, is decided for all functions at once, and once in a process:
 * handles and tables of the two never meet.
 */
#include "api/windows.h"
#include "wine/dll/host.h"
#include "wine/dll/wines_own.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef void (*any_function)(void);

/* Any argument of these functions is one machine word or less, and so is any result. */
typedef uintptr_t word;

#define PARAMETERS_0 void
#define PARAMETERS_1 word a
#define PARAMETERS_2 PARAMETERS_1, word b
#define PARAMETERS_3 PARAMETERS_2, word c
#define PARAMETERS_4 PARAMETERS_3, word d
#define PARAMETERS_5 PARAMETERS_4, word e
#define PARAMETERS_6 PARAMETERS_5, word f
#define PARAMETERS_7 PARAMETERS_6, word g
#define PARAMETERS_8 PARAMETERS_7, word h
#define PARAMETERS_9 PARAMETERS_8, word i
#define PARAMETERS_10 PARAMETERS_9, word j
#define PARAMETERS_11 PARAMETERS_10, word k
#define PARAMETERS_12 PARAMETERS_11, word l
#define ARGUMENTS_0
#define ARGUMENTS_1 a
#define ARGUMENTS_2 ARGUMENTS_1, b
#define ARGUMENTS_3 ARGUMENTS_2, c
#define ARGUMENTS_4 ARGUMENTS_3, d
#define ARGUMENTS_5 ARGUMENTS_4, e
#define ARGUMENTS_6 ARGUMENTS_5, f
#define ARGUMENTS_7 ARGUMENTS_6, g
#define ARGUMENTS_8 ARGUMENTS_7, h
#define ARGUMENTS_9 ARGUMENTS_8, i
#define ARGUMENTS_10 ARGUMENTS_9, j
#define ARGUMENTS_11 ARGUMENTS_10, k
#define ARGUMENTS_12 ARGUMENTS_11, l

enum {
#define EXPORT(arity, name) EXPORT_##name,
#include "relays.inc"
#undef EXPORT
    EXPORTS,
};

static const char *const names[] = {
#define EXPORT(arity, name) #name,
#include "relays.inc"
#undef EXPORT
};

static const any_function ours[] = {
#define EXPORT(arity, name) (any_function)(name),
#include "relays.inc"
#undef EXPORT
};

static const any_function *choose(void)
{
    static _Atomic(const any_function *) chosen;
    static any_function theirs[EXPORTS]; /* threads that come at the same time write the same */
    const any_function *functions = atomic_load(&chosen);

    if (functions)
        return functions;
    functions = ours;
    if (!host_is_there()) {
        for (size_t i = 0; i < EXPORTS; i++) {
            any_function function = wines_own_function(names[i]);
            theirs[i] = function ? function : ours[i];
        }
        functions = theirs;
    }
    atomic_store(&chosen, functions);
    return functions;
}

/*
 * Of a missing host the user is told when a program calls what it gets no answer from instead:
 * what Wine's own has not, and notifications, which never come from it. All else is as without
 * this DLL, and Wine's own processes call some of it whenever it starts.
 */
static any_function function_of(size_t export)
{
    static const char notify[] = "Notify";
    const any_function *functions = choose();

    if (functions != ours && (functions[export] == ours[export] ||
                              strncmp(names[export], notify, sizeof(notify) - 1) == 0))
        host_tell_missing();
    return functions[export];
}

#define EXPORT(arity, name)                                                                        \
    word WINAPI export_##name(PARAMETERS_##arity);                                                 \
    word WINAPI export_##name(PARAMETERS_##arity)                                                  \
    {                                                                                              \
        word(WINAPI *function)(PARAMETERS_##arity) = (void *)function_of(EXPORT_##name);           \
                                                                                                   \
        return function(ARGUMENTS_##arity);                                                        \
    }
#include "relays.inc"
