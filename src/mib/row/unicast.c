/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which differences of unicast addresses are worth a notification. Pure. */
#include "mib/row/unicast.h"

static bool is_finite(uint32_t lifetime)
{
    return lifetime != MIB_LIFETIME_INFINITE;
}

bool mib_unicast_same(const struct mib_unicast *a, const struct mib_unicast *b)
{
    return a->prefix_length == b->prefix_length && a->prefix_origin == b->prefix_origin &&
           a->suffix_origin == b->suffix_origin && a->dad_state == b->dad_state &&
           is_finite(a->valid_lifetime) == is_finite(b->valid_lifetime) &&
           is_finite(a->preferred_lifetime) == is_finite(b->preferred_lifetime);
}
