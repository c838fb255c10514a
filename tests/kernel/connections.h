/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of single TCP connections share: connections of the test with itself. */
#ifndef TESTS_KERNEL_CONNECTIONS_H
#define TESTS_KERNEL_CONNECTIONS_H

#include <iphlpapi.h>

struct connection {
    int listener;
    int client;
    int server;
    MIB_TCPROW row;   /* the client's, where the packets are IPv4's */
    MIB_TCP6ROW row6; /* … IPv6's */
};

/*
 * Over the loopback interface. The listener and the server's socket are of the one family, the
 * client's of the other; packets are IPv6's where both are. device: the client's, or NULL.
 */
struct connection connection_make(int server_family, int client_family, const char *device);
void connection_close(const struct connection *connection);

#endif
