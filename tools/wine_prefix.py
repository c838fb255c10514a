# SPDX-License-Identifier: LGPL-2.1-or-later
"""Puts iphlpapi.dll into a Wine prefix, takes it out again, and says what a program there gets.

What is in a prefix afterwards, all of it in drive_c/windows/system32:
    iphlpapi.dll        ours, an ordinary Windows DLL, without what it would hand on to this Wine's
                        own in vain
    wine_iphlpapi.dll   a copy of Wine's own, not marked as Wine's: it gets what ours does not have
    iphlpnl.dll         stands for the companion, which Wine looks for in the DLL folder
and HKCU\\Software\\Wine\\DllOverrides has iphlpapi=native,builtin. The companion and its unixlib
are in the DLL folder (--dll-dir), for all prefixes. What was there before is kept in
PREFIX/.iphlpapi; taking back goes by what is recorded there, step by step, so that it can be done
at whatever point an installation was cut off.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time

import output
import pe_exports
from output import say

SYSTEM32 = "drive_c/windows/system32"
STATE_FOLDER = ".iphlpapi"
USERS_FILE = "iphlpnl.json"
COPY = "wine_iphlpapi.dll"
COMPANION = ("x86_64-windows/iphlpnl.dll", "x86_64-unix/iphlpnl.so")

# Ends up at offset 0x40 of Wine's own DLLs, where other linkers put the DOS program.
MARKER = b"Wine builtin DLL\0"
MARKER_OFFSET = 0x40

OLDEST_WINE = (8, 0)
NEWEST_WINE = (10, 99)

OVERRIDE_NAME = "iphlpapi"
OVERRIDE_LINE = b'"iphlpapi"="native,builtin"\n'
OVERRIDE_KEY = b"[Software\\\\Wine\\\\DllOverrides]"

ERROR_NOT_SUPPORTED = 50

PROBE_DEADLINE = 120
SERVER_DEADLINE = 30

EXIT_WORKS = 0
EXIT_PROBLEM = 1
EXIT_BROKEN = 3
EXIT_ABSENT = 4


class Problem(Exception):
    """What the user is told; nothing has been changed, or all of it has been changed back."""


def note(text):
    output.note("wine-prefix", text)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def read_if_there(path):
    try:
        return read(path)
    except FileNotFoundError:
        return None


def read_record(path, names):
    """What was written there by to_json(), an object with these names, or None."""
    content = read_if_there(path)
    if content is None:
        return None
    try:
        record = json.loads(content)
    except ValueError as error:
        raise Problem(f"{path} is damaged: {error}") from error
    if not isinstance(record, dict) or not names <= record.keys():
        raise Problem(f"{path} is damaged, or of another version of wine-prefix")
    return record


def file_digest(path):
    """None if there is no such file."""
    content = read_if_there(path)
    return None if content is None else digest(content)


# ---- Changing files, all or none -----------------------------------------------------------------


class Transaction:
    """Changes of files that are all made, or all taken back when something fails.

    New contents are written beside their place first, so that a full disk shows before anything
    has changed; then each takes its place by a rename. What was there is kept beside it until the
    end. The names beside are fixed; what a killed process left there is cleared by the next one.
    """

    def __init__(self):
        self.planned = []
        self.undo = []
        self.kept = []
        self.made = []

    @staticmethod
    def beside(path, suffix):
        folder, name = os.path.split(path)
        return os.path.join(folder, f".{name}.iphlpapi-{suffix}")

    @classmethod
    def clear(cls, path):
        for suffix in ("new", "old"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(cls.beside(path, suffix))

    def make_folder(self, path):
        """Make it now, and what leads there."""
        missing = []
        while not os.path.isdir(path):
            missing.append(path)
            path = os.path.dirname(path)
        for path in reversed(missing):
            self.made.append(path)
            os.mkdir(path)

    def write(self, path, content, like=None):
        """like: stat result of a file whose owner and permissions the new one gets."""
        new = self.beside(path, "new")
        self.clear(path)
        self.planned.append((path, new))
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
                if like is not None:
                    self.imitate(descriptor, like)
        except OSError as error:
            error.filename = path  # a descriptor has no name
            raise

    @staticmethod
    def imitate(descriptor, like):
        there = os.fstat(descriptor)
        if (there.st_uid, there.st_gid) != (like.st_uid, like.st_gid):
            os.fchown(descriptor, like.st_uid, like.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))

    def write_kept(self, path, kept):
        """path becomes what kept is, a file or a symbolic link, with its times."""
        new = self.beside(path, "new")
        self.clear(path)
        self.planned.append((path, new))
        shutil.copy2(kept, new, follow_symlinks=False)

    def remove(self, path):
        self.planned.append((path, None))

    def commit(self):
        for path, new in self.planned:
            old = self.beside(path, "old")
            with contextlib.suppress(FileNotFoundError):
                os.unlink(old)
            there = os.path.lexists(path)
            if there:
                self.kept.append(old)
                keep(path, old)
            self.undo.append((path, old if there else None))
            if new is not None:
                os.replace(new, path)
            elif there:
                os.unlink(path)
        self.planned = []

    def finish(self):
        """Nothing can fail any more that matters: what is left over does no harm."""
        self.undo = []
        self.made = []
        for old in self.kept:
            with contextlib.suppress(OSError):
                os.unlink(old)

    def roll_back(self):
        for path, old in reversed(self.undo):
            if old is not None:
                os.replace(old, path)
            else:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
        leftovers = self.kept + [new for _, new in self.planned if new is not None]
        for path in leftovers:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        remove_folders(reversed(self.made))


def keep(path, old):
    """old becomes another name of what path is; a copy where the file system has no links."""
    try:
        os.link(path, old, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK):
            raise
        shutil.copy2(path, old, follow_symlinks=False)


def remove_folders(folders):
    for folder in folders:
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # unless somebody has put something there


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ignore_signals():
    """What follows is not to be cut off half-way by an impatient Ctrl-C."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def transaction():
    changes = Transaction()
    try:
        yield changes
        changes.commit()
        ignore_signals()
    except BaseException:
        ignore_signals()
        try:
            changes.roll_back()
        except OSError as error:
            raise Problem(f"{error}, and what had been done could not be taken back; "
                          "when the cause is gone run: wine-prefix uninstall") from error
        raise
    changes.finish()


@contextlib.contextmanager
def locked(folder):
    """No other wine-prefix works on the folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"another wine-prefix is at work on {folder}") from None
        yield
    finally:
        os.close(descriptor)


# ---- The registry file ---------------------------------------------------------------------------


class UserRegistry:
    """user.reg as text: what is not the override stays as it is, byte for byte."""

    def __init__(self, content):
        if not content.startswith(b"WINE REGISTRY Version 2\n") or not content.endswith(b"\n"):
            raise Problem("user.reg of this prefix is not as Wine writes it")
        self.lines = content.splitlines(keepends=True)

    def content(self):
        return b"".join(self.lines)

    def section(self):
        """(first line, line after the last) of the key, or None."""
        first = None
        for number, line in enumerate(self.lines):
            if not line.startswith(b"["):
                continue
            if first is not None:
                return first, number
            if line.lower().startswith(OVERRIDE_KEY.lower()):
                first = number
        return None if first is None else (first, len(self.lines))

    def override(self):
        """(first line, line after the last) of the value, or None."""
        section = self.section()
        if section is None:
            return None
        wanted = f'"{OVERRIDE_NAME}"='.encode()
        for number in range(*section):
            if self.lines[number].lower().startswith(wanted):
                last = number
                while self.lines[last].endswith(b"\\\n"):
                    last += 1
                return number, last + 1
        return None

    def override_text(self):
        """The value's lines, or None."""
        place = self.override()
        return None if place is None else b"".join(self.lines[slice(*place)])

    def set_override(self):
        place = self.override()
        section = self.section()
        if place is not None:
            self.lines[slice(*place)] = [OVERRIDE_LINE]
        elif section is None:
            header = OVERRIDE_KEY + b" %d\n" % time.time()
            self.lines += [b"\n", header, OVERRIDE_LINE]
        else:
            last = section[1]
            while last > section[0] + 1 and not self.lines[last - 1].strip():
                last -= 1
            self.lines.insert(last, OVERRIDE_LINE)

    def take_back(self, before, key_made):
        """before: the value's lines, or None."""
        place = self.override()
        self.lines[slice(*place)] = [] if before is None else before.splitlines(keepends=True)
        if not key_made:
            return
        first, last = self.section()
        if any(line.strip() and not line.startswith(b"#time=")
               for line in self.lines[first + 1:last]):
            return  # somebody has put other values there
        if last == len(self.lines):
            first -= 1  # as it was made: after an empty line, at the end
        del self.lines[first:last]


# ---- Wine ----------------------------------------------------------------------------------------


class Wine:
    """The Wine that runs programs in the prefix."""

    def __init__(self, program, any_version):
        self.program = shutil.which(program)
        if self.program is None:
            raise Problem(f"no Wine: there is no program {program}; install it (Debian: wine and "
                          "wine64), or name it by --wine PROGRAM")
        self.program = os.path.abspath(self.program)
        self.version = self.ask_version(any_version)
        self.modules = self.find_modules()
        self.own_dll = os.path.join(self.modules, "x86_64-windows", "iphlpapi.dll")

    def ask(self, program, **environment):
        """What it says to --version, which starts nothing and touches no prefix."""
        try:
            return subprocess.run(
                [program, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, "WINEDEBUG": "-all", **environment},
                timeout=SERVER_DEADLINE,
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
        if version < OLDEST_WINE:
            raise Problem(f"{text} is too old: 8.0 or later is needed")
        if version > NEWEST_WINE:
            if not any_version:
                raise Problem(f"{text} is newer than any that this was tested with (10.0); "
                              "--any-wine goes on all the same, and status says whether it works")
            note(f"{text} is newer than any that this was tested with")
        return text

    def find_modules(self):
        """The folder of Wine's own modules: the loader loads ntdll.so from there, and the dynamic
        linker tells where that is, whatever scripts are wrapped around it."""
        beside = os.path.join(os.path.dirname(os.path.realpath(self.program)), "wine64")
        for program in (self.program, beside, "/usr/lib/wine/wine64"):
            if not os.path.exists(program):
                continue
            said = self.ask(program, LD_DEBUG="files").stderr.decode(errors="replace")
            for path in re.findall(r"calling init: (/.*/[^/]+-unix/ntdll\.so)$", said, re.M):
                folder = os.path.dirname(os.path.dirname(os.path.realpath(path)))
                # A 32-bit loader; the 64-bit modules are in the same folder or in a sister of it.
                for candidate in (folder, folder.replace("i386-linux-gnu", "x86_64-linux-gnu"),
                                  folder.replace("/lib/", "/lib64/")):
                    if os.path.exists(os.path.join(candidate, "x86_64-windows", "iphlpapi.dll")):
                        return candidate
        bin_folder = os.path.dirname(os.path.realpath(self.program))
        for way in ("../lib/wine", "../lib64/wine", "../lib/x86_64-linux-gnu/wine"):
            candidate = os.path.realpath(os.path.join(bin_folder, way))
            if os.path.exists(os.path.join(candidate, "x86_64-windows", "iphlpapi.dll")):
                return candidate
        raise Problem(f"found no 64-bit modules (x86_64-windows/iphlpapi.dll) of {self.program}; "
                      "Debian has them in libwine")

    def unmarked(self):
        """Wine's own DLL as an ordinary one, which COPY becomes."""
        content = read(self.own_dll)
        end = MARKER_OFFSET + len(MARKER)
        if content[:2] != b"MZ" or content[MARKER_OFFSET:end] != MARKER:
            raise Problem(f"{self.own_dll} is not marked as a DLL of Wine's")
        return content[:MARKER_OFFSET] + bytes(len(MARKER)) + content[end:]


# ---- A prefix ------------------------------------------------------------------------------------


def holds_open(process, end):
    """Whether a process has a file open whose path ends so."""
    for descriptor in os.listdir(f"/proc/{process}/fd"):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{process}/fd/{descriptor}").endswith(end):
                return True
    return False


class Prefix:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.system32 = os.path.join(self.path, SYSTEM32)
        self.folder = os.path.join(self.path, STATE_FOLDER)
        self.state_file = os.path.join(self.folder, "state.json")
        self.user_reg = os.path.join(self.path, "user.reg")
        make = f"WINEPREFIX={self.path} wineboot -i"
        if not os.path.isdir(self.path):
            raise Problem(f"no Wine prefix: {self.path} does not exist; to make one run: {make}")
        if not os.path.exists(self.user_reg) or not os.path.isdir(self.system32):
            raise Problem(f"no Wine prefix: {self.path} has no user.reg or no {SYSTEM32}; to make "
                          f"one run: {make}")
        if b"\n#arch=win32\n" in read(self.user_reg)[:4096]:
            raise Problem(f"{self.path} is a 32-bit prefix; only 64-bit ones are supported")

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
        for path in (self.path, self.system32):
            if not os.access(path, os.W_OK):
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

    def kept(self, name):
        return os.path.join(self.folder, "before", name)


# ---- The DLL folder ------------------------------------------------------------------------------


class DllFolder:
    """x86_64-windows/iphlpnl.dll and x86_64-unix/iphlpnl.so, and which prefixes need them."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.users_file = os.path.join(self.path, USERS_FILE)
        self.made = []

    def file(self, name):
        return os.path.join(self.path, name)

    def make(self, changes):
        """The folder and those inside; all are there afterwards."""
        before = len(changes.made)
        for folder in (self.path, *(self.file(os.path.dirname(name)) for name in COMPANION)):
            changes.make_folder(folder)
        self.made = changes.made[before:]

    def record(self):
        record = read_record(self.users_file, {"prefixes", "folders"})
        if record is None:
            return None
        # A prefix may have been deleted as a whole.
        record["prefixes"] = [
            prefix for prefix in record["prefixes"]
            if os.path.exists(os.path.join(prefix, STATE_FOLDER, "state.json"))
        ]
        return record

    def plan_fill(self, changes, prefix, stage):
        """What is there already and was not put there by wine-prefix, as by a package, is used as
        it is, and stays."""
        contents = {name: read(os.path.join(stage, name)) for name in COMPANION}
        there = {name: read_if_there(self.file(name)) for name in COMPANION}
        record = self.record()
        if record is None:
            if there == contents:
                return
            for name, content in there.items():
                if content is not None:
                    raise Problem(f"{self.file(name)} is there already, of another build and not "
                                  "put there by wine-prefix; remove it, or choose another --dll-dir")
            record = {"prefixes": [], "folders": []}
        record["folders"] += self.made
        record["files"] = {name: digest(content) for name, content in contents.items()}
        others = [path for path in record["prefixes"] if path != prefix.path]
        if others and there != contents:
            note(f"the companion in {self.path} is replaced by that of this build; install it in "
                 f"these prefixes, too: {' '.join(others)}")
        record["prefixes"] = [*others, prefix.path]
        changes.write(self.users_file, to_json(record))
        for name, content in contents.items():
            if there[name] != content:
                changes.write(self.file(name), content)

    def clear_leftovers(self):
        with contextlib.suppress(OSError):
            for name in (USERS_FILE, *COMPANION):
                Transaction.clear(self.file(name))

    def plan_release(self, changes, prefix):
        """Returns the folders to remove afterwards, innermost first."""
        record = self.record()
        if record is None:
            return []
        record["prefixes"] = [path for path in record["prefixes"] if path != prefix.path]
        if record["prefixes"]:
            changes.write(self.users_file, to_json(record))
            return []
        for name, wanted in record.get("files", {}).items():
            there = file_digest(self.file(name))
            if there == wanted:
                changes.remove(self.file(name))
            elif there is not None:
                note(f"left alone, because it was replaced by something else: {self.file(name)}")
        changes.remove(self.users_file)
        return list(reversed(record["folders"]))


def to_json(value):
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


# ---- install -------------------------------------------------------------------------------------


def home_folder(otherwise):
    """As Wine finds it; what is not set or empty is asked of the system's users."""
    home = os.environ.get("HOME")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise Problem(f"HOME is not set, and this user has no home; {otherwise}") from None
    if not os.path.isabs(home):
        raise Problem(f"HOME is no absolute path: {home}; {otherwise}")
    return home


def default_prefix():
    return os.path.join(home_folder("say where the prefix is by --prefix DIR"), ".wine")


def default_dll_dir():
    otherwise = "say where the companion is to be by --dll-dir DIR"
    data = os.environ.get("XDG_DATA_HOME", "")
    # By the specification a relative one counts as not set.
    if not os.path.isabs(data):
        home = home_folder(otherwise)
        # Some have none on purpose: it is not for this program to make one.
        if not os.path.isdir(home):
            raise Problem(f"the home folder {home} does not exist; {otherwise}")
        data = os.path.join(home, ".local", "share")
    return os.path.join(data, "iphlpapi", "wine")


def fitted(stage, copy):
    """Our DLL for a prefix where `copy` is what it hands calls on to: Wines differ in what they
    have, and a program that looks for what this one has not must find it missing."""
    dll = os.path.join(stage, "iphlpapi.dll")
    try:
        return pe_exports.fitted(read(dll), COPY.removesuffix(".dll"), copy)
    except ValueError as error:
        raise Problem(f"{dll} cannot be fitted to this Wine's own DLL: {error}") from error


def built_file(stage, name, prefix):
    """What was built for system32 under this name, fitted to the copy that the prefix has; None if
    there is nothing to compare with."""
    if name != "iphlpapi.dll":
        return read_if_there(os.path.join(stage, COMPANION[0]))
    copy = read_if_there(os.path.join(prefix.system32, COPY))
    if copy is None or not os.path.exists(os.path.join(stage, name)):
        return None
    try:
        return fitted(stage, copy)
    except Problem:
        return None  # the copy is not one, which is told of by itself


def check_stage(stage):
    for name in ("iphlpapi.dll", *COMPANION):
        if not os.path.exists(os.path.join(stage, name)):
            raise Problem(f"{os.path.join(stage, name)} is not there: build it by scripts/wine-build,"
                          " or say where the build is by --stage DIR")


def install(options):
    stage = options.stage
    check_stage(stage)
    prefix = Prefix(options.prefix)
    wine = Wine(options.wine, options.any_wine)
    if options.into_wine:
        chosen = wine.modules
    else:
        chosen = options.dll_dir
    prefix.check_writable()
    prefix.check_idle()
    with contextlib.ExitStack() as locks:
        locks.enter_context(locked(prefix.path))
        state = prefix.state()
        if chosen is None:
            chosen = state["dll_dir"] if state else default_dll_dir()
        folder = DllFolder(chosen)
        former = DllFolder(state["dll_dir"]) if state else folder
        if ":" in folder.path:
            raise Problem(f"the path of --dll-dir must not have a colon: {folder.path}")
        contents = {
            "iphlpapi.dll": fitted(stage, wine.unmarked()),
            "iphlpnl.dll": read(os.path.join(stage, COMPANION[0])),
            COPY: wine.unmarked(),
        }
        left = []
        with transaction() as changes:
            folder.make(changes)
            locks.enter_context(locked(folder.path))
            plan_state(changes, prefix, state, folder, contents)
            folder.plan_fill(changes, prefix, stage)
            if former.path != folder.path and os.path.isdir(former.path):
                locks.enter_context(locked(former.path))
                left = plan_release_or_say(changes, former, prefix)
            plan_install(changes, prefix, contents)
            prefix.check_idle()
        remove_folders(left)
    say(f"{prefix.path}: {'refreshed' if state else 'installed'}, for {wine.version}")
    say_how_to_run(folder, wine)


def plan_state(changes, prefix, state, folder, contents):
    """The record goes first: whoever finds it can take back what follows, however much is done."""
    state = state or {"format": 1, "files": {}, "override": None}
    state["dll_dir"] = folder.path
    changes.make_folder(os.path.join(prefix.folder, "before"))
    for name, content in contents.items():
        path = os.path.join(prefix.system32, name)
        entry = state["files"].setdefault(name, {"placed": []})
        placed = {digest(content)}
        if was_placed(path, entry):
            placed.add(file_digest(path))
        elif "before" not in entry or os.path.lexists(path):
            entry["before"] = os.path.lexists(path)
            if entry["before"]:
                changes.write_kept(prefix.kept(name), path)
        entry["placed"] = sorted(placed)
    text = prefix.registry().override_text()
    if state["override"] is None or text != OVERRIDE_LINE:
        key_made = prefix.registry().section() is None
        state["override"] = {
            "before": None if text is None else text.decode("latin-1"),
            "key_made": key_made or bool(state["override"] and state["override"]["key_made"]),
        }
    changes.write(prefix.state_file, to_json(state))


def plan_install(changes, prefix, contents):
    for name, content in contents.items():
        path = os.path.join(prefix.system32, name)
        if os.path.islink(path) or file_digest(path) != digest(content):
            changes.write(path, content)
        else:
            changes.clear(path)
    registry = prefix.registry()
    if registry.override_text() != OVERRIDE_LINE:
        registry.set_override()
        changes.write(prefix.user_reg, registry.content(), like=os.stat(prefix.user_reg))


def was_placed(path, entry):
    return not os.path.islink(path) and file_digest(path) in entry["placed"]


def say_how_to_run(folder, wine):
    if os.path.realpath(folder.path) == os.path.realpath(wine.modules):
        say(f"The companion is in Wine's own folder, {folder.path}: nothing needs to be set.")
    elif folder.path in os.environ.get("WINEDLLPATH", "").split(":"):
        say(f"The companion is in {folder.path}, which WINEDLLPATH names.")
    else:
        say(f"The companion is in {folder.path}. Wine finds it by WINEDLLPATH: wherever programs "
            "are started\nfrom (shell, desktop file, launcher), set")
        say(f"    export WINEDLLPATH={folder.path}")
        say("Without it programs get what Wine's own iphlpapi.dll has, and no notifications.")


# ---- uninstall -----------------------------------------------------------------------------------


def uninstall(options):
    prefix = Prefix(options.prefix)
    prefix.check_writable()
    with contextlib.ExitStack() as locks:
        locks.enter_context(locked(prefix.path))
        state = prefix.state()
        if state is None:
            clear_leftovers(prefix)
            say(f"{prefix.path}: nothing is installed there")
            return
        prefix.check_idle()
        folder = DllFolder(state["dll_dir"])
        left = []
        with transaction() as changes:
            plan_uninstall(changes, prefix, state)
            if os.path.isdir(folder.path):
                locks.enter_context(locked(folder.path))
                left = plan_release_or_say(changes, folder, prefix)
            changes.remove(prefix.state_file)
            prefix.check_idle()
        folder.clear_leftovers()
        remove_folders(left)
        clear_leftovers(prefix)
    say(f"{prefix.path}: taken out, the prefix is as it was before")


def plan_uninstall(changes, prefix, state):
    registry = prefix.registry()
    override = state["override"]
    if registry.override_text() == OVERRIDE_LINE:
        before = override["before"]
        registry.take_back(None if before is None else before.encode("latin-1"),
                           override["key_made"])
        changes.write(prefix.user_reg, registry.content(), like=os.stat(prefix.user_reg))
    elif (registry.override_text() or b"") != (override["before"] or "").encode("latin-1"):
        note("left alone, because it was changed since: the DLL override of iphlpapi")
    for name, entry in state["files"].items():
        path = os.path.join(prefix.system32, name)
        if was_placed(path, entry) or not os.path.lexists(path):
            if entry["before"]:
                changes.write_kept(path, prefix.kept(name))
            else:
                changes.remove(path)
        elif not same_file(path, prefix.kept(name)):
            note(f"left alone, because it was replaced by something else: {path}")


def same_file(path, other):
    if not os.path.lexists(other):
        return False
    if os.path.islink(path) or os.path.islink(other):
        return os.path.islink(path) and os.path.islink(other) and \
            os.readlink(path) == os.readlink(other)
    return read(path) == read(other)


def plan_release_or_say(changes, folder, prefix):
    if not os.access(folder.path, os.W_OK):
        if folder.record() is not None:
            note(f"left alone, because it cannot be written to: {folder.path}")
        return []
    return folder.plan_release(changes, prefix)


def clear_leftovers(prefix):
    """What was kept, and what a killed process left beside its place."""
    for name in ("iphlpapi.dll", "iphlpnl.dll", COPY):
        Transaction.clear(os.path.join(prefix.system32, name))
    Transaction.clear(prefix.user_reg)
    if os.path.isdir(prefix.folder):
        shutil.rmtree(prefix.folder)


# ---- status --------------------------------------------------------------------------------------


class Report:
    """Lines of status, and what is wrong."""

    def __init__(self):
        self.wrong = []

    def line(self, name, value, wrong=None):
        say(f"{name + ':':<20}{value}")
        if wrong:
            self.wrong.append(wrong)


def status(options):
    prefix = Prefix(options.prefix)
    wine = Wine(options.wine, True)
    state = prefix.state()
    report = Report()
    report.line("prefix", prefix.path)
    report.line("Wine", f"{wine.version}, modules in {wine.modules}")
    if state is None:
        report.line("installed", "no")
    else:
        report.line("installed", "yes")
        report_files(report, prefix, state, wine, options.stage)
    if OVERRIDE_NAME in os.environ.get("WINEDLLOVERRIDES", "").lower():
        report.line("WINEDLLOVERRIDES", "names iphlpapi, and wins over the prefix' registry")
    if options.probe:
        report_probe(report, prefix, wine, state, options.stage)
    for text in report.wrong:
        say(f"wrong: {text}")
    if state is None:
        return EXIT_ABSENT
    return EXIT_BROKEN if report.wrong else EXIT_WORKS


def report_files(report, prefix, state, wine, stage):
    again = "run: wine-prefix install"
    for name in ("iphlpapi.dll", "iphlpnl.dll"):
        entry = state["files"][name]
        path = os.path.join(prefix.system32, name)
        built = built_file(stage, name, prefix)
        if not os.path.lexists(path):
            report.line(name, "missing", f"{name} is missing; {again}")
        elif not was_placed(path, entry):
            report.line(name, "replaced by something else", f"{name} is not the one that was "
                        f"installed; {again}")
        elif built is not None and built != read(path):
            report.line(name, "of another build than the one in " + stage)
        else:
            report.line(name, "in place")
    report_copy(report, prefix, state, wine, again)
    text = prefix.registry().override_text()
    if text == OVERRIDE_LINE:
        report.line("override", "native,builtin")
    else:
        value = "none" if text is None else text.decode("latin-1").partition("=")[2].strip()
        report.line("override", value, f"the DLL override is not native,builtin; {again}")
    report_folder(report, DllFolder(state["dll_dir"]), wine, prefix, again)


def report_copy(report, prefix, state, wine, again):
    name = COPY
    path = os.path.join(prefix.system32, name)
    if not os.path.lexists(path):
        report.line(name, "missing", f"{name} is missing; {again}")
    elif read(path) == wine.unmarked():
        report.line(name, "made from this Wine")
    elif was_placed(path, state["files"][name]):
        report.line(name, "stale", "wine_iphlpapi.dll was made from another Wine than this one; "
                    f"{again}")
    else:
        report.line(name, "replaced by something else", f"{name} is not the one that was "
                    f"installed; {again}")


def report_folder(report, folder, wine, prefix, again):
    missing = [name for name in COMPANION if not os.path.exists(folder.file(name))]
    if missing:
        report.line("companion", f"missing in {folder.path}",
                    f"{folder.file(missing[0])} is missing; {again}")
        return
    if file_digest(folder.file(COMPANION[0])) != \
            file_digest(os.path.join(prefix.system32, "iphlpnl.dll")):
        report.line("companion", f"of another build, in {folder.path}",
                    f"the companion in {folder.path} is not of the installed build; {again}")
        return
    named = [os.path.realpath(path) for path in os.environ.get("WINEDLLPATH", "").split(":") if path]
    if os.path.realpath(folder.path) == os.path.realpath(wine.modules):
        report.line("companion", "in Wine's own folder")
    elif os.path.realpath(folder.path) in named:
        report.line("companion", f"in {folder.path}, which WINEDLLPATH names")
    else:
        report.line("companion", f"in {folder.path}", "WINEDLLPATH does not name the companion's "
                    f"folder: export WINEDLLPATH={folder.path}")


def report_probe(report, prefix, wine, state, stage):
    probe = os.path.join(stage, "iphlpapi_probe.exe")
    if not os.path.exists(probe):
        raise Problem(f"{probe} is not there: build it by scripts/wine-build, say where the build "
                      "is by --stage DIR, or do without by --no-probe")
    answer = run_probe(prefix, wine, probe, {})
    text, works = describe(answer)
    report.line("a program gets", text, None if works or state is None else text)
    if state is None or works:
        return
    # Is it the environment alone?
    path = ":".join(filter(None, (state["dll_dir"], os.environ.get("WINEDLLPATH"))))
    text, works = describe(run_probe(prefix, wine, probe, {"WINEDLLPATH": path}))
    report.line("with WINEDLLPATH", text)


def run_probe(prefix, wine, probe, environment):
    """The probe's lines as a dictionary; leaves Wine as it was found, running or not."""
    was_running = prefix.server() is not None
    # Without a display nothing can pop up, as for the update of a prefix by a newer Wine.
    environment = {
        **{name: value for name, value in os.environ.items()
           if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        "WINEPREFIX": prefix.path,
        "WINEDEBUG": "-all",
        **environment,
    }
    process = subprocess.Popen(
        [wine.program, probe],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=PROBE_DEADLINE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise Problem(f"a program in {prefix.path} did not end within {PROBE_DEADLINE} s") from None
    end = time.monotonic() + SERVER_DEADLINE
    while not was_running and prefix.server() is not None and time.monotonic() < end:
        time.sleep(0.05)
    answer = dict(line.split("=", 1) for line in
                  output.decode(errors="replace").splitlines() if "=" in line)
    # The last line of what it says tells that all have come.
    if process.returncode != 0 or not {"error", "forwarded"} & answer.keys():
        raise Problem(f"no program runs in {prefix.path}: {wine.program} ended with status "
                      f"{process.returncode}")
    return answer


def describe(answer):
    """(what a program gets in words, whether it is ours and works)."""
    if answer["loaded"] != "yes":
        return f"no iphlpapi.dll (error {answer['error']})", False
    if answer["kind"] == "builtin":
        return f"Wine's own iphlpapi.dll; {notifications(answer)}", False
    if answer["companion"] == answer["copy"] == "none":
        return f"another iphlpapi.dll, neither ours nor Wine's; {notifications(answer)}", False
    if answer["notify_error"] == str(ERROR_NOT_SUPPORTED):
        return "ours, but it finds neither its unixlib nor Wine's own: functions answer " \
            "ERROR_NOT_SUPPORTED", False
    if answer["host"] != "yes":
        return f"ours, but its unixlib is not found: Wine's own answers; {notifications(answer)}", \
            False
    text = "ours; " + notifications(answer)
    works = answer["initial"] == "yes" and answer["handle"] == "yes"
    if answer["forwarded"] != "yes":
        return text + "; functions left to wine_iphlpapi.dll do not work", False
    return text, works


def notifications(answer):
    if answer["notify_error"] != "0":
        return f"notifications are refused with error {answer['notify_error']}"
    if answer["handle"] != "yes":
        return "registering for notifications gives no handle" + \
            ("" if answer["initial"] == "yes" else ", and none arrives")
    if answer["initial"] != "yes":
        return "notifications do not arrive"
    return "notifications arrive"


# ---- Arguments -----------------------------------------------------------------------------------


def parse():
    parser = output.Parser(
        prog="wine-prefix",
        description="Put this project's iphlpapi.dll into a Wine prefix, take it out again exactly, "
        "or say which one programs there get.",
        epilog="Exit status: 0 done, or status: installed and working; 1 an error, and nothing was "
        "changed; 2 wrong arguments; 3 status: installed, but something is wrong; "
        "4 status: not installed. It tells whether the work was done: it does not matter whether "
        "anybody reads what is printed; if there is no room for that, it is 1 of status, and 0 of "
        "what has been installed or taken out. See docs/WINE.md.",
    )
    parser.add_argument("command", choices=("install", "uninstall", "status"))
    parser.add_argument("--prefix", metavar="DIR", type=output.given,
                        default=os.environ.get("WINEPREFIX") or None,
                        help="default: $WINEPREFIX, else ~/.wine")
    parser.add_argument("--dll-dir", metavar="DIR", type=output.given,
                        help="where the companion goes, for all prefixes; WINEDLLPATH must name it; "
                        "default: iphlpapi/wine in $XDG_DATA_HOME, else in ~/.local/share")
    parser.add_argument("--into-wine", action="store_true",
                        help="install: the same as --dll-dir with Wine's own module folder, which "
                        "must be writable; WINEDLLPATH is not needed then")
    parser.add_argument("--wine", metavar="PROGRAM", type=output.given,
                        default=os.environ.get("WINE") or "wine",
                        help="the Wine of the prefix; default: $WINE, else wine")
    parser.add_argument("--any-wine", action="store_true",
                        help="install: even if Wine is newer than any that this was tested with")
    parser.add_argument("--stage", metavar="DIR", type=output.given,
                        default=os.environ.get("IPHLPAPI_STAGE") or None,
                        help="what scripts/wine-build made; default: build/wine")
    parser.add_argument("--no-probe", dest="probe", action="store_false",
                        help="status: look at files only, start nothing in the prefix")
    options = parser.parse_args()
    if options.into_wine and options.dll_dir:
        parser.error("--into-wine and --dll-dir exclude each other")
    return options


def interrupted(number, _):
    raise Problem(f"interrupted by signal {number}")


def main():
    output.prepare()
    options = parse()
    for number in SIGNALS:
        signal.signal(number, interrupted)
    try:
        options.stage = os.path.abspath(options.stage or "build/wine")
        options.prefix = options.prefix or default_prefix()
        return {"install": install, "uninstall": uninstall, "status": status}[options.command](
            options) or 0
    except Problem as problem:
        note(problem)
    except output.Unwritable as error:
        note(error)
        # The others say what they have to say when they are done.
        return EXIT_PROBLEM if options.command == "status" else EXIT_WORKS
    except OSError as error:
        note(f"{error.filename or options.prefix}: {error.strerror or error}")
    return EXIT_PROBLEM


if __name__ == "__main__":
    sys.exit(main())
