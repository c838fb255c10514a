# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where things are that nobody said a place for."""

import os
import pwd

from .messages import Problem


def home_folder(otherwise):
    """As Wine finds it; what is not set or empty is asked of the system's users."""
    home = os.environ.get("HOME")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise Problem(f"HOME is not set, and this user has no home; {otherwise}") from None
    if not os.path.isabs(home):
        raise Problem(f"HOME is no absolute path: {home}; {otherwise}")
    return home


def check_processes():
    """Whether Wine runs is seen there; Wine itself finds its modules by it."""
    if not os.path.exists(f"/proc/{os.getpid()}"):
        raise Problem("/proc does not have the processes, without which neither Wine works nor can "
                      "be told whether it runs; mount it: mount -t proc proc /proc")


def default_prefix():
    return os.path.join(home_folder("say where the prefix is by --prefix DIR"), ".wine")


def default_dll_dir():
    otherwise = "say where the companion is to be by --dll-dir DIR"
    data = os.environ.get("XDG_DATA_HOME", "")
    # By the specification a relative one counts as not set.
    if not os.path.isabs(data):
        home = home_folder(otherwise)
        # Some have none on purpose: it is not for this program to make one.
        if not os.path.isdir(home):
            raise Problem(f"the home folder {home} does not exist; {otherwise}")
        data = os.path.join(home, ".local", "share")
    return os.path.join(data, "iphlpapi", "wine")
