# SPDX-License-Identifier: LGPL-2.1-or-later
"""What mibshow prints, beside what `ip`, `ss` and /proc say: natively and in Wine."""

import json
import re
import subprocess

# A network that has something of everything.
NETWORK = """
link set lo up
link add v0 type veth peer name v1
link set v1 up
link set v0 mtu 1400 up
address add 192.0.2.1/24 dev v0
address add 192.0.2.9/24 dev v0
address add 2001:db8:7::1/64 dev v0 nodad
address add 198.51.100.1/32 dev v1
route add default via 192.0.2.254
route add 203.0.113.0/24 dev v1 metric 7
route add default via 2001:db8:7::fe dev v0
route add 2001:db8:8::/48 dev v1 metric 9
neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
neighbour add 2001:db8:7::7 lladdr 02:00:00:00:00:08 dev v0
"""

# Numbers of enumerations, all of which have words.
WORDS = {"Type", "OperStatus", "AdminStatus", "MediaConnectState", "TunnelType", "MediaType",
         "PhysicalMediumType", "AccessType", "DirectionType", "ConnectionType", "IfType", "Family",
         "RouterDiscoveryBehavior", "LinkLocalAddressBehavior", "PrefixOrigin", "SuffixOrigin",
         "DadState", "Protocol", "Origin", "State", "Status", "NodeType", "dwForwarding",
         "RtoAlgorithm", "ConnectivityLevel", "ConnectivityCost"}

FAMILIES = {"ipv4": "-4", "ipv6": "-6"}


def output_of(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, timeout=60).stdout


def ip(*words):
    return json.loads(output_of("ip", "-json", *words) or "[]")


def prefix(destination, family):
    if destination == "default":
        return "0.0.0.0/0" if family == "ipv4" else "::/0"
    return destination if "/" in destination else destination + ("/32" if family == "ipv4" else "/128")


def same(name, shown, told):
    """What one of the two has and the other not."""
    return [f"{name}: only {who}: {sorted(map(str, rows))}"
            for who, rows in (("shown", shown - told), ("told", told - shown)) if rows]


def interfaces(tables):
    shown = {(row["InterfaceIndex"], row["interface"], row["Alias"], row["Mtu"], row["AdminStatus"])
             for row in tables["interfaces"]}
    links = ip("link")
    told = {(link["ifindex"], link["ifname"], link["ifname"], link["mtu"],
             "up" if "UP" in link["flags"] else "down") for link in links}
    physical = {(row["interface"], row["PhysicalAddress"]) for row in tables["interfaces"]
                if row["Type"] == "ethernet-csmacd"}
    ethernet = {(link["ifname"], link["address"]) for link in links if link["link_type"] == "ether"}
    return same("interfaces", shown, told) + same("physical addresses", physical, ethernet)


def ip_interfaces(tables):
    shown = {(row["interface"], row["Family"], row["NlMtu"]) for row in tables["ip_interfaces"]}
    told = {(link["ifname"], family, link["mtu"]) for link in ip("link") for family in FAMILIES}
    return same("ip_interfaces", shown, told)


def addresses(tables):
    told = {(link["ifname"], address["local"], address["prefixlen"])
            for link in ip("address") for address in link["addr_info"]}
    shown = {(row["interface"], row["Address"], row["OnLinkPrefixLength"]) for row in tables["addresses"]}
    of_adapters = {(row["interface"], address["Address"], address["OnLinkPrefixLength"])
                   for row in tables["adapters"] for address in row["FirstUnicastAddress"]}
    return same("addresses", shown, told) + same("adapters", of_adapters, told)


def routes(tables):
    shown = {(row["interface"], row["DestinationPrefix"], row["NextHop"]) for row in tables["routes"]}
    told = {(route["dev"], prefix(route["dst"], family),
             route.get("gateway", "0.0.0.0" if family == "ipv4" else "::"))
            for family, option in FAMILIES.items() for route in ip(option, "route", "show", "table", "main")}
    return same("routes", shown & told, told)


def neighbours(tables):
    shown = {(row["interface"], row["Address"], row["PhysicalAddress"], row["State"])
             for row in tables["neighbours"]}
    told = {(row["dev"], row["dst"], row["lladdr"], row["state"][0].lower())
            for row in ip("neighbour", "show", "nud", "permanent") if "lladdr" in row}
    return same("neighbours", shown & told, told)


def multicast(tables):
    shown = {(row["interface"], row["Address"]) for row in tables["multicast"]}
    told = {(link["ifname"], group["address"]) for link in ip("maddress")
            for group in link["maddr"] if group.get("family") in ("inet", "inet6")}
    return same("multicast", shown & told, told)


def statistics(tables):
    told = set()
    for family, path in (("ipv4", "ipv4/ip_default_ttl"), ("ipv6", "ipv6/conf/all/hop_limit")):
        with open(f"/proc/sys/net/{path}", encoding="ascii") as file:
            told.add((family, int(file.read())))
    shown = {(row["Family"], row["dwDefaultTTL"]) for row in tables["ip_statistics"]}
    return same("ip_statistics", shown, told)


def end_of(text):
    """("192.0.2.1", 80) of what ss prints."""
    address, port = text.rsplit(":", 1)
    return re.sub(r"%.*$", "", address).strip("[]"), 0 if port == "*" else int(port)


def sockets(tables):
    """Those that are bound to an address: of one that is bound to none, each tells in its way."""
    told = {"tcp": set(), "udp": set()}
    for kind, option in (("tcp", "-Htan"), ("udp", "-Huan")):
        for line in output_of("ss", option).splitlines():
            words = line.split()
            local, remote = end_of(words[3]), end_of(words[4])
            if local[0] not in ("*", "0.0.0.0", "::"):
                told[kind].add((*local, remote[1]) if kind == "tcp" else local)
    shown = {
        "tcp": {(row["LocalAddress"], row["LocalPort"], row["RemotePort"]) for row in tables["tcp"]},
        "udp": {(row["LocalAddress"], row["LocalPort"]) for row in tables["udp"]},
    }
    return [line for kind, rows in told.items() for line in same(kind, shown[kind] & rows, rows)]


def words(value, trouble, name=""):
    """A number where a word belongs, anywhere."""
    if isinstance(value, dict):
        for key, member in value.items():
            words(member, trouble, key)
    elif isinstance(value, list):
        for member in value:
            words(member, trouble, name)
    elif name in WORDS and not isinstance(value, str):
        trouble.append(f"{name} is {value}")
    return trouble


def compare(report):
    """What is wrong in a report of `mibshow --json all`."""
    tables = report["tables"]
    trouble = [f"{error}" for error in report["errors"]]
    for compared in (interfaces, ip_interfaces, addresses, routes, neighbours, multicast, statistics, sockets):
        trouble += compared(tables)
    return words(tables, trouble)
