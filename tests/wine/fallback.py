#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Without its half on the host the DLL is worth as much as Wine's own.

    fallback.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of answers.c. Runs in a network namespace
of its own, in which it is root.
"""
import re
import sys

import wine_harness

# What the functions answer that Wine's own does not have. An initialization needs nobody.
ALONE = {
    "GetIpForwardEntry2": "50",
    "GetIpInterfaceEntry": "50",
    "GetIpNetEntry2": "50",
    "GetTeredoPort": "50",
    "InitializeIpForwardEntry": "returned",
    "InitializeIpInterfaceEntry": "returned",
    "InitializeUnicastIpAddressEntry": "returned",
    "NotifyStableUnicastIpAddressTable": "50, no handle, 0 calls; CancelMibChangeNotify2: 0",
    "NotifyTeredoPortChange": "50, no handle, 0 calls; CancelMibChangeNotify2: 0",
}
# Of which the DLL tells once in a process.
TOLD = "programs get what Wine's own iphlpapi.dll has, and no notifications"


def set_up_network():
    """Something to answer with, in both families."""
    ip = wine_harness.run_ip
    ip("link", "set", "lo", "up")
    ip("link", "add", "one", "type", "veth", "peer", "name", "other")
    for link in "one", "other":
        # No address of the kernel's own, which would be tentative for a while.
        ip("link", "set", link, "addrgenmode", "none", "up")
    ip("address", "add", "192.0.2.1/24", "dev", "one")
    ip("address", "add", "2001:db8::1/64", "dev", "one", "nodad")
    ip("route", "add", "198.51.100.0/24", "via", "192.0.2.9")
    ip("route", "add", "2001:db8:1::/64", "via", "2001:db8::9")


def by_function(result):
    """{function: the lines that it answered}"""
    answers = {}
    for line in result.output:
        if not line.startswith(" "):
            name = re.match(r"\w+", line)[0]
        answers.setdefault(name, []).append(line)
    return answers


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    set_up_network()
    with prefix.running():
        with_host = prefix.run(program)
        with prefix.without_unixlib():
            alone = prefix.run(program, WINEDLLPATH="")
        theirs = prefix.run(program, WINEDLLOVERRIDES=wine_harness.WINES_OWN)
    trouble = [f"a program ended with {result.status}" for result in (with_host, alone, theirs)
               if result.status != 0]
    ours, answers, expected = map(by_function, (with_host, alone, theirs))
    if not ours or set(ours) != set(answers) or set(ours) != set(expected):
        trouble.append("not all functions were called")
    for name, lines in answers.items():
        if expected[name] != [f"{name} is not exported"]:
            if lines != expected[name]:
                trouble.append(f"alone: {lines}\nWine's own: {expected[name]}")
        elif name not in ALONE or lines[0] != f"{name}: {ALONE[name]}":
            trouble.append(f"alone: {lines}")
    if answers == ours:
        trouble.append("the companion makes no difference: the test tests nothing")
    for result, count in (with_host, 0), (alone, 1):
        told = [line for line in result.errors if "iphlpapi" in line]
        if len(told) != count or any(TOLD not in line for line in told):
            trouble.append(f"it says: {told}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
