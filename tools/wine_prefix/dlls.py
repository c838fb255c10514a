# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes into the prefix' DLLs: what scripts/wine-build made, and Wine's own."""

import os

import pe_exports

from .files import read, read_if_there
from .messages import Problem
from .widths import COMPANION, COPY, OURS, WIDTHS

# Ends up at offset 0x40 of Wine's own DLLs, where other linkers put the DOS program.
MARKER = b"Wine builtin DLL\0"
MARKER_OFFSET = 0x40


def check_stage(stage):
    for width in WIDTHS:
        for path in (width.staged(stage, OURS),
                     *(os.path.join(stage, name) for name in width.companion)):
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


def fitted(width, stage, copy):
    """Our DLL for a prefix where `copy` is what it hands calls on to: Wines differ in what they
    have, and a program that looks for what this one has not must find it missing."""
    dll = width.staged(stage, OURS)
    try:
        return pe_exports.fitted(read(dll), COPY.removesuffix(".dll"), copy)
    except ValueError as error:
        raise Problem(f"{dll} cannot be fitted to this Wine's own DLL: {error}") from error


def to_place(width, stage, wine):
    """{the record's name: content} of what the prefix gets."""
    copy = copy_of_own(width, wine)
    return {
        width.placed(OURS): fitted(width, stage, copy),
        width.placed(COMPANION): read(os.path.join(stage, width.companion[0])),
        width.placed(COPY): copy,
    }


def built(width, stage, name, prefix):
    """What was built for this file of the prefix, fitted to the copy that the prefix has; None if
    there is nothing to compare with."""
    if name == COMPANION:
        return read_if_there(os.path.join(stage, width.companion[0]))
    copy = read_if_there(prefix.file(width.placed(COPY)))
    if copy is None or not os.path.exists(width.staged(stage, OURS)):
        return None
    try:
        return fitted(width, stage, copy)
    except Problem:
        return None  # the copy is not one, which is told of by itself
