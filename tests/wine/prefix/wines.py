# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/wine-prefix with other Wines, in other places, and what its probe makes of them. Tests that
test_prefix.py runs."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

import scene


class OwnWine(scene.Case):
    """Wine in places of the test's own, which may be written to."""

    def make_wine(self, to_modules="lib/x86_64-linux-gnu/wine", to_programs="lib/wine"):
        """The installed Wine there, of links but for what Wine goes by: where its ntdll.so and its
        loader really are. Returns the loader and the folder of modules."""
        root = os.path.join(self.folder, "own")
        found = scene.world.tool.wine.Wine("wine").modules_of[scene.world.tool.widths.WIDTHS[0].name]
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
            content = scene.world.tool.exports.with_forwards(file.read(), "kernel32", [self.NEW])
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
        built = self.exports(os.path.join(scene.arguments.stage, "iphlpapi.dll"))
        self.assertEqual(exports, {**built, self.NEW: f"wine_iphlpapi.{self.NEW}"})
        said = scene.world.wine(self.prefix, os.path.join(scene.arguments.stage, "iphlpapi_probe.exe"),
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
                for width, folder in zip(scene.world.tool.widths.WIDTHS, folders):
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
                wine = scene.world.tool.wine.Wine(os.path.join(own, name))
                self.assertEqual((wine.program, wine.modules_of), (program, expected))

    def test_prefix_of_proton(self):
        """Its parent is what people know."""
        os.mkdir(os.path.join(self.folder, "489830"))
        inside = os.path.join(self.folder, "489830", "pfx")
        os.rename(self.prefix, inside)
        self.assertEqual(
            scene.world.tool.prefix.Prefix(os.path.join(self.folder, "489830")).path, inside)

    def test_into_own_wine(self):
        """Without being root, and without a variable. The folder is as it was before."""
        program, modules = self.make_wine()
        folder = scene.tree(modules)
        options = "--into-wine", "--wine", program
        said = self.run_tool("install", *options, dll_dir=False, probe=True)
        self.assertIn("Nothing needs to be set", said)
        self.assertIn("iphlpnl.json", os.listdir(modules))
        said = self.run_tool("status", "--no-probe", "--wine", program)
        self.assertRegex(said, "companion: +in Wine's own folder")
        self.run_tool("uninstall")
        self.assertEqual(scene.difference(folder, scene.tree(modules)), [])

    def test_packaged_companion(self):
        """What is there already is used, and stays, and no other folder is made."""
        program, modules = self.make_wine()
        for name in ("x86_64-windows/iphlpnl.dll", "x86_64-unix/iphlpnl.so"):
            shutil.copy(os.path.join(scene.arguments.stage, name), os.path.join(modules, name))
        folder = scene.tree(modules)
        data = os.path.join(self.folder, "data")
        self.run_tool("install", "--wine", program, dll_dir=False, XDG_DATA_HOME=data)
        self.assertFalse(os.path.exists(data))
        self.run_tool("status", "--no-probe", "--wine", program)
        self.run_tool("uninstall")
        self.assertEqual(scene.difference(folder, scene.tree(modules)), [])
        shutil.rmtree(os.path.join(self.folder, "own"))
        self.as_before()

    def test_installed_tree(self):
        """A package has the script under another name, and a tree like this project's."""
        root = os.path.join(self.folder, "usr/lib/iphlpapi")
        source = os.path.dirname(os.path.dirname(os.path.realpath(scene.arguments.script)))
        for name in ("scripts/wine-prefix", "tools/wine_prefix", "tools/output.py",
                     "cmake/widths.txt"):
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            (shutil.copytree if os.path.isdir(os.path.join(source, name)) else shutil.copy)(
                os.path.join(source, name), os.path.join(root, name))
        command = os.path.join(self.folder, "iphlpapi-wine-prefix")
        os.symlink(os.path.join(root, "scripts/wine-prefix"), command)
        there = scene.tree(root)
        missing = os.path.join(self.folder, "missing")
        for prefix, status, says in ((self.prefix, 4, "installed:                  no\n"),
                                     (missing, 1, "iphlpapi-wine-prefix: no Wine prefix")):
            done = subprocess.run([command, "status", "--no-probe", "--prefix", prefix],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  env=scene.world.environment, timeout=scene.DEADLINE, check=False)
            self.assertEqual(done.returncode, status, done)
            self.assertIn(says, done.stdout + done.stderr)
        self.assertEqual(scene.difference(there, scene.tree(root)), [])


def isolated(case, setup, *words):
    """Runs the tool where `setup`, a shell's lines, has changed what is mounted. $1 is the test's
    folder."""
    command = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    return subprocess.run(
        [*command, "sh", "-c", f'set -e\n{setup}\nshift; exec "$@" 2>&1', "sh", case.folder,
         scene.arguments.script, *words, "--prefix", case.prefix, "--stage", scene.arguments.stage],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=scene.world.environment,
        timeout=scene.DEADLINE,
        check=False,
    )


READ_ONLY = 'mount --bind "$1{0}" "$1{0}"; mount -o remount,bind,ro "$1{0}"'


class Elsewhere(OwnWine):
    """What is another user's, cannot be written to, or has been moved."""

    def check_refused(self, done, says):
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(says, done.stdout)
        self.assertEqual(scene.difference(self.before, scene.tree(self.prefix)), [])

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
        self.assertEqual(scene.difference(self.before, scene.tree(self.prefix)), [])

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


class Probe(scene.Case):
    """install runs a program, and takes all back if that does not get ours, working."""

    # What Wine may write whenever a program runs.
    WINES = (".reg", ".update-timestamp")

    def as_before_but_wine(self):
        self.assertEqual([name for name in scene.difference(self.before, scene.tree(self.prefix))
                          if not name.endswith(self.WINES)], [])
        self.assertIsNone(scene.tree(os.path.join(self.folder, "data")))
        self.assertEqual(scene.registry_values(self.path("user.reg"))[scene.OVERRIDES],
                         scene.registry_values(os.path.join(scene.world.base, "user.reg"))[scene.OVERRIDES])
        self.assertIsNone(scene.world.tool.prefix.Prefix(self.prefix).server())

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
        shutil.copytree(scene.arguments.stage, stage, ignore=shutil.ignore_patterns(".*"))
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
        done = isolated(self, 'mount --bind "$1" "$1"; mount -o remount,bind,noexec "$1"',
                        "install", "--dll-dir", self.dlls)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("all has been taken back", done.stdout)
        self.assertRegex(done.stdout, r"\n    .*iphlpnl.so: failed to map")
        self.assertRegex(done.stdout, r"\n    err:iphlpapi:.*cannot be loaded")
        self.as_before_but_wine()

    def test_interrupted(self):
        process = subprocess.Popen(
            [scene.arguments.script, "install", "--prefix", self.prefix, "--stage", scene.arguments.stage,
             "--dll-dir", self.dlls],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=scene.world.environment)
        end = time.monotonic() + scene.DEADLINE
        while scene.world.tool.prefix.Prefix(self.prefix).server() is None:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=scene.DEADLINE)
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
