/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The texts of /proc that tell of a Teredo client: fdinfo, a descriptor's link, a command line. */
#include "fuzz.h"

#include "backend/proc/process.h"

/* Memory of exactly that length, so that the address sanitizer sees a byte read too far. */
static char *copy_of(const uint8_t *data, size_t size, bool terminated)
{
    char *copy = malloc(size + 1);

    if (!copy)
        abort();
    memcpy(copy, data, size);
    copy[size] = '\0';
    return terminated ? copy : realloc(copy, size ? size : 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = copy_of(data, size, false);
    char *link = copy_of(data, size, true);
    uint32_t inode = 0;
    char again[32];

    if (process_fdinfo_is_tun(text, size, "teredo"))
        MUST(size >= sizeof("iff:\tteredo\n") - 1 && memmem(text, size, "iff:\tteredo\n", 12));
    if (process_link_is_socket(link, &inode)) {
        /* But for leading zeros, which the kernel does not write. */
        (void)snprintf(again, sizeof(again), "%u]", inode);
        size_t length = strlen(link);
        MUST(length >= strlen(again) + 8 && strcmp(link + length - strlen(again), again) == 0);
    }
    for (uint32_t ifindex = 0; ifindex < 20; ifindex++)
        if (process_command_serves_teredo(text, size, ifindex))
            MUST(size >= 3 && text[size - 1] == '\0' &&
                 !process_command_serves_teredo(text, size, ifindex + 1));
    free(text);
    free(link);
    return 0;
}
