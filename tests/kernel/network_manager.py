# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where NetworkManager is: the system's, or that which is unpacked in IPHLPAPI_TEST_NETWORK_MANAGER."""
import os
import subprocess


def find():
    """NetworkManager, nmcli and the environment that they are started in; None: they are not there."""
    folder = os.environ.get("IPHLPAPI_TEST_NETWORK_MANAGER", "")
    environment = dict(os.environ, LC_ALL="C")
    if folder:
        library = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                                 check=False).stdout.strip()
        environment["LD_LIBRARY_PATH"] = f"{folder}/usr/lib/{library}:{folder}/lib/{library}"
    programs = [f"{folder}/usr/sbin/NetworkManager", f"{folder}/usr/bin/nmcli"]
    if not all(os.access(program, os.X_OK) for program in programs):
        return None
    return *programs, environment
