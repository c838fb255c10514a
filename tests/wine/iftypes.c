/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * src/wine/dll/iftypes.c by itself, with a Wine of the test's own around it: one that gives the
 * types it is told to, or no answer.
 */
#include "wine/dll/iftypes.c"

#include <stdio.h>
#include <string.h>

/* Of the Wine that is pretended. */
static uint16_t answer; /* 0: it knows no such link */
static bool has_conversion;
static int asked;

static DWORD WINAPI convert(NET_IFINDEX index, NET_LUID *luid)
{
    asked++;
    luid->Value = 0;
    luid->Info.NetLuidIndex = index & 0xffffff;
    luid->Info.IfType = answer;
    return answer ? NO_ERROR : ERROR_FILE_NOT_FOUND;
}

void (*wines_own_function(const char *name))(void)
{
    return has_conversion && strcmp(name, "ConvertInterfaceIndexToLuid") == 0
               ? (void (*)(void))convert
               : NULL;
}

/* By the version of the Wine in which this runs, where it gives no answer that can be used. */
enum { BY_VERSION = 0 };

static const struct {
    uint16_t host;
    bool has_conversion;
    uint16_t answer;
    uint16_t expected;
} cases[] = {
    {UNIX_IFTYPE_POINTOPOINT, true, 1, 1},
    {UNIX_IFTYPE_POINTOPOINT, true, 23, 23},
    {UNIX_IFTYPE_POINTOPOINT, true, 6, BY_VERSION}, /* of a link that is gone */
    {UNIX_IFTYPE_POINTOPOINT, true, 0, BY_VERSION},
    {UNIX_IFTYPE_POINTOPOINT, false, 23, BY_VERSION},
    {71, true, 6, 6},
    {71, true, 71, 71},
    {71, true, 24, BY_VERSION},
    {71, true, 0, BY_VERSION},
    {71, false, 6, BY_VERSION},
};

/* What every Wine has alike, and does not have to be asked about. */
static const uint16_t alike[] = {1, 6, 9, 15, 23, 24, 28};

static int check(size_t number)
{
    const char *version = ((const char *(__cdecl *)(void))(void *)GetProcAddress(
        GetModuleHandleA("ntdll.dll"), "wine_get_version"))();
    bool newer = atoi(version) >= 9;
    uint16_t expected = cases[number].expected;

    if (expected == BY_VERSION)
        expected = cases[number].host == 71 ? (newer ? 71 : 6) : (newer ? 23 : 1);
    for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
        sorts[i].here = 0;
    asked = 0;
    has_conversion = cases[number].has_conversion;
    answer = cases[number].answer;
    uint16_t first = iftype_from_host(cases[number].host, 7);
    int asked_first = asked;
    answer = answer == 23 ? 1 : 23; /* later answers do not count */
    uint16_t second = iftype_from_host(cases[number].host, 8);
    if (first == expected && second == expected && asked_first == has_conversion &&
        asked == asked_first)
        return 0;
    (void)printf("FAIL case %u: %u and %u, not %u; asked %d and %d times\n", (unsigned int)number,
                 first, second, expected, asked_first, asked);
    return 1;
}

int main(void)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        failed |= check(i);
    has_conversion = true;
    asked = 0;
    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
        if (iftype_from_host(alike[i], 7) != alike[i] || asked) {
            (void)printf("FAIL type %u\n", alike[i]);
            failed = 1;
        }
    return failed;
}
