# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program in the prefix gets: tools/iphlpapi_probe.c runs there, and what it says is put into
words."""

import os
import signal
import subprocess
import time

from .messages import Problem

DEADLINE = 120
SERVER_DEADLINE = 30

ERROR_NOT_SUPPORTED = 50


def run_probe(prefix, wine, probe, environment):
    """The probe's lines as a dictionary; leaves Wine as it was found, running or not."""
    was_running = prefix.server() is not None
    # Without a display nothing can pop up, as for the update of a prefix by a newer Wine.
    environment = {
        **{name: value for name, value in os.environ.items()
           if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "WINEPREFIX": prefix.path,
        "WINEDEBUG": "-all",
        **environment,
    }
    process = subprocess.Popen(
        [wine.program, probe],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Problem(f"a program in {prefix.path} did not end within {DEADLINE} s") from None
    end = time.monotonic() + SERVER_DEADLINE
    while not was_running and prefix.server() is not None and time.monotonic() < end:
        time.sleep(0.05)
    answer = dict(line.split("=", 1) for line in
                  said.decode(errors="replace").splitlines() if "=" in line)
    # The last line of what it says tells that all have come.
    if process.returncode != 0 or not {"error", "copy"} & answer.keys():
        raise Problem(f"no program runs in {prefix.path}: {wine.program} ended with status "
                      f"{process.returncode}")
    return answer


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


def notifications(answer):
    if answer["notify_error"] != "0":
        return f"notifications are refused with error {answer['notify_error']}"
    if answer["handle"] != "yes":
        return "registering for notifications gives no handle" + \
            ("" if answer["initial"] == "yes" else ", and none arrives")
    if answer["initial"] != "yes":
        return "notifications do not arrive"
    return "notifications arrive"
