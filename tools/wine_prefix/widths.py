# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of widths, cmake/widths.txt, and what follows from a row of it."""

import dataclasses
import os

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "cmake", "widths.txt")

OURS = "iphlpapi.dll"
COMPANION = "iphlpnl.dll"
UNIXLIB = "iphlpnl.so"
COPY = "wine_iphlpapi.dll"
PROBE = "iphlpapi_probe.exe"

# The folder of a 64-bit prefix' own modules. Records name its files without it.
SYSTEM = "system32"


@dataclasses.dataclass(frozen=True)
class Width:
    """A row; the table's head says what the fields are."""

    name: str
    compiler: str
    package: str
    windows: str
    unix: str
    system: str
    stage: str

    @property
    def bits(self):
        return self.name.removeprefix("win")

    @property
    def machine(self):
        """The processor, as Wine and the folders of Debian's libraries call it."""
        return self.windows.removesuffix("-windows")

    @property
    def companion(self):
        """The companion and its unixlib: where they are in the stage and in the DLL folder."""
        return f"{self.windows}/{COMPANION}", f"{self.unix}/{UNIXLIB}"

    def sources(self):
        """{name in the prefix: where it is in the stage} of what is placed there as it was built."""
        return {OURS: os.path.normpath(os.path.join(self.stage, OURS)),
                **{os.path.basename(path): path for path in self.companion}}

    def placed(self, name):
        """The record's name of a file in the prefix; the file is Prefix.file() of it."""
        return name if self.system == SYSTEM else f"{self.system}/{name}"

    @property
    def program(self):
        """What programs of this width are called."""
        return "program" if self.system == SYSTEM else f"{self.bits}-bit program"

    def staged(self, stage, name):
        """The DLL's or a program's path in what scripts/wine-build made."""
        return os.path.normpath(os.path.join(stage, self.stage, name))


def read_table():
    with open(TABLE, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    names = [field.name for field in dataclasses.fields(Width)]
    if rows[0] != names:
        raise ValueError(f"{TABLE}: the columns are not {' '.join(names)}")
    return tuple(Width(*row) for row in rows[1:])


WIDTHS = read_table()
NAMED = {width.name: width for width in WIDTHS}

# What the DLL folder has: widths may share a unixlib.
COMPANIONS = tuple(dict.fromkeys(name for width in WIDTHS for name in width.companion))


def built_widths(stage):
    """Those that were built; the first is always needed."""
    return tuple(width for width in WIDTHS
                 if width is WIDTHS[0] or os.path.exists(width.staged(stage, OURS)))


def built_companions(stage):
    """What of COMPANIONS is to be in the DLL folder. A unixlib but the first's may have been left out:
    it takes packages of another architecture to build it, and not every Wine needs it."""
    needed = [name for width in built_widths(stage) for name in width.companion]
    optional = {width.companion[1] for width in WIDTHS} - {WIDTHS[0].companion[1]}
    return tuple(name for name in dict.fromkeys(needed)
                 if name not in optional or os.path.exists(os.path.join(stage, name)))


def built_host(width, stage):
    """Whether the half on the host was, which old WoW64 takes for programs of this width."""
    return width.companion[1] in built_companions(stage)


def built_sources(width, stage):
    """What of its sources() is to be in the prefix."""
    return {name: path for name, path in width.sources().items()
            if name != UNIXLIB or built_host(width, stage)}


# The records' names of all that is placed in a prefix.
PLACED = tuple(width.placed(name) for width in WIDTHS for name in (*width.sources(), COPY))
