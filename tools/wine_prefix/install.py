# SPDX-License-Identifier: LGPL-2.1-or-later
"""wine-prefix install."""

import contextlib
import os

from .dll_folder import DllFolder, plan_release_or_say
from .dlls import check_stage, to_place
from .files import digest, file_digest, locked, to_json, was_placed
from .messages import Problem, say
from .places import default_dll_dir
from .prefix import Prefix
from .registry import OVERRIDE_LINE
from .transaction import remove_folders, transaction
from .wine import Wine


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
        contents = {}
        for width in prefix.widths(wine, stage):
            contents.update(to_place(width, stage, wine))
        left = []
        with transaction() as changes:
            folder.make(changes, stage)
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
    for name, content in contents.items():
        changes.make_folder(os.path.dirname(prefix.kept(name)))
        path = prefix.file(name)
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
        path = prefix.file(name)
        if os.path.islink(path) or file_digest(path) != digest(content):
            changes.write(path, content)
        else:
            changes.clear(path)
    registry = prefix.registry()
    if registry.override_text() != OVERRIDE_LINE:
        registry.set_override()
        changes.write(prefix.user_reg, registry.content(), like=os.stat(prefix.user_reg))


def say_how_to_run(folder, wine):
    if os.path.realpath(folder.path) == os.path.realpath(wine.modules):
        say(f"The companion is in Wine's own folder, {folder.path}: nothing needs to be set.")
    elif folder.path in os.environ.get("WINEDLLPATH", "").split(":"):
        say(f"The companion is in {folder.path}, which WINEDLLPATH names.")
    else:
        say("Nothing needs to be set. If wine-prefix status says that the host half is not reached, "
            f"set\n    export WINEDLLPATH={folder.path}\nwherever programs are started from.")
