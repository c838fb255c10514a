/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wine.h"
#include "clock.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

enum {
    CALIBRATION_NS = 100000000,
    ARGUMENTS_MAX = 8,
    WARM_UP = 10,
    WARM_UP_PAUSE_NS = 300000000,
};

static struct {
    uint64_t ticks, time; /* at one moment */
    double ns_per_tick;
} calibration;

static void calibrate(void)
{
    uint64_t ticks = __rdtsc();
    uint64_t time = clock_now();

    clock_pause(CALIBRATION_NS);
    calibration.ticks = __rdtsc();
    calibration.time = clock_now();
    calibration.ns_per_tick =
        (double)(calibration.time - time) / (double)(calibration.ticks - ticks);
}

double wine_ns(uint64_t ticks)
{
    return (double)ticks * calibration.ns_per_tick;
}

/* By the distance from now, over which an error of the calibration does not add up. */
uint64_t wine_time(uint64_t ticks)
{
    uint64_t now_ticks = __rdtsc();

    return clock_now() - (uint64_t)wine_ns(now_ticks - ticks);
}

const char *wine_stage(void)
{
    const char *stage = getenv("IPHLPAPI_BENCH_STAGE"); // NOLINT(concurrency-mt-unsafe)

    if (!stage)
        bench_die("the benchmarks in Wine are started by scripts/wine-bench", 0);
    return stage;
}

/* A program of Wine's: the one that scripts/wine-bench has chosen. */
static const char *wine_program(const char *variable, const char *name)
{
    const char *program = getenv(variable); // NOLINT(concurrency-mt-unsafe)

    return program && *program ? program : name;
}

static void control_server(const char *option)
{
    const char *program = wine_program("WINESERVER", "wineserver");
    char *const arguments[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)option, NULL};
    pid_t server;
    int status;
    int error = posix_spawnp(&server, arguments[0], NULL, NULL, arguments, environ);

    if (error != 0)
        bench_die("cannot start wineserver", error);
    (void)waitpid(server, &status, 0);
}

void wine_begin(void)
{
    struct wine_program program;

    calibrate();
    control_server("--persistent");
    /* The first program starts the session, whose services take a while to come to rest. */
    for (int i = 0; i < WARM_UP; i++) {
        wine_start(&program, true, "bench_nothing.exe", (const char *const[]){NULL});
        wine_end(&program);
        clock_pause(WARM_UP_PAUSE_NS);
    }
}

void wine_finish(void)
{
    control_server("--kill");
}

void wine_start(struct wine_program *ret_program, bool with_dll, const char *name,
                const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    const char *command[ARGUMENTS_MAX] = {wine_program("WINE", "wine")};
    char path[4096];
    int input[2];
    int output[2];
    size_t count = 2;

    (void)snprintf(path, sizeof(path), "%s/%s", wine_stage(), name);
    command[1] = path;
    while (*arguments && count + 1 < ARGUMENTS_MAX)
        command[count++] = *arguments++;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): other threads do not look at the environment
    (void)setenv("WINEDLLOVERRIDES", with_dll ? "iphlpapi=n,b" : "iphlpapi=b", 1);
    if (pipe2(input, O_CLOEXEC) < 0 || pipe2(output, O_CLOEXEC) < 0)
        bench_die("cannot make a pipe", 0);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    int error = posix_spawnp(&ret_program->process, command[0], &actions, NULL,
                             (char *const *)(uintptr_t)command, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        bench_die("cannot start wine", error);
    (void)close(input[0]);
    (void)close(output[1]);
    ret_program->input = input[1];
    ret_program->output = output[0];
}

void wine_close_input(struct wine_program *program)
{
    if (program->input >= 0)
        (void)close(program->input);
    program->input = -1;
}

void wine_end(struct wine_program *program)
{
    int status;

    wine_close_input(program);
    if (waitpid(program->process, &status, 0) != program->process || status != 0)
        bench_die("a program in Wine failed", 0);
    (void)close(program->output);
}
