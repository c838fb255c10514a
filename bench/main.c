/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "result.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *name;
    void (*run)(const struct options *options);
    const char *about;
} benches[] = {
    {"latency", bench_latency, "from a change to the callback"},
    {"storm", bench_storm, "many routes added and deleted at the kernel's speed"},
    {"table", bench_table, "GetIpForwardTable2 and others that read the same"},
    {"register", bench_register, "NotifyRouteChange2 and CancelMibChangeNotify2"},
    {"memory", bench_memory, "resident bytes for each known route"},
    {"compare", bench_compare, "back to exactness after an overrun"},
    {"idle", bench_idle, "wake-ups of registrations while nothing happens"},
    {"wine", bench_wine, "the DLL in Wine; only by scripts/wine-bench"},
};

enum { BENCHES = sizeof(benches) / sizeof(benches[0]) };

static void usage(FILE *file)
{
    (void)fputs("Usage: iphlpapi-bench [--quick] [--rounds N] [--json FILE] [BENCHMARK...]\n"
                "Measure the library beside the floor of each figure; all benchmarks, or these:\n",
                file);
    for (int i = 0; i < BENCHES; i++)
        (void)fprintf(file, "  %-10s %s\n", benches[i].name, benches[i].about);
    (void)fputs("\n  --quick      small sizes\n"
                "  --rounds N   so many rounds of each side; default 5\n"
                "  --json FILE  write the results there too\n"
                "  --help       print this help and end\n",
                file);
}

void progress(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("    ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}

/* In a process of its own, so that neither memory nor routes of one meet the next. */
static bool run(int bench, const struct options *options, struct results *results)
{
    int ends[2];
    int status;

    if (pipe(ends) < 0)
        bench_die("cannot make a pipe", errno);
    (void)fprintf(stderr, "==> %s: %s\n", benches[bench].name, benches[bench].about);
    pid_t child = fork();
    if (child < 0)
        bench_die("cannot start a process", errno);
    if (child == 0) {
        (void)close(ends[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* it must not outlive who wants its results */
        results_to(ends[1]);
        kernel_enter();
        benches[bench].run(options);
        kernel_leave();
        _exit(0);
    }
    (void)close(ends[1]);
    results_read(results, ends[0]);
    (void)close(ends[0]);
    if (waitpid(child, &status, 0) != child || status != 0) {
        (void)fprintf(stderr, "iphlpapi-bench: %s failed\n", benches[bench].name);
        return false;
    }
    return true;
}

static int find_bench(const char *name)
{
    for (int i = 0; i < BENCHES; i++)
        if (strcmp(benches[i].name, name) == 0)
            return i;
    (void)fprintf(stderr, "iphlpapi-bench: no such benchmark: %s\n", name);
    exit(2); // NOLINT(concurrency-mt-unsafe): there are no other threads yet
}

static void write_json(const struct results *results, const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file)
        bench_die(path, errno);
    results_print_json(results, file);
    if (fclose(file) != 0)
        bench_die(path, errno);
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"quick", no_argument, NULL, 'q'},
        {"rounds", required_argument, NULL, 'r'},
        {"json", required_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.rounds = 5};
    struct results results = {0};
    bool chosen[BENCHES] = {false};
    const char *json = NULL;
    bool ok = true;
    int option;

    // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no other threads yet
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (option) {
        case 'q':
            options.quick = true;
            break;
        case 'r':
            options.rounds = (unsigned int)strtoul(optarg, NULL, 10);
            break;
        case 'j':
            json = optarg;
            break;
        case 'h':
            usage(stdout);
            return 0;
        default:
            usage(stderr);
            return 2;
        }
    }
    if (options.rounds < 1 || options.rounds > 1000) {
        (void)fputs("iphlpapi-bench: --rounds wants a number from 1 to 1000\n", stderr);
        return 2;
    }
    for (int i = optind; i < argc; i++)
        chosen[find_bench(argv[i])] = true;
    for (int i = 0; i < BENCHES; i++)
        if (chosen[i] || (optind == argc && benches[i].run != bench_wine))
            ok = run(i, &options, &results) && ok;
    results_print(&results, stdout);
    if (json)
        write_json(&results, json);
    free(results.results);
    return ok ? 0 : 1;
}
