#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check_exports.py by itself: what it says of a list that breaks the rules of docs/ABI.md.

    test_check_exports.py --spec SPEC --nm NM --readelf READELF --script MAP LIBRARY
"""
import argparse
import collections
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

import check_exports

RECORDED = Path(__file__).resolve().with_name("released.txt")
FREE = "@ stdcall -norelay FreeMibTable(ptr) # 0.1\n"
RELEASED = {"released"}
LIBRARY = {"symbols", "script", "elf"}
NEXT = "0.2"  # the release to come

# A change of the list: what stands instead of FREE, which checks fail, and what one of them says.
# What no check understands fails in all.
Row = collections.namedtuple("Row", "name line fail says")


def rows_for(spec):
    """The library has a node for the release to come once that has a function."""
    has_node = f"# {NEXT}\n" in spec
    node = set() if has_node else {"elf"}
    missing = "Further" if has_node else f"node: IPHLPAPI_{NEXT}"
    return ROWS + [
        Row("moved to a later release", FREE.replace("0.1", NEXT),
            RELEASED | {"symbols", "script"} | node, "released: 0.1: FreeMibTable is missing"),
        Row("added", FREE + f"@ stdcall Further(ptr) # {NEXT}\n", {"symbols", "script"} | node,
            f"symbols: {missing} is missing"),
    ]


ROWS = [
    Row("as it is", FREE, set(), ""),
    Row("no release", "@ stdcall -norelay FreeMibTable(ptr)\n", RELEASED | LIBRARY,
        "not understood"),
    Row("no number", FREE.replace("0.1", "next"), RELEASED | LIBRARY, "not understood"),
    Row("not the number's one form", FREE.replace("0.1", "0.01"), RELEASED | LIBRARY, "not understood"),
    Row("handed on", FREE + "@ stdcall GetTcpTable(ptr) wine_iphlpapi.GetTcpTable\n", RELEASED | LIBRARY,
        "not understood"),
    Row("a stub of the native library's", FREE + f"@ stub Further # {NEXT}\n", RELEASED | LIBRARY,
        "Further is in the DLL only, and it is not said"),
    Row("a stub of the DLL's", FREE + f"@ stub Further # {NEXT}, in the DLL only\n", set(), ""),
    Row("with one name only",
        FREE + f"@ stdcall -norelay -arch=win64 Further(ptr) # {NEXT}, in the DLL only\n",
        RELEASED | LIBRARY, "with one name only: ['Further']"),
    Row("taken away", "", {"released", "symbols", "script"}, "released: 0.1: FreeMibTable is missing"),
    Row("moved to before", FREE.replace("0.1", "0.0"), RELEASED | LIBRARY,
        f"released: 0.0 is neither recorded nor the project's version {NEXT}.3"),
    Row("added to a release", FREE + "@ stdcall Further(ptr) # 0.1\n",
        {"released", "symbols", "script"}, "released: 0.1: Further is too much"),
    Row("added to a release after the next", FREE + f"@ stdcall Further(ptr) # {NEXT}0\n",
        RELEASED | LIBRARY, f"released: {NEXT}0 is neither recorded nor the project's version {NEXT}.3"),
]

arguments = None


class Rules(unittest.TestCase):
    def fails(self, spec, check, file):
        """Whether a check fails, and what it says."""
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                fine = check(argparse.Namespace(**vars(arguments), version=f"{NEXT}.3", file=file),
                             check_exports.Spec(spec))
        except SystemExit as error:
            return True, str(error.code)
        return not fine, said.getvalue()

    def test_rows(self):
        text = Path(arguments.spec).read_text(encoding="utf-8")
        self.assertEqual(text.count(FREE), 1)
        checks = (("released", check_exports.check_released, RECORDED),
                  ("symbols", check_exports.check_symbols, arguments.library),
                  ("script", check_exports.check_script, arguments.script),
                  ("elf", check_exports.check_elf, arguments.library))
        for row in rows_for(text):
            with self.subTest(row.name), tempfile.NamedTemporaryFile("w", encoding="utf-8") as spec:
                spec.write(text.replace(FREE, row.line))
                spec.flush()
                results = {name: self.fails(spec.name, *check) for name, *check in checks}
                said = "".join(said for _, said in results.values())
                self.assertEqual({name for name, (failed, _) in results.items() if failed}, row.fail,
                                 said)
                self.assertIn(row.says, said)


def main():
    global arguments
    parser = argparse.ArgumentParser()
    for name in "spec", "nm", "readelf", "script":
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--sanitizer", default="")
    parser.add_argument("library")
    arguments = parser.parse_args()
    unittest.main(argv=sys.argv[:1], verbosity=2)


if __name__ == "__main__":
    main()
