#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check_sums.py by itself: what it says of a list with other arguments than the functions have.

    test_check_sums.py THE ARGUMENTS OF check_sums.py
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().with_name("check_sums.py")
# What stands in the place of what, and what is said then: of a relay, of a function itself, of a structure
# by value.
ROWS = (
    ("GetIfTable2(ptr)", "GetIfTable2(ptr)", ()),
    ("GetIfTable2(ptr)", "GetIfTable2(ptr long)",
     ("the DLL: GetIfTable2 takes 4 bytes, by the spec 8", "a relay: GetIfTable2 takes 4 bytes",
      "mingw-w64: GetIfTable2 takes 4 bytes")),
    ("FreeMibTable(ptr)", "FreeMibTable()", ("the DLL: FreeMibTable takes 4 bytes, by the spec 0",)),
    ("SetInterfaceDnsSettings(int128 ptr)", "SetInterfaceDnsSettings(ptr ptr)",
     ("mingw-w64: SetInterfaceDnsSettings takes 20 bytes, by the spec 8",)),
    ("GetIfTable2Ex(long ptr)", "GetIfTable2Ey(long ptr)", ("the DLL: GetIfTable2Ey is missing",)),
)


class Sums(unittest.TestCase):
    def test_rows(self):
        words = sys.argv[1:]
        at = words.index("--spec") + 1
        text = Path(words[at]).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            words[at] = str(Path(folder, "iphlpapi.spec"))
            for old, new, says in ROWS:
                with self.subTest(new=new):
                    self.assertEqual(text.count(f" {old} "), 1)
                    Path(words[at]).write_text(text.replace(f" {old} ", f" {new} "), encoding="utf-8")
                    result = subprocess.run([sys.executable, "-B", CHECK, *words], capture_output=True,
                                            text=True)
                    self.assertEqual((result.returncode, result.stderr), (1 if says else 0, ""))
                    for line in says:
                        self.assertIn(line, result.stdout)


if __name__ == "__main__":
    program = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2)
    sys.exit(0 if program.result.wasSuccessful() else 1)
