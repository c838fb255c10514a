#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds links between the project's pages that lead nowhere, and what the index of docs/ leaves out.

    check_docs.py < NAMES

NAMES are those of the project's files, each ended by a NUL, relative to the folder it is run in. A link
leads to a file or folder of the project, and to a heading that is there. docs/README.md has a link to
every file in docs/; of a picture it is enough that a page shows it. A page that any file calls by its
name and the folder docs is there, and so is what a page calls by its path in a code span (`src/api`;
the name's ending may be left out). Prints what it finds, and exits with 1 if there is anything.
"""
import posixpath
import re
import sys
from pathlib import Path

INDEX = "docs/README.md"
# Data that pages are made of.
RUNS = "docs/generated/runs/"
PICTURES = (".svg", ".png")
FENCED = re.compile(r"^( *)(```|~~~).*?^ *\2[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s+<?([^\s>]+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)? *$", re.MULTILINE)
PATH = re.compile(r"(?<![\w/.$}-])(?:bench|cmake|examples|include|scripts|src|tests|tools)/[\w./-]*\w"
                  r"(?![\w*{<])")
# Pages have names in capitals.
MENTIONED = re.compile(r"(?<![\w/.-])docs/(?:\w+/)*[A-Z][\w-]*\.md\b")


def anchors(text):
    """The names by which the headings of a page can be linked to."""
    names = []
    for heading in HEADING.findall(FENCED.sub("", text)):
        words = re.sub(r"\]\([^)]*\)", "", heading)
        name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        names.append(name if name not in names else f"{name}-{names.count(name)}")
    return set(names)


def blank(match):
    """As many lines of nothing."""
    return re.sub(r"[^\n]", " ", match[0])


def links(text):
    """Where a page leads, but for what is elsewhere; each with its line."""
    text = CODE.sub(blank, FENCED.sub(blank, text))
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield text.count("\n", 0, match.start()) + 1, target


def paths(text):
    """What code spans of a page call by its path, but for patterns; each with its line."""
    for span in CODE.finditer(FENCED.sub(blank, text)):
        for match in PATH.finditer(span[0]):
            yield text.count("\n", 0, span.start()) + 1, match[0]


def read(names):
    """The files that are text."""
    texts = {}
    for name in names:
        try:
            texts[name] = Path(name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            pass
    return texts


def check(names):
    texts = read(names)
    folders = {parent for name in names for parent in map(str, Path(name).parents)}
    called = names | folders | {posixpath.splitext(name)[0] for name in names}
    linked = {}
    for page in (name for name in texts if name.endswith(".md")):
        linked[page] = set()
        for line, link in links(texts[page]):
            path, _, heading = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            linked[page].add(target)
            if target not in names and target not in folders:
                yield f"{page}:{line}: there is no {target}"
            elif heading and heading not in anchors(texts.get(target, "")):
                yield f"{page}:{line}: there is no heading #{heading} in {target}"
        for line, path in paths(texts[page]):
            if path not in called:
                yield f"{page}:{line}: there is no {path}"
    shown = set().union(*linked.values())
    for name in sorted(name for name in names if name.startswith("docs/") and name != INDEX and
                       not name.startswith(RUNS)):
        if name not in (shown if name.endswith(PICTURES) else linked.get(INDEX, ())):
            yield f"{name}: " + ("no page shows it" if name.endswith(PICTURES) else f"not in {INDEX}")
    for name, text in texts.items():
        for path in sorted(set(MENTIONED.findall(text)) - names):
            yield f"{name}: there is no {path}"


def main():
    names = {name for name in sys.stdin.buffer.read().decode("utf-8").split("\0") if name}
    found = list(check(names))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
