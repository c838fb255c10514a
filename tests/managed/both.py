# SPDX-License-Identifier: LGPL-2.1-or-later
"""Both libraries in one process, in the order in which they are named: neither disturbs the other.

    both.py local|global FIRST SECOND
"""

import ctypes
import os
import queue
import socket
import subprocess
import sys
from ctypes import byref, c_ubyte, c_uint16, c_uint32, c_void_p

ERROR_INVALID_HANDLE = 6
DEADLINE = 60
HANDLES = 100
CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, ctypes.c_int32)


def demand(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


class Library:
    def __init__(self, name, mode):
        self.name = name
        self.functions = ctypes.CDLL(name, mode=mode, use_errno=True)
        self.functions.IcmpCreateFile.restype = ctypes.c_int64
        self.functions.FreeMibTable.restype = None
        self.af_inet6 = 23 if ".dll" in name else socket.AF_INET6
        self.told = queue.SimpleQueue()
        self.callback = CALLBACK(self.tell)

    def tell(self, _context, row, _kind):
        self.told.put(c_uint16.from_address(row).value)

    def register(self):
        handle = c_void_p()
        error = self.functions.NotifyUnicastIpAddressChange(c_uint16(0), self.callback, None, c_ubyte(0), byref(handle))
        demand(error == 0, f"{self.name}: registers: {error}")
        return handle

    def table(self):
        table = c_void_p()
        error = self.functions.GetUnicastIpAddressTable(c_uint16(self.af_inet6), byref(table))
        demand(error == 0, f"{self.name}: reads: {error}")
        return table


def main():
    mode = {"local": os.RTLD_LOCAL, "global": os.RTLD_GLOBAL}[sys.argv[1]] | os.RTLD_NOW
    libraries = [Library(name, mode) for name in sys.argv[2:]]
    pairs = list(zip(libraries, reversed(libraries)))

    # Values, and calls of one exported function by another: each stays in its own library.
    for library, other in pairs:
        table = library.table()
        demand(c_uint32.from_address(table.value).value > 0, "there are addresses")
        family = c_uint16.from_address(table.value + 8).value
        demand(family == library.af_inet6, f"{library.name}: family {family}")
        other.functions.FreeMibTable(table)  # as in Windows, memory is memory
        ctypes.set_errno(0)
        demand(library.functions.IcmpCloseHandle(c_void_p(1)) == 0, "no handle")
        expected = ERROR_INVALID_HANDLE if library.af_inet6 == 23 else 9
        demand(ctypes.get_errno() == expected, f"{library.name}: error {ctypes.get_errno()}")

    # Handles.
    registrations = {library: [library.register() for _ in range(HANDLES)] for library in libraries}
    echoes = {library: [c_void_p(library.functions.IcmpCreateFile()) for _ in range(HANDLES)] for library in libraries}
    for library, other in pairs:
        for handle in registrations[library] + echoes[library]:
            what = f"{handle.value:#x} of {library.name} is none of {other.name}"
            demand(library is other or other.functions.CancelMibChangeNotify2(handle) == ERROR_INVALID_HANDLE, what)
        for handle in registrations[library]:
            demand(not other.functions.IcmpCloseHandle(handle) and not library.functions.IcmpCloseHandle(handle),
                   "a registration is no handle for echoes")
        for handle in echoes[library]:
            demand(not other.functions.IcmpCloseHandle(handle), "nor one of the other library")
            demand(library.functions.CancelMibChangeNotify2(handle) == ERROR_INVALID_HANDLE, "nor the other way round")

    # Each is told, with its own numbers, once for each registration.
    subprocess.run(["ip", "address", "add", "2001:db8:77::1/128", "dev", "lo", "nodad"], check=True)
    for library in libraries:
        for _ in range(HANDLES):
            demand(library.told.get(timeout=DEADLINE) == library.af_inet6, f"{library.name}: told another family")
    subprocess.run(["ip", "address", "delete", "2001:db8:77::1/128", "dev", "lo"], check=True)

    # The end of one's are not the end of the other's.
    for library, other in pairs:
        for handle in registrations[library]:
            demand(library.functions.CancelMibChangeNotify2(handle) == 0, "cancelled")
        for handle in echoes[library]:
            demand(library.functions.IcmpCloseHandle(handle) == 1, "closed")


if __name__ == "__main__":
    main()
