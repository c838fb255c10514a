#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Windows program in Wine hears of a real Teredo client: Miredo, with a server of its own beside.

Runs in a network namespace of its own, in which it is root.
    teredo.py --prefix DIR --stage DIR --keep-user SOURCE --work DIR
--prefix is one that lifetime.py has set up; SOURCE is that of the library which Miredo needs where
there is no other user.
"""
import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import wine_harness

CLIENT, SERVER = "/usr/sbin/miredo", "/usr/sbin/miredo-server"
SERVER_ADDRESS, SERVER_SECOND, CLIENT_ADDRESS = "203.0.113.1", "203.0.113.2", "203.0.113.9"


def unavailable(why):
    print(f"these tests cannot run here: {why}", file=sys.stderr)
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


class Miredo:
    """Client and server, the server in a network namespace beside this one."""

    def __init__(self, work, keep_user):
        self.work = Path(work)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.library = self.work / "keep_user.so"
        subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", self.library, keep_user],
                       check=True, timeout=wine_harness.DEADLINE)
        self.programs = {}
        self.beside = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/net")
        wine_harness.wait_until(
            lambda: os.readlink(f"/proc/{self.beside.pid}/ns/net") != own, "no second namespace")
        ip = wine_harness.run_ip
        ip("link", "add", "client", "type", "veth", "peer", "name", "server")
        ip("link", "set", "server", "netns", str(self.beside.pid))
        ip("address", "add", f"{CLIENT_ADDRESS}/24", "dev", "client")
        ip("link", "set", "client", "up")
        for address in (SERVER_ADDRESS, SERVER_SECOND):
            self.run_beside("ip", "address", "add", f"{address}/24", "dev", "server")
        self.run_beside("ip", "link", "set", "server", "up")

    def beside_prefix(self):
        return ["nsenter", "--target", str(self.beside.pid), "--net", "--"]

    def run_beside(self, *command):
        subprocess.run([*self.beside_prefix(), *command], check=True,
                       timeout=wine_harness.DEADLINE,
                       env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})

    def configure(self, name, text):
        (self.work / f"{name}.conf").write_text(text, encoding="ascii")

    def start(self, name, program, *before):
        with open(self.work / f"{name}.log", "ab") as log:
            self.programs[name] = subprocess.Popen(
                # By its name alone: a list of paths is separated by spaces, too.
                [*before, "env", f"LD_PRELOAD={self.library.name}",
                 f"LD_LIBRARY_PATH={self.library.parent}", program, "-f", "-u", "nobody",
                 "-c", self.work / f"{name}.conf", "-p", self.work / f"{name}.pid"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def start_server(self):
        self.configure("server", f"ServerBindAddress {SERVER_ADDRESS}\n")
        self.start("server", SERVER, *self.beside_prefix())

    def configure_client(self, port):
        self.configure("client", "InterfaceName teredo\n"
                                 f"ServerAddress {SERVER_ADDRESS}\nBindPort {port}\n")

    def start_client(self, port):
        self.configure_client(port)
        self.start("client", CLIENT)

    def move_client(self, port):
        self.configure_client(port)
        self.programs["client"].send_signal(signal.SIGHUP)

    def stop_client(self):
        self.programs["client"].terminate()
        self.programs["client"].wait(wine_harness.DEADLINE)

    def await_qualified(self):
        wine_harness.wait_until(
            lambda: any(line.startswith("20010000") and line.split()[5] == "teredo" for line in
                        Path("/proc/self/net/if_inet6").read_text(encoding="ascii").splitlines()),
            "Miredo's client does not get its address")

    def print_logs(self):
        for log in self.work.glob("*.log"):
            print(f"{log.name}:\n{log.read_text(errors='replace')}", flush=True)

    def end(self):
        for program in self.programs.values():
            try:
                os.killpg(program.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            program.wait()
        self.beside.kill()
        self.beside.wait()


class Watch:
    """mibwatch.exe, and what it says of Teredo: (type, port) each."""

    def __init__(self, prefix):
        self.process = prefix.start(prefix.staged("mibwatch.exe"), "--teredo", "--json",
                                    "--initial", "--table", stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            print(f"    {line}", end="", flush=True)
            self.lines.put(line)
        self.lines.put(None)

    def next(self):
        line = self.lines.get(timeout=wine_harness.DEADLINE)
        if line is None:
            raise AssertionError("mibwatch.exe ended")
        notification = json.loads(line)
        return notification["type"], notification.get("port")

    def expect(self, *expected):
        for one in expected:
            found = self.next()
            if found != one:
                raise AssertionError(f"{found} came, not {one}")

    def end(self):
        wine_harness.end(self.process)


def run(prefix, miredo):
    watch = Watch(prefix)
    try:
        watch.expect(("initial", None))
        miredo.start_server()
        miredo.start_client(40001)
        watch.expect(("add", 40001))
        miredo.await_qualified()

        # A second program reads the port instead of hearing of it.
        reader = Watch(prefix)
        try:
            reader.expect(("initial", None), ("table", 40001))
        finally:
            reader.end()

        miredo.move_client(40002)
        found = watch.next()
        if found == ("delete", 40001):
            watch.expect(("add", 40002))
        elif found != ("parameter", 40002):
            raise AssertionError(f"{found} came when the port changed")
        miredo.await_qualified()
        miredo.stop_client()
        watch.expect(("delete", 40002))
    except (AssertionError, queue.Empty, TimeoutError):
        miredo.print_logs()
        raise
    finally:
        watch.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wine_harness.add_arguments(parser)
    for name in ("keep-user", "work"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    for path in (CLIENT, SERVER, "/dev/net/tun"):
        if not os.path.exists(path):
            unavailable(f"there is no {path}; Debian's packages are miredo and miredo-server")
    prefix = wine_harness.named(arguments)
    prefix.skip_without_width()
    miredo = Miredo(arguments.work, arguments.keep_user)
    prefix.start_server()
    try:
        run(prefix, miredo)
    finally:
        prefix.stop_server()
        miredo.end()


if __name__ == "__main__":
    main()
