# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changing files, all or none.

    with transaction() as changes:
        changes.write(path, content)

plans; the end of the block makes all changes, or none if anything fails.
"""

import contextlib
import errno
import os
import shutil
import signal
import stat

from .files import Link, read
from .messages import Problem

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
        self.shared = {}

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

    def place(self, path, content):
        """content: a file's bytes, or a Link."""
        if isinstance(content, Link):
            os.symlink(content, self.plan(path))
        else:
            self.write(path, content)

    def plan(self, path):
        new = self.beside(path, "new")
        self.clear(path)
        self.planned.append((path, new))
        return new

    def write_shared(self, path, content, take_back):
        """A file that Wine writes, too, when programs run before all is done: what it has written
        by then is not what was there, and take_back(content) makes that of it."""
        self.shared[path] = content, take_back
        self.write(path, content, like=os.stat(path))

    def write(self, path, content, like=None):
        """like: stat result of a file whose owner and permissions the new one gets."""
        new = self.plan(path)
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
        new = self.plan(path)
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
            if path in self.shared:
                self.roll_back_shared(path, old)
            elif old is not None:
                os.replace(old, path)
            else:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
        leftovers = self.kept + [new for _, new in self.planned if new is not None]
        for path in leftovers:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        remove_folders(reversed(self.made))

    def roll_back_shared(self, path, old):
        written, take_back = self.shared[path]
        now = read(path)
        if now not in (written, read(old)):
            content = take_back(now)
            with open(self.beside(path, "new"), "wb") as file:
                file.write(content)
                self.imitate(file.fileno(), os.stat(path))
            os.replace(self.beside(path, "new"), path)
        else:
            os.replace(old, path)


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


def ignore_signals():
    """What follows is not to be cut off half-way by an impatient Ctrl-C."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
