#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the DLL finds its half on the host: beside itself, or in WINEDLLPATH; and what it says where it does not.

    ways.py --prefix DIR --stage DIR SOURCE
--prefix is one that lifetime.py has set up, SOURCE the project's folder. Runs in network and mount namespaces of its own, in
which it is root. Programs are started from another folder and have no variable but those of the situation.
"""
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import wine_harness
from wine_prefix.widths import PROBE, UNIXLIB

# What the DLL says where no host is reached, once.
TOLD = "programs get what Wine's own iphlpapi.dll has, and no notifications"
OTHER_BUILD = ("tests/wine/other_build.c", "src/wine/host/winelib.c")


@contextlib.contextmanager
def as_installed(_):
    yield


@contextlib.contextmanager
def missing(scene):
    with scene.prefix.without_unixlib():
        yield


@contextlib.contextmanager
def not_executable(scene):
    """The dynamic linker does not load it, as from a file system that is mounted so."""
    subprocess.run(["mount", "--bind", scene.unixlib, scene.unixlib], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,noexec", scene.unixlib], check=True)
        yield
    finally:
        subprocess.run(["umount", scene.unixlib], check=True)


@contextlib.contextmanager
def of_another_build(scene):
    with scene.prefix.without_unixlib():
        subprocess.run(["cc", "-shared", "-fPIC", f"-m{scene.host_bits()}", "-I", scene.source / "src",
                        "-o", scene.unixlib, *(scene.source / name for name in OTHER_BUILD)],
                       check=True, timeout=wine_harness.DEADLINE)
        yield


@contextlib.contextmanager
def damaged(scene):
    with scene.prefix.without_unixlib():
        scene.unixlib.write_bytes(b"\x7fELF, as far as it was copied")
        yield


@contextlib.contextmanager
def moved(scene):
    """The prefix has another name."""
    former = scene.prefix.folder
    scene.prefix.folder = former.with_name(former.name + " moved")
    former.rename(scene.prefix.folder)
    try:
        yield
    finally:
        scene.prefix.folder.rename(former)
        scene.prefix.folder = former


# What is done to the prefix, whether WINEDLLPATH names the stage, and what is said; None: the host is reached.
SITUATIONS = (
    (as_installed, False, None),
    (as_installed, True, None),
    (moved, False, None),
    (missing, True, None),
    (missing, False, "iphlpnl.so is missing beside iphlpnl.dll"),
    (not_executable, True, None),
    (not_executable, False, "iphlpnl.so is in the prefix and cannot be loaded (error 193; "),
    (damaged, True, None),
    (damaged, False, "iphlpnl.so is in the prefix and cannot be loaded (error 193; "),
    (of_another_build, True, None),
    (of_another_build, False, "iphlpnl.so is of another version ("),
)


class Scene:
    """A prefix, and the programs of its width."""

    def __init__(self, prefix, source):
        self.prefix = prefix
        self.source = Path(source)

    @property
    def unixlib(self):
        return self.prefix.system(self.prefix.width) / UNIXLIB

    def host_bits(self):
        """Those of the half on the host, which a 64-bit host may have for 32-bit programs, too."""
        head = (self.prefix.stage / self.prefix.width.sources()[UNIXLIB]).read_bytes()[:5]
        return 32 * head[4]

    def trouble(self, situation, dll_path, says):
        """What is not as it should be, or None."""
        variables = {"WINEDLLPATH": str(self.prefix.stage)} if dll_path else {}
        with situation(self), self.prefix.running():
            result = self.prefix.run(self.prefix.staged(PROBE), **variables)
        told = [line for line in result.errors if "err:iphlpapi" in line]
        reaches = {"host=yes", "handle=yes", "initial=yes", "cancel_error=0"} <= set(result.output)
        if result.status != 0 or reaches != (says is None):
            return f"status {result.status}, {result.output}, {result.errors}"
        if says is None:
            return f"it says {told}" if told else None
        return None if len(told) == 1 and says in told[0] and TOLD in told[0] else f"it says {told}"


def main():
    prefix, source = wine_harness.arguments(__doc__, "source")
    scene = Scene(prefix, source)
    failures = []
    if wine_harness.BY_DLL_PATH:
        print("this Wine has one way only, which all other tests go")
        sys.exit(77)
    if not scene.unixlib.exists():
        print(f"the half on the host for {prefix.width.bits}-bit programs was not built")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as elsewhere, contextlib.chdir(elsewhere):
        for situation, dll_path, says in SITUATIONS:
            what = f"{situation.__name__}, {'' if dll_path else 'no '}WINEDLLPATH"
            trouble = scene.trouble(situation, dll_path, says)
            print(f"{what}: {trouble or 'as it should be'}", flush=True)
            if trouble:
                failures.append(what)
    sys.exit("\n".join(failures) or 0)


if __name__ == "__main__":
    main()
