#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What bpftrace hears through the library's probes while mibwatch watches routes.

    test_bpftrace.py --mibwatch PROGRAM --library LIBRARY [--page docs/WHY.md]

With a page, its scripts are run instead: each hears something.

Exit status 77: bpftrace, or what it needs, is not to be had here.
"""

import argparse
import collections
import contextlib
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import programs  # noqa: E402 (it is found by the line before)

DEADLINE = 120  # the kernel takes its time for each probe that is attached or given up
SKIPPED = 77
INSIDE = "IPHLPAPI_TEST_INSIDE"
TRACING = pathlib.Path("/sys/kernel/tracing")

NEWROUTE, DELROUTE = 24, 25
ROUTES = 2 ** 1 | 2 ** 3  # the causes of a resync after a link or a route; see resync_causes.def
OPEN = 1
TYPES = {"change": 0, "add": 1, "delete": 2, "initial": 3}

Hit = collections.namedtuple("Hit", "time probe process thread arguments")

PROBES = {
    "event": "%d %d %d %d",
    "change": "%d %d %d %d",
    "resync_begin": "%d %d %d %d",
    "resync_end": "%d %d %d %d",
    "callback_begin": "%d %d %s %d",
    "callback_end": "%d %d %s %d",
    "cancel_begin": "%d",
    "cancel_end": "%d %d",
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def enter_namespaces():
    """Run this again, with a network and mounts of its own."""
    if os.geteuid() != 0:
        skip("only root may trace")
    if shutil.which("bpftrace") is None:
        skip("bpftrace is not installed")
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, "-B", *sys.argv])


def mount_tracing():
    if not (TRACING / "uprobe_events").exists() and subprocess.run(
            ["mount", "-t", "tracefs", "tracefs", str(TRACING)], check=False,
            capture_output=True).returncode != 0:
        skip("no tracefs here")
    if not (TRACING / "uprobe_events").exists():
        skip("the kernel has no uprobes")


def try_tracing():
    """Whether bpftrace can look into a program at all, which has nothing to do with the library."""
    with open("/proc/self/maps", encoding="ascii") as maps:
        libc = next((line.split()[-1] for line in maps if "/libc.so" in line), None)
    if libc is None:
        skip("no C library whose name is known")
    tried = subprocess.run(
        ["bpftrace", "-e", f"uprobe:{libc}:malloc {{ printf(\"reached\\n\"); exit(); }}", "-c", "/bin/ls /"],
        check=False, capture_output=True, text=True, timeout=DEADLINE)
    if "reached" not in tried.stdout:
        skip("bpftrace traces no user program here: " + (tried.stderr.strip().splitlines() or ["?"])[-1])


def script(library):
    bodies = []
    for name, form in PROBES.items():
        values = []
        for i, directive in enumerate(form.split()):
            values.append(f"str(arg{i})" if directive == "%s" else f"arg{i}")
        bodies.append(f"usdt:{library}:iphlpapi:{name} "
                      f"{{ printf(\"%lld {name} %d %d {form}\\n\", nsecs, pid, tid, {', '.join(values)}); }}")
    return "\n".join(bodies)


def to_value(word):
    """bpftrace tells a negative number of 32 bits without its sign."""
    try:
        number = int(word)
    except ValueError:
        return word
    return number - 2 ** 32 if 2 ** 31 <= number < 2 ** 32 else number


def start(command, **keywords):
    return programs.Program(command, deadline=DEADLINE, **keywords)


def expect_success(program):
    if program.wait() != 0:
        raise AssertionError(f"{program.process.args[0]} ended with {program.process.returncode}")


def end_tracer(tracer):
    """bpftrace hears a signal only while it waits for hits, and is killed by one while it prints its maps."""
    until = time.monotonic() + DEADLINE
    while tracer.process.poll() is None and time.monotonic() < until:
        tracer.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            tracer.process.wait(DEADLINE / 10)
    expect_success(tracer)


def hits(lines):
    """bpftrace's: sorted, as each processor's come by themselves."""
    found = []
    for line in lines:
        words = line.split()
        if len(words) > 4 and words[1] in PROBES:
            found.append(Hit(int(words[0]), words[1], int(words[2]), int(words[3]),
                             [to_value(word) for word in words[4:]]))
    return sorted(found)


def await_probes(tracer, mibwatch, library, are_hit):
    """Nothing tells that all probes are attached: mibwatch runs until they are hit."""
    until = time.monotonic() + DEADLINE
    while not are_hit(tracer.output.lines):
        if time.monotonic() > until or tracer.process.poll() is not None:
            raise AssertionError(f"the probes were not attached: {tracer.output.lines}")
        watch_changes(mibwatch, library)


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=DEADLINE)


def watch_changes(mibwatch, library):
    """mibwatch, from its start to its end: its process and what it printed."""
    with start([mibwatch, "--kind", "route", "--family", "4", "--initial", "--json"],
               env={**os.environ, "LD_PRELOAD": library}) as watch:
        def find(**fields):
            watch.output.find(lambda line: fields.items() <= json.loads(line).items())

        find(type="initial")
        ip("link", "add", "probed", "type", "veth", "peer", "name", "peer")
        ip("link", "set", "peer", "up")
        ip("link", "set", "probed", "up")
        ip("address", "add", "192.0.2.1/24", "dev", "probed")
        ip("route", "add", "198.51.100.0/24", "dev", "probed")
        find(type="add", prefix="198.51.100.0/24")
        ip("route", "del", "198.51.100.0/24", "dev", "probed")
        find(type="delete", prefix="198.51.100.0/24")
        ip("link", "set", "probed", "down")
        find(type="delete", prefix="192.0.2.0/24")
        find(type="delete", prefix="192.0.2.255/32")
        ip("link", "del", "probed")
        find(type="delete", prefix="192.0.2.1/32")  # the last one: each change became a call
        watch.process.send_signal(signal.SIGTERM)
        expect_success(watch)
        return watch.process.pid, [json.loads(line) for line in watch.output.all()]


def expect(condition, what, found):
    if not condition:
        raise AssertionError(what + ":\n" + "\n".join(map(str, found)))


def check(found, lines):
    of = {name: [hit for hit in found if hit.probe == name] for name in PROBES}
    begun, ended = of["callback_begin"], of["callback_end"]
    types = [TYPES[line["type"]] for line in lines]

    # Each call to the program is one that mibwatch has printed, in the same order; each returns.
    expect([hit.arguments[3] for hit in begun] == types, f"calls are not {types}", begun)
    expect([hit.arguments for hit in begun] == [hit.arguments for hit in ended], "other ends", begun + ended)
    expect(all(a.time < b.time and a.thread == b.thread for a, b in zip(begun, ended)), "order", begun + ended)
    expect({hit.arguments[2] for hit in begun} == {"NotifyRouteChange2"}, "function", begun)
    handle, watch = begun[0].arguments[:2]
    expect(all(hit.arguments[:2] == [handle, watch] for hit in begun), "one registration", begun)

    # Each change became a call, in the same order, of the same watch.
    changes = of["change"]
    expect([hit.arguments[2] for hit in changes] == types[1:], "changes", changes)
    expect(all(hit.arguments[0] == watch for hit in changes + of["event"]), "one watch", found)
    expect(all(a.time < b.time for a, b in zip(changes, begun[1:])), "calls come after changes", found)

    # A route that was added and one that was removed are announced; what followed comes after that.
    for kind, change in ((NEWROUTE, TYPES["add"]), (DELROUTE, TYPES["delete"])):
        events = [hit for hit in of["event"] if hit.arguments[2] == kind]
        first = next(hit for hit in changes if hit.arguments[2] == change)
        expect(events and events[0].time < first.time, f"a message of type {kind}", found)
    expect(all(hit.arguments[3] > 16 for hit in of["event"]), "lengths", of["event"])

    # What was known at the beginning came from dumps; the routes that went with the link were seen by one.
    resyncs, results = of["resync_begin"], of["resync_end"]
    expect(len(resyncs) == len(results), "each resync ends", resyncs + results)
    expect(resyncs[0].arguments[3] == OPEN and resyncs[0].time < begun[0].time, "the first resync", resyncs)
    expect(any(hit.arguments[3] & ROUTES for hit in resyncs), "a resync after the link went down", resyncs)
    # The cancel may come in the midst of the last one.
    expect(all(hit.arguments[3] in (0, 1, 2) for hit in results[:-1]), "results", results)
    expect(results[-1].arguments[3] in (0, 1, 2, -errno.EINTR), "the last result", results)
    expect(all(a.arguments[:3] == b.arguments[:3] for a, b in zip(resyncs, results)), "scopes", found)

    cancels = of["cancel_begin"] + of["cancel_end"]
    expect([hit.arguments for hit in cancels] == [[handle], [handle, 0]], "one cancel", cancels)
    expect(ended[-1].time < cancels[1].time, "no call after the cancel", found)


def run_script(arguments, library, script):
    """It is heard that the probes are attached when a probe before it is hit, and one behind it."""
    marks = [f'usdt:{library}:iphlpapi:cancel_begin {{ printf("mark {i}\\n"); }}' for i in range(2)]
    with start(["bpftrace", "-B", "line", "-e", f"{marks[0]}\n{script}\n{marks[1]}"]) as tracer:
        await_probes(tracer, arguments.mibwatch, library, lambda lines: {"mark 0\n", "mark 1\n"} <= set(lines))
        watch_changes(arguments.mibwatch, library)
        end_tracer(tracer)
        lines = tracer.output.all()
    told = [line for line in lines if line.strip() and not line.startswith(("mark", "Attaching"))]
    if not told:
        raise AssertionError(f"nothing was heard: {lines}\n{script}")
    return told


def run_page(arguments, library):
    """The blocks of the page that are bpftrace's, with this library in the place of the installed one."""
    page = pathlib.Path(arguments.page).read_text(encoding="utf-8")
    scripts = re.findall(r"^```bpftrace\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    if not scripts:
        raise AssertionError("the page has no script")
    for script in scripts:
        here, count = re.subn(r"usdt:[^:]+:", f"usdt:{library}:", script)
        if count == 0:
            raise AssertionError(f"no probe: {script}")
        print("".join(run_script(arguments, library, here)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--page")
    arguments = parser.parse_args()

    if INSIDE not in os.environ:
        enter_namespaces()
    mount_tracing()
    try_tracing()
    with tempfile.TemporaryDirectory() as folder:
        # A file that no other process has; -p and -c want one that the process has loaded already.
        library = shutil.copy(os.path.realpath(arguments.library), folder)
        if arguments.page:
            run_page(arguments, library)
            return
        with start(["bpftrace", "-B", "line", "-e", script(library)]) as tracer:
            await_probes(tracer, arguments.mibwatch, library,
                         lambda lines: {hit.probe for hit in hits(lines)} == set(PROBES))
            process, lines = watch_changes(arguments.mibwatch, library)
            # The tracer may not tell what was hit right before its end. What another one hits is told after all of this.
            behind, _ = watch_changes(arguments.mibwatch, library)
            tracer.output.find(lambda line: line.split()[1:3] == ["cancel_end", str(behind)])
            end_tracer(tracer)
            found = [hit for hit in hits(tracer.output.all()) if hit.process == process]
    check(found, lines)
    print(f"{len(found)} hits, {len(lines)} notifications")


if __name__ == "__main__":
    main()
