# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line: arguments, signals, the exit status."""

import os
import signal

import output

from .install import install
from .messages import EXIT_PROBLEM, EXIT_WORKS, PROGRAM, Problem, note
from .places import check_processes, default_prefix
from .status import status
from .transaction import SIGNALS
from .uninstall import uninstall

COMMANDS = {"install": install, "uninstall": uninstall, "status": status}


def main():
    output.prepare()
    options = parse()
    for number in SIGNALS:
        signal.signal(number, interrupted)
    try:
        check_processes()
        options.stage = os.path.abspath(options.stage or "build/wine")
        options.prefix = options.prefix or default_prefix()
        return COMMANDS[options.command](options) or EXIT_WORKS
    except Problem as problem:
        note(problem)
    except output.Unwritable as error:
        note(error)
        # The others say what they have to say when they are done.
        return EXIT_PROBLEM if options.command == "status" else EXIT_WORKS
    except OSError as error:
        note(f"{error.filename or options.prefix}: {error.strerror or error}")
    return EXIT_PROBLEM


def parse():
    parser = output.Parser(
        prog=PROGRAM,
        description="Put this project's iphlpapi.dll into a Wine prefix, take it out again exactly, "
        "or say which one programs there get.",
        epilog="Exit status: 0 done, or status: installed and working; 1 an error, and nothing was "
        "changed; 2 wrong arguments; 3 status: installed, but something is wrong; "
        "4 status: not installed. It tells whether the work was done: it does not matter whether "
        "anybody reads what is printed; if there is no room for that, it is 1 of status, and 0 of "
        "what has been installed or taken out. See docs/WINE.md.",
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--prefix", metavar="DIR", type=output.given,
                        default=os.environ.get("WINEPREFIX") or None,
                        help="default: $WINEPREFIX, else ~/.wine")
    parser.add_argument("--dll-dir", metavar="DIR", type=output.given,
                        help="where the companion goes, for all prefixes; programs that do not get it "
                        "from their prefix do by WINEDLLPATH, which install says; default: "
                        "iphlpapi/wine in $XDG_DATA_HOME, else in ~/.local/share")
    parser.add_argument("--into-wine", action="store_true",
                        help="install: the companion goes among Wine's own modules, which must be "
                        "writable, in place of --dll-dir; WINEDLLPATH is never needed then")
    parser.add_argument("--wine", metavar="PROGRAM", type=output.given,
                        default=os.environ.get("WINE") or "wine",
                        help="the Wine of the prefix, a program or the folder of a Wine of one's own "
                        "(a runner's, Proton's); default: $WINE, else wine")
    parser.add_argument("--stage", metavar="DIR", type=output.given,
                        default=os.environ.get("IPHLPAPI_STAGE") or None,
                        help="what scripts/wine-build made; default: build/wine")
    parser.add_argument("--no-probe", dest="probe", action="store_false",
                        help="look at files only, start nothing in the prefix; install: even if "
                        "ours may not work with this Wine")
    options = parser.parse_args()
    if options.into_wine and options.dll_dir:
        parser.error("--into-wine and --dll-dir exclude each other")
    return options


def interrupted(number, _):
    raise Problem(f"interrupted by signal {number}")
