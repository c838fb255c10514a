# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that a test runs and listens to; and waiting for what they do.

Nothing here waits for a time: what does not come within the deadline, or cannot come any more, is an
AssertionError that says what came instead.
"""

import contextlib
import subprocess
import threading
import time

# Seconds: far more than anything needs; and for what is there by then, or not at all.
DEADLINE = 60
STILL_OPEN = 5


def wait_until(condition, what, seconds=DEADLINE):
    """For conditions that nothing announces."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.01)


@contextlib.contextmanager
def meanwhile(change):
    """`change` is called again and again, without a pause, while the block runs; once at least."""
    over = threading.Event()
    wrong = []

    def go_on():
        try:
            change()
            while not over.is_set():
                change()
        except Exception as error:  # pylint: disable=broad-exception-caught
            wrong.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if wrong:
        raise wrong[0]


class Lines:
    """What is said on a stream, as it comes. A test reads it line by line, or looks for lines."""

    def __init__(self, file, deadline=DEADLINE, beside=None):
        self.lines = []  # all so far, their ends included
        self._beside = beside  # Lines that tell more where something is wrong; or None
        self._file = file
        self._deadline = deadline
        self._next = 0  # the first one that has not been read
        self._ended = False
        self._news = threading.Condition()  # guards them
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        for line in self._file:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _fail(self, why, begin):
        beside = "".join(self._beside.lines) if self._beside else ""
        raise AssertionError(f"did not come, {why}; these came:\n" + "".join(self.lines[begin:]) + beside)

    def _search(self, begin, matches):
        """The number of the first such line from `begin` on; each is looked at once."""
        number = begin
        end = time.monotonic() + self._deadline
        with self._news:
            while True:
                while number < len(self.lines):
                    if matches(self.lines[number]):
                        return number
                    number += 1
                if self._ended or not self._news.wait(max(0, end - time.monotonic())):
                    self._fail("the stream has ended" if self._ended else f"not in {self._deadline} s", begin)

    def wait_for(self, matches=lambda _: True):
        """Reads up to the first line, of those not read yet, for which matches(line) is true."""
        number = self._search(self._next, matches)
        self._next = number + 1
        return self.lines[number]

    def find(self, matches, begin=0):
        """Such a line from number `begin` on, read or not: what several threads tell has no order."""
        return self.lines[self._search(begin, matches)]

    def all(self):
        """All lines, once the stream is at its end."""
        with self._news:
            if not self._news.wait_for(lambda: self._ended, self._deadline):
                self._fail(f"no end in {self._deadline} s", 0)
        return self.lines

    def rest(self):
        """Those that were not read, once the stream is at its end."""
        rest = self.all()[self._next:]
        self._next = len(self.lines)
        return rest

    def close(self):
        """When the program has ended. Where a child of it has the stream still, it is left open."""
        self._thread.join(STILL_OPEN)
        if not self._thread.is_alive():
            self._file.close()


class Program:
    """A program that runs. It is killed at the end of a `with` block, if it still runs then.

    By default it has no input, `output` is what it says, and standard error is the test's; `errors`
    are Lines where stderr=PIPE is given. `start` is called as Popen is.
    """

    def __init__(self, command, start=subprocess.Popen, deadline=DEADLINE, **keywords):
        self.deadline = deadline
        self.process = start(command, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True,
                                         **keywords})
        self.errors = Lines(self.process.stderr, deadline) if self.process.stderr else None
        self.output = Lines(self.process.stdout, deadline, self.errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def say(self, line):
        """To a program with stdin=PIPE."""
        print(line, file=self.process.stdin, flush=True)

    def wait(self):
        """Its exit status."""
        return self.process.wait(self.deadline)

    def end(self, number=None):
        """Its exit status: by a signal, or at the end of its input."""
        if number is None:
            self.process.stdin.close()
        else:
            self.process.send_signal(number)
        return self.wait()

    def kill(self):
        """If it runs. What it said can be read afterwards, too."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        for lines in (self.output, self.errors):
            if lines:
                lines.close()
