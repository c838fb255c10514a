/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns.h"

#include "check.h"
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char complaint[1024];

int netns_begin(char **argv)
{
    int rc = namespace_begin(argv);

    if (rc == 0 && !ip_try("link add probe0 type veth peer name probe1")) {
        char why[256];
        (void)snprintf(why, sizeof(why), "no veth interfaces: %.200s", complaint);
        rc = namespace_unavailable(why);
    }
    return rc;
}

int netns_current(void)
{
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        fail_test("the thread's namespace cannot be opened: %s", strerrordesc_np(errno));
    return fd;
}

void netns_enter(int netns)
{
    if (setns(netns, CLONE_NEWNET) < 0)
        fail_test("setns: %s", strerrordesc_np(errno));
}

void netns_enter_new(void)
{
    if (unshare(CLONE_NEWNET) < 0)
        fail_test("unshare: %s", strerrordesc_np(errno));
    ip("link set lo up");
}

int netns_create(void)
{
    int outer = netns_current();

    netns_enter_new();
    int created = netns_current();
    netns_enter(outer);
    close(outer);
    return created;
}

static int spawn(char *const argv[], int input)
{
    posix_spawn_file_actions_t actions;
    int output = memfd_create("output", MFD_CLOEXEC);
    pid_t pid;

    if (output < 0)
        fail_test("memfd_create: %s", strerrordesc_np(errno));
    posix_spawn_file_actions_init(&actions);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);

    int rc = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (rc != 0)
        fail_test("%s cannot be started: %s", argv[0], strerrordesc_np(rc));

    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    ssize_t length = pread(output, complaint, sizeof(complaint) - 1, 0);
    complaint[length > 0 ? length : 0] = '\0';
    close(output);
    return status;
}

static bool run_ip(char *arguments)
{
    char *argv[64] = {"ip"};
    size_t count = 1;
    char *rest = arguments;

    for (char *word; (word = strsep(&rest, " ")) && count < ARRAY_SIZE(argv) - 1;) {
        if (*word)
            argv[count++] = word;
    }
    return spawn(argv, -1) == 0;
}

#define FORMAT_ARGUMENTS(buffer, format)                                                           \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        int length_ = vsnprintf(buffer, sizeof(buffer), format, args);                             \
        va_end(args);                                                                              \
        if (length_ < 0 || (size_t)length_ >= sizeof(buffer))                                      \
            fail_test("arguments too long: %s", format);                                           \
    } while (0)

/* va_start is in the macro. NOLINTBEGIN(clang-analyzer-valist.Uninitialized) */
bool ip_try(const char *format, ...)
{
    char arguments[1024] = "";

    FORMAT_ARGUMENTS(arguments, format);
    return run_ip(arguments);
}

const char *netns_complaint(void)
{
    return complaint;
}

void ip(const char *format, ...)
{
    char arguments[1024] = "";

    FORMAT_ARGUMENTS(arguments, format);
    char copy[sizeof(arguments)];
    memcpy(copy, arguments, sizeof(copy));
    if (!run_ip(copy))
        fail_test("ip %s: %s", arguments, complaint);
}

void ip_in(int netns, const char *format, ...)
{
    char arguments[1024] = "";
    int outer = netns_current();

    FORMAT_ARGUMENTS(arguments, format);
    netns_enter(netns);
    char copy[sizeof(arguments)];
    memcpy(copy, arguments, sizeof(copy));
    bool done = run_ip(copy);
    netns_enter(outer);
    close(outer);
    if (!done)
        fail_test("ip %s: %s", arguments, complaint);
}
/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

static int input_of(const char *text)
{
    int input = memfd_create("input", MFD_CLOEXEC);
    size_t length = strlen(text);

    if (input < 0)
        fail_test("memfd_create: %s", strerrordesc_np(errno));
    for (size_t done = 0; done < length;) {
        ssize_t written = write(input, text + done, length - done);
        if (written < 0)
            fail_test("write: %s", strerrordesc_np(errno));
        done += (size_t)written;
    }
    lseek(input, 0, SEEK_SET);
    return input;
}

bool ip_renames_while_up(void)
{
    ip("link add before type veth peer name beside");
    ip("link set before up");
    bool renames = ip_try("link set before name after");
    ip("link del beside");
    return renames;
}

void ip_batch(const char *lines)
{
    char *argv[] = {"ip", "-batch", "-", NULL};
    int input = input_of(lines);
    int status = spawn(argv, input);

    close(input);
    if (status != 0)
        fail_test("ip -batch: %s", complaint);
}

int ip_batch_start(const char *lines)
{
    char *argv[] = {"ip", "-force", "-batch", "-", NULL};
    int input = input_of(lines);
    posix_spawn_file_actions_t actions;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int rc = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(input);
    if (rc != 0)
        fail_test("ip cannot be started: %s", strerrordesc_np(rc));
    return pid;
}

void ip_batch_finish(int pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
}

void sysctl_write(const char *path, const char *value)
{
    char file[256];

    (void)snprintf(file, sizeof(file), "/proc/sys/%s", path);
    int rc = write_file(file, value);
    if (rc < 0)
        fail_test("%s = %s: %s", file, value, strerrordesc_np(-rc));
}

bool sysctl_exists(const char *path)
{
    char file[256];

    (void)snprintf(file, sizeof(file), "/proc/sys/%s", path);
    return access(file, W_OK) == 0;
}

unsigned netns_ifindex(const char *name)
{
    return if_nametoindex(name);
}
