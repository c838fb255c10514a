#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the host's half records of a Windows program tells natively the same as the program was told.

    record.py --prefix DIR --stage DIR MIBWATCH
MIBWATCH is the host's. --prefix is one that lifetime.py has set up. Runs in a network namespace of its own.
"""
import itertools
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import wine_harness
from wine_harness import run_ip

KINDS = "interface", "address", "route"
OPTIONS = "--json", "--initial"
LINKS = "rec0", "rec1"
ROUTES = range(1, 30)
# What comes when all else is told: an address and its route, and the size of a link's packets.
LAST = "198.51.100.77/32"
LAST_MTU = 4321

HEARS_NOTHING = "a Windows program does not hear the kernel; set IPHLPAPI_%s for Wine's host"
READS_NONE = "a Windows program does not read recordings; mibwatch of Wine's host does"


class Program:
    """mibwatch.exe while it runs, and what it has printed."""

    def __init__(self, prefix, folder, **environment):
        self.path = folder / "lines"
        self.errors = folder / "errors"
        with self.path.open("wb") as output, self.errors.open("wb") as errors:
            self.process = prefix.start(prefix.staged("mibwatch.exe"), *OPTIONS, stdin=subprocess.DEVNULL,
                                        stdout=output, stderr=errors, env=prefix.environment(**environment))

    def lines(self):
        """Whole ones."""
        return [json.loads(line) for line in self.path.read_bytes().split(b"\n")[:-1]]

    def said(self):
        return self.errors.read_text(errors="replace")

    def await_(self, condition, what):
        def met():
            if self.process.poll() is not None:
                raise ChildProcessError(f"mibwatch.exe ended with {self.process.returncode}: {self.said()}")
            return condition(self.lines())

        wine_harness.wait_until(met, what)

    def await_line(self, **fields):
        self.await_(lambda lines: any(fields.items() <= line.items() for line in lines), f"in vain: {fields}")

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=wine_harness.DEADLINE)


def is_last(line):
    return line["type"] == "add" and LAST in (line.get("address"), line.get("prefix")) or \
        line["type"] == "change" and line.get("mtu") == LAST_MTU


def by_kind(lines):
    """Of each kind what was told up to the last change. Each has a thread that prints: in which order those come
    is chance. And the time is that at which a line was printed, in a replay that at which its cause was heard."""
    told = {kind: [] for kind in KINDS}
    for line in lines:
        if not any(map(is_last, told[line["kind"]])):
            told[line["kind"]].append({name: value for name, value in line.items() if name != "time"})
    return told


def all_told(lines):
    return all(told and is_last(told[-1]) for told in by_kind(lines).values())


def change(program):
    """What comes and goes is told before it goes: of a link that is gone a program may not know the name."""
    for kind in KINDS:
        program.await_line(kind=kind, type="initial")
    run_ip("link", "add", LINKS[0], "type", "veth", "peer", "name", LINKS[1])
    for link in LINKS:
        run_ip("link", "set", link, "up")
    for link in LINKS:
        program.await_line(kind="interface", interface=link, family="ipv4", connected=True)
        program.await_line(kind="interface", interface=link, family="ipv6", connected=True)
        # The link-local one, once no other has it.
        program.await_line(kind="address", interface=link, family="ipv6", dad_state="preferred")
    run_ip("address", "add", "192.0.2.1/24", "dev", LINKS[0])
    run_ip("address", "add", "2001:db8::1/64", "dev", LINKS[0], "nodad")
    for number in ROUTES:
        run_ip("route", "add", f"198.18.{number}.0/24", "via", "192.0.2.2")
        run_ip("route", "add", f"2001:db8:{number:x}::/48", "via", "2001:db8::2", "metric", str(number))
    run_ip("link", "set", LINKS[0], "mtu", "1400")
    run_ip("address", "change", "2001:db8::1/64", "dev", LINKS[0], "valid_lft", "4000", "preferred_lft", "3000")
    run_ip("route", "del", "198.18.1.0/24")
    program.await_line(kind="interface", interface=LINKS[0], family="ipv6", mtu=1400)
    program.await_line(kind="address", address="2001:db8::1/64", type="change", valid_lifetime=4000)
    program.await_line(kind="route", prefix="198.18.1.0/24", type="delete")
    run_ip("link", "set", LINKS[0], "down")
    program.await_line(kind="route", prefix=f"198.18.{ROUTES[-1]}.0/24", type="delete")
    run_ip("link", "del", LINKS[0])
    for link in LINKS:
        program.await_line(kind="interface", interface=link, family="ipv4", type="delete")
        program.await_line(kind="interface", interface=link, family="ipv6", type="delete")
    run_ip("address", "add", LAST, "dev", "lo")
    run_ip("link", "set", "lo", "mtu", str(LAST_MTU))
    program.await_(all_told, "in vain: the last changes")


def replay(mibwatch, file):
    """What the host's mibwatch tells of the recording, which must be whole."""
    done = subprocess.run([mibwatch, *OPTIONS, "--replay", file], capture_output=True, text=True,
                          timeout=wine_harness.DEADLINE, check=False)
    if done.returncode != 0 or done.stderr:
        raise ChildProcessError(f"the replay ends with {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def watch(prefix, folder, play, **environment):
    """A program to which something is told until it ends, as it should."""
    program = Program(prefix, folder, **environment)
    try:
        play(program)
        status = program.end()
    finally:
        wine_harness.end(program.process)
    if status != 0:
        raise ChildProcessError(f"mibwatch.exe ended with {status}: {program.said()}")
    return program


def differences(player, told, played):
    """The first of each kind."""
    for kind in KINDS:
        for number, (one, other) in enumerate(itertools.zip_longest(told[kind], played[kind])):
            if one != other:
                yield f"{player}, {kind}, line {number}: {one} was told, {other} is played"
                break


def check_recording(prefix, mibwatch, folder):
    program = watch(prefix, folder, change, IPHLPAPI_RECORD=f"{folder}/x-%p.pcapng")
    # Services of Wine's may be recorded, too, each in its own file.
    file = folder / f"x-{program.process.pid}.pcapng"
    told, played = by_kind(program.lines()), replay(mibwatch, file)
    print({kind: len(lines) for kind, lines in told.items()}, "lines of each kind")
    if not all_told(played):
        yield f"the recording has not all: {played[-3:]}"
    yield from differences("the host's mibwatch", told, by_kind(played))
    # And in Wine, where the environment has the host's half play it.
    program = watch(prefix, folder, lambda program: program.await_(all_told, "in vain: the last changes"),
                    IPHLPAPI_REPLAY=str(file))
    yield from differences("mibwatch.exe", told, by_kind(program.lines()))


def check_refusals(prefix, folder):
    """Recordings are the host's: what mibwatch.exe says where it is to make or read one."""
    file = folder / "refused.pcapng"
    for options, why in (
        (("--record", file), f"--record: {HEARS_NOTHING % 'RECORD'}"),
        (("--record", file, "--anonymous"), f"--record: {HEARS_NOTHING % 'RECORD'}"),
        (("--replay", file), f"--replay: {HEARS_NOTHING % 'REPLAY'}"),
        (("--convert", file, file), f"--convert: {READS_NONE}"),
    ):
        result = prefix.run(prefix.staged("mibwatch.exe"), "--initial", *options)
        if (result.status, result.output) != (1, []) or f"mibwatch: {why}" not in result.errors or file.exists():
            yield f"{options}: {result}"


def main():
    prefix, mibwatch = wine_harness.arguments(__doc__, "mibwatch")
    run_ip("link", "set", "lo", "up")
    with tempfile.TemporaryDirectory() as name, prefix.running():
        folder = Path(name)
        trouble = [*check_recording(prefix, mibwatch, folder), *check_refusals(prefix, folder)]
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
