# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Wine of the prefix: its version, its modules."""

import os
import re
import shutil
import subprocess

from .messages import Problem, note
from .widths import OURS, WIDTHS

OLDEST = (8, 0)
NEWEST = (10, 99)

# For a program that only says what it is.
DEADLINE = 30


class Wine:
    """The Wine that runs programs in the prefix."""

    def __init__(self, program, any_version):
        self.program = shutil.which(program)
        if self.program is None:
            raise Problem(f"no Wine: there is no program {program}; install it (Debian: wine and "
                          "wine64), or name it by --wine PROGRAM")
        self.program = os.path.abspath(self.program)
        self.version = self.ask_version(any_version)
        found = {width: self.find_modules(width) for width in WIDTHS}
        self.modules_of = {width: folder for width, folder in found.items() if folder is not None}
        width = WIDTHS[0]
        if width not in self.modules_of:
            raise Problem(f"found no {width.bits}-bit modules ({width.windows}/{OURS}) of "
                          f"{self.program}; Debian has them in libwine")
        self.modules = self.modules_of[width]

    def own_dll(self, width):
        return os.path.join(self.modules_of[width], width.windows, OURS)

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

    def ask_version(self, any_version):
        answer = self.ask(self.program)
        text = answer.stdout.decode(errors="replace").strip()
        match = re.match(r"wine-(\d+)\.(\d+)", text)
        if answer.returncode != 0 or match is None:
            raise Problem(f"{self.program} does not say which Wine it is: "
                          f"{text or answer.stderr.decode(errors='replace').strip()}")
        version = int(match[1]), int(match[2])
        if version < OLDEST:
            raise Problem(f"{text} is too old: 8.0 or later is needed")
        if version > NEWEST:
            if not any_version:
                raise Problem(f"{text} is newer than any that this was tested with (10.0); "
                              "--any-wine goes on all the same, and status says whether it works")
            note(f"{text} is newer than any that this was tested with")
        return text

    def find_modules(self, width):
        """The folder of Wine's own modules of this width, or None."""
        for folder in self.module_folders():
            if os.path.exists(os.path.join(folder, width.windows, OURS)):
                return folder
            # That of another width; the modules of this one may be in a sister of it.
            for sister in (re.sub(r"[^/]+-linux-gnu", f"{width.machine}-linux-gnu", folder),
                           folder.replace("/lib/", "/lib64/"), folder.replace("/lib64/", "/lib/")):
                if os.path.exists(os.path.join(sister, width.windows, OURS)):
                    return sister
        bin_folder = os.path.dirname(os.path.realpath(self.program))
        for way in ("../lib/wine", "../lib64/wine", f"../lib/{width.machine}-linux-gnu/wine"):
            folder = os.path.realpath(os.path.join(bin_folder, way))
            if os.path.exists(os.path.join(folder, width.windows, OURS)):
                return folder
        return None

    def module_folders(self):
        """Where this Wine and those that belong to it have modules: the loader loads ntdll.so from
        there, and the dynamic linker tells where that is, whatever scripts are wrapped around it."""
        beside = os.path.join(os.path.dirname(os.path.realpath(self.program)), "wine64")
        for program in (self.program, beside, "/usr/lib/wine/wine64"):
            if not os.path.exists(program):
                continue
            said = self.ask(program, LD_DEBUG="files").stderr.decode(errors="replace")
            for path in re.findall(r"calling init: (/.*/[^/]+-unix/ntdll\.so)$", said, re.M):
                yield os.path.dirname(os.path.dirname(os.path.realpath(path)))
