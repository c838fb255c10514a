# SPDX-License-Identifier: LGPL-2.1-or-later
"""The folder of the companion, and which prefixes need it.

Wine looks for it among its own modules and in each folder of WINEDLLPATH: Windows modules and
unixlibs have folders inside, one for each processor; widths.py has their names.
"""

import contextlib
import os

from .files import digest, file_digest, read, read_if_there, read_record, to_json
from .messages import Problem, note
from .prefix import STATE_FOLDER
from .transaction import Transaction
from .widths import COMPANIONS, WIDTHS, built_companions

USERS_FILE = "iphlpnl.json"


class DllFolder:
    """files: {a file's name in the record: what it is in the stage}."""

    def __init__(self, path, stage=None, files=None):
        """Without a stage: with all that may be there."""
        self.path = os.path.abspath(path)
        names = COMPANIONS if stage is None else built_companions(stage)
        self.files = files or {name: name for name in names}
        self.users_file = os.path.join(self.path, USERS_FILE)
        self.made = []

    @classmethod
    def of_wine(cls, wine, own, stage, every_width=False):
        """Wine's own modules; own: the prefix' width. Those of another width may be elsewhere, and
        have whole paths in the record. No folder is made there. Without every_width those count
        that are there: a package for one processor has no files for another, whose programs find
        theirs in the prefix."""
        path = wine.modules_of[own.name]
        files = {}
        built = built_companions(stage)
        for width in filter(wine.has, WIDTHS):
            for name in filter(built.__contains__, width.companion):
                file = os.path.join(wine.modules_of[width.name], name)
                if not (every_width or width is own or os.path.exists(file)):
                    continue
                if os.path.isdir(os.path.dirname(file)):
                    files[name if os.path.dirname(os.path.dirname(file)) == path else file] = name
        return cls(path, files=files)

    def file(self, name):
        return os.path.join(self.path, name)

    def source(self, name):
        """Where that is which has this name in the stage."""
        return next(self.file(file) for file, source in self.files.items() if source == name)

    def has(self, stage):
        """Whether the companion of this build is there, whoever put it there."""
        return all(file_digest(self.file(name)) == file_digest(os.path.join(stage, source))
                   for name, source in self.files.items())

    def missing(self):
        return [self.file(name) for name in self.files if not os.path.exists(self.file(name))]

    def make(self, changes):
        """The folder and those inside; all are there afterwards."""
        before = len(changes.made)
        for folder in (self.path, *(os.path.dirname(self.file(name)) for name in self.files)):
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
        contents = {name: read(os.path.join(stage, source)) for name, source in self.files.items()}
        there = {name: read_if_there(self.file(name)) for name in contents}
        record = self.record()
        if record is None:
            if there == contents:
                return
            record = {"prefixes": [], "folders": []}
        ours = record.setdefault("files", {})
        for name, content in there.items():
            if content not in (None, contents[name]) and name not in ours:
                raise Problem(f"{self.file(name)} is there already, of another build and not put "
                              "there by wine-prefix; remove it, or choose another --dll-dir")
        changed = {name: content for name, content in contents.items() if there[name] != content}
        if not changed and not os.access(self.path, os.W_OK):
            return  # root's, who has put it there for everybody
        self.check_writable(changed)
        record["folders"] += self.made
        for name in ours.keys() - contents.keys():
            changes.remove(self.file(name))  # of another build
            del ours[name]
        ours.update({name: digest(content) for name, content in changed.items()})
        others = [path for path in record["prefixes"] if path != prefix.path]
        if others and any(there[name] is not None for name in changed):
            note(f"the companion in {self.path} is replaced by that of this build; install it in "
                 f"these prefixes, too: {' '.join(others)}")
        record["prefixes"] = [*others, prefix.path]
        changes.write(self.users_file, to_json(record))
        for name, content in changed.items():
            changes.write(self.file(name), content)

    def check_writable(self, names):
        for folder in (self.path, *(os.path.dirname(self.file(name)) for name in names)):
            if not os.access(folder, os.W_OK):
                raise Problem(f"cannot write to {folder}; choose another place for the companion by "
                              "--dll-dir DIR")

    def clear_leftovers(self):
        with contextlib.suppress(OSError):
            for name in (USERS_FILE, *self.files):
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


def plan_release_or_say(changes, folder, prefix):
    if not os.access(folder.path, os.W_OK):
        if folder.record() is not None:
            note(f"left alone, because it cannot be written to: {folder.path}")
        return []
    return folder.plan_release(changes, prefix)
