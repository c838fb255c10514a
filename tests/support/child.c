/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/net.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

struct child child_start(void (*run)(struct child *self, void *context), void *context)
{
    int words[2];
    int reports[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, words) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, reports) < 0)
        fail_test("socketpair: %s", strerrordesc_np(errno));

    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        fail_test("fork: %s", strerrordesc_np(errno));
    if (pid == 0) {
        struct child self = {.words = words[1], .reports = -1};
        close(words[0]);
        close(reports[0]);
        check_report_to(reports[1]);
        run(&self, context);
        _exit(0);
    }
    close(words[1]);
    close(reports[1]);
    return (struct child){.pid = pid, .words = words[0], .reports = reports[0]};
}

void child_say(const struct child *child, char word)
{
    if (send(child->words, &word, 1, MSG_NOSIGNAL) != 1)
        fail_test("the other process is gone before '%c'", word);
}

void child_expect(const struct child *child, char word)
{
    struct pollfd ready = {.fd = child->words, .events = POLLIN};
    char heard = '\0';
    int rc = poll(&ready, 1, CHECK_DEADLINE_SECONDS * 1000);

    if (rc > 0)
        rc = (int)read(child->words, &heard, 1);
    if (rc > 0 && heard == word)
        return;

    /* The child's own words say more than its silence. */
    char report[1024];
    ssize_t length =
        child->reports < 0 ? 0 : recv(child->reports, report, sizeof(report) - 1, MSG_DONTWAIT);
    report[length > 0 ? length : 0] = '\0';
    fail_test("the other process did not say '%c': %s", word, report);
}

void child_join(struct child *child)
{
    struct pollfd ready = {.fd = child->reports, .events = POLLIN};
    char report[1024];
    size_t length = 0;
    bool timely = true;
    int status;

    /* The child's end of the socket closes with it. */
    for (;;) {
        timely = poll(&ready, 1, 2 * CHECK_DEADLINE_SECONDS * 1000) > 0;
        ssize_t got =
            timely ? read(child->reports, report + length, sizeof(report) - 1 - length) : 0;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    report[length] = '\0';
    if (!timely)
        kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(child->words);
    close(child->reports);
    if (!timely)
        fail_test("the child process hangs");
    if (length > 0)
        fail_test("in the child process: %s", report);
    if (status != 0)
        fail_test("the child process ended with status 0x%x", (unsigned)status);
}

void child_drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

    if (syscall(SYS_capset, &header, none) < 0)
        fail_test("capset: %s", strerrordesc_np(errno));
}

void child_refuse_threads(void)
{
    const struct rlimit none = {0, 0};

    /* The limit does not bind the real root. */
    if (setresuid(NOBODY, NOBODY, NOBODY) < 0 && errno != EINVAL)
        fail_test("setresuid: %s", strerrordesc_np(errno));
    if (setrlimit(RLIMIT_NPROC, &none) < 0)
        fail_test("setrlimit: %s", strerrordesc_np(errno));
}

void child_refuse_netlink(int error)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_socketcall
        /* One call for all that sockets do, its arguments in memory: all new ones are refused. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketcall, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_SOCKET, 3, 4),
#endif
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};

    /* For all threads: those of registrations too. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        fail_test("seccomp: %s", strerrordesc_np(errno));
}

unsigned count_netlink_sockets(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        int domain = 0;
        socklen_t length = sizeof(domain);
        if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_NETLINK)
            count++;
    }
    return count;
}
