/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages about multicast groups and anycast addresses, and the text that shows groups. */
#include "fuzz.h"
#include "invariants.h"

#include "backend/proc/igmp.h"

#include <errno.h>

static int take_group(void *context, uint32_t ifindex, const uint8_t address[4])
{
    (void)context;
    MUST(ifindex > 0 && ifindex <= INT32_MAX);
    MUST(address[0] >= 224 && address[0] < 240);
    return 0;
}

static void read_text(const uint8_t *data, size_t size)
{
    FILE *text = size > 0 ? fmemopen((void *)data, size, "r") : NULL;

    if (!text)
        return;
    MUST(igmp_read_text(text, take_group, NULL) == 0);
    (void)fclose(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    static const enum membership_kind kinds[] = {MEMBERSHIP_MULTICAST, MEMBERSHIP_ANYCAST};

    read_text(data, size);
    for (size_t i = 0; message && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct membership membership;
        int r = membership_parse(message, kinds[i], &membership);

        MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
        if (r == 0)
            must_hold(membership_violation(&membership, kinds[i]));
    }
    free(message);
    return 0;
}
