/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Link messages, with all that the table of interfaces takes of them. */
#include "backend/netlink/object/interface.h"
#include "fuzz.h"

#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct link_message link;
    struct mib_interface row;

    if (!message)
        return 0;
    int r = interface_parse(message, &link, &row);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r == 0) {
        MUST(row.ifindex == link.ifindex && row.ifindex > 0);
        MUST(row.physical_address_length <= sizeof(row.physical_address));
        MUST(row.oper >= MIB_OPER_UP && row.oper <= MIB_OPER_LOWER_LAYER_DOWN);
        MUST(row.medium <= MIB_MEDIUM_FIREWIRE);
        MUST(memchr(row.name, 0, sizeof(row.name)));
        MUST(memchr(row.description, 0, sizeof(row.description)));
    }
    free(message);
    return 0;
}
