#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Anonymous recordings: nothing of the original is in them, and they tell the same of other names."""
import argparse
import ctypes
import ctypes.util
import gzip
import ipaddress
import itertools
import json
import os
import random
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIME = 100  # seconds, far more than any needs
STAYS = [ipaddress.ip_network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "::/127")]
arguments = None


def attribute(code, value):
    data = struct.pack("=HH", 4 + len(value), code) + value
    return data + bytes(-len(data) % 4)


def message(code, head, *attributes):
    body = head + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), code, 0, 0, 0) + body


def packet(time, comment, data):
    """As the recording has it: a block with a comment."""
    kind = 0 if comment.endswith(("receive", "request")) else 0xffff
    data = struct.pack(">HH10xH", 0, 824, kind) + data
    option = comment.encode()
    body = struct.pack("=IIIII", 0, time >> 32, time & 0xffffffff, len(data), len(data)) + data + bytes(-len(data) % 4)
    body += struct.pack("=HH", 1, len(option)) + option + bytes(-len(option) % 4) + bytes(4)
    length = struct.pack("=I", len(body) + 12)
    return struct.pack("=I", 6) + length + body + length


def preface():
    section = struct.pack("=IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
    return section + struct.pack("=IIHHIHHB3xII", 1, 32, 253, 0, 0, 9, 1, 9, 0, 32)


def recording(*datagrams, comment="stream 0 receive"):
    data = preface() + packet(10, "stream 0 open protocol 0 groups 1 port 6", b"")
    return data + b"".join(packet(11 + i, comment, datagram) for i, datagram in enumerate(datagrams))


def datagrams(data):
    found = []
    while data:
        code, length = struct.unpack_from("=II", data)
        if code == 6:
            found.append(data[44:28 + struct.unpack_from("=I", data, 20)[0]])
        data = data[length:]
    return found


def shared(one, other, limit):
    """How many leading bits."""
    size = one.max_prefixlen
    return min(limit, size - (int(one) ^ int(other)).bit_length())


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.input = Path(folder.name) / "in.pcapng"
        self.output = Path(folder.name) / "out.pcapng"

    def run_mibwatch(self, *options, program=None, **variables):
        return subprocess.run([program or arguments.mibwatch, *options], capture_output=True, text=True, timeout=TIME,
                              check=False, env={**os.environ, **variables})

    def convert(self, data, *options, program=None, seed=None):
        """By a key that follows from the seed and the data."""
        key = random.Random((seed or arguments.seed).to_bytes(8, "big") + data).randrange(1, 1 << 64)
        self.input.write_bytes(data)
        done = self.run_mibwatch("--convert", self.input, self.output, *options,
                                 program=program or arguments.seeded, MIBWATCH_TEST_SEED=str(key))
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.output.read_bytes(), done.stderr


class Secrets(Case):
    """Each place of a message that can name something."""

    IPV4 = bytes([198, 51, 100, 23])
    IPV6 = ipaddress.ip_address("2a02:4b7:91d3:5c11:8d2f:77e1:49b3:c5a9").packed
    MAC = bytes.fromhex("00d861b7c4e9")
    TEXT = b"secretive"

    def assert_clean(self, data):
        for secret in (self.IPV4, self.IPV6, self.IPV6[:8], self.IPV6[8:], self.MAC, self.MAC[3:], self.TEXT):
            self.assertNotIn(secret, data, secret.hex())

    def test_every_place(self):
        link = struct.pack("=BxHiII", 0, 1, 2, 1, 0)
        address = struct.pack("=BBBBI", 2, 24, 0, 0, 2)
        route = bytes([2, 32, 0, 0, 254, 4, 0, 1]) + bytes(4)
        route6 = bytes([10, 128, 0, 0, 254, 4, 0, 1]) + bytes(4)
        hop = attribute(5, self.IPV4)
        via = attribute(18, struct.pack("=H", 10) + self.IPV6)
        text = self.TEXT + b"\0"
        found = [
            message(16, link, attribute(3, text), attribute(1, self.MAC), attribute(54, self.MAC), attribute(20, text),
                    attribute(52 | 0x8000, attribute(53, text)), attribute(56, text), attribute(6, text),
                    attribute(18, attribute(1, b"sit\0") + attribute(2, attribute(2, self.IPV4))),
                    attribute(18, attribute(1, b"vxlan\0") + attribute(2, attribute(2, self.IPV4))),
                    attribute(26, attribute(10, attribute(7, self.IPV6))), attribute(900, text)),
            message(20, address, attribute(1, self.IPV4), attribute(2, self.IPV4), attribute(3, text),
                    attribute(4, self.IPV4)),
            message(20, bytes([10]) + address[1:], attribute(1, self.IPV6), attribute(2, self.IPV6[:15])),
            message(24, route, attribute(1, self.IPV4), hop, attribute(7, self.IPV4), via,
                    attribute(9, struct.pack("=HBBi", 8 + len(hop), 0, 0, 2) + hop),
                    attribute(8, attribute(16, text)), attribute(22, self.IPV6), attribute(19, self.IPV4)),
            message(24, route6, attribute(1, self.IPV6), attribute(5, self.IPV6)),
            message(24, bytes([28]) + route[1:], attribute(1, self.IPV4)),
            message(28, struct.pack("=BxxxiHBB", 2, 2, 2, 0, 0), attribute(1, self.IPV4), attribute(2, self.MAC)),
            message(104, bytes([2, 0, 0, 0, 0, 0, 0, 0]), attribute(1, bytes(4)), attribute(6, self.IPV4)),
            message(2, struct.pack("=i", -1) + message(16, link, attribute(3, text)), attribute(1, text)),
            message(3, bytes(4), attribute(1, text)),
            message(250, text),
            message(16, link)[:-4] + self.MAC,
            self.TEXT,
        ]
        data = recording(*found)
        data += packet(90, "stream 0 request", message(18, link, attribute(3, text)))
        for secret in (self.IPV4, self.IPV6, self.MAC, self.TEXT):
            self.assertIn(secret, data)
        clean, told = self.convert(data, "--anonymous")
        self.assert_clean(clean)
        self.assertIn("left out", told)
        self.assertEqual(len(datagrams(clean)), len(datagrams(data)))
        # What is no secret is still there.
        for sort in (3, 1, 54, 20):
            self.assertTrue(any(struct.pack("=H", sort) == datagrams(clean)[1][i + 2:i + 4]
                                for i in range(32, len(datagrams(clean)[1]), 4)), sort)

    def test_key(self):
        """A random one, on which all depends."""
        data = recording(message(20, struct.pack("=BBBBI", 2, 24, 0, 0, 2), attribute(1, self.IPV4)))

        def converted(**how):
            return self.convert(data, "--anonymous", **how)[0]

        self.assertNotEqual(converted(program=arguments.mibwatch), converted(program=arguments.mibwatch))
        self.assertNotEqual(converted(), converted(seed=arguments.seed + 1))
        self.assertEqual(converted(), converted())

    def test_nested(self):
        """Nexthops within nexthops, as deep as a message goes, need no more stack than others; the kernel has none."""
        nested = b""
        while len(nested) < 65000:
            nested = attribute(9, struct.pack("=HBBi", 8 + len(nested), 0, 0, 2) + nested)
        self.input.write_bytes(recording(message(24, bytes([2, 0, 0, 0, 254, 4, 0, 1]) + bytes(4), nested)))
        stack = 256 << 10
        done = subprocess.run([arguments.mibwatch, "--convert", self.input, self.output, "--anonymous"],
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack, stack)),
                              capture_output=True, text=True, timeout=TIME, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out", done.stderr)

    def test_many_names(self):
        """A machine of containers: each name is another, the same each time, and soon found."""
        link = struct.pack("=BxHiII", 0, 1, 2, 1, 0)
        names = [f"veth{number * 48271 % 0x7fffffff:x}".encode() for number in range(1, 60001)]
        parts = [b"".join(message(16, link, attribute(3, name + b"\0")) for name in names[i:i + 500])
                 for i in range(0, len(names), 500)]
        self.input.write_bytes(recording(*parts, *parts))
        subprocess.run([arguments.mibwatch, "--convert", self.input, self.output, "--anonymous"], timeout=TIME / 4,
                       check=True)
        found = datagrams(self.output.read_bytes())[1:]
        self.assertEqual(found[:len(parts)], found[len(parts):])
        self.assertEqual(set(re.findall(rb"if[0-9]+(?=\0)", b"".join(found))),
                         {b"if%d" % number for number in range(1, len(names) + 1)})

    def test_texts(self):
        """One that no recording has is not passed on."""
        for text in (b"secretive", b"wireless 2 0 secretive", b"clock\0"):
            self.input.write_bytes(recording() + packet(50, "stream 0 answer", text))
            done = self.run_mibwatch("--convert", self.input, self.output, "--anonymous")
            self.assertEqual(done.returncode, 1)
            self.assertIn("entry 2: no recording has that", done.stderr)
            self.assertNotIn(b"secretive", self.output.read_bytes())

    def test_origin(self):
        """Of the kernel and the library only what many have; another program's name is left out."""
        def texts(data):
            found, place = {}, 24
            while (option := struct.unpack_from("=HH", data, place))[0] != 0:
                found[option[0]] = data[place + 4:place + 4 + option[1]]
                place += 4 + (option[1] + 3) // 4 * 4
            return found

        for system, program, kept in (
                (b"Linux 6.1.0-secretive", b"iphlpapi 1.20.3", {3: b"Linux 6.1.0", 4: b"iphlpapi 1.20.3"}),
                (b"Linux 6.10secretive", b"iphlpapi 1.2.3.198.51 secretive", {3: b"Linux 6.10", 4: b"iphlpapi 1.2.3"}),
                (b"Linux secretive", b"Secretive 1.2.3", {}), (b"Linux 198.51.100.23", b"", {3: b"Linux 198.51.100"}),
                (b"Linux 20231231", b"iphlpapi 1.", {4: b"iphlpapi 1"}), (b"Linux", b"iphlpapi", {}),
                (b"Linuxsecretive 6.1", b"iphlpapi1.2", {})):
            said = b"".join(struct.pack("=HH", code, len(text)) + text + bytes(-len(text) % 4)
                                              for code, text in ((3, system), (4, program), (2, b"secretive")))
            length = struct.pack("=I", 32 + len(said))
            data = struct.pack("=I", 0x0a0d0d0a) + length + recording()[8:24] + said + bytes(4) + length
            data += recording(message(3, bytes(4)))[28:]
            clean = self.convert(data, "--anonymous")[0]
            self.assertEqual(texts(clean), kept)
            self.assertNotIn(b"ecretive", clean)
            whole = {3: system, 4: program}
            self.assertEqual(texts(self.convert(data)[0]), {code: text for code, text in whole.items() if text})

    def test_options(self):
        self.assertEqual(self.run_mibwatch("--anonymous").returncode, 2)
        self.assertEqual(self.run_mibwatch("--convert", self.input).returncode, 2)
        self.assertEqual(self.run_mibwatch("--convert", self.input, self.output, "--replay", "x").returncode, 2)
        data = recording(message(3, bytes(4)))
        once = self.convert(data)[0]
        self.assertEqual(datagrams(once), datagrams(data))
        self.assertEqual(self.convert(once)[0], once)
        self.input.write_bytes(data)
        done = self.run_mibwatch("--convert", self.input, self.input)
        self.assertEqual((done.returncode, self.input.read_bytes()), (1, data))
        self.input.write_bytes(data[:-5])
        done = self.run_mibwatch("--convert", self.input, self.output, "--anonymous")
        self.assertEqual(done.returncode, 1)
        self.assertIn("ends within", done.stderr)


class Histories(Case):
    """Each history tells the same when it is anonymous, of addresses that share as many bits."""

    def tell(self, file):
        done = self.run_mibwatch("--json", "--initial", "--replay", file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def check_addresses(self, names):
        pairs = []
        for one, other in names.items():
            try:
                one, other = ipaddress.ip_interface(one), ipaddress.ip_interface(other)
            except ValueError:
                continue
            self.assertEqual(one.network.prefixlen, other.network.prefixlen)
            if any(one.ip in net for net in STAYS if net.version == one.version):
                self.assertEqual(one, other)
            pairs.append((one, other))
        self.assertTrue(any(one != other for one, other in pairs))
        for (one, changed), (other, changed_other) in itertools.combinations(pairs, 2):
            if one.version == other.version:
                limit = min(one.network.prefixlen, other.network.prefixlen)
                self.assertEqual(shared(one.ip, other.ip, limit), shared(changed.ip, changed_other.ip, limit),
                                 (one, other))

    def check(self, history):
        self.convert(gzip.decompress(history.read_bytes()), "--anonymous")
        names = {}
        before, after = self.tell(self.input), self.tell(self.output)
        self.assertEqual(len(before), len(after))
        for one, other in zip(before, after):
            self.assertEqual(one.keys(), other.keys())
            for key, value in one.items():
                if isinstance(value, str) and other[key] != value:
                    self.assertEqual(names.setdefault(value, other[key]), other[key])
                elif isinstance(value, str):
                    self.assertEqual(names.setdefault(value, value), value)
                else:
                    self.assertEqual(value, other[key], (one, other))
        # An address may become the one that a shorter prefix is written as, all of whose other bits are 0.
        back = {}
        for one, other in names.items():
            back.setdefault(other, []).append(one)
        for other, ones in back.items():
            if len(ones) > 1:
                self.assertTrue(all(re.fullmatch(r"[0-9a-f.:]+(/[0-9]+)?", one) for one in ones), (other, ones))
                self.assertTrue(any(int(ipaddress.ip_interface(one).ip) % 2 == 0 for one in ones), (other, ones))
        self.check_addresses(names)

    def test_histories(self):
        histories = sorted(FOLDER.glob("*.pcapng.gz"))
        self.assertTrue(histories)
        for history in histories:
            if not (FOLDER / history.name.replace(".pcapng.gz", ".options")).exists():
                with self.subTest(history.name):
                    self.check(history)


class Others(Case):
    """Other programs read recordings, where they are there."""

    def test_libpcap(self):
        name = ctypes.util.find_library("pcap")
        if not name:
            self.skipTest("no libpcap")
        pcap = ctypes.CDLL(name)
        pcap.pcap_open_offline.restype = ctypes.c_void_p
        pcap.pcap_datalink.argtypes = pcap.pcap_close.argtypes = [ctypes.c_void_p]
        pcap.pcap_next_ex.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)]
        self.convert(gzip.decompress((FOLDER / "vpn.pcapng.gz").read_bytes()), "--anonymous")
        for file in (self.input, self.output):
            problem = ctypes.create_string_buffer(256)
            opened = pcap.pcap_open_offline(str(file).encode(), problem)
            self.assertTrue(opened, problem.value)
            self.assertEqual(pcap.pcap_datalink(opened), 253)
            head, data, found = ctypes.c_void_p(), ctypes.c_void_p(), []
            while pcap.pcap_next_ex(opened, ctypes.byref(head), ctypes.byref(data)) == 1:
                # struct pcap_pkthdr: the time, and how much there is
                size = ctypes.c_uint32.from_address(head.value + 2 * ctypes.sizeof(ctypes.c_long)).value
                found.append(ctypes.string_at(data.value, size)[16:])
            pcap.pcap_close(opened)
            self.assertEqual(found, datagrams(file.read_bytes()))

    def test_tshark(self):
        if not shutil.which("tshark"):
            self.skipTest("no tshark")
        self.convert(gzip.decompress((FOLDER / "vpn.pcapng.gz").read_bytes()), "--anonymous")
        for file in (self.input, self.output):
            done = subprocess.run(["tshark", "-r", file, "-T", "fields", "-e", "frame.comment", "-e", "netlink.hdr_type", "-e", "netlink-route.nltype"],
                                  capture_output=True, text=True, timeout=TIME, check=True)
            lines = done.stdout.splitlines()
            self.assertEqual(len(lines), len(datagrams(file.read_bytes())))
            self.assertTrue(all(line.startswith("stream ") for line in lines))
            heard = [line for line in lines if line.split("\t")[0].split()[2] in ("receive", "request")]
            self.assertTrue(heard and all(any(line.split("\t")[1:]) for line in heard))


def main():
    global arguments  # pylint: disable=global-statement
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--seeded", required=True, help="a mibwatch with tests/replay/seeded_random.c")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("IPHLPAPI_TEST_SEED") or
                                                        random.randrange(1 << 31)))
    arguments, rest = parser.parse_known_args()
    print(f"seed {arguments.seed}", flush=True)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
