# SPDX-License-Identifier: LGPL-2.1-or-later
"""mibwatch as its users see it.

Runs inside user and network namespaces of its own, with root's rights there:
    unshare -Urn python3 test_mibwatch.py --mibwatch PROGRAM --calls MODULE --version VERSION [GROUP]
"""

import argparse
import json
import os
import pty
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "support"))
import programs  # noqa: E402 (it is found by the line before)

DEADLINE = programs.DEADLINE

arguments = None


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=DEADLINE)


def changes():
    """Meanwhile the loopback interface goes up and down without a pause."""

    def change():
        ip("link", "set", "lo", "up")
        ip("link", "set", "lo", "down")

    return programs.meanwhile(change)


def run(*options, **keywords):
    """Run mibwatch to its end."""
    return subprocess.run(
        [arguments.mibwatch, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        **keywords,
    )


class Watch(programs.Program):
    """A mibwatch that runs; its standard error has what its registrations have counted."""

    def __init__(self, *options, **keywords):
        super().__init__([arguments.mibwatch, *options], deadline=DEADLINE, stderr=subprocess.PIPE, **keywords)
        self.wait_for = self.output.wait_for

    @staticmethod
    def has(fields):
        return lambda line: fields.items() <= json.loads(line).items()

    def wait_for_json(self, **fields):
        return json.loads(self.wait_for(self.has(fields)))

    def find_json(self, **fields):
        """Such a line, which may have come already: what another registration tells has no order."""
        return json.loads(self.output.find(self.has(fields)))

    def ask_until(self, **fields):
        """Ask by SIGUSR1 until they are counted."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            before = len(self.errors.lines)
            self.process.send_signal(signal.SIGUSR1)
            told = json.loads(self.errors.find(lambda _: True, before))
            if fields.items() <= told.items():
                return told
        raise AssertionError(f"{fields} were not counted:\n" + "".join(self.errors.lines))


class Namespace(unittest.TestCase):
    """Tests that change the namespace: it has lo down and nothing else before and after each."""

    def tearDown(self):
        for _, name in socket.if_nameindex():
            if name != "lo":
                # The other end of one that was deleted is gone too.
                subprocess.run(["ip", "link", "delete", name], stderr=subprocess.DEVNULL)
        ip("link", "set", "lo", "down")
        ip("address", "flush", "dev", "lo")


class Options(unittest.TestCase):
    def check_bad(self, message, *options):
        result = run(*options)
        self.assertEqual(result.returncode, 2, options)
        self.assertEqual(result.stdout, "")
        self.assertIn(message, result.stderr)
        self.assertIn("mibwatch --help", result.stderr)

    def test_unknown(self):
        self.check_bad("unknown option '--nonsense'", "--nonsense")
        self.check_bad("unknown option '-k'", "-k")
        self.check_bad("unknown option '--kin'", "--kin", "route")
        self.check_bad("unknown argument 'route'", "route")
        self.check_bad("unknown argument ''", "")

    def test_missing_value(self):
        for option in "--kind", "--family", "--color", "--count", "--duration":
            self.check_bad(option + " needs a value", "--table", option)

    def test_superfluous_value(self):
        for option in "--initial --table --json --stats --details --teredo --help --version".split():
            self.check_bad(option + " takes no value", option + "=yes")

    def test_bad_kind(self):
        for value in "", "routes", "rout", "route,", ",route", "route,,address", "Route":
            self.check_bad(f"--kind: '{value}' is not", "--kind", value)

    def test_bad_family(self):
        for value in "", "5", "46", "ipv4", "unspec":
            self.check_bad(f"--family: '{value}' is not", f"--family={value}")

    def test_bad_color(self):
        for value in "", "yes", "Always":
            self.check_bad(f"--color: '{value}' is not", "--color", value)

    def test_bad_count(self):
        for value in "", "0", "-1", "+1", " 1", "1x", "x", "1.5", "18446744073709551616":
            self.check_bad(f"--count: '{value}' is not", "--count", value)

    def test_bad_duration(self):
        for value in "", "-1", "+1", " 1", "1s", "inf", "nan", "1e3", ".", "1..2", "1" * 400:
            self.check_bad(f"--duration: '{value}' is not", "--duration", value)

    def test_help(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for option in "kind teredo family initial table details json stats color count duration".split():
            self.assertIn("--" + option, result.stdout)
        self.assertLess(max(map(len, result.stdout.splitlines())), 100)

    def test_version(self):
        result = run("--version")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout, f"mibwatch {arguments.version}\n")

    def test_full_disk(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run(
                [arguments.mibwatch, "--help"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=DEADLINE,
            )
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write", result.stderr)


class Teredo(Namespace):
    # What a client's server would give it, for ports 50001 and 50002 (inverted: 3cae, 3cad).
    first = "2001:0:cb00:7101:0:3cae:34ff:8ef6/32"
    second = "2001:0:cb00:7101:0:3cad:34ff:8ef6/32"

    def setUp(self):
        # A tunnel that no process holds: its address tells the port.
        ip("tuntap", "add", "tun0", "mode", "tun")
        ip("link", "set", "tun0", "up")

    def test_json(self):
        with Watch("--teredo", "--json", "--initial") as watch:
            self.assertEqual(set(watch.wait_for_json(type="initial")), {"time", "kind", "type"})
            ip("address", "add", self.first, "dev", "tun0")
            added = watch.wait_for_json(type="add")
            self.assertEqual(set(added), {"time", "kind", "type", "port"})
            self.assertEqual((added["kind"], added["port"]), ("teredo", 50001))
            ip("address", "add", self.second, "dev", "tun0")
            self.assertEqual(watch.wait_for_json(type="change")["port"], 50002)
            ip("link", "delete", "tun0")
            self.assertEqual(watch.wait_for_json(type="delete")["port"], 50002)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertEqual(len(watch.output.all()), 4)

    def test_text_and_table(self):
        ip("address", "add", self.first, "dev", "tun0")
        with Watch("--kind", "teredo", "--table") as watch:
            self.assertRegex(watch.wait_for(lambda _: True), r"  teredo     table    port 50001$")
            ip("link", "delete", "tun0")
            self.assertRegex(watch.wait_for(lambda _: True), r"  teredo     delete   port 50001$")
            self.assertEqual(watch.end(signal.SIGINT), 0)
        # No client, no row.
        result = run("--teredo", "--table", "--duration", "0")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))


class Hint(Namespace):
    def test_json(self):
        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1")
        for link in "v0", "v1":
            ip("link", "set", link, "addrgenmode", "none", "up")
        with Watch("--kind", "hint", "--json", "--initial") as watch:
            initial = watch.wait_for_json(type="initial")
            self.assertEqual(
                set(initial),
                set("time kind type level cost approaching_limit over_limit roaming".split()),
            )
            self.assertEqual((initial["kind"], initial["level"]), ("hint", "none"))
            ip("address", "add", "192.0.2.1/24", "dev", "v0")
            self.assertEqual(watch.wait_for_json(type="change")["level"], "local")
            ip("route", "add", "default", "via", "192.0.2.2")
            self.assertEqual(watch.wait_for_json(type="change")["level"], "internet")
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertEqual(len(watch.output.all()), 3)

    def test_text_and_table(self):
        result = run("--kind", "hint", "--table", "--duration", "0")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(
            result.stdout,
            r"  hint       table    none cost unknown approaching-limit no over-limit no roaming no$",
        )


class Output(Namespace):
    def test_json(self):
        with Watch("--json", "--initial") as watch:
            for kind in "interface", "address", "route":
                initial = watch.wait_for_json(kind=kind, type="initial")
                self.assertEqual(set(initial), {"time", "kind", "type"})
            ip("link", "add", "v0", "type", "veth", "peer", "name", "v1")
            ip("link", "set", "v0", "up")
            ip("link", "set", "v1", "up")
            ip("address", "add", "192.0.2.1/24", "dev", "v0")
            ip("route", "add", "198.51.100.0/24", "via", "192.0.2.2", "metric", "77")
            route = watch.wait_for_json(kind="route", type="add", prefix="198.51.100.0/24")
            # A name can be looked up as long as there is the interface, and is known from then on.
            watch.find_json(kind="interface", type="add", interface="v1")
            watch.find_json(kind="address", type="add", address="192.0.2.1/24")
            ip("link", "delete", "v0")
            deleted = watch.wait_for_json(kind="interface", type="delete", interface="v0")
            self.assertEqual(watch.end(signal.SIGINT), 0)
            lines = watch.output.all()
            self.assertEqual(watch.errors.all(), [])
        events = [json.loads(line) for line in lines]
        for event in events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
            self.assertIn(event["kind"], ("interface", "address", "route"))
            self.assertIn(event["type"], ("add", "change", "delete", "initial"))
            if event["type"] != "initial":
                self.assertIn(event["family"], ("ipv4", "ipv6"))
                self.assertIn(event["interface"], ("v0", "v1"))
                self.assertRegex(event["luid"], r"^0x[0-9a-f]{16}$")
        self.assertEqual(route["next_hop"], "192.0.2.2")
        self.assertEqual(route["metric"], 77)
        self.assertEqual(route["interface"], "v0")
        self.assertEqual(route["index"], deleted["index"])
        self.assertEqual(route["luid"], deleted["luid"])
        on_link = [e for e in events if e.get("prefix") == "192.0.2.0/24" and e["type"] == "add"]
        self.assertEqual([e["next_hop"] for e in on_link], [None])
        address = [e for e in events if e.get("address") == "192.0.2.1/24" and e["type"] == "add"]
        self.assertEqual([e["dad_state"] for e in address], ["preferred"])
        self.assertEqual([e["valid_lifetime"] for e in address], [0xFFFFFFFF])

    def test_name_is_escaped(self):
        name = 'q"\\\x1b\x01\x7f\x9bß'
        with Watch("--json", "--initial", "--kind=interface") as watch:
            watch.wait_for_json(type="initial")
            ip("link", "add", name, "type", "bridge")
            watch.wait_for_json(type="add", interface=name)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertNotRegex("".join(watch.output.all()), r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        with Watch("--table", "--kind=interface", "--color=never") as watch:
            watch.wait_for(lambda line: 'q"\\\\u001b\\u0001\\u007f\\u009bß ' in line)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertNotRegex("".join(watch.output.all()), r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_text(self):
        with Watch("--initial", "--kind=address,route") as watch:
            watch.wait_for(lambda line: re.match(r"\d\d:\d\d:\d\d\.\d{6}  route      initial$", line))
            ip("link", "set", "lo", "up")
            watch.wait_for(
                lambda line: re.match(r"[0-9:.]+  route      add      127\.0\.0\.0/8 +lo  ", line)
            )
            watch.output.find(lambda line: re.search("address +add +127.0.0.1/8 +lo ", line))
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertFalse(any(" interface " in line for line in watch.output.all()))
            self.assertNotIn("\x1b", "".join(watch.output.lines))

    def test_colour(self):
        with Watch("--initial", "--kind=interface", "--color=always") as watch:
            watch.wait_for(lambda line: "\x1b[36minitial\x1b[0m" in line)
            ip("link", "add", "v0", "type", "bridge")
            watch.wait_for(lambda line: "\x1b[32madd    \x1b[0m" in line)
            self.assertEqual(watch.end(signal.SIGINT), 0)

    def on_terminal(self, *options, **environment):
        controller, terminal = pty.openpty()
        with os.fdopen(controller, "rb") as controller:
            result = subprocess.run(
                [arguments.mibwatch, "--initial", "--kind=route", "--duration=0", *options],
                stdout=terminal,
                stderr=subprocess.PIPE,
                timeout=DEADLINE,
                env={k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")} | environment,
            )
            os.close(terminal)
            self.assertEqual((result.returncode, result.stderr), (0, b""))
            line = controller.readline()
        self.assertIn(b"initial", line)
        return b"\x1b" in line

    def test_colour_on_terminal(self):
        self.assertTrue(self.on_terminal(TERM="xterm"))
        self.assertTrue(self.on_terminal(TERM="xterm", NO_COLOR=""))
        self.assertFalse(self.on_terminal(TERM="xterm", NO_COLOR="1"))
        self.assertFalse(self.on_terminal("--color=never", TERM="xterm"))
        self.assertFalse(self.on_terminal("--json", "--color=always", TERM="xterm"))
        self.assertFalse(self.on_terminal(TERM="dumb"))
        self.assertFalse(self.on_terminal())
        # Who asks for colours gets them.
        self.assertTrue(self.on_terminal("--color=always", TERM="dumb", NO_COLOR="1"))

    def test_family(self):
        for family, wanted in ("4", "ipv4"), ("6", "ipv6"):
            with Watch("--json", "--initial", "--family", family) as watch:
                watch.wait_for_json(kind="route", type="initial")
                ip("link", "set", "lo", "up")
                watch.wait_for_json(kind="route", type="add")
                ip("link", "set", "lo", "down")
                watch.wait_for_json(kind="route", type="delete")
                self.assertEqual(watch.end(signal.SIGINT), 0)
                families = {json.loads(line).get("family") for line in watch.output.all()}
            self.assertEqual(families, {None, wanted})

    def test_name_outlives_interface(self):
        ip("link", "add", "before", "type", "bridge")
        with Watch("--json", "--initial", "--kind=interface") as watch:
            watch.wait_for_json(type="initial")
            ip("link", "delete", "before")
            watch.wait_for_json(type="delete", interface="before")
            self.assertEqual(watch.end(signal.SIGINT), 0)

    def test_whole_lines(self):
        """Three threads print at once; every line is whole."""
        ip("link", "set", "lo", "up")
        options = "--json", "--details", "--initial"
        with Watch(*options) as watch, tempfile.NamedTemporaryFile("w") as batch:
            watch.wait_for_json(kind="route", type="initial")
            for number in range(200):
                print(f"link add w{number} group 7 type bridge", file=batch)
                print(f"address add 10.0.{number}.1/24 dev w{number}", file=batch)
                print(f"route add 10.1.{number}.0/24 dev lo", file=batch)
            batch.flush()
            ip("-batch", batch.name)
            watch.wait_for_json(kind="route", prefix="10.1.199.0/24")
            self.assertEqual(watch.end(signal.SIGTERM), 0)
            kinds = {json.loads(line)["kind"] for line in watch.output.all()}
        self.assertEqual(kinds, {"interface", "address", "route"})
        ip("link", "delete", "group", "7")  # sooner than one by one

    def test_stable(self):
        result = run("--json", "--kind=stable")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        table = json.loads(result.stdout)
        self.assertEqual((table["kind"], table["when"]), ("stable", "now"))
        self.assertEqual((table["count"], table["addresses"]), (0, []))

        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1")
        ip("link", "set", "v0", "up")
        ip("link", "set", "v1", "up")
        ip("address", "add", "2001:db8::1/64", "dev", "v0")
        result = run("--json", "--kind=stable", "--count=1", "--duration=20")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        table = json.loads(result.stdout)
        self.assertEqual(table["when"], "later")
        self.assertEqual({address["dad_state"] for address in table["addresses"]}, {"preferred"})
        self.assertEqual(table["count"], 3)
        self.assertIn(
            ("2001:db8::1/64", "v0"), [(a["address"], a["interface"]) for a in table["addresses"]]
        )


class Table(Namespace):
    def test_tables(self):
        ip("link", "set", "lo", "up")
        result = run("--table", "--json", "--duration=0")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual({row["type"] for row in rows}, {"table"})
        self.assertEqual({row["interface"] for row in rows}, {"lo"})
        addresses = [row["address"] for row in rows if row["kind"] == "address"]
        self.assertEqual(sorted(addresses), ["127.0.0.1/8", "::1/128"])
        interfaces = [row["family"] for row in rows if row["kind"] == "interface"]
        self.assertEqual(sorted(interfaces), ["ipv4", "ipv6"])
        self.assertIn("127.0.0.0/8", [row["prefix"] for row in rows if row["kind"] == "route"])

    def test_kind_and_family(self):
        ip("link", "set", "lo", "up")
        result = run("--table", "--duration=0", "--kind=address", "--family=6")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^[0-9:.]+  address    table    ::1/128 +lo +preferred .*\n$")

    def test_neighbours(self):
        """There is their table, and nothing to wait for."""
        result = run("--table", "--kind=neighbour", "--family=4")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout.splitlines()[0],
                         r"^[0-9:.]+  neighbour  table    224\.0\.0\.22 +lo +no address permanent "
                         "router no unreachable no since 0$")
        result = run("--kind=neighbour")
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_tables_before_changes(self):
        """What changes while the program starts comes after the tables."""
        with changes():
            for _ in range(20):
                types = [
                    json.loads(line)["type"]
                    for line in run("--table", "--json", "--duration=0.05").stdout.splitlines()
                ]
                self.assertEqual(types, sorted(types, key=lambda name: name != "table"))


class Details(Namespace):
    def test_details(self):
        with Watch("--json", "--initial", "--details") as watch:
            for kind in "interface", "address", "route":
                watch.wait_for_json(kind=kind, type="initial")
            ip("link", "add", "v0", "mtu", "1400", "type", "veth", "peer", "name", "v1")
            event = watch.wait_for_json(kind="interface", type="add", interface="v0", family="ipv4")
            self.assertEqual(event["details"]["NlMtu"], 1400)
            self.assertEqual(event["details"]["Connected"], False)
            self.assertEqual(event["details"]["Family"], "ipv4")
            self.assertEqual(event["details"]["InterfaceIndex"], event["index"])
            self.assertEqual(len(event["details"]), 35)
            ip("link", "set", "v0", "up")
            ip("link", "set", "v1", "up")
            ip("address", "add", "192.0.2.1/24", "dev", "v0")
            ip("route", "add", "198.51.100.0/24", "via", "192.0.2.2", "metric", "77")
            event = watch.wait_for_json(kind="route", type="add", prefix="198.51.100.0/24")
            self.assertEqual(event["details"]["DestinationPrefix"], "198.51.100.0/24")
            self.assertEqual(event["details"]["NextHop"], "192.0.2.2")
            self.assertEqual(event["details"]["Metric"], 77)
            self.assertEqual(len(event["details"]), 15)
            ip("route", "delete", "198.51.100.0/24")
            event = watch.wait_for_json(kind="route", type="delete", prefix="198.51.100.0/24")
            self.assertEqual(event["details_error"], "ERROR_NOT_FOUND")
            self.assertEqual(event["details_error_number"], 1168)
            watch.find_json(address="192.0.2.1/24")
            self.assertEqual(watch.end(signal.SIGINT), 0)
            events = [json.loads(line) for line in watch.output.all()]
        event = [e for e in events if e.get("address") == "192.0.2.1/24"][0]
        self.assertEqual(event["details"]["Address"], "192.0.2.1")
        self.assertEqual(event["details"]["OnLinkPrefixLength"], 24)
        self.assertEqual(len(event["details"]), 12)

    def test_text(self):
        ip("link", "set", "lo", "up")
        result = run("--table", "--duration=0", "--details", "--kind=address", "--family=4")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(
            result.stdout,
            r"^[0-9:.]+  address    table    127\.0\.0\.1/8 .* \| Address=127\.0\.0\.1 Inter.*\n$",
        )


class End(Namespace):
    def setUp(self):
        self.calls = tempfile.NamedTemporaryFile("r")
        self.environment = dict(
            os.environ,
            # By its name alone: a list of paths is separated by spaces, too.
            LD_PRELOAD=os.path.basename(arguments.calls),
            LD_LIBRARY_PATH=os.path.dirname(arguments.calls),
            MIBWATCH_CALLS=self.calls.name,
            # A sanitizer's runtime is not loaded before the module.
            ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
        )

    def tearDown(self):
        self.calls.close()
        super().tearDown()

    def check_cancelled(self, count):
        registered = []
        for line in self.calls.read().splitlines():
            function, handle = line.split()
            if function == "register":
                registered.append(handle)
            else:
                registered.remove(handle)
            count -= function == "register"
        self.assertEqual((registered, count), ([], 0))

    def test_signals(self):
        for number in signal.SIGINT, signal.SIGTERM:
            self.calls.seek(0, os.SEEK_END)
            with Watch("--initial", env=self.environment) as watch:
                watch.wait_for(lambda line: "route      initial" in line)
                self.assertEqual(watch.end(number), 0)
                self.assertEqual(watch.errors.all(), [])
            self.check_cancelled(3)

    def test_signal_under_load(self):
        with changes():
            for _ in range(10):
                self.calls.seek(0, os.SEEK_END)
                with Watch("--details", env=self.environment) as watch:
                    watch.wait_for(lambda line: True)
                    self.assertEqual(watch.end(signal.SIGINT), 0)
                self.check_cancelled(3)

    def test_signal_that_was_ignored(self):
        """A shell starts background jobs with SIGINT ignored; it ends mibwatch all the same."""

        def ignore():
            signal.signal(signal.SIGINT, signal.SIG_IGN)

        with Watch("--initial", preexec_fn=ignore) as watch:
            watch.wait_for(lambda line: "route      initial" in line)
            self.assertEqual(watch.end(signal.SIGINT), 0)

    def test_count(self):
        with Watch("--initial", "--count=5", env=self.environment) as watch:
            watch.wait_for(lambda line: "route      initial" in line)
            ip("link", "set", "lo", "up")
            self.assertEqual(watch.wait(), 0)
            self.assertEqual(len(watch.output.all()), 5)
        self.check_cancelled(3)

    def test_count_of_initial(self):
        result = run("--initial", "--count=2", env=self.environment)
        self.assertEqual((result.returncode, len(result.stdout.splitlines())), (0, 2))
        self.check_cancelled(3)

    def test_duration(self):
        start = time.monotonic()
        result = run("--duration=0.3", env=self.environment)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertGreaterEqual(time.monotonic() - start, 0.3)
        self.check_cancelled(3)

    def check_reader_goes_away(self, change):
        reader, writer = os.pipe()
        with subprocess.Popen(
            [arguments.mibwatch, "--initial"],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=self.environment,
        ) as process:
            os.close(writer)
            with open(reader, encoding="utf-8") as lines:
                for _ in range(3):
                    self.assertIn("initial", lines.readline())
            change()
            try:
                self.assertEqual(process.wait(timeout=DEADLINE), 0)
            finally:
                process.kill()
            self.assertEqual(process.stderr.read(), b"")
        self.check_cancelled(3)

    def test_reader_goes_away(self):
        self.check_reader_goes_away(lambda: ip("link", "set", "lo", "up"))

    def test_reader_goes_away_before_a_change(self):
        self.check_reader_goes_away(lambda: None)


class Stats(Namespace):
    NUMBERS = ("messages malformed foreign cut overruns dumps valid discarded retries changes given "
               "longest_queue callbacks longest_callback_ns").split()
    CAUSES = "open link address route nexthop netconf prefix expiry overrun answer error".split()

    def check_sums(self, told):
        self.assertEqual(set(told), {"time", "kind", "type", "function", "resyncs", *self.NUMBERS})
        self.assertEqual(set(told["resyncs"]), set(self.CAUSES))
        self.assertEqual(told["type"], "stats")
        self.assertEqual(told["dumps"], told["valid"] + told["discarded"])
        self.assertEqual(told["changes"], told["given"])

    def test_exact(self):
        """Four changes, and the initial call."""
        ip("link", "set", "lo", "up")
        options = "--stats", "--json", "--kind=address", "--family=4", "--initial"
        with Watch(*options) as watch:
            watch.wait_for_json(type="initial")
            first = watch.ask_until(callbacks=1)
            for verb, kind in ("add", "add"), ("del", "delete"):
                for address in "192.0.2.1/24", "198.51.100.1/24":
                    ip("address", verb, address, "dev", "lo")
                    watch.wait_for_json(type=kind, address=address)
            told = watch.ask_until(callbacks=5)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            last = json.loads(watch.errors.all()[-1])
            self.assertEqual(len(watch.output.all()), 5)
        for counted in first, told, last:
            self.check_sums(counted)
        self.assertEqual((first["changes"], first["resyncs"]["error"]), (0, 0))
        self.assertGreater(first["resyncs"]["open"], 0)
        self.assertEqual((told["kind"], told["function"]), ("address", "NotifyUnicastIpAddressChange"))
        self.assertEqual(told["changes"], 4)
        self.assertEqual(told["messages"] - first["messages"], 4)
        self.assertEqual(told["resyncs"]["open"], first["resyncs"]["open"])
        self.assertEqual((told["overruns"], told["malformed"], told["cut"]), (0, 0, 0))
        self.assertGreater(told["longest_callback_ns"], 0)
        del told["time"], last["time"]
        self.assertEqual(last, told)

    def test_by_itself(self):
        """Without being asked, and only what is new."""
        with Watch("--stats", "--json", "--kind=address,route", "--family=4", "--initial") as watch:
            watch.wait_for_json(type="initial", kind="route")
            ip("link", "set", "lo", "up")

            def settled(kind, more_than):
                return json.loads(watch.errors.find(
                    lambda line: (told := json.loads(line))["kind"] == kind and
                    told["callbacks"] == told["changes"] + 1 and told["changes"] > more_than))

            settled("address", 0)
            told = settled("route", 0)
            ip("route", "add", "198.51.100.0/24", "dev", "lo")  # and no address
            settled("route", told["changes"])
            while_running = list(watch.errors.lines)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            at_end = watch.errors.all()[-2:]
        for kind in "address", "route":
            told = [told for line in while_running if (told := json.loads(line))["kind"] == kind]
            for line in told:
                del line["time"]
            self.assertTrue(all(a != b for a, b in zip(told, told[1:])), told)
        self.assertEqual([json.loads(line)["kind"] for line in at_end], ["address", "route"])

    def test_signal_alone(self):
        """Every mibwatch tells when asked; callbacks are timed with --stats alone."""
        with Watch("--json", "--kind=route", "--initial") as watch:
            watch.wait_for_json(type="initial")
            told = watch.ask_until(callbacks=1)
            asked = len(watch.errors.lines)
            self.assertEqual(watch.end(signal.SIGINT), 0)
            self.assertEqual(len(watch.errors.all()), asked)
        self.check_sums(told)
        self.assertEqual(told["longest_callback_ns"], 0)

    def test_early_signal(self):
        """One that comes while another program would still be starting does no harm."""
        with changes():
            for _ in range(5):
                with Watch("--stats", "--json", "--initial", "--kind=route", "--count=1") as watch:
                    watch.wait_for(lambda line: True)
                    watch.process.send_signal(signal.SIGUSR1)
                    self.assertEqual(watch.wait(), 0)

    def test_text(self):
        ip("link", "set", "lo", "up")
        result = run("--stats", "--kind=address", "--family=4", "--duration=0", "--color=always")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertRegex(
            result.stderr,
            r"^[0-9:.]+  address    stats    dumps \d+ valid \d+ \| resyncs open \d+\n$")

    def test_nothing_to_count(self):
        """A kind that has no registration."""
        result = run("--stats", "--kind=neighbour", "--duration=0")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))


class Failure(Namespace):
    def test_no_descriptors(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))

        result = run("--initial", preexec_fn=limit)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(
            result.stderr, r"^mibwatch: Notify[A-Za-z0-9]+: ERROR_NOT_ENOUGH_MEMORY \(8\)\n$"
        )

    def test_full_disk(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run(
                [arguments.mibwatch, "--initial"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=DEADLINE,
            )
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "mibwatch: cannot write: No space left on device\n")

    def test_closed_output(self):
        """Nobody reads them, but lines do not go to a socket that got the descriptor either."""
        for options in ("--initial", "--count=3"), ("--table", "--duration=0"):
            result = run(*options, preexec_fn=lambda: os.close(1))
            self.assertEqual((result.returncode, result.stderr), (0, ""), options)


def main():
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--calls", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    os.environ["LC_ALL"] = "C.UTF-8"
    unittest.main(argv=[sys.argv[0], *arguments.rest], verbosity=2)


if __name__ == "__main__":
    main()
