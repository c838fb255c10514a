/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "connections.h"

#include "check.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static DWORD port_of(int fd, bool peer)
{
    struct sockaddr_in6 name = {.sin6_family = 0};
    socklen_t length = sizeof(name);

    check((peer ? getpeername : getsockname)(fd, (struct sockaddr *)&name, &length) == 0);
    return name.sin6_port; /* where IPv4 has it, too */
}

struct connection connection_make(int server_family, int client_family, const char *device)
{
    struct connection connection = {.listener = socket(server_family, SOCK_STREAM, 0)};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};

    check(connection.listener >= 0 && listen(connection.listener, 8) == 0);
    connection.client = socket(client_family, SOCK_STREAM, 0);
    check(connection.client >= 0);
    if (device)
        check(setsockopt(connection.client, SOL_SOCKET, SO_BINDTODEVICE, device,
                         (socklen_t)strlen(device) + 1) == 0);
    ipv4.sin_port = ipv6.sin6_port = (in_port_t)port_of(connection.listener, false);
    check(connect(connection.client,
                  client_family == AF_INET ? (struct sockaddr *)&ipv4 : (struct sockaddr *)&ipv6,
                  client_family == AF_INET ? sizeof(ipv4) : sizeof(ipv6)) == 0);
    connection.server = accept(connection.listener, NULL, NULL);
    check(connection.server >= 0);
    connection.row = (MIB_TCPROW){
        .dwState = MIB_TCP_STATE_DELETE_TCB,
        .dwLocalAddr = ipv4.sin_addr.s_addr,
        .dwLocalPort = port_of(connection.client, false),
        .dwRemoteAddr = ipv4.sin_addr.s_addr,
        .dwRemotePort = port_of(connection.client, true),
    };
    connection.row6 = (MIB_TCP6ROW){
        .State = MIB_TCP_STATE_ESTAB,
        .LocalAddr = in6addr_loopback,
        .dwLocalPort = connection.row.dwLocalPort,
        .RemoteAddr = in6addr_loopback,
        .dwRemotePort = connection.row.dwRemotePort,
    };
    return connection;
}

void connection_close(const struct connection *connection)
{
    (void)close(connection->client);
    (void)close(connection->server);
    (void)close(connection->listener);
}
