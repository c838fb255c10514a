# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes into the prefix' DLLs: what scripts/wine-build made, and Wine's own."""

import os

from .files import read, read_if_there
from .messages import Problem
from .widths import COPY, OURS, built_companions, built_widths

# Ends up at offset 0x40 of Wine's own DLLs, where other linkers put the DOS program.
MARKER = b"Wine builtin DLL\0"
MARKER_OFFSET = 0x40


def check_stage(stage):
    for path in (*(width.staged(stage, OURS) for width in built_widths(stage)),
                 *(os.path.join(stage, name) for name in built_companions(stage))):
        if not os.path.exists(path):
            raise Problem(f"{path} is not there: build it by scripts/wine-build, or say where "
                          "the build is by --stage DIR")


def unmarked(content):
    """A DLL of Wine's as an ordinary one; None if it is not marked as Wine's."""
    end = MARKER_OFFSET + len(MARKER)
    if content[:2] != b"MZ" or content[MARKER_OFFSET:end] != MARKER:
        return None
    return content[:MARKER_OFFSET] + bytes(len(MARKER)) + content[end:]


def copy_of_own(width, wine):
    """Wine's own DLL as an ordinary one, which COPY becomes."""
    path = wine.own_dll(width)
    copy = unmarked(read(path))
    if copy is None:
        raise Problem(f"{path} is not marked as a DLL of Wine's")
    return copy


def to_place(width, stage, wine):
    """{the record's name: content} of what the prefix gets."""
    return {
        **{width.placed(name): read(os.path.join(stage, path))
           for name, path in width.sources().items()},
        width.placed(COPY): copy_of_own(width, wine),
    }


def built(width, stage, name):
    """What was built for this file of the prefix; None if there is nothing to compare with."""
    return read_if_there(os.path.join(stage, width.sources()[name]))
