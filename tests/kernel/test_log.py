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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import programs  # noqa: E402 (it is found by the line before)

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
        r"resync: route watch \d+: IPv4( on link .*)?, because of (.*, )?link(, .*)?",
        # The peer's message may be there already; then the next one is named.
        r"dump: route watch \d+: IPv4: valid after \d+ ms, \d+ records?(; the next .*)?",
        r"change: route watch \d+: deleted 10\.8\.0\.0/16 on-link, link 100"]),
]


def watch_routes(path, words):
    """A mibwatch; `words`: of IPHLPAPI_LOG, or None."""
    environment = {name: value for name, value in os.environ.items() if name != "IPHLPAPI_LOG"}
    if words:
        environment["IPHLPAPI_LOG"] = words
    return programs.Program([path, "--kind", "route", "--family", "4"], env=environment, stderr=subprocess.PIPE)


def run_ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def change_a_route():
    run_ip("route add 10.10.0.0/16 dev lo")
    run_ip("route del 10.10.0.0/16 dev lo")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mibwatch", required=True)
    path = parser.parse_args().mibwatch
    for line in SETUP.splitlines():
        run_ip(line)

    with watch_routes(path, "all") as watch:
        for words, patterns in STEPS:
            if words:
                run_ip(words)
            for pattern in patterns:
                watch.errors.wait_for(re.compile(f"iphlpapi: {pattern}\n").fullmatch)
        if watch.end(signal.SIGINT) != 0:
            sys.exit("mibwatch failed")
        watch.errors.wait_for(re.compile(r"iphlpapi: watch: route watch \d+: closed\n").fullmatch)

    # Without the variable it reports the same, and tells nothing.
    run_ip("link set v0 up")
    run_ip("route add 10.8.0.0/16 dev v0")
    for words in (None, "error"):
        with watch_routes(path, words) as quiet:
            with programs.meanwhile(change_a_route):  # until it watches
                quiet.output.wait_for()
            status = quiet.end(signal.SIGINT)
            if status != 0 or quiet.errors.all():
                sys.exit(f"with {words} it ends with {status}, and tells {quiet.errors.all()}")


if __name__ == "__main__":
    main()
