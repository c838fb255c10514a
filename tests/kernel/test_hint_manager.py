# SPDX-License-Identifier: LGPL-2.1-or-later
"""Connectivity hints beside NetworkManager itself, on a bus and in a network of the test's own.

Runs as root of namespaces of its own, which hide the host's bus and /run:
    unshare -Urnm python3 test_hint_manager.py --mibwatch PROGRAM

NetworkManager is the system's, or that which is unpacked in IPHLPAPI_TEST_NETWORK_MANAGER. Without
one the test is skipped.
"""

import argparse
import contextlib
import http.server
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import network_manager

DEADLINE = 60
SKIPPED = 77
PORT = 8080
HERE, PEER = "192.0.2.1", "192.0.2.2"

BUS = """<busconfig><type>system</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
"""

CONFIGURATION = f"""[main]
plugins=keyfile
dns=none
rc-manager=unmanaged
no-auto-default=*
auth-polkit=false
[connectivity]
uri=http://{PEER}:{PORT}/check
interval=1
[device]
managed=1
[keyfile]
path=%s/connections
"""


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def run(*words, **keywords):
    subprocess.run(words, check=True, timeout=DEADLINE, stdout=subprocess.DEVNULL, **keywords)


def ip(*words):
    run("ip", *words)


class Watch:
    """A mibwatch of hints that runs, started by that function: all of its lines, in their order."""

    def __init__(self, start):
        self.start = start
        self.process = start("--initial", "--json", stdout=subprocess.PIPE, text=True)
        self.queue = queue.Queue()
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            told = json.loads(line)
            self.queue.put((told["level"], told["cost"]))

    def wait_for(self, *wanted):
        """Until that was told, which must stay: and Get… says the same."""
        end = time.monotonic() + DEADLINE
        while not (self.lines and self.lines[-1] == wanted and self.queue.empty()):
            try:
                self.lines.append(self.queue.get(timeout=max(0, end - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"{wanted} did not come; these came: {self.lines}") from None
        with self.start(
            "--table", "--json", "--duration", "0", stdout=subprocess.PIPE, text=True
        ) as reader:
            got = json.loads(reader.stdout.readline())
        while not self.queue.empty():
            self.lines.append(self.queue.get())
        assert (got["level"], got["cost"]) == self.lines[-1], (got, self.lines)

    def end(self):
        self.process.kill()
        self.process.wait()
        for before, after in zip(self.lines, self.lines[1:]):
            assert before != after, self.lines


class Server(http.server.BaseHTTPRequestHandler):
    """Says what the file has: NetworkManager's own words, or those of a portal."""

    path_of_answer = None

    def do_GET(self):
        with open(self.path_of_answer, "rb") as file:
            answer = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def serve(answer):
    """The peer, in a network namespace of its own: has a link after one line, serves after two."""
    Server.path_of_answer = answer
    print(flush=True)
    sys.stdin.readline()
    ip("address", "add", f"{PEER}/24", "dev", "peer0")
    ip("link", "set", "peer0", "up")
    sys.stdin.readline()
    http.server.HTTPServer(("", PORT), Server).serve_forever()


@contextlib.contextmanager
def started(*words, **keywords):
    process = subprocess.Popen(words, **keywords)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def hide_host():
    for folder in "/run", "/var/lib":
        try:
            run("mount", "-t", "tmpfs", "tmpfs", folder, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            skip(f"{folder} cannot be hidden here")
    # By a read-only /sys NetworkManager knows that there is no udev.
    mounted = subprocess.run(
        ["mount", "-t", "sysfs", "-o", "ro", "sysfs", "/sys"], stderr=subprocess.DEVNULL
    )
    if mounted.returncode != 0 and os.access("/sys", os.W_OK):
        skip("/sys cannot be hidden here")
    os.makedirs("/run/NetworkManager")
    os.makedirs("/var/lib/NetworkManager")


def manager_words():
    """How NetworkManager is started: it, its client, and the environment."""
    found = network_manager.find()
    if not found:
        skip("there is no NetworkManager")
    if not shutil.which("dbus-daemon"):
        skip("there is no dbus-daemon")
    return found


def go_on(peer):
    peer.stdin.write("\n")
    peer.stdin.flush()


def check(watch, folder, program, client, environment, peer):
    def nmcli(*words):
        run(client, *words, env=environment, stderr=subprocess.DEVNULL)

    def await_manager():
        end = time.monotonic() + DEADLINE
        while True:
            with contextlib.suppress(subprocess.CalledProcessError):
                nmcli("--wait", "5", "device", "set", "here0", "managed", "yes")
                return
            assert time.monotonic() < end, "NetworkManager does not come"
            time.sleep(0.1)

    with open(f"{folder}/log", "w", encoding="ascii") as log, started(
        program, "--debug", f"--config={folder}/configuration", f"--config-dir={folder}/none",
        f"--system-config-dir={folder}/none", stdout=log, stderr=log,
        env=environment,
    ) as manager:
        await_manager()
        nmcli("connection", "add", "type", "ethernet", "ifname", "here0", "con-name", "here",
              "ipv4.method", "manual", "ipv4.addresses", f"{HERE}/24", "ipv4.gateway", PEER,
              "ipv6.method", "disabled", "connection.metered", "yes")
        nmcli("connection", "up", "here")
        # A default route, and nobody who answers.
        watch.wait_for("local", "fixed")
        go_on(peer)
        watch.wait_for("internet", "fixed")
        write(f"{folder}/answer", "<html>Your room number, please")
        watch.wait_for("constrained", "fixed")
        nmcli("connection", "modify", "here", "connection.metered", "no")
        nmcli("device", "reapply", "here0")
        watch.wait_for("constrained", "unrestricted")
        # Its route stays, its judgement does not.
        manager.kill()
        watch.wait_for("internet", "unknown")
        ip("route", "del", "default")
        watch.wait_for("local", "unknown")


def test(start):
    """start(*options, **keywords of Popen) starts a mibwatch of hints."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    program, client, environment = manager_words()
    folder = tempfile.mkdtemp(prefix="iphlpapi-manager-")
    try:
        hide_host()
        write(f"{folder}/bus.conf", BUS % folder)
        write(f"{folder}/configuration", CONFIGURATION % folder)
        write(f"{folder}/answer", "NetworkManager is online")
        address = f"unix:path={folder}/bus"
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
        with started(
            "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile",
            "--print-address", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as bus, started(
            "unshare", "-n", sys.executable, "-B", __file__, "--serve", f"{folder}/answer",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as peer:
            bus.stdout.readline()
            peer.stdout.readline()
            ip("link", "set", "lo", "up")
            ip("link", "add", "here0", "type", "veth", "peer", "name", "peer0")
            ip("link", "set", "peer0", "netns", str(peer.pid))
            watch = Watch(start)
            watch.wait_for("none", "unknown")
            go_on(peer)
            check(watch, folder, program, client, environment, peer)
            watch.end()
    except BaseException:
        with contextlib.suppress(OSError), open(f"{folder}/log", encoding="utf-8") as file:
            sys.stderr.write(file.read())
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibwatch")
    parser.add_argument("--serve")
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    test(
        lambda *options, **keywords: subprocess.Popen(
            [arguments.mibwatch, "--kind", "hint", *options], **keywords
        )
    )


if __name__ == "__main__":
    main()
