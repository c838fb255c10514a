# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program in the prefix gets: tools/iphlpapi_probe.c runs there, and what it says is put into
words."""

import contextlib
import os
import re
import signal
import subprocess
import time

from .messages import Problem
from .registry import OVERRIDE_NAME
from .transaction import ignore_signals

DEADLINE = 120
SERVER_DEADLINE = 30

ERROR_NOT_SUPPORTED = 50

# What is asked of Wine when something does not work: its reasons, of which these lines tell.
ASK_WHY = "-all,err+iphlpapi,err+module,warn+module"
REASON = re.compile(r"err:iphlpapi:|(?:err|warn):module:.*iphlpnl")
MOST_REASONS = 5


class Silent(Problem):
    """A program has not even begun."""


@contextlib.contextmanager
def borrowed(prefix):
    """Programs run meanwhile; afterwards Wine is as it was found, running or not."""
    was_running = prefix.server() is not None
    try:
        yield
    except BaseException:
        ignore_signals()
        raise
    finally:
        if not was_running:
            wait_for_end(prefix)


def wait_for_end(prefix):
    """Of Wine's server, which writes the registry last. One that has something left to run is told
    to end."""
    for number in (None, signal.SIGTERM):
        end = time.monotonic() + SERVER_DEADLINE
        while (process := prefix.server()) is not None and time.monotonic() < end:
            if number is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(0.05)


def run(prefix, wine, probe, environment, debug="-all"):
    """(exit status, what it said, what Wine said)"""
    # Without a display nothing can pop up, as for the update of a prefix by a newer Wine.
    environment = {
        **{name: value for name, value in os.environ.items()
           if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "WINEPREFIX": prefix.path,
        "WINEDEBUG": debug,
        **environment,
    }
    process = subprocess.Popen(
        [wine.program, probe],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if debug == "-all" else subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        said, told = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        raise Silent(f"a program in {prefix.path} did not end within {DEADLINE} s") from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode, said, told


def run_probe(prefix, wine, probe, environment):
    """The probe's lines as a dictionary."""
    status, said, _ = run(prefix, wine, probe, environment)
    answer = dict(line.split("=", 1) for line in
                  said.decode(errors="replace").splitlines() if "=" in line)
    # The last line of what it says tells that all have come.
    if status != 0 or not {"error", "copy"} & answer.keys():
        raise Silent(f"no program runs in {prefix.path}: {wine.program} ended with status {status}")
    return answer


def runs_without(prefix, wine, probe):
    """Whether such a program runs with Wine's own DLL."""
    try:
        run_probe(prefix, wine, probe, {"WINEDLLOVERRIDES": f"{OVERRIDE_NAME}=builtin"})
    except Silent:
        return False
    return True


def reasons(prefix, wine, probe, environment):
    """Why it does not work, as Wine and the DLL say it."""
    try:
        _, _, told = run(prefix, wine, probe, environment, ASK_WHY)
    except Silent:
        return []
    lines = [line.strip() for line in told.decode(errors="replace").splitlines()]
    # Process and thread, which a line may begin with, say nothing here.
    lines = [re.sub(r"^(?:[0-9a-f]+:)+(?=\w)", "", line) for line in lines if REASON.search(line)]
    return list(dict.fromkeys(lines))[-MOST_REASONS:]


def search_path(*folders):
    """WINEDLLPATH with these folders before what it has."""
    return ":".join(filter(None, (*folders, os.environ.get("WINEDLLPATH"))))


def describe(answer):
    """(what a program gets in words, whether it is ours and works)."""
    if answer["loaded"] != "yes":
        return f"no iphlpapi.dll (error {answer['error']})", False
    if answer["kind"] == "builtin":
        return f"Wine's own iphlpapi.dll; {notifications(answer)}", False
    if answer["companion"] == answer["copy"] == "none":
        return f"another iphlpapi.dll, neither ours nor Wine's; {notifications(answer)}", False
    if answer["notify_error"] == str(ERROR_NOT_SUPPORTED):
        return "ours, but it finds neither its unixlib nor Wine's own: functions answer " \
            "ERROR_NOT_SUPPORTED", False
    if answer["host"] != "yes":
        return f"ours, but its unixlib is not found: Wine's own answers; {notifications(answer)}", \
            False
    text = "ours; " + notifications(answer)
    works = answer["initial"] == "yes" and answer["handle"] == "yes"
    if answer["fallback"] != "yes":
        return text + "; wine_iphlpapi.dll, which has the calls without a host, does not work", False
    return text, works


def is_left_to_wine(answer):
    """Whether it has what Wine's own has, and no more."""
    return answer.get("host") == "no" and answer["fallback"] == "yes"


def notifications(answer):
    if answer["notify_error"] != "0":
        return f"notifications are refused with error {answer['notify_error']}"
    if answer["handle"] != "yes":
        return "registering for notifications gives no handle" + \
            ("" if answer["initial"] == "yes" else ", and none arrives")
    if answer["initial"] != "yes":
        return "notifications do not arrive"
    return "notifications arrive"
