/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What TCP tells of single connections, beside what was sent over them, what the sockets' own calls
 * say, and what `ss -ti` shows.
 */
#include "connections.h"
#include "world.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* One end of a connection, by its row. */
struct end {
    int fd;
    bool is_ipv6;
    MIB_TCPROW row;
    MIB_TCP6ROW row6;
};

static struct end client_of(const struct connection *connection, bool is_ipv6)
{
    return (struct end){
        .fd = connection->client,
        .is_ipv6 = is_ipv6,
        .row = connection->row,
        .row6 = connection->row6,
    };
}

static struct end server_of(const struct connection *connection, bool is_ipv6)
{
    struct end end = client_of(connection, is_ipv6);

    end.fd = connection->server;
    end.row.dwLocalPort = connection->row.dwRemotePort;
    end.row.dwRemotePort = connection->row.dwLocalPort;
    end.row6.dwLocalPort = connection->row6.dwRemotePort;
    end.row6.dwRemotePort = connection->row6.dwLocalPort;
    return end;
}

static ULONG get(struct end *end, TCP_ESTATS_TYPE type, void *rw, ULONG rw_size, void *ros,
                 ULONG ros_size, void *rod, ULONG rod_size)
{
    return end->is_ipv6 ? GetPerTcp6ConnectionEStats(&end->row6, type, rw, 0, rw_size, ros, 0,
                                                     ros_size, rod, 0, rod_size)
                        : GetPerTcpConnectionEStats(&end->row, type, rw, 0, rw_size, ros, 0,
                                                    ros_size, rod, 0, rod_size);
}

static ULONG set(struct end *end, TCP_ESTATS_TYPE type, void *rw, ULONG size)
{
    return end->is_ipv6 ? SetPerTcp6ConnectionEStats(&end->row6, type, rw, 0, size, 0)
                        : SetPerTcpConnectionEStats(&end->row, type, rw, 0, size, 0);
}

/* All that can be read of an end. */
struct told {
    TCP_ESTATS_DATA_ROD_v0 data;
    TCP_ESTATS_SND_CONG_ROD_v0 congestion;
    TCP_ESTATS_PATH_ROD_v0 path;
    TCP_ESTATS_SEND_BUFF_ROD_v0 buffer;
    TCP_ESTATS_REC_ROD_v0 receiver;
    TCP_ESTATS_OBS_REC_ROD_v0 other_receiver;
    TCP_ESTATS_BANDWIDTH_ROD_v0 bandwidth;
    TCP_ESTATS_FINE_RTT_ROD_v0 rtt;
};

static struct told read_all(struct end *end)
{
    struct told told;
    const struct {
        void *rod;
        ULONG size;
        TCP_ESTATS_TYPE type;
    } parts[] = {
        {&told.data, sizeof(told.data), TcpConnectionEstatsData},
        {&told.congestion, sizeof(told.congestion), TcpConnectionEstatsSndCong},
        {&told.path, sizeof(told.path), TcpConnectionEstatsPath},
        {&told.buffer, sizeof(told.buffer), TcpConnectionEstatsSendBuff},
        {&told.receiver, sizeof(told.receiver), TcpConnectionEstatsRec},
        {&told.other_receiver, sizeof(told.other_receiver), TcpConnectionEstatsObsRec},
        {&told.bandwidth, sizeof(told.bandwidth), TcpConnectionEstatsBandwidth},
        {&told.rtt, sizeof(told.rtt), TcpConnectionEstatsFineRtt},
    };

    memset(&told, 0x5a, sizeof(told));
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        check(get(end, parts[i].type, NULL, 0, NULL, 0, parts[i].rod, parts[i].size) == NO_ERROR);
    return told;
}

/* ---- What `ss` says ------------------------------------------------------------------------ */

#define SS_SIZE 4096

static void ask_ss(const struct end *end, char text[SS_SIZE])
{
    char command[160];

    (void)snprintf(command, sizeof(command), "ss -Htin '( sport = %u and dport = %u )'",
                   ntohs((uint16_t)end->row.dwLocalPort), ntohs((uint16_t)end->row.dwRemotePort));
    FILE *output = popen(command, "r");
    check(output != NULL);
    size_t length = fread(text, 1, SS_SIZE - 1, output);
    text[length] = '\0';
    check(pclose(output) == 0 && length > 0);
}

/* The number behind " name:", or 0: ss leaves out what is 0. */
static double of_ss(const char *text, const char *name)
{
    char word[32];

    (void)snprintf(word, sizeof(word), " %s:", name);
    const char *place = strstr(text, word);
    return place ? strtod(place + strlen(word), NULL) : 0;
}

/* The second number, behind a slash or a comma. */
static double second_of_ss(const char *text, const char *name)
{
    char word[32];

    (void)snprintf(word, sizeof(word), " %s:", name);
    const char *place = strstr(text, word);
    return place ? strtod(place + strlen(word) + strcspn(place + strlen(word), "/,") + 1, NULL) : 0;
}

static void expect_as_ss(struct end *end)
{
    char ss[SS_SIZE];

    ask_ss(end, ss);
    const struct told told = read_all(end);
    const struct {
        const char *name;
        double ours;
        double theirs;
    } values[] = {
        {"bytes_sent", (double)told.data.DataBytesOut, of_ss(ss, "bytes_sent")},
        {"bytes_acked", (double)told.data.ThruBytesAcked, of_ss(ss, "bytes_acked")},
        {"bytes_received", (double)told.data.ThruBytesReceived, of_ss(ss, "bytes_received")},
        {"segs_out", (double)told.data.SegsOut, of_ss(ss, "segs_out")},
        {"segs_in", (double)told.data.SegsIn, of_ss(ss, "segs_in")},
        {"data_segs_out", (double)told.data.DataSegsOut, of_ss(ss, "data_segs_out")},
        {"data_segs_in", (double)told.data.DataSegsIn, of_ss(ss, "data_segs_in")},
        {"bytes_retrans", told.path.BytesRetrans, of_ss(ss, "bytes_retrans")},
        {"retrans", told.path.PktsRetrans, second_of_ss(ss, "retrans")},
        {"backoff", told.path.CurTimeoutCount, of_ss(ss, "backoff")},
        {"mss", told.path.CurMss, of_ss(ss, "mss")},
        {"cwnd", told.congestion.CurCwnd, of_ss(ss, "cwnd") * of_ss(ss, "mss")},
        {"ssthresh", told.congestion.CurSsthresh == UINT32_MAX ? 0 : told.congestion.CurSsthresh,
         of_ss(ss, "ssthresh") * of_ss(ss, "mss")},
        {"rto", told.path.CurRto, (double)(long)of_ss(ss, "rto")},
        {"rtt", told.rtt.SumRtt, of_ss(ss, "rtt") * 1000},
        {"rtt, variation", told.rtt.RttVar, second_of_ss(ss, "rtt") * 1000},
        {"minrtt", told.rtt.MinRtt, of_ss(ss, "minrtt") * 1000},
        {"wscale, other", told.other_receiver.WinScaleRcvd, of_ss(ss, "wscale")},
        {"wscale, own", told.receiver.WinScaleSent, second_of_ss(ss, "wscale")},
        {"snd_wnd", told.other_receiver.CurRwinRcvd, of_ss(ss, "snd_wnd")},
        {"notsent", (double)told.buffer.CurAppWQueue, of_ss(ss, "notsent")},
    };

    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        if (values[i].ours - values[i].theirs > 1 || values[i].theirs - values[i].ours > 1)
            fail_test("%s: %f, ss has %f\n%s", values[i].name, values[i].ours, values[i].theirs,
                      ss);
    /* What is the same in other units. */
    check(told.path.SmoothedRtt == told.rtt.SumRtt / 1000);
    check(told.path.RttVar == told.rtt.RttVar / 1000);
    check(told.path.MinRtt == told.rtt.MinRtt / 1000);
    check(told.data.DataBytesIn == told.data.ThruBytesReceived);
    if (strstr(ss, " delivery_rate ") != NULL) {
        double rate = strtod(strstr(ss, " delivery_rate ") + strlen(" delivery_rate "), NULL);
        check(rate == (double)told.bandwidth.OutboundBandwidth);
    }
}

/* ---- Data on its way ----------------------------------------------------------------------- */

static void pause_for(long milliseconds)
{
    const struct timespec time = {.tv_sec = milliseconds / 1000,
                                  .tv_nsec = milliseconds % 1000 * 1000000};

    (void)nanosleep(&time, NULL);
}

static int queued(int fd, unsigned long which)
{
    int bytes = -1;

    check(ioctl(fd, which, &bytes) == 0);
    return bytes;
}

static void await_acknowledged(int fd)
{
    for (int i = 0; i < 1000 && queued(fd, SIOCOUTQ) != 0; i++)
        pause_for(10);
    check(queued(fd, SIOCOUTQ) == 0);
    pause_for(100); /* acknowledgements that were held back */
}

static void move(int from, int to, size_t sent, size_t received)
{
    static char bytes[65536];

    while (sent > 0 || received > 0) {
        ssize_t n = sent ? send(from, bytes, sent < sizeof(bytes) ? sent : sizeof(bytes), 0) : 0;
        check(n >= 0);
        sent -= (size_t)n;
        n = received ? recv(to, bytes, received < sizeof(bytes) ? received : sizeof(bytes), 0) : 0;
        check(n >= 0);
        received -= (size_t)n;
    }
}

static void test_counts(void **state)
{
    static const struct {
        int server;
        int client;
        const char *device;
    } cases[] = {
        {AF_INET, AF_INET, NULL},
        {AF_INET6, AF_INET, NULL},
        {AF_INET6, AF_INET6, NULL},
        {AF_INET, AF_INET, "lo"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct connection connection =
            connection_make(cases[i].server, cases[i].client, cases[i].device);
        struct end client = client_of(&connection, cases[i].client == AF_INET6);
        struct end server = server_of(&connection, cases[i].client == AF_INET6);

        move(client.fd, server.fd, 1000000, 1000000);
        move(server.fd, client.fd, 5000, 2000);
        await_acknowledged(client.fd);
        await_acknowledged(server.fd);

        struct told told = read_all(&client);
        check(told.data.DataBytesOut == 1000000 + told.path.BytesRetrans);
        check(told.data.ThruBytesAcked == 1000001); /* the SYN */
        check(told.data.DataBytesIn == 5000);
        check(told.data.DataSegsIn > 0 && told.data.SegsIn > told.data.DataSegsIn);
        check(told.buffer.CurRetxQueue == 0 && told.buffer.CurAppWQueue == 0);
        check(told.receiver.CurAppRQueue == 3000);
        check(told.rtt.MinRtt > 0 && told.rtt.MinRtt <= told.rtt.SumRtt);
        check(told.bandwidth.OutboundBandwidth > 0);
        check(told.congestion.CurSsthresh == UINT32_MAX || told.path.PktsRetrans > 0);
        struct told other = read_all(&server);
        check(other.data.DataBytesIn == 1000000);
        check(other.data.DataBytesOut == 5000 + other.path.BytesRetrans);
        check(other.data.ThruBytesAcked == 5000);
        check(other.receiver.CurAppRQueue == 0);
        check(other.data.DataSegsIn <= told.data.DataSegsOut);
        check(other.other_receiver.WinScaleRcvd == told.receiver.WinScaleSent);
        check(other.receiver.WinScaleSent == told.other_receiver.WinScaleRcvd);
        check(told.receiver.WinScaleSent < 15);
        /* Linux 6.2. Between the last window that was told and that which is known: its scale. */
        check(other.receiver.CurRwinSent == 0 ||
              other.receiver.CurRwinSent >> other.receiver.WinScaleSent ==
                  told.other_receiver.CurRwinRcvd >> other.receiver.WinScaleSent);
        expect_as_ss(&client);
        expect_as_ss(&server);
        connection_close(&connection);
    }
}

static void test_full(void **state)
{
    struct connection connection = connection_make(AF_INET, AF_INET, NULL);
    struct end client = client_of(&connection, false);
    static char bytes[65536];
    size_t written = 0;

    (void)state;
    check(fcntl(client.fd, F_SETFL, O_NONBLOCK) == 0);
    for (int quiet = 0; quiet < 5;) {
        ssize_t n = send(client.fd, bytes, sizeof(bytes), 0);
        check(n > 0 || errno == EAGAIN);
        written += n > 0 ? (size_t)n : 0;
        quiet = n > 0 ? 0 : quiet + 1;
        pause_for(n > 0 ? 0 : 50);
    }
    struct told told = read_all(&client);
    check(told.buffer.CurAppWQueue == (SIZE_T)queued(client.fd, SIOCOUTQNSD));
    check(told.buffer.CurAppWQueue > 0);
    check(told.buffer.CurAppWQueue + told.buffer.CurRetxQueue ==
          (SIZE_T)queued(client.fd, SIOCOUTQ));
    check(told.data.ThruBytesAcked - 1 + told.buffer.CurRetxQueue + told.buffer.CurAppWQueue ==
          written);
    check(told.congestion.SndLimTimeRwin > 0);
    pause_for(200);
    check(read_all(&client).congestion.SndLimTimeRwin >= told.congestion.SndLimTimeRwin + 150);
    struct end server = server_of(&connection, false);
    check(read_all(&server).receiver.CurAppRQueue == told.data.ThruBytesAcked - 1);
    connection_close(&connection);
}

/* The other end drops what it gets, and then no more. */
static void test_lost(void **state)
{
    struct connection connection = connection_make(AF_INET, AF_INET, NULL);
    struct end client = client_of(&connection, false);
    struct sock_filter nothing[] = {{.code = BPF_RET | BPF_K, .k = 0}};
    const struct sock_fprog drop = {.len = 1, .filter = nothing};
    char bytes[1000] = "";
    struct told told;

    (void)state;
    move(connection.client, connection.server, 100, 100);
    move(connection.server, connection.client, 100, 100);
    await_acknowledged(connection.client);
    told = read_all(&client);
    check(told.path.PktsRetrans == 0 && told.path.Timeouts == 0 && told.path.CurTimeoutCount == 0);
    /* Which sets the threshold; BBR does not. */
    check(setsockopt(connection.client, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) == 0);
    check(setsockopt(connection.server, SOL_SOCKET, SO_ATTACH_FILTER, &drop, sizeof(drop)) == 0);
    check(send(connection.client, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
    for (int i = 0; i < 1000 && told.path.CurTimeoutCount < 2; i++) {
        pause_for(10);
        told = read_all(&client);
    }
    check(told.path.CurTimeoutCount >= 2);
    check(told.path.BytesRetrans == told.path.PktsRetrans * sizeof(bytes));
    check(told.path.PktsRetrans >= 2 && told.buffer.CurRetxQueue == sizeof(bytes));
    check(told.data.DataBytesOut == 100 + sizeof(bytes) + told.path.BytesRetrans);
    /* Linux 6.7. */
    check((told.path.Timeouts == 1 &&
           told.path.SubsequentTimeouts == told.path.CurTimeoutCount - 1) ||
          (told.path.Timeouts == 0 && told.path.SubsequentTimeouts == 0));
    check(told.congestion.CurCwnd == told.path.CurMss);
    check(told.congestion.CurSsthresh >= 2 * told.path.CurMss &&
          told.congestion.CurSsthresh % told.path.CurMss == 0 &&
          told.congestion.CurSsthresh != UINT32_MAX);
    check(setsockopt(connection.server, SOL_SOCKET, SO_DETACH_FILTER, &drop, sizeof(drop)) == 0);
    await_acknowledged(connection.client);
    told = read_all(&client);
    check(told.path.CurTimeoutCount == 0 && told.path.Timeouts <= 1);
    check(told.data.ThruBytesAcked == 1 + 100 + sizeof(bytes));
    expect_as_ss(&client);
    connection_close(&connection);
}

/* ---- Calls --------------------------------------------------------------------------------- */

static void test_buffers(void **state)
{
    struct connection connection = connection_make(AF_INET6, AF_INET6, NULL);
    struct end client = client_of(&connection, true);
    TCP_ESTATS_BANDWIDTH_RW_v0 bandwidth;
    TCP_ESTATS_SND_CONG_ROS_v0 ros;
    TCP_ESTATS_DATA_ROD_v0 data;
    TCP_ESTATS_DATA_ROD_v0 unaligned;
    UCHAR large[512];
    UCHAR enabled[8];

    (void)state;
    /* Larger than it has to be, and not aligned. */
    memset(large, 0x5a, sizeof(large));
    memset(enabled, 0x5a, sizeof(enabled));
    check(get(&client, TcpConnectionEstatsData, enabled + 1, 7, NULL, 0, large + 1,
              sizeof(large) - 1) == NO_ERROR);
    check(enabled[0] == 0x5a && enabled[1] == TRUE && enabled[2] == 0x5a);
    check(get(&client, TcpConnectionEstatsData, NULL, 0, NULL, 0, &data, sizeof(data)) == NO_ERROR);
    memcpy(&unaligned, large + 1, sizeof(unaligned));
    check(unaligned.DataBytesOut == data.DataBytesOut && unaligned.SegsOut == data.SegsOut &&
          data.SegsOut > 0 && unaligned.ThruBytesReceived == data.ThruBytesReceived);
    check(large[0] == 0x5a && large[1 + sizeof(data)] == 0x5a);
    /* All three at once; nothing of all where one is too small. */
    memset(large, 0x5a, sizeof(large));
    memset(&ros, 0x5a, sizeof(ros));
    check(get(&client, TcpConnectionEstatsSndCong, enabled, 1, &ros, sizeof(ros), large,
              sizeof(TCP_ESTATS_SND_CONG_ROD_v0) - 1) == ERROR_INSUFFICIENT_BUFFER);
    check(enabled[0] == 0x5a && ros.LimCwnd == 0x5a5a5a5a && large[0] == 0x5a);
    check(get(&client, TcpConnectionEstatsSndCong, enabled, 1, &ros, sizeof(ros), large,
              sizeof(TCP_ESTATS_SND_CONG_ROD_v0)) == NO_ERROR);
    check(enabled[0] == TRUE && ros.LimCwnd == 0 && large[0] == 0);
    check(get(&client, TcpConnectionEstatsBandwidth, &bandwidth, sizeof(bandwidth), NULL, 0, NULL,
              0) == NO_ERROR);
    check(bandwidth.EnableCollectionOutbound == TcpBoolOptEnabled &&
          bandwidth.EnableCollectionInbound == TcpBoolOptDisabled);
    check(get(&client, TcpConnectionEstatsPath, NULL, 0, NULL, 0, NULL, 0) == NO_ERROR);
    connection_close(&connection);
}

static void test_set(void **state)
{
    struct connection connection = connection_make(AF_INET6, AF_INET, NULL);
    static const struct {
        TCP_BOOLEAN_OPTIONAL outbound;
        TCP_BOOLEAN_OPTIONAL inbound;
        ULONG error;
    } cases[] = {
        {TcpBoolOptEnabled, TcpBoolOptDisabled, NO_ERROR},
        {TcpBoolOptUnchanged, TcpBoolOptUnchanged, NO_ERROR},
        {TcpBoolOptEnabled, TcpBoolOptUnchanged, NO_ERROR},
        {TcpBoolOptEnabled, TcpBoolOptEnabled, ERROR_NOT_SUPPORTED},
        {TcpBoolOptDisabled, TcpBoolOptDisabled, ERROR_NOT_SUPPORTED},
        {TcpBoolOptDisabled, TcpBoolOptUnchanged, ERROR_NOT_SUPPORTED},
        {TcpBoolOptDisabled, (TCP_BOOLEAN_OPTIONAL)7, ERROR_INVALID_PARAMETER},
    };

    (void)state;
    for (int other = 0; other < 2; other++) {
        struct end end = other ? server_of(&connection, false) : client_of(&connection, false);

        for (TCP_ESTATS_TYPE type = TcpConnectionEstatsData; type < TcpConnectionEstatsMaximum;
             type = (TCP_ESTATS_TYPE)(type + 1)) {
            UCHAR value = TRUE;

            if (type == TcpConnectionEstatsBandwidth)
                continue;
            check(set(&end, type, &value, 1) == NO_ERROR);
            value = FALSE;
            check(set(&end, type, &value, 1) == ERROR_NOT_SUPPORTED);
            value = (UCHAR)TcpBoolOptUnchanged;
            check(set(&end, type, &value, 1) == NO_ERROR);
        }
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
            TCP_ESTATS_BANDWIDTH_RW_v0 rw = {cases[i].outbound, cases[i].inbound};
            check(set(&end, TcpConnectionEstatsBandwidth, &rw, sizeof(rw)) == cases[i].error);
        }
    }
    connection_close(&connection);
}

static ULONG ask(struct end *end)
{
    return get(end, TcpConnectionEstatsPath, NULL, 0, NULL, 0, NULL, 0);
}

static void use_no_rights(struct child *self, void *context)
{
    UCHAR value = TRUE;

    (void)self;
    child_drop_capabilities();
    check(ask(context) == NO_ERROR);
    check(set(context, TcpConnectionEstatsPath, &value, 1) == NO_ERROR);
}

static void use_no_sock_diag(struct child *self, void *context)
{
    UCHAR value = TRUE;

    (void)self;
    child_refuse_netlink(EPROTONOSUPPORT);
    check(ask(context) == ERROR_NOT_SUPPORTED);
    check(set(context, TcpConnectionEstatsPath, &value, 1) == ERROR_NOT_SUPPORTED);
}

static void test_not_there(void **state)
{
    static void (*const runs[])(struct child * self, void *context) = {use_no_rights,
                                                                       use_no_sock_diag};
    struct connection connection = connection_make(AF_INET, AF_INET, NULL);
    struct end client = client_of(&connection, false);
    struct end server = server_of(&connection, false);
    struct end listener = server;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        struct child child = child_start(runs[i], &client);
        child_join(&child);
    }
    listener.row.dwLocalAddr = 0;
    listener.row.dwRemoteAddr = 0;
    listener.row.dwRemotePort = 0;
    check(ask(&listener) == ERROR_NOT_FOUND);
    /* The other end's rest waits; it has no socket any more. */
    check(shutdown(connection.client, SHUT_WR) == 0);
    for (int i = 0; i < 100 && read_all(&server).data.ThruBytesReceived == 0; i++)
        pause_for(10);
    check(read_all(&server).data.ThruBytesReceived == 1); /* the FIN */
    check(ask(&client) == NO_ERROR);                      /* FIN_WAIT_2 */
    check(shutdown(connection.server, SHUT_WR) == 0);
    for (int i = 0; i < 100 && ask(&client) == NO_ERROR; i++)
        pause_for(10);
    check(ask(&client) == ERROR_NOT_FOUND); /* TIME_WAIT */
    check(ask(&server) == ERROR_NOT_FOUND);
    connection_close(&connection);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_counts),  world_test(test_full), world_test(test_lost),
        world_test(test_buffers), world_test(test_set),  world_test(test_not_there),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
