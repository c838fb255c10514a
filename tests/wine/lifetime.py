#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a scenario of lifetime.c or locks.c in Wine, in the network namespace that this is called in.

lifetime.py setup --prefix DIR --stage DIR      makes the prefix for all scenarios
lifetime.py cleanup --prefix DIR --stage DIR    removes it
lifetime.py run --prefix DIR --stage DIR PROGRAM SCENARIO
"""
import argparse
import os
import re
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import wine_harness

ADDRESS = "198.51.100.77/32"
EXPECTED = 42  # of scenario.h
# What our DLL says of trouble. An exception that nobody handled is told by how the program ended: that
# Wine speaks of one may be about a service of its own, as its driver host has some as it starts.
TROUBLE = ("err:iphlpapi",)
# Scenarios of other names, or started otherwise than from outside.
COMMANDS = {
    "server-killed-by-cmd": ("cmd", "/c", "{program}", "server-killed"),
}
# What a process may have open where nobody has chosen otherwise.
USUAL_LIMIT = 1024
# Ends what the program itself has said: Wine's services hold the same pipe, and go on.
STILL_SECONDS = 0.2  # so long a thread that sleeps has done nothing else
END_OF_ERRORS = "--- end of the program ---"


class Network:
    """Changes: an address on the loopback link, by turns there and not."""

    def __init__(self):
        self.there = False
        wine_harness.run_ip("link", "set", "lo", "up")

    def change(self):
        wine_harness.run_ip("address", "delete" if self.there else "add", ADDRESS, "dev", "lo")
        self.there = not self.there


def threads_of(pid):
    """Of each thread, whether it sleeps, and how often it has begun to."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        status = (task / "status").read_text(encoding="ascii", errors="replace")
        found[task.name] = (re.search(r"^State:\s*(\w)", status, re.MULTILINE)[1],
                            re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)[1])
    return found


def await_asleep(prefix, program, scenario):
    """Until each thread of the program sleeps, and goes on to."""
    (pid,) = prefix.programs(program, scenario)

    def is_asleep():
        before = threads_of(pid)
        time.sleep(STILL_SECONDS)
        return threads_of(pid) == before and {state for state, _ in before.values()} == {"S"}

    wine_harness.wait_until(is_asleep, "the program's threads do not sleep")


def kill_server(prefix, program):
    """The program that asks for it ends. Others wait for it, in the server, and need not."""
    asking = prefix.programs(program, "server-killed")
    if len(asking) != 1:
        return f"which program asks? {asking}"
    end = os.pidfd_open(asking[0])
    try:
        prefix.kill_server()
        if not select.select([end], [], [], wine_harness.DEADLINE)[0]:
            return "it did not end without a server"
    finally:
        os.close(end)
    return None


def count_descriptors(prefix, program):
    """Whether a program with 1,000 registrations has so few that as many are usually allowed."""
    for pid in prefix.programs(program, "many"):
        count = len(os.listdir(f"/proc/{pid}/fd"))
        print(f"    {count} descriptors", flush=True)
        return None if count <= USUAL_LIMIT else f"{count} descriptors"
    return "which program has many?"


def converse(process, prefix, program, scenario, network):
    """Does what the program asks for until it says no more. What it said went wrong, or None."""
    for line in process.stdout:
        line = line.strip()
        print(f"    {line}", flush=True)
        if line == "change":
            network.change()
        elif line == "change when asleep":
            await_asleep(prefix, program, scenario)
            network.change()
        elif line == "count descriptors":
            failure = count_descriptors(prefix, program)
            if failure:
                return failure
        elif line == "kill server":
            return kill_server(prefix, program)
        elif line.startswith("FAIL"):
            return line
    return None


def run(prefix, program, scenario):
    network = Network()
    trouble = []
    late = []
    errors, errors_end = os.pipe()
    prefix.start_server()
    command = COMMANDS.get(scenario, ("{program}", scenario))
    process = prefix.start(*(word.format(program=program) for word in command), stdout=subprocess.PIPE, stderr=errors_end,
                           stdin=subprocess.DEVNULL, text=True, errors="replace",
                           env=prefix.environment(WINEDEBUG="err+all,fixme-all"))

    def read_errors():
        with open(errors, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip() == END_OF_ERRORS:
                    break
                print(f"    wine: {line.rstrip()}", flush=True)
                if any(word in line for word in TROUBLE):
                    trouble.append(line.strip())

    def end_late():
        late.append("it did not end")
        wine_harness.end(process)

    reader = threading.Thread(target=read_errors, daemon=True)
    limit = threading.Timer(wine_harness.DEADLINE, end_late)
    reader.start()
    limit.start()
    try:
        failure = converse(process, prefix, program, scenario, network)
        if prefix.killed:
            wine_harness.end(process)
        status = process.wait()
        os.write(errors_end, f"\n{END_OF_ERRORS}\n".encode())
        os.close(errors_end)
        reader.join()
    finally:
        limit.cancel()
        wine_harness.end(process)
        prefix.stop_server()
    limit.join()
    if failure or late:
        return failure or late[0]
    if prefix.killed:
        return None  # a program without a server cannot choose how it ends
    if status != EXPECTED or scenario.startswith("server-killed"):
        return f"it ended with {status}, not {EXPECTED}"
    return trouble[0] if trouble else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("setup", "cleanup", "run"):
        command = commands.add_parser(name)
        wine_harness.add_arguments(command)
        if name == "run":
            command.add_argument("program")
            command.add_argument("scenario")
    arguments = parser.parse_args()
    prefix = wine_harness.named(arguments)
    if arguments.command == "run":
        prefix.skip_without_width()
        failure = run(prefix, arguments.program, arguments.scenario)
        if failure:
            sys.exit(f"{arguments.scenario}: {failure}")
    else:
        prefix.remove()
        if arguments.command == "setup":
            prefix.make()
            prefix.skip_without_width()


if __name__ == "__main__":
    main()
