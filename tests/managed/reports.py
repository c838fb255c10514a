# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Reports.cs does, by ctypes and for either library:

    reports.py LIBRARY PART [ARGUMENT...]

Families are given as numbers, those that the library has.
"""

import ctypes
import gc
import ipaddress
import os
import socket
import struct
import sys
import threading
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_int32, c_int64, c_ubyte, c_uint16, c_uint32, c_uint64, c_void_p

ERROR_BUFFER_OVERFLOW = 111
ERROR_INSUFFICIENT_BUFFER = 122
AF_INET = 2
TIMEOUT_MS = 2000
DATA = b"abcdefghijklmnopqrstuvwabcdefghi"

library = None
# Of IPv6, as this library has it.
af_inet6 = None


def say(*words):
    print(*words, sep="\t", flush=True)


def demand(error, function):
    if error != 0:
        sys.exit(f"{function}: {error}")


class IpAddrString(Structure):
    pass


IpAddrString._fields_ = [("next", POINTER(IpAddrString)), ("address", c_char * 16), ("mask", c_char * 16),
                         ("context", c_uint32)]


class FixedInfo(Structure):
    _fields_ = [("host", c_char * 132), ("domain", c_char * 132), ("current", c_void_p),
                ("servers", IpAddrString), ("node_type", c_uint32), ("scope", c_char * 260),
                ("routing", c_uint32), ("proxy", c_uint32), ("dns", c_uint32)]


class SockaddrInet(Structure):
    _fields_ = [("family", c_uint16), ("port", c_uint16), ("ipv4", c_ubyte * 4), ("ipv6", c_ubyte * 16),
                ("scope", c_uint32)]

    def __str__(self):
        if self.family == AF_INET:
            return str(ipaddress.ip_address(bytes(self.ipv4)))
        if self.family == af_inet6:
            return str(ipaddress.ip_address(bytes(self.ipv6)))
        return f"family {self.family}"


def sockaddr_of(text):
    address = ipaddress.ip_address(text)
    if address.version == 4:
        return SockaddrInet(family=AF_INET, ipv4=(c_ubyte * 4)(*address.packed))
    return SockaddrInet(family=af_inet6, ipv6=(c_ubyte * 16)(*address.packed))


def ipv4(text):
    return struct.unpack("=I", socket.inet_aton(text))[0]


class SocketAddress(Structure):
    _fields_ = [("sockaddr", POINTER(SockaddrInet)), ("length", c_int32)]


class AdapterAddress(Structure):
    pass


AdapterAddress._fields_ = [("length", c_uint32), ("flags", c_uint32), ("next", POINTER(AdapterAddress)),
                           ("address", SocketAddress),
                           ("origins_and_state", c_int32 * 3), ("lifetimes", c_uint32 * 3),
                           ("prefix_length", c_ubyte)]


class Adapter(Structure):
    pass


Adapter._fields_ = [("length", c_uint32), ("index", c_uint32), ("next", POINTER(Adapter)),
                    ("name", c_char_p), ("unicast", POINTER(AdapterAddress)), ("lists", c_void_p * 3),
                    ("suffix", c_void_p), ("description", c_void_p), ("friendly_name", c_void_p),
                    ("physical", c_ubyte * 8), ("physical_length", c_uint32), ("flags", c_uint32),
                    ("mtu", c_uint32), ("type", c_uint32), ("status", c_uint32), ("index6", c_uint32),
                    ("zones", c_uint32 * 16), ("prefix", c_void_p), ("speeds", c_uint64 * 2),
                    ("wins", c_void_p), ("gateway", POINTER(AdapterAddress))]


class TcpRow(Structure):
    _fields_ = [("state", c_uint32), ("local", c_ubyte * 4), ("local_port", c_uint32), ("remote", c_ubyte * 4),
                ("remote_port", c_uint32), ("pid", c_uint32)]


class Tcp6Row(Structure):
    _fields_ = [("local", c_ubyte * 16), ("local_scope", c_uint32), ("local_port", c_uint32),
                ("remote", c_ubyte * 16), ("remote_scope", c_uint32), ("remote_port", c_uint32),
                ("state", c_uint32), ("pid", c_uint32)]


class ForwardRow2(Structure):
    _fields_ = [("luid", c_uint64), ("index", c_uint32), ("prefix", SockaddrInet), ("prefix_length", c_ubyte),
                ("next_hop", SockaddrInet), ("rest", c_uint32 * 8)]


class UnicastRow(Structure):
    _fields_ = [("address", SockaddrInet), ("luid", c_uint64), ("index", c_uint32)]


class IfRow2(Structure):
    _fields_ = [("luid", c_uint64), ("index", c_uint32), ("guid", c_ubyte * 16), ("alias", c_uint16 * 257),
                ("description", c_uint16 * 257), ("physical_length", c_uint32), ("physical", c_ubyte * 32),
                ("permanent", c_ubyte * 32), ("mtu", c_uint32), ("type", c_uint32), ("kinds", c_int32 * 5),
                ("flags", c_ubyte), ("oper_status", c_int32), ("admin_status", c_int32),
                ("media_state", c_int32), ("network", c_ubyte * 16), ("connection", c_int32),
                ("counters", c_uint64 * 20)]


class EchoReply(Structure):
    _fields_ = [("address", c_ubyte * 4), ("status", c_uint32), ("time", c_uint32), ("size", c_uint16),
                ("reserved", c_uint16), ("data", c_void_p), ("ttl", c_ubyte), ("tos", c_ubyte),
                ("flags", c_ubyte), ("options_size", c_ubyte), ("options", c_void_p)]


def wide(memory):
    """UTF-16 text, whatever wchar_t is."""
    units = []
    while memory:
        unit = c_uint16.from_address(memory + 2 * len(units)).value
        if unit == 0:
            break
        units.append(unit)
    return struct.pack(f"={len(units)}H", *units).decode("utf-16")


def physical(row):
    return "-".join(f"{byte:02X}" for byte in row.physical[:row.physical_length])


def rows(table, row, offset):
    count = c_uint32.from_address(table).value
    return (row * count).from_address(table + offset)


def params():
    size = c_uint32()
    if library.GetNetworkParams(None, byref(size)) != ERROR_BUFFER_OVERFLOW:
        sys.exit("no size")
    memory = ctypes.create_string_buffer(size.value)
    demand(library.GetNetworkParams(memory, byref(size)), "GetNetworkParams")
    info = FixedInfo.from_buffer(memory)
    say("host", os.fsdecode(info.host))
    say("routing", info.routing)
    server = info.servers
    while server:
        if server.address:
            say("server", server.address.decode())
        server = server.next and server.next.contents


def adapters(family):
    size = c_uint32(15000)
    error = ERROR_BUFFER_OVERFLOW
    while error == ERROR_BUFFER_OVERFLOW:
        memory = ctypes.create_string_buffer(size.value)
        error = library.GetAdaptersAddresses(int(family), 0x80, None, memory, byref(size))
    demand(error, "GetAdaptersAddresses")
    at = ctypes.cast(memory, POINTER(Adapter))
    while at:
        adapter = at.contents
        say("adapter", adapter.index, wide(adapter.friendly_name), adapter.mtu, physical(adapter))
        for name, node in (("unicast", adapter.unicast), ("gateway", adapter.gateway)):
            while node:
                address = node.contents
                sockaddr = address.address.sockaddr.contents
                say(name, adapter.index, sockaddr.family, sockaddr,
                    address.prefix_length if name == "unicast" else 0)
                node = address.next
        at = adapter.next


def arp(address):
    found = (c_ubyte * 6)()
    length = c_uint32(6)
    demand(library.SendARP(ipv4(address), 0, found, byref(length)), "SendARP")
    say("arp", "-".join(f"{byte:02X}" for byte in found[:length.value]))


def bestinterface(address):
    index = c_uint32()
    demand(library.GetBestInterface(ipv4(address), byref(index)), "GetBestInterface")
    say("index", index.value)


def bestroute(address):
    destination, source, route = sockaddr_of(address), SockaddrInet(), ForwardRow2()
    demand(library.GetBestRoute2(None, 0, None, byref(destination), 0, byref(route), byref(source)),
           "GetBestRoute2")
    say("route", route.index, route.next_hop.family, route.next_hop, source.family, source)


def tcp(family):
    size, memory, error = c_uint32(), None, ERROR_INSUFFICIENT_BUFFER
    while error == ERROR_INSUFFICIENT_BUFFER:
        error = library.GetExtendedTcpTable(memory, byref(size), 1, int(family), 5, 0)
        if error == ERROR_INSUFFICIENT_BUFFER:
            memory = ctypes.create_string_buffer(size.value)
    demand(error, "GetExtendedTcpTable")
    row_type = TcpRow if int(family) == AF_INET else Tcp6Row
    for row in rows(ctypes.addressof(memory), row_type, 4):
        say("tcp", row.state, ipaddress.ip_address(bytes(row.local)), socket.ntohs(row.local_port),
            ipaddress.ip_address(bytes(row.remote)), 0 if row.state == 2 else socket.ntohs(row.remote_port),
            row.pid)


def links():
    table = c_void_p()
    demand(library.GetIfTable2(byref(table)), "GetIfTable2")
    for row in rows(table.value, IfRow2, 8):
        say("link", row.index, wide(ctypes.addressof(row) + IfRow2.alias.offset), row.mtu, row.admin_status,
            physical(row))
    library.FreeMibTable(table)


def routes(family):
    table = c_void_p()
    demand(library.GetIpForwardTable2(c_uint16(int(family)), byref(table)), "GetIpForwardTable2")
    for row in rows(table.value, ForwardRow2, 8):
        say("route", row.index, row.prefix.family, f"{row.prefix}/{row.prefix_length}", row.next_hop.family,
            row.next_hop)
    library.FreeMibTable(table)


def say_reply(memory):
    reply = EchoReply.from_buffer(memory)
    say("reply", reply.status, ipaddress.ip_address(bytes(reply.address)),
        ctypes.string_at(reply.data, reply.size) == DATA)


def send(handle, event, routine, address, memory):
    ctypes.set_errno(0)
    count = library.IcmpSendEcho2(handle, event, routine, None, ipv4(address), DATA, c_uint16(len(DATA)), None,
                                  memory, len(memory), TIMEOUT_MS)
    return count, ctypes.get_errno() if count == 0 else 0


def ping(address):
    handle = c_void_p(library.IcmpCreateFile())
    memory = ctypes.create_string_buffer(1024)
    count, error = send(handle, None, None, address, memory)
    say("count", count, error)
    if count:
        say_reply(memory)
    say("closed", bool(library.IcmpCloseHandle(handle)))
    say("again", bool(library.IcmpCloseHandle(handle)), ctypes.get_errno())


def ping6(address):
    handle = c_void_p(library.Icmp6CreateFile())
    memory = ctypes.create_string_buffer(1024)
    count = library.Icmp6SendEcho2(handle, None, None, None, byref(sockaddr_of("::")), byref(sockaddr_of(address)),
                                   DATA, c_uint16(len(DATA)), None, memory, len(memory), TIMEOUT_MS)
    say("count", count, ctypes.get_errno() if count == 0 else 0)
    if count:
        say("reply", c_uint32.from_buffer(memory, 28).value, ipaddress.ip_address(memory.raw[6:22]), True)
    library.IcmpCloseHandle(handle)


def pingevent(address):
    handle = c_void_p(library.IcmpCreateFile())
    memory = ctypes.create_string_buffer(1024)
    own, other = os.pipe()
    say("own", send(handle, c_void_p(own), None, address, memory)[1])
    event = os.eventfd(0)
    say("pending", send(handle, c_void_p(event), None, address, memory)[1])
    os.eventfd_read(event)
    say("count", library.IcmpParseReplies(memory, len(memory)), 0)
    say_reply(memory)
    library.IcmpCloseHandle(handle)
    for file in (own, other, event):
        os.close(file)


def pingroutine(address):
    told = threading.Event()
    routine = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_uint32)(lambda *_: told.set())
    handle = c_void_p(library.IcmpCreateFile())
    memory = ctypes.create_string_buffer(1024)
    say("pending", send(handle, None, routine, address, memory)[1])
    told.wait()
    say("count", library.IcmpParseReplies(memory, len(memory)), 0)
    say_reply(memory)
    library.IcmpCloseHandle(handle)


def register(function):
    """The handle, and the callback, which has to live as long."""
    callback = ctypes.CFUNCTYPE(None, c_void_p, POINTER(UnicastRow), c_int32)(function)
    handle = c_void_p()
    demand(library.NotifyUnicastIpAddressChange(c_uint16(0), callback, c_void_p(7), c_ubyte(1), byref(handle)),
           "NotifyUnicastIpAddressChange")
    say("registered")
    return handle, callback


def told(context, row, kind):
    if not row:
        say("initial", kind)
        return
    gc.collect()
    say("told", kind, row.contents.address.family, row.contents.address, row.contents.index, context)


def notify():
    handle, callback = register(told)
    sys.stdin.read()
    say("cancelled", library.CancelMibChangeNotify2(handle))
    say("again", library.CancelMibChangeNotify2(handle))
    del callback
    say("collected", gc.collect() >= 0)


def live():
    register.kept = register(told)
    sys.stdin.readline()
    sys.exit(3)


PARTS = (params, adapters, arp, bestinterface, bestroute, tcp, links, routes, ping, ping6, pingevent, pingroutine,
         notify, live)


def main():
    global library, af_inet6
    name, part, *words = sys.argv[1:]
    library = ctypes.CDLL(name, use_errno=True)
    af_inet6 = 23 if ".dll" in name else socket.AF_INET6
    library.IcmpCreateFile.restype = library.Icmp6CreateFile.restype = c_int64
    next(each for each in PARTS if each.__name__ == part)(*words)


if __name__ == "__main__":
    main()
