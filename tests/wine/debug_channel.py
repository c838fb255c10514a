#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the host's half tells is on Wine's debug channel where that is on, and else where IPHLPAPI_LOG asks for it.

    debug_channel.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own.
"""
import re
import sys

import wine_harness

WORDS = {"resync", "dump", "watch"}
NATIVE = re.compile(r"iphlpapi: ([a-z]+): (.*)$")
# Wine's own DLL, which may be asked, has its functions' names there.
CHANNEL = re.compile(r"[0-9a-f]{4}:(warn|trace):iphlpapi:([a-z]+) (.*)$")
LINE = re.compile(r"[a-z]+ watch \d+: ((IPv4|IPv6|links|nexthop objects)[:,] |opened: |closed$)")


def words_told(lines, pattern):
    """The words of the lines that the pattern takes; each line must be one of a watch."""
    found = [match.groups()[-2:] for match in map(pattern.search, lines) if match]
    for word, line in found:
        if not LINE.match(line):
            raise ValueError(f"{word}: {line}")
    return {word for word, _ in found}


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    program = prefix.staged("mibwatch.exe")
    trouble = []

    def check(native, channel, **environment):
        result = prefix.run(program, "--kind", "route", "--duration", "0", **environment)
        told = words_told(result.errors, NATIVE), words_told(result.errors, CHANNEL)
        if result.status != 0 or told != (native, channel):
            trouble.append(f"{environment}: ended with {result.status}, told {told}, not {(native, channel)}: "
                           f"{result.errors[-5:]}")
        return result

    with prefix.running():
        check(set(), set())
        check(set(), set(), WINEDEBUG="-all")
        check(set(), WORDS, WINEDEBUG="+iphlpapi")
        check(set(), WORDS, WINEDEBUG="trace+iphlpapi")
        check(set(), set(), WINEDEBUG="warn+iphlpapi")  # nothing has gone wrong
        check({"dump"}, set(), IPHLPAPI_LOG="dump", WINEDEBUG="warn+iphlpapi")
        check(set(), WORDS, IPHLPAPI_LOG="dump", WINEDEBUG="+iphlpapi")
        unknown = check({"dump"}, set(), IPHLPAPI_LOG="dump,nonsense")
        if sum('no word is "nonsense"' in line for line in unknown.errors) != 1:
            trouble.append(f"an unknown word: {unknown.errors}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
