# SPDX-License-Identifier: LGPL-2.1-or-later
"""The network that a soak changes, in the namespace of the caller. All is random, of one seed."""
import random
import socket
import subprocess

PAIRS = 4
MORE = 3  # that come and go as a whole
BURST = 100000  # routes in one go: more messages than the receive buffer has room for

CANARY = "soak0"


def ip(lines, force=False):
    """Many commands of `ip` in one go; force: they may fail, as links and routes come and go."""
    command = ["ip", *(["-force"] if force else []), "-batch", "-"]
    result = subprocess.run(command, input="\n".join(lines) + "\n", text=True, check=False,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if result.returncode != 0 and not force:
        raise RuntimeError(result.stderr)


def make_network():
    """Returns the index of the interface for routes of the programs' own."""
    lines = ["link set lo up", f"link add {CANARY} type veth peer name soak1",
             "link set soak1 up", f"link set {CANARY} up",
             f"address add 198.18.255.1/24 dev {CANARY}"]
    for i in range(PAIRS):
        lines += [f"link add v{i} type veth peer name p{i}", f"link set p{i} up", f"link set v{i} up",
                  f"address add 10.{i}.0.1/24 dev v{i}", f"address add 2001:db8:{i}::1/64 dev v{i} nodad"]
    ip(lines)
    return socket.if_nametoindex(CANARY)


class Churn:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.commands = 0

    def one(self):
        """One random command, each kind of which may fail."""
        pick = self.random
        i = pick.randrange(PAIRS)
        n = pick.randrange(1, 60)
        gateway = f"10.{i}.0.{pick.randrange(2, 9)}"
        gateway6 = f"2001:db8:{i}::{pick.randrange(2, 9)}"
        verb = pick.choice(("add", "replace", "append", "del"))
        return pick.choice((
            lambda: f"link set {pick.choice('vp')}{i} {pick.choice(('up', 'down', 'up', 'up'))}",
            lambda: f"link set v{i} mtu {pick.choice((1400, 1500))}",
            lambda: f"link {pick.choice(('add', 'del'))} d{pick.randrange(MORE)} type veth",
            lambda: f"link set d{pick.randrange(MORE)} {pick.choice(('up', 'down'))}",
            lambda: f"address {pick.choice(('add', 'del'))} 10.{i}.{n}.1/24 dev v{i}",
            lambda: f"address {pick.choice(('replace', 'del'))} 10.{i}.0.1/24 dev v{i}",
            lambda: f"address {pick.choice(('add', 'del'))} 2001:db8:{i}:{n}::1/64 dev v{i} nodad",
            lambda: f"address replace 2001:db8:{i}::1/64 dev v{i} nodad",
            lambda: f"route {verb} 172.16.{n}.0/24 via {gateway} dev v{i}",
            lambda: f"route {verb} 172.16.{n}.0/24 via {gateway} dev v{i} metric {pick.randrange(3)}",
            lambda: f"route {verb} 2001:db8:f{n:x}::/64 via {gateway6} dev v{i}",
            lambda: f"route {verb} 2001:db8:e{n:x}::/64 dev v{i} expires {pick.randrange(1, 20)}",
            lambda: f"nexthop {pick.choice(('replace', 'del'))} id {n} via {gateway} dev v{i}",
            lambda: f"route replace 172.17.{n}.0/24 nhid {n}",
            lambda: f"neighbour {pick.choice(('replace', 'del'))} {gateway} lladdr 02:00:00:00:00:{n:02x}"
                    f" dev v{i} nud permanent",
        ))()

    def some(self):
        """A few of them, in one go."""
        lines = [self.one() for _ in range(self.random.randrange(5, 40))]
        self.commands += len(lines)
        ip(lines, force=True)

    def burst(self):
        """Very many routes come and go."""
        routes = [f"10.{200 + n // 65536}.{n // 256 % 256}.{n % 256}/32 dev {CANARY}" for n in range(BURST)]
        for verb in "add", "del":
            ip([f"route {verb} {route}" for route in routes])
        self.commands += 2 * BURST

    def calm(self):
        """All that expires is gone, and links are as at first."""
        lines = [f"link set {side}{i} up" for i in range(PAIRS) for side in "pv"]
        for n in range(1, 60):
            lines.append(f"route flush 2001:db8:e{n:x}::/64")
        ip(lines, force=True)
