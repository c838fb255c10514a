/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks at processes through /proc, for teredo_client.c: which of them hold a tun device and with
 * which sockets, and which is Miredo's. It knows no netlink and no row.
 */
#include "backend/proc/process.h"
#include "backend/array.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel cuts a process' name at 15 characters; this one has just as many. */
static const char HELPER_NAME[] = "miredo-privproc\n";

/* More than fdinfo of a tun device has, and more than Miredo's command line. */
enum { TEXT_SIZE = 1024 };

bool process_fdinfo_is_tun(const char *text, size_t length, const char *ifname)
{
    static const char key[] = "iff:\t";
    const size_t key_length = sizeof(key) - 1;
    const size_t name_length = strlen(ifname);

    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t line = end ? (size_t)(end - text) : length;

        if (end && line == key_length + name_length && memcmp(text, key, key_length) == 0 &&
            memcmp(text + key_length, ifname, name_length) == 0)
            return true;
        size_t passed = end ? line + 1 : line;
        text += passed;
        length -= passed;
    }
    return false;
}

/* Digits and nothing else, up to the end character. */
static bool parse_number(const char *text, char end, int base, uint32_t *ret)
{
    char *rest;

    /* strtoul would take a sign and white space. */
    if (!strchr("0123456789abcdefABCDEF", text[0]) || text[0] == '\0')
        return false;
    errno = 0;
    unsigned long value = strtoul(text, &rest, base);
    if (errno != 0 || value > UINT32_MAX || rest == text || *rest != end)
        return false;
    *ret = (uint32_t)value;
    return true;
}

bool process_link_is_socket(const char *target, uint32_t *ret_inode)
{
    static const char key[] = "socket:[";

    /* Nothing follows the bracket in what the kernel writes. */
    return strncmp(target, key, sizeof(key) - 1) == 0 &&
           target + strlen(target) - 1 == strchr(target, ']') &&
           parse_number(target + sizeof(key) - 1, ']', 10, ret_inode);
}

bool process_command_serves_teredo(const char *text, size_t length, uint32_t ifindex)
{
    /* Path and index, each with a null at its end, and no more. */
    const char *path_end = memchr(text, '\0', length);

    if (!path_end)
        return false;
    const char *index = path_end + 1;
    const char *index_end = memchr(index, '\0', length - (size_t)(index - text));
    uint32_t served;

    /* Miredo writes the index in hexadecimal. */
    return index_end && (size_t)(index_end + 1 - text) == length &&
           parse_number(index, '\0', 16, &served) && served == ifindex;
}

/* A short file's content; what does not fit is left out. */
static ssize_t read_text(int directory, const char *name, char text[TEXT_SIZE])
{
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t length = read(fd, text, TEXT_SIZE);
    int error = errno;
    (void)close(fd);
    return length < 0 ? -error : length;
}

/*
 * Files below net/ are those of the process' network namespace, each namespace has inodes of its
 * own for them, and anybody may look at them.
 */
static bool in_own_namespace(int proc, int process)
{
    struct stat own;
    struct stat other;

    return fstatat(proc, "thread-self/net/dev", &own, 0) == 0 &&
           fstatat(process, "net/dev", &other, 0) == 0 && own.st_dev == other.st_dev &&
           own.st_ino == other.st_ino;
}

bool process_shares_network(int proc, uint32_t pid)
{
    char name[16];

    (void)snprintf(name, sizeof(name), "%" PRIu32, pid);
    int process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process < 0)
        return false;
    bool shares = in_own_namespace(proc, process);
    (void)close(process);
    return shares;
}

int process_visit(int proc, process_visitor visit, void *context)
{
    int copy = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = copy < 0 ? NULL : fdopendir(copy);
    int r = 0;

    if (!directory) {
        r = -errno;
        if (copy >= 0)
            (void)close(copy);
        return r;
    }
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; r == 0 && (entry = readdir(directory));) {
        uint32_t pid;

        if (!parse_number(entry->d_name, '\0', 10, &pid))
            continue;
        int process = openat(copy, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (process >= 0) {
            r = visit(context, process, pid);
            (void)close(process);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
            r = -errno;
        }
    }
    (void)closedir(directory);
    return r;
}

/* The search for who holds a tun device. */
struct tun_search {
    int proc;
    const char *ifname;
    struct process_sockets sockets;
    bool found;
    bool refused; /* some process could not be looked into */
};

static int add_socket(struct process_sockets *sockets, const struct process_socket *socket)
{
    struct process_socket *grown =
        array_make_room(sockets->sockets, sockets->count, &sockets->capacity, sizeof(*grown), 16);

    if (!grown)
        return -ENOMEM;
    sockets->sockets = grown;
    sockets->sockets[sockets->count++] = *socket;
    return 0;
}

/* The device's node may be anywhere; its name is what the kernel's documentation calls it. */
static bool link_is_tun(const char *target)
{
    const char *name = strrchr(target, '/');

    return name && strcmp(name, "/tun") == 0;
}

static bool descriptor_is_tun(int process, uint32_t fd, const char *ifname)
{
    char path[32];
    char text[TEXT_SIZE];

    (void)snprintf(path, sizeof(path), "fdinfo/%" PRIu32, fd);
    ssize_t length = read_text(process, path, text);
    return length > 0 && process_fdinfo_is_tun(text, (size_t)length, ifname);
}

/* Takes in all sockets of a process; *ret_holds: the device is among its descriptors. */
static int search_descriptors(struct tun_search *search, int process, DIR *directory, uint32_t pid,
                              bool *ret_holds)
{
    bool holds = false;

    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is the caller's own */
    for (const struct dirent *entry; (entry = readdir(directory));) {
        struct process_socket socket = {.pid = pid};
        char target[PATH_MAX];

        if (!parse_number(entry->d_name, '\0', 10, &socket.fd))
            continue;
        ssize_t length = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);
        if (length < 0)
            continue;
        target[length] = '\0';
        if (process_link_is_socket(target, &socket.inode)) {
            int r = add_socket(&search->sockets, &socket);
            if (r < 0)
                return r;
        } else if (!holds && link_is_tun(target)) {
            holds = descriptor_is_tun(process, socket.fd, search->ifname);
        }
    }
    *ret_holds = holds;
    return 0;
}

static int search_process(void *context, int process, uint32_t pid)
{
    struct tun_search *search = context;
    size_t before = search->sockets.count;
    bool holds;

    /* Checked first: to look at descriptors holds their files meanwhile (watch/teredo.c). */
    if (!in_own_namespace(search->proc, process))
        return 0;
    int fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fds < 0 ? NULL : fdopendir(fds);

    if (!directory) {
        int error = errno;
        if (fds >= 0)
            (void)close(fds);
        if (error == EMFILE || error == ENFILE || error == ENOMEM)
            return -error;
        search->refused |= error == EACCES || error == EPERM;
        return 0;
    }
    int r = search_descriptors(search, process, directory, pid, &holds);
    (void)closedir(directory);
    if (r == 0 && holds)
        search->found = true;
    else
        search->sockets.count = before;
    return r;
}

static int compare_sockets(const void *a, const void *b)
{
    const struct process_socket *x = a;
    const struct process_socket *y = b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x->fd > y->fd) - (x->fd < y->fd);
}

int process_tun_sockets(int proc, const char *ifname, struct process_sockets *ret)
{
    struct tun_search search = {.proc = proc, .ifname = ifname};
    int r = process_visit(proc, search_process, &search);

    if (r == 0 && !search.found)
        r = search.refused ? -EACCES : -ENOENT;
    if (r < 0) {
        process_sockets_clear(&search.sockets);
        return r;
    }
    if (search.sockets.count > 0)
        qsort(search.sockets.sockets, search.sockets.count, sizeof(*search.sockets.sockets),
              compare_sockets);
    *ret = search.sockets;
    return 0;
}

void process_sockets_clear(struct process_sockets *sockets)
{
    free(sockets->sockets);
    *sockets = (struct process_sockets){0};
}

/* The search for Miredo's other process. */
struct helper_search {
    int proc;
    uint32_t ifindex;
    bool found;
};

static int search_helper(void *context, int process, uint32_t pid)
{
    struct helper_search *search = context;
    char text[TEXT_SIZE] = "";
    ssize_t length = read_text(process, "comm", text);

    (void)pid;
    if (length != (ssize_t)sizeof(HELPER_NAME) - 1 ||
        memcmp(text, HELPER_NAME, sizeof(HELPER_NAME) - 1) != 0)
        return 0;
    length = read_text(process, "cmdline", text);
    if (length > 0 && process_command_serves_teredo(text, (size_t)length, search->ifindex) &&
        in_own_namespace(search->proc, process))
        search->found = true;
    return 0;
}

int process_serves_teredo(int proc, uint32_t ifindex)
{
    struct helper_search search = {.proc = proc, .ifindex = ifindex};
    int r = process_visit(proc, search_helper, &search);

    return r < 0 ? r : search.found;
}
