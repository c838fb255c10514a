# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables beside what `ip` says, read by another parser and mapped by another hand.

Makes random states of links, addresses, routes and next hops in private network namespaces and
compares `mibwatch --table --json` with `ip -json` there:
    python3 test_oracle.py --mibwatch PROGRAM

IPHLPAPI_TEST_SEED chooses the first state, IPHLPAPI_TEST_SEEDS how many are made.
"""

import argparse
import collections
import ctypes
import ipaddress
import json
import os
import random
import re
import subprocess
import sys
import time

import link_kinds

DEADLINE = 30
ROUNDS = 4
CHANGES = 60
SKIPPED = 77
CLONE_NEWNET = 0x40000000
FOREVER = 4294967295

PAIRS = 3
OTHERS = [f"k{number}" for number in range(3)]
DEVICES = [f"a{pair}" for pair in range(PAIRS)] + ["br0", "t0", "m0", "lo"]


def ip(*words):
    """The answer of `ip -json`."""
    text = subprocess.run(
        ["ip", "-json", "-details", *words],
        check=True,
        timeout=DEADLINE,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(text) if text.strip() else []


def setting(path):
    """The value below /proc/sys/net, or None."""
    try:
        with open("/proc/sys/net/" + path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def change_setting(path, value):
    try:
        with open("/proc/sys/net/" + path, "w", encoding="ascii") as file:
            file.write(value)
    except OSError:
        pass  # its link is gone, or has no IPv6


# ---- What ought to be in the tables --------------------------------------------------------------


class State:
    """The namespace as `ip` shows it."""

    def __init__(self):
        self.links = ip("address", "show")
        self.routes = [
            (family, table, route)
            for family in (4, 6)
            for table in ("main", "local")
            for route in ip(f"-{family}", "route", "show", "table", table)
        ]
        self.neighbours = ip("neigh", "show", "nud", "all")
        self.proxies = ip("neigh", "show", "proxy")
        self.nexthops = {nexthop["id"]: nexthop for nexthop in ip("nexthop", "show")}
        self.settings = {
            (family, link["ifname"], name): setting(f"ipv{family}/conf/{link['ifname']}/{name}")
            for family in (4, 6)
            for link in self.links
            for name in ("forwarding", "mtu")
        }
        self.by_name = {link["ifname"]: link for link in self.links}

    def steady(self):
        """All of it but what counts down."""
        ages = ("valid_life_time", "preferred_life_time", "expires", "linkinfo")
        ages += ("used", "confirmed", "updated", "probes", "refcnt")

        def strip(value):
            if isinstance(value, dict):
                return {key: strip(item) for key, item in value.items() if key not in ages}
            return [strip(item) for item in value] if isinstance(value, list) else value

        return strip(
            [self.links, [list(route) for route in self.routes], self.nexthops]
            + [self.neighbours, self.proxies]
        ), self.settings


def luid(link):
    """Type and index; the types are those of IANAifType-MIB."""
    if link["link_type"] == "loopback":
        kind = 24
    elif link["link_type"] == "ether":
        kind = 71 if link["ifname"].startswith("wlan") else 6
    else:
        kind = 23 if "POINTOPOINT" in link["flags"] else 1
    index = link["ifindex"]
    return f"0x{kind << 48 | (index & 0xFFFFFF) << 24 | index >> 24:016x}"


def expected_interfaces(state, _seen):
    rows = {}
    for link in state.links:
        for family in (4, 6):
            forwarding = state.settings[family, link["ifname"], "forwarding"]
            if forwarding is None:
                continue  # the link has no such half
            mtu = link["mtu"]
            if family == 6:
                mtu = int(state.settings[6, link["ifname"], "mtu"])
            rows[f"ipv{family}", luid(link)] = {
                "connected": {"UP", "LOWER_UP"} <= set(link["flags"]),
                "forwarding": forwarding != "0",
                "mtu": mtu,
            }
    return rows


def dad_state(address):
    if address.get("dadfailed"):
        return "duplicate"
    if address.get("tentative") or address.get("optimistic"):
        return "tentative"
    return "deprecated" if address.get("deprecated") else "preferred"


def expected_addresses(state, _seen):
    rows = {}
    ranks = {}
    for link in state.links:
        for address in link["addr_info"]:
            if "local" not in address:
                continue
            row = {
                "length": address["prefixlen"],
                "dad_state": dad_state(address),
                "valid": address["valid_life_time"] == FOREVER,
            }
            key = luid(link), ipaddress.ip_address(address["local"])
            # One address with several prefixes is shown with the shortest, then the lowest peer.
            peer = ipaddress.ip_address(address.get("address", address["local"]))
            rank = row["length"], peer.packed
            if key not in rows or rank < ranks[key]:
                rows[key] = row
                ranks[key] = rank
    return rows


PROTOCOLS = {
    "kernel": ("local", "well-known"),
    "boot": ("netmgmt", "manual"),
    "static": ("netmgmt", "manual"),
    "ra": ("netmgmt", "router-advertisement"),
    "dhcp": ("netmgmt", "dhcp"),
    "redirect": ("icmp", "manual"),
    "bgp": ("bgp", "manual"),
    "isis": ("is-is", "manual"),
    "ospf": ("ospf", "manual"),
    "rip": ("rip", "manual"),
}

REJECTS = ("blackhole", "unreachable", "prohibit")


def prefix_of(family, route):
    text = route["dst"]
    if text == "default":
        text = "0.0.0.0/0" if family == 4 else "::/0"
    return ipaddress.ip_network(text)


def legs_of(state, route):
    """(device, gateway or None) of each leg that is alive."""

    def legs_of_nexthop(number):
        nexthop = state.nexthops.get(number)
        if nexthop is None:
            return []
        if "group" in nexthop:
            return [leg for member in nexthop["group"] for leg in legs_of_nexthop(member["id"])]
        if "blackhole" in nexthop:
            return [("lo", None)]
        return leg_of(nexthop)

    def leg_of(leg):
        if "dead" in leg.get("flags", []):
            return []
        gateway = leg.get("gateway") or leg.get("via", {}).get("host")
        return [(leg["dev"], gateway and ipaddress.ip_address(gateway))]

    if route["type"] in REJECTS:
        return [("lo", None)]
    if "nexthops" in route:
        return [leg for nexthop in route["nexthops"] for leg in leg_of(nexthop)]
    if "dev" in route:
        return leg_of(route)
    return legs_of_nexthop(route["nhid"]) if "nhid" in route else []


def expected_routes(state, seen):
    """Of each key the rows that may be shown: those of the routes that win."""
    candidates = collections.defaultdict(list)
    for family, table, route in state.routes:
        legs = legs_of(state, route)
        expired = route.get("expires", 1) < 0
        seen.update(features(family, route, legs))
        if route["type"] == "throw" or expired:
            continue
        metric = route.get("metric", 0)
        tos = int(route.get("tos", "0"), 0) if isinstance(route.get("tos"), str) else 0
        protocol, origin = PROTOCOLS.get(route["protocol"], ("other", "manual"))
        for device, gateway in legs:
            key = luid(state.by_name[device]), prefix_of(family, route), gateway
            candidates[key].append(
                (
                    (table != "local", tos, metric),
                    {"metric": metric, "protocol": protocol, "origin": origin},
                )
            )
    return {
        key: [row for rank, row in rows if rank == min(rank for rank, _ in rows)]
        for key, rows in candidates.items()
    }


def features(family, route, legs):
    """What a state has in it, to be sure that the comparison is about something."""
    yield f"IPv{family} {route['type']}"
    if "nexthops" in route and "nhid" not in route:
        yield f"IPv{family} multipath"
    if "nhid" in route:
        resolved = "nexthops" in route or "dev" in route
        yield f"IPv{family} next hop object" + ("" if resolved else ", by number only")
    if "via" in route or any("via" in leg for leg in route.get("nexthops", [])):
        yield "IPv4 through an IPv6 gateway"
    if "expires" in route:
        yield "expired" if route["expires"] < 0 else "with a lifetime"
    flags = [*route["flags"], *(f for leg in route.get("nexthops", []) for f in leg["flags"])]
    if "dead" in flags:
        yield f"IPv{family} dead leg"
    if "linkdown" in flags:
        yield f"IPv{family} without carrier"
    if len(set(legs)) != len(legs):
        yield "legs with one key"


GROUPS = ("224.0.0.22", "239.255.255.250")
NEIGHBOUR_STATES = {
    "INCOMPLETE": "incomplete",
    "REACHABLE": "reachable",
    "STALE": "stale",
    "DELAY": "delay",
    "PROBE": "probe",
    "FAILED": "unreachable",
    "NOARP": "permanent",
    "PERMANENT": "permanent",
}


def physical(text):
    """A link-layer address as `ip` writes it, which of tunnels is an IP address, in hexadecimal."""
    try:
        return ipaddress.ip_address(text).packed.hex(":")
    except ValueError:
        return text


def neighbour_row(link, entry, state):
    """An address that is not known is zero, and as long as the link's."""
    address = None
    if link["link_type"] != "loopback" and "address" in link:
        known = physical(entry["lladdr"]) if "lladdr" in entry else None
        address = known or re.sub("[0-9a-f]", "0", physical(link["address"]))
    return {"physical_address": address, "state": state, "router": "router" in entry}


def mapped(group):
    """RFC 1112, 6.4."""
    _, *low = ipaddress.ip_address(group).packed
    return bytes([0x01, 0x00, 0x5E, low[0] & 0x7F, *low[1:]]).hex(":")


def expected_neighbours(state, seen):
    rows = {}

    def put(entry, row_state):
        link, address = state.by_name[entry["dev"]], ipaddress.ip_address(entry["dst"])
        rows[luid(link), address] = neighbour_row(link, entry, row_state)

    for name, link in state.by_name.items():
        for group in GROUPS if state.settings[4, name, "forwarding"] is not None else ():
            known = {"lladdr": mapped(group)} if link["link_type"] == "ether" else {}
            put({"dev": name, "dst": group, **known}, "permanent")
    for entry in state.proxies:
        seen[f"IPv{ipaddress.ip_address(entry['dst']).version} proxy"] += 1
        put(entry, "permanent")
    for entry in state.neighbours:
        address = ipaddress.ip_address(entry["dst"])
        kernel_state = entry["state"][0] if "state" in entry else "NONE"
        unicast = not address.is_multicast and str(address) != "255.255.255.255"
        itself = state.by_name[entry["dev"]]["link_type"] == "loopback" and unicast
        seen[f"IPv{address.version} neighbour {kernel_state}"] += 1
        if kernel_state == "NONE" or address.is_unspecified or (itself and kernel_state == "NOARP"):
            continue
        put(entry, NEIGHBOUR_STATES[kernel_state])
    return rows


# ---- What is in the tables -----------------------------------------------------------------------


class Table:
    def __init__(self, mibwatch):
        result = subprocess.run(
            [mibwatch, "--table", "--json", "--duration=0", "--kind=" + ",".join(KINDS)],
            check=True,
            timeout=DEADLINE,
            capture_output=True,
            text=True,
        )
        self.rows = {kind: {} for kind in KINDS}
        self.twice = []
        for line in result.stdout.splitlines():
            row = json.loads(line)
            if row["type"] == "table":
                key, values = KINDS[row["kind"]].found(row)
                if key in self.rows[row["kind"]]:
                    self.twice.append(key)
                self.rows[row["kind"]][key] = values


def found_interface(row):
    key = (row["family"], row["luid"])
    return key, {name: row[name] for name in ("connected", "forwarding", "mtu")}


def found_address(row):
    address = ipaddress.ip_interface(row["address"])
    return (row["luid"], address.ip), {
        "length": address.network.prefixlen,
        "dad_state": row["dad_state"],
        "valid": row["valid_lifetime"] == FOREVER,
    }


def found_route(row):
    next_hop = row["next_hop"] and ipaddress.ip_address(row["next_hop"])
    key = (row["luid"], ipaddress.ip_network(row["prefix"]), next_hop)
    return key, {name: row[name] for name in ("metric", "protocol", "origin")}


def found_neighbour(row):
    key = (row["luid"], ipaddress.ip_address(row["address"]))
    return key, {name: row[name] for name in ("physical_address", "state", "router")}


# A kind of rows, as mibwatch calls it: {key: values} of a state, and key and values of a row.
Kind = collections.namedtuple("Kind", "expected found")
KINDS = {
    "interface": Kind(expected_interfaces, found_interface),
    "address": Kind(expected_addresses, found_address),
    "route": Kind(expected_routes, found_route),
    "neighbour": Kind(expected_neighbours, found_neighbour),
}


def differences(kind, expected, found):
    for key in sorted(expected.keys() | found.keys(), key=str):
        name = f"{kind} {' '.join(map(str, key))}"
        if key not in found:
            yield f"{name}: missing, should be {expected[key]}"
        elif key not in expected:
            yield f"{name}: should not be there: {found[key]}"
        else:
            allowed = expected[key] if isinstance(expected[key], list) else [expected[key]]
            if found[key] not in allowed:
                yield f"{name}: is {found[key]}, should be {expected[key]}"


def compare(mibwatch, seen):
    """The differences at a moment at which nothing was changing, and the number of rows."""
    end = time.monotonic() + DEADLINE
    while True:
        before = State()
        table = Table(mibwatch)
        after = State()
        # Of routes in their last second `ip` does not say whether it is over: look again.
        expiring = any(r.get("expires") == 0 for s in (before, after) for _, _, r in s.routes)
        if before.steady() == after.steady() and not expiring:
            break
        if time.monotonic() > end:
            raise AssertionError("the namespace never comes to rest")
    found = [f"twice: {key}" for key in table.twice]
    for name, kind in KINDS.items():
        found += differences(name, kind.expected(before, seen), table.rows[name])
    return found, sum(map(len, table.rows.values()))


# ---- Random states -------------------------------------------------------------------------------


class Maker:
    def __init__(self, seed, offered):
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.offered = offered
        self.others = {name: self.pick(sorted(offered)) for name in OTHERS}
        # A wireless link keeps its name, by which it is known to be one.
        self.devices = DEVICES + [
            "wlan0" if kind.startswith("wireless") else name for name, kind in self.others.items()
        ]

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def start(self):
        lines = ["link set lo up", "link add br0 type bridge", "tuntap add dev t0 mode tun"]
        for pair in range(PAIRS):
            lines += [f"link add a{pair} type veth peer name b{pair}"]
            lines += [f"link set {end}{pair} up" for end in "ab"]
        lines += ["link add link a0 name m0 type macvlan mode bridge"]
        return lines

    def addresses(self):
        lines = [f"link set {device} up" for device in self.devices if device != "lo"]
        for number, device in enumerate(self.devices):
            lines += [f"address add 10.{number}.0.1/24 dev {device}"]
            lines += [f"address add 2001:db8:{number}::1/64 dev {device} nodad"]
        return lines

    def add_others(self):
        """Two of a kind, or two kinds above one link, may be too many: then there is one less."""
        for number, (name, kind) in enumerate(self.others.items()):
            module, how = self.offered[kind]
            try:
                link_kinds.add(module, how, name, self.lower(), 20 + number)
            except OSError:
                continue
            yield kind

    def lower(self):
        return f"a{self.random.randrange(PAIRS)}"

    def device(self):
        number = self.random.randrange(len(self.devices))
        return number, self.devices[number]

    def gateway(self, family, via_other=True):
        number, device = self.device()
        if family == 4 and via_other and self.chance(5):
            return f"via inet6 fe80::{self.random.randrange(1, 4)} dev {device}"
        if family == 4:
            return f"via 10.{number}.0.{self.random.randrange(2, 5)} dev {device} onlink"
        return f"via 2001:db8:{number}::{self.random.randrange(2, 5)} dev {device}"

    def other_line(self):
        number = self.random.randrange(len(OTHERS))
        name, port = OTHERS[number], self.lower()
        lines = [f"link set {name} down", f"link set {name} up", f"link set {name} up"]
        lines += [f"link set {port} nomaster", f"link set {port} master {name}"]
        lines += [f"link set {port} down\nlink set {port} master {name}\nlink set {port} up"]
        how = self.offered[self.others[name]][1]
        if " " in how:
            lines += [f"link del {name}", link_kinds.command_of(how, name, self.lower(), 20 + number)]
        return self.pick(lines)

    def link_line(self):
        pair = self.random.randrange(PAIRS)
        return self.pick(
            [
                f"link set {self.pick('ab')}{pair} down",
                f"link set {self.pick('ab')}{pair} up",
                f"link set {self.pick('ab')}{pair} up",
                f"link set {self.device()[1]} mtu {self.pick([1000, 1280, 1400, 1500])}",
                f"link set b{pair} {self.pick(['master br0', 'nomaster'])}",
                "link del m0",
                "link add link a1 name m0 type macvlan mode bridge",
            ]
        )

    def address_line(self):
        number, device = self.device()
        host = self.random.randrange(1, 4)
        verb = self.pick(["add", "add", "replace", "del"])
        life = ""
        if verb != "del" and self.chance(3):
            valid = self.random.randrange(1000, 9000)
            life = f" valid_lft {valid} preferred_lft {self.pick([0, valid // 2, valid])}"
        if self.chance(2):
            peer = f" peer 10.100.{number}.{host}/{self.pick([16, 32])}"
            length = self.pick([16, 24, 32])
            which = f"10.{number}.0.{host}" + (peer if self.chance(4) else f"/{length}")
            return f"address {verb} {which} dev {device}{life}"
        flags = "" if verb == "del" else self.pick([" nodad", " nodad", " noprefixroute", ""])
        return f"address {verb} 2001:db8:{number}::{host}/64 dev {device}{life}{flags}"

    def route_line(self):
        family = self.pick([4, 6])
        number = self.random.randrange(6)
        prefix = f"10.2{number}.0.0/16" if family == 4 else f"2001:db8:f{number}::/48"
        if self.chance(15):
            prefix = "0.0.0.0/0" if family == 4 else "::/0"
        verb = self.pick(["add", "add", "append", "prepend", "replace", "del"])
        kind, where = "", self.gateway(family)
        choice = self.random.randrange(10)
        if choice == 0:
            kind, where = self.pick([*REJECTS, "throw"]), ""
        elif choice in (1, 2, 3):
            legs = [self.gateway(family) for _ in range(self.pick([2, 3]))]
            where = " ".join(f"nexthop {leg}{self.pick(['', ' weight 2'])}" for leg in legs)
        elif choice in (4, 5):
            where = f"nhid {self.random.randrange(5) + (1 if family == 4 else 11)}"
        elif choice == 6:
            where = f"dev {self.device()[1]}"
        options = f" metric {self.pick([0, 100, 100, 200])}" if self.chance(2) else ""
        if family == 4 and self.chance(6):
            options += " tos 0x10"
        options += f" proto {self.pick(['boot', 'static', 'bgp', 'ra', 'dhcp', 'rip', '99'])}"
        options += self.pick(["", "", "", "", " table local", " table 100"])
        if family == 6 and verb != "del" and self.chance(4):
            options += f" expires {self.pick([1, 600, 9000])}"
        return f"route {verb} {kind} {prefix}{options} {where}"

    def neighbour_line(self):
        number, device = self.device()
        host = self.random.randrange(0x20, 0x28)
        address = self.pick([f"10.{number}.0.{host}", f"2001:db8:{number}::{host:x}"])
        if self.chance(4):
            return f"neigh {self.pick(['add', 'del'])} proxy {address} dev {device}"
        verb = self.pick(["add", "replace", "replace", "del"])
        if verb == "del":
            return f"neigh del {address} dev {device}"
        states = ["permanent", "noarp", "stale", "reachable", "failed", "incomplete", "none"]
        options = self.pick(["", f" lladdr 02:00:00:00:00:{host:x}"]) + self.pick(["", " router"])
        return f"neigh {verb} {address} dev {device}{options} nud {self.pick(states)}"

    def nexthop_line(self):
        family = self.pick([4, 6])
        base = 1 if family == 4 else 11
        number = self.random.randrange(5)
        if self.chance(6):
            return f"nexthop del id {base + number}"
        if number == 4:
            return f"nexthop replace id {base + 4} group {base},{self.pick([1, 3])}/{base + 1}"
        if number == 3 and self.chance(2):
            return f"{'-6 ' if family == 6 else ''}nexthop replace id {base + 3} blackhole"
        return f"nexthop replace id {base + number} {self.gateway(family, via_other=False)}"

    def lines(self):
        makers = [self.link_line, self.other_line] + [self.address_line] * 2 + [self.route_line] * 6
        makers += [self.nexthop_line] * 2 + [self.neighbour_line] * 2
        return [self.pick(makers)() for _ in range(CHANGES)]

    def change_settings(self):
        for _ in range(self.random.randrange(3)):
            _, device = self.device()
            path, values = self.pick(
                [
                    ("ipv4/conf/{}/ignore_routes_with_linkdown", "01"),
                    ("ipv6/conf/{}/ignore_routes_with_linkdown", "01"),
                    ("ipv4/conf/all/ignore_routes_with_linkdown", "01"),
                    ("ipv4/conf/{}/forwarding", "01"),
                    ("ipv6/conf/{}/forwarding", "01"),
                    ("ipv6/conf/{}/disable_ipv6", "01"),
                    ("ipv6/conf/{}/mtu", ["1280", "1300"]),
                    ("ipv4/nexthop_compat_mode", "01"),
                ]
            )
            change_setting(path.format(device), self.pick(values))


def batch(lines):
    """Some of them must fail, as random lines do; a batch has no options of its own."""
    for options in [], ["-6"]:
        chosen = [line for line in lines if line.startswith("-6 ") == bool(options)]
        subprocess.run(
            ["ip", *options, "-force", "-batch", "-"],
            input="".join(line.removeprefix("-6 ") + "\n" for line in chosen),
            text=True,
            timeout=DEADLINE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def play(seed, mibwatch, seen, offered):
    """One seed; returns what was wrong, and the number of rows compared."""
    enter_namespace()
    maker = Maker(seed, offered)
    batch(maker.start())
    seen.update(f"link of kind {kind}" for kind in maker.add_others())
    batch(maker.addresses())
    rows = 0
    for number in range(ROUNDS):
        batch(maker.lines())
        maker.change_settings()
        found, count = compare(mibwatch, seen)
        rows += count
        if found:
            return [f"round {number}: {difference}" for difference in found], rows
    return [], rows


# ---- The program ---------------------------------------------------------------------------------


def enter_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no network namespace")


def unavailable(why):
    must_run = os.environ.get("CI") == "true"
    print(f"{'FAILED' if must_run else 'SKIPPED'}: cannot run here: {why}", file=sys.stderr)
    sys.exit(1 if must_run else SKIPPED)


def begin():
    """Without root's rights, goes on in a user namespace."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    try:
        enter_namespace()
    except OSError as error:
        if os.environ.get("IPHLPAPI_TEST_IN_NAMESPACE"):
            unavailable(str(error))
        os.environ["IPHLPAPI_TEST_IN_NAMESPACE"] = "1"
        try:
            os.execvp("unshare", ["unshare", "-Urn", sys.executable, "-B", *sys.argv])
        except OSError as failure:
            unavailable(f"unshare: {failure}")
    probe = ["ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"]
    if subprocess.run(probe, stderr=subprocess.DEVNULL).returncode != 0:
        unavailable("no veth interfaces")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibwatch", required=True)
    arguments = parser.parse_args()
    begin()

    first = int(os.environ.get("IPHLPAPI_TEST_SEED") or random.SystemRandom().randrange(1, 2**32))
    seeds = int(os.environ.get("IPHLPAPI_TEST_SEEDS") or 10)
    offered = link_kinds.offered(enter_namespace)
    print(f"seed: IPHLPAPI_TEST_SEED={first}", flush=True)
    seen = collections.Counter()
    rows = failures = 0
    for seed in range(first, first + seeds):
        found, count = play(seed, arguments.mibwatch, seen, offered)
        rows += count
        for difference in found:
            print(f"seed {seed}: {difference}", flush=True)
        failures += bool(found)
    for feature, count in sorted(seen.items()):
        print(f"seen {count:6} times: {feature}")
    print(f"{seeds} seeds, {rows} rows compared, {failures} seeds failed")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
