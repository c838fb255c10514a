/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/sys/net/ipv4/ip_local_reserved_ports: ports of the network namespace that no socket gets
 * unless it names them, in ranges: "5000-5019,6000". They are those of IPv6, too, and of all
 * protocols; the list is as long as the namespace lives.
 */
#ifndef SRC_BACKEND_PROC_PORTS_H
#define SRC_BACKEND_PROC_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORTS = 65536, PORTS_TEXT = 4096 };

struct port_set {
    uint8_t bits[PORTS / 8];
};

bool ports_has(const struct port_set *set, uint32_t port);
void ports_put(struct port_set *set, uint32_t port, bool is_in);

/* Pure. -EBADMSG: it is no such list. The text ends with a NUL. */
int ports_parse(const char *text, struct port_set *ret);

/* The other way round, with a newline and a NUL. -ENOBUFS: it is longer than that. */
int ports_print(const struct port_set *set, char ret[PORTS_TEXT]);

/*
 * The file, open and locked against others who do the same: for reading, or for changing as well.
 * A descriptor; -EACCES, -EPERM, -EROFS: one may not; -ENOENT: there is no such file; -EMFILE, …
 */
int ports_open(bool changes);
int ports_read(int fd, struct port_set *ret);
int ports_write(int fd, const struct port_set *set);

#endif
