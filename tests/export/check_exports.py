#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the library, its version script and its headers with iphlpapi.spec.

Each command prints what differs and exits with 1 where anything does.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

VERSION = "IPHLPAPI_1"
SONAME = "libiphlpapi.so.1"
NEEDED = {"libnl-3.so.200", "libc.so.6"}
# The C library's other half, which thread-local storage brings in.
LOADER = re.compile(r"ld-linux[\w-]*\.so\.\d+")
# What a sanitizer brings with it.
NEEDED_BY_SANITIZER = re.compile(r"lib(asan|ubsan|tsan|m|gcc_s|resolv|rt|dl|pthread)\.so\.\d+")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def spec_names(path):
    """The list itself: in order, nothing twice."""
    names = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"@ stdcall ([A-Za-z0-9_]+)\((?:(?:ptr|long|wstr|str|int64)\s?)*\)", line)
        if not match:
            sys.exit(f"{path}:{number}: not understood: {line}")
        names.append(match[1])
    if names != sorted(set(names)):
        sys.exit(f"{path}: not in order, or a name twice")
    if not names:
        sys.exit(f"{path}: empty")
    return set(names)


def compare(what, found, expected):
    missing = sorted(expected - found)
    extra = sorted(found - expected)
    for name in missing:
        print(f"{what}: {name} is missing")
    for name in extra:
        print(f"{what}: {name} is too much")
    return not missing and not extra


def check_symbols(arguments, expected):
    found = set()
    fine = True
    for line in run(arguments.nm, "-D", "--defined-only", arguments.file).splitlines():
        kind, symbol = line.split()[1:3]
        name, _, version = symbol.partition("@@")
        if kind == "A" and symbol in (VERSION, f"{VERSION}@@{VERSION}"):
            continue  # the version itself
        if kind != "T":
            print(f"symbols: {symbol} is no function: {kind}")
            fine = False
        if version != VERSION:
            print(f"symbols: {symbol} is not of version {VERSION}")
            fine = False
        found.add(name)
    return compare("symbols", found, expected) and fine


def check_script(arguments, expected):
    text = Path(arguments.file).read_text(encoding="utf-8")
    match = re.fullmatch(r"(\w+) \{\s*global:([^:]*);\s*local:\s*\*;\s*\};\s*", text)
    if not match:
        print(f"script: not understood: {text}")
        return False
    if match[1] != VERSION:
        print(f"script: version {match[1]}, not {VERSION}")
        return False
    return compare("script", {name.strip() for name in match[2].split(";")}, expected)


def declared_functions(text):
    """Names of functions that are declared, not defined, at file scope."""
    names = set()
    text = re.sub(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)", " ", text)
    text = re.sub(r"__extension__|__inline(?:__)?|_Static_assert\s*\([^;]*\)\s*;", " ", text)
    depth = 0
    statement = ""
    for character in text:
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                statement += " {} "
        elif depth == 0 and character == ";":
            match = re.fullmatch(r"(?!typedef\b)[\w\s*]*?[\s*](\w+)\s*\((.*)\)", statement.strip(),
                                 re.DOTALL)
            if match and "{}" not in statement.split("(")[0]:
                names.add(match[1])
            statement = ""
        elif depth == 0:
            statement += character
    return names


def check_headers(arguments, expected):
    include = str(Path(arguments.file).resolve())
    fine = True
    for header in ("iphlpapi.h", "netioapi.h"):
        preprocessed = subprocess.run(
            [arguments.compiler, "-E", "-I", include, "-x", "c", "-"], check=True,
            input=f"#include <{header}>\n", capture_output=True, text=True).stdout
        ours = []
        inside = False
        for line in preprocessed.splitlines():
            marker = re.match(r'# \d+ "(.*?)"', line)
            if marker:
                inside = str(Path(marker[1]).resolve()).startswith(include + "/")
            elif inside:
                ours.append(line)
        fine = compare(header, declared_functions("\n".join(ours)), expected) and fine
    return fine


def check_elf(arguments, _expected):
    text = run(arguments.readelf, "--wide", "-d", arguments.file)
    fine = True

    def demand(condition, what):
        nonlocal fine
        if not condition:
            print(f"elf: {what}")
            fine = False

    soname = re.findall(r"\(SONAME\).*\[(.*)\]", text)
    demand(soname == [SONAME], f"SONAME is {soname}, not {SONAME}")
    flags = re.findall(r"\(FLAGS_1\)\s*(?:Flags:)?(.*)", text)
    demand(flags and "NODELETE" in flags[0].split(), "DF_1_NODELETE is not set")
    demand(not re.search(r"\((RPATH|RUNPATH|TEXTREL)\)", text), "has a RPATH or text relocations")
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", text))
    needed = {name for name in needed if not LOADER.fullmatch(name)}
    if arguments.sanitizer:
        needed = {name for name in needed if not NEEDED_BY_SANITIZER.fullmatch(name)}
    return compare("elf: needed library", needed, NEEDED) and fine


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", required=True, help="iphlpapi.spec")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, check, option in (("symbols", check_symbols, "--nm"),
                                ("script", check_script, None),
                                ("headers", check_headers, "--compiler"),
                                ("elf", check_elf, "--readelf")):
        command = commands.add_parser(name)
        command.set_defaults(check=check)
        command.add_argument("file", help="the library, the version script or the folder of headers")
        if option:
            command.add_argument(option, required=True)
        if name == "elf":
            command.add_argument("--sanitizer", default="")
    arguments = parser.parse_args()
    return 0 if arguments.check(arguments, spec_names(arguments.spec)) else 1


if __name__ == "__main__":
    sys.exit(main())
