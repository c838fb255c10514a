# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes a compilation database that has each file once, for clang-tidy.

    python3 compile_once.py BUILD FOLDER

Some sources are compiled for several programs. Looked at a second time in one process they cost as much
again, and clang-tidy 14 takes each va_list for uninitialised then.
"""

import json
import pathlib
import sys


def once(commands):
    """Of several commands for a file, the first."""
    return list({command["file"]: command for command in reversed(commands)}.values())


def main():
    build, folder = map(pathlib.Path, sys.argv[1:])
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(once(commands)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
