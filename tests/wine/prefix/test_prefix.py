# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/wine-prefix: what it changes, and that it takes all of it back.

    python3 test_prefix.py --script scripts/wine-prefix --stage STAGE [TEST...]

Makes one Wine prefix in a temporary folder; each test has a copy of its own, made of hard links to
all that nothing may write to in place. Trees are compared as a whole: names, permissions, contents.
"""

import argparse
import contextlib
import errno
import hashlib
import importlib
import json
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


# ---- Tests ---------------------------------------------------------------------------------------


class Exact(Case):
    def test_install_changes_what_it_says(self):
        said = self.run_tool("install")
        self.assertIn("Nothing needs to be set", said)
        changed = [
            name for name in difference(self.before, tree(self.prefix))
            if not name.startswith(".iphlpapi")
        ]
        folder = "drive_c/windows/system32/"
        self.assertEqual(changed, [folder + "iphlpapi.dll", folder + "iphlpnl.dll",
                                   folder + "iphlpnl.so", folder + "wine_iphlpapi.dll", "user.reg"])
        self.assertEqual(self.read_registry().count(OURS), 1)
        self.assertEqual(self.read_registry().replace(OURS, ""),
                         self.read_registry_of(world.base))
        ours = self.exports(self.system32("iphlpapi.dll"))
        built = self.exports(os.path.join(arguments.stage, "iphlpapi.dll"))
        self.assertEqual(ours, built)
        self.assertEqual(set(ours.values()), {None})
        own = os.readlink(self.system32("wine_iphlpapi.dll"))
        with open(own, "rb") as file:
            self.assertIn(b"Wine builtin DLL", file.read(0x80))
        self.assertLess(self.exports(own).keys(), ours.keys())
        self.assertEqual(sorted(os.listdir(self.dlls)),
                         ["iphlpnl.json", "x86_64-unix", "x86_64-windows"])

    @staticmethod
    def read_registry_of(prefix):
        with open(os.path.join(prefix, "user.reg"), encoding="latin-1", newline="") as file:
            return file.read()

    def test_install_and_uninstall(self):
        self.run_tool("install")
        self.run_tool("uninstall")
        self.as_before()

    def test_install_twice(self):
        self.run_tool("install")
        once = tree(self.folder)
        self.run_tool("install")
        self.assertEqual(difference(once, tree(self.folder)), [])
        self.run_tool("uninstall")
        self.as_before()

    def test_uninstall_without_install(self):
        self.assertIn("nothing is installed", self.run_tool("uninstall"))
        self.as_before()

    def test_another_dll_folder(self):
        self.run_tool("install")
        other = os.path.join(self.folder, "data", "other")
        self.run_tool("install", "--dll-dir", other, dll_dir=False)
        self.assertFalse(os.path.exists(self.dlls))
        # Without the option it stays where it is.
        self.run_tool("install", dll_dir=False)
        self.assertTrue(os.path.exists(os.path.join(other, "x86_64-unix", "iphlpnl.so")))
        self.run_tool("uninstall")
        self.assertFalse(os.path.exists(other))
        # Made for the first folder, and left when that went, since the second was in it.
        with contextlib.suppress(FileNotFoundError):
            os.rmdir(os.path.join(self.folder, "data"))
        self.as_before()

    def test_default_dll_folder(self):
        data = os.path.join(self.folder, "data")
        self.run_tool("install", dll_dir=False, XDG_DATA_HOME=data)
        self.assertTrue(os.path.exists(os.path.join(data, "iphlpapi/wine/x86_64-unix/iphlpnl.so")))
        self.run_tool("uninstall")
        self.as_before()

    def test_files_of_the_same_names(self):
        """Whatever was there comes back, links, too."""
        os.symlink("kernel32.dll", self.system32("iphlpnl.dll"))
        with open(self.system32("wine_iphlpapi.dll"), "wb") as file:
            file.write(b"somebody's")
        os.chmod(self.system32("wine_iphlpapi.dll"), 0o640)
        self.before = tree(self.prefix)
        self.run_tool("install")
        self.assertFalse(os.path.islink(self.system32("iphlpnl.dll")))
        self.run_tool("install")
        self.run_tool("uninstall")
        self.as_before()

    def test_placeholder_is_a_link(self):
        """Some have links into Wine's own folder, which must not be written through."""
        target = os.path.join(self.folder, "theirs.dll")
        os.replace(self.system32("iphlpapi.dll"), target)
        os.symlink(target, self.system32("iphlpapi.dll"))
        self.before = tree(self.prefix)
        theirs = content_hash(target, os.stat(target), remember=False)
        self.run_tool("install")
        self.assertEqual(content_hash(target, os.stat(target), remember=False), theirs)
        self.run_tool("uninstall")
        self.assertEqual(content_hash(target, os.stat(target), remember=False), theirs)
        self.as_before()

    def test_replaced_since(self):
        """What somebody else put there later is theirs."""
        self.run_tool("install")
        os.unlink(self.system32("iphlpapi.dll"))
        with open(self.system32("iphlpapi.dll"), "wb") as file:
            file.write(b"a newer placeholder")
        said = self.run_tool("uninstall")
        self.assertIn("left alone", said)
        self.assertEqual(difference(self.before, tree(self.prefix)),
                         ["drive_c/windows/system32/iphlpapi.dll"])

    def test_replaced_and_installed_again(self):
        self.run_tool("install")
        os.unlink(self.system32("iphlpapi.dll"))
        with open(self.system32("iphlpapi.dll"), "wb") as file:
            file.write(b"a newer placeholder")
        self.run_tool("install")
        self.run_tool("uninstall")
        with open(self.system32("iphlpapi.dll"), "rb") as file:
            self.assertEqual(file.read(), b"a newer placeholder")


class Registry(Case):
    def come_and_go(self):
        self.run_tool("install")
        self.assertEqual(self.read_registry().lower().count('"iphlpapi"='), 1)
        self.assertIn(OURS, self.read_registry())
        self.run_tool("install")
        self.run_tool("uninstall")
        self.as_before()

    def test_previous_override(self):
        self.set_override('"iphlpapi"="builtin"\n')
        self.come_and_go()

    def test_previous_override_among_others(self):
        self.set_override('"dnsapi"="builtin"\n"IPHLPAPI"="disabled"\n"version"="native"\n')
        self.come_and_go()

    def test_previous_override_of_many_lines(self):
        self.set_override('"iphlpapi"=hex(2):62,00,75,00,69,00,6c,00,\\\n  74,00,69,00,6e,00,00,00\n')
        self.come_and_go()

    def test_previous_override_is_the_same(self):
        self.set_override(OURS)
        self.come_and_go()

    def test_no_key(self):
        self.remove_key()
        self.come_and_go()

    def test_empty_key(self):
        self.remove_key()
        self.write_registry(self.read_registry() + f"\n{OVERRIDES} 1700000000\n#time=1da0000000000\n")
        self.come_and_go()

    def test_changed_since(self):
        self.run_tool("install")
        self.write_registry(self.read_registry().replace(OURS, '"iphlpapi"="disabled"\n'))
        self.assertIn("left alone", self.run_tool("uninstall"))
        self.assertIn('"iphlpapi"="disabled"\n', self.read_registry())

    def after_wine(self):
        """Wine writes the registry anew, in its own order and with new times."""
        before = registry_values(self.path("user.reg"))
        self.run_tool("install")
        world.wine(self.prefix, "reg", "add", r"HKCU\Software\Wine\Debug", "/v", "x", "/d", "y")
        self.assertIn(OURS, self.read_registry())
        self.run_tool("uninstall")
        after = registry_values(self.path("user.reg"))
        after["[Software\\\\Wine\\\\Debug]"].remove('"x"="y"')
        self.assertEqual(
            {key: (before.get(key), after.get(key)) for key in difference(before, after)}, {})

    def test_wine_wrote_it(self):
        self.after_wine()

    def test_wine_wrote_it_with_previous_override(self):
        self.set_override('"iphlpapi"="builtin"\n')
        self.after_wine()

    def test_wine_wrote_it_without_key(self):
        self.remove_key()
        self.after_wine()

    def test_key_has_other_values_now(self):
        self.remove_key()
        self.run_tool("install")
        self.write_registry(self.read_registry().replace(OURS, OURS + '"dnsapi"="native"\n'))
        self.run_tool("uninstall")
        self.assertEqual(registry_values(self.path("user.reg"))[OVERRIDES], {'"dnsapi"="native"'})


class DllFolder(Case):
    def test_two_prefixes(self):
        """The folder is there for as long as one of them needs it."""
        first = self.prefix
        self.run_tool("install")
        self.prefix = os.path.join(self.folder, "second")
        copy_prefix(world.base, self.prefix)
        self.run_tool("install")
        self.run_tool("uninstall")
        self.assertEqual(difference(tree(world.base), tree(self.prefix)), [])
        self.prefix = first
        with open(os.path.join(self.dlls, "iphlpnl.json"), encoding="utf-8") as file:
            self.assertNotIn("second", file.read())
        self.assertTrue(os.path.exists(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so")))
        self.run_tool("uninstall")
        self.as_before()

    def test_deleted_prefix_needs_nothing(self):
        first = self.prefix
        self.prefix = os.path.join(self.folder, "second")
        copy_prefix(world.base, self.prefix)
        self.run_tool("install")
        shutil.rmtree(self.prefix)
        self.prefix = first
        self.run_tool("install")
        self.run_tool("uninstall")
        self.as_before()

    def test_of_a_package(self):
        """What was there already stays."""
        for name in ("x86_64-windows/iphlpnl.dll", "x86_64-unix/iphlpnl.so"):
            os.makedirs(os.path.dirname(os.path.join(self.dlls, name)))
            shutil.copy(os.path.join(arguments.stage, name), os.path.join(self.dlls, name))
        packaged = tree(self.dlls)
        self.run_tool("install")
        self.run_tool("uninstall")
        self.assertEqual(difference(packaged, tree(self.dlls)), [])
        shutil.rmtree(os.path.dirname(self.dlls))
        self.as_before()

    def test_of_another_build(self):
        os.makedirs(os.path.join(self.dlls, "x86_64-unix"))
        with open(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so"), "wb") as file:
            file.write(b"of another build")
        self.fails("install", says="is there already")


class Refusals(Case):
    def test_no_prefix(self):
        self.prefix = os.path.join(self.folder, "nowhere")
        for command in ("install", "uninstall", "status"):
            self.fails(command, says=f"WINEPREFIX={self.prefix} wineboot -i")

    def test_half_a_prefix(self):
        os.unlink(self.path("user.reg"))
        self.fails("install", says="no Wine prefix")

    def test_32_bit_prefix(self):
        self.write_registry(self.read_registry().replace("#arch=win64", "#arch=win32"))
        self.fails("install", says="32-bit")

    def test_strange_registry(self):
        self.write_registry("REGEDIT4\n")
        self.fails("install", says="user.reg")

    def test_nothing_built(self):
        empty = os.path.join(self.folder, "empty")
        os.mkdir(empty)
        self.fails("install", "--stage", empty, says="scripts/wine-build")

    def test_no_wine(self):
        self.fails("install", "--wine", os.path.join(self.folder, "wine"), says="no Wine")
        self.fails("install", says="no Wine", PATH=self.path_without_wine())

    def path_without_wine(self):
        """Only what the script itself runs."""
        programs = os.path.join(self.folder, "programs")
        os.mkdir(programs)
        for name in ("bash", "dirname", "realpath", "python3"):
            os.symlink(shutil.which(name), os.path.join(programs, name))
        return programs

    def test_not_a_wine(self):
        program = os.path.join(self.folder, "other")
        with open(program, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho hello\n")
        os.chmod(program, 0o755)
        self.fails("install", "--wine", program, says="does not say which Wine")

    def test_wine_is_running(self):
        self.run_tool("install")
        process = subprocess.Popen(
            ["wine", "cmd", "/q", "/c", "echo ready & set /p x="],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**world.environment, "WINEPREFIX": self.prefix, "WINEDEBUG": "-all",
                 "WINEDLLOVERRIDES": "winemenubuilder.exe,mscoree,mshtml="},
        )
        try:
            self.assertIn(b"ready", process.stdout.readline())
            for command in ("install", "uninstall"):
                said = self.run_tool(command, expect=1)
                self.assertIn("Wine is running", said)
                self.assertIn("wineserver -w", said)
        finally:
            process.communicate(b"\n", timeout=DEADLINE)
            world.wait_for_server(self.prefix)
        self.run_tool("uninstall")

    def test_server_that_saves(self):
        """While it writes the registry, at its end, a server works in the prefix itself; others may
        do so, too."""
        there = os.stat(self.prefix)
        folder = os.path.join(self.folder, f"server-{there.st_dev:x}-{there.st_ino:x}")
        os.mkdir(folder)
        for locked, is_server in ((True, True), (False, False)):
            with self.subTest(locked=locked), \
                    open(os.path.join(folder, "lock"), "wb") as lock:
                process = subprocess.Popen(["cat"], cwd=self.prefix, stdin=subprocess.PIPE,
                                           pass_fds=[lock.fileno()] if locked else [])
                try:
                    # Popen() returns when the program has been started, in that folder.
                    self.assertEqual(world.tool.prefix.Prefix(self.prefix).server(),
                                     process.pid if is_server else None)
                finally:
                    process.communicate(timeout=DEADLINE)

    def test_another_at_work(self):
        with world.tool.files.locked(self.prefix):
            self.fails("install", says="another wine-prefix")


class Status(Case):
    def test_not_installed(self):
        said = self.run_tool("status", expect=4)
        self.assertRegex(said, r"installed: +no\n")
        self.assertRegex(said, "a program gets: +Wine's own")

    def test_without_and_with_dll_path(self):
        self.run_tool("install")
        for environment in {}, {"WINEDLLPATH": self.dlls}:
            said = self.run_tool("status", **environment)
            self.assertRegex(said, "a program gets: +ours; notifications arrive")
            self.assertNotIn("wrong", said)
        os.unlink(self.system32("iphlpnl.so"))
        said = self.run_tool("status", expect=3)
        self.assertRegex(said, "a program gets: +ours, but its unixlib is not found: Wine's own "
                         "answers; registering for notifications gives no handle")
        self.assertRegex(said, "with WINEDLLPATH: +ours; notifications arrive")
        self.assertIn("wrong: iphlpnl.so is missing", said)

    def test_unixlib_missing(self):
        self.run_tool("install")
        for path in os.path.join(self.dlls, "x86_64-unix/iphlpnl.so"), self.system32("iphlpnl.so"):
            os.unlink(path)
        said = self.run_tool("status", expect=3, WINEDLLPATH=self.dlls)
        self.assertRegex(said, "a program gets: +ours, but its unixlib is not found")
        self.assertIn("iphlpnl.so is missing", said)
        self.run_tool("install")
        self.run_tool("status", WINEDLLPATH=self.dlls)

    def test_neither_unixlib_nor_copy(self):
        self.run_tool("install")
        for name in "iphlpnl.so", "wine_iphlpapi.dll":
            os.unlink(self.system32(name))
        said = self.run_tool("status", expect=3)
        self.assertRegex(said, "a program gets: +ours, but it finds neither")
        self.assertIn("wrong: wine_iphlpapi.dll is missing", said)

    def test_leaves_nothing_running(self):
        self.run_tool("status", expect=4)
        self.assertIsNone(world.tool.prefix.Prefix(self.prefix).server())
        self.run_tool("install")

    def test_without_probe(self):
        self.run_tool("install")
        before = tree(self.folder)
        self.run_tool("status", "--no-probe", WINEDLLPATH=self.dlls)
        self.assertEqual(difference(before, tree(self.folder)), [])

    def test_damage(self):
        self.run_tool("install")
        for name in ("iphlpapi.dll", "iphlpnl.dll", "iphlpnl.so", "wine_iphlpapi.dll"):
            with self.subTest(name):
                os.unlink(self.system32(name))
                said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
                self.assertIn(f"wrong: {name} is missing", said)
                with open(self.system32(name), "wb") as file:
                    file.write(b"something else")
                said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
                self.assertIn(f"wrong: {name} is not the one", said)
                os.unlink(self.system32(name))
                self.run_tool("install")
                self.run_tool("status", "--no-probe", WINEDLLPATH=self.dlls)
        self.write_registry(self.read_registry().replace(OURS, ""))
        said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
        self.assertIn("wrong: the DLL override", said)


class OwnWine(Case):
    """Wine in places of the test's own, which may be written to."""

    def make_wine(self, to_modules="lib/x86_64-linux-gnu/wine", to_programs="lib/wine"):
        """The installed Wine there, of links but for what Wine goes by: where its ntdll.so and its
        loader really are. Returns the loader and the folder of modules."""
        root = os.path.join(self.folder, "own")
        found = world.tool.wine.Wine("wine").modules_of[world.tool.widths.WIDTHS[0].name]
        loader = shutil.which("wine64") or "/usr/lib/wine/wine64"
        modules = os.path.join(root, to_modules)
        programs = os.path.join(root, to_programs)
        for source, target in (
            *((os.path.join(found, kind), os.path.join(modules, kind))
              for kind in ("x86_64-unix", "x86_64-windows")),
            (os.path.dirname(os.path.realpath(loader)), programs),
        ):
            os.makedirs(target)
            for name in os.listdir(source):
                os.symlink(os.path.join(source, name), os.path.join(target, name))
        os.makedirs(os.path.join(root, "share"))
        os.symlink("/usr/share/wine", os.path.join(root, "share/wine"))
        program = os.path.join(programs, os.path.basename(os.path.realpath(loader)))
        for path in (program, os.path.join(modules, "x86_64-unix/ntdll.so"),
                     os.path.join(modules, "x86_64-windows/iphlpapi.dll")):
            source = os.readlink(path)
            os.unlink(path)
            shutil.copy(source, path)
        return program, modules


class Upgrade(OwnWine):
    # A function that no iphlpapi.dll has, and another module does.
    NEW = "GetCurrentProcessId"

    def upgrade(self, modules):
        """Wine's own DLL is that of a newer one, which exports more."""
        path = os.path.join(modules, "x86_64-windows/iphlpapi.dll")
        with open(path, "rb") as file:
            content = world.tool.exports.with_forwards(file.read(), "kernel32", [self.NEW])
        with open(path, "wb") as file:
            file.write(content)

    def test_another_wine(self):
        self.run_tool("install")
        program, modules = self.make_wine()
        said = self.run_tool("status", "--no-probe", "--wine", program, expect=3,
                             WINEDLLPATH=self.dlls)
        self.assertIn(f"modules in {modules}\n", said)
        self.assertRegex(said, r"wine_iphlpapi.dll: +stale\n")
        self.assertRegex(said, r"\niphlpapi.dll: +in place\n")
        self.run_tool("install", "--wine", program)
        self.run_tool("status", "--no-probe", "--wine", program, WINEDLLPATH=self.dlls)
        self.assertEqual(os.readlink(self.system32("wine_iphlpapi.dll")),
                         os.path.join(modules, "x86_64-windows/iphlpapi.dll"))
        self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
        # It may be removed under the prefix.
        shutil.rmtree(os.path.join(self.folder, "own"))
        said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
        self.assertRegex(said, r"wine_iphlpapi.dll: +nowhere\n")
        self.assertIn("which is not there; run: wine-prefix install", said)
        self.run_tool("install")
        self.run_tool("status", "--no-probe", WINEDLLPATH=self.dlls)
        self.run_tool("uninstall")
        self.as_before()

    def test_installed_by_an_older_version(self):
        """It has placed a copy."""
        self.run_tool("install")
        path = self.system32("wine_iphlpapi.dll")
        with open(path, "rb") as file:
            content = file.read()
        os.unlink(path)
        with open(path, "wb") as file:
            file.write(content)
        with open(self.path(".iphlpapi/state.json"), encoding="utf-8") as file:
            state = json.load(file)
        state["files"]["wine_iphlpapi.dll"]["placed"] = [hashlib.sha256(content).hexdigest()]
        with open(self.path(".iphlpapi/state.json"), "w", encoding="utf-8") as file:
            json.dump(state, file)
        said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
        self.assertRegex(said, r"wine_iphlpapi.dll: +stale\n")
        self.run_tool("install")
        self.assertTrue(os.path.islink(path))
        self.run_tool("uninstall")
        self.as_before()

    def test_more_exports(self):
        """A program that asks for what only the newer Wine has is handed on to Wine's own."""
        program, modules = self.make_wine()
        self.run_tool("install", "--wine", program)
        self.upgrade(modules)
        said = self.run_tool("status", "--no-probe", "--wine", program, expect=3,
                             WINEDLLPATH=self.dlls)
        self.assertRegex(said, r"\niphlpapi.dll: +stale\n")
        self.assertIn(f"iphlpapi.dll lacks what this Wine's own has: {self.NEW}; run: ", said)
        # What a program finds there is this Wine's own already.
        self.assertRegex(said, r"wine_iphlpapi.dll: +this Wine's own\n")
        self.run_tool("install", "--wine", program, probe=True)
        said = self.run_tool("status", "--no-probe", "--wine", program, WINEDLLPATH=self.dlls)
        self.assertRegex(said, r"\niphlpapi.dll: +in place\n")
        exports = self.exports(self.system32("iphlpapi.dll"))
        built = self.exports(os.path.join(arguments.stage, "iphlpapi.dll"))
        self.assertEqual(exports, {**built, self.NEW: f"wine_iphlpapi.{self.NEW}"})
        said = world.wine(self.prefix, os.path.join(arguments.stage, "iphlpapi_probe.exe"),
                          self.NEW, "GetIfTable2", "NoSuchFunction", program=program)
        for line in (f"{self.NEW}=yes", "GetIfTable2=yes", "NoSuchFunction=no", "kind=native"):
            self.assertIn(line, said.splitlines())
        # The older one has less, and gets what was built.
        self.run_tool("install")
        self.assertEqual(self.exports(self.system32("iphlpapi.dll")), built)


class Layouts(OwnWine):
    """Where the modules are is found out from the program, wherever that is."""

    # Modules of 64 and 32 bits, and the program, below the Wine's folder; what --wine names.
    ROWS = {
        "Debian": ("lib/x86_64-linux-gnu/wine", "lib/i386-linux-gnu/wine", "bin/wine", "bin/wine"),
        "WineHQ": ("lib64/wine", "lib/wine", "bin/wine", "bin/wine"),
        "a runner": ("lib/wine", "lib/wine", "bin/wine", "bin/wine"),
        "a runner's folder": ("lib/wine", "lib/wine", "bin/wine", ""),
        "an old runner's folder": ("lib64/wine", "lib/wine", "bin/wine64", ""),
        "Proton's program": ("files/lib64/wine", "files/lib/wine", "files/bin/wine64",
                             "files/bin/wine64"),
        "Proton's folder": ("files/lib/wine", "files/lib/wine", "files/bin/wine", ""),
        "Proton's launcher": ("files/lib64/wine", "files/lib/wine", "files/bin/wine", "proton"),
    }

    def test_layouts(self):
        for what, (*folders, program, name) in self.ROWS.items():
            with self.subTest(what):
                own = os.path.join(self.folder, "lib", what)
                expected = {}
                for width, folder in zip(world.tool.widths.WIDTHS, folders):
                    modules = os.path.join(own, folder, width.windows)
                    os.makedirs(modules)
                    with open(os.path.join(modules, "iphlpapi.dll"), "wb"):
                        expected[width.name] = os.path.join(own, folder)
                program = os.path.join(own, program)
                os.makedirs(os.path.dirname(program))
                with open(os.path.join(own, "proton"), "wb"), \
                        open(program, "w", encoding="utf-8") as file:
                    file.write("#!/bin/sh\necho wine-11.0\n")
                os.chmod(program, 0o755)
                wine = world.tool.wine.Wine(os.path.join(own, name))
                self.assertEqual((wine.program, wine.modules_of), (program, expected))

    def test_prefix_of_proton(self):
        """Its parent is what people know."""
        os.mkdir(os.path.join(self.folder, "489830"))
        inside = os.path.join(self.folder, "489830", "pfx")
        os.rename(self.prefix, inside)
        self.assertEqual(
            world.tool.prefix.Prefix(os.path.join(self.folder, "489830")).path, inside)

    def test_into_own_wine(self):
        """Without being root, and without a variable. The folder is as it was before."""
        program, modules = self.make_wine()
        folder = tree(modules)
        options = "--into-wine", "--wine", program
        said = self.run_tool("install", *options, dll_dir=False, probe=True)
        self.assertIn("Nothing needs to be set", said)
        self.assertIn("iphlpnl.json", os.listdir(modules))
        said = self.run_tool("status", "--no-probe", "--wine", program)
        self.assertRegex(said, "companion: +in Wine's own folder")
        self.run_tool("uninstall")
        self.assertEqual(difference(folder, tree(modules)), [])

    def test_packaged_companion(self):
        """What is there already is used, and stays, and no other folder is made."""
        program, modules = self.make_wine()
        for name in ("x86_64-windows/iphlpnl.dll", "x86_64-unix/iphlpnl.so"):
            shutil.copy(os.path.join(arguments.stage, name), os.path.join(modules, name))
        folder = tree(modules)
        data = os.path.join(self.folder, "data")
        self.run_tool("install", "--wine", program, dll_dir=False, XDG_DATA_HOME=data)
        self.assertFalse(os.path.exists(data))
        self.run_tool("status", "--no-probe", "--wine", program)
        self.run_tool("uninstall")
        self.assertEqual(difference(folder, tree(modules)), [])
        shutil.rmtree(os.path.join(self.folder, "own"))
        self.as_before()

    def test_installed_tree(self):
        """A package has the script under another name, and a tree like this project's."""
        root = os.path.join(self.folder, "usr/lib/iphlpapi")
        source = os.path.dirname(os.path.dirname(os.path.realpath(arguments.script)))
        for name in ("scripts/wine-prefix", "tools/wine_prefix", "tools/output.py",
                     "cmake/widths.txt"):
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            (shutil.copytree if os.path.isdir(os.path.join(source, name)) else shutil.copy)(
                os.path.join(source, name), os.path.join(root, name))
        command = os.path.join(self.folder, "iphlpapi-wine-prefix")
        os.symlink(os.path.join(root, "scripts/wine-prefix"), command)
        there = tree(root)
        missing = os.path.join(self.folder, "missing")
        for prefix, status, says in ((self.prefix, 4, "installed:          no\n"),
                                     (missing, 1, "iphlpapi-wine-prefix: no Wine prefix")):
            done = subprocess.run([command, "status", "--no-probe", "--prefix", prefix],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  env=world.environment, timeout=DEADLINE, check=False)
            self.assertEqual(done.returncode, status, done)
            self.assertIn(says, done.stdout + done.stderr)
        self.assertEqual(difference(there, tree(root)), [])


def isolated(case, setup, *words):
    """Runs the tool where `setup`, a shell's lines, has changed what is mounted. $1 is the test's
    folder."""
    command = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    return subprocess.run(
        [*command, "sh", "-c", f'{setup}\nshift; exec "$@" 2>&1', "sh", case.folder,
         arguments.script, *words, "--prefix", case.prefix, "--stage", arguments.stage],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=world.environment,
        timeout=DEADLINE,
        check=False,
    )


READ_ONLY = 'mount --bind "$1{0}" "$1{0}" && mount -o remount,bind,ro "$1{0}"'


class Elsewhere(OwnWine):
    """What is another user's, cannot be written to, or has been moved."""

    def check_refused(self, done, says):
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(says, done.stdout)
        self.assertEqual(difference(self.before, tree(self.prefix)), [])

    def test_read_only_prefix(self):
        self.check_refused(isolated(self, READ_ONLY.format("/prefix"), "install", "--dll-dir",
                                    self.dlls), f"cannot write to {self.prefix}")
        self.as_before()

    def test_read_only_wine(self):
        program, modules = self.make_wine()
        self.check_refused(isolated(self, READ_ONLY.format("/own"), "install", "--wine", program,
                                    "--into-wine"), f"cannot write to {modules}; choose another")

    def test_read_only_dll_folder(self):
        """As one that belongs to another user."""
        os.makedirs(self.dlls)
        self.check_refused(isolated(self, READ_ONLY.format("/data"), "install", "--dll-dir",
                                    self.dlls), self.dlls)

    @unittest.skipIf(os.geteuid() != 0, "takes root, who may give a folder away")
    def test_another_users(self):
        os.chown(self.prefix, 54321, 54321)
        for command in "install", "uninstall":
            self.fails(command, says=f"{self.prefix} is another user's")

    def test_moved(self):
        self.run_tool("install")
        moved = os.path.join(self.folder, "moved")
        os.rename(self.prefix, moved)
        self.prefix = moved
        self.run_tool("status", "--no-probe")
        self.run_tool("uninstall")
        self.assertEqual(difference(self.before, tree(self.prefix)), [])

    def test_on_another_machine(self):
        """Without the DLL folder, with Wine in another place."""
        program, _ = self.make_wine()
        self.run_tool("install", "--wine", program)
        for name in "own", "data":
            shutil.rmtree(os.path.join(self.folder, name))
        said = self.run_tool("status", "--no-probe", expect=3)
        self.assertRegex(said, r"wine_iphlpapi.dll: +nowhere\n")
        self.assertRegex(said, "companion: +missing in")
        self.run_tool("install")
        self.run_tool("status", "--no-probe")
        self.run_tool("uninstall")
        self.as_before()


class Probe(Case):
    """install runs a program, and takes all back if that does not get ours, working."""

    # What Wine may write whenever a program runs.
    WINES = (".reg", ".update-timestamp")

    def as_before_but_wine(self):
        self.assertEqual([name for name in difference(self.before, tree(self.prefix))
                          if not name.endswith(self.WINES)], [])
        self.assertIsNone(tree(os.path.join(self.folder, "data")))
        self.assertEqual(registry_values(self.path("user.reg"))[OVERRIDES],
                         registry_values(os.path.join(world.base, "user.reg"))[OVERRIDES])
        self.assertIsNone(world.tool.prefix.Prefix(self.prefix).server())

    def test_works(self):
        said = self.run_tool("install", probe=True)
        self.assertIn("installed, for wine-", said)
        self.run_tool("status", "--no-probe", WINEDLLPATH=self.dlls)
        self.run_tool("uninstall")
        self.as_before_but_wine()

    def test_does_not_work(self):
        """A damaged half on the host. An override that there was is back."""
        self.set_override('"iphlpapi"="builtin"\n')
        stage = os.path.join(self.folder, "stage")
        shutil.copytree(arguments.stage, stage, ignore=shutil.ignore_patterns(".*"))
        for folder, _, names in os.walk(stage):
            for name in names:
                if name.endswith(".so"):
                    with open(os.path.join(folder, name), "wb") as file:
                        file.write(b"not a library")
        said = self.run_tool("install", "--stage", stage, probe=True, expect=1)
        self.assertRegex(said, "wine-prefix: it does not work with wine-.*, so all has been taken "
                         "back; a program gets: ours, but its unixlib is not found")
        self.assertRegex(said, r"\n    (?:err|warn):\w+:.*iphlpnl")
        self.assertIn('"iphlpapi"="builtin"\n', self.read_registry())
        self.write_registry(self.read_registry().replace('"iphlpapi"="builtin"\n', ""))
        self.as_before_but_wine()

    def test_refused_by_the_system(self):
        """As a security module may, a mount without exec refuses to map the host's half."""
        done = isolated(self, 'mount --bind "$1" "$1" && mount -o remount,bind,noexec "$1"',
                        "install", "--dll-dir", self.dlls)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("all has been taken back", done.stdout)
        self.assertRegex(done.stdout, r"\n    .*iphlpnl.so: failed to map")
        self.assertRegex(done.stdout, r"\n    err:iphlpapi:.*mounted noexec")
        self.as_before_but_wine()

    def test_interrupted(self):
        process = subprocess.Popen(
            [arguments.script, "install", "--prefix", self.prefix, "--stage", arguments.stage,
             "--dll-dir", self.dlls],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=world.environment)
        end = time.monotonic() + DEADLINE
        while world.tool.prefix.Prefix(self.prefix).server() is None:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=DEADLINE)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("interrupted", said)
        self.as_before_but_wine()

    def test_no_proc(self):
        for command in "install", "uninstall", "status":
            done = isolated(self, "mount -t tmpfs none /proc", command,
                            *(["--dll-dir", self.dlls] if command == "install" else []))
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("/proc does not have the processes", done.stdout)
        self.as_before()


class Quiet(Case):
    # An update of the prefix, as by a newer Wine, does not overwrite Windows DLLs in system32, and
    # says so of each.
    UPDATE = re.compile(r"(?m)^.*create_dest_file failed to create .*iphlpapi.dll. .error=80.\n")

    def test_boots_as_before(self):
        """Wine's own processes load the DLL, too."""
        self.run_tool("install")
        for words, environment in (
            (("wineboot",), {}),
            (("wineboot",), {"WINEDLLPATH": self.dlls}),
            (("cmd", "/c", "exit 0"), {}),
            (("wineboot", "-u"), {"WINEDLLPATH": self.dlls}),
        ):
            with self.subTest(words=words, environment=environment):
                said = world.wine(self.prefix, *words, debug=None, **environment)
                if "-u" in words:
                    said = self.UPDATE.sub("", said)
                self.assertNotRegex(said, r"(?i)iphlp")
                self.assertNotRegex(said, r"(?i)page fault|unhandled|assertion|c0000005")
        # An update of the prefix leaves it installed.
        self.run_tool("status", WINEDLLPATH=self.dlls)


class Failure(Case):
    """Each step fails in turn, by an exception as from a full disk, or by the process being
    killed. Python's audit events tell of every step that changes something."""

    CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink",
               "os.chmod", "os.chown", "os.utime", "os.truncate", "os.setxattr"}
    NEED_ROOM = {"os.mkdir", "os.link", "os.symlink", "open"}
    MOST_STEPS = 300
    BEYOND = 77
    STRAY = 78

    def attempt(self, command, number, how):
        """Run the command in a process of its own with its step number failing; returns its
        exit status, BEYOND if it has no such step."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        status = 99
        try:
            status = self.attempt_here(command, number, how)
        finally:
            os._exit(status)

    def stray(self, event, words):
        """Whether it changes what is neither in the prefix nor in the DLL folder."""
        if event in ("os.chmod", "os.chown", "os.utime", "os.symlink", "os.setxattr"):
            return False  # of what was opened or made before, which is told of by itself
        folder = "/"
        if event in ("os.remove", "os.rmdir") and words[1] != -1:
            folder = os.readlink(f"/proc/self/fd/{words[1]}")
        path = os.path.join(folder, os.path.abspath(words[0]) if folder == "/" else words[0])
        return not path.startswith((self.prefix + "/", os.path.dirname(self.dlls)))

    def attempt_here(self, command, number, how):
        steps = 0
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)

        def hook(event, words):
            nonlocal steps
            if event == "open":
                path, mode, flags = words
                if not isinstance(path, str) or path == os.devnull:
                    return
                if not (mode and set(mode) & set("wax+")) and \
                        not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                    return
            elif event not in self.CHANGES:
                return
            if self.stray(event, words):
                os._exit(self.STRAY)
            steps += 1
            if steps == number and how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if steps == number or (how == "full" and steps > number and event in self.NEED_ROOM):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), words[0])

        sys.argv = ["wine-prefix", command, "--prefix", self.prefix, "--stage", arguments.stage,
                    *(["--dll-dir", self.dlls, "--no-probe"] if command == "install" else [])]
        os.environ.clear()
        os.environ.update(world.environment)
        # Only the machine's end would show whether it has been called, and it takes most of the time.
        os.fsync = lambda descriptor: None
        sys.addaudithook(hook)
        status = world.tool.command.main()
        return status if steps >= number or status != 0 else self.BEYOND

    def each_step(self, command, how, check):
        for number in range(1, self.MOST_STEPS):
            status = self.attempt(command, number, how)
            if status == self.BEYOND:
                self.assertGreater(number, 10)
                return
            try:
                self.assertNotIn(status, (99, self.STRAY))
                check(status)
            except AssertionError as error:
                self.fail(f"step {number} of {command}, {how}, status {status}: {error}")
        self.fail(f"{command} has no end")

    def call(self, command):
        self.assertEqual(self.attempt(command, sys.maxsize, "no"), self.BEYOND)

    def as_before_but_folders(self):
        """Outside of the prefix, empty folders may be left by what failed."""
        left = tree(os.path.join(self.folder, "data")) or {}
        self.assertEqual([name for name, (_, content) in left.items() if content != "folder"], [])
        shutil.rmtree(os.path.join(self.folder, "data"), ignore_errors=True)
        self.as_before()

    def test_install(self):
        nothing = tree(self.folder)

        def check(status):
            if status == 0:
                self.call("uninstall")  # what failed does not matter
            self.assertEqual(difference(nothing, tree(self.folder)), [])

        for how in ("fail", "full"):
            self.each_step("install", how, check)
            self.call("uninstall")

    def test_install_again(self):
        self.run_tool("install")
        installed = tree(self.folder)

        def damage():
            os.unlink(self.system32("iphlpapi.dll"))
            os.unlink(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so"))

        damage()
        damaged = tree(self.folder)

        def check(status):
            if status == 0:
                # What could not be removed at the end does no harm.
                left = [name for name in difference(installed, tree(self.folder))
                        if not name.endswith(".iphlpapi-old")]
                self.assertEqual(left, [])
                self.call("install")
                damage()
            self.assertEqual(difference(damaged, tree(self.folder)), [])

        self.each_step("install", "full", check)
        self.call("uninstall")
        self.as_before()

    def test_uninstall(self):
        self.run_tool("install")
        installed = tree(self.folder)

        def check(status):
            if status != 0 and os.path.exists(self.path(".iphlpapi/state.json")):
                self.assertEqual(difference(installed, tree(self.folder)), [])
                return
            self.call("uninstall")
            self.as_before_but_folders()
            self.call("install")

        for how in ("fail", "full"):
            self.each_step("uninstall", how, check)
            self.call("install")

    def test_killed_install(self):
        def check(_):
            self.call("uninstall")
            self.assertEqual(difference(self.before, tree(self.prefix)), [])
            # Before the record of it was written, nobody can know of the DLL folder.
            shutil.rmtree(os.path.join(self.folder, "data"), ignore_errors=True)

        self.each_step("install", "kill", check)

    def test_killed_install_goes_on(self):
        def check(_):
            self.call("install")
            self.call("uninstall")
            self.as_before_but_folders()

        self.each_step("install", "kill", check)

    def test_killed_uninstall(self):
        self.call("install")

        def check(_):
            self.call("uninstall")
            self.assertEqual(difference(self.before, tree(self.prefix)), [])
            self.call("install")

        self.each_step("uninstall", "kill", check)


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


if __name__ == "__main__":
    sys.exit(main())
