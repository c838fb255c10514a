# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs for Windows on runtimes of the host: what they are told is what `ip`, `ss` and the peer say.

Runs in a network namespace of its own:
    in_namespace python3 test_managed.py --folder LIBRARIES [--mono MONO --reports PROGRAM] GROUP [TEST]
"""

import argparse
import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import programs  # noqa: E402 (it is found by the line before)

DEADLINE = programs.DEADLINE
LIBRARY = "libiphlpapi.dll.so"
NATIVE = "libiphlpapi.so"
TIME_WAIT = "11"
PEER_ADDRESS = "02:00:00:00:00:42"

arguments = None


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, timeout=DEADLINE).stdout


def ip(*words):
    run("ip", *words)


def ask(*words):
    return json.loads(run("ip", "-json", *words) or "[]")


def is_settled():
    """Whether each link that has a carrier has its link-local address, and no address is tentative."""
    return all(any((address["family"], address["scope"]) == ("inet6", "link") for address in link["addr_info"]) and
               not any(address.get("tentative") for address in link["addr_info"])
               for link in ask("address") if link["link_type"] == "ether" and "LOWER_UP" in link["flags"])


class Runner:
    """How a part of the reports is run, and which values the library has there."""

    def __init__(self, name, command, af_inet6, errors):
        self.name, self.command, self.af_inet6, self.errors = name, command, af_inet6, errors

    def environment(self, **more):
        return {**os.environ, "LD_LIBRARY_PATH": arguments.folder, **more}

    def __call__(self, *words):
        """All lines, as lists of words."""
        done = subprocess.run([*self.command, *map(str, words)], text=True, stdout=subprocess.PIPE, timeout=DEADLINE,
                              stdin=subprocess.DEVNULL, env=self.environment())
        if done.returncode != 0:
            raise AssertionError(f"{self.name}: {words}: exit status {done.returncode}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def lines(self, first, *words):
        """Those that begin with a word, without it."""
        return [line[1:] for line in self(*words) if line[0] == first]


class Errors:
    """Last errors by what they mean: a Win32 code, or an errno."""

    def __init__(self, nobody, bad_handle, pending):
        self.nobody, self.bad_handle, self.pending = str(nobody), str(bad_handle), str(pending)


WIN32 = Errors(11010, 6, 997)
HOST = Errors(110, 9, 115)


def runners():
    python = [sys.executable, "-B", str(HERE / "reports.py")]
    found = [Runner("ctypes, DLL", [*python, LIBRARY], 23, WIN32),
             Runner("ctypes, native", [*python, NATIVE], socket.AF_INET6, HOST)]
    if arguments.mono:
        found.append(Runner("Mono", [arguments.mono, arguments.reports], 23, WIN32))
    return found


class Peer:
    """A neighbour in a network namespace of its own, over v0."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        programs.wait_until(self.is_apart, "the peer's own namespace")
        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1", "address", PEER_ADDRESS, "netns",
           str(self.process.pid))
        for words in ("link set lo up", "link set v1 up", "address add 192.0.2.7/24 dev v1",
                      "address add 2001:db8:7::7/64 dev v1 nodad"):
            run("nsenter", "-n", "-t", str(self.process.pid), "ip", *words.split())

    def is_apart(self):
        return self.namespace() != os.readlink("/proc/self/ns/net")

    def namespace(self):
        with contextlib.suppress(FileNotFoundError):
            return os.readlink(f"/proc/{self.process.pid}/ns/net")
        return os.readlink("/proc/self/ns/net")

    def close(self):
        self.process.kill()
        self.process.wait()


def with_each(test):
    """The test is made with every runner."""
    @functools.wraps(test)
    def with_all(self):
        for runner in runners():
            with self.subTest(runner.name):
                test(self, runner)
    return with_all


class OnHost(unittest.TestCase):
    """With a network that has something of everything."""

    @classmethod
    def setUpClass(cls):
        cls.peer = Peer()
        cls.addClassCleanup(cls.peer.close)
        cls.addClassCleanup(ip, "link", "delete", "v0")
        for words in ("link set lo up", "link set v0 mtu 1400 up", "address add 192.0.2.1/24 dev v0",
                      "address add 2001:db8:7::1/64 dev v0 nodad", "link add v2 type veth peer name v3",
                      "link set v3 up", "link set v2 alias other up", "address add 198.51.100.1/32 dev v2",
                      "route add default via 192.0.2.254", "route add 203.0.113.0/24 dev v2 metric 7",
                      "route add default via 2001:db8:7::fe dev v0", "route add 2001:db8:8::/48 dev v0 metric 9"):
            ip(*words.split())
        cls.addClassCleanup(ip, "link", "delete", "v2")
        programs.wait_until(is_settled, "the links' addresses")


class Tables(OnHost):
    @with_each
    def test_params(self, runner):
        lines = runner("params")
        self.assertIn(["host", socket.gethostname().split(".")[0]], lines)
        routing = pathlib.Path("/proc/sys/net/ipv4/ip_forward").read_text(encoding="ascii").strip()
        self.assertIn(["routing", routing], lines)
        servers = re.findall(r"^nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$",
                             pathlib.Path("/etc/resolv.conf").read_text(encoding="utf-8"), re.MULTILINE)
        shown = [line[1] for line in lines if line[0] == "server"]
        self.assertLessEqual(set(servers), set(shown))

    @with_each
    def test_adapters(self, runner):
        links = ask("address")
        told = {(str(link["ifindex"]), link["ifname"], str(link["mtu"])) for link in links}
        numbers = {"inet": "2", "inet6": str(runner.af_inet6)}
        for family in ("0", *numbers.values()):
            lines = runner("adapters", family)
            self.assertEqual(told, {tuple(line[1:4]) for line in lines if line[0] == "adapter"})
            self.assertEqual({(str(link["ifindex"]), numbers[address["family"]], address["local"],
                               str(address["prefixlen"]))
                              for link in links for address in link["addr_info"]
                              if family in ("0", numbers[address["family"]])},
                             {tuple(line[1:]) for line in lines if line[0] == "unicast"})
            gateways = {("2", "192.0.2.254"), (str(runner.af_inet6), "2001:db8:7::fe")}
            self.assertEqual({gateway for gateway in gateways if family in ("0", gateway[0])},
                             {tuple(line[2:4]) for line in lines if line[0] == "gateway"})

    @with_each
    def test_links(self, runner):
        told = {(str(link["ifindex"]), link["ifname"], str(link["mtu"]), "1" if "UP" in link["flags"] else "2",
                 link["address"].upper().replace(":", "-") if link["link_type"] == "ether" else "")
                for link in ask("link")}
        self.assertEqual(told, {tuple(line) for line in runner.lines("link", "links")})

    @with_each
    def test_routes(self, runner):
        families = {"-4": ("2", "0.0.0.0", "/32"), "-6": (str(runner.af_inet6), "::", "/128")}
        for option, (family, none, length) in families.items():
            told = set()
            for route in ask(option, "route", "show", "table", "main"):
                prefix = f"{none}/0" if route["dst"] == "default" else route["dst"]
                told.add((family, prefix if "/" in prefix else prefix + length, family,
                          route.get("gateway", none)))
            shown = {tuple(line[1:]) for line in runner.lines("route", "routes", family)}
            self.assertGreater(len(told), 2)
            self.assertLessEqual(told, shown)
            self.assertEqual({family}, {line[0] for line in shown} | {line[2] for line in shown})
            both = {tuple(line[1:]) for line in runner.lines("route", "routes", "0")}
            self.assertLess(shown, both)

    @with_each
    def test_tcp(self, runner):
        with contextlib.ExitStack() as stack:
            told = {}
            for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                listener = stack.enter_context(socket.socket(family))
                listener.bind((address, 0))
                listener.listen()
                client = stack.enter_context(socket.create_connection(listener.getsockname()[:2]))
                server = stack.enter_context(listener.accept()[0])
                none = "0.0.0.0" if family == socket.AF_INET else "::"
                rows = {("2", *listener.getsockname()[:2], none, 0)}
                rows |= {("5", *end.getsockname()[:2], *end.getpeername()[:2]) for end in (client, server)}
                told[family] = {(*map(str, row), str(os.getpid())) for row in rows}
                lines = run("ss", "-Htan", f"src [{address}]").splitlines()
                self.assertEqual(len(rows), len([line for line in lines if not line.startswith("TIME-WAIT")]))
            for family, number in ((socket.AF_INET, 2), (socket.AF_INET6, runner.af_inet6)):
                shown = {tuple(line) for line in runner.lines("tcp", "tcp", number) if line[0] != TIME_WAIT}
                self.assertEqual(told[family], shown)


class Ways(OnHost):
    @with_each
    def test_arp(self, runner):
        ip("neighbour", "flush", "dev", "v0")
        self.assertEqual([[PEER_ADDRESS.upper().replace(":", "-")]], runner.lines("arp", "arp", "192.0.2.7"))

    @with_each
    def test_best_interface(self, runner):
        for address in ("127.0.0.1", "192.0.2.7", "203.0.113.9", "8.8.8.8"):
            device = ask("route", "get", address)[0]["dev"]
            self.assertEqual([[str(socket.if_nametoindex(device))]],
                             runner.lines("index", "bestinterface", address))

    @with_each
    def test_best_route(self, runner):
        for address in ("192.0.2.7", "8.8.8.8", "2001:db8:8::1", "2001:db8:99::1"):
            family, none = (runner.af_inet6, "::") if ":" in address else (2, "0.0.0.0")
            route = ask("route", "get", address)[0]
            expected = [socket.if_nametoindex(route["dev"]), family, route.get("gateway", none), family,
                        route["prefsrc"]]
            self.assertEqual([list(map(str, expected))], runner.lines("route", "bestroute", address))


class Echo(OnHost):
    GONE = "192.0.2.77"

    def check_answer(self, lines, address):
        self.assertIn(["count", "1", "0"], lines)
        self.assertIn(["reply", "0", address, "True"], lines)

    @with_each
    def test_waited_for(self, runner):
        for part, address in (("ping", "192.0.2.7"), ("ping6", "2001:db8:7::7")):
            self.check_answer(runner(part, address), address)

    @with_each
    def test_handle_of_nobody(self, runner):
        lines = runner("ping", "192.0.2.7")
        self.assertIn(["closed", "True"], lines)
        self.assertIn(["again", "False", runner.errors.bad_handle], lines)

    @with_each
    def test_nobody_answers(self, runner):
        ip("neighbour", "replace", self.GONE, "lladdr", "02:00:00:00:00:99", "dev", "v0")
        self.assertIn(["count", "0", runner.errors.nobody], runner("ping", self.GONE))

    @with_each
    def test_event(self, runner):
        """A runtime's own event is refused, as one that the library could not set."""
        lines = runner("pingevent", "192.0.2.7")
        self.assertIn(["own", runner.errors.bad_handle], lines)
        self.assertIn(["pending", runner.errors.pending], lines)
        self.check_answer(lines, "192.0.2.7")

    @with_each
    def test_routine(self, runner):
        lines = runner("pingroutine", "192.0.2.7")
        self.assertIn(["pending", runner.errors.pending], lines)
        self.check_answer(lines, "192.0.2.7")


class Both(OnHost):
    """Both libraries in one process."""

    def test_in_either_order(self):
        for names in ((LIBRARY, NATIVE), (NATIVE, LIBRARY)):
            for scope in ("local", "global"):
                with self.subTest(names=names, scope=scope):
                    subprocess.run([sys.executable, "-B", HERE / "both.py", scope, *names], check=True, timeout=DEADLINE,
                                   env=dict(os.environ, LD_LIBRARY_PATH=arguments.folder))


class Found(unittest.TestCase):
    """Where Mono finds the library, by which name."""

    # Each is looked for in the order in which Mono does it; what it logs proves it.
    SPELLINGS = ("iphlpapi.dll", "iphlpapi", "Iphlpapi.dll", "IPHLPAPI.dll", "IPHLPAPI.DLL", "IpHlpApi.dll", "icmp.dll")

    def setUp(self):
        if not arguments.mono:
            self.skipTest("there is no Mono")
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.program = self.folder / "found.exe"
        shutil.copy(arguments.found, self.program)

    def found(self, name, **environment):
        """The file that Mono has loaded for a name, and what the function said."""
        done = subprocess.run([arguments.mono, self.program, name], text=True, capture_output=True, timeout=DEADLINE,
                              env={**os.environ, "MONO_LOG_LEVEL": "debug", "MONO_LOG_MASK": "dll", **environment})
        loaded = re.findall(r"DllImport loaded library '(.*)'", done.stdout)
        interfaces = re.findall(r"^interfaces (\d+)$", done.stdout, re.MULTILINE)
        self.assertEqual(len(loaded), len(interfaces), done.stdout)
        return loaded[0] if interfaces else None, done.stdout

    def test_in_the_path_of_libraries(self):
        for name in self.SPELLINGS:
            with self.subTest(name):
                loaded, log = self.found(name, LD_LIBRARY_PATH=arguments.folder)
                self.assertIsNotNone(loaded, log)
                file = pathlib.Path(arguments.folder, loaded).resolve()
                self.assertEqual(pathlib.Path(arguments.folder, LIBRARY).resolve(), file)

    def test_beside_the_program(self):
        """Of any name: the library itself for the usual one, and links for others."""
        self.assertIsNone(self.found("iphlpapi.dll")[0])
        shutil.copy(pathlib.Path(arguments.folder, LIBRARY), self.folder)
        loaded, log = self.found("iphlpapi.dll")
        self.assertEqual(str(self.folder / LIBRARY), loaded, log)
        self.assertIsNone(self.found("iphlpapi")[0])
        (self.folder / "iphlpapi").symlink_to(LIBRARY)
        loaded, log = self.found("iphlpapi")
        self.assertEqual(str(self.folder / "iphlpapi"), loaded, log)

    def test_by_a_map(self):
        """In the program's configuration, whatever the case of the name."""
        library = pathlib.Path(arguments.folder, LIBRARY)
        pathlib.Path(f"{self.program}.config").write_text(
            f'<configuration><dllmap dll="i:iphlpapi.dll" target="{library}"/></configuration>', encoding="ascii")
        for name in ("iphlpapi.dll", "IPHLPAPI.DLL"):
            loaded, log = self.found(name)
            self.assertEqual(str(library), loaded, log)

    def test_native_one_is_not_taken(self):
        """It is what Mono would look for next."""
        for name in ("iphlpapi.dll", "iphlpapi"):
            loaded, log = self.found(name, LD_LIBRARY_PATH=arguments.folder)
            self.assertNotIn(NATIVE, loaded, log)


class Watched(programs.Program):
    """A part that runs until its input ends. Its lines are words."""

    def __init__(self, runner, part, **environment):
        super().__init__([*runner.command, part], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=runner.environment(**environment))

    def expect(self, *words):
        """Waits for a line, and passes by what comes before."""
        expected = "\t".join(map(str, words)) + "\n"
        self.output.wait_for(lambda line: line == expected)

    def rest(self):
        """What it said at the end."""
        return [line.rstrip("\n").split("\t") for line in self.output.rest()]


class Notifications(OnHost):
    ADDRESSES = (("2", "198.51.100.7", 32), ("6", "2001:db8:9::7", 128))
    ADDED, DELETED, INITIAL = 1, 2, 3

    def watch(self, runner, part, **environment):
        watched = Watched(runner, part, **environment)
        self.addCleanup(watched.kill)
        watched.expect("registered")
        return watched

    def mono(self):
        found = [runner for runner in runners() if runner.name == "Mono"]
        if not found:
            self.skipTest("there is no Mono")
        return found[0]

    def churn(self):
        """Meanwhile an address comes and goes without a pause."""

        def change():
            ip("address", "add", "198.51.100.9/32", "dev", "v2")
            ip("address", "delete", "198.51.100.9/32", "dev", "v2")

        return programs.meanwhile(change)

    def check_told(self, runner, watched, rounds):
        index = socket.if_nametoindex("v2")
        for _ in range(rounds):
            for family, address, length in self.ADDRESSES:
                number = runner.af_inet6 if family == "6" else 2
                options = ["nodad"] if family == "6" else []
                ip("address", "add", f"{address}/{length}", "dev", "v2", *options)
                watched.expect("told", self.ADDED, number, address, index, 7)
                ip("address", "delete", f"{address}/{length}", "dev", "v2")
                watched.expect("told", self.DELETED, number, address, index, 7)

    @with_each
    def test_told(self, runner):
        watched = Watched(runner, "notify")
        self.addCleanup(watched.kill)
        watched.expect("initial", self.INITIAL)
        watched.expect("registered")
        self.check_told(runner, watched, 20)
        self.assertEqual(0, watched.end())
        self.assertEqual([["cancelled", "0"], ["again", "6"], ["collected", "True"]], watched.rest())

    def test_each_way_to_stop_threads(self):
        """Mono's own: by signals, by asking them, and by either as it comes, which it does by itself."""
        runner = self.mono()
        for way in ("hybrid", "preemptive", "coop"):
            with self.subTest(way):
                watched = self.watch(runner, "notify", MONO_THREADS_SUSPEND=way)
                self.check_told(runner, watched, 5)
                with self.churn():
                    self.assertEqual(0, watched.end())
                self.assertEqual([["again", "6"], ["collected", "True"]], watched.rest()[-2:])

    def test_calls_meanwhile(self):
        """None of them fails because it was interrupted."""
        runner = self.mono()
        for way in ("hybrid", "preemptive"):
            with self.subTest(way):
                done = subprocess.run([*runner.command, "collected", "30"], text=True, capture_output=True, check=True,
                                      timeout=DEADLINE, env=runner.environment(MONO_THREADS_SUSPEND=way))
                lines = [line.split("\t") for line in done.stdout.splitlines()]
                called = [line[2:] for line in lines if line[0] == "called"]
                self.assertEqual([["True", "0"]] * len(called), called, done.stdout)
                self.assertIn(["functions", str(len(called))], lines)

    def test_faults_of_the_callback(self):
        watched = self.watch(self.mono(), "failing")
        with self.churn():
            for _ in range(10):
                watched.expect("caught", self.ADDED)
        self.assertEqual(0, watched.end())

    @with_each
    def test_end_with_a_registration(self, runner):
        if runner.errors is HOST:
            self.skipTest("the same as with the DLL")
        watched = self.watch(runner, "live")
        with self.churn():
            watched.expect("told", self.ADDED, 2, "198.51.100.9", socket.if_nametoindex("v2"), 7)
            self.assertEqual(3, watched.end())

    @with_each
    def test_end_when_nothing_changes(self, runner):
        """At the program's end Mono waits for all threads that have run its code."""
        for _ in range(3):
            watched = self.watch(runner, "live")
            ip("address", "add", "198.51.100.8/32", "dev", "v2")
            watched.expect("told", self.ADDED, 2, "198.51.100.8", socket.if_nametoindex("v2"), 7)
            ip("address", "delete", "198.51.100.8/32", "dev", "v2")
            watched.expect("told", self.DELETED, 2, "198.51.100.8", socket.if_nametoindex("v2"), 7)
            self.assertEqual(3, watched.end())

    def test_end_in_a_callback_that_blocks(self):
        watched = Watched(self.mono(), "blocked")
        self.addCleanup(watched.kill)
        watched.expect("blocked", self.INITIAL)
        self.assertEqual(4, watched.end())

    def test_exception_of_the_callback(self):
        watched = self.watch(self.mono(), "throwing")
        ip("address", "add", "198.51.100.10/32", "dev", "v2")
        self.assertNotIn(watched.wait(), (0, -9))
        self.assertIn("of the callback", "".join(watched.errors.all()))


class Example(OnHost):
    """examples/addresses.cs, as people run it."""

    def test_addresses(self):
        if not arguments.mono:
            self.skipTest("there is no Mono")
        runner = Runner("Mono", [arguments.mono], 23, WIN32)
        watched = Watched(runner, arguments.addresses)
        self.addCleanup(watched.kill)
        index = socket.if_nametoindex("v0")
        for address in "2001:db8:7::1/64", "192.0.2.1/24":
            watched.output.find(lambda line, address=address: line == f"{address} on interface {index}\n")
        for change, words in (("Added", ("add", "2001:db8:7::2/64", "dev", "v0", "nodad")),
                              ("Deleted", ("delete", "2001:db8:7::2/64", "dev", "v0"))):
            ip("address", *words)
            watched.expect(f"{change}: 2001:db8:7::2/64 on interface {index}")
        self.assertEqual(0, watched.end())


def main():
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True, help="where the libraries are")
    parser.add_argument("--mono")
    parser.add_argument("--reports", help="the program for Mono")
    parser.add_argument("--found", help="likewise, the one that asks for one name")
    parser.add_argument("--addresses", help="likewise, the example")
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
