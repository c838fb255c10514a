/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address messages. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct address_record record;
    struct address_record again;

    if (!message)
        return 0;
    int r = address_parse(message, &record);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r == 0) {
        must_hold(address_violation(&record));
        MUST(address_parse(message, &again) == 0);
        MUST(address_ops.group_hash(&record) == address_ops.group_hash(&again));
        MUST(address_ops.same_key(&record, &again) && address_ops.same_instance(&record, &again));
        MUST(address_ops.same_row(&record, &again) && address_ops.rank(&record, &again) == 0);
    }
    free(message);
    return 0;
}
