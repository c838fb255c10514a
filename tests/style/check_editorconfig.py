#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares files with what .editorconfig says of them.

    check_editorconfig.py < NAMES

NAMES are those of the project's files, each ended by a NUL, relative to the folder it is run in, where
.editorconfig is. Prints what differs, and exits with 1 if anything does.
"""
import itertools
import re
import sys
from pathlib import Path

# What the signs of a section's name stand for. (A comma outside braces has no place in our names.)
SIGNS = {"**": ".*", "*": "[^/]*", "{": "(?:", ",": "|", "}": ")"}


def pattern(glob):
    """What a section's name matches. One without a slash is about names in any folder."""
    parts = re.split(r"(\*\*|[*{},])", glob)
    return re.compile(("" if "/" in glob else "(?:.*/)?") +
                      "".join(SIGNS.get(part) or re.escape(part) for part in parts))


def sections(text):
    """Each section's pattern, and its properties."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            found.append((pattern(line[1:-1]), {}))
        elif found and line and line[0] not in "#;":
            key, _, value = line.partition("=")
            found[-1][1][key.strip()] = value.strip()
    return found


def problems(data, properties):
    """What a file's bytes break, each with the number of the first line that does, or 1."""
    if properties.get("charset") == "utf-8":
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            yield data.count(b"\n", 0, error.start) + 1, "not UTF-8"
            return
    else:
        text = data.decode("latin-1")
    if properties.get("insert_final_newline") == "true" and text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end"
    wrong = {}
    longest = properties.get("max_line_length", "unset")
    for number, line in zip(itertools.count(1), text.split("\n")):
        if properties.get("end_of_line") == "lf" and "\r" in line:
            wrong.setdefault("a carriage return", number)
        if properties.get("trim_trailing_whitespace") == "true" and re.search(r"[ \t]$", line):
            wrong.setdefault("whitespace at the end of the line", number)
        if properties.get("indent_style") == "space" and re.match(r" *\t", line):
            wrong.setdefault("indented by a tab", number)
        if longest.isdigit() and len(line) > int(longest):
            wrong.setdefault(f"longer than {longest} characters", number)
    for what, number in wrong.items():
        yield number, what


def main():
    rules = sections(Path(".editorconfig").read_text(encoding="utf-8"))
    status = 0
    for name in filter(None, sys.stdin.buffer.read().decode("utf-8").split("\0")):
        properties = {}
        for matches, values in rules:
            if matches.fullmatch(name):
                properties.update(values)
        for number, what in problems(Path(name).read_bytes(), properties):
            print(f"{name}:{number}: {what}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
