/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links, as a replay has heard of them. */
#include "backend/netlink/tape/heard.h"
#include "backend/array.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct heard_link *find(const struct heard *heard, uint32_t ifindex)
{
    return array_find(heard->links, heard->count, sizeof(*heard->links), ifindex);
}

/* NULL: no memory. */
static struct heard_link *find_or_add(struct heard *heard, uint32_t ifindex)
{
    struct heard_link *found = find(heard, ifindex);

    if (found)
        return found;
    void *links =
        array_make_room(heard->links, heard->count, &heard->capacity, sizeof(*heard->links), 16);
    if (!links)
        return NULL;
    heard->links = links;
    size_t place = array_position_of(links, heard->count, sizeof(*heard->links), ifindex);
    array_open_gap(links, heard->count++, sizeof(*heard->links), place);
    heard->links[place] = (struct heard_link){.ifindex = ifindex};
    return &heard->links[place];
}

static bool has_name(const struct nlmsghdr *message)
{
    const struct rtattr *attribute = IFLA_RTA(NLMSG_DATA(message));
    int room = (int)IFLA_PAYLOAD(message);

    for (; RTA_OK(attribute, room); attribute = RTA_NEXT(attribute, room))
        if (attribute->rta_type == IFLA_IFNAME)
            return true;
    return false;
}

static void take_link(struct heard *heard, const struct nlmsghdr *message)
{
    const struct ifinfomsg *info = NLMSG_DATA(message);

    if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        info->ifi_family != AF_UNSPEC || info->ifi_index <= 0 || !has_name(message))
        return;
    struct heard_link *link = find_or_add(heard, (uint32_t)info->ifi_index);
    void *copy = link ? malloc(message->nlmsg_len) : NULL;
    if (!copy)
        return;
    memcpy(copy, message, message->nlmsg_len);
    free(link->message);
    link->message = copy;
}

void heard_datagram(struct heard *heard, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t aligned; size >= sizeof(struct nlmsghdr); at += aligned, size -= aligned) {
        const struct nlmsghdr *message = (const void *)at;

        if (message->nlmsg_len < sizeof(*message) || message->nlmsg_len > size)
            return;
        take_link(heard, message);
        aligned = NLMSG_ALIGN(message->nlmsg_len);
        if (aligned > size)
            aligned = size;
    }
}

void heard_wireless(struct heard *heard, uint32_t ifindex, bool wireless)
{
    struct heard_link *link = find_or_add(heard, ifindex);

    if (link)
        link->wireless = wireless;
}

bool heard_is_wireless(const struct heard *heard, uint32_t ifindex)
{
    const struct heard_link *link = find(heard, ifindex);

    return link && link->wireless;
}

/* A datagram of one message of the kernel's, which answers the request; NULL: no memory. */
static uint8_t *make_answer(const struct nlmsghdr *request, uint32_t port, uint16_t type,
                            const void *data, size_t size)
{
    const struct nlmsghdr header = {
        .nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
        .nlmsg_type = type,
        .nlmsg_seq = request->nlmsg_seq,
        .nlmsg_pid = port,
    };
    uint8_t *answer = calloc(1, NLMSG_SPACE(size));

    if (answer) {
        memcpy(answer, &header, sizeof(header));
        memcpy(answer + NLMSG_HDRLEN, data, size);
    }
    return answer;
}

int heard_answer(const struct heard *heard, const void *request, size_t size, uint32_t port,
                 uint8_t **ret, size_t *ret_size)
{
    const struct nlmsghdr *header = request;
    const struct ifinfomsg *info = NLMSG_DATA(header);

    if (size >= NLMSG_HDRLEN && header->nlmsg_type == RTM_GETNEIGHTBL)
        return -EOPNOTSUPP;
    if (size < NLMSG_LENGTH(sizeof(*info)) || header->nlmsg_type != RTM_GETLINK ||
        (header->nlmsg_flags & NLM_F_DUMP) || info->ifi_index <= 0)
        return -ENOSYS;
    const struct nlmsgerr error = {.error = -ENODEV, .msg = *header};
    const struct heard_link *link = find(heard, (uint32_t)info->ifi_index);
    const struct nlmsghdr *message = link ? link->message : NULL;
    const size_t length = message ? message->nlmsg_len - NLMSG_HDRLEN : sizeof(error);
    uint8_t *answer = message ? make_answer(header, port, RTM_NEWLINK, NLMSG_DATA(message), length)
                              : make_answer(header, port, NLMSG_ERROR, &error, length);

    if (!answer)
        return -ENOMEM;
    *ret = answer;
    *ret_size = NLMSG_LENGTH(length);
    return 0;
}
