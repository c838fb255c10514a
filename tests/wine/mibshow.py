#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mibshow.exe prints what the host has, and with Wine's own DLL what that lacks.

    mibshow.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own, in which it is root.
"""
import json
import socket
import sys
from pathlib import Path

import wine_harness

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import mibshow_oracle  # noqa: E402


def report_of(result, status, trouble, what):
    """The JSON object that a run has printed, whose status is one of these."""
    if result.status not in status:
        trouble.append(f"{what}: it ended with {result.status}: {result.errors[-5:]}")
    try:
        return json.loads("\n".join(result.output))
    except ValueError as error:
        trouble.append(f"{what}: {error}: {result.output[-3:]}")
        return None


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    program = prefix.staged("mibshow.exe")
    trouble = []
    for line in mibshow_oracle.NETWORK.strip().splitlines():
        wine_harness.run_ip(*line.split())
    name = "v\u00fc\u4e16"
    wine_harness.run_ip("link", "add", name, "type", "veth", "peer", "name", "v3")
    with prefix.running(), socket.create_server(("127.0.0.1", 0)), \
            socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("::1", 0))
        report = report_of(prefix.run(program, "--json", "all"), [0], trouble, "all")
        if report:
            trouble += mibshow_oracle.compare(report)
            if not report["library"].lower().endswith("\\iphlpapi.dll") or "Wine" not in report["system"]:
                trouble.append(f"{report['library']}, {report['system']}")
        text = prefix.run(program, "all")
        if text.status != 0 or "Routes (GetIpForwardTable2)" not in text.output:
            trouble.append(f"text: it ended with {text.status}: {text.output[:20]} {text.errors[-5:]}")
        named = report_of(prefix.run(program, "--json", "interfaces", "--interface", name), [0], trouble, "named")
        if named and [row["Alias"] for row in named["tables"]["interfaces"]] != [name]:
            trouble.append(f"--interface {name}: {named}")
        ping = report_of(prefix.run(program, "--json", "ping", "127.0.0.1"), [0], trouble, "ping")
        if ping and [row["Status"] for row in ping["tables"]["ping"]] != ["success"] * 4:
            trouble.append(f"ping: {ping}")
        best = report_of(prefix.run(program, "--json", "best", "2001:db8:8::5"), [0], trouble, "best")
        if best and best["tables"]["best_source"][0]["interface"] != "v1":
            trouble.append(f"best: {best}")
        wrong = prefix.run(program, "links")
        if wrong.status != 2 or wrong.output:
            trouble.append(f"wrong arguments: {wrong}")
        # What Wine's own does not have is told, and the rest shown.
        theirs = report_of(prefix.run(program, "--json", "all", WINEDLLOVERRIDES=wine_harness.WINES_OWN), [0, 1],
                           trouble, "Wine's own")
        if theirs and not theirs["tables"]["interfaces"]:
            trouble.append(f"Wine's own: no interfaces: {theirs['errors']}")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
