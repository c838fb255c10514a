#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wine's own netstat, which asks GetTcpTable and GetUdpTable, prints the sockets of the namespace.
Wine's shows no listeners.

    netstat.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own, in which it is root.
"""
import re
import socket
import sys

import wine_harness


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    wine_harness.run_ip("link", "set", "lo", "up")
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))

    def end(name):
        return f"{name[0]}:{name[1]}"

    expected = {
        ("TCP", end(client.getsockname()), "ESTABLISHED"),
        ("TCP", end(server.getsockname()), "ESTABLISHED"),
        ("UDP", end(datagrams.getsockname()), ""),
    }
    with prefix.running():
        result = prefix.run(prefix.own("netstat.exe"), "-a", "-n")
    shown = set()
    for line in result.output:
        row = re.match(r"\s*(TCP|UDP)\s+(\S+)\s+(\S+)\s*(\S*)\s*$", line)
        if row:
            shown.add((row[1], row[2], row[4] if row[1] == "TCP" else ""))
    missing = expected - shown
    if result.status != 0 or missing:
        sys.exit(f"status {result.status}, missing: {sorted(missing)}\n" + "\n".join(result.output))


if __name__ == "__main__":
    main()
