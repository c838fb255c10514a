#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Without its half on the host the DLL is worth as much as Wine's own. Where it is not installed for
programs of the width, they get Wine's own.

    fallback.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of answers.c. Runs in a network namespace
of its own, in which it is root.
"""
import re
import shutil
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


def run_not_installed(prefix, program):
    """As where only programs of another width have it."""
    ours = prefix.system(prefix.width) / wine_harness.OURS
    kept = ours.rename(f"{ours}.kept")
    shutil.copyfile(ours.with_name(wine_harness.COPY), ours)
    try:
        return prefix.run(program)
    finally:
        kept.replace(ours)


def told(result):
    return [line for line in result.errors if "iphlpapi" in line]


def compare(what, answers, expected):
    for name, lines in answers.items():
        if expected[name] != [f"{name} is not exported"]:
            if lines != expected[name]:
                yield f"{what}: {lines}\nWine's own: {expected[name]}"
        elif name not in ALONE or lines[0] != f"{name}: {ALONE[name]}":
            yield f"{what}: {lines}"


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    set_up_network()
    with prefix.running():
        with_host = prefix.run(program)
        with prefix.without_unixlib():
            without = {"alone": prefix.run(program, WINEDLLPATH="")}
        with prefix.without_unixlib([prefix.width]):
            without["without its own unixlib"] = prefix.run(program, WINEDLLPATH="")
        not_installed = run_not_installed(prefix, program)
        theirs = prefix.run(program, WINEDLLOVERRIDES=wine_harness.WINES_OWN)
    trouble = [f"a program ended with {result.status}"
               for result in (with_host, *without.values(), not_installed, theirs) if result.status != 0]
    ours, expected = by_function(with_host), by_function(theirs)
    if not ours or set(ours) != set(expected):
        trouble.append("not all functions were called")
    if by_function(not_installed) != expected:
        trouble.append(f"not installed: {not_installed.output}\nWine's own: {theirs.output}")
    # Wines that run 32-bit programs in 64-bit processes have that half for them.
    own = without["without its own unixlib"]
    if prefix.width is not wine_harness.WIDTHS[0] and by_function(own) == ours and not told(own):
        del without["without its own unixlib"]
    for what, result in without.items():
        answers = by_function(result)
        if set(answers) != set(expected):
            trouble.append(f"{what}: not all functions were called")
        else:
            trouble += compare(what, answers, expected)
        if answers == ours:
            trouble.append(f"{what}: it makes no difference: the test tests nothing")
    for result, count in (with_host, 0), *((result, 1) for result in without.values()), (not_installed, 0):
        if len(told(result)) != count or any(TOLD not in line for line in told(result)):
            trouble.append(f"it says: {told(result)}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
