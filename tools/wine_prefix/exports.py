# SPDX-License-Identifier: LGPL-2.1-or-later
"""The export table of a Windows DLL: what it exports, and how to make it export more.

It knows the file format ("PE Format" in Microsoft's documentation) and nothing of what is exported.
Whatever is no DLL is a ValueError.
"""

import array
import struct
import sys


class ExportTable:
    """The table as it stands in the file; offsets are those in the file."""

    # Of the optional header: its first number, and where the directories are.
    MAGIC_DIRECTORIES = {0x10b: 96, 0x20b: 112}

    # Of the export directory.
    FUNCTION_COUNT, NAME_COUNT, FUNCTIONS, NAMES, ORDINALS, SIZE = 20, 24, 28, 32, 36, 40

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
        self.pe = pe
        self.optional = pe + 24
        self.sections = self.optional + self.short(pe + 20)
        self.section_count = self.short(pe + 6)
        self.place = self.optional + self.MAGIC_DIRECTORIES[self.short(self.optional)]
        self.start, self.size = self.number(self.place), self.number(self.place + 4)
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
        return self.text_at(self.number(self.names + 4 * i)), function, self.forward(address)

    def forward(self, address):
        """An address inside the directory is the text of a forward."""
        inside = self.start <= address < self.start + self.size
        return self.text_at(address) if inside else None

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


# Of the optional header and of sections.
SIZE_OF_DATA, SECTION_ALIGNMENT, FILE_ALIGNMENT, SIZE_OF_IMAGE, SIZE_OF_HEADERS, CHECKSUM = \
    8, 32, 36, 56, 60, 64
SECTION_HEADER = 40
READ_DATA = 0x40000040


def with_forwards(content, module, names):
    """The DLL with more exports, each forwarded to the same name of another module. They are in a
    section of their own behind all that was there, with a copy of the export table."""
    table = ExportTable(content)
    header = table.sections + SECTION_HEADER * table.section_count
    if header + SECTION_HEADER > table.number(table.optional + SIZE_OF_HEADERS):
        raise ValueError("the headers have no room for a section more")
    address = rounded(table.number(table.optional + SIZE_OF_IMAGE),
                      table.number(table.optional + SECTION_ALIGNMENT))
    section = longer_table(table, address, {name: f"{module}.{name}" for name in names})
    alignment = table.number(table.optional + FILE_ALIGNMENT)
    offset = rounded(len(content), alignment)
    size = rounded(len(section), alignment)
    new = bytearray(offset + size)
    new[:len(content)] = content
    new[offset:offset + len(section)] = section
    struct.pack_into("<8sIIIIIIHHI", new, header, b".forward", len(section), address, size, offset,
                     0, 0, 0, 0, READ_DATA)
    struct.pack_into("<H", new, table.pe + 6, table.section_count + 1)
    struct.pack_into("<II", new, table.place, address, len(section))
    for field, value in (
        (SIZE_OF_DATA, table.number(table.optional + SIZE_OF_DATA) + size),
        (SIZE_OF_IMAGE, rounded(address + len(section),
                                table.number(table.optional + SECTION_ALIGNMENT))),
        (CHECKSUM, 0),
    ):
        struct.pack_into("<I", new, table.optional + field, value)
    struct.pack_into("<I", new, table.optional + CHECKSUM, checksum(new))
    return bytes(new)


def longer_table(table, address, forwards):
    """The directory with its arrays and texts, as it is at the address, with these forwards, too."""
    count = table.number(table.table + table.FUNCTION_COUNT)
    functions = [table.number(table.functions + 4 * i) for i in range(count)]
    texts = {i: table.forward(function) for i, function in enumerate(functions)
             if table.forward(function) is not None}
    places = {name: function for name, function, _ in table.entries}
    for name, text in forwards.items():
        if name in places:
            raise ValueError(f"{name} is exported already")
        places[name] = len(functions)
        texts[len(functions)] = text
        functions.append(0)
    # The loader looks for a name by halves.
    ordered = sorted(places, key=str.encode)
    begin = table.SIZE
    names = begin + 4 * len(functions)
    ordinals = names + 4 * len(ordered)
    strings = bytearray()

    def string(text):
        place = address + ordinals + 2 * len(ordered) + len(strings)
        strings.extend(text.encode() + b"\0")
        return place

    for i, text in texts.items():
        functions[i] = string(text)
    pointers = [string(name) for name in ordered]
    directory = bytearray(table.data[table.table:table.table + table.SIZE])
    for field, value in (
        (table.FUNCTION_COUNT, len(functions)),
        (table.NAME_COUNT, len(ordered)),
        (table.FUNCTIONS, address + begin),
        (table.NAMES, address + names),
        (table.ORDINALS, address + ordinals),
    ):
        struct.pack_into("<I", directory, field, value)
    return b"".join((
        directory,
        struct.pack(f"<{len(functions)}I", *functions),
        struct.pack(f"<{len(pointers)}I", *pointers),
        struct.pack(f"<{len(ordered)}H", *(places[name] for name in ordered)),
        strings,
    ))


def rounded(number, step):
    return -(-number // step) * step


def checksum(content):
    """As Windows computes it; its own field is 0 meanwhile."""
    words = array.array("H", bytes(content) + b"\0" * (len(content) % 2))
    if sys.byteorder == "big":
        words.byteswap()
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total + len(content)
