/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that is told, reads the table, takes its time and calls again, while addresses or
 * routes come and go at random: in whichever way it calls, it has seen the last state in the end.
 * IPHLPAPI_TEST_SEED replays what comes and goes.
 */
#include "one_shot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES = 60, LEAST_ENDS = 3 };

/* How it calls. */
enum way {
    SAME_REQUEST,  /* one OVERLAPPED, one event */
    SAME_EVENT,    /* an OVERLAPPED of its own for each call */
    NEW_EACH_TIME, /* an event, too */
    WAITING,       /* no OVERLAPPED */
    WAYS,
};

static const char *const way_names[WAYS] = {"same request", "same event", "all new", "waiting"};

struct client {
    struct one_shot_function function;
    uint64_t random;
    struct platform_thread *thread;
    struct platform_monitor *monitor;
    enum way way;
    /* Guarded by the monitor. */
    unsigned seen; /* a bit for each number that was in the table */
    unsigned ends;
    bool stop;
    const char *failure;
};

/* xorshift64* */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dULL;
}

static unsigned numbers_of(enum row_kind kind)
{
    unsigned numbers = 0;
    void *table = NULL;

    if (row_types[kind].get_table(AF_INET, &table) != NO_ERROR)
        return ~0U;
    for (ULONG i = 0; i < row_table_count(table); i++) {
        int number = network_number(kind, AF_INET, row_in_table(kind, table, i));
        if (number >= 0)
            numbers |= 1U << number;
    }
    FreeMibTable(table);
    return numbers;
}

static void take_time(struct client *client)
{
    uint64_t until = platform_now() + next_random(&client->random) % 4;

    while (platform_now() < until)
        ;
}

/* NULL, or what went wrong. */
static const char *be_told(struct client *client, OVERLAPPED *overlapped)
{
    bool told;

    if (!overlapped)
        return client->function.notify(NULL, NULL) == NO_ERROR ? NULL : "the call that waits";
    if (client->function.notify(NULL, overlapped) != ERROR_IO_PENDING)
        return "the call";
    told = platform_signal_wait(overlapped->hEvent, suite_deadline());
    if (!told)
        return "the wait for the event";
    return one_shot_status(overlapped) == IS_CHANGED ? NULL : "the request's state";
}

static void run_client(void *context)
{
    struct client *client = context;
    enum { REQUESTS = 4 };
    static OVERLAPPED all[2 * WAYS][REQUESTS];
    OVERLAPPED *requests = all[client->way + (client->function.kind == ROW_UNICAST ? 0 : WAYS)];
    HANDLE signal = platform_signal_new();
    bool stop = false;

    for (unsigned call = 0; !stop; call++) {
        OVERLAPPED *overlapped = &requests[client->way == SAME_REQUEST ? 0 : call % REQUESTS];
        HANDLE fresh = client->way == NEW_EACH_TIME ? platform_signal_new() : signal;

        memset(overlapped, 0, sizeof(*overlapped));
        overlapped->hEvent = fresh;
        const char *failure = be_told(client, client->way == WAITING ? NULL : overlapped);
        take_time(client);
        unsigned seen = numbers_of(client->function.kind);
        take_time(client);
        if (fresh != signal)
            platform_signal_free(fresh);
        platform_monitor_lock(client->monitor);
        client->seen = seen;
        client->ends++;
        client->failure = failure;
        stop = client->stop || failure;
        platform_monitor_announce(client->monitor);
        platform_monitor_unlock(client->monitor);
    }
    platform_signal_free(signal);
}

static bool is_under_way(struct client *client)
{
    platform_monitor_lock(client->monitor);
    bool under_way = client->ends >= LEAST_ENDS || client->failure;
    platform_monitor_unlock(client->monitor);
    return under_way;
}

static void await_last(struct client *client, unsigned numbers)
{
    uint64_t deadline = suite_deadline();
    bool timely = true;

    platform_monitor_lock(client->monitor);
    while (client->seen != numbers && !client->failure && timely)
        timely = platform_monitor_wait(client->monitor, deadline);
    const char *failure = client->failure;
    unsigned seen = client->seen;
    client->stop = true;
    platform_monitor_unlock(client->monitor);
    if (failure || seen != numbers)
        printf("%s: seen %#x of %#x, failed: %s\n", way_names[client->way], seen, numbers,
               failure ? failure : "nothing");
    assert_null(failure);
    assert_int_equal(seen, numbers);
}

static void test_churn(void **state)
{
    const enum row_kind kind = *(const enum row_kind *)*state;
    const char *text = platform_environment("IPHLPAPI_TEST_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : platform_now();
    uint64_t random = seed * 2 + 1;
    static struct client clients[WAYS];
    unsigned there = 0;
    bool under_way = false;

    printf("IPHLPAPI_TEST_SEED=%llu\n", (unsigned long long)seed);
    /* Once by this thread: tables of keys and names are made. */
    unsigned before = numbers_of(kind);
    for (int way = 0; way < WAYS; way++) {
        clients[way] = (struct client){
            .function = one_shot_function(kind),
            .way = (enum way)way,
            .random = next_random(&random) | 1,
            .monitor = platform_monitor_new(),
        };
        clients[way].thread = platform_thread_start(run_client, &clients[way]);
    }
    for (unsigned i = 0; i < CHANGES || !under_way; i++) {
        unsigned number = (unsigned)(next_random(&random) % (NETWORK_NUMBERS - 1));

        if (there & 1U << number)
            network_delete(kind, AF_INET, number);
        else
            network_add(kind, AF_INET, number);
        there ^= 1U << number;
        under_way = true;
        for (int way = 0; way < WAYS; way++)
            under_way = under_way && is_under_way(&clients[way]);
    }
    assert_int_equal(numbers_of(kind), before | there);
    for (int way = 0; way < WAYS; way++)
        await_last(&clients[way], before | there);
    /* They wait for one more. */
    network_make_change(kind, AF_INET);
    for (int way = 0; way < WAYS; way++) {
        platform_thread_join(clients[way].thread);
        platform_monitor_free(clients[way].monitor);
    }
    network_undo_change(kind, AF_INET);
}

int main(int argc, char **argv)
{
    static const enum row_kind addresses = ROW_UNICAST;
    static const enum row_kind routes = ROW_ROUTE;
    static const struct suite_test tests[] = {
        suite_test("churn.addresses", test_churn, &addresses),
        suite_test("churn.routes", test_churn, &routes),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
