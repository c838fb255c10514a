#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program in Wine sets the DNS of an interface, and systemd-resolved has it.

    dns.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of dns.c. The bus is the test's own, and so is
systemd-resolved: that of IPHLPAPI_TEST_RESOLVED, or else the system's. Without one it is skipped.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import wine_harness

RESOLVED = os.environ.get("IPHLPAPI_TEST_RESOLVED", "/lib/systemd/systemd-resolved")
INDEX = 10
BUS = """<busconfig><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>
"""
# With files of its own, in which its user has root's number.
IN_ITS_PLACE = """
mount -t tmpfs none /etc && mount -t tmpfs none /run && mkdir -p /run/systemd/resolve &&
printf 'root:x:0:0::/:/bin/sh\\nsystemd-resolve:x:0:0::/:/bin/sh\\n' >/etc/passwd &&
printf 'root:x:0:\\nsystemd-resolve:x:0:\\n' >/etc/group && exec "$0"
"""
WITHOUT = ["0 ||||0", "50 ||||0", "50 ||||0", "87 ||||0", "0 ||||0"]
SET = "192.0.2.5,192.0.2.6|{}|a.test|a.test,b.test,c.test|{}"
WITH = ["0 ||||1", "0 " + SET.format("", 1), "0 " + SET.format("2001:db8::5", 1),
        "87 " + SET.format("2001:db8::5", 1), "0 " + SET.format("2001:db8::5", 0)]


@contextlib.contextmanager
def started(*command, **options):
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def await_resolved(process):
    """False: it has ended."""
    asked = ["dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.resolve1",
             "/org/freedesktop/resolve1", "org.freedesktop.DBus.Peer.Ping"]
    limit = time.monotonic() + wine_harness.DEADLINE
    while process.poll() is None and time.monotonic() < limit:
        if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            return True
        time.sleep(0.05)
    return False


def compare(what, result, expected):
    if result.status == 0 and result.output == expected:
        return []
    return [f"{what}: ended with {result.status}"] + [f"    {line}" for line in result.output]


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    if not os.access(RESOLVED, os.X_OK) or not shutil.which("dbus-daemon"):
        print("there is no systemd-resolved, or no dbus-daemon")
        sys.exit(77)
    for words in (f"link add a0 index {INDEX} type veth peer name a1", "link set a0 up",
                  "link set a1 up"):
        subprocess.run(["ip", *words.split()], check=True)
    with tempfile.TemporaryDirectory() as folder, prefix.running():
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"
        configuration = Path(folder, "conf")
        configuration.write_text(BUS.format(folder=folder), encoding="utf-8")
        trouble = compare("without a bus", prefix.run(program, str(INDEX)), WITHOUT)
        with started("dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile",
                     "--print-address", stdout=subprocess.PIPE) as bus:
            bus.stdout.readline()
            with started("unshare", "--mount", "sh", "-c", IN_ITS_PLACE, RESOLVED) as resolved:
                if not await_resolved(resolved):
                    print(f"{RESOLVED} does not run here")
                    sys.exit(77)
                trouble += compare("with resolved", prefix.run(program, str(INDEX)), WITH)
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
