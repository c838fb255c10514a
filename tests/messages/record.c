/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records rtnetlink messages for the tests of the converters:
 *
 *     unshare -Urn record DIRECTORY CHANGES
 *
 * Runs the commands of CHANGES (changes.txt tells what they look like) in the namespace that it
 * is in, and writes each message of the kernel that is asked for to DIRECTORY/KIND/NAME, as it
 * came but for its sequence number and port, which become 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What comes later than this after a command is not its doing. */
enum { GRACE_MS = 120 };

enum { GROUPS_MAX = 2 };

static const struct {
    const char *name;
    uint16_t added, removed, dump;
    int groups[GROUPS_MAX]; /* that tell of it; 0: none */
} kinds[] = {
    {"link", RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, {RTNLGRP_LINK, RTNLGRP_IPV6_IFINFO}},
    {"netconf",
     RTM_NEWNETCONF,
     RTM_DELNETCONF,
     RTM_GETNETCONF,
     {RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF}},
    {"address", RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR, {RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR}},
    {"route", RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE, {RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE}},
    {"nexthop", RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP, {RTNLGRP_NEXTHOP}},
    {"neighbour", RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH, {RTNLGRP_NEIGH}},
    {"multicast", RTM_GETMULTICAST, RTM_GETMULTICAST, RTM_GETMULTICAST, {0}},
    {"anycast", RTM_GETANYCAST, RTM_GETANYCAST, RTM_GETANYCAST, {0}},
    {"neighbour_times", RTM_NEWNEIGHTBL, RTM_NEWNEIGHTBL, RTM_GETNEIGHTBL, {0}},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const char *directory;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("record: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(1); // NOLINT(concurrency-mt-unsafe): there is one thread
}

static int open_socket(void)
{
    static const struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        fail("socket: %m");
    for (size_t i = 0; i < KINDS; i++)
        for (size_t j = 0; j < GROUPS_MAX && kinds[i].groups[j] != 0; j++)
            if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &kinds[i].groups[j],
                           sizeof(kinds[i].groups[j])) < 0)
                fail("group %d: %m", kinds[i].groups[j]);
    return fd;
}

/* NAME, or NAME-2, NAME-3, … where there is one already. */
static void save(size_t kind, const char *name, const struct nlmsghdr *message)
{
    struct nlmsghdr header = *message;
    char path[512];
    int fd = -1;

    (void)snprintf(path, sizeof(path), "%s/%s", directory, kinds[kind].name);
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        fail("%s: %m", path);
    for (unsigned int number = 1; fd < 0; number++) {
        (void)snprintf(path, sizeof(path), number == 1 ? "%s/%s/%s" : "%s/%s/%s-%u", directory,
                       kinds[kind].name, name, number);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            fail("%s: %m", path);
    }
    header.nlmsg_seq = 0;
    header.nlmsg_pid = 0;
    size_t rest = message->nlmsg_len - sizeof(header);
    if (write(fd, &header, sizeof(header)) != (ssize_t)sizeof(header) ||
        write(fd, message + 1, rest) != (ssize_t)rest || close(fd) < 0)
        fail("%s: %m", path);
}

/* Saves what has arrived of one kind (KINDS: of none). True: the end of a dump was there. */
static bool take_messages(int fd, size_t kind, const char *name)
{
    static _Alignas(8) uint8_t buffer[65536];
    ssize_t length;
    bool end = false;

    while ((length = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
        size_t room = (size_t)length;
        for (const struct nlmsghdr *message = (const void *)buffer;
             room >= sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
             message->nlmsg_len <= room;) {
            if (message->nlmsg_type == NLMSG_ERROR)
                fail("%s: the kernel refuses", name);
            if (message->nlmsg_type == NLMSG_DONE)
                end = true;
            else if (kind < KINDS && (message->nlmsg_type == kinds[kind].added ||
                                      message->nlmsg_type == kinds[kind].removed))
                save(kind, name, message);
            size_t step = NLMSG_ALIGN(message->nlmsg_len);
            room -= step < room ? step : room;
            message = (const void *)((const uint8_t *)message + step);
        }
    }
    if (length < 0 && errno != EAGAIN)
        fail("recv: %m");
    return end;
}

static void dump(int fd, size_t kind, const char *name, const char *family, bool proxies)
{
    struct {
        struct nlmsghdr header;
        union {
            uint8_t family; /* the first byte of every request */
            struct ndmsg neighbour;
            uint8_t room[32];
        };
    } request = {
        .header = {.nlmsg_len = sizeof(request),
                   .nlmsg_type = kinds[kind].dump,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
    };

    if (family)
        request.family = strcmp(family, "4") == 0 ? AF_INET : AF_INET6;
    if (proxies)
        request.neighbour.ndm_flags = NTF_PROXY;
    if (send(fd, &request, sizeof(request), 0) < 0)
        fail("send: %m");
    do {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (poll(&waiting, 1, 5000) <= 0)
            fail("%s: no answer", name);
    } while (!take_messages(fd, kind, name));
}

static void write_sysctl(const char *path, const char *value)
{
    char whole[256];

    (void)snprintf(whole, sizeof(whole), "/proc/sys/%s", path);
    int fd = open(whole, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0)
        fail("%s: %m", whole);
    (void)close(fd);
}

static void run(char **words)
{
    int status = -1;

    if (!words[0])
        return;
    if (words[2] && strcmp(words[0], "sysctl") == 0) {
        write_sysctl(words[1], words[2]);
        return;
    }
    pid_t pid = fork();
    if (pid < 0)
        fail("fork: %m");
    if (pid == 0) {
        (void)execvp(words[0], words);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        fail("%s %s %s failed", words[0], words[1], words[2]);
}

/* KIND.NAME: the kind, with the name in *ret_name. */
static size_t kind_of(char *what, const char **ret_name)
{
    char *dot = strchr(what, '.');
    size_t kind = 0;

    if (!dot)
        fail("%s: not KIND.NAME", what);
    *dot = 0;
    while (kind < KINDS && strcmp(kinds[kind].name, what) != 0)
        kind++;
    if (kind == KINDS)
        fail("%s: no such kind", what);
    *ret_name = dot + 1;
    return kind;
}

static void run_line(int fd, char *line)
{
    char *words[64] = {0};
    char *rest = line;
    const char *name = NULL;
    size_t count = 0;

    for (char *word; count + 1 < sizeof(words) / sizeof(words[0]) &&
                     (word = strtok_r(count == 0 ? line : NULL, " \n", &rest));)
        words[count++] = word;
    if (count < 2 || words[0][0] == '#')
        return;
    if (strcmp(words[0], "dump") == 0) {
        size_t kind = kind_of(words[1], &name);
        dump(fd, kind, name, words[2], words[2] && words[3] && strcmp(words[3], "proxies") == 0);
        return;
    }
    bool is_setup = strcmp(words[0], "setup") == 0;
    size_t kind = is_setup ? KINDS : kind_of(words[0], &name);
    run(words + 1);
    (void)poll(NULL, 0, GRACE_MS);
    (void)take_messages(fd, kind, is_setup ? NULL : name);
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;

    if (argc != 3)
        fail("usage: record DIRECTORY CHANGES");
    directory = argv[1];
    FILE *changes = fopen(argv[2], "re");
    if (!changes)
        fail("%s: %m", argv[2]);
    int fd = open_socket();
    while (getline(&line, &size, changes) > 0)
        run_line(fd, line);
    free(line);
    (void)fclose(changes);
    (void)close(fd);
    return 0;
}
