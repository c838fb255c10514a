# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Wine that tests run: WINE and WINESERVER, the paths of its programs."""
import os
import shutil

WINE = shutil.which(os.environ.get("WINE") or "wine") or "wine"
# $WINESERVER, as for Wine itself, or else the one beside it; a link may be beside another's.
WINESERVER = os.environ.get("WINESERVER") or \
    shutil.which("wineserver", path=os.path.dirname(os.path.realpath(WINE))) or \
    shutil.which("wineserver", path=os.path.dirname(WINE)) or "wineserver"


def find_by_name(folder):
    """From now on programs find it by the usual names, through links in the folder."""
    os.makedirs(folder)
    for name, program in ("wine", WINE), ("wineserver", WINESERVER):
        os.symlink(shutil.which(program) or program, os.path.join(folder, name))
    os.environ["PATH"] = folder + os.pathsep + os.environ["PATH"]
