#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks a library's static probes: each that src/probes/probes.h declares is there, with its
arguments and without a semaphore, there is no other, and docs/WHY.md has the same list.

    check_probes.py --readelf READELF --source FOLDER [--without PROBE... --] LIBRARY
"""

import argparse
import pathlib
import re
import subprocess
import sys

DECLARED = re.compile(r"^#define PROBE_([a-z]\w*)\(([^)]*)\)", re.MULTILINE)
DOCUMENTED = re.compile(r"^\| `([a-z_]+)` \| ([^|]*) \|", re.MULTILINE)
NOTE = re.compile(r"Provider: (\S+)\s+Name: (\S+)\s+Location: .*Semaphore: (\S+)\s+Arguments: *(.*)")


def lists(pattern, text):
    return {name: [word.strip(" `") for word in words.split(",")] for name, words in pattern.findall(text)}


def documented(page):
    """The table below the heading "Probes"."""
    section = page.split("\n## Probes\n", 1)[1].split("\n## ", 1)[0]
    return lists(DOCUMENTED, section)


def faults(declared, notes, without):
    """What is wrong with (provider, name, semaphore, arguments) of each note."""
    found = {}
    for provider, name, semaphore, arguments in notes:
        if provider != "iphlpapi":
            continue
        found.setdefault(name, set()).add(len(arguments.split()))
        if int(semaphore, 16) != 0:
            yield f"{name}: has a semaphore"
    for name, arguments in declared.items():
        if name in without:
            continue
        counts = found.get(name)
        if counts is None:
            yield f"{name}: not in the library"
        elif counts != {len(arguments)}:
            yield f"{name}: arguments {sorted(counts)}, not {len(arguments)}"
    for name in found:
        if name not in declared or name in without:
            yield f"{name}: not expected in the library"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--readelf", required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("library")
    arguments = parser.parse_args()

    header = (arguments.source / "src/probes/probes.h").read_text(encoding="utf-8")
    page = (arguments.source / "docs/WHY.md").read_text(encoding="utf-8")
    declared = lists(DECLARED, header)
    told = documented(page)
    output = subprocess.run([arguments.readelf, "--notes", "--wide", arguments.library], check=True,
                            capture_output=True, text=True).stdout
    wrong = list(faults(declared, NOTE.findall(output), arguments.without))
    if declared != told:
        wrong.append(f"docs/WHY.md has {told}, the header {declared}")
    if not declared:
        wrong.append("the header declares no probe")
    for fault in wrong:
        print(fault, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
