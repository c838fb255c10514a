# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the user is told, and the exit status."""

import os

import output
from output import say

__all__ = ["EXIT_ABSENT", "EXIT_BROKEN", "EXIT_PROBLEM", "EXIT_WORKS", "PROGRAM", "Problem", "note",
           "say"]

# What the user has called it: a package has another name for it than the source tree.
PROGRAM = os.environ.get("IPHLPAPI_PROGRAM") or "wine-prefix"

EXIT_WORKS = 0
EXIT_PROBLEM = 1
EXIT_BROKEN = 3
EXIT_ABSENT = 4


class Problem(Exception):
    """Why a command fails; nothing has been changed, or all of it has been changed back."""


def note(text):
    output.note(PROGRAM, text)
