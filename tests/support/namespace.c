/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define REEXECUTED "IPHLPAPI_TEST_IN_NAMESPACE"

/* The tools of the network live in sbin, which an ordinary user's PATH may lack. */
#define TOOL_PATH "/usr/sbin:/usr/bin:/sbin:/bin"

int namespace_unavailable(const char *why)
{
    const char *ci = secure_getenv("CI");
    bool must_run = ci && strcmp(ci, "true") == 0;

    (void)fprintf(stderr, "%s: these tests cannot run here: %s\n", must_run ? "FAILED" : "SKIPPED",
                  why);
    return must_run ? 1 : EXIT_SKIPPED;
}

int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;

    size_t length = strlen(text);
    ssize_t written = write(fd, text, length);
    int rc = 0;

    if (written < 0)
        rc = -errno;
    else if ((size_t)written != length)
        rc = -EIO;
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

int namespace_begin(char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (setenv("PATH", TOOL_PATH, 1) < 0) /* NOLINT(concurrency-mt-unsafe): no threads yet */
        return namespace_unavailable("no memory");

    int rc = unshare(CLONE_NEWNET) == 0 ? 0 : -errno;
    if (rc == -EPERM)
        rc = enter_user_namespace();

    /* A sanitizer's own thread is in the way of a user namespace: have it made before we start. */
    if (rc == -EINVAL && !secure_getenv(REEXECUTED)) {
        char *outer[64] = {"unshare", "-Urn"};
        const size_t room = sizeof(outer) / sizeof(outer[0]) - 1;
        size_t count = 2;

        for (size_t i = 0; argv[i] && count < room; i++)
            outer[count++] = argv[i];
        setenv(REEXECUTED, "1", 1); /* NOLINT(concurrency-mt-unsafe): nobody reads it now */
        execvp(outer[0], outer);
        rc = -errno;
    }
    if (rc < 0) {
        char why[256];
        (void)snprintf(why, sizeof(why), "no network namespace: %s", strerrordesc_np(-rc));
        return namespace_unavailable(why);
    }
    return 0;
}
