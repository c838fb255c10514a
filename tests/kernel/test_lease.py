# SPDX-License-Identifier: LGPL-2.1-or-later
"""IpRenewAddress and IpReleaseAddress with systemd-networkd and NetworkManager themselves.

Each runs with a bus and a /run of its own in a network namespace, beside a DHCP server in another;
the server's log tells what the client has asked for:
    python3 test_lease.py --library libiphlpapi.so

Takes root, as systemd-networkd becomes a user of its own.
"""

import argparse
import ctypes
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import time

import network_manager

DEADLINE = 60
SKIPPED = 77
RUN = pathlib.Path("/run")
LOG = RUN / "dnsmasq.log"

NO_ERROR = 0
ERROR_NOT_SUPPORTED = 50
ERROR_INVALID_PARAMETER = 87
ERROR_TIMEOUT = 1460

NETWORKD = "/usr/lib/systemd/systemd-networkd"
PROGRAMS = ["dbus-daemon", "dnsmasq", "unshare", "nsenter"]

BUS = """<busconfig><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>
"""

LINK = """[Match]
Name={name}
[Network]
DHCP={dhcp}
LinkLocalAddressing=no
IPv6AcceptRA=no
"""

MANAGER = """[main]
plugins=keyfile
dhcp=internal
auth-polkit=false
no-auto-default=*
dns=none
systemd-resolved=false
[device-ours]
match-device=interface-name:e0,interface-name:f0
managed=1
[keyfile]
path=/run/connections
"""

CONNECTION = """[connection]
id={name}
uuid=5b3f1c2a-0000-4000-8000-00000000000{number}
type=ethernet
interface-name={name}
[ipv4]
{ipv4}
[ipv6]
method=manual
address1=2001:db8::{number}/64
"""


class Adapter(ctypes.Structure):
    """IP_ADAPTER_INDEX_MAP."""

    _fields_ = [("Index", ctypes.c_uint32), ("Name", ctypes.c_uint16 * 128)]


class Host:
    """Links e0, with a DHCP server at its other end, and f0."""

    def __init__(self, library):
        self.library = ctypes.CDLL(library)
        self.children = []
        self.links = {}

    def run(self, *words):
        subprocess.run(words, check=True, timeout=DEADLINE)

    def start(self, *words, environment=None):
        log = open(RUN / (pathlib.Path(words[-1] if words[0] == "env" else words[0]).name + ".out"), "wb")
        self.children.append(subprocess.Popen(words, stdout=log, stderr=log, env=environment))
        return self.children[-1]

    def begin(self):
        for command in (
            ["mount", "-t", "tmpfs", "none", "/run"],
            # Services do not wait for udev where /sys is read-only, as in containers.
            ["mount", "-t", "sysfs", "-o", "ro", "none", "/sys"],
            ["mkdir", "-p", "/run/dbus", "/run/systemd/netif", "/run/systemd/network", "/run/connections"],
            ["chown", "-R", "systemd-network:systemd-network", "/run/systemd/netif"],
        ):
            self.run(*command)
        (RUN / "bus.conf").write_text(BUS, encoding="utf-8")
        self.start("dbus-daemon", "--config-file=/run/bus.conf", "--nofork", "--nopidfile")
        server = self.start("unshare", "-n", "sleep", "infinity")
        ours = os.readlink("/proc/self/ns/net")
        wait_for(lambda: os.readlink(f"/proc/{server.pid}/ns/net") != ours, "the server's namespace")
        inside = ["nsenter", f"--net=/proc/{server.pid}/ns/net"]
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "link", "add", "e0", "type", "veth", "peer", "name", "s0", "netns", str(server.pid))
        self.run("ip", "link", "add", "f0", "type", "veth", "peer", "name", "f1")
        self.run("ip", "link", "set", "f1", "up")
        self.run(*inside, "ip", "address", "add", "192.0.2.1/24", "dev", "s0")
        self.run(*inside, "ip", "link", "set", "s0", "up")
        LOG.touch()
        self.start(*inside, "dnsmasq", "--keep-in-foreground", "--port=0", "--interface=s0",
                   "--dhcp-range=192.0.2.50,192.0.2.60,1h", "--dhcp-leasefile=/run/leases",
                   f"--log-facility={LOG}", "--pid-file", "--conf-file=/dev/null", "--user=root")
        wait_for(lambda: "IP range" in LOG.read_text(encoding="utf-8"), "the DHCP server")
        for link in json.loads(subprocess.run(["ip", "-json", "link"], check=True, capture_output=True).stdout):
            self.links[link["ifname"]] = link["ifindex"]

    def end(self):
        for child in reversed(self.children):
            child.kill()
            child.wait()

    def call(self, function, link):
        name = "\\DEVICE\\TCPIP_{%08X-0000-0000-0000-4E6574446576}" % self.links.get(link, 999)
        adapter = Adapter(Index=0)
        for i, letter in enumerate(name):
            adapter.Name[i] = ord(letter)
        return getattr(self.library, function)(ctypes.byref(adapter))

    def expect(self, function, link, code):
        found = self.call(function, link)
        if found != code:
            raise SystemExit(f"{function}({link}): {found} instead of {code}")


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            for path in RUN.glob("*.out"):
                sys.stderr.write(f"{path}:\n{path.read_text(encoding='utf-8', errors='replace')}\n")
            raise SystemExit(f"{what}: not in {DEADLINE} s")
        time.sleep(0.05)


def addresses(name):
    """IPv4's."""
    answer = subprocess.run(["ip", "-json", "-4", "address", "show", "dev", name], check=True, capture_output=True)
    return [row["local"] for link in json.loads(answer.stdout) for row in link.get("addr_info", [])]


def requests():
    """How many leases the server has given or renewed."""
    return LOG.read_text(encoding="utf-8").count("DHCPACK")


def renew(host, link):
    """A renewal is one that the server has heard of."""
    before = requests()
    codes = []

    def is_renewed():
        codes.append(host.call("IpRenewAddress", link))
        if codes[-1] not in (NO_ERROR, ERROR_TIMEOUT):
            raise SystemExit(f"IpRenewAddress({link}): {codes[-1]}")
        return codes[-1] == NO_ERROR

    wait_for(is_renewed, "a renewal, with services that are slow under load")
    wait_for(lambda: requests() > before, "the server's answer")
    if len(addresses(link)) != 1:
        raise SystemExit(f"{link}: {addresses(link)}")


def check_without_service(host):
    for function in ("IpRenewAddress", "IpReleaseAddress"):
        host.expect(function, "e0", ERROR_NOT_SUPPORTED)
        host.expect(function, "nobody", ERROR_INVALID_PARAMETER)


def check_networkd(host):
    for name, dhcp in (("e0", "ipv4"), ("f0", "no")):
        path = RUN / "systemd/network" / f"10-{name}.network"
        path.write_text(LINK.format(name=name, dhcp=dhcp), encoding="utf-8")
    host.start(NETWORKD)
    wait_for(lambda: addresses("e0") and (RUN / f"systemd/netif/leases/{host.links['e0']}").exists(), "a lease")
    for _ in range(2):
        renew(host, "e0")
    host.expect("IpReleaseAddress", "e0", ERROR_NOT_SUPPORTED)
    host.expect("IpRenewAddress", "f0", ERROR_NOT_SUPPORTED)
    host.expect("IpReleaseAddress", "f0", ERROR_NOT_SUPPORTED)
    host.expect("IpRenewAddress", "lo", ERROR_NOT_SUPPORTED)
    if len(addresses("e0")) != 1:
        raise SystemExit("a refused release has changed something")


def check_manager(host):
    for number, (name, ipv4) in enumerate(
        (("e0", "method=auto"), ("f0", "method=manual\naddress1=198.51.100.1/24")), start=1
    ):
        path = RUN / "connections" / f"{name}.nmconnection"
        path.write_text(CONNECTION.format(name=name, number=number, ipv4=ipv4), encoding="utf-8")
        path.chmod(0o600)
    (RUN / "manager.conf").write_text(MANAGER, encoding="utf-8")
    program, _, environment = network_manager.find()
    host.start(program, "--no-daemon", "--config=/run/manager.conf", "--config-dir=/run/none",
               "--system-config-dir=/run/none", "--state-file=/run/manager.state",
               "--intern-config=/run/manager.intern", environment=environment)
    wait_for(lambda: addresses("e0") and addresses("f0"), "addresses")
    wait_for(lambda: host.call("IpRenewAddress", "e0") == NO_ERROR, "a device that is active")
    for _ in range(2):
        renew(host, "e0")
    host.expect("IpReleaseAddress", "e0", NO_ERROR)
    if addresses("e0"):
        raise SystemExit(f"released, and there is {addresses('e0')}")
    host.expect("IpReleaseAddress", "e0", ERROR_NOT_SUPPORTED)
    renew(host, "e0")
    host.expect("IpReleaseAddress", "f0", ERROR_NOT_SUPPORTED)
    host.expect("IpRenewAddress", "f0", ERROR_NOT_SUPPORTED)
    if addresses("f0") != ["198.51.100.1"]:
        raise SystemExit("a refused call has changed something")


CHECKS = {"none": check_without_service, "networkd": check_networkd, "manager": check_manager}


def can_run():
    try:
        pwd.getpwnam("systemd-network")
    except KeyError:
        return False
    return os.geteuid() == 0 and os.path.exists(NETWORKD) and all(map(shutil.which, PROGRAMS))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", required=True)
    parser.add_argument("--check", choices=CHECKS, help="here, which has to be a namespace already")
    arguments = parser.parse_args()
    if arguments.check:
        host = Host(arguments.library)
        host.begin()
        try:
            CHECKS[arguments.check](host)
        finally:
            host.end()
        return
    if not can_run():
        print("skipped: this takes root, " + ", ".join(PROGRAMS) + " and systemd-networkd")
        sys.exit(SKIPPED)
    namespace = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode != 0:
        print("skipped: no namespaces here")
        sys.exit(SKIPPED)
    checks = list(CHECKS)
    if not network_manager.find():
        print("without NetworkManager, which is not there")
        checks.remove("manager")
    for check in checks:
        subprocess.run([*namespace, sys.executable, "-B", __file__, "--library", arguments.library,
                        "--check", check], check=True, timeout=5 * DEADLINE)


main()
