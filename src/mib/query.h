/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queries of the model, made of queries.def. */
#ifndef SRC_MIB_QUERY_H
#define SRC_MIB_QUERY_H

#include "mib/table.h"

enum mib_query {
#define MIB_QUERY(id, name, size) MIB_QUERY_##id,
#include "mib/queries.def"
#undef MIB_QUERY
    MIB_QUERIES
};

enum {
#define MIB_QUERY(id, name, size) MIB_QUERY_SIZE_##id = (size),
#include "mib/queries.def"
#undef MIB_QUERY
};

#endif
