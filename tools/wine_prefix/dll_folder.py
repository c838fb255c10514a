# SPDX-License-Identifier: LGPL-2.1-or-later
"""The folder of the companion, and which prefixes need it.

Wine looks for it in each folder of WINEDLLPATH: Windows modules and unixlibs have folders inside,
one for each processor; widths.py has their names.
"""

import contextlib
import os

from .files import digest, file_digest, read, read_if_there, read_record, to_json
from .messages import Problem, note
from .prefix import STATE_FOLDER
from .transaction import Transaction
from .widths import COMPANIONS, built_companions

USERS_FILE = "iphlpnl.json"


class DllFolder:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.users_file = os.path.join(self.path, USERS_FILE)
        self.made = []

    def file(self, name):
        return os.path.join(self.path, name)

    def make(self, changes, stage):
        """The folder and those inside; all are there afterwards."""
        before = len(changes.made)
        for folder in (self.path, *(self.file(os.path.dirname(name)) for name in built_companions(stage))):
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
        contents = {name: read(os.path.join(stage, name)) for name in built_companions(stage)}
        there = {name: read_if_there(self.file(name)) for name in contents}
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
        for name in record.get("files", {}).keys() - contents.keys():
            changes.remove(self.file(name))  # of another build
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
            for name in (USERS_FILE, *COMPANIONS):
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
