#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bytes that each function of the 32-bit DLL takes off the caller's stack (stdcall). A wrong sum fails
neither when a program is linked nor when it is loaded; it spoils the stack of whoever calls.

    check_sums.py --spec SPEC --nm NM --winebuild WINEBUILD --imports OURS --mingw THEIRS DLL
OURS is the import library of the DLL, THEIRS mingw-w64's of Windows' own; the DLL has its symbols. Prints
what differs from the arguments that the spec lists, and exits with 1 where anything does.
"""
import argparse
import re
import sys

sys.dont_write_bytecode = True
from check_exports import Spec, run  # noqa: E402

# Bytes of the stack. What is not here is a pointer or fits into one.
SIZES = {"int64": 8, "int128": 16}
WORD = 4
# As many functions are in both lists; with fewer, names are not read as they should be.
LEAST_COMMON = 150


def expected_sums(spec):
    return {name: sum(SIZES.get(argument, WORD) for argument in arguments)
            for name, arguments in spec.arguments.items()}


def decorated(lines):
    """{name: bytes} of symbols like _GetIfTable2@4."""
    matches = (re.fullmatch(r"_(\w+)@(\d+)", line) for line in lines)
    return {match[1]: int(match[2]) for match in matches if match}


def symbols(nm, file):
    """The functions of an object or a library."""
    return [words[2] for words in map(str.split, run(nm, file).splitlines())
            if len(words) == 3 and words[1] == "T"]


def by_winebuild(winebuild, spec):
    text = run(winebuild, "-m32", "--def", "-E", spec)
    return {name: int(size) for name, size in re.findall(r"^  (\w+)@(\d+) @\d+$", text, re.MULTILINE)}


def differing(what, found, expected):
    return [f"{what}: {name} takes {found[name]} bytes, by the spec {expected[name]}"
            for name in sorted(set(found) & set(expected)) if found[name] != expected[name]]


def missing(what, found, names):
    return [f"{what}: {name} is missing" for name in sorted(set(names) - set(found))]


def check(arguments, spec):
    expected = expected_sums(spec)
    in_dll = decorated(symbols(arguments.nm, arguments.file))
    imports = decorated(symbols(arguments.nm, arguments.imports))
    mingw = decorated(symbols(arguments.nm, arguments.mingw))
    winebuild = by_winebuild(arguments.winebuild, arguments.spec)
    relays = {name.removeprefix("export_"): size for name, size in in_dll.items()
              if name.startswith("export_")}
    # The Pf... functions are in mingw-w64's list, and in winebuild's, by their decorated names.
    functions = {name for name in expected if "@" not in name}
    trouble = missing("the DLL", in_dll, functions) + missing("imports", imports, functions) + \
        missing("winebuild", winebuild, functions - spec.win64)
    for what, found in ("the DLL", in_dll), ("a relay", relays), ("imports", imports), \
            ("mingw-w64", mingw), ("winebuild", winebuild):
        trouble += differing(what, found, expected)
    common = set(mingw) & set(expected)
    if not relays or len(common) < LEAST_COMMON:
        trouble.append(f"{len(relays)} relays, {len(common)} functions of mingw-w64's: too few")
    return trouble


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in "spec", "nm", "winebuild", "imports", "mingw":
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("file", help="the DLL")
    arguments = parser.parse_args()
    trouble = check(arguments, Spec(arguments.spec))
    print("\n".join(trouble), end="\n" if trouble else "")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
