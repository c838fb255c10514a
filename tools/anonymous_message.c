/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rewrites rtnetlink's messages for the anonymiser, by the tables of anonymous_policy.c. */
#include "anonymous.h"
#include "anonymous_policy.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* As NLA_TYPE_MASK, which is negative. */
enum { TYPE_MASK = 0x3fff };

/* One datagram's. An error lasts. */
struct rewriting {
    struct anonymous *anonymous;
    struct anonymous_buffer *out;
    uint64_t dropped;
    int error;
    /* The present message's. */
    int family;
    unsigned destination, source; /* bits */
    const struct anonymous_set *link_data;
};

static uint8_t *append(struct rewriting *rewriting, size_t size)
{
    struct anonymous_buffer *out = rewriting->out;

    if (rewriting->error == 0 && out->capacity - out->size < size) {
        const size_t capacity = out->capacity * 2 + size + 4096;
        uint8_t *bytes = realloc(out->bytes, capacity);
        if (bytes) {
            out->bytes = bytes;
            out->capacity = capacity;
        } else {
            rewriting->error = -ENOMEM;
        }
    }
    if (rewriting->error < 0)
        return NULL;
    if (size == 0)
        return out->bytes; /* which there may be none of yet */
    uint8_t *at = out->bytes + out->size;
    memset(at, 0, size);
    out->size += size;
    return at;
}

static void append_bytes(struct rewriting *rewriting, const void *bytes, size_t size)
{
    uint8_t *at = append(rewriting, size);

    if (at && size > 0)
        memcpy(at, bytes, size);
}

static void align(struct rewriting *rewriting)
{
    (void)append(rewriting, NLMSG_ALIGN(rewriting->out->size) - rewriting->out->size);
}

/* Whatever is behind that place is no part of the file. */
static void take_back(struct rewriting *rewriting, size_t place)
{
    if (rewriting->error == 0)
        rewriting->out->size = place;
    rewriting->dropped++;
}

static void rewrite_attributes(struct rewriting *rewriting, const struct anonymous_set *set,
                               const uint8_t *bytes, size_t size);

static bool rewrite_address(struct rewriting *rewriting, int family, unsigned bits,
                            const uint8_t *bytes, size_t size)
{
    if ((family != AF_INET || size != 4) && (family != AF_INET6 || size != 16))
        return false;
    uint8_t *at = append(rewriting, size);
    if (at)
        anonymous_address(rewriting->anonymous, family, bytes, bits, at);
    return true;
}

static bool rewrite_text(struct rewriting *rewriting, const char *word, const uint8_t *bytes,
                         size_t size)
{
    const char *text = anonymous_text(rewriting->anonymous, word, (const char *)bytes, size);

    if (text)
        append_bytes(rewriting, text, strlen(text) + 1);
    else
        rewriting->error = -ENOMEM;
    return true;
}

static bool rewrite_via(struct rewriting *rewriting, const uint8_t *bytes, size_t size)
{
    uint16_t family;

    if (size < sizeof(family))
        return false;
    memcpy(&family, bytes, sizeof(family));
    append_bytes(rewriting, &family, sizeof(family));
    return rewrite_address(rewriting, family, UINT8_MAX, bytes + sizeof(family),
                           size - sizeof(family));
}

static bool rewrite_multipath(struct rewriting *rewriting, const struct anonymous_set *set,
                              const uint8_t *bytes, size_t size)
{
    while (size >= sizeof(struct rtnexthop)) {
        struct rtnexthop hop;
        const size_t place = rewriting->out->size;
        memcpy(&hop, bytes, sizeof(hop));
        if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > size)
            return false;
        append_bytes(rewriting, &hop, sizeof(hop));
        rewrite_attributes(rewriting, set, bytes + sizeof(hop), hop.rtnh_len - sizeof(hop));
        if (rewriting->error < 0)
            return true;
        const size_t step = NLMSG_ALIGN(hop.rtnh_len);
        const size_t done = step < size ? step : size;
        hop.rtnh_len = (uint16_t)(rewriting->out->size - place);
        memcpy(rewriting->out->bytes + place, &hop, sizeof(hop));
        bytes += done;
        size -= done;
    }
    return size == 0;
}

/* The attributes in those bytes, until there is one that is none. */
static const uint8_t *next_attribute(const uint8_t **bytes, size_t *size, struct nlattr *ret)
{
    const uint8_t *at = *bytes;
    struct nlattr attribute;

    if (*size < sizeof(attribute))
        return NULL;
    memcpy(&attribute, at, sizeof(attribute));
    if (attribute.nla_len < sizeof(attribute) || attribute.nla_len > *size)
        return NULL;
    const size_t whole = NLMSG_ALIGN(attribute.nla_len);
    const size_t step = whole < *size ? whole : *size;
    *bytes += step;
    *size -= step;
    *ret = attribute;
    return at + sizeof(attribute);
}

/* One that is not passed on does not count. */
static void find_link_kind(struct rewriting *rewriting, const struct anonymous_set *set,
                           const uint8_t *bytes, size_t size)
{
    const size_t max = anonymous_policy(set, IFLA_INFO_KIND)->max;
    struct nlattr attribute;
    const uint8_t *value;

    rewriting->link_data = NULL;
    while ((value = next_attribute(&bytes, &size, &attribute)) != NULL) {
        const size_t length = attribute.nla_len - sizeof(attribute);
        if ((attribute.nla_type & TYPE_MASK) == IFLA_INFO_KIND && length <= max)
            rewriting->link_data = anonymous_link_kind((const char *)value, length);
    }
}

static bool rewrite_nest(struct rewriting *rewriting, const struct anonymous_policy *policy,
                         const uint8_t *bytes, size_t size)
{
    const struct anonymous_set *set = policy->nested ? policy->nested : rewriting->link_data;

    if (!set || (policy->family != 0 && rewriting->family != policy->family) ||
        (policy->unspec != 0 && rewriting->family != AF_UNSPEC))
        return false;
    if (policy->kind == ANONYMOUS_LINKINFO)
        find_link_kind(rewriting, set, bytes, size);
    rewrite_attributes(rewriting, set, bytes, size);
    return true;
}

/* Whether there was something to put in place of the value. */
static bool rewrite_value(struct rewriting *rewriting, const struct anonymous_policy *policy,
                          const uint8_t *bytes, size_t size)
{
    uint8_t *at;

    switch (policy->kind) {
    case ANONYMOUS_DROP:
        break;
    case ANONYMOUS_KEEP:
        if (size <= policy->max)
            append_bytes(rewriting, bytes, size);
        return size <= policy->max;
    case ANONYMOUS_ADDRESS:
        return rewrite_address(rewriting, rewriting->family, UINT8_MAX, bytes, size);
    case ANONYMOUS_DESTINATION:
        return rewrite_address(rewriting, rewriting->family, rewriting->destination, bytes, size);
    case ANONYMOUS_SOURCE:
        return rewrite_address(rewriting, rewriting->family, rewriting->source, bytes, size);
    case ANONYMOUS_IPV4:
        return rewrite_address(rewriting, AF_INET, UINT8_MAX, bytes, size);
    case ANONYMOUS_LINK_ADDRESS:
        at = append(rewriting, size);
        if (at)
            anonymous_link_address(rewriting->anonymous, bytes, size, at);
        return true;
    case ANONYMOUS_NAME:
        return rewrite_text(rewriting, "if", bytes, size);
    case ANONYMOUS_TEXT:
        return rewrite_text(rewriting, "text", bytes, size);
    case ANONYMOUS_EMPTY:
        return true;
    case ANONYMOUS_NEST:
    case ANONYMOUS_LINKINFO:
        return rewrite_nest(rewriting, policy, bytes, size);
    case ANONYMOUS_MULTIPATH:
        return rewrite_multipath(rewriting, policy->nested, bytes, size);
    case ANONYMOUS_VIA:
        return rewrite_via(rewriting, bytes, size);
    }
    return false;
}

static void rewrite_attributes(struct rewriting *rewriting, const struct anonymous_set *set,
                               const uint8_t *bytes, size_t size)
{
    struct nlattr attribute;
    const uint8_t *value;

    while (rewriting->error == 0 && (value = next_attribute(&bytes, &size, &attribute)) != NULL) {
        const struct anonymous_policy *policy =
            anonymous_policy(set, attribute.nla_type & TYPE_MASK);
        align(rewriting);
        const size_t place = rewriting->out->size;
        append_bytes(rewriting, &attribute, sizeof(attribute));
        if (!policy ||
            !rewrite_value(rewriting, policy, value, attribute.nla_len - sizeof(attribute)) ||
            (rewriting->error == 0 && rewriting->out->size - place > UINT16_MAX)) {
            take_back(rewriting, place);
        } else if (rewriting->error == 0) {
            attribute.nla_len = (uint16_t)(rewriting->out->size - place);
            memcpy(rewriting->out->bytes + place, &attribute, sizeof(attribute));
            align(rewriting);
        }
    }
    if (size > 0)
        rewriting->dropped++;
}

/* What is behind an error's number may have texts and the whole request: only its head stays. */
static void rewrite_end(struct rewriting *rewriting, struct nlmsghdr *header, const uint8_t *body,
                        size_t size)
{
    size_t kept = sizeof(int);

    if (header->nlmsg_type == NLMSG_ERROR) {
        kept += sizeof(struct nlmsghdr);
        header->nlmsg_flags |= NLM_F_CAPPED;
    }
    header->nlmsg_flags &= (uint16_t)~NLM_F_ACK_TLVS;
    if (size > kept)
        rewriting->dropped++;
    append_bytes(rewriting, body, size < kept ? size : kept);
}

static void rewrite_body(struct rewriting *rewriting, struct nlmsghdr *header, const uint8_t *body,
                         size_t size)
{
    const struct anonymous_message *known = anonymous_message(header->nlmsg_type);

    if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE) {
        rewrite_end(rewriting, header, body, size);
    } else if (known && size >= known->head) {
        rewriting->family = body[0];
        rewriting->destination = known->destination ? body[known->destination] : UINT8_MAX;
        rewriting->source = known->source ? body[known->source] : UINT8_MAX;
        append_bytes(rewriting, body, known->head);
        rewrite_attributes(rewriting, known->attributes, body + known->head, size - known->head);
    } else if (known && size <= sizeof(struct rtgenmsg)) {
        append_bytes(rewriting, body, size);
    } else {
        if (header->nlmsg_type != NLMSG_NOOP || size > 0)
            rewriting->dropped++;
        header->nlmsg_type = NLMSG_NOOP;
    }
}

int anonymous_datagram(struct anonymous *anonymous, const uint8_t *bytes, size_t size,
                       struct anonymous_buffer *buffer, uint64_t *dropped)
{
    struct rewriting rewriting = {.anonymous = anonymous, .out = buffer};
    struct nlmsghdr header;

    buffer->size = 0;
    while (rewriting.error == 0 && size >= sizeof(header)) {
        memcpy(&header, bytes, sizeof(header));
        if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size)
            break;
        const size_t length = header.nlmsg_len;
        align(&rewriting);
        const size_t place = buffer->size;
        append_bytes(&rewriting, &header, sizeof(header));
        rewrite_body(&rewriting, &header, bytes + sizeof(header), length - sizeof(header));
        if (rewriting.error == 0) {
            header.nlmsg_len = (uint32_t)(buffer->size - place);
            memcpy(buffer->bytes + place, &header, sizeof(header));
        }
        const size_t step = NLMSG_ALIGN(length) < size ? NLMSG_ALIGN(length) : size;
        bytes += step;
        size -= step;
    }
    if (size > 0)
        rewriting.dropped++;
    *dropped += rewriting.dropped;
    return rewriting.error;
}
