# SPDX-License-Identifier: LGPL-2.1-or-later
"""wine-prefix install."""

import contextlib
import os

from .dll_folder import DllFolder, plan_release_or_say
from .dlls import check_stage, to_place
from .files import digest, locked, place_digest, to_json, was_placed
from .messages import PROGRAM, Problem, note, say
from .places import default_dll_dir
from .prefix import Prefix
from .probe import (Silent, borrowed, describe, is_left_to_wine, reasons, run_probe, runs_without,
                    search_path)
from .registry import OVERRIDE_LINE, OVERRIDE_NAME, UserRegistry
from .transaction import remove_folders, transaction
from .widths import PROBE, built_host
from .wine import Wine


def install(options):
    stage = options.stage
    check_stage(stage, options.probe)
    prefix = Prefix(options.prefix)
    wine = Wine(options.wine)
    widths = prefix.widths(wine, stage)
    prefix.check_writable()
    prefix.check_idle()
    with contextlib.ExitStack() as locks:
        locks.enter_context(locked(prefix.path))
        state = prefix.state()
        folder = choose_folder(options, state, DllFolder.of_wine(wine, widths[0], stage, options.into_wine))
        former = DllFolder(state["dll_dir"]) if state else folder
        if ":" in folder.path:
            raise Problem(f"the path of --dll-dir must not have a colon: {folder.path}")
        contents = {}
        for width in widths:
            contents.update(to_place(width, stage, wine))
        left = []
        with transaction() as changes:
            folder.make(changes)
            locks.enter_context(locked(folder.path))
            new_state = plan_state(changes, prefix, state, folder, contents)
            folder.plan_fill(changes, prefix, stage)
            if former.path != folder.path and os.path.isdir(former.path):
                locks.enter_context(locked(former.path))
                left = plan_release_or_say(changes, former, prefix)
            plan_install(changes, prefix, contents, new_state["override"])
            prefix.check_idle()
            changes.commit()
            needy = None
            if options.probe:
                needy = who_needs_variable(prefix, wine, widths, stage, folder)
        remove_folders(left)
    say(f"{prefix.path}: {'refreshed' if state else 'installed'}, for {wine.version}")
    say_how_to_run(folder, needy)


def choose_folder(options, state, wines):
    """wines: Wine's own modules; if the companion is there already, as of a package, no other folder
    is needed."""
    if options.into_wine:
        return wines
    if options.dll_dir is not None:
        chosen = options.dll_dir
    elif wines.has(options.stage):
        return wines
    else:
        chosen = state["dll_dir"] if state else default_dll_dir()
    same = os.path.realpath(chosen) == os.path.realpath(wines.path)
    return wines if same else DllFolder(chosen, options.stage)


def who_needs_variable(prefix, wine, widths, stage, folder):
    """The programs that get ours, which works, with WINEDLLPATH only. A Problem if some do not."""
    needy = []
    with borrowed(prefix):
        for width in widths:
            program = width.staged(stage, PROBE)
            try:
                if needs_variable(prefix, wine, width, program, folder, stage):
                    needy.append(f"{width.program}s")
            except Silent as problem:
                if width is widths[0] or runs_without(prefix, wine, program):
                    raise Problem(f"{problem}; all has been taken back") from None
                note(f"no {width.bits}-bit program runs here, with Wine's own DLL either, so what "
                     f"those get is not known: {problem}")
    return needy


def needs_variable(prefix, wine, width, program, folder, stage):
    for variable in {}, {"WINEDLLPATH": search_path(folder.path)}:
        answer = run_probe(prefix, wine, program, variable)
        text, works = describe(answer)
        if works:
            return bool(variable)
    if not built_host(width, stage) and is_left_to_wine(answer):
        note(f"{width.program}s get what Wine's own iphlpapi.dll has: {width.companion[1]}, which "
             "this Wine takes for them, was not built; see scripts/wine-build --help")
        return False
    why = reasons(prefix, wine, program, variable)
    if OVERRIDE_NAME in os.environ.get("WINEDLLOVERRIDES", "").lower():
        why.append("WINEDLLOVERRIDES names iphlpapi, and wins over the prefix' registry")
    raise Problem("\n    ".join([f"it does not work with {wine.version}, so all has been taken back; "
                                f"a {width.program} gets: {text}", *why]))


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
            placed.add(place_digest(path))
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
    return state


def plan_install(changes, prefix, contents, override):
    for name, content in contents.items():
        path = prefix.file(name)
        if place_digest(path) != digest(content):
            changes.place(path, content)
        else:
            changes.clear(path)
    registry = prefix.registry()
    if registry.override_text() != OVERRIDE_LINE:
        registry.set_override()
        changes.write_shared(prefix.user_reg, registry.content(), without(override))


def without(override):
    def take_back(content):
        registry = UserRegistry(content)
        registry.take_back(override)
        return registry.content()
    return take_back


def say_how_to_run(folder, needy):
    """needy: the programs that need WINEDLLPATH; None: that is not known."""
    if needy:
        say(f"With this Wine {' and '.join(needy)} reach the host by WINEDLLPATH only: wherever they "
            f"are started from\n(shell, desktop file, launcher), set\n"
            f"    export WINEDLLPATH={folder.path}\n"
            "or install with --into-wine. Without it they get what Wine's own iphlpapi.dll has, and no "
            "notifications.")
        return
    say("Nothing needs to be set.")
    if needy is None:
        say(f"Whether programs get it says: {PROGRAM} status")
