/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures: learned from trials, and compared with the states of threads. */
#include "platform/posix/process_map.h"
#include "platform/posix/wait_trial.h"

#include <gnu/libc-version.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIGNATURES_MAX = 32, RETURNS_MAX = 8 };

/* So many, where the system is so busy that a trial does not come to its end in time. */
enum { ATTEMPTS_MAX = 4 };

/* The states of learning; while a process learns, its number. */
enum { NOTHING_LEARNED = 0, ALL_LEARNED = -1 };

struct wait_signature {
    enum wait_kind kind;
    long number;         /* of the system call */
    uintptr_t operation; /* of it */
    uintptr_t code;
    size_t offset; /* of the word that is waited for, in the lock */
    size_t returns_count;
    struct {
        size_t place; /* a word of the stack */
        uintptr_t address;
    } returns[RETURNS_MAX];
};

static atomic_int learned = NOTHING_LEARNED;
static struct wait_signature signatures[SIGNATURES_MAX]; /* theirs who learns; then constant */
static size_t signatures_count;

bool wait_is_for_word(const struct thread_state *state)
{
    const uintptr_t command = state->arguments[1] & FUTEX_CMD_MASK;
    bool is_futex = state->number == SYS_futex;

#ifdef SYS_futex_time64
    is_futex |= state->number == SYS_futex_time64;
#endif
    return is_futex && state->arguments[3] == 0 &&
           (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI ||
            command == FUTEX_LOCK_PI2);
}

static bool fits(const struct wait_signature *signature, const struct thread_state *state,
                 const uintptr_t *stack, size_t words)
{
    if (state->number != signature->number || state->arguments[1] != signature->operation ||
        state->code != signature->code)
        return false;
    for (size_t i = 0; i < signature->returns_count; i++)
        if (signature->returns[i].place >= words ||
            stack[signature->returns[i].place] != signature->returns[i].address)
            return false;
    return true;
}

/* ---- Learning ------------------------------------------------------------------------------ */

static bool is_in(const struct process_map *map, uintptr_t address)
{
    return map->begin <= address && address < map->end;
}

/* False: the trial shows too little. */
static bool make_signature(enum wait_kind kind, const struct wait_sight *sight,
                           const struct process_map *library, struct wait_signature *ret)
{
    const struct thread_state *state = &sight->state;
    struct wait_signature signature = {
        .kind = kind,
        .number = state->number,
        .operation = state->arguments[1],
        .code = state->code,
        .offset = state->arguments[0] - sight->object,
    };

    for (size_t i = 0; i < sight->frames && signature.returns_count < RETURNS_MAX; i++) {
        if (!is_in(library, sight->stack[i]))
            continue;
        signature.returns[signature.returns_count].place = i;
        signature.returns[signature.returns_count].address = sight->stack[i];
        signature.returns_count++;
    }
    /* In 32 bit the call itself is not in the C library. */
    if (!is_in(library, state->code) && signature.returns_count == 0)
        return false;
    *ret = signature;
    return true;
}

/* Those that a wait fits that proves nothing are of no use. */
static void drop_ambiguous(const struct wait_sight *other)
{
    size_t kept = 0;

    for (size_t i = 0; i < signatures_count; i++)
        if (!fits(&signatures[i], &other->state, other->stack, other->frames))
            signatures[kept++] = signatures[i];
    signatures_count = kept;
}

/* False: a trial was not done. The table has the ways that prove nothing last. */
static bool learn_all(const struct process_map *library)
{
    signatures_count = 0;
    for (size_t i = 0; i < wait_ways_count; i++) {
        const struct wait_way *way = &wait_ways[i];
        struct wait_signature signature;
        struct wait_sight sight;

        if (wait_try(way, &sight) < 0) {
            signatures_count = 0; /* not all that is ambiguous is known */
            return false;
        }
        if (way->kind == WAIT_UNKNOWN)
            drop_ambiguous(&sight);
        else if (signatures_count < SIGNATURES_MAX &&
                 make_signature(way->kind, &sight, library, &signature))
            signatures[signatures_count++] = signature;
    }
    return true;
}

/* False: it may be so another time. */
static bool learn(void)
{
    struct process_map library; /* its code */

    if (!thread_state_is_available() ||
        !process_map_find((uintptr_t)gnu_get_libc_version, &library))
        return true;
    return learn_all(&library);
}

bool wait_signature_learn(void)
{
    static unsigned int attempts; /* theirs who learns */
    const int self = (int)getpid();
    int before = atomic_load(&learned);

    /* In a forked child, a thread that was at it in the parent is not there. */
    if (before == ALL_LEARNED)
        return signatures_count > 0;
    if (before == self || !atomic_compare_exchange_strong(&learned, &before, self))
        return false;
    if (learn() || ++attempts == ATTEMPTS_MAX) {
        atomic_store(&learned, ALL_LEARNED);
        return signatures_count > 0;
    }
    atomic_store(&learned, NOTHING_LEARNED);
    return false;
}

/* ---- Comparing ----------------------------------------------------------------------------- */

enum wait_kind wait_signature_find(const struct thread_state *state, uintptr_t *ret_object)
{
    uintptr_t stack[WAIT_STACK_WORDS];

    if (atomic_load(&learned) != ALL_LEARNED || !wait_is_for_word(state))
        return WAIT_UNKNOWN;
    const size_t words = thread_memory_read(state->stack, stack, sizeof(stack)) / sizeof(stack[0]);
    for (size_t i = 0; i < signatures_count; i++) {
        if (fits(&signatures[i], state, stack, words)) {
            *ret_object = state->arguments[0] - signatures[i].offset;
            return signatures[i].kind;
        }
    }
    return WAIT_UNKNOWN;
}
