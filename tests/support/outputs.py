# SPDX-License-Identifier: LGPL-2.1-or-later
"""What becomes of a program whose standard output or standard error is read by nobody, or full.

The rule that all programs here keep: the exit status tells whether the work was done. That nobody
reads what is printed is no failure, and nothing is said of it; an output that was closed from the
beginning is no other than /dev/null. What was asked for and finds no room is a failure with one
line that says so.
"""

import os
import shutil
import subprocess
import tempfile

DEADLINE = 60

# By its path: a program's environment may have another one.
UNSHARE = shutil.which("unshare") or "/usr/bin/unshare"

# Standard output and standard error: kept for the test, a pipe whose reader has gone, closed from
# the beginning, or full.
SITUATIONS = {
    "kept": ("kept", "kept"),
    "reader gone": ("gone", "kept"),
    "readers gone": ("gone", "gone"),
    "closed": ("closed", "kept"),
    "both closed": ("closed", "closed"),
    "errors gone": ("kept", "gone"),
    "full": ("full", "kept"),
    "errors full": ("kept", "full"),
}

# Noise: what shells, Python and others say by themselves when they cannot write.
NOISE = (
    "Broken pipe", "write error", "Traceback", "Exception ignored", "Bad file descriptor",
    "unbound variable", "syntax error", "/common.sh: line",
    "/scripts/common/",
)

# What nobody has to end for, and what there is no room for.
PRINTS = "prints"  # printing is the work
WORKS = "works"    # what is printed is about the work, which is another


def run(command, situation="kept", timeout=DEADLINE, **more):
    """(exit status, standard output, standard error) of a program; None: was not kept."""
    opened = []
    streams = []
    closed = []
    for number, how in enumerate(SITUATIONS[situation], 1):
        if how == "kept":
            streams.append(subprocess.PIPE)
        elif how == "gone":
            reader, writer = os.pipe()
            os.close(reader)
            opened.append(writer)
            streams.append(writer)
        else:
            opened.append(os.open("/dev/full" if how == "full" else os.devnull, os.O_WRONLY))
            streams.append(opened[-1])
            if how == "closed":
                closed.append(number)
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=streams[0],
            stderr=streams[1],
            preexec_fn=lambda: [os.close(number) for number in closed],
            **more,
        ) as process:
            try:
                said = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return process.returncode, *(None if text is None else text.decode(errors="replace")
                                 for text in said)


def noise_in(errors):
    return [noise for noise in NOISE if noise in (errors or "")]


def no_room(name):
    """The line of an output that is full."""
    return rf"{name}: cannot write: No space left on device\r?\n"


def expected(kind, situation, name, status, says):
    """(exit status, pattern of standard error) of a program that ends with `status` and says
    `says` where everything is kept."""
    if SITUATIONS[situation][0] != "full":
        return status, says
    return (1 if kind == PRINTS else status), says + no_room(name)


# A folder in a file system of its own: $1 where, $2 what is in it at first, $3 how it is, $4 where
# what it has afterwards is copied to; then the command.
MOUNTED = r"""
where=$1 before=$2 how=$3 after=$4
shift 4
mount -t tmpfs -o size=256k none "$where"
cp -a "$before/." "$where"
case $how in
full) cat /dev/zero >"$where/.fill" 2>/dev/null || : ;;
read-only) mount -o remount,bind,ro "$where" ;;
esac
status=0
"$@" || status=$?
rm -f "$where/.fill" 2>/dev/null || :
cp -a "$where/." "$after"
exit "$status"
"""


def namespace():
    """How to start a program with mounts of its own, or None."""
    for command in ([UNSHARE, "-Urm"], [UNSHARE, "-m"]):
        try:
            if subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"], check=False,
                              stderr=subprocess.DEVNULL).returncode == 0:
                return command
        except OSError:
            pass
    return None


def run_mounted(apart, where, how, command, **more):
    """As run(), with the folder `where` full or read-only; then, what is in it afterwards is what
    was left there."""
    beside = os.path.dirname(where)
    before, after = (tempfile.mkdtemp(dir=beside) for _ in range(2))
    shutil.copytree(where, before, symlinks=True, dirs_exist_ok=True)
    result = run([*apart, "/bin/sh", "-euc", MOUNTED, "sh", where, before, how, after, *command],
                 **more)
    return (*result, after)
