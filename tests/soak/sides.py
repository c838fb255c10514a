# SPDX-License-Identifier: LGPL-2.1-or-later
"""A side of a soak: the program on the host, or in Wine, and what its process holds."""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import programs  # noqa: E402 (it is found by the line before)

# How long to wait for what must come; nothing is timed by it.
DEADLINE = 600

# A heap that gives back what is freed, so that what grows is what is not freed: glibc keeps memory for each
# thread otherwise, which looks like a leak for the first hours.
PLAIN_HEAP = {"MALLOC_ARENA_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}

# So long the same, and it is what a side holds while it rests; and it is taken as that after this.
STEADY_SECONDS = 1
LONGEST_UNSTEADY = 20


class SoakError(Exception):
    pass


class Side:
    """`start` is given a command line and further arguments for Popen."""

    def __init__(self, name, network, start, command):
        self.name = name
        self.network = network  # of its routes: 198.18.NETWORK.0
        self.counted = {}
        self._start = start
        self._command = command
        self._program = None

    def begin(self, index, seed):
        self._program = programs.Program([*self._command, index, self.network, seed], start=self._start,
                                         deadline=DEADLINE, stdin=subprocess.PIPE)

    def tell(self, word):
        """Does not wait for the answer, which read() gives."""
        try:
            self._program.say(word)
        except BrokenPipeError as error:
            raise self._has_ended() from error

    def _has_ended(self):
        return SoakError(f"{self.name}: the program has ended: {self._program.wait()}")

    def read(self):
        try:
            return self._program.output.wait_for().strip()
        except AssertionError as error:
            raise SoakError(f"{self.name}: an answer {error}; exit status {self._program.process.poll()}") from error

    def ask(self, word):
        self.tell(word)
        return self.read()

    def take_report(self):
        """After "rest": what it has counted. There must be no fault."""
        words = self.read().split()
        self.counted = {name: int(value) for name, value in (word.split("=") for word in words[1:])}
        if self.counted["faults"]:
            raise SoakError(f"{self.name}: {self.counted['faults']} faults")

    def end(self):
        self.tell("end")
        status = self._program.wait()
        if status != 0:
            raise SoakError(f"{self.name}: it ended with {status}")

    def kill(self):
        if self._program:
            self._program.kill()

    def holds(self):
        """What the process holds at the moment."""
        folder = Path("/proc") / str(self._program.process.pid)
        try:
            status = (folder / "status").read_text(encoding="ascii", errors="replace")
            rollup = (folder / "smaps_rollup").read_text(encoding="ascii")
            descriptors = len(os.listdir(folder / "fd"))
        except ProcessLookupError as error:
            raise self._has_ended() from error

        def number(name, text):
            return int(re.search(rf"^{name}:\s*(\d+)", text, re.MULTILINE)[1])

        return {"rss_kib": number("VmRSS", status),
                "private_kib": number("Private_Clean", rollup) + number("Private_Dirty", rollup),
                "descriptors": descriptors,
                "threads": number("Threads", status)}

    def holds_at_rest(self):
        """Once threads that have nothing to do have ended."""
        limit = time.monotonic() + LONGEST_UNSTEADY
        since = time.monotonic()
        now = self.holds()
        while time.monotonic() < limit and time.monotonic() - since < STEADY_SECONDS:
            time.sleep(0.1)
            before, now = now, self.holds()
            if (before["descriptors"], before["threads"]) != (now["descriptors"], now["threads"]):
                since = time.monotonic()
        return now
