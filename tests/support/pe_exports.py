# SPDX-License-Identifier: LGPL-2.1-or-later
"""The export table of a Windows DLL: what it exports.

It knows the file format ("PE Format" in
Microsoft's documentation) and nothing of what is exported. Whatever is no DLL is a ValueError.
"""

import struct


class ExportTable:
    """The table as it stands in the file; offsets are those in the file."""

    # Of the optional header: its first number, and where the directories are.
    MAGIC_DIRECTORIES = {0x10b: 96, 0x20b: 112}

    # Of the export directory.
    NAME_COUNT, FUNCTIONS, NAMES, ORDINALS = 24, 28, 32, 36

    def __init__(self, data):
        self.data = bytes(data)
        try:
            self.read()
        except (struct.error, KeyError, UnicodeDecodeError) as error:
            raise ValueError(f"not a DLL: {error}") from error

    def number(self, offset):
        return struct.unpack_from("<I", self.data, offset)[0]

    def short(self, offset):
        return struct.unpack_from("<H", self.data, offset)[0]

    def read(self):
        pe = self.number(0x3c)
        if self.data[:2] != b"MZ" or self.data[pe:pe + 4] != b"PE\0\0":
            raise ValueError("not a DLL: it has no PE header")
        self.optional = pe + 24
        self.sections = self.optional + self.short(pe + 20)
        self.section_count = self.short(pe + 6)
        place = self.optional + self.MAGIC_DIRECTORIES[self.short(self.optional)]
        self.start, self.size = self.number(place), self.number(place + 4)
        self.table = self.offset_of(self.start)
        self.count = self.number(self.table + self.NAME_COUNT)
        self.functions, self.names, self.ordinals = (
            self.offset_of(self.number(self.table + field))
            for field in (self.FUNCTIONS, self.NAMES, self.ORDINALS))
        # (name, place among the functions, what it is forwarded to or None)
        self.entries = [self.entry(i) for i in range(self.count)]

    def entry(self, i):
        function = self.short(self.ordinals + 2 * i)
        address = self.number(self.functions + 4 * function)
        # An address inside the directory is the text of a forward.
        forward = self.text_at(address) if self.start <= address < self.start + self.size else None
        return self.text_at(self.number(self.names + 4 * i)), function, forward

    def offset_of(self, address):
        for i in range(self.section_count):
            section = self.sections + 40 * i
            size, begin, _, offset = struct.unpack_from("<IIII", self.data, section + 8)
            if begin <= address < begin + size:
                return address - begin + offset
        raise ValueError(f"not a DLL: address {address:#x} is in no section")

    def text_at(self, address):
        begin = self.offset_of(address)
        return self.data[begin:self.data.index(b"\0", begin)].decode("ascii")

    def exports(self):
        """The names, each with what it is forwarded to, or None."""
        return {name: forward for name, _, forward in self.entries}
