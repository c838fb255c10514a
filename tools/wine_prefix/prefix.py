# SPDX-License-Identifier: LGPL-2.1-or-later
"""A prefix: its paths, whether Wine runs there, what is recorded of it."""

import contextlib
import dataclasses
import os

from .files import read, read_record
from .messages import Problem
from .registry import UserRegistry
from .widths import OURS, SYSTEM, WIDTHS, built_widths

WINDOWS = "drive_c/windows"
STATE_FOLDER = ".iphlpapi"

# What user.reg says of a prefix that has 32-bit programs only.
NARROW = "win32"


class Prefix:
    """A prefix. In a 64-bit one programs of other widths run, too, with modules of their own."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        # What Steam and people call a prefix of Proton's.
        inside = os.path.join(self.path, "pfx")
        if os.path.exists(os.path.join(inside, "user.reg")):
            self.path = inside
        self.windows = os.path.join(self.path, WINDOWS)
        self.folder = os.path.join(self.path, STATE_FOLDER)
        self.state_file = os.path.join(self.folder, "state.json")
        self.user_reg = os.path.join(self.path, "user.reg")
        make = f"WINEPREFIX={self.path} wineboot -i"
        if not os.path.isdir(self.path):
            raise Problem(f"no Wine prefix: {self.path} does not exist; to make one run: {make}")
        if not os.path.exists(self.user_reg) or not os.path.isdir(self.folder_of(SYSTEM)):
            raise Problem(f"no Wine prefix: {self.path} has no user.reg or no {WINDOWS}/{SYSTEM}; "
                          f"to make one run: {make}")
        self.is_narrow = f"\n#arch={NARROW}\n".encode() in read(self.user_reg)[:4096]

    def server(self):
        """The process of the Wine server that runs for the prefix, or None. It works in a folder
        that is named after the prefix' device and inode, but in the prefix while it saves the
        registry, which is the last thing it does; the lock in that folder it holds open all the
        time."""
        there = os.stat(self.path)
        folder = f"/server-{there.st_dev:x}-{there.st_ino:x}"
        try:
            processes = [name for name in os.listdir("/proc") if name.isdecimal()]
        except OSError as error:
            raise Problem(f"cannot tell whether Wine is running: {error}") from error
        for process in processes:
            with contextlib.suppress(OSError):
                works_in = os.readlink(f"/proc/{process}/cwd")
                if works_in.endswith(folder) or (
                        os.path.samestat(os.stat(f"/proc/{process}/cwd"), there) and
                        holds_open(process, folder + "/lock")):
                    return int(process)
        return None

    def check_writable(self):
        if os.stat(self.path).st_uid != os.geteuid():
            raise Problem(f"{self.path} is another user's, Wine would not use it either")
        for path in (self.path, *(self.folder_of(width.system) for width in WIDTHS)):
            if os.path.exists(path) and not os.access(path, os.W_OK):
                raise Problem(f"cannot write to {path}")

    def check_idle(self):
        process = self.server()
        if process is not None:
            raise Problem(f"Wine is running in {self.path} (wineserver is process {process}), and "
                          "would overwrite the registry; end its programs, then wait for it: "
                          f"WINEPREFIX={self.path} wineserver -w")

    def registry(self):
        return UserRegistry(read(self.user_reg))

    def state(self):
        """What was recorded by an installation, or None."""
        state = read_record(self.state_file, {"format", "files", "override", "dll_dir"})
        if state is not None and state["format"] != 1:
            raise Problem(f"{self.state_file} was written by another version of wine-prefix")
        return state

    def folder_of(self, system):
        return os.path.join(self.windows, system)

    def widths(self, wine, stage):
        """Those of the programs that run here, Wine has modules for them, the prefix a folder, and that
        were built. The first is the prefix' own."""
        usual = built_widths(stage)
        if self.is_narrow:
            usual = [dataclasses.replace(width, system=SYSTEM)
                     for width in usual if width.name == NARROW]
        if not usual:
            raise Problem(f"{self.path} is a 32-bit prefix, and this build has nothing for those")
        own = usual[0]
        if not wine.has(own):
            raise Problem(f"found no {own.bits}-bit modules ({own.windows}/{OURS}) of "
                          f"{wine.program}; Debian has them in "
                          f"{'wine32:i386' if self.is_narrow else 'libwine'}")
        return [width for width in usual
                if wine.has(width) and os.path.isdir(self.folder_of(width.system))]

    def file(self, name):
        """The file of this name in the record."""
        return os.path.join(self.windows, *([] if "/" in name else [SYSTEM]), name)

    def kept(self, name):
        """What was there before."""
        return os.path.join(self.folder, "before", name)


def holds_open(process, end):
    """Whether a process has a file open whose path ends so."""
    for descriptor in os.listdir(f"/proc/{process}/fd"):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{process}/fd/{descriptor}").endswith(end):
                return True
    return False
