/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where nothing is known of how threads wait: nothing is proven. */
#include "platform/wait.h"

bool platform_waits_learn(void)
{
    return false;
}

bool platform_wait_of(uint64_t thread, struct platform_wait *ret)
{
    (void)thread;
    (void)ret;
    return false;
}
