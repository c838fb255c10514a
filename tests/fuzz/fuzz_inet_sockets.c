/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of sockets below /proc/net. */
#include "backend/proc/inet_sockets.h"
#include "fuzz.h"

static int take(void *context, const struct inet_socket *socket)
{
    size_t *left = context;

    /* A line has more bytes than this. */
    MUST(*left >= 40);
    *left -= 40;
    MUST(socket->family == MIB_FAMILY_IPV4 || socket->family == MIB_FAMILY_IPV6);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    FILE *text = fmemopen((void *)data, size, "r");
    if (!text)
        return 0;
    (void)inet_sockets_read_text(text, take, &size);
    (void)fclose(text);
    return 0;
}
