/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that uses none of it: what its start costs is what every program's does. */
int main(void)
{
    return 0;
}
