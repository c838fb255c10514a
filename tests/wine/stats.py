#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mibwatch.exe --stats has what registrations count from the host, and says so where the DLL is Wine's own.

    stats.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own.
"""
import json
import sys

import wine_harness

# Some time, as Wine 8 may crash where a 32-bit program ends while a thread of it begins (docs/WINE.md).
OPTIONS = "--stats", "--json", "--kind", "interface,route", "--initial", "--duration", "1"
NOT_COUNTED = "mibwatch: --stats: this iphlpapi has no IphlpapiGetWatchStatistics"


def fault_of(told):
    """What is wrong with the line of a registration that has had its initial call only."""
    function = {"interface": "NotifyIpInterfaceChange", "route": "NotifyRouteChange2"}[told["kind"]]
    resyncs = told["resyncs"]
    if told["type"] != "stats" or told["function"] != function:
        return "another registration"
    if resyncs["open"] == 0 or any(count for cause, count in resyncs.items() if cause != "open"):
        return "causes"
    if not told["dumps"] == told["valid"] + told["discarded"] > 0:
        return "dumps"
    if (told["changes"], told["callbacks"]) != (0, 1) or told["longest_callback_ns"] == 0:
        return "calls"
    return None


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    program = prefix.staged("mibwatch.exe")
    trouble = []

    with prefix.running():
        result = prefix.run(program, *OPTIONS)
        told = [json.loads(line) for line in result.errors if line.startswith("{")][-2:]  # at the end
        if result.status != 0 or [line["kind"] for line in told] != ["interface", "route"]:
            trouble.append(f"ended with {result.status}: {result.errors}")
        trouble += [f"{fault}: {line}" for line in told if (fault := fault_of(line))]

        result = prefix.run(program, *OPTIONS, WINEDLLOVERRIDES=wine_harness.NEITHER_MONO_NOR_GECKO + ";iphlpapi=b")
        if result.status != 1 or NOT_COUNTED not in map(str.strip, result.errors):
            trouble.append(f"Wine's own: ended with {result.status}: {result.errors}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
