/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns.h"

#include "check.h"

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

#define EXIT_SKIPPED 77
#define REEXECUTED "IPHLPAPI_TEST_IN_NAMESPACE"

/* The tools of the network live in sbin, which an ordinary user's PATH may lack. */
#define TOOL_PATH "/usr/sbin:/usr/bin:/sbin:/bin"

static char complaint[1024];

int netns_unavailable(const char *why)
{
    const char *ci = secure_getenv("CI");
    bool must_run = ci && strcmp(ci, "true") == 0;

    (void)fprintf(stderr, "%s: these tests cannot run here: %s\n", must_run ? "FAILED" : "SKIPPED",
                  why);
    return must_run ? 1 : EXIT_SKIPPED;
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;

    size_t length = strlen(text);
    ssize_t written = write(fd, text, length);
    int rc = written == (ssize_t)length ? 0 : -errno;

    close(fd);
    return rc;
}

/* Becomes root of a user namespace of its own. */
static int enter_user_namespace(void)
{
    char map[64];
    unsigned uid = geteuid();
    unsigned gid = getegid();

    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return -errno;

    /* Old kernels have no setgroups file, and then gid_map may be written without. */
    (void)write_file("/proc/self/setgroups", "deny");
    (void)snprintf(map, sizeof(map), "0 %u 1", uid);
    int rc = write_file("/proc/self/uid_map", map);
    if (rc < 0)
        return rc;
    (void)snprintf(map, sizeof(map), "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map);
}

int netns_begin(char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (setenv("PATH", TOOL_PATH, 1) < 0) /* NOLINT(concurrency-mt-unsafe): no threads yet */
        return netns_unavailable("no memory");

    int rc = unshare(CLONE_NEWNET) == 0 ? 0 : -errno;
    if (rc == -EPERM)
        rc = enter_user_namespace();

    /* A sanitizer's own thread is in the way of a user namespace: have it made before we start. */
    if (rc == -EINVAL && !secure_getenv(REEXECUTED)) {
        char *outer[64] = {"unshare", "-Urn"};
        size_t count = 2;

        for (size_t i = 0; argv[i] && count < ARRAY_SIZE(outer) - 1; i++)
            outer[count++] = argv[i];
        setenv(REEXECUTED, "1", 1); /* NOLINT(concurrency-mt-unsafe): nobody reads it now */
        execvp(outer[0], outer);
        rc = -errno;
    }

    char why[256];
    if (rc < 0) {
        (void)snprintf(why, sizeof(why), "no network namespace: %s", strerrordesc_np(-rc));
        return netns_unavailable(why);
    }
    if (!ip_try("link add probe0 type veth peer name probe1")) {
        (void)snprintf(why, sizeof(why), "no veth interfaces: %.200s", complaint);
        return netns_unavailable(why);
    }
    return 0;
}

int netns_current(void)
{
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        fail_test("the thread's namespace cannot be opened: %s", strerrordesc_np(errno));
    return fd;
}

static void enter(int netns)
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
    enter(outer);
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
    enter(netns);
    char copy[sizeof(arguments)];
    memcpy(copy, arguments, sizeof(copy));
    bool done = run_ip(copy);
    enter(outer);
    close(outer);
    if (!done)
        fail_test("ip %s: %s", arguments, complaint);
}

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
