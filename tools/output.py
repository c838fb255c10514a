# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the programs here print, on outputs that may be closed, without a reader, or full.

That nobody reads is no failure, and nothing is said of it; what is closed from the beginning is
/dev/null. What finds no room is an Unwritable, which the program makes one line of.
"""

import argparse
import contextlib
import errno
import os
import sys


class Unwritable(Exception):
    """There is no room for what was asked for."""


def prepare(encoding=None):
    """Before everything else: a descriptor that is closed would be given to some file. encoding: of
    what is printed, where that is not for the user's terminal."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest that is free, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is not None:
        # A path may have bytes that are no text; they are printed as they are.
        sys.stdout.reconfigure(encoding=encoding, errors="surrogateescape")


def write(stream, text):
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What is left in the stream goes nowhere, when the program ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        if error.errno != errno.EPIPE:
            raise Unwritable(f"cannot write: {error.strerror}") from error


def say(text):
    write(sys.stdout, text + "\n")


def note(program, text):
    """A message is about the work, which goes on without it."""
    with contextlib.suppress(Unwritable):
        write(sys.stderr, f"{program}: {text}\n")


class Parser(argparse.ArgumentParser):
    """Help is printed like everything else; wrong arguments are told in one line, with status 2."""

    def print_help(self, file=None):
        try:
            write(file or sys.stdout, self.format_help())
        except Unwritable as error:
            note(self.prog, error)
            sys.exit(1)

    def error(self, message):
        note(self.prog, f"{message}; see --help")
        sys.exit(2)


def given(text):
    """An argument's type: any text but the empty one, which is that of a variable that is not set."""
    if not text:
        raise argparse.ArgumentTypeError("wants a value")
    return text
