/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What /proc shows of the processes behind a tunnel. Every function takes a descriptor of /proc,
 * and, but for process_visit, looks at processes of the calling thread's network namespace only.
 *
 * Processes come and go meanwhile: one that ends while it is looked at is left out.
 */
#ifndef SRC_BACKEND_PROC_PROCESS_H
#define SRC_BACKEND_PROC_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct process_socket {
    uint32_t pid;
    uint32_t fd;
    uint32_t inode;
    uint16_t port; /* the UDP port it is bound to, host byte order; 0: none that is known */
};

/* Zeroed is empty. */
struct process_sockets {
    struct process_socket *sockets; /* sorted by process, then by descriptor */
    size_t count;
    size_t capacity;
};

/*
 * The sockets of the processes that hold the tun device of that name. 0, where *ret may be empty;
 * -ENOENT: no process holds it; -EACCES: not all may be looked into, and no other holds it;
 * -ENOMEM.
 */
int process_tun_sockets(int proc, const char *ifname, struct process_sockets *ret);

void process_sockets_clear(struct process_sockets *sockets);

/*
 * Whether Miredo runs as a Teredo client on that link: a client has a process beside it that sets
 * up its link, and has the link's index on its command line. A Teredo relay has none. This needs
 * no rights over the process. 1, 0; -EMFILE, -ENFILE, -ENOMEM.
 */
int process_serves_teredo(int proc, uint32_t ifindex);

/* Whether the process is in the calling thread's network namespace; false if that cannot be seen.
 */
bool process_shares_network(int proc, uint32_t pid);

/*
 * Calls visit with a descriptor of each process' directory, by number; a result other than 0 ends
 * the walk and is handed on. A directory that cannot be opened is passed over. -EMFILE, -ENFILE,
 * -ENOMEM, or what /proc could not be read with.
 */
typedef int (*process_visitor)(void *context, int process, uint32_t pid);
int process_visit(int proc, process_visitor visit, void *context);

/* The parts that read what /proc gives; pure. Texts need not be terminated. */

/* Whether a descriptor's fdinfo is of the tun device of that name. */
bool process_fdinfo_is_tun(const char *text, size_t length, const char *ifname);

/* What a descriptor's link leads to: a socket (true), with its inode. */
bool process_link_is_socket(const char *target, uint32_t *ret_inode);

/* Whether a command line is that of Miredo's process that sets up the link. */
bool process_command_serves_teredo(const char *text, size_t length, uint32_t ifindex);

#endif
