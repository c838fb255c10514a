/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A network namespace of the process's own. Knows neither the library nor cmocka: the conformance
 * tests begin with it as well, whatever implementation they are loaded with.
 */
#ifndef TESTS_SUPPORT_NAMESPACE_H
#define TESTS_SUPPORT_NAMESPACE_H

/*
 * Called first thing in main(), while there are no threads. Moves the process into a new network
 * namespace, in which it may make more of them: as root as it is, else in a user namespace of its
 * own. PATH is set to where the tools of the network are. Returns 0, or the code to exit with,
 * having said why: 77 (skipped), or 1 where skipping is no option (CI=true in the environment).
 */
int namespace_begin(char **argv);

/* For what else a test may miss: says why it cannot run, and returns the code to exit with. */
int namespace_unavailable(const char *why);

/* Writes all of the text at once, as files of /proc want it. Returns 0 or a negative errno. */
int write_file(const char *path, const char *text);

#endif
