#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sends one router advertisement (RFC 4861) to all nodes of a link."""
import argparse
import ipaddress
import socket
import struct

ALL_NODES = "ff02::1"
ADVERTISEMENT = 134
PREFIX, MTU = 3, 5  # options
ON_LINK, AUTONOMOUS = 0x80, 0x40
HOPS = 255  # what has come from farther away is ignored


def message(arguments):
    """The kernel writes the checksum."""
    prefix = ipaddress.IPv6Network(arguments.prefix)
    bytes_ = struct.pack("!BBHBBHII", ADVERTISEMENT, 0, 0, 64, 0, arguments.router, 0, 0)
    bytes_ += struct.pack("!BBBBIII", PREFIX, 4, prefix.prefixlen, ON_LINK | AUTONOMOUS,
                          arguments.valid, arguments.valid, 0) + prefix.network_address.packed
    if arguments.mtu:
        bytes_ += struct.pack("!BBHI", MTU, 1, 0, arguments.mtu)
    return bytes_


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("link")
    parser.add_argument("--router", type=int, required=True, help="its lifetime in seconds; 0: it is none")
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--valid", type=int, default=7200, help="the prefix' lifetime in seconds")
    parser.add_argument("--mtu", type=int)
    arguments = parser.parse_args()
    index = socket.if_nametoindex(arguments.link)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, HOPS)
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sender.sendto(message(arguments), (ALL_NODES, 0, 0, index))


if __name__ == "__main__":
    main()
