#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the library, its version script, its headers, its error codes and the DLL with iphlpapi.spec,
and iphlpapi.spec with what releases had.

Each command prints what differs and exits with 1 where anything does.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from wine_prefix.exports import ExportTable  # noqa: E402
from wine_prefix.messages import Problem  # noqa: E402
from wine_prefix.widths import NAMED, WIDTHS  # noqa: E402
from wine_prefix.wine import Wine  # noqa: E402

# The native libraries: how each is known, and what its symbol versions begin with.
LIBRARIES = {"native": ("libiphlpapi.so.1", "IPHLPAPI"),
             "managed": ("libiphlpapi.dll.so", "IPHLPAPI_DLL")}
# The native library's node of what is for this project's tools.
PRIVATE = "IPHLPAPI_PRIVATE"
SKIPPED = 77
# The headers that programs include for functions; all functions come with the first one.
HEADERS = ("iphlpapi.h", "netioapi.h", "icmpapi.h")
LIBC = "libc.so.6"
NEEDED = {"libnl-3.so.200", "libnl-route-3.so.200", LIBC}
# The C library's other half, which thread-local storage brings in.
LOADER = re.compile(r"ld-linux[\w-]*\.so\.\d+")
# What a sanitizer brings with it.
NEEDED_BY_SANITIZER = re.compile(r"lib(asan|ubsan|tsan|m|gcc_s|resolv|rt|dl|pthread)\.so\.\d+")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def number_of(release):
    """0.10 comes after 0.9."""
    return tuple(int(part) for part in release.split("."))


class Spec:
    """The list itself, in order, nothing twice: what there is and since which release."""

    LINE = re.compile(r"@ (?P<kind>stdcall|stub) (?P<norelay>-norelay )?(?P<win64>-arch=win64 )?"
                      r"(?P<name>[A-Za-z0-9_@]+)"
                      r"(?P<arguments>\((?:(?:ptr|long|wstr|str|int64|int128)\s?)*\))?"
                      r"(?: (?P<function>Pf[A-Za-z0-9]+))?"
                      r" # (?P<release>(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))(?P<dll>, in the DLL only)?")

    def __init__(self, path, library="native"):
        self.soname, self.family = LIBRARIES[library]
        own, dll_only, aliases, win64 = {}, set(), {}, set()
        self.arguments = {}  # {function: the sorts of its arguments}
        self.private = set()  # for this project's tools; without a place in any release
        for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("# private: ") and library == "native":
                self.private.add(line.partition(": ")[2])
            if not line.strip() or line.startswith("#"):
                continue
            match = self.LINE.fullmatch(line)
            name = match and match["name"]
            # What is not plainly a function is no native one.
            special = match and (match["kind"] == "stub" or match["win64"] or match["function"])
            if not match or (match["kind"] == "stdcall") != bool(match["arguments"]) or \
                    (match["kind"] == "stub" and (match["norelay"] or match["function"])) or \
                    ((match["win64"] or match["function"]) and not match["norelay"]) or \
                    ("@" in name) != bool(match["function"]):
                sys.exit(f"{path}:{number}: not understood: {line}")
            if special and not match["dll"]:
                sys.exit(f"{path}:{number}: {name} is in the DLL only, and it is not said")
            # A name with 32-bit Windows' decoration is another one of 64-bit Windows' function.
            if match["function"]:
                aliases[name] = match["function"]
                if name != f"_{match['function']}@{4 * len(match['arguments'][1:-1].split())}":
                    sys.exit(f"{path}:{number}: the decoration and the arguments disagree")
            if name in own:
                sys.exit(f"{path}:{number}: {name} a second time")
            own[name] = match["release"]
            if match["arguments"]:
                self.arguments[name] = match["arguments"][1:-1].split()
            if match["dll"]:
                dll_only.add(name)
            if match["win64"]:
                win64.add(name)
        if not own or list(own) != sorted(own):
            sys.exit(f"{path}: empty, or not in order")
        if set(aliases.values()) != win64:
            sys.exit(f"{path}: with one name only: {sorted(set(aliases.values()) ^ win64)}")
        self.aliases = set(aliases)
        self.win64 = win64
        self.own = set(own)
        self.native = self.own - dll_only
        self.release_of = own
        self.releases = sorted(set(own.values()), key=number_of)

    def of(self, width):
        """What the DLL of this width exports."""
        return self.own if width == "win64" else self.own - self.win64

    def came_with(self, release):
        return {name for name, since in self.release_of.items() if since == release}

    def node_of(self, release):
        """The symbol version of what came with that release."""
        return f"{self.family}_{release}"

    def parents(self):
        """The nodes, oldest first, each with those that it inherits."""
        nodes = [self.node_of(release) for release in self.releases]
        return list(zip(nodes, [[]] + [[node] for node in nodes])) + \
            ([(PRIVATE, [])] if self.private else [])


def exports_of(path):
    """The names that a DLL exports, each with what it is forwarded to, or None."""
    return ExportTable(Path(path).read_bytes()).exports()


def compare(what, found, expected):
    missing = sorted(expected - found)
    extra = sorted(found - expected)
    for name in missing:
        print(f"{what}: {name} is missing")
    for name in extra:
        print(f"{what}: {name} is too much")
    return not missing and not extra


def check_symbols(arguments, spec):
    found, nodes = set(), set()
    fine = True
    for line in run(arguments.nm, "-D", "--defined-only", arguments.file).splitlines():
        kind, symbol = line.split()[1:3]
        name, _, version = symbol.partition("@@")
        if kind == "A" and version in ("", name):
            nodes.add(name)
            continue
        if kind != "T":
            print(f"symbols: {symbol} is no function: {kind}")
            fine = False
        if name in spec.native and version != spec.node_of(spec.release_of[name]):
            print(f"symbols: {symbol} is not of version {spec.node_of(spec.release_of[name])}")
            fine = False
        if name in spec.private and version != PRIVATE:
            print(f"symbols: {symbol} is not of version {PRIVATE}")
            fine = False
        found.add(name)
    fine = compare("symbols: node", nodes, {node for node, _ in spec.parents()}) and fine
    return compare("symbols", found, spec.native | spec.private) and fine


def check_script(arguments, spec):
    """The nodes in order, each inheriting the one before; the first hides all else."""
    text = Path(arguments.file).read_text(encoding="utf-8")
    node = re.compile(r"(\w[\w.]*) \{\s*global:([^:{}]*);\s*(local:\s*\*;\s*)?\}((?: \w[\w.]*)*);\s*")
    if not re.fullmatch(f"(?:{node.pattern})+", text):
        print(f"script: not understood: {text}")
        return False
    nodes = list(node.finditer(text))
    fine = True
    parents = [(match[1], match[4].split()) for match in nodes]
    if parents != spec.parents():
        print(f"script: the nodes are {parents}, not {spec.parents()}")
        fine = False
    if [bool(match[3]) for match in nodes] != [True] + [False] * (len(nodes) - 1):
        print("script: not the first node, or not it alone, hides what is not exported")
        fine = False
    for match in nodes:
        expected = spec.private if match[1] == PRIVATE else \
            {name for name in spec.native if spec.node_of(spec.release_of[name]) == match[1]}
        fine = compare(f"script: {match[1]}", {name.strip() for name in match[2].split(";")},
                       expected) and fine
    return fine


def check_released(arguments, spec):
    """What a release that is out has is neither taken away nor moved nor added to: a program that asks
    for a version gets all of it. The release to come is the project's version."""
    recorded = {}
    for line in Path(arguments.file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            release, name = line.split()
            recorded.setdefault(release, set()).add(name)
    version = number_of(arguments.version)[:2]
    fine = True
    for release, names in recorded.items():
        fine = compare(f"released: {release}", spec.came_with(release), names) and fine
    for release in spec.releases:
        if release not in recorded and number_of(release) != version:
            print(f"released: {release} is neither recorded nor the project's version {arguments.version}")
            fine = False
    if not recorded or max(map(number_of, recorded)) > version:
        print(f"released: nothing is, or a release newer than the project's version {arguments.version}")
        fine = False
    return fine


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


def check_headers(arguments, spec):
    """iphlpapi.h comes with all functions; netioapi.h alone has its own."""
    include = str(Path(arguments.file).resolve())
    fine = True
    for header in HEADERS:
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
        declared = declared_functions("\n".join(ours))
        # Everything comes with the first one.
        fine = compare(header, declared, spec.native if header == HEADERS[0] else
                       spec.native & declared) and fine
    return fine


def nodes_of(text):
    """The version definitions as readelf tells them, each with those that it inherits."""
    section = text.partition("Version definition section")[2].partition("Version needs section")[0]
    nodes = []
    for name, parent in re.findall(r"Flags: none .* Name: (\S+)|Parent \d+: (\S+)", section):
        if name:
            nodes.append((name, []))
        else:
            nodes[-1][1].append(parent)
    return nodes


def check_elf(arguments, spec):
    text = run(arguments.readelf, "--wide", "-d", arguments.file)
    nodes = nodes_of(run(arguments.readelf, "--wide", "-V", arguments.file))
    fine = True

    def demand(condition, what):
        nonlocal fine
        if not condition:
            print(f"elf: {what}")
            fine = False

    soname = re.findall(r"\(SONAME\).*\[(.*)\]", text)
    demand(soname == [spec.soname], f"SONAME is {soname}, not {spec.soname}")
    demand(nodes == spec.parents(), f"the version nodes are {nodes}, not {spec.parents()}")
    flags = re.findall(r"\(FLAGS_1\)\s*(?:Flags:)?(.*)", text)
    demand(flags and "NODELETE" in flags[0].split(), "DF_1_NODELETE is not set")
    demand(not re.search(r"\((RPATH|RUNPATH|TEXTREL)\)", text), "has a RPATH or text relocations")
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", text))
    needed = {name for name in needed if not LOADER.fullmatch(name)}
    if arguments.sanitizer:
        needed = {name for name in needed if not NEEDED_BY_SANITIZER.fullmatch(name)}
    return compare("elf: needed library", needed, NEEDED) and fine


def check_unixlib(arguments, _spec):
    """The half of the DLL on a host: for its processor, with Wine's tables and nothing else, and
    self-contained where it is of another processor than the packages that it would need."""
    if not Path(arguments.file).exists():
        print(f"unixlib: {arguments.file} was left out")
        return SKIPPED
    text = run(arguments.readelf, "--wide", "-h", "-d", arguments.file)
    symbols = run(arguments.readelf, "--wide", "--dyn-syms", arguments.file)
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", text))
    needed = {name for name in needed if not LOADER.fullmatch(name)}
    exported = set(re.findall(r" (?:FUNC|OBJECT) +GLOBAL DEFAULT +\d+ (\w+)@@IPHLPNL", symbols))
    width = NAMED[arguments.width]
    fine = compare("unixlib: needed library", needed, NEEDED if width is WIDTHS[0] else {LIBC})
    if ("ELF64" in text) != (width.bits == "64"):
        print("unixlib: it has other bits than the programs")
        fine = False
    if re.search(r"\((RPATH|RUNPATH|TEXTREL)\)|TEXTREL", text):
        print("unixlib: has a RPATH or text relocations")
        fine = False
    tables = {"__wine_unix_call_funcs", "__wine_unix_call_wow64_funcs"}
    if not tables <= exported:
        print(f"unixlib: exports {exported}, not Wine's tables {tables}")
        fine = False
    return fine


def check_dll(arguments, spec):
    exports = exports_of(arguments.file)
    handed_on = sorted(name for name, to in exports.items() if to)
    for name in handed_on:
        print(f"DLL: {name} is handed on to {exports[name]}")
    return compare("DLL", set(exports), spec.of(arguments.width)) and not handed_on


def check_wine(arguments, _spec):
    """No program has less than before. Where Wine's modules are is found out as wine-prefix does."""
    try:
        own = Wine(arguments.wine).own_dll(NAMED[arguments.width])
    except Problem as problem:
        sys.exit(f"wine: {problem}")
    except KeyError:
        print(f"wine: it has no modules of {arguments.width}")
        return SKIPPED
    missing = sorted(set(exports_of(own)) - set(exports_of(arguments.file)))
    for name in missing:
        print(f"wine: {name} is exported by {own} and not by the DLL")
    return not missing


def check_winebuild(arguments, spec):
    """winebuild can read the list, releases included."""
    text = Path(arguments.file).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        spec_file, def_file = Path(folder, "iphlpapi.spec"), Path(folder, "iphlpapi.def")
        spec_file.write_text(text, encoding="utf-8")
        result = subprocess.run([arguments.winebuild, "-m64", "--def", "-E", spec_file, "-o", def_file],
                                capture_output=True, text=True)
        if result.returncode != 0:
            print(f"winebuild: {result.stderr}")
            return False
        definitions = def_file.read_text(encoding="utf-8")
    # What stands for another symbol, or is handed on, has that behind its name.
    return compare("winebuild", set(re.findall(r"^  (\w+) @\d+", definitions, re.MULTILINE)),
                   spec.own - spec.aliases)


def check_contract(arguments, spec):
    """The error codes that the headers tell of are those of the table that the tests read."""
    table = {name: set() for name in spec.native}
    text = Path(arguments.file).read_text(encoding="utf-8")
    for match in re.finditer(r"^(?:CONTRACT\((\w+),\s*\w+,\s*\w+,|ELSEWHERE\((\w+),)\s*(ERROR_\w+),",
                             text, re.MULTILINE):
        table.setdefault(match[1] or match[2], set()).add(match[3])
    header = {}
    text = "".join(path.read_text(encoding="utf-8")
                   for path in sorted(Path(arguments.include).glob("*.h")))
    for match in re.finditer(r"/\*\*((?:(?!\*/).)*)\*/\s*IPHLPAPI_DLL_LINKAGE\s[\w\s]*?(\w+)\(", text,
                             re.DOTALL):
        returns = match[1].partition("@return")[2]
        header[match[2]] = set(re.findall(r"^ \*  - (ERROR_\w+):", returns, re.MULTILINE)) | \
            set(re.findall(r"ERROR_\w+", returns.partition("\n")[0]))
    fine = compare("contract: function", set(table), set(header))
    for name in sorted(set(table) & set(header)):
        fine = compare(f"contract: {name}", table[name], header[name]) and fine
    return fine


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spec", required=True, help="iphlpapi.spec")
    parser.add_argument("--library", choices=LIBRARIES, default="native",
                        help="which of the native libraries")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, check, option in (("symbols", check_symbols, "--nm"),
                                ("script", check_script, None),
                                ("released", check_released, "--version"),
                                ("headers", check_headers, "--compiler"),
                                ("contract", check_contract, "--include"),
                                ("elf", check_elf, "--readelf"),
                                ("unixlib", check_unixlib, "--readelf"),
                                ("dll", check_dll, None),
                                ("wine", check_wine, None),
                                ("winebuild", check_winebuild, "--winebuild")):
        command = commands.add_parser(name)
        command.set_defaults(check=check)
        command.add_argument("file", help="the library, the version script, the releases, the folder of "
                                          "headers, the table of error codes or the DLL")
        if option:
            command.add_argument(option, required=True)
        if name == "elf":
            command.add_argument("--sanitizer", default="")
        if name == "wine":
            command.add_argument("--wine", default=os.environ.get("WINE") or "wine",
                                 help="the Wine; default: $WINE, else wine")
        if name in ("dll", "unixlib", "wine"):
            command.add_argument("--width", required=True)
    arguments = parser.parse_args()
    result = arguments.check(arguments, Spec(arguments.spec, arguments.library))
    return result if result is SKIPPED else int(not result)


if __name__ == "__main__":
    sys.exit(main())
