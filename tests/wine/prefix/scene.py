# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of scripts/wine-prefix have in common: a Wine, a prefix, trees that are compared.

Makes one Wine prefix in a temporary folder; each test has a copy of its own, made of hard links to
all that nothing may write to in place. Trees are compared as a whole: names, permissions, contents.
"""

import argparse
import contextlib
import hashlib
import importlib
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
import given_wine  # noqa: E402

DEADLINE = 180
SKIPPED = 77
OVERRIDES = "[Software\\\\Wine\\\\DllOverrides]"
OURS = '"iphlpapi"="native,builtin"\n'

arguments = None
world = None


def load_tool():
    """The package tools/wine_prefix, for the tests that let single steps of it fail."""
    script = os.path.realpath(arguments.script)
    sys.path.insert(0, os.path.join(os.path.dirname(script), "..", "tools"))
    for name in "command", "exports":
        importlib.import_module(f"wine_prefix.{name}")
    return importlib.import_module("wine_prefix")


# ---- Trees ---------------------------------------------------------------------------------------

hashes = {}


def content_hash(path, status, remember=True):
    """Files that are the same file are read once."""
    key = status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size
    if not remember or key not in hashes:
        with open(path, "rb") as file:
            hashes[key] = hashlib.sha256(file.read()).hexdigest()
    return hashes[key]


def tree(path, remember=True):
    """{name: (permissions, content)} of all that is there; None if nothing is."""
    if not os.path.lexists(path):
        return None
    found = {}
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            full = os.path.join(folder, name)
            status = os.lstat(full)
            if stat.S_ISLNK(status.st_mode):
                found[os.path.relpath(full, path)] = "link", os.readlink(full)
            elif stat.S_ISDIR(status.st_mode):
                found[os.path.relpath(full, path)] = oct(status.st_mode), "folder"
            else:
                found[os.path.relpath(full, path)] = (
                    oct(status.st_mode),
                    content_hash(full, status, remember),
                )
    return found


def difference(one, other):
    one, other = one or {}, other or {}
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def copy_prefix(source, target):
    """Wine writes to its registry and to a few files of its own; all else is only ever replaced."""

    def copy(one, other):
        if os.path.dirname(one) == source:
            shutil.copy2(one, other)
        else:
            os.link(one, other, follow_symlinks=False)

    shutil.copytree(source, target, symlinks=True, copy_function=copy)


def registry_values(path):
    """{key: {value lines}}, without times."""
    keys = {}
    with open(path, encoding="latin-1") as file:
        for line in file.read().replace("\\\n", "").splitlines():
            if line.startswith("["):
                values = keys.setdefault(line[: line.rindex("]") + 1], set())
            elif line.startswith(('"', "@")):
                values.add(line)
    return keys


# ---- The scene -----------------------------------------------------------------------------------


class World:
    """A temporary folder, with a prefix that has been made once."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="wine-prefix-")
        self.home = os.path.join(self.folder, "home")
        self.base = os.path.join(self.folder, "base")
        os.mkdir(self.home)
        given_wine.find_by_name(os.path.join(self.folder, "bin"))
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WINE", "IPHLPAPI_", "XDG_", "DISPLAY", "WAYLAND_"))
        }
        self.environment["HOME"] = self.home
        # With it Debian's Wine 10.0 aborts: "free(): invalid pointer".
        self.environment.pop("TMPDIR", None)
        self.tool = load_tool()
        self.wine(self.base, "wineboot", "-i")
        # Once more: the first program that runs in a new prefix leaves traces of its own. And the
        # key of overrides has a value already; newer Wines give it some by themselves.
        self.wine(self.base, "reg", "add", r"HKCU\Software\Wine\DllOverrides", "/v", "winetest",
                  "/d", "builtin")
        self.before = tree(self.base, remember=False)

    def wine(self, prefix, *words, debug="-all", program="wine", **environment):
        """Run a Windows program to its end, and Wine's server, too; returns what it said."""
        done = subprocess.run(
            [program, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={
                **self.environment,
                "WINEPREFIX": prefix,
                "WINEDLLOVERRIDES": "winemenubuilder.exe,mscoree,mshtml=",
                **({} if debug is None else {"WINEDEBUG": debug}),
                **environment,
            },
            timeout=DEADLINE,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        if done.returncode != 0:
            raise AssertionError(f"wine {words} ended with status {done.returncode}: {said}")
        self.wait_for_server(prefix)
        return said

    def wait_for_server(self, prefix):
        end = time.monotonic() + DEADLINE
        while (process := self.tool.prefix.Prefix(prefix).server()) is not None:
            if time.monotonic() > end:
                os.kill(process, signal.SIGTERM)
                raise AssertionError(f"Wine's server did not end in {prefix}")
            time.sleep(0.05)

    def remove(self):
        # Debian's Wine keeps its sockets in a folder that the prefix names, and copies of it share.
        with contextlib.suppress(FileNotFoundError):
            with open(os.path.join(self.base, "wineserver"), encoding="ascii") as file:
                name = file.read()
            if re.fullmatch(r"wine-\w{6}", name):
                shutil.rmtree(os.path.join("/tmp", name))
        shutil.rmtree(self.folder)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix=self._testMethodName + "-", dir=world.folder)
        self.addCleanup(shutil.rmtree, self.folder)
        self.prefix = os.path.join(self.folder, "prefix")
        self.dlls = os.path.join(self.folder, "data", "dlls")
        copy_prefix(world.base, self.prefix)
        self.before = tree(self.prefix)

    def path(self, *names):
        return os.path.join(self.prefix, *names)

    def widths(self):
        """Those of the programs that run in the prefix, and were built."""
        return world.tool.prefix.Prefix(self.prefix).widths(world.tool.wine.Wine("wine"),
                                                            arguments.stage)

    def system32(self, name):
        return self.path("drive_c/windows/system32", name)

    def run_tool(self, command, *options, expect=0, dll_dir=True, probe=False, **environment):
        """Returns what it said, standard error after standard output. Unless a test asks for it,
        install starts nothing in the prefix: what Wine changes there is not what it changes."""
        words = [arguments.script, command, "--prefix", self.prefix, "--stage", arguments.stage]
        if dll_dir and command == "install":
            words += ["--dll-dir", self.dlls]
        if command == "install" and not probe:
            words += ["--no-probe"]
        done = subprocess.run(
            [*words, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**world.environment, **environment},
            timeout=2 * DEADLINE,
            check=False,
        )
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, expect, said)
        self.assertNotIn("Traceback", said)
        return said

    def fails(self, command, *options, says, **keywords):
        """It says why, and has changed nothing."""
        before = tree(self.folder)
        said = self.run_tool(command, *options, expect=1, **keywords)
        self.assertIn(says, said)
        self.assertEqual(difference(before, tree(self.folder)), [])
        return said

    @staticmethod
    def exports(path):
        with open(path, "rb") as file:
            return world.tool.exports.ExportTable(file.read()).exports()

    def as_before(self):
        self.assertEqual(difference(self.before, tree(self.prefix)), [])
        self.assertIsNone(tree(os.path.join(self.folder, "data")))

    def read_registry(self):
        with open(self.path("user.reg"), encoding="latin-1", newline="") as file:
            return file.read()

    def write_registry(self, text):
        with open(self.path("user.reg"), "w", encoding="latin-1", newline="") as file:
            file.write(text)
        self.before = tree(self.prefix)

    def set_override(self, lines):
        """The key has these values, too."""
        text = self.read_registry()
        head = re.search(re.escape(OVERRIDES) + r".*\n#time=.*\n", text).end()
        self.write_registry(text[:head] + lines + text[head:])

    def remove_key(self):
        """With all its values."""
        key = re.escape(OVERRIDES) + r".*\n(?:.+\n)*\n?"
        self.write_registry(re.sub(key, "", self.read_registry()))
        self.assertNotIn(OVERRIDES, self.read_registry())


def main(module="__main__"):
    """Runs the tests of the module in a world made for them."""
    global arguments, world
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", required=True)
    parser.add_argument("--stage", required=True)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    arguments.script = os.path.abspath(arguments.script)
    arguments.stage = os.path.abspath(arguments.stage)
    missing = [
        what for what, there in (
            ("no Wine", shutil.which(given_wine.WINE)),
            (f"nothing is built in {arguments.stage}, see scripts/wine-build",
             os.path.exists(os.path.join(arguments.stage, "iphlpapi.dll"))),
        ) if not there
    ]
    if missing:
        print("cannot run: " + "; ".join(missing), file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    world = World()
    try:
        program = unittest.main(module=module, argv=[sys.argv[0], *arguments.tests], exit=False, verbosity=2)
        left = difference(world.before, tree(world.base, remember=False))
        if left:
            print(f"written through links: {left}", file=sys.stderr)
        return 0 if program.result.wasSuccessful() and not left else 1
    finally:
        world.remove()
