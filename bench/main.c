/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *name;
    void (*run)(const struct options *options);
    const char *about;
} benches[] = {
    {"latency", bench_latency, "from a change to the callback"},
    {"storm", bench_storm, "many routes added and deleted at the kernel's speed"},
    {"table", bench_table, "Get…Table and others that read the same"},
    {"row", bench_row, "one row by its key, one way, one route deleted or created"},
    {"echo", bench_echo, "IcmpSendEcho to a host next door"},
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

/* A standard descriptor that is closed would be given to a pipe or a file. */
static void occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            bench_die("/dev/null", errno);
}

/* Returns 0 or an errno value. The text goes out at once, so that the first failure is seen. */
static int write_text(FILE *file, const char *text)
{
    return fputs(text, file) >= 0 && fflush(file) == 0 ? 0 : errno;
}

/* A file in memory, whose text is NULL until it is closed. */
struct memory {
    FILE *file;
    char *text;
    size_t size;
};

static void memory_open(struct memory *memory)
{
    memory->file = open_memstream(&memory->text, &memory->size);
    if (!memory->file)
        bench_die("no memory", 0);
}

static void memory_close(struct memory *memory)
{
    if (fclose(memory->file) != 0)
        bench_die("no memory", 0);
}

/* Ends the program if there is no room for what it prints. That nobody reads it is no failure. */
static void print(struct memory *memory)
{
    int error;

    memory_close(memory);
    error = write_text(stdout, memory->text);
    if (error != 0 && error != EPIPE)
        bench_die("cannot write", error);
    free(memory->text);
}

/* The file becomes what the results are, or stays as it is. */
static void write_json(const struct results *results, const char *path)
{
    struct stat there;
    bool in_place = stat(path, &there) == 0 && !S_ISREG(there.st_mode); /* a device, a pipe */
    char *new_path = NULL;
    struct memory memory;
    int error;

    memory_open(&memory);
    results_print_json(results, memory.file);
    memory_close(&memory);
    if (!in_place && asprintf(&new_path, "%s.new", path) < 0)
        bench_die("no memory", 0);
    FILE *file = fopen(in_place ? path : new_path, "we");
    if (!file)
        bench_die(path, errno);
    error = write_text(file, memory.text);
    if (fclose(file) != 0 && error == 0)
        error = errno;
    if (error == 0 && !in_place && rename(new_path, path) < 0)
        error = errno;
    if (error != 0 && !in_place)
        (void)unlink(new_path);
    if (error != 0)
        bench_die(path, error);
    free(new_path);
    free(memory.text);
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
    struct memory output;
    bool chosen[BENCHES] = {false};
    const char *json = NULL;
    bool ok = true;
    int option;

    occupy_standard_descriptors();
    (void)signal(SIGPIPE, SIG_IGN); /* it goes on when nobody reads what it prints */
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
            if (json[0] == '\0') {
                (void)fputs("iphlpapi-bench: --json wants a name\n", stderr);
                return 2;
            }
            break;
        case 'h':
            memory_open(&output);
            usage(output.file);
            print(&output);
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
    if (json)
        write_json(&results, json);
    memory_open(&output);
    results_print(&results, output.file);
    print(&output);
    free(results.results);
    return ok ? 0 : 1;
}
