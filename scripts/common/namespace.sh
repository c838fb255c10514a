# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Network namespaces. Sourced by common.sh.

# find_namespace
# Sets namespace to the command that runs another in user and network namespaces of its own.
find_namespace() {
    if unshare -Urn true 2>/dev/null; then
        namespace=(unshare -Urn)
    elif ((EUID == 0)) && unshare -n true 2>/dev/null; then
        # Root may do without a user namespace, where those are switched off.
        # shellcheck disable=SC2034 # for the scripts that source this file
        namespace=(unshare -n)
    elif ((EUID != 0)); then
        fail "ordinary users may not make network namespaces here (unshare -Urn); root may do without"
    else
        fail "this system does not allow network namespaces (unshare -n)"
    fi
}

# find_namespace_for_bench
# The same; but within a user namespace nobody may exceed the system's limit for receive buffers, so
# root goes without one.
find_namespace_for_bench() {
    if ((EUID == 0)) && unshare -n true 2>/dev/null; then
        # shellcheck disable=SC2034 # for the scripts that source this file
        namespace=(unshare -n)
    else
        find_namespace
    fi
}
