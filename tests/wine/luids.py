#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An interface has one LUID, be it from this project's DLL or from Wine's own.

    luids.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up; PROGRAM is made of luids.c. Runs in a network namespace of
its own, in which it is root.
"""
import subprocess
import sys
import threading

import wine_harness

# name: the words of the ip command that make it. lo is there. Wine remembers what is gone: none is
# deleted.
LINKS = {
    "veth": "link add veth type veth peer name veth-peer",
    "bridge": "link add bridge type bridge",
    "tap": "tuntap add tap mode tap",
    "ifb": "link add ifb type ifb",
    "vxlan": "link add vxlan type vxlan id 7 dstport 4789",
    "macvlan": "link add macvlan link veth type macvlan",
    "tun": "tuntap add tun mode tun",
}
LATER = "tun-later"
# Those that not every kernel can make.
OPTIONAL_LINKS = {
    "wireless": "link add wireless link veth type virt_wifi",
    "gre": "link add gre type gre local 192.0.2.1 remote 192.0.2.2",
    "sit": "link add sit type sit local 192.0.2.1 remote 192.0.2.2",
    "ipip": "link add ipip type ipip local 192.0.2.1 remote 192.0.2.3",
    "ip6tnl": "link add ip6tnl type ip6tnl local 2001:db8::1 remote 2001:db8::2",
    "wireguard": "link add wireguard type wireguard",
    "vrf0": "link add vrf0 type vrf table 7",
    "dummy": "link add dummy type dummy",
}


def ip(words):
    wine_harness.run_ip(*words.split())


def make_optional_links():
    made = []
    for name, words in OPTIONAL_LINKS.items():
        try:
            ip(words)
            made.append(name)
        except subprocess.CalledProcessError as error:
            print(f"skipped: no {name} link on this kernel (ip {words}: {error.returncode})")
    return made


def make_network(names, first=1):
    """Addresses and routes on links that take them, too."""
    for number, name in enumerate(names, first):
        ip(f"link set {name} up")
        ip(f"address add 198.51.100.{number}/32 dev {name}")
        ip(f"address add 2001:db8:7::{number}/128 dev {name} nodad")
        ip(f"route add 203.0.113.{16 * number}/28 dev {name}")


def hear_of_later(prefix, program):
    """Runs it until it has registered, and then makes the link, with an address and a route."""
    process = prefix.start(program, "later", LATER, stdout=subprocess.PIPE,
                           stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
                           env=prefix.environment())
    limit = threading.Timer(wine_harness.DEADLINE, process.kill)
    limit.start()
    output = []
    try:
        for line in process.stdout:
            output.append(line.strip())
            if output[-1] == "ready":
                ip(f"tuntap add {LATER} mode tun")
                make_network([LATER], 0)
        return wine_harness.Result(process.wait(), output, [])
    finally:
        limit.cancel()
        wine_harness.end(process)


def failures(result, *names):
    for line in result.output:
        print(f"    {line}")
    trouble = [line for line in result.output if line.startswith("FAIL")]
    seen = {line.partition(":")[0] for line in result.output if ": type " in line}
    trouble += [f"FAIL {name}: not looked at" for name in names if name not in seen]
    if result.status != 0 and not trouble:
        trouble.append(f"FAIL it ended with {result.status}")
    return trouble


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    ip("link set lo up")
    trouble = []
    with prefix.running():
        # The first tun device that the process meets is one that it hears of.
        trouble += failures(hear_of_later(prefix, program), "lo", LATER)
        for words in LINKS.values():
            ip(words)
        optional = make_optional_links()
        make_network([*LINKS, *optional])
        trouble += failures(prefix.run(program, "all"), "lo", LATER, *LINKS, *optional)
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
