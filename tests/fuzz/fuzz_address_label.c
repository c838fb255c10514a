/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Labels of addresses, as the kernel tells them. */
#include "backend/netlink/object/address_label.h"
#include "fuzz.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct address_label label;

    if (!message)
        return 0;
    int r = address_label_parse(message, &label);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r == 0)
        MUST(label.length <= 128);
    free(message);
    return 0;
}
