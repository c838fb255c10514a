/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The soak program's host: Windows and Wine. */
#include "host.h"

#include <windows.h>

uint64_t host_now_ns(void)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER now;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return (uint64_t)((double)now.QuadPart * 1e9 / (double)frequency.QuadPart);
}

void host_pass_ms(unsigned milliseconds)
{
    Sleep(milliseconds);
}

/* What the process's heap has in use. */
size_t host_heap_kib(void)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    HANDLE heap = GetProcessHeap();
    size_t used = 0;

    HeapLock(heap);
    while (HeapWalk(heap, &entry))
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY)
            used += entry.cbData;
    HeapUnlock(heap);
    return used / 1024;
}

int host_in_child(int (*call)(void))
{
    (void)call;
    return -1;
}
