# SPDX-License-Identifier: LGPL-2.1-or-later
"""mibshow as its users see it.

Runs inside user and network namespaces of its own, with root's rights there:
    unshare -Urn python3 test_mibshow.py --mibshow PROGRAM --refuse MODULE --version VERSION [GROUP]
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import unittest

import mibshow_oracle

DEADLINE = 60
SECTIONS = ["interfaces", "adapters", "addresses", "routes", "neighbours", "multicast", "anycast", "paths",
            "tcp", "udp", "statistics", "dns", "hints"]
# In the order of "all".
TABLES = ["interfaces", "ip_interfaces", "interface_stack", "adapters", "addresses", "routes", "neighbours",
          "multicast", "anycast", "paths", "tcp", "udp", "ip_statistics", "tcp_statistics", "udp_statistics",
          "icmp_statistics", "dns_interfaces", "dns_settings", "network_parameters", "hints"]

arguments = None


def run(*words, **keywords):
    keywords.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([arguments.mibshow, *words], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, timeout=DEADLINE, check=False, **keywords)


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=DEADLINE)


def show(*words, status=0):
    """The JSON object of it."""
    result = run("--json", *words)
    if result.returncode != status or result.stderr:
        raise AssertionError(f"status {result.returncode}: {result.stderr}{result.stdout[-2000:]}")
    return json.loads(result.stdout)


class Namespace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for line in mibshow_oracle.NETWORK.strip().splitlines():
            ip(*line.split())

    @classmethod
    def tearDownClass(cls):
        ip("link", "delete", "v0")
        ip("link", "set", "lo", "down")


class Options(unittest.TestCase):
    def check_bad(self, message, *words):
        result = run(*words)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(result.stderr, f"mibshow: {message}\nTry 'mibshow --help'.\n")

    def test_bad(self):
        for message, *words in (
                ("which section is to be shown?",),
                ("which section is to be shown?", "--json"),
                ("there is no section 'links'", "links"),
                ("there is no section ''", ""),
                ("unknown option '--jason'", "--jason", "all"),
                ("--json takes no value", "--json=1", "all"),
                ("--family needs a value", "all", "--family"),
                ("--family: '5' is not 4, 6 or all", "all", "--family", "5"),
                ("there is no interface 'eth99'", "routes", "--interface", "eth99"),
                ("there is no interface '99999'", "routes", "--interface=99999"),
                ("there is no interface ''", "routes", "--interface="),
                ("'statistics' takes no --interface: it is not about interfaces", "statistics",
                 "--interface", "lo"),
                ("'best' needs an address", "best"),
                ("'ping' needs an address", "ping"),
                ("'300.0.0.1' is no address", "best", "300.0.0.1"),
                ("'127.0.0.1%lo' is no address", "best", "127.0.0.1%lo"),
                ("'" + "1" * 99 + "' is no address", "ping", "1" * 99),
                ("there is no interface 'no'", "best", "fe80::1%no"),
                ("'::1' is not of the family that --family says", "best", "::1", "--family", "4"),
                ("'routes' takes no address", "routes", "::1"),
                ("'3' is one argument too many", "best", "::1", "3")):
            with self.subTest(words):
                self.check_bad(message, *words)

    def test_help(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for section in SECTIONS + ["best ADDRESS", "ping ADDRESS", "all"]:
            self.assertRegex(result.stdout, rf"(?m)^  {section} ")
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80)

    def test_version(self):
        result = run("--version")
        self.assertEqual((result.returncode, result.stdout), (0, f"mibshow {arguments.version}\n"))


class Output(Namespace):
    def test_full(self):
        for words in (["all"], ["--json", "all"], ["routes"], ["--help"], ["--version"]):
            with self.subTest(words), open("/dev/full", "wb") as full:
                result = run(*words, stdout=full)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr, "mibshow: cannot write: No space left on device\n")

    def test_nobody_reads(self):
        reader, writer = os.pipe()
        os.close(reader)
        result = run("all", stdout=writer)
        os.close(writer)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_closed(self):
        result = run("all", stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_columns(self):
        """Whatever stands below a heading begins or ends where it does."""
        result = run("addresses")
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0], "Unicast addresses (GetUnicastIpAddressTable)")
        for heading, values in (("address", {"192.0.2.1/24"}), ("state", {"preferred"})):
            begin = re.search(rf"\b{heading}\b", lines[1]).start()
            found = {line[begin:].split()[0] for line in lines[2:]}
            self.assertLessEqual(values, found)
            self.assertTrue(all(line[begin - 1] == " " for line in lines[2:]))
        end = lines[1].index("valid") + len("valid")
        self.assertEqual({line[:end].split()[-1] for line in lines[2:]}, {"forever"})
        self.assertFalse([line for line in lines if line.endswith(" ")])

    def test_all_text(self):
        result = run("all")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, rf"^mibshow  {re.escape(arguments.version)}\nlibrary  /.*libiphlpapi\.so")
        self.assertEqual(len(re.findall(r"(?m)^\S.* \(\w+\)$", result.stdout)), len(TABLES))

    def test_control_characters(self):
        name = "x\x1b[31m\u009b\u00fc\""
        ip("link", "add", name, "type", "veth", "peer", "name", "y1")
        self.addCleanup(ip, "link", "delete", "y1")
        for words in ([], ["--json"]):
            output = run(*words, "interfaces").stdout
            self.assertNotIn("\x1b", output)
            self.assertNotIn("\u009b", output)
            self.assertIn("\\u001b[31m\\u009b\u00fc", output)
        self.assertIn(name, [row["Alias"] for row in show("interfaces")["tables"]["interfaces"]])
        rows = show("interfaces", "--interface", name)["tables"]["interfaces"]
        self.assertEqual([row["interface"] for row in rows], [name])


class Tables(Namespace):
    def test_oracle(self):
        with socket.create_server(("127.0.0.1", 0)) as server, \
                socket.create_connection(server.getsockname()), \
                socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(("::1", 0))
            report = show("all")
            self.assertEqual(mibshow_oracle.compare(report), [])
            port = server.getsockname()[1]
            self.assertEqual([(row["State"], row["OwningPid"]) for row in report["tables"]["tcp"]
                              if row["LocalPort"] == port and row["RemotePort"] == 0],
                             [("listen", os.getpid())])

    def test_shape(self):
        report = show("all")
        self.assertEqual(list(report), ["mibshow", "library", "system", "time", "tables", "errors"])
        self.assertEqual(list(report["tables"]), TABLES)
        found = []
        for section in SECTIONS:
            found += list(show(section)["tables"])
        self.assertEqual(found, TABLES)

    def test_family(self):
        for number, family in (("4", "ipv4"), ("6", "ipv6")):
            tables = show("all", "--family", number)["tables"]
            for name in ("ip_interfaces", "tcp", "udp", "ip_statistics", "dns_interfaces"):
                self.assertEqual({row["Family"] for row in tables[name]} - {family}, set(), name)
            for name in ("addresses", "neighbours", "multicast"):
                self.assertTrue(tables[name])
                self.assertTrue(all((":" in row["Address"]) == (number == "6") for row in tables[name]))

    def test_interface(self):
        index = socket.if_nametoindex("v0")
        for value in ("v0", str(index)):
            tables = show("all", "--interface", value)["tables"]
            for name in TABLES:
                shown = {row["interface"] for row in tables[name] if "interface" in row}
                self.assertLessEqual(shown, {"v0"}, name)
            self.assertTrue(tables["routes"] and tables["adapters"] and tables["dns_interfaces"])

    def test_best(self):
        for address in ("203.0.113.5", "192.0.2.77", "8.8.8.8", "2001:db8:8::5", "2001:db8:7::9"):
            told, = mibshow_oracle.ip("route", "get", address)
            tables = show("best", address)["tables"]
            source, = tables["best_source"]
            route, = tables["best_route"]
            interface, = tables["best_interface"]
            self.assertEqual((source["interface"], source["BestSourceAddress"]), (told["dev"], told["prefsrc"]))
            self.assertEqual((route["interface"], interface["interface"]), (told["dev"], told["dev"]))
            self.assertIn(route["NextHop"], (told.get("gateway"), "0.0.0.0", "::"))
        source, = show("best", "fe80::5%v1")["tables"]["best_source"]
        self.assertEqual(source["interface"], "v1")

    def test_hints(self):
        """The host's is the first, and has no interface."""
        rows = show("hints")["tables"]["hints"]
        self.assertIsNone(rows[0]["interface"])
        self.assertEqual(rows[0]["ConnectivityLevel"], "internet")
        self.assertLessEqual({row["interface"] for row in rows[1:]}, {"lo", "v0", "v1"})
        self.assertIn("v0", {row["interface"] for row in rows[1:]})

    def test_no_way(self):
        ip("route", "add", "unreachable", "198.18.0.0/15")
        self.addCleanup(ip, "route", "delete", "unreachable", "198.18.0.0/15")
        report = show("best", "198.18.0.1", status=1)
        self.assertIsNone(report["tables"]["best_route"])
        self.assertEqual({error["of"] for error in report["errors"]}, {"198.18.0.1"})
        self.assertIn("BestRoute2 of 198.18.0.1 has failed: ERROR_", run("best", "198.18.0.1").stdout)

    def test_ping(self):
        for address in ("127.0.0.1", "::1"):
            rows = show("ping", address)["tables"]["ping"]
            self.assertEqual([(row["Sequence"], row["Address"], row["Status"], row["DataSize"]) for row in rows],
                             [(i, address, "success", 32) for i in range(1, 5)])
        ip("route", "add", "unreachable", "198.18.0.0/15")
        self.addCleanup(ip, "route", "delete", "unreachable", "198.18.0.0/15")
        report = show("ping", "198.18.0.1", status=1)
        self.assertEqual(len(report["errors"]), 4)
        self.assertRegex(report["errors"][0]["error"], "^IP_")

    def test_refused(self):
        """A function that fails is told, and the others are shown."""
        environment = {**os.environ, "LD_PRELOAD": arguments.refuse}
        result = run("--json", "all", env=environment)
        report = json.loads(result.stdout)
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        self.assertEqual([name for name, rows in report["tables"].items() if rows is None],
                         ["routes", "dns_interfaces"])
        self.assertEqual(report["errors"][0], {"table": "routes", "function": "GetIpForwardTable2",
                                               "error": "ERROR_ACCESS_DENIED", "number": 5})
        self.assertEqual({(error["error"], error["number"]) for error in report["errors"][1:]},
                         {("error", 99999)})
        self.assertIn("lo", [error["of"] for error in report["errors"][1:]])
        result = run("all", env=environment)
        self.assertEqual(result.returncode, 1)
        self.assertIn("\nRoutes (GetIpForwardTable2)\n  GetIpForwardTable2 has failed: ERROR_ACCESS_DENIED (5)\n",
                      result.stdout)
        self.assertIn("\nNetwork parameters (GetNetworkParams)\n  host name", result.stdout)


def main():
    global arguments
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibshow", required=True)
    parser.add_argument("--refuse", required=True)
    parser.add_argument("--version", required=True)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
