# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/wine-prefix where single steps of it fail, or it is killed, and Wine's own programs
afterwards. Tests that test_prefix.py runs."""

import errno
import os
import re
import shutil
import signal
import sys

import scene


class Quiet(scene.Case):
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
                said = scene.world.wine(self.prefix, *words, debug=None, **environment)
                if "-u" in words:
                    said = self.UPDATE.sub("", said)
                self.assertNotRegex(said, r"(?i)iphlp")
                self.assertNotRegex(said, r"(?i)page fault|unhandled|assertion|c0000005")
        # An update of the prefix leaves it installed.
        self.run_tool("status", WINEDLLPATH=self.dlls)


class Failure(scene.Case):
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

        sys.argv = ["wine-prefix", command, "--prefix", self.prefix, "--stage", scene.arguments.stage,
                    *(["--dll-dir", self.dlls, "--no-probe"] if command == "install" else [])]
        os.environ.clear()
        os.environ.update(scene.world.environment)
        # Only the machine's end would show whether it has been called, and it takes most of the time.
        os.fsync = lambda descriptor: None
        sys.addaudithook(hook)
        status = scene.world.tool.command.main()
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
        left = scene.tree(os.path.join(self.folder, "data")) or {}
        self.assertEqual([name for name, (_, content) in left.items() if content != "folder"], [])
        shutil.rmtree(os.path.join(self.folder, "data"), ignore_errors=True)
        self.as_before()

    def test_install(self):
        nothing = scene.tree(self.folder)

        def check(status):
            if status == 0:
                self.call("uninstall")  # what failed does not matter
            self.assertEqual(scene.difference(nothing, scene.tree(self.folder)), [])

        for how in ("fail", "full"):
            self.each_step("install", how, check)
            self.call("uninstall")

    def test_install_again(self):
        self.run_tool("install")
        installed = scene.tree(self.folder)

        def damage():
            os.unlink(self.system32("iphlpapi.dll"))
            os.unlink(os.path.join(self.dlls, "x86_64-unix/iphlpnl.so"))

        damage()
        damaged = scene.tree(self.folder)

        def check(status):
            if status == 0:
                # What could not be removed at the end does no harm.
                left = [name for name in scene.difference(installed, scene.tree(self.folder))
                        if not name.endswith(".iphlpapi-old")]
                self.assertEqual(left, [])
                self.call("install")
                damage()
            self.assertEqual(scene.difference(damaged, scene.tree(self.folder)), [])

        self.each_step("install", "full", check)
        self.call("uninstall")
        self.as_before()

    def test_uninstall(self):
        self.run_tool("install")
        installed = scene.tree(self.folder)

        def check(status):
            if status != 0 and os.path.exists(self.path(".iphlpapi/state.json")):
                self.assertEqual(scene.difference(installed, scene.tree(self.folder)), [])
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
            self.assertEqual(scene.difference(self.before, scene.tree(self.prefix)), [])
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
            self.assertEqual(scene.difference(self.before, scene.tree(self.prefix)), [])
            self.call("install")

        self.each_step("uninstall", "kill", check)
