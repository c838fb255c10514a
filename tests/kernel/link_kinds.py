# SPDX-License-Identifier: LGPL-2.1-or-later
"""The kinds of links in tests/support/link_kinds.def, made as C's link_kinds.c makes them."""

import fcntl
import os
import pathlib
import re
import socket
import struct
import subprocess

DEADLINE = 30
KINDS = pathlib.Path(__file__).parent.parent / "support/link_kinds.def"


def run_ip(arguments):
    result = subprocess.run(
        ["ip", *arguments.split()], capture_output=True, text=True, timeout=DEADLINE
    )
    if result.returncode != 0:
        raise OSError(0, result.stderr.splitlines()[0])


def all_kinds():
    """{kind: (module, command)}; see the file."""
    row = r'^LINK_KIND\((\w+), "(\w*)", \w+, [\w |]+,\s+"([^"]*)"\)$'
    return {name: (module, how) for name, module, how in re.findall(row, KINDS.read_text(), re.M)}


HELD = []  # descriptors of PPP's links, which end with them


def add_ppp(name):
    new_unit = 0xC004743E  # PPPIOCNEWUNIT
    descriptor = os.open("/dev/ppp", os.O_RDWR)
    HELD.append(descriptor)
    unit = struct.unpack("i", fcntl.ioctl(descriptor, new_unit, struct.pack("i", -1)))[0]
    run_ip(f"link set ppp{unit} name {name}")


GET_FAMILY = 3  # CTRL_CMD_GETFAMILY


def ask_generic(sock, family, command, attributes=b""):
    """The attributes of the answer to a command of generic netlink."""
    flags = 1 if command == GET_FAMILY else 5  # NLM_F_REQUEST, and NLM_F_ACK for what has no answer
    body = struct.pack("BBH", command, 1, 0) + attributes
    sock.send(struct.pack("IHHII", 16 + len(body), family, flags, 0, 0) + body)
    answer = sock.recv(4096)
    error = -struct.unpack_from("i", answer, 16)[0] if answer[4:6] == b"\x02\x00" else 0
    if error > 0:  # a radio is answered with its number
        raise OSError(error, os.strerror(error))
    return answer[20:]


def add_wireless(wifi7):
    """A radio of mac80211_hwsim. Its link is wlan0, by which it is known to be wireless."""
    control, family_name, family_id, new_radio = 16, 2, 1, 4
    mlo = struct.pack("HH", 4, 25) if wifi7 else b""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as sock:
        family = b"MAC80211_HWSIM\0"
        request = struct.pack("HH", 4 + len(family), family_name) + family + b"\0"
        answer = ask_generic(sock, control, GET_FAMILY, request)
        while answer:
            length, kind = struct.unpack_from("HH", answer)
            if kind == family_id:
                ask_generic(sock, struct.unpack_from("H", answer, 4)[0], new_radio, mlo)
                return
            answer = answer[(length + 3) & ~3 :]


def command_of(how, name, lower, number):
    return how.format(name=name, lower=lower, number=number)


def add(module, how, name, lower, number):
    """Raises OSError, with the reason in its strerror, where there can be none."""
    if module and not os.path.exists(f"/sys/module/{module}"):
        raise OSError(0, f"the module {module} is not loaded")
    if how == "ppp":
        add_ppp(name)
    elif how.startswith("wireless"):
        add_wireless(how == "wireless-7")
    else:
        run_ip(command_of(how, name, lower, number))


def offered(enter_namespace):
    """Those of which a link can be made, tried in a namespace of its own each."""
    found = {}
    for kind, (module, how) in all_kinds().items():
        enter_namespace()
        run_ip("link add lower type veth peer name beside")
        try:
            add(module, how, "probe", "lower", 7)
            found[kind] = (module, how)
        except OSError as error:
            print(f"left out: {kind}: {error.strerror}")
    return found
