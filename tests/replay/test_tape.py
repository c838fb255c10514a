#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recordings and replays as users make them, and files that are none. In a network namespace of its own."""
import argparse
import gzip
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIME = 60  # seconds, far more than anything needs
PACKET = 6  # pcapng's Enhanced Packet Block
HEAD = 44  # a packet block's bytes before the message
KINDS = ("interface", "address", "route")
arguments = None


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def await_(condition, what):
    end = time.monotonic() + TIME
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.01)


def blocks(data):
    """A file's blocks."""
    found = []
    while data:
        length = struct.unpack_from("=I", data, 4)[0]
        found.append(data[:length])
        data = data[length:]
    return found


def comment(block):
    captured = struct.unpack_from("=I", block, 20)[0]
    option = 28 + (captured + 3) // 4 * 4
    code, size = struct.unpack_from("=HH", block, option)
    assert code == 1
    return block[option + 4:option + 4 + size].decode()


def without_time(line):
    """Nor the name, which a slow program is not told any more when the link is gone; a replay has it."""
    fields = json.loads(line)
    del fields["time"]
    fields.pop("interface", None)
    return json.dumps(fields)


def by_kind(lines):
    """What each kind's registration was told, in its order."""
    told = {kind: [] for kind in KINDS}
    for line in lines:
        told[json.loads(line)["kind"]].append(without_time(line))
    return told


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "recording.pcapng"

    def replay(self, *options, data=None):
        if data is not None:
            self.file.write_bytes(data)
        return subprocess.run([arguments.mibwatch, "--json", *options, "--replay", self.file],
                              capture_output=True, text=True, timeout=TIME, check=False)

    def refused(self, data, *words):
        """A clear line, and nothing but that."""
        done = self.replay(data=data)
        self.assertEqual(done.returncode, 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertIn("--replay: ", done.stderr.splitlines()[-1])
        self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)  # what the API says, too
        return done

    def record(self, change, *options, file=None, stdout=None, within=(), ends=signal.SIGINT,
               by_option=True):
        """What mibwatch prints while `change` is made, and its exit status."""
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            with subprocess.Popen([*within, arguments.mibwatch, "--json", "--initial", *options,
                                   *(("--record", file or self.file) if by_option else ())],
                                  stdout=stdout or output, stderr=errors) as watcher:
                try:
                    self.output = output
                    change(watcher)
                finally:
                    watcher.send_signal(ends)
                    watcher.wait(TIME)
            output.seek(0)
            errors.seek(0)
            return output.read().splitlines(), errors.read(), watcher.returncode

    def printed(self):
        size = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), size, 0).decode()

    def await_initial(self):
        await_(lambda: self.printed().count('"initial"') == len(KINDS), "the registrations")


class Files(Case):
    """Others than recordings, by the shortest of the histories."""

    @classmethod
    def setUpClass(cls):
        cls.whole = gzip.decompress((FOLDER / "router.pcapng.gz").read_bytes())
        cls.blocks = blocks(cls.whole)

    def test_whole(self):
        done = self.replay("--initial", data=self.whole)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_missing(self):
        done = self.replay()
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file or directory", done.stderr)

    def test_missing_far_away(self):
        """The reason is told, however long the path is."""
        self.file = Path("/nowhere" + 100 * "/folder") / "recording.pcapng"
        for option in ("--replay", "--record"):
            done = subprocess.run([arguments.mibwatch, option, self.file], capture_output=True, text=True,
                                  timeout=TIME, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("No such file or directory", done.stderr)

    def test_none(self):
        self.refused(b"", "nothing")
        self.refused(b"text, and no pcapng at all, of some length\n", "block 1")
        self.refused(b"".join(self.blocks[:1]), "block 2")
        self.refused(b"".join(self.blocks[:2]))
        self.refused(b"".join(self.blocks[:2] + self.blocks[3:]), "entry 1", "another beginning")

    def test_cut_between_entries(self):
        for count in (10, len(self.blocks) // 2, len(self.blocks) - 1):
            self.assertIn(f"ends after entry {count - 2}",
                          self.replay(data=b"".join(self.blocks[:count])).stderr)

    def test_cut_within_entries(self):
        generator = random.Random(arguments.seed)
        for _ in range(40):
            cut = generator.randrange(len(self.whole))
            done = self.replay(data=self.whole[:cut])
            self.assertEqual(done.returncode, 1, f"cut to {cut} bytes")
            self.assertTrue(done.stderr)

    def test_what_was_before_the_cut_is_told(self):
        whole = self.replay(data=self.whole).stdout
        done = self.replay(data=self.whole[:-3])
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, whole)

    def test_other_order(self):
        middle = len(self.blocks) // 2
        swapped = list(self.blocks)
        swapped[middle], swapped[middle + 5] = swapped[middle + 5], swapped[middle]
        done = self.refused(b"".join(swapped), "older than the entry before it")
        self.assertEqual(done.stdout, "")

    def test_entry_left_out(self):
        """Any datagram of a dump: what then comes is not what the library asks for."""
        place = next(number for number, block in enumerate(self.blocks[2:], 2)
                     if comment(block) == "stream 0 request")
        self.refused(b"".join(self.blocks[:place] + self.blocks[place + 1:]),
                     f"entry {place - 1}, stream 0", "sends a request, the recording has a datagram")

    def test_other_request(self):
        place = next(number for number, block in enumerate(self.blocks[2:], 2)
                     if comment(block) == "stream 0 request")
        block = bytearray(self.blocks[place])
        block[HEAD + 16] ^= 0xff
        self.refused(b"".join(self.blocks[:place]) + bytes(block) + b"".join(self.blocks[place + 1:]),
                     f"entry {place - 1}, stream 0", "byte 16 of the library's request")

    def test_after_the_end(self):
        self.refused(self.whole + self.blocks[-1], "after the recording's end")

    def test_streams(self):
        opening = next(number for number, block in enumerate(self.blocks[2:], 2)
                       if comment(block).startswith("stream 1 open"))
        self.refused(b"".join(self.blocks[:opening] + self.blocks[opening + 1:]), "was not opened")

    def test_anything(self):
        """Bytes are changed at random: nothing but an end, with 0 or 1, comes of it."""
        generator = random.Random(arguments.seed)
        for round_ in range(arguments.rounds):
            data = bytearray(self.whole)
            for _ in range(generator.randrange(1, 20)):
                data[generator.randrange(len(data))] = generator.randrange(256)
            done = self.replay(data=data)
            self.assertIn(done.returncode, (0, 1), f"seed {arguments.seed}, round {round_}: {done.stderr}")


class Options(Case):
    @classmethod
    def setUpClass(cls):
        cls.whole = gzip.decompress((FOLDER / "vpn.pcapng.gz").read_bytes())

    def test_fewer_kinds(self):
        everything = self.replay(data=self.whole).stdout.splitlines()
        for kind in KINDS:
            done = self.replay("--kind", kind)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(list(map(without_time, done.stdout.splitlines())), by_kind(everything)[kind])

    def test_kind_that_is_not_there(self):
        done = self.replay("--kind", "address,stable", data=self.whole)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the recording has no further watch of netlink family 0", done.stderr)

    def test_other_family(self):
        done = self.replay("--kind", "address", "--family", "4", data=self.whole)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the recording has no further watch of netlink family 0", done.stderr)

    def test_host(self):
        for kind in ("hint", "teredo"):
            done = self.replay("--kind", kind, data=self.whole)
            self.assertEqual(done.returncode, 1)
            self.assertIn("ERROR_NOT_SUPPORTED", done.stderr)

    def test_both(self):
        done = subprocess.run([arguments.mibwatch, "--record", "a", "--replay", "b"], capture_output=True,
                              text=True, timeout=TIME, check=False)
        self.assertEqual(done.returncode, 2)

    def test_count(self):
        done = self.replay("--count", "5", data=self.whole)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 5))


# How recordings are made.
MADE = (), ("--anonymous",)


class Recording(Case):
    def churn(self):
        """Of a link that nobody else has, and no trace of it is left."""
        ip("link", "add", "churn0", "type", "veth", "peer", "name", "churn1")
        for link in ("churn0", "churn1"):
            ip("link", "set", link, "up")
        ip("address", "add", "192.0.2.1/24", "dev", "churn0")
        for number in range(1, 40):
            ip("route", "add", f"198.18.{number}.0/24", "via", "192.0.2.2")
        ip("link", "del", "churn0")

    def await_churn(self):
        for prefix in ("192.0.2.0/24", "198.18.39.0/24"):
            await_(lambda: any(f'"delete","prefix":"{prefix}"' in line for line in self.printed().splitlines()),
                   f"the deletion of {prefix}")

    def churn_once(self, _):
        self.await_initial()
        self.churn()
        self.await_churn()


class Record(Recording):
    def same_as_live(self, lines):
        """What was told after the last line is in the file, too."""
        done = self.replay("--initial")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        played, told = by_kind(done.stdout.splitlines()), by_kind(lines)
        for kind in KINDS:
            self.assertGreater(len(told[kind]), 1)
            self.assertEqual(played[kind][:len(told[kind])], told[kind])

    def test_same_as_live(self):
        lines, errors, status = self.record(self.churn_once)
        self.assertEqual((errors, status), ("", 0))
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.same_as_live(lines)
        section = blocks(self.file.read_bytes())[0]
        self.assertIn(f"Linux {os.uname().release}".encode(), section)
        version = subprocess.run([arguments.mibwatch, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertIn(f"iphlpapi {version.split()[-1]}".encode(), section)

    def test_tables(self):
        """Those that a watch reads are in the file; one that is not is refused, and not empty."""
        def change(_):
            self.await_initial()
            self.churn()
            self.await_churn()

        ip("address", "add", "192.0.2.7/32", "dev", "lo")
        self.addCleanup(ip, "address", "del", "192.0.2.7/32", "dev", "lo")
        lines, errors, status = self.record(change, "--table")
        self.assertEqual((errors, status), ("", 0))
        told = by_kind(line for line in lines if '"type":"table"' in line)
        for kind in ("interface", "address"):
            done = self.replay("--table", "--kind", kind)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            played = [line for line in done.stdout.splitlines() if '"type":"table"' in line]
            self.assertEqual(list(map(without_time, played)), told[kind])
            self.assertTrue(played)
        done = self.replay("--table", "--kind", "route")
        self.assertEqual(done.returncode, 1)
        self.assertIn("GetIpForwardTable2: ERROR_NOT_SUPPORTED", done.stderr)

    def test_slow_reader(self):
        """A callback that takes long: nobody reads the lines for a while."""
        lines = []
        reading, writing = os.pipe()

        def change(watcher):
            os.close(writing)
            text = b""
            while text.count(b'"initial"') < len(KINDS):
                text += os.read(reading, 65536)
            for _ in range(12):  # far more lines than a pipe takes
                self.churn()
            while text.count(b'"delete","prefix":"198.18.39.0/24"') < 12:
                text += os.read(reading, 65536)
            watcher.send_signal(signal.SIGINT)
            while chunk := os.read(reading, 65536):
                text += chunk
            lines.extend(text.decode().splitlines())

        with os.fdopen(writing, "wb", closefd=False) as output:
            _, errors, status = self.record(change, stdout=output)
        os.close(reading)
        self.assertEqual((errors, status), ("", 0))
        self.same_as_live(lines)

    def test_program_that_reads_tables(self):
        """As mibwatch does where the environment has it recorded: a table's watch is none of its registrations."""
        lines, errors, status = self.record(self.churn_once, by_option=False,
                                            within=("env", f"IPHLPAPI_RECORD={self.file}"))
        self.assertEqual((errors, status), ("", 0))
        comments = [comment(block) for block in blocks(self.file.read_bytes())[2:]]
        self.assertEqual(sum(" open " in text for text in comments), len(KINDS) + 1)
        self.same_as_live(lines)

    def test_full_disk(self):
        """The lines go on; the exit status tells."""
        mounted = 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"'

        def change(_):
            self.await_initial()
            for _ in range(5):
                self.churn()
            self.await_churn()

        for options in MADE:
            lines, errors, status = self.record(
                change, *options, within=("unshare", "--mount", "sh", "-c", mounted, str(self.file.parent)))
            self.assertEqual(status, 1)
            self.assertIn(f"--record: {self.file}: No space left on device", errors)
            self.assertGreater(len(lines), 5 * 40)

    def refuse_to_record(self, file, why, within=()):
        """Before anything is told."""
        for options in MADE:
            done = subprocess.run([*within, arguments.mibwatch, "--initial", "--record", file, *options],
                                  capture_output=True, text=True, timeout=TIME, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr, f"mibwatch: --record: {file}: {why}\n")

    def test_date_that_was_never_set(self):
        """The system runs for longer than since 1970."""
        since = ("unshare", "--time", "--boottime", "4000000000", "--monotonic", "4000000000")
        if subprocess.run([*since, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("the kernel has no namespaces of time")
        done = subprocess.run([*since, arguments.mibwatch, "--json", "--initial", "--count", "3", "--record", self.file],
                              capture_output=True, text=True, timeout=TIME, check=True)
        again = self.replay("--initial", "--count", "3")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(by_kind(again.stdout.splitlines()), by_kind(done.stdout.splitlines()))

    def test_no_room_at_all(self):
        self.refuse_to_record("/dev/full", "No space left on device")

    def test_folder_that_is_not_there(self):
        self.refuse_to_record(self.file / "nowhere", "No such file or directory")

    def test_folder(self):
        self.refuse_to_record(self.file.parent, "Is a directory")

    def test_file_system_that_is_read_only(self):
        mounted = 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"'
        within = "unshare", "--mount", "sh", "-c", mounted, self.file.parent
        self.refuse_to_record(self.file, "Read-only file system", within)

    def test_file_of_another_recording(self):
        """The other goes on."""
        def change(_):
            self.await_initial()
            self.refuse_to_record(self.file, "Device or resource busy")
            self.churn()
            self.await_churn()

        lines, _, status = self.record(change)
        self.assertEqual(status, 0)
        self.same_as_live(lines)


class Anonymous(Recording):
    """A recording that is made with other addresses and names: no file has the true ones at any time."""

    SECRETS = b"churn0", b"churn1", socket.inet_aton("192.0.2.1"), socket.inet_aton("198.18.39.0")

    def secrets(self):
        data = self.file.read_bytes()
        return [secret for secret in self.SECRETS if secret in data]

    def churn_and_look(self, watcher):
        self.churn_once(watcher)
        self.look(watcher)

    def look(self, watcher):
        """The recording is the only file, be it one without a name, and has no secret."""
        self.assertEqual(list(self.file.parent.iterdir()), [self.file])
        written = [path.resolve() for path in Path(f"/proc/{watcher.pid}/fd").iterdir()
                   if path.name not in "12" and path.is_file()]
        self.assertEqual(written, [self.file])
        self.assertEqual(self.secrets(), [])

    def same_but_renamed(self, lines):
        done = self.replay("--initial")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotRegex(done.stdout, r"churn|192\.0\.2\.|198\.18\.39\.")
        played, told, names = by_kind(done.stdout.splitlines()), by_kind(lines), {}
        for kind in KINDS:
            self.assertGreater(len(told[kind]), 1)
            for one, other in zip(map(json.loads, told[kind]), map(json.loads, played[kind][:len(told[kind])]),
                                  strict=True):
                self.assertEqual(one.keys(), other.keys())
                for key, value in one.items():
                    changed = names.setdefault(value, other[key]) if isinstance(value, str) else value
                    self.assertEqual(other[key], changed, (one, other))
        self.assertNotEqual(names["192.0.2.1/24"], "192.0.2.1/24")

    def test_same_as_live(self):
        for number in signal.SIGINT, signal.SIGTERM:
            lines, errors, status = self.record(self.churn_and_look, "--anonymous", ends=number)
            self.assertEqual(status, 0)
            self.assertRegex(errors, r"\Amibwatch: --record: left out what may name something: \d+ times\n\Z")
            self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
            self.assertEqual(self.secrets(), [])
            self.same_but_renamed(lines)

    def test_secrets_are_found(self):
        """Where a recording has them."""
        self.record(self.churn_once)
        self.assertEqual(self.secrets(), list(self.SECRETS))

    def test_killed(self):
        """What is in the file by then is anonymous, and can be played."""
        def change(watcher):
            self.churn_and_look(watcher)
            size = self.file.stat().st_size

            def more():
                self.churn()
                return self.file.stat().st_size > size

            await_(more, "a part of the recording")
            self.look(watcher)

        _, _, status = self.record(change, "--anonymous", ends=signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual(list(self.file.parent.iterdir()), [self.file])
        self.assertEqual(self.secrets(), [])
        done = self.replay("--initial")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"--replay: .*the file ends ")
        self.assertIn('"type":"delete"', done.stdout)


FORKS = """
import ctypes, os, sys
library = ctypes.CDLL(sys.argv[1])
callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(lambda *_: None)
def register():
    handle = ctypes.c_void_p()
    assert library.NotifyIpInterfaceChange(0, callback, None, 0, ctypes.byref(handle)) == 0
    return handle
first = register()
child = os.fork()
handle = register()
assert library.CancelMibChangeNotify2(handle) == 0
if child == 0:
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
assert library.CancelMibChangeNotify2(first) == 0
"""


# A child that lives longer.
DAEMON = """
import ctypes, os, sys
library = ctypes.CDLL(sys.argv[1])
callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(lambda *_: None)
handle = ctypes.c_void_p()
assert library.NotifyIpInterfaceChange(0, callback, None, 0, ctypes.byref(handle)) == 0
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
assert library.CancelMibChangeNotify2(handle) == 0
"""


class Programs(Case):
    """IPHLPAPI_RECORD and IPHLPAPI_REPLAY, of programs that know nothing of it."""

    def run_program(self, **variables):
        return subprocess.run([sys.executable, "-c", FORKS, arguments.library], capture_output=True, text=True,
                              env={**os.environ, **variables}, timeout=TIME, check=False)

    def test_fork(self):
        """The child's registration works, and is not in the file; the parent's are."""
        done = self.run_program(IPHLPAPI_RECORD=str(self.file))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        comments = [comment(block) for block in blocks(self.file.read_bytes())[2:]]
        self.assertEqual(sum(" open " in text for text in comments), 2)
        self.assertEqual(sum(text.endswith(" close") for text in comments), 2)
        done = self.replay("--kind", "interface")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_child_that_stays(self):
        """The file is its parent's alone: once that has ended, another writes it."""
        variables = {**os.environ, "IPHLPAPI_RECORD": str(self.file)}
        with subprocess.Popen([sys.executable, "-c", DAEMON, arguments.library], stdin=subprocess.PIPE,
                              env=variables) as program:
            self.assertEqual(program.wait(TIME), 0)
            done = subprocess.run([arguments.mibwatch, "--initial", "--count", "1", "--record", self.file], capture_output=True,
                                  text=True, timeout=TIME, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_replay(self):
        """The program's two registrations are there; a child has no recording to hear from."""
        self.run_program(IPHLPAPI_RECORD=str(self.file))
        done = self.run_program(IPHLPAPI_REPLAY=str(self.file))
        self.assertIn("AssertionError", done.stderr)
        self.assertEqual(done.stderr.count("AssertionError"), 2)  # the child's, and the parent's about it

    def test_file_that_cannot_be_played(self):
        done = self.run_program(IPHLPAPI_REPLAY=str(self.file), IPHLPAPI_LOG="error")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("No such file or directory", done.stderr)

    def test_registration_that_is_not_there(self):
        self.record(lambda _: await_(lambda: '"initial"' in self.printed(), "the registration"), "--kind", "route")
        done = self.run_program(IPHLPAPI_REPLAY=str(self.file), IPHLPAPI_LOG="error")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("error: the recording has no further watch of netlink family 0", done.stderr)


def main():
    global arguments
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("IPHLPAPI_TEST_SEED") or
                                                        random.randrange(1 << 31)))
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    unittest.main(argv=[sys.argv[0], *arguments.cases])


if __name__ == "__main__":
    main()
