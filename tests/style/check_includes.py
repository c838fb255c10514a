#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the includes of the files given, which lie below src/.

Includes point down only: LAYERS says for each folder what it may include beside itself. And no file
knows both worlds: Windows' headers and Linux' are never included together, not even through the
project's own headers.

In src/api, families of programs are read and written in one place: AF_INET6 is not one number.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path("src")

# Folder: the folders and files that its files may include. The longest folder that fits counts.
LAYERS = {
    "mib": [],
    "capture": [],
    "platform": [],
    "probes": [],
    "handles": ["platform"],
    "backend": ["mib"],
    "backend/bus": ["backend/log.h", "backend/proc", "backend/times.h"],
    "backend/connectivity": ["backend/array.h", "backend/bus", "backend/proc", "backend/times.h"],
    "backend/dhcp": ["backend/array.h", "backend/bus", "mib"],
    "backend/dns": ["backend/array.h", "backend/bus", "mib"],
    "backend/gai": ["mib"],
    "backend/icmp": ["backend/log.h", "mib"],
    "backend/proc": ["backend/array.h", "backend/inet_socket.h", "backend/times.h", "mib/addr.h"],
    "backend/netlink/tape": ["capture", "backend/array.h", "backend/log.h", "backend/times.h"],
    "backend/netlink/socket": ["backend/netlink/tape/tape.h", "backend/array.h",
                               "backend/counter.h", "backend/log.h", "backend/times.h",
                               "mib/addr.h"],
    "backend/netlink/object": ["backend/netlink/socket", "backend/netlink/tape/tape.h",
                               "backend/array.h", "backend/inet_socket.h", "backend/times.h",
                               "mib"],
    "backend/netlink/watch": ["backend/connectivity", "backend/netlink/object",
                              "backend/netlink/socket", "backend/netlink/tape/tape.h",
                              "backend/proc", "backend/array.h", "backend/backend.h",
                              "backend/log.h", "backend/times.h", "mib", "probes"],
    "backend/netlink/table": ["backend/log.h", "backend/netlink/watch", "backend/netlink/object",
                              "backend/netlink/socket", "backend/bus", "backend/dhcp", "backend/dns",
                              "backend/gai", "backend/icmp", "backend/proc", "backend/array.h", "backend/backend.h",
                              "backend/inet_socket.h", "backend/times.h", "mib"],
    "notify": ["backend/backend.h", "handles", "mib", "platform", "probes"],
    "api/rows": ["api/unicode.h", "api/windows.h", "mib"],
    "api": ["api/rows", "notify", "backend/backend.h", "handles", "mib", "platform"],
    "wine/seam": ["mib"],
    "wine/dll": ["api/windows.h", "wine/seam", "backend/backend.h", "mib", "platform"],
    "wine/host": ["wine/seam", "backend/array.h", "backend/backend.h", "backend/log.h",
                  "backend/netlink/object", "backend/netlink/watch/queue.h", "backend/proc", "mib"],
}

WINDOWS = re.compile(r"(windows|winsock2|winternl|ws2\w+|iphlpapi|icmpapi|netioapi|ntddndis|ifdef|ipmib)\.h$")
LINUX = re.compile(r"(linux|netlink|net|netinet|sys|arpa)/|(unistd|pthread|dlfcn)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)

AF_INET6 = re.compile(r"\bAF_INET6\b")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FAMILIES = "api/rows/convert.h"


def includes(path):
    """What a file includes: its own headers' paths, and the system's."""
    found = INCLUDE.findall(path.read_text(encoding="utf-8"))
    return [name for mark, name in found if mark == '"'], [name for mark, name in found if mark == "<"]


def folder_of(name):
    """The folder of LAYERS that a file below src/ belongs to; None: it is in none."""
    parents = [str(parent) for parent in pathlib.PurePath(name).parents]
    return next((parent for parent in parents if parent in LAYERS), None)


def points_down(name, included):
    folder = folder_of(name)
    return folder_of(included) == folder or any(
        included == allowed or included.startswith(allowed + "/") for allowed in LAYERS[folder])


def worlds(name, known):
    """The worlds that a file sees, itself or through the project's headers: (header, via) of each."""
    if name not in known:
        known[name] = {}
        path = SOURCE / name
        if path.exists():
            own, system = includes(path)
            for header in system:
                for world, pattern in (("Windows", WINDOWS), ("Linux", LINUX)):
                    if pattern.search(header):
                        known[name].setdefault(world, header)
            for header in own:
                for world, found in worlds(header, known).items():
                    known[name].setdefault(world, found)
    return known[name]


def main():
    complaints = []
    known = {}
    for argument in sys.argv[1:]:
        path = pathlib.Path(argument)
        name = str(path.relative_to(SOURCE))
        if folder_of(name) is None:
            complaints.append(f"{path}: its folder is not in LAYERS of {sys.argv[0]}")
            continue
        for included in includes(path)[0]:
            if (SOURCE / included).exists() and not points_down(name, included):
                complaints.append(f"{path}: includes {included}, which is not below it")
        if name.startswith("api/") and name not in (FAMILIES, "api/windows.h") and \
                AF_INET6.search(COMMENT.sub("", path.read_text(encoding="utf-8"))):
            complaints.append(f"{path}: uses AF_INET6 itself, instead of {FAMILIES}")
        seen = worlds(name, known)
        if len(seen) == 2:
            complaints.append(f"{path}: sees both <{seen['Windows']}> and <{seen['Linux']}>")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
