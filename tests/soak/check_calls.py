#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each exported function that gives a table is one that the soak program calls.

    check_calls.py iphlpapi.spec calls.def
"""
import re
import sys


def exported(spec):
    """Names of tables' readers; a stub gives nothing."""
    return set(re.findall(r"^@ stdcall (?:-\S+ )*((?:InternalGet|AllocateAndGet|Get)\w*Table\w*)\(",
                          spec, re.MULTILINE))


def called(rows):
    return set(re.findall(r"^[A-Z_]+\((\w+)", rows, re.MULTILINE))


def main():
    spec, rows = (open(name, encoding="utf-8").read() for name in sys.argv[1:])
    tables = exported(spec)
    missing = sorted(tables - called(rows))
    print(f"{len(tables)} functions, {len(missing)} not called", *missing, sep="\n")
    sys.exit(1 if missing or not tables else 0)


if __name__ == "__main__":
    main()
