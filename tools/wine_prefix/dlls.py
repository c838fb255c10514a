# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes into the prefix' DLLs: what scripts/wine-build made, and a way to Wine's own."""

import os

from .exports import ExportTable, with_forwards
from .files import Link, read
from .messages import Problem
from .widths import COPY, OURS, PROBE, built_companions, built_sources, built_widths


def check_stage(stage, probe):
    """probe: whether it is needed, too."""
    widths = built_widths(stage)
    for path in (*(width.staged(stage, name) for width in widths
                   for name in ([OURS, PROBE] if probe else [OURS])),
                 *(os.path.join(stage, name) for name in built_companions(stage))):
        if not os.path.exists(path):
            raise Problem(f"{path} is not there: build it by scripts/wine-build, or say where "
                          "the build is by --stage DIR")


def exports(path):
    try:
        return ExportTable(read(path)).exports()
    except ValueError as error:
        raise Problem(f"{path}: {error}") from error


def lacking(path, width, wine):
    """The names that Wine's own DLL has, and the one in this path has not."""
    return sorted(exports(wine.own_dll(width)).keys() - exports(path).keys())


def ours(width, stage, wine):
    """The DLL that was built. What Wine's own has beside, as that of a newer Wine may, is exported,
    too, and handed on to that."""
    path = width.staged(stage, OURS)
    names = lacking(path, width, wine)
    content = read(path)
    if not names:
        return content
    try:
        return with_forwards(content, os.path.splitext(COPY)[0], names)
    except ValueError as error:
        raise Problem(f"{path}: {error}") from error


def way_to_own(width, wine):
    """What COPY is: a link, so that it is this Wine's own after an upgrade, too. Wine loads a module
    of its own from a file where it has none of the file's name."""
    return Link(wine.own_dll(width))


def to_place(width, stage, wine):
    """{the record's name: content} of what the prefix gets."""
    return {
        **{width.placed(name): read(os.path.join(stage, path))
           for name, path in built_sources(width, stage).items()},
        width.placed(OURS): ours(width, stage, wine),
        width.placed(COPY): way_to_own(width, wine),
    }


def built(width, stage, name, wine):
    """What was built for this file of the prefix; None if there is nothing to compare with."""
    path = os.path.join(stage, width.sources()[name])
    if not os.path.exists(path):
        return None
    return ours(width, stage, wine) if name == OURS else read(path)
