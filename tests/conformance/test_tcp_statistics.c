/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP tells of a connection that the program has with itself. */
#include "suite.h"

#include <string.h>

#ifdef _WIN32
#define CLOSE closesocket
#else
#include <sys/socket.h>
#include <unistd.h>
typedef int SOCKET;
#define CLOSE close
#endif

enum { BYTES = 1000 };

struct connection {
    SOCKET listener;
    SOCKET client;
    SOCKET server;
    DWORD local_port; /* the client's; as rows have ports */
    DWORD remote_port;
    bool is_ipv6;
};

static SOCKET socket_for(const struct connection *connection)
{
    SOCKET made = socket(connection->is_ipv6 ? HOST_AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP);

    assert_true(made != (SOCKET)-1);
    return made;
}

static DWORD port_of(SOCKET of)
{
    struct sockaddr_in6 name;
    socklen_t length = sizeof(name);

    memset(&name, 0, sizeof(name));
    assert_int_equal(getsockname(of, (struct sockaddr *)&name, &length), 0);
    return name.sin6_port; /* where IPv4 has it, too */
}

static struct connection connection_make(bool is_ipv6)
{
    struct connection connection = {.is_ipv6 = is_ipv6};
    SOCKADDR_INET address;
    const socklen_t length = is_ipv6 ? sizeof(address.Ipv6) : sizeof(address.Ipv4);

#ifdef _WIN32
    WSADATA data;
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
#endif
    memset(&address, 0, sizeof(address));
    address.si_family = is_ipv6 ? HOST_AF_INET6 : AF_INET;
    if (is_ipv6)
        ((UCHAR *)&address.Ipv6.sin6_addr)[15] = 1;
    else
        memcpy(&address.Ipv4.sin_addr, (UCHAR[]){127, 0, 0, 1}, 4);
    connection.listener = socket_for(&connection);
    if (bind(connection.listener, (struct sockaddr *)&address, length) != 0)
        suite_skip("there is no such family here");
    assert_int_equal(listen(connection.listener, 1), 0);
    connection.remote_port = port_of(connection.listener);
    if (is_ipv6)
        address.Ipv6.sin6_port = (USHORT)connection.remote_port;
    else
        address.Ipv4.sin_port = (USHORT)connection.remote_port;
    connection.client = socket_for(&connection);
    assert_int_equal(connect(connection.client, (struct sockaddr *)&address, length), 0);
    connection.local_port = port_of(connection.client);
    connection.server = accept(connection.listener, NULL, NULL);
    assert_true(connection.server != (SOCKET)-1);
    return connection;
}

static void connection_close(const struct connection *connection)
{
    (void)CLOSE(connection->client);
    (void)CLOSE(connection->server);
    (void)CLOSE(connection->listener);
}

/* The client's row, of the table. */
static void find_row(const struct connection *connection, MIB_TCPROW *ret)
{
    static UCHAR buffer[65536];
    const MIB_TCPTABLE *table = (const MIB_TCPTABLE *)(void *)buffer;
    ULONG size = sizeof(buffer);

    assert_int_equal(GetTcpTable((MIB_TCPTABLE *)(void *)buffer, &size, FALSE), NO_ERROR);
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        if (table->table[i].dwLocalPort == connection->local_port &&
            table->table[i].dwRemotePort == connection->remote_port) {
            *ret = table->table[i];
            return;
        }
    fail_msg("the connection is not in the table");
}

static void find_row6(const struct connection *connection, MIB_TCP6ROW *ret)
{
    static UCHAR buffer[65536];
    const MIB_TCP6TABLE *table = (const MIB_TCP6TABLE *)(void *)buffer;
    ULONG size = sizeof(buffer);

    assert_int_equal(GetTcp6Table((MIB_TCP6TABLE *)(void *)buffer, &size, FALSE), NO_ERROR);
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        if (table->table[i].dwLocalPort == connection->local_port &&
            table->table[i].dwRemotePort == connection->remote_port) {
            *ret = table->table[i];
            return;
        }
    fail_msg("the connection is not in the table");
}

static ULONG read_data(const struct connection *connection, TCP_ESTATS_DATA_RW_v0 *rw,
                       TCP_ESTATS_DATA_ROD_v0 *data)
{
    MIB_TCPROW row;
    MIB_TCP6ROW row6;

    if (connection->is_ipv6) {
        find_row6(connection, &row6);
        return GetPerTcp6ConnectionEStats(&row6, TcpConnectionEstatsData, (UCHAR *)rw, 0,
                                          sizeof(*rw), NULL, 0, 0, (UCHAR *)data, 0, sizeof(*data));
    }
    find_row(connection, &row);
    return GetPerTcpConnectionEStats(&row, TcpConnectionEstatsData, (UCHAR *)rw, 0, sizeof(*rw),
                                     NULL, 0, 0, (UCHAR *)data, 0, sizeof(*data));
}

static ULONG enable(const struct connection *connection)
{
    TCP_ESTATS_DATA_RW_v0 rw = {.EnableCollection = TRUE};
    MIB_TCPROW row;
    MIB_TCP6ROW row6;

    if (connection->is_ipv6) {
        find_row6(connection, &row6);
        return SetPerTcp6ConnectionEStats(&row6, TcpConnectionEstatsData, (UCHAR *)&rw, 0,
                                          sizeof(rw), 0);
    }
    find_row(connection, &row);
    return SetPerTcpConnectionEStats(&row, TcpConnectionEstatsData, (UCHAR *)&rw, 0, sizeof(rw), 0);
}

static void run(bool is_ipv6)
{
    struct connection connection = connection_make(is_ipv6);
    TCP_ESTATS_DATA_RW_v0 rw = {.EnableCollection = 7};
    TCP_ESTATS_DATA_ROD_v0 before;
    TCP_ESTATS_DATA_ROD_v0 after;
    char bytes[BYTES] = "";
    const uint64_t deadline = suite_deadline();

    if (enable(&connection) == ERROR_ACCESS_DENIED) /* Windows */
        suite_skip("it may not be enabled by this user");
    memset(&before, 0x5a, sizeof(before));
    assert_int_equal(read_data(&connection, &rw, &before), NO_ERROR);
    assert_int_equal(rw.EnableCollection, TRUE);
    assert_int_equal(send(connection.client, bytes, BYTES, 0), BYTES);
    assert_int_equal(send(connection.server, bytes, BYTES / 2, 0), BYTES / 2);
    do
        assert_int_equal(read_data(&connection, &rw, &after), NO_ERROR);
    while ((after.ThruBytesAcked - before.ThruBytesAcked < BYTES ||
            after.ThruBytesReceived - before.ThruBytesReceived < BYTES / 2) &&
           platform_now() < deadline);
    assert_int_equal(after.ThruBytesAcked - before.ThruBytesAcked, BYTES);
    assert_int_equal(after.ThruBytesReceived - before.ThruBytesReceived, BYTES / 2);
    assert_true(after.DataBytesOut - before.DataBytesOut >= BYTES);
    assert_true(after.DataBytesIn - before.DataBytesIn >= BYTES / 2);
    assert_true(after.DataSegsOut > before.DataSegsOut);
    assert_true(after.DataSegsIn > before.DataSegsIn);
    assert_true(after.SegsOut > before.SegsOut && after.SegsIn > before.SegsIn);
    connection_close(&connection);
}

static void test_ipv4(void **state)
{
    (void)state;
    run(false);
}

static void test_ipv6(void **state)
{
    (void)state;
    run(true);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("ipv4", test_ipv4, NULL),
        suite_test("ipv6", test_ipv6, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
