#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""IPHLPAPI_LOG with the real kernel: why a route is reported deleted can be read from message to change.

    test_log.py --mibwatch mibwatch
Runs in a network namespace of its own, in which it is root.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import threading

DEADLINE = 60
SETUP = """link set lo up
link add v0 index 100 type veth peer name v1 index 101
link set v0 up
link set v1 up
address add 10.7.0.1/24 dev v0
route add 10.8.0.0/16 dev v0"""

# What happens, and the lines that follow: in this order, with others between them.
STEPS = [
    ("", [r"watch: route watch \d+: opened: IPv4, \d+ records?"]),
    ("route add 10.9.0.0/16 dev lo", [
        r"message: route watch \d+: RTM_NEWROUTE",
        r"change: route watch \d+: added 10\.9\.0\.0/16 on-link, link 1"]),
    # The kernel does not say that a link's routes go with it.
    ("link set v0 down", [
        r"message: route watch \d+: RTM_NEWLINK, link 100",
        r"resync: route watch \d+: IPv4( on link .*)?, because of .*link",
        # The peer's message may be there already; then the next one is named.
        r"dump: route watch \d+: IPv4: valid after \d+ ms, \d+ records?(; the next .*)?",
        r"change: route watch \d+: deleted 10\.8\.0\.0/16 on-link, link 100"]),
]


class Program:
    """mibwatch, and the lines that it has told so far."""

    def __init__(self, path, words):
        environment = {name: value for name, value in os.environ.items() if name != "IPHLPAPI_LOG"}
        if words:
            environment["IPHLPAPI_LOG"] = words
        self.process = subprocess.Popen([path, "--kind", "route", "--family", "4"], env=environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.told = []
        self.reported = []
        self.news = threading.Condition()
        self.readers = [threading.Thread(target=self.read, args=arguments, daemon=True) for arguments in
                        ((self.process.stderr, self.told), (self.process.stdout, self.reported))]
        for reader in self.readers:
            reader.start()

    def read(self, file, lines):
        for line in file:
            with self.news:
                lines.append(line.rstrip("\n"))
                self.news.notify_all()

    def wait_for(self, pattern, lines, begin=0):
        """The number of the first line from `begin` on that is like this."""
        def find():
            return next((i + 1 for i in range(begin, len(lines)) if re.search(pattern, lines[i])), None)

        with self.news:
            if not self.news.wait_for(find, timeout=DEADLINE):
                sys.exit(f"no line \"{pattern}\" from {begin} on in:\n" + "\n".join(lines))
            return find()

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=DEADLINE)
        for reader in self.readers:
            reader.join()


def run_ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mibwatch", required=True)
    path = parser.parse_args().mibwatch
    for line in SETUP.splitlines():
        run_ip(line)

    program = Program(path, "all")
    begin = 0
    for words, patterns in STEPS:
        if words:
            run_ip(words)
        for pattern in patterns:
            begin = program.wait_for("^iphlpapi: " + pattern + "$", program.told, begin)
    program.end()
    program.wait_for(r"^iphlpapi: watch: route watch \d+: closed$", program.told, begin)

    # Without the variable it reports the same, and tells nothing.
    run_ip("link set v0 up")
    run_ip("route add 10.8.0.0/16 dev v0")
    for words in (None, "error"):
        quiet = Program(path, words)
        run_ip("route add 10.10.0.0/16 dev lo")
        run_ip("route del 10.10.0.0/16 dev lo")
        while not quiet.reported:  # until it watches
            run_ip("route add 10.10.0.0/16 dev lo")
            run_ip("route del 10.10.0.0/16 dev lo")
        quiet.end()
        if quiet.told:
            sys.exit(f"it tells with {words}: {quiet.told}")


if __name__ == "__main__":
    main()
