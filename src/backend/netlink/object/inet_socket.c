/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SOCK_DIAG_BY_FAMILY for TCP and UDP. The kernel sends what a program for its filter lets through
 * (linux/inet_diag.h); the programs here are the least that keeps sockets of the other family from
 * being sent.
 */
#include "backend/netlink/object/inet_socket.h"
#include "backend/netlink/object/attributes.h"
#include "backend/netlink/socket/family.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/*
 * Whether an IPv6 socket is for IPv6 only; sent for those without a peer, and 0 without a doubt. An
 * older kernel does not say.
 */
static bool takes_ipv4(const struct nlmsghdr *message)
{
    const struct nlattr *attributes[INET_DIAG_SKV6ONLY + 1];
    const size_t begin = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct inet_diag_msg)));
    const struct nlattr *v6only;

    if (message->nlmsg_len <= begin ||
        !attributes_parse((const uint8_t *)message + begin, message->nlmsg_len - begin,
                          INET_DIAG_SKV6ONLY, NULL, attributes))
        return false;
    v6only = attributes[INET_DIAG_SKV6ONLY];
    return v6only && attribute_length(v6only) >= 1 && *(const uint8_t *)attribute_data(v6only) == 0;
}

int inet_socket_parse(const struct nlmsghdr *message, struct inet_socket *ret)
{
    struct inet_diag_msg diag;

    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(diag)))
        return -EBADMSG;
    memcpy(&diag, NLMSG_DATA(message), sizeof(diag));
    if (diag.idiag_family != AF_INET && diag.idiag_family != AF_INET6)
        return -ENOMSG;
    bool ipv4 = diag.idiag_family == AF_INET;
    struct inet_socket parsed = {
        .cookie = (uint64_t)diag.id.idiag_cookie[1] << 32 | diag.id.idiag_cookie[0],
        .ifindex = diag.id.idiag_if,
        .inode = diag.idiag_inode,
        .local_port = ntohs(diag.id.idiag_sport),
        .remote_port = ntohs(diag.id.idiag_dport),
        .family = ipv4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6,
        .state = diag.idiag_state,
        .takes_ipv4 = !ipv4 && takes_ipv4(message),
    };
    memcpy(parsed.local_address.bytes, diag.id.idiag_src, ipv4 ? 4 : 16);
    memcpy(parsed.remote_address.bytes, diag.id.idiag_dst, ipv4 ? 4 : 16);
    *ret = parsed;
    return 0;
}

/*
 * A condition on the socket's own address: an operation, whose `yes` and `no` are counted in bytes
 * from its begin, and a struct inet_diag_hostcond. The latter ends with an array that has no size,
 * so it cannot be a member with the address behind it.
 */
struct condition {
    struct inet_diag_bc_op op;
    uint8_t family;
    uint8_t prefix_length;
    int32_t port;
};

_Static_assert(sizeof(struct condition) ==
                       sizeof(struct inet_diag_bc_op) + sizeof(struct inet_diag_hostcond) &&
                   offsetof(struct condition, port) ==
                       sizeof(struct inet_diag_bc_op) + offsetof(struct inet_diag_hostcond, port) &&
                   offsetof(struct inet_diag_hostcond, addr) == sizeof(struct inet_diag_hostcond),
               "the layout of struct inet_diag_hostcond");

struct ipv4_condition {
    struct condition condition;
    uint8_t address[4];
};

struct ipv6_condition {
    struct condition condition;
    uint8_t address[16];
};

enum { OP = sizeof(struct inet_diag_bc_op) };

#define CONDITION(type, family_number, bits)                                                       \
    {                                                                                              \
        .op = {.code = INET_DIAG_BC_S_COND, .yes = sizeof(type), .no = sizeof(type) + OP},         \
        .family = (family_number), .prefix_length = (bits), .port = -1,                            \
    }

/* Any IPv4 address; the kernel compares it with a mapped one as well. */
#define IS_IPV4                                                                                    \
    {                                                                                              \
        .condition = CONDITION(struct ipv4_condition, AF_INET, 0)                                  \
    }
#define IS_ANY                                                                                     \
    {                                                                                              \
        .condition = CONDITION(struct ipv6_condition, AF_INET6, 128)                               \
    }

/* Who comes to the end exactly is sent; who jumps beyond it is not. */
static const struct {
    struct ipv4_condition is_ipv4;
    struct inet_diag_bc_op refuse;
} program_without_mapped = {
    .is_ipv4 = IS_IPV4,
    .refuse = {.code = INET_DIAG_BC_JMP, .yes = OP, .no = 2 * OP},
};

static const struct {
    struct ipv4_condition is_ipv4;
    struct inet_diag_bc_op accept;
    struct ipv6_condition is_any;
} program_mapped = {
    .is_ipv4 = IS_IPV4,
    .accept = {.code = INET_DIAG_BC_JMP, .yes = OP, .no = OP + sizeof(struct ipv6_condition)},
    .is_any = IS_ANY,
};

static int put_program(struct nl_msg *message, enum inet_socket_part part)
{
    switch (part) {
    case INET_SOCKET_ALL:
        break;
    case INET_SOCKET_WITHOUT_MAPPED:
        return nla_put(message, INET_DIAG_REQ_BYTECODE, sizeof(program_without_mapped),
                       &program_without_mapped);
    case INET_SOCKET_MAPPED:
        return nla_put(message, INET_DIAG_REQ_BYTECODE, sizeof(program_mapped), &program_mapped);
    }
    return 0;
}

struct nl_msg *inet_socket_request_dump(enum mib_family family, uint8_t protocol, uint32_t states,
                                        enum inet_socket_part part)
{
    const struct inet_diag_req_v2 request = {
        .sdiag_family = af_of(family),
        .sdiag_protocol = protocol,
        .idiag_states = states,
    };
    struct nl_msg *message = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);

    if (message && (nlmsg_append(message, (void *)&request, sizeof(request), NLMSG_ALIGNTO) < 0 ||
                    put_program(message, part) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

static struct nl_msg *request_for(int type, uint8_t protocol, const struct inet_socket *socket,
                                  uint8_t extensions)
{
    struct inet_diag_req_v2 request = {
        .sdiag_family = af_of((enum mib_family)socket->family),
        .sdiag_protocol = protocol,
        .idiag_ext = extensions,
        .idiag_states = UINT32_MAX,
        .id =
            {
                .idiag_sport = htons(socket->local_port),
                .idiag_dport = htons(socket->remote_port),
                .idiag_if = socket->ifindex,
                .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE},
            },
    };
    struct nl_msg *message = nlmsg_alloc_simple(type, 0);

    memcpy(request.id.idiag_src, socket->local_address.bytes, sizeof(request.id.idiag_src));
    memcpy(request.id.idiag_dst, socket->remote_address.bytes, sizeof(request.id.idiag_dst));
    if (socket->cookie) {
        request.id.idiag_cookie[0] = (uint32_t)socket->cookie;
        request.id.idiag_cookie[1] = (uint32_t)(socket->cookie >> 32);
    }
    if (message && nlmsg_append(message, &request, sizeof(request), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *inet_socket_request_one(uint8_t protocol, const struct inet_socket *socket,
                                       uint8_t extensions)
{
    return request_for(SOCK_DIAG_BY_FAMILY, protocol, socket, extensions);
}

struct nl_msg *inet_socket_request_destroy(uint8_t protocol, const struct inet_socket *socket)
{
    return request_for(SOCK_DESTROY, protocol, socket, 0);
}
