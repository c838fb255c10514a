/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Echo requests, one after the other, to a namespace next door. */
#include "bench.h"
#include "clock.h"
#include "kernel.h"
#include "result.h"

#include "icmpapi.h"
#include "iphlpapi.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SAMPLES = 2000, DATA = 32, TIMEOUT_MS = 5000 };

struct echo {
    HANDLE icmp;
    int bare;
    struct sockaddr_in to;
    uint8_t data[DATA];
    uint16_t number;
};

static void send_ours(struct echo *echo)
{
    _Alignas(8) uint8_t reply[sizeof(ICMP_ECHO_REPLY) + DATA];

    if (IcmpSendEcho(echo->icmp, echo->to.sin_addr.s_addr, echo->data, DATA, NULL, reply,
                     sizeof(reply), TIMEOUT_MS) != 1)
        bench_die("IcmpSendEcho failed", errno);
}

/* Over one socket of the kernel's own for that, which is there already. */
static void send_bare(struct echo *echo)
{
    struct {
        struct icmphdr header;
        uint8_t data[DATA];
    } message = {.header = {.type = ICMP_ECHO}};
    struct pollfd ready = {.fd = echo->bare, .events = POLLIN};

    message.header.un.echo.sequence = echo->number++;
    memcpy(message.data, echo->data, DATA);
    if (sendto(echo->bare, &message, sizeof(message), 0, (const struct sockaddr *)&echo->to,
               sizeof(echo->to)) < 0 ||
        poll(&ready, 1, TIMEOUT_MS) != 1 ||
        recv(echo->bare, &message, sizeof(message), 0) != (ssize_t)sizeof(message))
        bench_die("there is no reply to a bare echo request", errno);
}

/* In us. */
static double time_of(struct echo *echo, void (*send)(struct echo *echo))
{
    uint64_t before = clock_now();

    send(echo);
    return (double)(clock_now() - before) / 1000;
}

static void allow_echoes(void)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ping_group_range", "we");

    if (!file || fprintf(file, "0 %u\n", (unsigned int)getegid()) < 0 || fclose(file) != 0)
        bench_die("cannot allow echo requests", errno);
}

void bench_echo(const struct options *options)
{
    struct echo echo = {.to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(kernel_gateway())}};
    struct pair pair = {0};

    kernel_move_peer_next_door();
    allow_echoes();
    echo.icmp = IcmpCreateFile();
    echo.bare = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (echo.icmp == INVALID_HANDLE_VALUE || echo.bare < 0)
        bench_die("cannot open a socket for echo requests", errno);
    send_bare(&echo); /* the neighbour is found out */
    for (unsigned int i = 0; i < options->rounds; i++) {
        for (int j = 0; j < SAMPLES; j++) {
            samples_add(&pair.floor, time_of(&echo, send_bare));
            samples_add(&pair.value, time_of(&echo, send_ours));
        }
        pair_end_round(&pair);
    }
    result_of("echo", "32 bytes", "IcmpSendEcho", "us", "ping socket", &pair);
    (void)IcmpCloseHandle(echo.icmp);
    (void)close(echo.bare);
}
