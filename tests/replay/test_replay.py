#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays the histories of this folder: mibwatch must print of each what NAME.expected has, every time.

Any NAME.pcapng.gz that `mibwatch --record` has written is a history; NAME.options has mibwatch's
options for it, where they are other than --initial. See docs/RECORD.md.
"""
import argparse
import difflib
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENDING = ".pcapng.gz"
TIME = 60  # seconds, far more than any needs
ROUNDS = 2


def play(mibwatch, history, options):
    """What is printed, and what is wrong, or None."""
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as file:
        file.write(gzip.decompress(history.read_bytes()))
        file.flush()
        done = subprocess.run([mibwatch, "--json", *options, "--replay", file.name], timeout=TIME,
                              capture_output=True, check=False)
    wrong = None
    if done.returncode != 0 or done.stderr:
        wrong = f"mibwatch ends with {done.returncode}: {done.stderr.decode(errors='replace').strip()}"
    return done.stdout, wrong


def difference(expected, found):
    lines = difflib.unified_diff(expected.decode().splitlines(), found.decode(errors="replace").splitlines(),
                                 "expected", "found", lineterm="", n=1)
    return "\n".join(line[:300] for line in list(lines)[:40])


def check(mibwatch, history, expect):
    """None, or what is wrong."""
    name = history.name.removesuffix(ENDING)
    options = FOLDER / f"{name}.options"
    options = options.read_text(encoding="utf-8").split() if options.exists() else ["--initial"]
    expected = FOLDER / f"{name}.expected"
    if expect:
        found, wrong = play(mibwatch, history, options)
        if not wrong:
            expected.write_bytes(found)
        return wrong
    if not expected.exists():
        return (f"there is no {expected.name}: look at what `mibwatch --json {' '.join(options)} --replay` prints "
                f"of it. What is right there, `{Path(__file__).name} --expect {name}` writes")
    for _ in range(ROUNDS):
        found, wrong = play(mibwatch, history, options)
        if wrong:
            return wrong
        if found != expected.read_bytes():
            return difference(expected.read_bytes(), found)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--expect", action="store_true", help="write what is expected instead")
    parser.add_argument("names", nargs="*", help="default: all")
    arguments = parser.parse_args()
    histories = sorted(FOLDER.glob("*" + ENDING))
    if arguments.names:
        histories = [FOLDER / (name + ENDING) for name in arguments.names]
    if not histories:
        sys.exit(f"no history in {FOLDER}")
    failed = False
    for history in histories:
        wrong = check(arguments.mibwatch, history, arguments.expect)
        print(f"{history.name}: {wrong or 'fine'}")
        failed = failed or wrong is not None
    sys.exit(failed)


if __name__ == "__main__":
    main()
