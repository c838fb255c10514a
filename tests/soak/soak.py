#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A soak: programs that use everything for hours, natively and in Wine, while the network changes.

    soak.py --seconds N --seed N --output DIR [--native PROGRAM] [--prefix DIR --stage DIR]
Runs in a network namespace of its own, in which it is root; scripts/soak calls it. Writes samples.csv, and prints
what was done. The exit status is 0 if no program found a fault.
"""
import argparse
import contextlib
import csv
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import churn
import sides

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "wine"))
import wine_harness  # noqa: E402

COLUMNS = ("seconds", "side", "state", "rss_kib", "private_kib", "heap_kib", "descriptors", "threads",
           "median_us", "p99_us")
# Of a round: churn, then rest. Long enough for all sorts of things, short enough for many rests.
ROUND_SECONDS = 30
USUAL_ROUNDS = 8   # of a short soak
FEWEST_ROUNDS = 5  # however long they take: two with a burst, and rests enough to be judged
BUSY_SAMPLES = 2  # a round
BURST_EVERY = 3   # rounds


class Samples:
    def __init__(self, path):
        self.began = time.monotonic()
        self.file = open(path, "w", newline="", encoding="ascii")
        self.writer = csv.DictWriter(self.file, COLUMNS, restval="")
        self.writer.writeheader()

    def add(self, side, state, held):
        counted = {name: side.counted.get(name, 0) for name in ("heap_kib", "median_us", "p99_us")}
        self.writer.writerow({"seconds": f"{time.monotonic() - self.began:.1f}", "side": side.name,
                              "state": state, **held, **counted})
        self.file.flush()


def play_round(all_sides, network, samples, seconds, with_burst):
    for side in all_sides:
        side.ask("go")
    began = time.monotonic()
    sampled = 0
    while time.monotonic() - began < seconds:
        network.some()
        if time.monotonic() - began > seconds * (sampled + 1) / (BUSY_SAMPLES + 1) and sampled < BUSY_SAMPLES:
            sampled += 1
            for side in all_sides:
                samples.add(side, "busy", side.holds())
            if with_burst and sampled == 1:
                burst(all_sides, network)
        time.sleep(network.random.uniform(0, 0.3))
    network.calm()
    for side in all_sides:
        side.tell("rest")
    for side in all_sides:
        side.take_report()
    for side in all_sides:
        samples.add(side, "rest", side.holds_at_rest())


def burst(all_sides, network):
    """More changes than a callback that waits leaves room for."""
    for side in all_sides:
        side.ask("hold")
    network.burst()
    for side in all_sides:
        side.ask("release")


def soak(all_sides, arguments, samples):
    index = churn.make_network()
    network = churn.Churn(arguments.seed)
    seconds = min(ROUND_SECONDS, arguments.seconds / USUAL_ROUNDS)
    seeds = random.Random(arguments.seed)
    end = time.monotonic() + arguments.seconds
    wine_harness.wait_until(is_settled, "the addresses are not settled")
    for side in all_sides:
        side.begin(index, seeds.randrange(1 << 60))
        side.tell("rest")
        side.take_report()
    rounds = 0
    while time.monotonic() < end or rounds < FEWEST_ROUNDS:
        play_round(all_sides, network, samples, seconds, rounds % BURST_EVERY == 1)
        rounds += 1
    for side in all_sides:
        side.end()
    return network.commands


def is_settled():
    """No address is tentative, and each link has its own."""
    shown = subprocess.run(["ip", "-6", "address", "show"], check=True, capture_output=True, text=True).stdout
    return "tentative" not in shown and shown.count("scope link") >= 2 * churn.PAIRS + 2


def make_sides(arguments):
    """And what has to be ended when they are."""
    made, prefix = [], None
    if arguments.native:
        def start(command, **more):
            return subprocess.Popen([str(word) for word in command],
                                    env={**os.environ, **sides.PLAIN_HEAP}, **more)

        made.append(sides.Side("native", 1, start, [arguments.native]))
    if arguments.prefix:
        prefix = wine_harness.Prefix(arguments.prefix, arguments.stage)
        if not prefix.folder.exists():
            prefix.make()

        def start_in_wine(command, **more):
            return prefix.start(*command, env=prefix.environment(**sides.PLAIN_HEAP), **more)

        made.append(sides.Side("wine", 2, start_in_wine, [prefix.staged("soak.exe")]))
    return made, prefix


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--native")
    parser.add_argument("--prefix")
    parser.add_argument("--stage")
    arguments = parser.parse_args()
    made, prefix = make_sides(arguments)
    with contextlib.ExitStack() as stack:
        if prefix:
            stack.enter_context(prefix.running())
        for side in made:
            stack.callback(side.kill)
        try:
            commands = soak(made, arguments, Samples(arguments.output / "samples.csv"))
        except (sides.SoakError, TimeoutError) as error:
            sys.exit(f"seed {arguments.seed}: {error}")
    for side in made:
        shown = ", ".join(f"{side.counted[name]} {name}" for name in
                          ("notifications", "registrations", "cancels", "calls", "forks", "overruns", "resyncs"))
        print(f"{side.name}: {shown}")
    print(f"{commands} commands changed the network, of the seed {arguments.seed}")


if __name__ == "__main__":
    main()
