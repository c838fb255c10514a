#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds outputs (parameters ret and ret_...) that are read, or written before a failure.

    check_outputs.py FILE...

The rule is in docs/DESIGN.md, "Contracts". This goes by the text of C files as clang-format leaves
it: after a statement that writes an output, the next return on the way is one of success, unless
the statement depends on success itself ("if (r == 0)"). Prints what it finds, and exits with 1 if
there is anything.
"""
import re
import sys
from pathlib import Path

FUNCTION = re.compile(r"^(?P<head>[A-Za-z_][^;{}#]*\))\n\{\n(?P<body>(?:.*\n)*?)\}\n", re.MULTILINE)
FAILURE = re.compile(r"return (-E\w+|false|NULL|r|result|error)\b[^?]*;")
ON_SUCCESS = re.compile(r"\bif \((.* && )?\w+ (==|>=) 0( && .*)?\)$")


def indentation(line):
    return len(line) - len(line.lstrip())


def writes(line, name):
    return re.search(rf"(^|[\s(,])\*+{name}(\+\+)? =[^=]|\b{name}(->[\w.\[\]]+)+ =[^=]|"
                     rf"\bmem(set|cpy)\(&?{name}\b", line)


def reads(line, name):
    member = rf"{name}(->[\w.\[\]]+)*"
    left = re.sub(rf"sizeof\(\*{member}\)|^\s*\*+{name}(\+\+)? =[^=]|^\s*{member} =[^=]|"
                  rf"\bmem(set|cpy)\(&?{member},", "", line)
    return re.search(rf"[^\w]\*{name}\b|\b{name}->", left)


def fails_after(lines, i):
    """The line after a write at i with which the function fails, or None."""
    depth = indentation(lines[i])
    around = depth
    for j in range(i - 1, -1, -1):
        if lines[j] and indentation(lines[j]) < around:
            around = indentation(lines[j])
            if ON_SUCCESS.search(lines[j].rstrip(" {")):
                return None
    for j in range(i + 1, len(lines)):
        if re.match(r"\s*(case .*|default):$", lines[j]) and indentation(lines[j]) < depth:
            return None
        if re.match(r"\s*\} else\b|\s*else\b", lines[j]) and indentation(lines[j]) < depth:
            depth = indentation(lines[j])
            continue
        if "return" not in lines[j]:
            continue
        if FAILURE.search(lines[j]):
            return j
        if indentation(lines[j]) <= depth:
            return None
    return None


def check(path):
    text = Path(path).read_text(encoding="utf-8")
    found = []
    for function in FUNCTION.finditer(text):
        head = function["head"]
        if re.match(r"(static )?(inline )?void [^*]", head):
            continue  # it does not fail
        lines = function["body"].splitlines()
        first = text.count("\n", 0, function.start("body")) + 1
        for name in re.findall(r"\*(ret(?:_\w+)?)\b", head):
            for i, line in enumerate(lines):
                if reads(line, name):
                    found.append(f"{path}:{first + i}: {name} is read")
                if writes(line, name) and fails_after(lines, i) is not None:
                    found.append(f"{path}:{first + i}: {name} is written before the failure in line "
                                 f"{first + fails_after(lines, i)}")
    return found


def main():
    found = [line for path in sys.argv[1:] for line in check(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
