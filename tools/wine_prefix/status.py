# SPDX-License-Identifier: LGPL-2.1-or-later
"""wine-prefix status."""

import os

from .dll_folder import DllFolder
from .dlls import built, lacking, way_to_own
from .files import Link, digest, file_digest, place_digest, was_placed
from .messages import EXIT_ABSENT, EXIT_BROKEN, EXIT_WORKS, PROGRAM, Problem, say
from .prefix import Prefix
from .probe import Silent, borrowed, describe, reasons, run_probe, runs_without, search_path
from .registry import OVERRIDE_LINE, OVERRIDE_NAME
from .widths import COMPANION, COPY, OURS, PROBE, WIDTHS, built_sources
from .wine import Wine

AGAIN = f"run: {PROGRAM} install"
MOST_NAMES = 3


def status(options):
    prefix = Prefix(options.prefix)
    wine = Wine(options.wine)
    report = Report(prefix, wine, options.stage)
    report.line("prefix", prefix.path)
    report.line("Wine", f"{wine.version}, modules in {', '.join(wine.folders())}")
    if report.state is None:
        report.line("installed", "no")
    else:
        report.line("installed", "yes")
        report.installed()
    if OVERRIDE_NAME in os.environ.get("WINEDLLOVERRIDES", "").lower():
        report.line("WINEDLLOVERRIDES", "names iphlpapi, and wins over the prefix' registry")
    if options.probe:
        with borrowed(prefix):
            for width in report.widths:
                report.probe(width)
    for text in report.wrong:
        say(f"wrong: {text}")
    if report.state is None:
        return EXIT_ABSENT
    return EXIT_BROKEN if report.wrong else EXIT_WORKS


class Report:
    """Lines of status, and what is wrong."""

    def __init__(self, prefix, wine, stage):
        self.prefix = prefix
        self.wine = wine
        self.stage = stage
        self.widths = prefix.widths(wine, stage)
        self.state = prefix.state()
        self.wrong = []

    def line(self, name, value, wrong=None):
        say(f"{name + ':':<27} {value}")
        if wrong:
            self.wrong.append(wrong)

    def installed(self):
        if not self.prefix.is_narrow:
            for width in WIDTHS:
                if not self.wine.has(width):
                    self.line(f"{width.bits}-bit programs", "do not run: this Wine has no modules "
                              f"for them ({width.windows})")
        for width in self.widths:
            names = [width.placed(name) for name in (*width.sources(), COPY)]
            if not any(name in self.state["files"] for name in names):
                self.line(f"{width.bits}-bit programs", "not installed",
                          f"nothing is installed for {width.bits}-bit programs; {AGAIN}")
                continue
            for name in built_sources(width, self.stage):
                self.file(width, name)
            self.way_to_own(width)
        self.override()
        self.companion()

    def was_placed(self, name):
        # A record may be older than a width.
        entry = self.state["files"].get(name, {"placed": []})
        return was_placed(self.prefix.file(name), entry)

    def file(self, width, what):
        name = width.placed(what)
        path = self.prefix.file(name)
        newest = built(width, self.stage, what, self.wine)
        if not os.path.lexists(path):
            self.line(name, "missing", f"{name} is missing; {AGAIN}")
        elif not self.was_placed(name):
            self.replaced(name)
        elif what == OURS and (names := lacking(path, width, self.wine)):
            self.line(name, "stale", f"{name} lacks what this Wine's own has: "
                      f"{', '.join(names[:MOST_NAMES])}{', …' if names[MOST_NAMES:] else ''}; "
                      f"{AGAIN}")
        elif newest is not None and digest(newest) != place_digest(path):
            self.line(name, "of another build than the one in " + self.stage)
        else:
            self.line(name, "in place")

    def way_to_own(self, width):
        name = width.placed(COPY)
        path = self.prefix.file(name)
        if not os.path.lexists(path):
            self.line(name, "missing", f"{name} is missing; {AGAIN}")
        elif place_digest(path) == digest(way_to_own(width, self.wine)):
            self.line(name, "this Wine's own")
        elif not self.was_placed(name):
            self.replaced(name)
        elif not os.path.exists(path):
            self.line(name, "nowhere", f"{name} is {Link.at(path)}, which is not there; {AGAIN}")
        else:
            self.line(name, "stale", f"{name} is that of another Wine than this one; {AGAIN}")

    def replaced(self, name):
        self.line(name, "replaced by something else",
                  f"{name} is not the one that was installed; {AGAIN}")

    def override(self):
        text = self.prefix.registry().override_text()
        if text == OVERRIDE_LINE:
            self.line("override", "native,builtin")
        else:
            value = "none" if text is None else text.decode("latin-1").partition("=")[2].strip()
            self.line("override", value, f"the DLL override is not native,builtin; {AGAIN}")

    def companion(self):
        folder = DllFolder(self.state["dll_dir"], self.stage)
        wines = DllFolder.of_wine(self.wine, self.widths[0], self.stage)
        is_wines = os.path.realpath(folder.path) == os.path.realpath(wines.path)
        if is_wines:
            folder = wines
        missing = folder.missing()
        if missing:
            self.line("companion", f"missing in {folder.path}", f"{missing[0]} is missing; {AGAIN}")
            return
        for width in self.widths:
            if width.companion[0] not in folder.files.values():
                continue  # programs of this width get it from the prefix
            name = width.placed(COMPANION)
            there = file_digest(folder.source(width.companion[0]))
            if name in self.state["files"] and there != file_digest(self.prefix.file(name)):
                self.line("companion", f"of another build, in {folder.path}",
                          f"the companion in {folder.path} is not of the installed build; {AGAIN}")
                return
        named = [os.path.realpath(path)
                 for path in os.environ.get("WINEDLLPATH", "").split(":") if path]
        if is_wines:
            self.line("companion", "in Wine's own folder")
        elif os.path.realpath(folder.path) in named:
            self.line("companion", f"in {folder.path}, which WINEDLLPATH names")
        else:
            self.line("companion", f"in {folder.path}, beside what is in the prefix")

    def probe(self, width):
        program = width.staged(self.stage, PROBE)
        if not os.path.exists(program):
            raise Problem(f"{program} is not there: build it by scripts/wine-build, say where the "
                          "build is by --stage DIR, or do without by --no-probe")
        what = f"a {width.program} gets"
        try:
            text, works = describe(run_probe(self.prefix, self.wine, program, {}))
        except Silent as problem:
            if width is self.widths[0]:
                raise
            without = runs_without(self.prefix, self.wine, program)
            self.line(what, f"nothing: {problem}", str(problem) if without and self.state else None)
            return
        self.line(what, text, None if works or self.state is None else f"{what}: {text}")
        if self.state is None or works:
            return
        # Is it the environment alone?
        path = search_path(self.state["dll_dir"])
        variable = {"WINEDLLPATH": path}
        text, works = describe(run_probe(self.prefix, self.wine, program, variable))
        self.line("with WINEDLLPATH", text)
        if not works:
            for reason in reasons(self.prefix, self.wine, program, variable):
                self.line("Wine says", reason)
        else:
            self.wrong.append(f"{width.program}s reach the host by WINEDLLPATH only: "
                              f"export WINEDLLPATH={path}")
