/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attributes of messages that come by the million. libnl's functions for them are calls into
 * another library, a dozen for a route; these mean the same and are compiled into their callers.
 */
#ifndef SRC_BACKEND_NETLINK_OBJECT_ATTRIBUTES_H
#define SRC_BACKEND_NETLINK_OBJECT_ATTRIBUTES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The lengths that an attribute's data may have; `most` 0: no limit. */
struct attribute_lengths {
    uint8_t least;
    uint8_t most;
};

static inline size_t attribute_length(const struct nlattr *attribute)
{
    return (size_t)attribute->nla_len - NLA_HDRLEN;
}

static inline const void *attribute_data(const struct nlattr *attribute)
{
    return (const uint8_t *)attribute + NLA_HDRLEN;
}

static inline uint32_t attribute_u32(const struct nlattr *attribute)
{
    uint32_t value;

    memcpy(&value, attribute_data(attribute), sizeof(value));
    return value;
}

/*
 * Sorts `length` bytes of attributes by type: ret[type] is the last one of a type, NULL where there
 * is none, for types up to `last`; others are passed over, and so is what is too short for an
 * attribute. Returns false where one has a length that `lengths` (NULL: any will do) forbids.
 */
static inline bool attributes_parse(const void *bytes, size_t length, size_t last,
                                    const struct attribute_lengths *lengths,
                                    const struct nlattr **ret)
{
    const struct nlattr *attribute = bytes;

    for (size_t type = 0; type <= last; type++)
        ret[type] = NULL;
    while (length >= sizeof(*attribute) && attribute->nla_len >= sizeof(*attribute) &&
           attribute->nla_len <= length) {
        size_t type = attribute->nla_type & NLA_TYPE_MASK;
        size_t step = NLA_ALIGN(attribute->nla_len);

        if (type <= last) {
            size_t size = attribute_length(attribute);

            if (lengths && (size < lengths[type].least ||
                            (lengths[type].most != 0 && size > lengths[type].most)))
                return false;
            ret[type] = attribute;
        }
        if (step >= length)
            break;
        length -= step;
        attribute = (const void *)((const uint8_t *)attribute + step);
    }
    return true;
}

#endif
