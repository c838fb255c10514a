#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program finds in Wine's own DLL by name it finds in ours, and what is missing in both is
missing in the same way.

    names.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of names.c.
"""
import re
import sys

import wine_harness


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

    trouble += [f"ours: {one}; Wine's own: {other}"
                for one, other in zip(ours.output, theirs.output)
                if one != other and ": found" not in one]
    if len(ours.output) != len(theirs.output) or "name NoSuchFunction: missing, error 127" \
            not in ours.output:
        trouble.append(f"not all was said: {ours.output} {theirs.output}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
