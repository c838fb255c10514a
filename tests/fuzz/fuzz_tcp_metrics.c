/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP has measured, as the family "tcp_metrics" tells it. */
#include "backend/netlink/object/tcp_metrics.h"
#include "fuzz.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct tcp_metrics metrics;

    if (!message)
        return 0;
    int r = tcp_metrics_parse(message, &metrics);
    MUST(r == 0 || r == -EBADMSG);
    if (r == 0)
        MUST(metrics.rtt <= UINT32_MAX >> 3 && metrics.rtt_deviation <= UINT32_MAX >> 2);
    free(message);
    return 0;
}
