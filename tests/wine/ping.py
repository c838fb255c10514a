#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wine's own ping, which asks IcmpSendEcho, is answered by a host next door.

    ping.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own, in which it is root.
"""
import re
import subprocess
import sys

import wine_harness

NETWORK = """
link set lo up
link add v0 type veth peer name v1
link set v1 netns {pid}
link set v0 up
address add 10.0.0.1/24 dev v0
route add unreachable 198.51.100.0/24
"""
NEXT_DOOR = ["ip link set lo up", "ip link set v1 up", "ip address add 10.0.0.2/24 dev v1"]
ANSWERED = {"10.0.0.2", "127.0.0.1"}
SILENT = {"198.51.100.1"}


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    host = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)
    host.stdout.readline()
    trouble = []
    try:
        for line in NETWORK.format(pid=host.pid).strip().splitlines():
            wine_harness.run_ip(*line.split())
        for line in NEXT_DOOR:
            subprocess.run(["nsenter", "--target", str(host.pid), "--net", *line.split()], check=True)
        with prefix.running():
            for address in sorted(ANSWERED | SILENT):
                result = prefix.run(prefix.own("ping.exe"), "-n", "2", "-w", "20000", address)
                output = "\n".join(result.output)
                replies = len(re.findall(rf"^Reply from {re.escape(address)}: bytes=32 time", output, re.MULTILINE))
                if replies != (2 if address in ANSWERED else 0):
                    trouble.append(f"{address}: {replies} replies, status {result.status}\n{output}")
    finally:
        host.stdin.close()
        host.wait()
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
