# SPDX-License-Identifier: LGPL-2.1-or-later
"""wine-prefix uninstall."""

import contextlib
import os
import shutil

from .dll_folder import DllFolder, plan_release_or_say
from .files import locked, same_file, was_placed
from .messages import note, say
from .prefix import Prefix
from .transaction import Transaction, remove_folders, transaction
from .widths import PLACED


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
    if registry.take_back(override):
        changes.write(prefix.user_reg, registry.content(), like=os.stat(prefix.user_reg))
    elif (registry.override_text() or b"") != (override["before"] or "").encode("latin-1"):
        note("left alone, because it was changed since: the DLL override of iphlpapi")
    for name, entry in state["files"].items():
        path = prefix.file(name)
        if was_placed(path, entry) or not os.path.lexists(path):
            if entry["before"]:
                changes.write_kept(path, prefix.kept(name))
            else:
                changes.remove(path)
        elif not same_file(path, prefix.kept(name)):
            note(f"left alone, because it was replaced by something else: {path}")


def clear_leftovers(prefix):
    """What was kept, and what a killed process left beside its place."""
    for name in PLACED:
        Transaction.clear(prefix.file(name))
    Transaction.clear(prefix.user_reg)
    if os.path.isdir(prefix.folder):
        shutil.rmtree(prefix.folder)
