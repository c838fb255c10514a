#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Wine's own ipconfig, which asks GetAdaptersAddresses and GetNetworkParams, prints what the host has.

    ipconfig.py --prefix DIR --stage DIR
--prefix is one that lifetime.py has set up. Runs in a network namespace of its own, in which it is root.
"""
import json
import re
import subprocess
import sys

import wine_harness

NETWORK = """
link set lo up
link add v0 type veth peer name v1
link add b0 type bridge
link set v1 up
link set v0 up
address add 192.0.2.1/24 dev v0
address add 192.0.2.9/24 dev v0
address add 2001:db8:7::1/64 dev v0 nodad
address add 198.51.100.1/32 dev v1
route add default via 192.0.2.254
route add default via 2001:db8:7::fe dev v0
"""


def adapters_of(output):
    """What it prints of each adapter: the values by name, and those of more than one line."""
    adapters = {}
    values = name = None
    for line in output:
        heading = re.match(r"\S.* adapter (.+)$", line)
        value = re.match(r"    ([^.:]+?)[ .]*: (.*)$", line)
        more = re.match(r" {20,}(\S+)$", line)
        if heading:
            values = adapters.setdefault(heading[1], {})
        elif values is not None and value:
            name = value[1]
            values.setdefault(name, []).append(value[2])
        elif values is not None and more and name:
            values[name].append(more[1])
    return adapters


def plain(addresses):
    """Without zones, and without what stands for nothing."""
    return sorted(address.split("%")[0] for address in addresses if address)


def expected_of(link):
    """Likewise, as `ip` tells of the link."""
    addresses = link["addr_info"]
    return {
        "IPv4 address": plain(a["local"] for a in addresses if a["family"] == "inet"),
        "IPv6 address": plain(a["local"] for a in addresses if a["family"] == "inet6"),
    }


def main():
    (prefix,) = wine_harness.arguments(__doc__)
    for line in NETWORK.strip().splitlines():
        wine_harness.run_ip(*line.split())
    with prefix.running():
        result = prefix.run(prefix.own("ipconfig.exe"), "/all")
    links = json.loads(subprocess.run(["ip", "-json", "address"], check=True, text=True,
                                      stdout=subprocess.PIPE).stdout)
    adapters = adapters_of(result.output)
    trouble = [] if result.status == 0 else [f"it ended with {result.status}"]
    if sorted(adapters) != sorted(link["ifname"] for link in links):
        trouble.append(f"adapters: {sorted(adapters)}")
    for link in links:
        shown = adapters.get(link["ifname"], {})
        for name, addresses in expected_of(link).items():
            if plain(shown.get(name, [])) != addresses:
                trouble.append(f"{link['ifname']}: {name}: {shown.get(name)}, not {addresses}")
        if link["link_type"] == "ether":
            address = link["address"].upper().replace(":", "-")
            if shown.get("Physical address") != [address]:
                trouble.append(f"{link['ifname']}: {shown.get('Physical address')}, not {address}")
    gateways = plain(adapters.get("v0", {}).get("Default gateway", []))
    if gateways != ["192.0.2.254", "2001:db8:7::fe"]:
        trouble.append(f"gateways: {gateways}")
    if next(iter(adapters), "") != "v0":
        trouble.append(f"the first adapter is {next(iter(adapters), 'none')}, not that of the default route")
    if trouble:
        trouble.append("\n".join(result.output))
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
