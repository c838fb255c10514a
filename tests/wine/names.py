#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program finds in Wine's own DLL by name it finds in ours, and what is missing in both is
missing in the same way; 64-bit Windows' own names come on top.

    names.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of names.c.
"""
import re
import sys

import wine_harness

UNDECORATED = "undecorated "


def said_of_it(result):
    """Wine's lines on the DLL, without threads' numbers and addresses."""
    return [re.sub(r"\b[0-9a-fA-F]{4,}\b", "…", line) for line in result.errors
            if "iphlpapi" in line]


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    with prefix.running():
        ours = prefix.run(program)
        theirs = prefix.run(program, WINEDLLOVERRIDES=wine_harness.WINES_OWN)
    trouble = []
    for which, result in ("ours", ours), ("Wine's own", theirs):
        if result.status != 0:
            trouble.append(f"with {which} it ended with {result.status}")
    said = said_of_it(theirs)
    trouble += [f"only with ours Wine says: {line}" for line in said_of_it(ours)
                if line not in said]

    def shared(result):
        return [line for line in result.output if not line.startswith(UNDECORATED)]

    trouble += [f"ours: {one}; Wine's own: {other}"
                for one, other in zip(shared(ours), shared(theirs))
                if one != other and ": found" not in one]
    if len(shared(ours)) != len(shared(theirs)) or "name NoSuchFunction: missing, error 127" \
            not in ours.output:
        trouble.append(f"not all was said: {ours.output} {theirs.output}")
    undecorated = [line for line in ours.output if line.startswith(UNDECORATED)]
    trouble += [line for line in undecorated if not line.endswith(": found")]
    if len(undecorated) != 16:
        trouble.append(f"undecorated names: {len(undecorated)}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
