# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wine for tests and benchmarks: a prefix of their own with the DLL in it, and a server of their own.

Everything runs in the network namespace that the caller is in.
"""
import argparse
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from given_wine import WINE, WINESERVER  # noqa: E402
from wine_prefix.widths import COPY, NAMED, OURS, UNIXLIB, WIDTHS  # noqa: E402

DEADLINE = 120

NEITHER_MONO_NOR_GECKO = "mscoree,mshtml="  # nobody is there to be asked
# Not empty: programs find the half on the host by WINEDLLPATH, for a Wine that cannot load it by its path.
BY_DLL_PATH = bool(os.environ.get("IPHLPAPI_TEST_DLL_PATH"))
# In a prefix with the DLL: a program gets Wine's own all the same.
WINES_OWN = NEITHER_MONO_NOR_GECKO + ";iphlpapi=b"

# Each thread in Wine takes several descriptors, in its process and in the server, and an ordinary
# user has 1024 at first.
resource.setrlimit(resource.RLIMIT_NOFILE, 2 * resource.getrlimit(resource.RLIMIT_NOFILE)[1:])


@dataclass
class Result:
    """What came of a program: how it ended (None: not in time), and the lines that it and Wine said."""
    status: int | None
    output: list
    errors: list

# What Wine says where it ends before the program begins: some 1 in 5,000 times the kernel has put something
# where Windows has a page of its own (docs/WINE.md).
NOT_BEGUN = "failed to map the shared user data"


class Prefix:
    """A prefix. `stage` is what scripts/wine-build has made; None: Wine as it is. The programs are of a
    width, a name in cmake/widths.txt."""

    def __init__(self, folder, stage=None, width=WIDTHS[0].name):
        self.folder = Path(folder).resolve()
        self.width = NAMED[width]
        self.stage = Path(stage).resolve() if stage else None
        self.server = None
        self.killed = False  # by kill_server

    def environment(self, **more):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("WINE") and name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environment.update(WINEPREFIX=str(self.folder), WINEDEBUG="-all", WINEARCH="win64",
                           WINESERVER=WINESERVER,
                           WINEDLLOVERRIDES=NEITHER_MONO_NOR_GECKO +
                           (";iphlpapi=n,b" if self.stage else ""))
        if self.stage and BY_DLL_PATH:
            environment["WINEDLLPATH"] = str(self.stage)
        environment.update(more)
        return environment

    def make(self):
        """A new prefix with the DLL in it."""
        self.folder.mkdir(parents=True)
        plain = Prefix(self.folder)
        # With a server that is there before it, newer ones' wineboot starts no services.
        for command in (WINE, "wineboot", "--init"), (WINESERVER, "--wait"):
            subprocess.run(command, env=plain.environment(), check=True, timeout=DEADLINE,
                           stdin=subprocess.DEVNULL)
        if self.stage:
            self.install()

    def install(self):
        for width in filter(self.has, WIDTHS):
            system = self.system(width)
            if not (system / COPY).exists():
                shutil.copyfile(system / OURS, system / COPY)
            for name, path in width.sources().items():
                # Programs of this width may have the half on the host of another.
                if name != UNIXLIB or (self.stage / path).exists():
                    shutil.copyfile(self.stage / path, system / name)

    @contextlib.contextmanager
    def without_unixlib(self, widths=WIDTHS):
        """The DLL finds its half on the host where WINEDLLPATH names its folder, and else not."""
        kept = [(path, path.with_name(path.name + ".kept")) for path in
                (self.system(width) / UNIXLIB for width in widths) if path.exists()]
        for path, aside in kept:
            path.rename(aside)
        try:
            yield
        finally:
            for path, aside in kept:
                aside.replace(path)

    def system(self, width):
        return self.folder / "drive_c/windows" / width.system

    def has(self, width):
        """Whether this Wine has modules for programs of that width, and so they run in the prefix."""
        return (self.system(width) / OURS).exists()

    def skip_without_width(self):
        if not self.has(self.width):
            print(f"this Wine runs no {self.width.bits}-bit programs")
            sys.exit(77)

    def staged(self, name):
        """A program of ours."""
        return Path(self.width.staged(self.stage, name))

    def own(self, name):
        """A program of Wine's own, of the width."""
        return name if self.width is WIDTHS[0] else f"C:\\windows\\{self.width.system}\\{name}"

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_server(self):
        """A server in the foreground, so that it can be waited for, and killed."""
        self.server = subprocess.Popen([WINESERVER, "--foreground", "--persistent"],
                                       env=self.environment(), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        # It works in the folder of its socket. A program that comes while it makes that one starts
        # a server itself, and gives up when that finds the folder taken.
        def is_ready():
            if self.server.poll() is not None:
                raise ChildProcessError("the server does not start")
            try:
                folder = Path(os.readlink(f"/proc/{self.server.pid}/cwd"))
            except OSError:
                return False
            return folder.name.startswith("server-") and (folder / "socket").is_socket()

        wait_until(is_ready, "the server does not start")

    def kill_server(self):
        self.killed = True
        folder = Path(f"/proc/{self.server.pid}/cwd").resolve()
        self.server.kill()
        self.server.wait()
        # Left there it would be taken for the next server's.
        (folder / "socket").unlink()

    def stop_server(self):
        """Ends the server, and with it every process of the prefix."""
        if self.server.poll() is None:
            subprocess.run([WINESERVER, "--kill"], env=self.environment(), check=False,
                           timeout=DEADLINE)
        try:
            self.server.wait(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill_server()
        self.end_left_over()

    def processes(self):
        """(number, words of the command line) of all that run in the prefix, the server included."""
        mark = f"WINEPREFIX={self.folder}".encode()
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes().split(b"\0") and \
                        int(path.name) != os.getpid():
                    # Wine leaves zeros where the words of its own were.
                    words = (path / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                    yield int(path.name), [word.decode(errors="replace") for word in words]
            except OSError:
                pass  # gone, or another user's

    def programs(self, program, *arguments):
        """The numbers of the processes that run this program with these arguments and no others."""
        name = Path(program).name
        return [number for number, words in self.processes()
                if words[0].endswith(name) and words[1:] == list(arguments)]

    def end_left_over(self):
        """Ends what a killed server has left: Wine's services would wait for it for ever."""
        def none_left():
            pids = [pid for pid, _ in self.processes()]
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return not pids

        wait_until(none_left, "processes of Wine do not end")

    @contextlib.contextmanager
    def running(self):
        self.start_server()
        try:
            yield
        finally:
            self.stop_server()

    def run(self, *command, **environment):
        """Runs a Windows program to its end."""
        environment.setdefault("WINEDEBUG", "err+all,fixme-all")
        while True:
            result = self._run(command, environment)
            if result.status != 1 or not any(NOT_BEGUN in line for line in result.errors):
                return result

    def _run(self, command, environment):
        """What it says goes to files: Wine's services, which it may be the first to start, hold its standard
        error open for as long as the server runs."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = self.start(*command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                 env=self.environment(**environment))
            try:
                status = process.wait(timeout=DEADLINE)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                end(process)

            def lines(file):
                file.seek(0)
                return file.read().decode(errors="replace").splitlines()

            return Result(status, lines(output), lines(errors))

    def start(self, *command, **more):
        """A Windows program; further arguments are those of Popen."""
        more.setdefault("env", self.environment())
        return subprocess.Popen([WINE, *map(str, command)], **more)


def add_arguments(parser):
    """Those of named()."""
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--width", default=WIDTHS[0].name)


def named(found):
    """The prefix that the command line names."""
    return Prefix(found.prefix, found.stage, found.width)


def arguments(description, *names):
    """The prefix that the command line names, and further arguments of these names."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    add_arguments(parser)
    for name in names:
        parser.add_argument(name)
    found = parser.parse_args()
    prefix = named(found)
    prefix.skip_without_width()
    return (prefix, *(getattr(found, name) for name in names))


def end(process):
    """Ends a program that did not end by itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait()


def run_ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, timeout=DEADLINE,
                   env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})


def wait_until(condition, what, seconds=DEADLINE):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError(what)
        time.sleep(0.02)
