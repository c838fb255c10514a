#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when the table of settings in docs/KERNEL.md is not what settings.def says.

usage: check_settings.py settings.def KERNEL.md

The page's table lies between two comments. A cell may name several fields or files; {a,b} stands for each.
"""

import itertools
import re
import sys

TOLD = {"at once": "AT_ONCE", "later": "LATER", "never": "NEVER"}


def expand(pattern):
    """All that a{b,c}d stands for: abd and acd."""
    parts = [part.split(",") for part in re.split(r"[{}]", pattern)]
    return ["".join(words) for words in itertools.product(*parts)]


def listed(text):
    """The rows of settings.def."""
    rows = re.findall(r'^SETTING\("([^"]+)", "net/([^"]+)", ([\w| ]+)\)', text, re.M)
    return {(shows, file, told) for shows, file, told in rows}


def documented(text):
    """The rows of the page's table."""
    rows = set()
    table = re.search(r"<!-- settings begin -->\n(.*?)<!-- settings end -->", text, re.S)[1]
    for line in table.splitlines()[2:]:
        shows, files, told = (cell.strip() for cell in line.strip("|").split("|"))
        told = " | ".join(TOLD[word] for word in told.split(" or "))
        for show, file in itertools.product(shows.split(", "), re.findall(r"`([^`]+)`", files)):
            rows |= {(show, name, told) for name in expand(file)}
    return rows


def main():
    """Compares."""
    with open(sys.argv[1], encoding="utf-8") as definition:
        ours = listed(definition.read())
    with open(sys.argv[2], encoding="utf-8") as page:
        theirs = documented(page.read())
    for row in sorted(ours - theirs):
        print("not in the page's table:", *row)
    for row in sorted(theirs - ours):
        print("not in settings.def:", *row)
    return 0 if ours and ours == theirs else 1


sys.exit(main())
