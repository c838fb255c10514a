# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Wine of the prefix: its program, its version, its modules."""

import os
import re
import shutil
import subprocess

from .messages import Problem
from .widths import OURS, WIDTHS

# In the folder of a Wine of one's own: a runner's as Lutris and Bottles have them, Proton's.
LOADERS = ("bin/wine", "bin/wine64", "files/bin/wine", "files/bin/wine64", "dist/bin/wine")
LAUNCHER = "proton"

# For a program that only says what it is.
DEADLINE = 30


class Wine:
    """The Wine that runs programs in the prefix."""

    def __init__(self, program):
        self.program = find_program(program)
        if self.program is None:
            raise Problem(f"no Wine: there is no program {program}; install it (Debian: wine and "
                          "wine64), or name it by --wine PROGRAM")
        self.version = self.ask_version()
        self.modules_of = self.find_modules()
        if not self.modules_of:
            raise Problem(f"found no modules ({WIDTHS[0].windows}/{OURS}) of {self.program}; "
                          "Debian has them in libwine")

    def has(self, width):
        return width.name in self.modules_of

    def own_dll(self, width):
        return os.path.join(self.modules_of[width.name], width.windows, OURS)

    def folders(self):
        """Of its modules, each once."""
        return tuple(dict.fromkeys(self.modules_of.values()))

    def ask(self, program, **environment):
        """What it says to --version, which starts nothing and touches no prefix."""
        try:
            return subprocess.run(
                [program, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, "WINEDEBUG": "-all", **environment},
                timeout=DEADLINE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Problem(f"{program} --version: {error}") from error

    def ask_version(self):
        """Only for what is told: whether ours works in this Wine a program says that runs there."""
        answer = self.ask(self.program)
        text = answer.stdout.decode(errors="replace").strip()
        if answer.returncode != 0 or not text.startswith("wine-"):
            raise Problem(f"{self.program} does not say which Wine it is: "
                          f"{text or answer.stderr.decode(errors='replace').strip()}")
        return text

    def find_modules(self):
        """{a width's name: the folder of Wine's modules that has those of this width}."""
        found = {}
        for folder in self.module_folders():
            for width in WIDTHS:
                for sister in sisters(folder, width):
                    if os.path.exists(os.path.join(sister, width.windows, OURS)):
                        found.setdefault(width.name, sister)
            if len(found) == len(WIDTHS):
                break
        return found

    def module_folders(self):
        """Where this Wine and those that belong to it have modules: the loader loads ntdll.so from
        there, and the dynamic linker tells where that is, whatever scripts are wrapped around it."""
        folder = os.path.dirname(os.path.realpath(self.program))
        beside = os.path.join(folder, "wine64"), os.path.join(folder, "../lib/wine/wine64")
        for program in (self.program, *beside):
            if not os.path.exists(program):
                continue
            said = self.ask(program, LD_DEBUG="files").stderr.decode(errors="replace")
            for path in re.findall(r"calling init: (/.*/[^/]+-unix/ntdll\.so)$", said, re.M):
                yield os.path.dirname(os.path.dirname(os.path.realpath(path)))
        yield os.path.join(os.path.dirname(folder), "lib", "wine")
        yield os.path.join(os.path.dirname(folder), "lib", "x86_64-linux-gnu", "wine")


def sisters(folder, width):
    """Where modules of this width may be, if those of some width are in this folder."""
    return (folder,
            re.sub(r"/[^/]+-linux-gnu/wine$", f"/{width.machine}-linux-gnu/wine", folder),
            re.sub(r"/lib(64)?/wine$", "/lib/wine", folder),
            re.sub(r"/lib(64)?/wine$", "/lib64/wine", folder))


def find_program(name):
    """A program by its name or path. A folder is that of a Wine of one's own, and so is the one
    where Proton's launcher is."""
    if os.path.basename(name) == LAUNCHER and os.path.isfile(name):
        name = os.path.dirname(name) or "."
    ways = [os.path.join(name, way) for way in LOADERS] if os.path.isdir(name) else [name]
    found = next(filter(None, map(shutil.which, ways)), None)
    return None if found is None else os.path.abspath(found)
