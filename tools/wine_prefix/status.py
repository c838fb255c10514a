# SPDX-License-Identifier: LGPL-2.1-or-later
"""wine-prefix status."""

import os

from .dll_folder import DllFolder
from .dlls import built, copy_of_own
from .files import file_digest, read, was_placed
from .messages import EXIT_ABSENT, EXIT_BROKEN, EXIT_WORKS, Problem, say
from .prefix import Prefix
from .probe import describe, run_probe
from .registry import OVERRIDE_LINE, OVERRIDE_NAME
from .widths import COMPANION, COPY, PROBE, built_companions
from .wine import Wine

AGAIN = "run: wine-prefix install"


def status(options):
    prefix = Prefix(options.prefix)
    wine = Wine(options.wine, True)
    report = Report(prefix, wine, options.stage)
    report.line("prefix", prefix.path)
    report.line("Wine", f"{wine.version}, modules in {wine.modules}")
    if report.state is None:
        report.line("installed", "no")
    else:
        report.line("installed", "yes")
        report.installed()
    if OVERRIDE_NAME in os.environ.get("WINEDLLOVERRIDES", "").lower():
        report.line("WINEDLLOVERRIDES", "names iphlpapi, and wins over the prefix' registry")
    if options.probe:
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
        say(f"{name + ':':<19} {value}")
        if wrong:
            self.wrong.append(wrong)

    def installed(self):
        for width in self.widths:
            for name in width.sources():
                self.file(width, name)
            self.copy(width)
        self.override()
        self.companion()

    def was_placed(self, name):
        # A record may be older than a width.
        entry = self.state["files"].get(name, {"placed": []})
        return was_placed(self.prefix.file(name), entry)

    def file(self, width, what):
        name = width.placed(what)
        path = self.prefix.file(name)
        newest = built(width, self.stage, what)
        if not os.path.lexists(path):
            self.line(name, "missing", f"{name} is missing; {AGAIN}")
        elif not self.was_placed(name):
            self.replaced(name)
        elif newest is not None and newest != read(path):
            self.line(name, "of another build than the one in " + self.stage)
        else:
            self.line(name, "in place")

    def copy(self, width):
        name = width.placed(COPY)
        path = self.prefix.file(name)
        if not os.path.lexists(path):
            self.line(name, "missing", f"{name} is missing; {AGAIN}")
        elif read(path) == copy_of_own(width, self.wine):
            self.line(name, "made from this Wine")
        elif self.was_placed(name):
            self.line(name, "stale", f"{name} was made from another Wine than this one; {AGAIN}")
        else:
            self.replaced(name)

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
        folder = DllFolder(self.state["dll_dir"])
        missing = [name for name in built_companions(self.stage) if not os.path.exists(folder.file(name))]
        if missing:
            self.line("companion", f"missing in {folder.path}",
                      f"{folder.file(missing[0])} is missing; {AGAIN}")
            return
        if any(file_digest(folder.file(width.companion[0])) !=
               file_digest(self.prefix.file(width.placed(COMPANION))) for width in self.widths):
            self.line("companion", f"of another build, in {folder.path}",
                      f"the companion in {folder.path} is not of the installed build; {AGAIN}")
            return
        named = [os.path.realpath(path)
                 for path in os.environ.get("WINEDLLPATH", "").split(":") if path]
        if os.path.realpath(folder.path) == os.path.realpath(self.wine.modules):
            self.line("companion", "in Wine's own folder")
        elif os.path.realpath(folder.path) in named:
            self.line("companion", f"in {folder.path}, which WINEDLLPATH names")
        else:
            self.line("companion", f"in {folder.path}; programs get it from the prefix")

    def probe(self, width):
        program = width.staged(self.stage, PROBE)
        if not os.path.exists(program):
            raise Problem(f"{program} is not there: build it by scripts/wine-build, say where the "
                          "build is by --stage DIR, or do without by --no-probe")
        text, works = describe(run_probe(self.prefix, self.wine, program, {}))
        self.line(f"a {width.program} gets", text,
                  None if works or self.state is None else text)
        if self.state is None or works:
            return
        # Is it the environment alone?
        path = ":".join(filter(None, (self.state["dll_dir"], os.environ.get("WINEDLLPATH"))))
        text, works = describe(run_probe(self.prefix, self.wine, program, {"WINEDLLPATH": path}))
        self.line("with WINEDLLPATH", text)
