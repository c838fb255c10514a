/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for the numbers of enumerations, and for the bits of flags. */
#ifndef TOOLS_WORDS_H
#define TOOLS_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct word {
    uint32_t value; /* of flags: the bit */
    const char *text;
};

struct words {
    const struct word *list;
    size_t count;
};

extern const struct words words_dad_state;
extern const struct words words_prefix_origin;
extern const struct words words_suffix_origin;
extern const struct words words_route_origin;
extern const struct words words_route_protocol;
extern const struct words words_neighbour_state;
extern const struct words words_connectivity;
extern const struct words words_cost;
extern const struct words words_link_local;
extern const struct words words_router_discovery;
extern const struct words words_oper_status;
extern const struct words words_admin_status;
extern const struct words words_media_state;
extern const struct words words_access_type;
extern const struct words words_direction;
extern const struct words words_connection_type;
extern const struct words words_tunnel_type;
extern const struct words words_medium;
extern const struct words words_physical_medium;
extern const struct words words_forwarding;
extern const struct words words_rto_algorithm;
extern const struct words words_tcp_state;
extern const struct words words_ip_status;
extern const struct words words_node_type;
extern const struct words words_icmp_type;
extern const struct words words_icmp6_type;
extern const struct words words_if_type;
extern const struct words words_if_flags;
extern const struct words words_adapter_flags;
extern const struct words words_address_flags;
extern const struct words words_neighbour_flags;
extern const struct words words_offload;

/* The word for a value; NULL: there is none. */
const char *word_of(const struct words *words, uint32_t value);

#endif /* TOOLS_WORDS_H */
