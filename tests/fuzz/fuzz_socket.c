/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A batch of datagrams as the kernel, or somebody else, may have sent it, walked through and
 * collected. The last eight bytes of the input say how the others are cut into datagrams and what
 * is wrong with each.
 */
#include "fuzz.h"

#include "backend/netlink/socket/socket.h"

#include <errno.h>

enum { CONTROLS = SOCKET_BATCH };

/* What a byte of control means for its datagram; the rest of it is the datagram's share. */
enum { CONTROL_FOREIGN = 1, CONTROL_CUT = 2 };

struct batch {
    struct netlink_socket sock;
    size_t bytes; /* in datagrams that are to be believed */
    size_t heard;
    bool has_cut;
};

static void fill(struct batch *batch, const uint8_t *data, size_t size, const uint8_t *controls)
{
    struct netlink_socket *sock = &batch->sock;

    *batch = (struct batch){.sock = {.fd = -1, .port = 4711, .sequence = 7}};
    for (unsigned int i = 0; i < SOCKET_BATCH; i++) {
        size_t share = i + 1 < SOCKET_BATCH ? size * (controls[i] >> 2) / 64 : size;
        bool foreign = (controls[i] & CONTROL_FOREIGN) != 0;
        bool cut = (controls[i] & CONTROL_CUT) != 0;

        /* Memory of its own, and just as much as was received. */
        sock->vectors[i].iov_base = malloc(share + 1);
        MUST(sock->vectors[i].iov_base != NULL);
        memcpy(sock->vectors[i].iov_base, data, share);
        sock->senders[i] = (struct sockaddr_nl){.nl_pid = foreign ? 99 : 0};
        sock->headers[i].msg_len = (unsigned int)share;
        sock->headers[i].msg_hdr.msg_namelen = sizeof(sock->senders[i]);
        sock->headers[i].msg_hdr.msg_flags = cut ? MSG_TRUNC : 0;
        if (!foreign && !cut)
            batch->bytes += share;
        batch->has_cut = batch->has_cut || (!foreign && cut);
        data += share;
        size -= share;
    }
    sock->received = SOCKET_BATCH;
}

static void empty(struct batch *batch)
{
    for (size_t i = 0; i < SOCKET_BATCH; i++)
        free(batch->sock.vectors[i].iov_base);
}

static void hear(struct batch *batch, const struct nlmsghdr *message)
{
    const uint8_t *start = (const uint8_t *)message;
    bool within = false;

    MUST(message->nlmsg_len >= sizeof(*message));
    for (size_t i = 0; i < SOCKET_BATCH; i++) {
        const uint8_t *base = batch->sock.vectors[i].iov_base;
        within = within || (start >= base &&
                            start + message->nlmsg_len <= base + batch->sock.headers[i].msg_len);
    }
    MUST(within);
    batch->heard += message->nlmsg_len;
}

static int hear_answer(void *context, const struct nlmsghdr *message)
{
    struct batch *batch = context;

    MUST(message->nlmsg_seq == 7 && message->nlmsg_pid == 4711);
    MUST(message->nlmsg_type >= NLMSG_MIN_TYPE);
    hear(batch, message);
    return 0;
}

static int hear_other(void *context, const struct nlmsghdr *message)
{
    struct batch *batch = context;

    MUST(message->nlmsg_seq != 7 || message->nlmsg_pid != 4711);
    hear(batch, message);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct batch batch;
    const struct nlmsghdr *message;

    if (size < CONTROLS || size > SOCKET_DATAGRAM)
        return 0;
    size -= CONTROLS;
    fill(&batch, data, size, data + size);
    while ((message = netlink_socket_next(&batch.sock)))
        hear(&batch, message);
    MUST((batch.sock.dropped_cut > 0) == batch.has_cut);
    MUST(batch.heard <= batch.bytes);
    empty(&batch);

    fill(&batch, data, size, data + size);
    int r = netlink_socket_collect(&batch.sock, hear_answer, hear_other, &batch);
    MUST(r <= 0);
    MUST(batch.heard <= batch.bytes);
    empty(&batch);
    return 0;
}
