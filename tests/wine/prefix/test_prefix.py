# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/wine-prefix: what it changes, and that it takes all of it back.

    python3 test_prefix.py --script scripts/wine-prefix --stage STAGE [TEST...]
"""

import contextlib
import os
import shutil
import subprocess
import sys

import scene
from failure import Failure, Quiet  # noqa: F401 (tests of this program)
from wines import Elsewhere, Layouts, Probe, Upgrade  # noqa: F401


class Exact(scene.Case):
    def test_install_changes_what_it_says(self):
        said = self.run_tool("install")
        self.assertIn("Nothing needs to be set", said)
        changed = [
            name for name in scene.difference(self.before, scene.tree(self.prefix))
            if not name.startswith(".iphlpapi")
        ]
        tool = scene.world.tool.widths
        self.assertEqual(changed, sorted([
            *(f"drive_c/windows/{width.system}/{name}" for width in self.widths()
              for name in (*tool.built_sources(width, scene.arguments.stage), tool.COPY)),
            "user.reg"]))
        self.assertEqual(self.read_registry().count(scene.OURS), 1)
        self.assertEqual(self.read_registry().replace(scene.OURS, ""),
                         self.read_registry_of(scene.world.base))
        ours = self.exports(self.system32("iphlpapi.dll"))
        built = self.exports(os.path.join(scene.arguments.stage, "iphlpapi.dll"))
        self.assertEqual(ours, built)
        self.assertEqual(set(ours.values()), {None})
        own = os.readlink(self.system32("wine_iphlpapi.dll"))
        with open(own, "rb") as file:
            self.assertIn(b"Wine builtin DLL", file.read(0x80))
        self.assertLess(self.exports(own).keys(), ours.keys())
        folders = {os.path.dirname(name)
                   for name in tool.built_companions(scene.arguments.stage)}
        self.assertEqual(sorted(os.listdir(self.dlls)), sorted(["iphlpnl.json", *folders]))

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
        once = scene.tree(self.folder)
        self.run_tool("install")
        self.assertEqual(scene.difference(once, scene.tree(self.folder)), [])
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
        self.before = scene.tree(self.prefix)
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
        self.before = scene.tree(self.prefix)
        theirs = scene.content_hash(target, os.stat(target), remember=False)
        self.run_tool("install")
        self.assertEqual(scene.content_hash(target, os.stat(target), remember=False), theirs)
        self.run_tool("uninstall")
        self.assertEqual(scene.content_hash(target, os.stat(target), remember=False), theirs)
        self.as_before()

    def test_replaced_since(self):
        """What somebody else put there later is theirs."""
        self.run_tool("install")
        os.unlink(self.system32("iphlpapi.dll"))
        with open(self.system32("iphlpapi.dll"), "wb") as file:
            file.write(b"a newer placeholder")
        said = self.run_tool("uninstall")
        self.assertIn("left alone", said)
        self.assertEqual(scene.difference(self.before, scene.tree(self.prefix)),
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


class Registry(scene.Case):
    def come_and_go(self):
        self.run_tool("install")
        self.assertEqual(self.read_registry().lower().count('"iphlpapi"='), 1)
        self.assertIn(scene.OURS, self.read_registry())
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
        self.set_override(scene.OURS)
        self.come_and_go()

    def test_no_key(self):
        self.remove_key()
        self.come_and_go()

    def test_empty_key(self):
        self.remove_key()
        self.write_registry(self.read_registry() + f"\n{scene.OVERRIDES} 1700000000\n#time=1da0000000000\n")
        self.come_and_go()

    def test_changed_since(self):
        self.run_tool("install")
        self.write_registry(self.read_registry().replace(scene.OURS, '"iphlpapi"="disabled"\n'))
        self.assertIn("left alone", self.run_tool("uninstall"))
        self.assertIn('"iphlpapi"="disabled"\n', self.read_registry())

    def after_wine(self):
        """Wine writes the registry anew, in its own order and with new times."""
        before = scene.registry_values(self.path("user.reg"))
        self.run_tool("install")
        scene.world.wine(self.prefix, "reg", "add", r"HKCU\Software\Wine\Debug", "/v", "x", "/d", "y")
        self.assertIn(scene.OURS, self.read_registry())
        self.run_tool("uninstall")
        after = scene.registry_values(self.path("user.reg"))
        after["[Software\\\\Wine\\\\Debug]"].remove('"x"="y"')
        self.assertEqual(
            {key: (before.get(key), after.get(key)) for key in scene.difference(before, after)}, {})

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
        self.write_registry(self.read_registry().replace(scene.OURS, scene.OURS + '"dnsapi"="native"\n'))
        self.run_tool("uninstall")
        self.assertEqual(scene.registry_values(self.path("user.reg"))[scene.OVERRIDES], {'"dnsapi"="native"'})


class DllFolder(scene.Case):
    def test_two_prefixes(self):
        """The folder is there for as long as one of them needs it."""
        first = self.prefix
        self.run_tool("install")
        self.prefix = os.path.join(self.folder, "second")
        scene.copy_prefix(scene.world.base, self.prefix)
        self.run_tool("install")
        self.run_tool("uninstall")
        self.assertEqual(scene.difference(scene.tree(scene.world.base), scene.tree(self.prefix)), [])
        self.prefix = first
        with open(os.path.join(self.dlls, "iphlpnl.json"), encoding="utf-8") as file:
            self.assertNotIn("second", file.read())
        self.assertTrue(os.path.exists(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so")))
        self.run_tool("uninstall")
        self.as_before()

    def test_deleted_prefix_needs_nothing(self):
        first = self.prefix
        self.prefix = os.path.join(self.folder, "second")
        scene.copy_prefix(scene.world.base, self.prefix)
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
            shutil.copy(os.path.join(scene.arguments.stage, name), os.path.join(self.dlls, name))
        packaged = scene.tree(self.dlls)
        self.run_tool("install")
        self.run_tool("uninstall")
        self.assertEqual(scene.difference(packaged, scene.tree(self.dlls)), [])
        shutil.rmtree(os.path.dirname(self.dlls))
        self.as_before()

    def test_of_another_build(self):
        os.makedirs(os.path.join(self.dlls, "x86_64-unix"))
        with open(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so"), "wb") as file:
            file.write(b"of another build")
        self.fails("install", says="is there already")


class Refusals(scene.Case):
    def test_no_prefix(self):
        self.prefix = os.path.join(self.folder, "nowhere")
        for command in ("install", "uninstall", "status"):
            self.fails(command, says=f"WINEPREFIX={self.prefix} wineboot -i")

    def test_half_a_prefix(self):
        os.unlink(self.path("user.reg"))
        self.fails("install", says="no Wine prefix")

    def test_32_bit_prefix(self):
        """Not of Wine's making, but said to be one. There are Wines that have nothing for those."""
        narrow = [width for width in self.widths() if width.bits == "32"]
        self.write_registry(self.read_registry().replace("#arch=win64", "#arch=win32"))
        if not narrow:
            self.fails("install", says="32-bit")
            return
        self.run_tool("install")
        tool = scene.world.tool
        with open(self.system32("iphlpapi.dll"), "rb") as file:
            placed = file.read()
        self.assertEqual(placed, tool.files.read(narrow[0].staged(scene.arguments.stage,
                                                                  "iphlpapi.dll")))
        self.run_tool("status", "--no-probe")
        self.run_tool("uninstall")
        self.as_before()

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
            env={**scene.world.environment, "WINEPREFIX": self.prefix, "WINEDEBUG": "-all",
                 "WINEDLLOVERRIDES": "winemenubuilder.exe,mscoree,mshtml="},
        )
        try:
            self.assertIn(b"ready", process.stdout.readline())
            for command in ("install", "uninstall"):
                said = self.run_tool(command, expect=1)
                self.assertIn("Wine is running", said)
                self.assertIn("wineserver -w", said)
        finally:
            process.communicate(b"\n", timeout=scene.DEADLINE)
            scene.world.wait_for_server(self.prefix)
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
                    self.assertEqual(scene.world.tool.prefix.Prefix(self.prefix).server(),
                                     process.pid if is_server else None)
                finally:
                    process.communicate(timeout=scene.DEADLINE)

    def test_another_at_work(self):
        with scene.world.tool.files.locked(self.prefix):
            self.fails("install", says="another wine-prefix")


class Status(scene.Case):
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
        self.assertIsNone(scene.world.tool.prefix.Prefix(self.prefix).server())
        self.run_tool("install")

    def test_without_probe(self):
        self.run_tool("install")
        before = scene.tree(self.folder)
        self.run_tool("status", "--no-probe", WINEDLLPATH=self.dlls)
        self.assertEqual(scene.difference(before, scene.tree(self.folder)), [])

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
        self.write_registry(self.read_registry().replace(scene.OURS, ""))
        said = self.run_tool("status", "--no-probe", expect=3, WINEDLLPATH=self.dlls)
        self.assertIn("wrong: the DLL override", said)


if __name__ == "__main__":
    sys.exit(scene.main())
