/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The soak program's host: Linux. */
#include "host.h"

#include <errno.h>
#include <malloc.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

uint64_t host_now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void host_pass_ms(unsigned milliseconds)
{
    struct timespec left = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = milliseconds % 1000 * 1000000L};

    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

size_t host_heap_kib(void)
{
    return mallinfo2().uordblks / 1024;
}

int host_in_child(int (*call)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(call());
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 255;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
