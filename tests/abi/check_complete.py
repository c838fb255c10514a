#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails when the headers declare something that the ABI lists do not check.

usage: check_complete.py [--list] compiler include-dir [list...] [abi_prototypes.c] [exceptions.txt]

Reads what the compiler's preprocessor leaves of the headers, so that each typedef, field, bit
field, enumerator, macro and function is seen as a program sees it. --list prints them all in the form of
abi.def. The parser knows the C that the headers are written in, and stops at anything else.
"""

import os
import re
import subprocess
import sys

# IPHLPAPI_ALIGN_64, in 32 bit.
ALIGNMENT = re.compile(r'__attribute__\(\(__aligned__\(8\)\)\)')
TOKEN = re.compile(r'[A-Za-z_]\w*|\d\w*|"(?:[^"\\]|\\.)*"|->|<<|[^\s]')
IGNORED = {"__extension__", "const"}


def preprocess(compiler, include_dir):
    """Returns the text of all headers, their macros, and the headers that are not reached."""
    source = '#include <iphlpapi.h>\n'
    out = subprocess.run(compiler.split() + ["-E", "-dD", "-x", "c", "-I", include_dir, "-"],
                         input=source, stdout=subprocess.PIPE, check=True, text=True).stdout
    ours, text, macros, undefined = False, [], [], set()
    unreached = {name for name in os.listdir(include_dir) if name.endswith(".h")}
    for line in out.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            ours = os.path.dirname(os.path.realpath(marker[1])) == os.path.realpath(include_dir)
            if ours:
                unreached.discard(os.path.basename(marker[1]))
        elif ours and line.startswith("#define "):
            name, params, body = re.match(r'#define (\w+)(\([^)]*\))?\s*(.*)', line).groups()
            if params or body:
                macros.append(name)
        elif ours and line.startswith("#undef "):
            undefined.add(line.split()[1])
        elif ours and not line.startswith("#pragma"):
            text.append(line)
    return "\n".join(text), [m for m in macros if m not in undefined], sorted(unreached)


class Parser:
    def __init__(self, text):
        self.tokens = [t for t in TOKEN.findall(ALIGNMENT.sub("", text)) if t not in IGNORED]
        self.at = 0
        self.items = []

    def peek(self):
        return self.tokens[self.at]

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, token):
        got = self.next()
        if got != token:
            near = " ".join(self.tokens[max(0, self.at - 12):self.at + 5])
            sys.exit(f"check_complete: expected '{token}', got '{got}' near: {near}")

    def skip_to(self, end):
        """Skips past the next `end` that is not inside parentheses or braces."""
        depth, skipped = 0, []
        while True:
            token = self.next()
            if depth == 0 and token == end:
                return skipped
            depth += (token in "({") - (token in ")}")
            skipped.append(token)

    def parse(self):
        while self.at < len(self.tokens):
            token = self.next()
            if token == "typedef":
                self.typedef()
            elif token == "_Static_assert":
                self.skip_to(";")
            elif token == "__attribute__":  # IPHLPAPI_DLL_LINKAGE
                declaration = self.skip_to(";")
                parameters = declaration.index("(", declaration.index(")"))
                self.items.append(("FUNCTION", declaration[parameters - 1]))
            elif token == "struct":  # named, and declared elsewhere
                self.skip_to(";")
            elif token == ";":
                pass
            else:
                sys.exit(f"check_complete: do not understand '{token}' at the top level")
        return self.items

    def typedef(self):
        base, members, enumerators = [], None, []
        if self.peek() in ("struct", "union", "enum"):
            kind = self.next()
            if self.peek() != "{":
                base.append(self.next())
            if self.peek() == "{":
                if kind == "enum":
                    enumerators = self.enumerators()
                else:
                    members = self.members("")
        else:
            kind = "scalar"
            while self.tokens[self.at + 1] not in (",", ";", "(", "[") and self.peek() != "*":
                base.append(self.next())
            if self.tokens[self.at + 1] == "(":
                base.append(self.next())
        for declarator in self.declarators():
            if declarator[0] == "(":
                self.items.append(("FUNCTION", declarator[declarator.index("*") + 1]))
            elif declarator[0] == "*":
                self.items.append(("PTR", declarator[-1]))
            elif "[" in declarator:
                self.items.append(("TYPE", declarator[0]))
            else:
                self.items.append(("INT" if kind == "scalar" else "TYPE", declarator[-1]))
                for member in members or []:
                    self.items.append((member[0], declarator[-1], member[1]))
                members = None
        for name in enumerators:
            self.items.append(("CONST", name))

    def declarators(self):
        declarators, current = [], []
        for token in self.skip_to(";") + [","]:
            if token == "," and current.count("(") == current.count(")"):
                declarators.append(current)
                current = []
            else:
                current.append(token)
        return declarators

    def enumerators(self):
        names = []
        self.expect("{")
        while self.peek() != "}":
            names.append(self.next())
            while self.peek() not in (",", "}"):
                self.next()
            if self.peek() == ",":
                self.next()
        self.expect("}")
        return names

    def members(self, prefix):
        found = []
        self.expect("{")
        while self.peek() != "}":
            if self.peek() in ("struct", "union") and self.tokens[self.at + 1] == "{":
                self.next()
                start = self.at
                self.skip_braces()
                name = "" if self.peek() == ";" else self.next()
                self.expect(";")
                end, self.at = self.at, start
                if name:
                    found.append(("FIELD", prefix + name))
                found += self.members(prefix + name + "." if name else prefix)
                self.at = end
                continue
            declaration = self.skip_to(";")
            if ":" in declaration:
                found.append(("BITS", prefix + declaration[declaration.index(":") - 1]))
            elif "[" in declaration:
                found.append(("FIELD", prefix + declaration[declaration.index("[") - 1]))
            else:
                found.append(("FIELD", prefix + declaration[-1]))
        self.expect("}")
        return found

    def skip_braces(self):
        self.expect("{")
        depth = 1
        while depth:
            token = self.next()
            depth += (token == "{") - (token == "}")


def listed(path):
    """Names that a list checks: (name,) of a type, constant or macro, (type, field) of a field.

    ABI_HOST_ entries check what the host's headers declare, and are left out.
    """
    text = open(path, encoding="utf-8").read()
    if path.endswith(".txt"):
        return {(line.split()[0],) for line in text.splitlines() if line and line[0] != "#"}
    if path.endswith(".c"):
        return {(name,) for name in re.findall(r"^(?:SAME\(|extern const )(\w+)", text, flags=re.M)}
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    entries = set()
    for macro, arguments in re.findall(r"^(ABI_\w+)\(([^)]*)\)", text, flags=re.M):
        if macro.startswith("ABI_HOST_"):
            continue
        arguments = [a.strip() for a in arguments.split(",")]
        is_field = macro.endswith(("_FIELD", "_BITS"))
        entries.add(tuple(arguments[:2]) if is_field else (arguments[0],))
    return entries


def main():
    arguments = sys.argv[1:]
    print_list = arguments[0] == "--list"
    compiler, include_dir, *lists = arguments[print_list:]
    text, macros, unreached = preprocess(compiler, include_dir)
    if unreached:
        sys.exit(f"check_complete: iphlpapi.h does not include {' '.join(unreached)}")
    items = Parser(text).parse() + [("CONST", name) for name in macros]
    if print_list:
        for kind, *names in items:
            print(f"ABI_{kind}({', '.join(names)})")
        return 0

    checked = set().union(*(listed(path) for path in lists))
    declared = {tuple(names) for _, *names in items}
    missing = [(kind, names) for kind, *names in items if tuple(names) not in checked]
    for kind, names in missing:
        print(f"declared, but not checked: ABI_{kind}({', '.join(names)})")
    stale = sorted(checked - declared)
    for names in stale:
        print(f"checked, but no longer declared: {', '.join(names)}")
    print(f"{len(items)} declarations, {len(missing)} unchecked, {len(stale)} stale entries")
    return 1 if missing or stale or len(items) < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
