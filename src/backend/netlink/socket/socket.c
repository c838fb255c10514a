/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport of rtnetlink, sock_diag and generic netlink: sockets, requests, batches of
 * messages, overruns. What a message means is the business of object/ and of those who ask.
 */
#include "backend/netlink/socket/socket.h"
#include "backend/log.h"
#include "backend/netlink/socket/read_ahead.h"
#include "backend/netlink/tape/tape.h"
#include "backend/times.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

_Static_assert((int)SOCKET_BATCH <= (int)TAPE_BATCH, "a receive can be recorded");

static const size_t OTHERS_SIZE = (size_t)(SOCKET_BATCH - 1) * SOCKET_DATAGRAM;

/*
 * A receive that looks for a second datagram when it has one takes half as long again, and a
 * change is told that much later. So after so many receives of one datagram each it is tried; and
 * again and again while it finds several.
 */
enum { SINGLES_BEFORE_BATCH = 8 };

/* That of requests whose answers are not waited for; others have others. */
enum { POSTED_SEQUENCE = 0 };

/* A dump of half a megabyte takes milliseconds, a thread for what follows a hundredth of that. */
enum { PARTS_BEFORE_AHEAD = 16 };

static void set_memory(struct netlink_socket *sock, unsigned int i, uint8_t *memory)
{
    sock->vectors[i].iov_base = memory;
    sock->vectors[i].iov_len = SOCKET_DATAGRAM;
}

/* From the heap, where it costs no system call and no fresh pages. */
static int allocate_first(struct netlink_socket *sock)
{
    sock->first = malloc(SOCKET_DATAGRAM);
    if (!sock->first)
        return -ENOMEM;
    set_memory(sock, 0, sock->first);
    return 0;
}

static bool map_others(struct netlink_socket *sock)
{
    if (sock->others)
        return true;
    void *memory =
        mmap(NULL, OTHERS_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return false;
    sock->others = memory;
    for (unsigned int i = 1; i < SOCKET_BATCH; i++)
        set_memory(sock, i, sock->others + (size_t)(i - 1) * SOCKET_DATAGRAM);
    return true;
}

/* The groups that bind() joins; those with higher numbers are joined one by one. */
enum { GROUPS_OF_BIND = 32 };

static uint32_t groups_of_bind(const int *groups)
{
    uint32_t mask = 0;

    for (; groups && *groups != 0; groups++)
        if (*groups <= GROUPS_OF_BIND)
            mask |= (uint32_t)1 << (*groups - 1);
    return mask;
}

static int join_others(struct netlink_socket *sock, const int *groups)
{
    for (; groups && *groups != 0; groups++)
        if (*groups > GROUPS_OF_BIND &&
            setsockopt(sock->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, groups, sizeof(*groups)) < 0)
            return -errno;
    return 0;
}

/*
 * The kernel chooses the port. nl_connect() would, by a list with a lock in it, which a child of
 * fork() finds locked for good when another thread had it just then.
 */
static int bind_socket(struct netlink_socket *sock, const int *groups)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups_of_bind(groups)};
    socklen_t length = sizeof(address);

    if (bind(sock->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        getsockname(sock->fd, (struct sockaddr *)&address, &length) < 0)
        return -errno;
    sock->port = address.nl_pid;
    return 0;
}

static int open_kernel(struct netlink_socket *sock, int family, const int *groups)
{
    static const int on = 1;
    int r;

    sock->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    sock->is_open = sock->fd >= 0;
    r = sock->is_open ? bind_socket(sock, groups) : -errno;
    if (r == 0)
        r = join_others(sock, groups);
    if (r == 0)
        (void)setsockopt(sock->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
    return r;
}

/* groups is 0-terminated; NULL: none. */
static int open_socket(struct netlink_socket *sock, int family, const int *groups)
{
    enum tape_mode mode = tape_mode();
    int r;

    memset(sock, 0, sizeof(*sock));
    sock->fd = -1;
    r = allocate_first(sock);
    if (r < 0)
        return r;
    if (mode == TAPE_PLAYS) {
        r = tape_play_open(family, groups, &sock->tape, &sock->fd, &sock->port);
        sock->is_open = r == 0;
    } else {
        r = open_kernel(sock, family, groups);
    }
    if (r == 0 && mode == TAPE_RECORDS)
        r = tape_record_open(family, groups, sock->port, &sock->tape);
    if (r < 0)
        netlink_socket_close(sock);
    return r;
}

int netlink_socket_open(struct netlink_socket *sock)
{
    return open_socket(sock, NETLINK_ROUTE, NULL);
}

int netlink_socket_open_family(struct netlink_socket *sock, int family)
{
    return open_socket(sock, family, NULL);
}

int netlink_socket_open_joined(struct netlink_socket *sock, const int *groups)
{
    return open_socket(sock, NETLINK_ROUTE, groups);
}

void netlink_socket_close(struct netlink_socket *sock)
{
    tape_close(sock->tape); /* from then on nobody writes to the descriptor of one that is played */
    if (sock->is_open && sock->fd >= 0)
        (void)close(sock->fd);
    if (sock->others)
        munmap(sock->others, OTHERS_SIZE);
    free(sock->first);
    sock->tape = NULL;
    sock->is_open = false;
    sock->others = NULL;
    sock->first = NULL;
    sock->fd = -1;
}

void netlink_socket_enlarge(struct netlink_socket *sock, int bytes)
{
    if (setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
        (void)setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

void netlink_socket_explain(struct netlink_socket *sock)
{
    static const int on = 1;

    sock->explains = true;
    /* Capped: the request that failed is not sent back with the error. */
    (void)setsockopt(sock->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    (void)setsockopt(sock->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
}

/* To the kernel. A signal leaves nothing half done. */
static int send_bytes(const struct netlink_socket *sock, const void *bytes, size_t size)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent;

    do
        sent = sendto(sock->fd, bytes, size, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

static int send_taped(struct netlink_socket *sock, const struct nlmsghdr *message)
{
    if (tape_plays(sock->tape))
        return tape_play_request(sock->tape, message, message->nlmsg_len);
    tape_record_request(sock->tape, message, message->nlmsg_len);
    int r = send_bytes(sock, message, message->nlmsg_len);
    if (r < 0)
        tape_record_refusal(sock->tape, -r);
    return r;
}

static int send_message(struct netlink_socket *sock, struct nl_msg *message, uint32_t sequence)
{
    if (!message)
        return -ENOMEM;
    struct nlmsghdr *header = nlmsg_hdr(message);

    header->nlmsg_seq = sequence;
    header->nlmsg_flags |= NLM_F_REQUEST;
    int r = sock->tape ? send_taped(sock, header) : send_bytes(sock, header, header->nlmsg_len);
    nlmsg_free(message);
    return r;
}

int netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message)
{
    if (++sock->sequence == POSTED_SEQUENCE)
        sock->sequence = POSTED_SEQUENCE + 1;
    return send_message(sock, message, sock->sequence);
}

int netlink_socket_post(struct netlink_socket *sock, struct nl_msg *message)
{
    return send_message(sock, message, POSTED_SEQUENCE);
}

bool netlink_socket_is_posted(const struct netlink_socket *sock, const struct nlmsghdr *message)
{
    return message->nlmsg_seq == POSTED_SEQUENCE && message->nlmsg_pid == sock->port;
}

static bool datagram_usable(struct netlink_socket *sock, unsigned int i)
{
    const struct msghdr *header = &sock->headers[i].msg_hdr;

    if (header->msg_namelen != sizeof(struct sockaddr_nl) || sock->senders[i].nl_pid != 0) {
        counter_add(&sock->dropped_foreign, 1);
        return false;
    }
    if (header->msg_flags & MSG_TRUNC) {
        counter_add(&sock->dropped_cut, 1);
        return false;
    }
    return true;
}

/* As libnl's nlmsg_ok, which is a call into another library. */
static bool is_whole(const struct nlmsghdr *message, int room)
{
    return room >= (int)sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
           message->nlmsg_len <= (uint32_t)room;
}

const struct nlmsghdr *netlink_socket_next(struct netlink_socket *sock)
{
    for (;;) {
        const struct nlmsghdr *message = sock->message;

        if (message && is_whole(message, sock->message_room)) {
            int aligned = NLMSG_ALIGN((int)message->nlmsg_len);
            sock->message_room -= aligned;
            sock->message = (const void *)((const uint8_t *)message + aligned);
            return message;
        }
        sock->message = NULL;
        if (sock->current == sock->received)
            return NULL;
        unsigned int i = sock->current++;
        if (datagram_usable(sock, i)) {
            sock->message = sock->vectors[i].iov_base;
            sock->message_room = (int)sock->headers[i].msg_len;
        }
    }
}

static void set_timeout(struct netlink_socket *sock, uint32_t timeout_ms)
{
    if (sock->timeout_ms == timeout_ms)
        return;
    struct timeval time = {
        .tv_sec = timeout_ms / 1000,
        .tv_usec = (suseconds_t)(timeout_ms % 1000) * 1000,
    };

    (void)setsockopt(sock->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    sock->timeout_ms = timeout_ms;
}

/* A datagram of its own is what was received. */
static void take_datagram(struct netlink_socket *sock, const struct datagram *datagram)
{
    sock->vectors[0].iov_base = datagram->bytes;
    sock->senders[0] = datagram->sender;
    sock->headers[0] = (struct mmsghdr){
        .msg_hdr = {.msg_namelen = datagram->sender_size,
                    .msg_flags = datagram->cut ? MSG_TRUNC : 0},
        .msg_len = (unsigned int)datagram->length,
    };
}

/* The number of datagrams received, or a negative errno; so does receive_batch. */
static int receive_one(struct netlink_socket *sock, int flags)
{
    struct datagram datagram = {.bytes = sock->first, .room = SOCKET_DATAGRAM};
    int r = datagram_receive(sock->fd, flags, &datagram);

    if (r < 0)
        return r;
    take_datagram(sock, &datagram);
    return 1;
}

static int receive_batch(struct netlink_socket *sock, int flags)
{
    for (int i = 0; i < SOCKET_BATCH; i++)
        sock->headers[i].msg_hdr = (struct msghdr){
            .msg_name = &sock->senders[i],
            .msg_namelen = sizeof(sock->senders[i]),
            .msg_iov = &sock->vectors[i],
            .msg_iovlen = 1,
        };
    int count = recvmmsg(sock->fd, sock->headers, SOCKET_BATCH, flags | MSG_WAITFORONE, NULL);
    return count < 0 ? -errno : count;
}

static void forget_batch(struct netlink_socket *sock)
{
    sock->received = 0;
    sock->current = 0;
    sock->message = NULL;
}

/* What was received, or the negative errno instead, goes to the recording. */
static void record_received(struct netlink_socket *sock, int result)
{
    struct tape_datagram datagrams[SOCKET_BATCH];

    for (int i = 0; i < result; i++)
        datagrams[i] = (struct tape_datagram){
            .bytes = sock->vectors[i].iov_base,
            .size = sock->headers[i].msg_len,
            .sender = sock->senders[i].nl_pid,
            .cut = sock->headers[i].msg_hdr.msg_flags & MSG_TRUNC,
        };
    if (result >= 0)
        tape_record_batch(sock->tape, datagrams, (size_t)result);
    else if (result != -EAGAIN || !sock->would_wait) /* one that would wait is made again */
        tape_record_error(sock->tape, -result);
}

/* How the receive that is played waits. */
static enum tape_wait played_wait(const struct netlink_socket *sock, uint32_t timeout_ms)
{
    if (sock->would_wait)
        return TAPE_WOULD_WAIT;
    return timeout_ms == 0 ? TAPE_WAITS_NOT : TAPE_WAITS;
}

static int receive_played(struct netlink_socket *sock, uint32_t timeout_ms)
{
    struct tape_datagram datagrams[SOCKET_BATCH];
    const unsigned int room = map_others(sock) ? SOCKET_BATCH : 1;

    for (unsigned int i = 0; i < room; i++)
        datagrams[i] =
            (struct tape_datagram){.bytes = sock->vectors[i].iov_base, .size = SOCKET_DATAGRAM};
    int r = tape_play_receive(sock->tape, played_wait(sock, timeout_ms), &sock->interrupted,
                              datagrams, room);
    if (r == -EINPROGRESS)
        return -EAGAIN;
    sock->would_wait = false;
    if (r == -ENOBUFS)
        counter_add(&sock->overruns, 1);
    if (r < 0)
        return r;
    for (int i = 0; i < r; i++) {
        sock->senders[i] =
            (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = datagrams[i].sender};
        sock->headers[i] = (struct mmsghdr){
            .msg_hdr = {.msg_namelen = sizeof(sock->senders[i]),
                        .msg_flags = datagrams[i].cut ? MSG_TRUNC : 0},
            .msg_len = (unsigned int)datagrams[i].size,
        };
    }
    sock->received = (unsigned int)r;
    return 0;
}

int netlink_socket_receive(struct netlink_socket *sock, uint32_t timeout_ms)
{
    int flags = timeout_ms == 0 ? MSG_DONTWAIT : 0;

    forget_batch(sock);
    if (atomic_load(&sock->interrupted))
        return -EINTR;
    if (sock->tape && tape_plays(sock->tape))
        return receive_played(sock, timeout_ms);
    if (timeout_ms != 0)
        set_timeout(sock, timeout_ms == UINT32_MAX ? 0 : timeout_ms);

    bool batch = sock->singles >= SINGLES_BEFORE_BATCH && map_others(sock);
    int r;

    /* Where it does not wait, -EAGAIN must mean that the socket is empty, not a signal. */
    do
        r = batch ? receive_batch(sock, flags) : receive_one(sock, flags);
    while (r == -EINTR && timeout_ms == 0);

    if (atomic_load(&sock->interrupted))
        return -EINTR;
    if (r == -ENOBUFS)
        counter_add(&sock->overruns, 1);
    if (r == -EINTR || r == -EWOULDBLOCK)
        r = -EAGAIN; /* a signal is as if nothing had arrived: the caller receives again */
    if (sock->tape)
        record_received(sock, r);
    if (r < 0)
        return r;
    sock->received = (unsigned int)r;
    if (!batch)
        sock->singles++;
    else if (r == 1)
        sock->singles = 0;
    return 0;
}

void netlink_socket_interrupt(struct netlink_socket *sock)
{
    /*
     * The kernel acknowledges a control message before it looks at anything else. Where the
     * receive buffer has no room for the acknowledgement, it holds something to receive, and the
     * waiting thread is awake without it.
     */
    struct nlmsghdr request = {
        .nlmsg_len = sizeof(request),
        .nlmsg_type = NLMSG_NOOP,
        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    atomic_store(&sock->interrupted, true);
    if (sock->tape && tape_plays(sock->tape)) {
        tape_play_wake();
        return;
    }
    while (sendto(sock->fd, &request, sizeof(request), 0, (const struct sockaddr *)&kernel,
                  sizeof(kernel)) < 0) {
        if (errno != EINTR && errno != ENOBUFS && errno != ENOMEM && errno != EAGAIN)
            break;
        /* The wake-up must not be lost because memory was short for a moment. */
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

uint64_t netlink_socket_now_ms(const struct netlink_socket *sock)
{
    return sock->tape ? tape_now_ms(sock->tape) : times_now_ms();
}

void netlink_socket_look_at_clock(struct netlink_socket *sock)
{
    if (sock->tape)
        tape_tick(sock->tape);
}

bool netlink_socket_is_answer(const struct netlink_socket *sock, const struct nlmsghdr *message)
{
    return message->nlmsg_seq == sock->sequence && message->nlmsg_pid == sock->port;
}

/* Whether the message is the last one of an answer. */
static bool is_end(const struct nlmsghdr *message)
{
    return message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE ||
           !(message->nlmsg_flags & NLM_F_MULTI);
}

/* The error that the last message of an answer carries; 0: none. */
static int verdict_of(const struct nlmsghdr *message)
{
    int error = 0;

    if ((message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) &&
        message->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
        memcpy(&error, NLMSG_DATA(message), sizeof(error));
    return error > 0 ? -EIO : error;
}

/* An error's text, where the kernel gives one. */
static void log_refusal(const struct nlmsghdr *message, int error)
{
    static const struct nla_policy policy[NLMSGERR_ATTR_MAX + 1] = {
        [NLMSGERR_ATTR_MSG] = {.type = NLA_STRING},
    };
    struct nlattr *attributes[NLMSGERR_ATTR_MAX + 1] = {NULL};
    const char *why = "no reason is given";
    struct nlmsgerr refused;

    if (message->nlmsg_type != NLMSG_ERROR || message->nlmsg_len < NLMSG_LENGTH(sizeof(refused)))
        return;
    memcpy(&refused, NLMSG_DATA(message), sizeof(refused));
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) && (message->nlmsg_flags & NLM_F_CAPPED) &&
        nlmsg_parse((struct nlmsghdr *)message, sizeof(refused), attributes, NLMSGERR_ATTR_MAX,
                    policy) == 0 &&
        attributes[NLMSGERR_ATTR_MSG])
        why = nla_get_string(attributes[NLMSGERR_ATTR_MSG]);
    log_tell(LOG_ERROR, "the kernel refuses request %u with error %d: %s", refused.msg.nlmsg_type,
             -error, why);
}

/*
 * One datagram at a time: parts of a dump come into memory that is in the processor's cache. When
 * there have been so many that more will follow, they are received ahead, if that is wanted.
 */
static int receive_answer(struct netlink_socket *sock)
{
    const struct datagram *datagram;

    if (!sock->tape && sock->parts_until_ahead > 0 && --sock->parts_until_ahead == 0)
        sock->ahead = read_ahead_begin(sock->fd, SOCKET_DATAGRAM);
    if (!sock->ahead) {
        sock->singles = 0;
        return netlink_socket_receive(sock, 0);
    }
    forget_batch(sock);
    int r = read_ahead_next(sock->ahead, &datagram);
    if (r == -ENOBUFS)
        counter_add(&sock->overruns, 1);
    if (r < 0)
        return r;
    take_datagram(sock, datagram);
    sock->received = 1;
    return 0;
}

static int collect(struct netlink_socket *sock, netlink_handler on_answer, netlink_handler on_other,
                   void *context)
{
    int result = 0;

    for (;;) {
        const struct nlmsghdr *message;

        while ((message = netlink_socket_next(sock))) {
            if (!netlink_socket_is_answer(sock, message)) {
                int r = on_other ? on_other(context, message) : 0;
                if (r < 0 && result == 0)
                    result = r;
                continue;
            }
            if (message->nlmsg_flags & NLM_F_DUMP_INTR)
                sock->answers_invalid = true;
            bool end = is_end(message);
            int error = verdict_of(message);
            if (message->nlmsg_type >= NLMSG_MIN_TYPE && result == 0 && on_answer)
                result = on_answer(context, message);
            if (error < 0 && sock->explains)
                log_refusal(message, error);
            if (end)
                return error < 0 ? error : result;
        }
        /*
         * The kernel answers before the request returns, and puts the next part of a dump into
         * the queue as the one before is taken out. So an empty queue means that the answer
         * found no room.
         */
        int r = receive_answer(sock);
        if (r == -EAGAIN)
            return -ENOBUFS;
        if (r < 0 && r != -ENOBUFS)
            return r;
    }
}

int netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                           netlink_handler on_other, void *context)
{
    uint64_t lost = counter_get(&sock->dropped_cut) + counter_get(&sock->overruns);

    sock->answers_invalid = false;
    int r = collect(sock, on_answer, on_other, context);
    if (counter_get(&sock->dropped_cut) + counter_get(&sock->overruns) != lost)
        sock->answers_invalid = true;
    return r;
}

int netlink_socket_collect_ahead(struct netlink_socket *sock, netlink_handler on_answer,
                                 void *context)
{
    sock->parts_until_ahead = PARTS_BEFORE_AHEAD;
    int r = netlink_socket_collect(sock, on_answer, NULL, context);
    sock->parts_until_ahead = 0;
    if (sock->ahead) {
        read_ahead_end(sock->ahead);
        sock->ahead = NULL;
        forget_batch(sock);
        set_memory(sock, 0, sock->first);
    }
    return r;
}

void netlink_socket_trim(struct netlink_socket *sock)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = ((uintptr_t)sock->first + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)sock->first + SOCKET_DATAGRAM) & ~(page - 1);

    if (end > begin)
        (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    if (sock->others)
        (void)madvise(sock->others, OTHERS_SIZE, MADV_DONTNEED);
}
