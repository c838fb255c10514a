# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the scripts and programs do where nobody reads what they say, where there is no room, no home
or no right to write, and where arguments are wrong. tests/support/outputs.py has the rule.

    python3 test_scripts.py --mibwatch PROGRAM [--bench PROGRAM] [TEST...]
"""

import argparse
import collections
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path[1:1] = [os.path.join(SOURCE, "tests", "support")]

import outputs  # noqa: E402 (it is found by the line before)
import scene as scenes  # noqa: E402

arguments = None
scene = None
apart = None

LOG = r"(?:==> .*\n|-- working\n| *a chart\n|100% tests passed\n)*"

# Every program: how it is called in its messages, its options with a value, the arguments that it
# takes beside, and what it says to wrong ones.
Program = collections.namedtuple("Program", "name options words refuses", defaults=((), (), None))

SCRIPTS = {
    "scripts/bench": Program("bench", ("--rounds", "--json", "--markdown", "--build")),
    "scripts/cmocka-windows": Program("cmocka-windows", ("--width", "--build", "--source")),
    "scripts/conformance-matrix": Program(
        "conformance-matrix", ("--output", "--column", "--only", "--build", "--stage", "--wine")),
    "scripts/demo": Program("demo", ("--build",)),
    "scripts/glibc-matrix": Program("glibc-matrix", ("--suite", "--preset", "--root", "--mirror")),
    "scripts/kernel-matrix": Program(
        "kernel-matrix", ("--cache", "--mirror", "--build", "--output")),
    "scripts/nightly": Program(
        "nightly", ("--seeds", "--seed", "--rounds", "--fuzz", "--build")),
    "scripts/package": Program("package", ("--suite", "--output", "--root", "--mirror")),
    "scripts/soak": Program("soak", ("--seed", "--output", "--build"), ("0.1",)),
    "scripts/test": Program("test", ("--fuzz", "--wine")),
    "scripts/wine-bench": Program("wine-bench", ("--rounds", "--json", "--wine")),
    "scripts/wine-build": Program("wine-build", ("--build",)),
    "scripts/wine-matrix": Program(
        "wine-matrix", ("--root", "--suite", "--mirror", "--wine", "--output")),
    "scripts/wine-newwow64": Program("wine-newwow64", (), ("new",)),
    "scripts/wine-prefix": Program(
        "wine-prefix", ("--prefix", "--dll-dir", "--wine", "--stage"), ("status",)),
    "bench/report.py": Program("report.py", ("--image",), ("markdown", "results.json")),
    "tests/conformance/run_each": Program("run_each", ("--results", "--only", "--after")),
    "tests/wine/conformance/run": Program("run", ("--wine", "--width", "--results", "--only")),
    "tests/install/run": Program(
        "run", ("--build", "--scratch", "--cmake", "--compiler", "--cxx", "--version",
                "--prefix")),
    "tests/fuzz/run": Program("run"),
    "mibwatch": Program(
        "mibwatch", ("--kind", "--family", "--color", "--count", "--duration"), (),
        r"mibwatch: .*\r?\nTry 'mibwatch --help'\.\r?\n"),
    "iphlpapi-bench": Program("iphlpapi-bench", ("--rounds", "--json"), (), r"[^\0]*"),
}

# What can be run to its end here: program, arguments, what its printing is, its exit status, what
# it says on standard error, and what is there afterwards.
Row = collections.namedtuple("Row", "program words kind status says leaves", defaults=(0, "", ()))

ROWS = [
    *(Row(program, ("--help",), outputs.PRINTS) for program in SCRIPTS),
    Row("mibwatch", ("--version",), outputs.PRINTS),
    Row("mibwatch", ("--initial", "--duration=0"), outputs.PRINTS),
    Row("mibwatch", ("--initial", "--count=1"), outputs.PRINTS),
    Row("iphlpapi-bench", ("--quick", "--rounds", "1", "--json", "{made}", "register"),
        outputs.PRINTS, 0, r"(?:==>.*\n| {4}.*\n)*", ("{made}",)),
    Row("bench/report.py", ("markdown", "{scene}/results.json"), outputs.PRINTS),
    Row("bench/report.py", ("data", "{scene}/results.json", "{empty}"), outputs.PRINTS, 0, "",
        ("{empty}/latency.dat",)),
    Row("scripts/bench", ("--build", "{made}", "--json", "{empty}/j.json", "--markdown",
                          "{empty}/page.md", "register"),
        outputs.PRINTS, 0, LOG, ("{empty}/j.json", "{empty}/page.md", "{empty}/img/latency.svg")),
    Row("scripts/cmocka-windows", ("--build", "{made}", "--source", "{scene}/source.tar"),
        outputs.PRINTS, 0, LOG, ("{made}/installed/done",)),
    Row("scripts/conformance-matrix", ("--column", "native", "--build", "{made}", "--output",
                                       "{empty}/page.md"),
        outputs.PRINTS, 0, LOG, ("{empty}/page.md",)),
    Row("scripts/nightly", ("--seeds", "2", "--seed", "7", "--build", "{made}", "converge"),
        outputs.PRINTS, 1, LOG, ("{made}/release",)),
    Row("scripts/nightly", ("--seeds", "2", "--seed", "8", "--build", "{made}", "converge"),
        outputs.WORKS, 0, LOG, ("{made}/release",)),
    Row("scripts/test", ("release",), outputs.WORKS, 0, LOG, ("{project}/build/release",)),
    Row("scripts/wine-build", ("--build", "{made}"), outputs.PRINTS, 0, LOG, ("{made}/.win64", "{made}/.x86_64-unix", "{made}/.win32", "{made}/.i386-unix")),
    Row("scripts/wine-prefix", ("status", "--no-probe"), outputs.PRINTS, 4),
    Row("scripts/wine-prefix", ("status",), outputs.PRINTS, 4),
    Row("scripts/wine-prefix", ("uninstall",), outputs.WORKS),
    Row("scripts/wine-prefix", ("install", "--dll-dir", "{made}"), outputs.WORKS, 0, "",
        ("{made}/x86_64-unix/iphlpnl.so", "{prefix}/.iphlpapi/state.json")),
    Row("tests/conformance/run_each", ("--results", "{made}", "{scene}/built/tests/conformance"),
        outputs.PRINTS, 0, "", ("{made}",)),
]


class Case(unittest.TestCase):
    longMessage = True

    def path(self, program):
        found = {"mibwatch": arguments.mibwatch, "iphlpapi-bench": arguments.bench}.get(
            program, scene.script(program))
        if found is None:
            self.skipTest(f"{program} is not built")
        return found

    def setUp(self):
        self.folder = scene.path(self._testMethodName)
        self.addCleanup(scenes.remove, self.folder)
        self.addCleanup(scenes.remove, scene.script("build"))
        self.clear()

    def clear(self):
        scenes.remove(self.folder)
        scenes.remove(scene.script("build"))
        for name in ("empty", "home"):
            os.makedirs(os.path.join(self.folder, name))
        shutil.copytree(scene.path("prefix"), self.at("prefix"))
        self.environment = {
            **scene.environment,
            "HOME": self.at("home"),
            "WINE": scene.path("wine/bin/wine"),
            "WINEPREFIX": self.at("prefix"),
            "IPHLPAPI_STAGE": scene.path("stage"),
        }

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def fill_in(self, text):
        return text.format(scene=scene.folder, project=scene.project, made=self.at("made"),
                           empty=self.at("empty"), prefix=self.at("prefix"))

    def start(self, program, *words, situation="kept", **changes):
        """Runs it; a changed variable of its environment that is None is not set."""
        environment = {**self.environment, **changes}
        # Who makes a network namespace is root, or in a user namespace.
        rights = [outputs.UNSHARE, "-Ur"] if program == "iphlpapi-bench" and os.geteuid() else []
        return outputs.run(
            [*rights, self.path(program), *map(self.fill_in, words)], situation, cwd=self.folder,
            env={name: value for name, value in environment.items() if value is not None})

    def check(self, result, status, says):
        self.assertEqual(outputs.noise_in(result[2]), [], result)
        self.assertEqual(result[0], status, result)
        if result[2] is not None:
            self.assertRegex(result[2], rf"\A{says}\Z", result)


class Outputs(Case):
    """Every row in every situation."""

    def test_rows(self):
        for row in ROWS:
            for situation in outputs.SITUATIONS:
                with self.subTest(program=row.program, words=row.words, situation=situation):
                    self.clear()
                    self.check_row(row, situation)

    def check_row(self, row, situation):
        program = SCRIPTS[row.program]
        result = self.start(row.program, *row.words, situation=situation)
        says_nothing = situation == "full" and row.words[0] in ("release", "--seeds") \
            and row.kind == outputs.WORKS
        status, says = (row.status, row.says) if says_nothing else outputs.expected(
            row.kind, situation, program.name, row.status, row.says)
        self.check(result, status, says)
        for path in row.leaves:
            path = self.fill_in(path)
            self.assertTrue(os.path.exists(path), f"{path} is not there: {result}")


class Arguments(Case):
    """Wrong ones are told in one line, and by the exit status where nobody reads that."""

    WRONG = ("kept", "readers gone", "both closed", "errors full")

    def check_refused(self, program, *words):
        refuses = SCRIPTS[program].refuses or rf"{SCRIPTS[program].name}: .*; see --help\n"
        for situation in self.WRONG:
            with self.subTest(program=program, words=words, situation=situation):
                self.check(self.start(program, *words, situation=situation), 2, refuses)

    def test_unknown(self):
        for program, about in SCRIPTS.items():
            self.check_refused(program, *about.words, "--nonsense")

    def test_missing_value(self):
        for program, about in SCRIPTS.items():
            for option in about.options:
                self.check_refused(program, *about.words, option)

    def test_empty_value(self):
        for program, about in SCRIPTS.items():
            for option in about.options:
                self.check_refused(program, *about.words, option, "")

    def test_kinds(self):
        """Of values: what is no number, what a flag does not have."""
        for program, words in (
            ("scripts/bench", ("--rounds", "0")), ("scripts/bench", ("--rounds=x",)),
            ("scripts/bench", ("--quick=yes",)), ("scripts/test", ("--fuzz", "-1")),
            ("scripts/nightly", ("--seeds", "12x")), ("scripts/nightly", ("--build=",)),
            ("scripts/package", ("nonsense",)),
            ("scripts/test", ("nonsense",)), ("scripts/wine-build", ("nonsense",)),
            ("scripts/conformance-matrix", ("--column", "wine", "--column=nonsense")),
        ):
            self.check_refused(program, *words)

    def test_joined(self):
        """An option and its value in one word."""
        self.check(self.start("scripts/nightly", "--seeds=2", "--seed=8", "--build={made}",
                              "converge"), 0, LOG)
        self.assertTrue(os.path.exists(self.at("made/release")))

    def test_missing_argument(self):
        for program in ("scripts/wine-prefix", "bench/report.py", "tests/conformance/run_each",
                        "tests/wine/conformance/run", "tests/install/run", "tests/fuzz/run"):
            self.check_refused(program)
        self.check_refused("bench/report.py", "data", "{scene}/results.json")


class Report(Case):
    def test_results(self):
        for name, content in ("nothing", None), ("text", b"hello"), ("list", b"[1]"), \
                ("other", b'[{"bench": "table"}]'), ("none", b"[]"), ("binary", b"\xff\xfe"):
            path = self.at("empty", name)
            if content is not None:
                scenes.write(path, content)
            with self.subTest(name):
                self.check(self.start("bench/report.py", "markdown", path), 1,
                           rf"report\.py: {re.escape(path)}: .*\n")


class Home(Case):
    """Where wine-prefix puts things that nobody said a place for."""

    def check_nothing_done(self):
        self.assertEqual(scenes.tree(self.at("prefix")), scenes.tree(scene.path("prefix")))

    def test_default_prefix(self):
        try:
            own = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            self.skipTest("the system does not know this user")
        if os.path.exists(os.path.join(own, ".wine")):
            self.skipTest(f"there is a prefix in {own}")
        for home in (None, ""):
            with self.subTest(home=home):
                self.check(self.start("scripts/wine-prefix", "status", HOME=home, WINEPREFIX=None),
                           1, rf"wine-prefix: no Wine prefix: {own}/\.wine does not exist; .*\n")

    def test_relative(self):
        for words in ("status",), ("install", "--prefix", "{prefix}"):
            self.check(self.start("scripts/wine-prefix", *words, HOME="home", WINEPREFIX=None), 1,
                       r"wine-prefix: .*HOME.*\n")
        self.assertEqual(os.listdir(self.at("home")), [])
        self.check_nothing_done()

    def test_not_there(self):
        """Whose home does not exist is meant to have none."""
        missing = self.at("missing")
        self.check(self.start("scripts/wine-prefix", "install", HOME=missing), 1,
                   rf"wine-prefix: .*{re.escape(missing)}.*--dll-dir.*\n")
        self.assertFalse(os.path.exists(missing))
        self.check_nothing_done()
        self.check(self.start("scripts/wine-prefix", "install", "--dll-dir", "{made}",
                              HOME=missing), 0, "")
        self.check(self.start("scripts/wine-prefix", "uninstall", HOME=missing), 0, "")
        self.check_nothing_done()

    def test_nobody(self):
        """A user whom the system does not know has no home at all."""
        command = [outputs.UNSHARE, "-U", "--map-user=54321"]
        if subprocess.run([*command, "true"], check=False, stderr=subprocess.DEVNULL).returncode:
            self.skipTest("takes user namespaces")
        environment = {name: value for name, value in self.environment.items()
                       if name not in ("HOME", "WINEPREFIX")}
        result = outputs.run([*command, self.path("scripts/wine-prefix"), "status"],
                             cwd=self.folder, env=environment)
        self.check(result, 1, r"wine-prefix: .*HOME.*--prefix.*\n")

    def test_data_home(self):
        usual = self.at("home/.local/share/iphlpapi/wine")
        for value, folder in ((None, usual), ("", usual), ("data", usual), ("./data", usual),
                              (self.at("new/data"), self.at("new/data/iphlpapi/wine"))):
            with self.subTest(value):
                self.clear()
                self.check(self.start("scripts/wine-prefix", "install", XDG_DATA_HOME=value), 0, "")
                self.assertTrue(os.path.exists(os.path.join(folder, "iphlpnl.json")))
                self.assertFalse(os.path.exists(self.at("data")))
                self.check(self.start("scripts/wine-prefix", "uninstall"), 0, "")
                self.check_nothing_done()

    def test_bytes(self):
        """A path that is no text in the user's language."""
        strange = os.fsdecode(b"strange \xff\xfe")
        os.rename(self.at("prefix"), self.at(strange))
        for encoding in "utf-8:strict", "ascii:strict":
            for command in ("install", "--dll-dir", "{made}"), ("status",), ("uninstall",):
                self.check(self.start("scripts/wine-prefix", *command, WINEPREFIX=self.at(strange),
                                      PYTHONIOENCODING=encoding),
                           0, "")


class Places(Case):
    """What is to be written where there is no room or no right is written whole or not at all."""

    def setUp(self):
        if apart is None:
            self.skipTest("takes mounts of its own (unshare -Urm)")
        super().setUp()

    def mounted(self, where, how, program, *words, **changes):
        """The result, and the folder with what is there afterwards."""
        result = outputs.run_mounted(
            apart, self.at(where), how, [self.path(program), *map(self.fill_in, words)],
            cwd=self.folder, env={**self.environment, **changes})
        return result[:3], result[3]

    def check_both(self, where, program, words, says, keeps=True, **changes):
        before = scenes.tree(self.at(where))
        for how, why in ("full", "No space left on device"), ("read-only", ".*"):
            with self.subTest(program=program, words=words, how=how):
                result, after = self.mounted(where, how, program, *words, **changes)
                self.check(result, 1, says.replace("WHY", why))
                if keeps:
                    self.assertEqual(scenes.tree(after), before)

    def test_output(self):
        scenes.write(self.at("empty/page.md"), b"the page of the last time\n")
        scenes.write(self.at("empty/j.json"), b"the results of the last time\n")
        for program, words in (
            ("scripts/conformance-matrix",
             ("--column", "native", "--build", "{made}", "--output", "{empty}/page.md")),
            ("scripts/bench", ("--build", "{made}", "--markdown", "{empty}/page.md")),
            ("bench/report.py", ("data", "{scene}/results.json", "{empty}")),
        ):
            self.check_both("empty", program, words, LOG + r".*: .*(WHY).*\n")

    def test_output_of_the_bench(self):
        scenes.write(self.at("empty/j.json"), b"the results of the last time\n")
        self.check_both(
            "empty", "iphlpapi-bench", ("--rounds=1", "--quick", "--json={empty}/j.json", "register"),
            r"(?:==>.*\n| {4}.*\n)*iphlpapi-bench: .*: (WHY)\n")

    def test_no_folder_for_output(self):
        """Told before the work, which takes long in earnest."""
        for program, words in (
            ("scripts/conformance-matrix", ("--output",)),
            ("scripts/kernel-matrix", ("--output",)),
            ("scripts/bench", ("--markdown",)),
            ("scripts/bench", ("--json",)),
            ("scripts/wine-bench", ("--json",)),
            *([("scripts/wine-matrix", ("--output",))] if os.geteuid() == 0 else []),
        ):
            with self.subTest(program=program, words=words):
                for path in "{empty}/nowhere/page.md", "{empty}":
                    self.check(self.start(program, *words, path), 1,
                               rf"{SCRIPTS[program].name}: cannot write to .*\n")

    def test_build(self):
        for program, words in (
            ("scripts/bench", ("--build", "{empty}/build")),
            ("scripts/conformance-matrix",
             ("--column", "native", "--output", "-", "--build", "{empty}/build")),
            ("scripts/cmocka-windows", ("--source", "{scene}/source.tar", "--build",
                                        "{empty}/build")),
            ("scripts/demo", ("--build", "{empty}/build")),
            ("scripts/wine-build", ("--build", "{empty}/build")),
            ("scripts/nightly", ("--build", "{empty}/build", "converge")),
        ):
            name = SCRIPTS[program].name
            self.check_both("empty", program, words, rf"[^\0]*{name}: .*\n", keeps=False)

    def test_dll_folder(self):
        self.check_both("empty", "scripts/wine-prefix", ("install", "--dll-dir", "{empty}/dlls"),
                        r"wine-prefix: .*{0}.*(WHY).*\n".format(re.escape(self.at("empty"))))
        self.assertEqual(scenes.tree(self.at("prefix")), scenes.tree(scene.path("prefix")))

    def test_prefix(self):
        self.check_both("prefix", "scripts/wine-prefix", ("install", "--dll-dir", "{made}"),
                        r"wine-prefix: .*(WHY).*\n")
        self.assertFalse(os.path.exists(self.at("made")))

    def test_home(self):
        self.check_both("home", "scripts/wine-prefix", ("install",),
                        r"wine-prefix: .*{0}.*(WHY).*\n".format(re.escape(self.at("home"))))
        self.assertEqual(scenes.tree(self.at("prefix")), scenes.tree(scene.path("prefix")))

    def test_uninstall(self):
        """Another prefix needs the DLL folder, whose record of that changes."""
        shutil.copytree(self.at("prefix"), self.at("other"))
        for prefix in "prefix", "other":
            self.check(self.start("scripts/wine-prefix", "install", "--prefix", self.at(prefix),
                                  "--dll-dir", "{empty}/dlls"), 0, "")
        installed = scenes.tree(self.at("prefix"))
        result, after = self.mounted("empty", "full", "scripts/wine-prefix", "uninstall")
        self.check(result, 1, r"wine-prefix: .*No space left on device\n")
        self.assertEqual(scenes.tree(self.at("prefix")), installed)
        self.assertEqual(scenes.tree(after), scenes.tree(self.at("empty")))

    def test_device(self):
        """An output may be what is no file."""
        self.check(self.start("scripts/conformance-matrix", "--column", "native", "--build",
                              "{made}", "--output", "/dev/null"), 0, LOG)
        self.assertFalse(os.path.isfile("/dev/null"))
        self.check(self.start("scripts/conformance-matrix", "--column", "native", "--build",
                              "{made}", "--output", "/dev/full"), 1,
                   LOG + "conformance-matrix: cannot write to /dev/full: No space left on device\n")

    def test_replaced(self):
        """The file that a link names, with its permissions."""
        scenes.write(self.at("theirs.md"), b"the page of the last time\n")
        os.chmod(self.at("theirs.md"), 0o640)
        os.symlink(self.at("theirs.md"), self.at("empty/page.md"))
        self.check(self.start("scripts/conformance-matrix", "--column", "native", "--build",
                              "{made}", "--output", "{empty}/page.md"), 0, LOG)
        self.assertTrue(os.path.islink(self.at("empty/page.md")))
        self.assertIn(b"# Conformance", scenes.read(self.at("theirs.md")))
        self.assertEqual(os.stat(self.at("theirs.md")).st_mode & 0o777, 0o640)


class Temporary(Case):
    def test_folder(self):
        rows = [
            ("scripts/conformance-matrix",
             ("--column", "native", "--build", "{made}", "--output", "-"), True),
            ("scripts/nightly", ("--seeds", "1", "--seed", "8", "--build", "{made}", "converge"),
             True),
            ("scripts/wine-bench", (), True),
            ("tests/conformance/run_each", ("{scene}/built/tests/conformance",), True),
            ("scripts/wine-build", ("--build", "{made}"), False),
            ("scripts/wine-prefix", ("install", "--dll-dir", "{made}"), False),
            ("scripts/wine-prefix", ("uninstall",), False),
            ("mibwatch", ("--initial", "--duration=0"), False),
        ]
        missing = self.at("missing")
        for program, words, needed in rows:
            with self.subTest(program=program):
                result = self.start(program, *words, TMPDIR=missing)
                says = rf"{SCRIPTS[program].name}: .*{re.escape(missing)}.*TMPDIR.*\n"
                self.check(result, 1 if needed else 0, LOG + (says if needed else ""))
                self.assertFalse(os.path.exists(missing))


class Spaces(Case):
    def test_kernel_matrix(self):
        """The one script that cannot do with them; all others run in such a folder here."""
        self.check(self.start("scripts/kernel-matrix", "--output", "-"), 1,
                   rf"kernel-matrix: .*{re.escape(scene.project)}.*\n")


    def test_run_each(self):
        """The program that it runs after a failed test, as the tests in Wine do."""
        scenes.write_program(self.at("after wards"), 'echo once >>"${0%/*}/made"')
        self.check(self.start("tests/conformance/run_each", "--after", self.at("after wards"),
                              "{scene}/built/tests/failing"), 1, r"( {4}it does not hold\n){2}")
        self.assertEqual(scenes.read(self.at("made")), b"once\nonce\n")


class Widths(Case):
    """Another width of Windows programs is another row of cmake/widths.txt, and nothing else. The table
    begins with one of 64 bits; here it has that, and then ROW."""

    ROW = b"win32 i686-w64-mingw32 gcc-mingw-w64-i686 i386-windows x86_64-unix syswow64 win32\n"
    OWN_DLL = "wine/lib/wine/i386-windows/iphlpapi.dll"
    FILES = {
        OWN_DLL: scenes.dll(b"Wine's own, narrow", scenes.MARK),
        "stage/win32/iphlpapi.dll": scenes.dll(b"ours, narrow"),
        "stage/win32/iphlpapi_probe.exe": b"a program",
        "stage/i386-windows/iphlpnl.dll": b"the companion, narrow",
    }
    PLACED = {
        "system32/iphlpapi.dll": scenes.dll(b"ours"),
        "system32/wine_iphlpapi.dll": scenes.dll(b"Wine's own", scenes.MARK),
        "system32/iphlpnl.dll": b"the companion",
        "system32/iphlpnl.so": b"its unixlib",
        "syswow64/iphlpapi.dll": scenes.dll(b"ours, narrow"),
        "syswow64/wine_iphlpapi.dll": scenes.dll(b"Wine's own, narrow", scenes.MARK),
        "syswow64/iphlpnl.dll": b"the companion, narrow",
        "syswow64/iphlpnl.so": b"its unixlib",
    }
    COMPANION = ("i386-windows/iphlpnl.dll", "x86_64-unix/iphlpnl.so", "x86_64-windows/iphlpnl.dll")

    def setUp(self):
        super().setUp()
        self.table = scene.script("cmake/widths.txt")
        whole = scenes.read(self.table)
        self.addCleanup(scenes.write, self.table, whole)
        self.rows = whole[:whole.index(b"\n", whole.index(b"\nwin64 ") + 1) + 1]
        scenes.write(self.table, self.rows)
        for name in "wine/lib/wine/i386-windows", "stage/win32", "stage/i386-windows":
            scene.remove_later(self, name)
        for name, content in self.FILES.items():
            scenes.write(scene.path(name), content)
        scenes.write(self.windows("syswow64/iphlpapi.dll"), b"a narrow placeholder")
        self.before = scenes.tree(self.at("prefix"))

    def windows(self, name):
        return self.at("prefix/drive_c/windows", name)

    def add_row(self):
        scenes.write(self.table, self.rows + self.ROW)

    def prefix_tool(self, *words, status=0, says="", **changes):
        result = self.start("scripts/wine-prefix", *words, **changes)
        self.check(result, status, says)
        return result[1]

    def check_installed(self):
        for name, content in self.PLACED.items():
            self.assertEqual(scenes.read(self.windows(name)), content, name)
        for name in self.COMPANION:
            self.assertEqual(scenes.read(self.at("made", name)), scenes.read(scene.path("stage", name)))

    def check_taken_out(self):
        self.assertEqual(scenes.tree(self.at("prefix")), self.before)
        self.assertFalse(os.path.exists(self.at("made")))

    def test_come_and_go(self):
        self.add_row()
        for _ in range(2):
            self.prefix_tool("install", "--dll-dir", "{made}")
            self.check_installed()
        self.prefix_tool("uninstall")
        self.check_taken_out()

    def test_status(self):
        self.add_row()
        self.prefix_tool("install", "--dll-dir", "{made}")
        said = self.prefix_tool("status", "--no-probe", WINEDLLPATH=self.at("made"))
        for line in (r"syswow64/iphlpapi.dll: +in place", r"syswow64/iphlpnl.dll: +in place",
                     r"syswow64/iphlpnl.so: +in place",
                     r"syswow64/wine_iphlpapi.dll: +this Wine's own",
                     r"iphlpapi.dll: +in place", r"wine_iphlpapi.dll: +this Wine's own"):
            self.assertRegex(said, rf"(?m)^{line}$")
        said = self.prefix_tool("status")
        self.assertRegex(said, "(?m)^a program gets: +ours; notifications arrive")
        self.assertRegex(said, "(?m)^a 32-bit program gets: +ours; notifications arrive")
        os.unlink(self.windows("syswow64/iphlpnl.dll"))
        said = self.prefix_tool("status", "--no-probe", status=3, WINEDLLPATH=self.at("made"))
        self.assertIn("wrong: syswow64/iphlpnl.dll is missing", said)

    def test_installed_before(self):
        """A prefix that was installed into when there was no such row."""
        self.prefix_tool("install", "--dll-dir", "{made}")
        self.assertEqual(scenes.read(self.windows("syswow64/iphlpapi.dll")), b"a narrow placeholder")
        self.add_row()
        said = self.prefix_tool("status", "--no-probe", status=3, WINEDLLPATH=self.at("made"))
        self.assertIn("wrong: nothing is installed for 32-bit programs; run: wine-prefix install",
                      said)
        self.assertRegex(said, "(?m)^iphlpapi.dll: +in place$")
        self.prefix_tool("install")
        self.check_installed()
        self.prefix_tool("status", "--no-probe", WINEDLLPATH=self.at("made"))
        self.prefix_tool("uninstall")
        self.check_taken_out()

    def test_none_run(self):
        """Wine may have modules for programs that it cannot run. That is no fault of ours."""
        self.add_row()
        self.prefix_tool("install", "--dll-dir", "{made}", NARROW="none",
                         says="wine-prefix: no 32-bit program runs here, with Wine's own DLL either, "
                         ".*\n")
        self.check_installed()
        said = self.prefix_tool("status", NARROW="none")
        self.assertRegex(said, "(?m)^a 32-bit program gets: +nothing: no program runs in ")

    def test_one_does_not_work(self):
        """Then nothing is installed for the others, either."""
        self.add_row()
        for how, says in (("crash", "no program runs in .*"),
                          ("deaf", r"it does not work with wine-8.0, so all has been taken back; a "
                           r"32-bit program gets: ours, but its unixlib is not found: [^\n]*\n"
                           r"    err:iphlpapi:why it is not")):
            with self.subTest(how):
                self.prefix_tool("install", "--dll-dir", "{made}", NARROW=how, status=1,
                                 says=f"wine-prefix: {says}\n")
                self.check_taken_out()

    def test_host_left_out(self):
        """Where their half on the host was not built they have what they had."""
        scenes.write(self.table, self.rows + self.ROW.replace(b"x86_64-unix", b"i386-unix"))
        self.prefix_tool("install", "--dll-dir", "{made}", NARROW="deaf",
                         says=r"wine-prefix: 32-bit programs get what Wine's own iphlpapi.dll has: "
                         r"i386-unix/iphlpnl.so, .*\n")
        self.assertEqual(scenes.read(self.windows("syswow64/iphlpapi.dll")),
                         self.PLACED["syswow64/iphlpapi.dll"])
        self.assertFalse(os.path.exists(self.windows("syswow64/iphlpnl.so")))
        said = self.prefix_tool("status", NARROW="deaf", status=3)
        self.assertIn("wrong: a 32-bit program gets: ours, but its unixlib is not found", said)
        self.prefix_tool("uninstall")
        self.check_taken_out()

    def test_narrow_prefix(self):
        """Of 32-bit programs alone: their modules are in system32."""
        shutil.rmtree(self.windows("syswow64"))
        registry = self.at("prefix/user.reg")
        scenes.write(registry, scenes.read(registry).replace(b"#arch=win64", b"#arch=win32"))
        self.before = scenes.tree(self.at("prefix"))
        self.prefix_tool("install", "--dll-dir", "{made}", status=1,
                         says="wine-prefix: .* is a 32-bit prefix, and this build .*\n")
        self.check_taken_out()
        self.add_row()
        self.prefix_tool("install", "--dll-dir", "{made}")
        for name in "iphlpapi.dll", "wine_iphlpapi.dll", "iphlpnl.dll", "iphlpnl.so":
            self.assertEqual(scenes.read(self.windows("system32/" + name)),
                             self.PLACED["syswow64/" + name])
        said = self.prefix_tool("status")
        self.assertRegex(said, "(?m)^iphlpapi.dll: +in place$")
        self.assertRegex(said, "(?m)^a program gets: +ours; notifications arrive")
        self.prefix_tool("uninstall")
        self.check_taken_out()
        scenes.remove(scene.path(self.OWN_DLL))
        self.prefix_tool("install", "--dll-dir", "{made}", status=1,
                         says="wine-prefix: found no 32-bit modules .*wine32.*\n")
        scenes.write(scene.path(self.OWN_DLL), self.FILES[self.OWN_DLL])

    def test_installed_after(self):
        """What is taken out is what was recorded, whatever the table has now."""
        self.add_row()
        self.prefix_tool("install", "--dll-dir", "{made}")
        scenes.write(self.table, self.rows)
        self.prefix_tool("uninstall")
        self.check_taken_out()

    def test_not_there(self):
        """Where there are no such programs the others get what they get without the row."""
        self.add_row()
        for missing in scene.path(self.OWN_DLL), self.windows("syswow64"):
            scenes.remove(missing)
            with self.subTest(missing):
                self.before = scenes.tree(self.at("prefix"))
                self.prefix_tool("install", "--dll-dir", "{made}")
                for name in "iphlpapi.dll", "wine_iphlpapi.dll", "iphlpnl.dll", "iphlpnl.so":
                    self.assertEqual(scenes.read(self.windows("system32/" + name)),
                                     self.PLACED["system32/" + name])
                said = self.prefix_tool("status", "--no-probe", WINEDLLPATH=self.at("made"))
                self.assertNotIn("syswow64/", said)
                self.prefix_tool("uninstall")
                self.check_taken_out()
            scenes.write(scene.path(self.OWN_DLL), self.FILES[self.OWN_DLL])

    def test_build_without_packages(self):
        """Of another architecture, for the half on its host. That is left out, and what was there of it, if
        not all is asked for."""
        self.add_row()
        scenes.write(self.table, scenes.read(self.table).replace(b"i386-windows x86_64-unix",
                                                                 b"i386-windows i386-unix"))
        os.makedirs(self.at("made/i386-unix"))
        built = [".win32", ".win64", ".x86_64-unix"]
        for words, status, says, there in (
                ((), 0, "left out: without it 32-bit programs get Wine's own iphlpapi.dll .*", built),
                (("--complete",), 1, r"wine-build: i386-unix/iphlpnl.so cannot be built here: .*", built)):
            with self.subTest(words):
                result = self.start("scripts/wine-build", "--build", "{made}", *words, NO_PACKAGES="i386")
                self.check(result, status, r"[^\0]*" + says + r"\n[^\0]*")
                self.assertEqual(sorted(name for name in os.listdir(self.at("made"))
                                        if name.startswith(".") and os.path.isdir(self.at("made", name))
                                        and name != ".i386-unix"), there)
                self.assertFalse(os.path.exists(self.at("made/i386-unix")))

    def test_build(self):
        """Both are built, and the half on the host once."""
        self.add_row()
        self.check(self.start("scripts/wine-build", "--build", "{made}"), 0, LOG)
        self.assertEqual(sorted(name for name in os.listdir(self.at("made")) if name[0] == "."),
                         [".win32", ".win64", ".x86_64-unix"])


class Demo(Case):
    def test_full(self):
        """It shows something, which there is no room for."""
        for path in "made/tools/mibwatch", "empty/tools/mibwatch":
            os.makedirs(os.path.dirname(self.at(path)))
            os.symlink(arguments.mibwatch, self.at(path))
        self.check(self.start("scripts/demo", "--build", "{made}", situation="full"), 1,
                   LOG + outputs.no_room("demo"))


def main():
    global arguments, scene, apart
    parser = argparse.ArgumentParser()
    parser.add_argument("--mibwatch", required=True)
    parser.add_argument("--bench")
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    apart = outputs.namespace()
    with tempfile.TemporaryDirectory(prefix="scripts-") as folder:
        scene = scenes.Scene(SOURCE, folder)
        source = os.path.join(folder, "cmocka-1")
        scenes.write(os.path.join(source, "CMakeLists.txt"), b"project(cmocka)\n")
        subprocess.run(["tar", "-C", folder, "-cf", scene.path("source.tar"), "cmocka-1"], check=True)
        program = unittest.main(argv=[sys.argv[0], *arguments.tests], exit=False, verbosity=2)
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
