#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recordings that other programs have saved are played alike, or it is said what they lack."""
import argparse
import dataclasses
import gzip
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIME = 60  # seconds, far more than anything needs
SECTION, INTERFACE, SIMPLE, NAMES, STATISTICS, PACKET, CUSTOM = 0x0a0d0d0a, 1, 3, 4, 5, 6, 0xbad
COMMENT, NUMBER, RESOLUTION, TIME_OFFSET = 1, 5, 9, 14
ETHERNET, NETLINK = 1, 253
OTHER = {"little": ">", "big": "<"}[sys.byteorder]
OWN = {"little": "<", "big": ">"}[sys.byteorder]
arguments = None


@dataclasses.dataclass
class Packet:
    """One of a file, and what it says of itself."""
    time: int
    data: bytes
    options: list
    interface: int = 0
    original: int = None  # its length, where the file has less

    def comment(self):
        return next(value for code, value in self.options if code == COMMENT)


def padded(data):
    return data + bytes(-len(data) % 4)


def block(order, kind, body):
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def options(order, pairs):
    """With an end, where there are any."""
    data = b"".join(struct.pack(order + "HH", code, len(value)) + padded(value) for code, value in pairs)
    return data + bytes(4) if pairs else b""


def section(order, *pairs, length=-1, version=1):
    return block(order, SECTION, struct.pack(order + "IHHq", 0x1a2b3c4d, version, 0, length) + options(order, pairs))


def interface(order, *pairs, link=NETLINK):
    return block(order, INTERFACE, struct.pack(order + "HHI", link, 0, 0) + options(order, pairs))


def resolution(exponent):
    return (RESOLUTION, bytes([exponent]))


def packet(order, value):
    pairs = [(code, data if code != NUMBER else struct.pack(order + "Q", *struct.unpack("=Q", data)))
             for code, data in value.options]
    body = struct.pack(order + "IIIII", value.interface, value.time >> 32, value.time & 0xffffffff, len(value.data),
                       len(value.data) if value.original is None else value.original)
    return block(order, PACKET, body + padded(value.data) + options(order, pairs))


def packets(data):
    """Those of a file that mibwatch has written."""
    found = []
    while data:
        kind, length = struct.unpack_from("=II", data)
        if kind == PACKET:
            number, high, low, size = struct.unpack_from("=IIII", data, 8)
            place = 28 + len(padded(bytes(size)))
            pairs = []
            while (code := struct.unpack_from("=H", data, place)[0]) != 0:
                room = struct.unpack_from("=H", data, place + 2)[0]
                pairs.append((code, data[place + 4:place + 4 + room]))
                place += 4 + len(padded(bytes(room)))
            found.append(Packet(high << 32 | low, data[28:28 + size], pairs, number))
        data = data[length:]
    return found


def file(order, values, interfaces=(interface,), between=b"", **header):
    """A file of one section. interfaces: functions of the order, or the default one."""
    return (section(order, **header) + b"".join(make(order) for make in interfaces) +
            between.join(packet(order, value) for value in values))


def in_ns(order):
    return interface(order, resolution(9))


class Case(unittest.TestCase):
    """A history, written anew so that its entries have numbers."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.history = cls.folder / "history.pcapng"
        old = cls.folder / "old.pcapng"
        old.write_bytes(gzip.decompress((FOLDER / "router.pcapng.gz").read_bytes()))
        cls.run_mibwatch("--convert", old, cls.history)
        cls.packets = packets(cls.history.read_bytes())
        cls.old_packets = packets(old.read_bytes())
        cls.told = cls.run_mibwatch("--json", "--initial", "--replay", cls.history).stdout
        assert cls.told and len(cls.packets) > 20
        cls.saved = cls.folder / "saved.pcapng"

    @staticmethod
    def run_mibwatch(*words):
        return subprocess.run([arguments.mibwatch, *words], capture_output=True, text=True, timeout=TIME, check=False)

    def replay(self, data=None):
        if data is not None:
            self.saved.write_bytes(data)
        return self.run_mibwatch("--json", "--initial", "--replay", self.saved)

    def alike(self, data=None):
        """It tells the same, and each entry is the same."""
        done = self.replay(data)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, self.told)
        anew = self.folder / "anew.pcapng"
        done = self.run_mibwatch("--convert", self.saved, anew)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(packets(anew.read_bytes()), self.packets)

    def refused(self, *words, data=None):
        """By replay and conversion, before anything is told, in one line."""
        for done in (self.replay(data), self.run_mibwatch("--convert", self.saved, self.folder / "anew.pcapng")):
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)  # what the API says, too


class Programs(Case):
    """What Wireshark's programs write, where they are there."""

    def run_program(self, *words):
        if not shutil.which(words[0]):
            self.skipTest(f"no {words[0]}")
        self.saved.unlink(missing_ok=True)
        subprocess.run(words, capture_output=True, timeout=TIME, check=True)

    def run_tshark(self, *words):
        self.run_program("tshark", "-r", self.history, "-w", self.saved, *words)

    def ethernet(self):
        """Other packets of the same time, by another interface."""
        other = self.folder / "ethernet.pcapng"
        values = [Packet(value.time // 1000, bytes(60), []) for value in self.packets[::10]]
        other.write_bytes(file(OWN, values, [lambda order: interface(order, link=ETHERNET)]))
        return other

    def test_editcap(self):
        self.run_program("editcap", self.history, self.saved)
        self.alike()

    def test_comments(self):
        self.run_program("editcap", "--capture-comment", "look here", "-a", "7:and here", "-a", "9:stream 3 request",
                         self.history, self.saved)
        self.alike()

    def test_tshark(self):
        self.run_tshark()
        self.alike()
        self.run_tshark("-W", "n", "-N", "n")
        self.alike()

    def test_mergecap(self):
        self.run_program("mergecap", "-w", self.saved, self.history)
        self.alike()

    def test_merged_with_other_packets(self):
        for mode in ("none", "all"):
            self.run_program("mergecap", "-I", mode, "-w", self.saved, self.history, self.ethernet())
            self.alike()
            self.run_program("mergecap", "-I", mode, "-a", "-w", self.saved, self.ethernet(), self.history)
            self.alike()

    def test_cut(self):
        """The beginning is played, as it is of a file that is cut otherwise."""
        self.run_program("editcap", "-r", self.history, self.saved, f"1-{len(self.packets) - 1}")
        done = self.replay()
        self.assertEqual((done.returncode, done.stdout), (1, self.told))
        self.assertIn(f"ends after entry {len(self.packets) - 1}", done.stderr)

    def test_entry_left_out(self):
        for number in (1, 10, len(self.packets) - 1):
            self.run_program("editcap", self.history, self.saved, str(number))
            self.refused(f"entry {number + 1} follows entry {number - 1}", "left out")

    def test_filtered(self):
        self.run_tshark("-Y", "netlink-route")
        self.refused("left out")

    def test_twice(self):
        self.run_program("mergecap", "-w", self.saved, self.history, self.history)
        self.refused("entry 1 follows entry 1", "two recordings")
        self.run_program("mergecap", "-a", "-w", self.saved, self.history, self.history)
        self.refused(f"entry 1 follows entry {len(self.packets)}", "two recordings")

    def test_cut_packets(self):
        self.run_program("editcap", "-s", "60", self.history, self.saved)
        self.refused("bytes it has 60", "cut")

    def test_pcap(self):
        for kind in ("pcap", "nsecpcap"):
            self.run_program("editcap", "-F", kind, self.history, self.saved)
            self.refused("pcap, which has no comments")

    def test_other_packets_only(self):
        self.run_program("editcap", self.ethernet(), self.saved)
        self.refused("nothing of netlink")

    def test_big_endian(self):
        original = self.history
        try:
            type(self).history = self.folder / "other_order.pcapng"
            self.history.write_bytes(file(OTHER, self.packets, [in_ns]))
            self.run_program("editcap", self.history, self.saved)
        finally:
            type(self).history = original
        self.alike()


class Written(Case):
    """What the format allows, and may be in files of other programs."""

    def changed(self, change, values=None):
        """Each packet, changed by a function."""
        return [change(dataclasses.replace(value, options=list(value.options)))
                for value in (self.packets if values is None else values)]

    def test_either_order(self):
        for order in (OWN, OTHER):
            self.alike(file(order, self.packets, [in_ns]))

    def test_as_it_was_before_numbers(self):
        for order in (OWN, OTHER):
            self.alike(file(order, self.old_packets, [in_ns]))

    def test_other_blocks(self):
        for order in (OWN, OTHER):
            between = b"".join(block(order, kind, body) for kind, body in (
                (NAMES, bytes(4)), (STATISTICS, bytes(12)), (CUSTOM, bytes(8)), (0x80000001, b"")))
            self.alike(file(order, self.packets, [in_ns], between=between))
        large = block(OWN, CUSTOM, bytes(3 << 20))
        self.alike(section(OWN) + large + in_ns(OWN) + b"".join(packet(OWN, value) for value in self.packets) + large)

    def test_sections(self):
        """The second is in the other order, and has another interface first."""
        half = len(self.packets) // 2

        def second(value):
            value.interface = 1
            return value

        self.alike(file(OWN, self.packets[:half], [in_ns]) +
                   file(OTHER, self.changed(second)[half:], [lambda order: interface(order, link=ETHERNET), in_ns]))

    def test_section_length_and_options(self):
        values = b"".join(packet(OWN, value) for value in self.packets)
        pairs = [(4, b"an editor"), (1, b"a comment"), (3, b""), (2, b"hardware")]
        self.alike(section(OWN, *pairs, length=len(values) + len(in_ns(OWN))) + in_ns(OWN) + values)
        pairs = [(2, b"wlan0"), (COMMENT, b"x"), (RESOLUTION, bytes([9])), (12, b"Linux"), (11, b"\0tcp")]
        self.alike(file(OWN, self.packets, [lambda order: interface(order, *pairs)]))

    def test_options_in_another_order(self):
        def change(value):
            value.options = [(COMMENT, b"stream 0 is what I look at"), (2, bytes(4)), *reversed(value.options),
                             (2988, bytes(5)), (COMMENT, b"")]
            return value

        for order in (OWN, OTHER):
            self.alike(file(order, self.changed(change), [in_ns]))

    def test_finer_times(self):
        """Since another year, which leaves room for them."""
        year = self.packets[0].time // 10**9 - 1000
        for exponent in (9, 10, 12):
            def change(value, exponent=exponent):
                value.time = (value.time - year * 10**9) * 10**(exponent - 9)
                return value

            for order in (OWN, OTHER):
                offset = (TIME_OFFSET, struct.pack(order + "q", year))
                made = [lambda order, pairs=(offset, resolution(exponent)): interface(order, *pairs)]
                self.alike(file(order, self.changed(change), made))

    def test_coarser_times(self):
        def change(value):
            value.time //= 1000
            return value

        for pairs, unit in (([], "10^-6"), ([resolution(6)], "10^-6"), ([resolution(0x80 | 30)], "2^-30")):
            made = [lambda order, pairs=pairs: interface(order, *pairs)]
            self.refused(unit, "ns", data=file(OWN, self.changed(change), made))

    def test_no_times(self):
        past = (TIME_OFFSET, struct.pack("=q", -1 << 62))
        for pairs in ([past, resolution(9)], [(TIME_OFFSET, struct.pack("=q", -1 << 32)), resolution(9)]):
            made = [lambda order, pairs=pairs: interface(order, *pairs)]
            self.refused("its time is none", data=file(OWN, self.packets, made))
        self.refused("whole ns", data=file(OWN, [dataclasses.replace(self.packets[0], time=10**18 + 1)],
                                           [lambda order: interface(order, resolution(10))]))

    def test_messages_of_another_order(self):
        """The request's length is enough to see it, whatever the file's order."""
        def change(value):
            if value.comment().endswith(b" request"):
                value.data = value.data[:16] + value.data[16:20][::-1] + value.data[20:]
            return value

        for order in (OWN, OTHER):
            self.refused("another byte order", data=file(order, self.changed(change), [in_ns]))

    def test_no_comment(self):
        place = len(self.packets) // 2

        def without(value):
            value.options = [pair for pair in value.options if pair[0] != COMMENT]
            return value

        def replaced(value):
            value.options[0] = (COMMENT, b"interesting")
            return value

        for change, word in ((without, "no comment"), (replaced, "comment is none of a recording")):
            for values in (self.packets, self.old_packets):
                changed = self.changed(change, values)
                self.refused(f"block {place + 3}", word,
                             data=file(OWN, [*values[:place], changed[place], *values[place + 1:]], [in_ns]))

    def test_comments_are_exact(self):
        """What only begins as a comment of a recording is another's, and so is a number out of range."""
        for text in (b"stream 0 receive port 7 ", b"stream 0 open protocol 0 groups 1 port 6 x", b"stream +0 close",
                     b"stream 0 error errno 99999999999", b"stream 4294967296 close", b"stream 0 answer\0hidden",
                     b"stream 0 " + b"a" * 300):
            value = dataclasses.replace(self.packets[1], options=[(COMMENT, text)])
            self.refused("comment is none of a recording", data=file(OWN, [self.packets[0], value], [in_ns]))

    def test_entry_left_out(self):
        for place in (0, 5, len(self.packets) - 2):
            self.refused(f"entry {place + 2} follows entry {place}", "left out",
                         data=file(OTHER, self.packets[:place] + self.packets[place + 1:], [in_ns]))

    def test_entry_repeated(self):
        self.refused("entry 5 follows entry 5", data=file(OWN, self.packets[:5] + self.packets[4:], [in_ns]))

    def test_two_recordings_without_numbers(self):
        done = self.replay(file(OWN, self.old_packets * 2, [in_ns]))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"entry {len(self.packets) + 1}: a second recording begins", done.stderr)

    def test_cut_packet(self):
        value = dataclasses.replace(self.packets[3], original=len(self.packets[3].data) + 4)
        self.refused("it was cut", data=file(OWN, [*self.packets[:3], value, *self.packets[4:]], [in_ns]))

    def test_packets_of_other_blocks(self):
        between = block(OWN, SIMPLE, struct.pack("=I", 20) + bytes(20))
        self.refused("no comment", data=section(OWN) + in_ns(OWN) + packet(OWN, self.packets[0]) + between)

    def test_interface_that_is_not_there(self):
        value = dataclasses.replace(self.packets[1], interface=1)
        self.refused("interface", data=file(OWN, [self.packets[0], value], [in_ns]))

    def test_other_versions_and_files(self):
        for data, word in ((section(OWN, version=2), "version 2"),
                           (gzip.compress(self.history.read_bytes()), "compressed by gzip"),
                           (bytes.fromhex("28b52ffd") + bytes(40), "compressed by zstd"),
                           (bytes.fromhex("04224d18") + bytes(40), "compressed by lz4"),
                           (bytes.fromhex("a1b2c3d4") + bytes(40), "pcap, which has no comments"),
                           (file(OWN, [], [lambda order: interface(order, link=ETHERNET)]), "nothing of netlink")):
            self.refused(word, data=data)


def main():
    global arguments  # pylint: disable=global-statement
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mibwatch", required=True)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
