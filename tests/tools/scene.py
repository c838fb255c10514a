# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where test_scripts.py starts the scripts: a copy of them in a folder whose path has a space and a
quote, with programs beside it that stand for those that build, download or take long."""

import os
import shutil
import struct

# Of the source tree; what is generated or compiled is not needed.
PARTS = ("scripts", "tools", "cmake", "bench", "tests/support", "tests/conformance",
         "tests/wine/conformance", "tests/install", "tests/fuzz", "docs", "README.md")

MARK = b"Wine builtin DLL\0"


def dll(text, mark=b""):
    """As much of a DLL as the tools look at: a mark, one section, and in it a table of no exports."""
    header, exports, size = 0x80, 0x200, 0x300
    optional = header + 24
    content = bytearray(size)
    content[0:2] = b"MZ"
    struct.pack_into("<I", content, 0x3c, header)
    content[0x40:0x40 + len(mark)] = mark
    content[header:header + 4] = b"PE\0\0"
    struct.pack_into("<H", content, header + 6, 1)  # sections
    struct.pack_into("<H", content, header + 20, 240)  # size of the optional header
    struct.pack_into("<H", content, optional, 0x20b)  # PE32+
    struct.pack_into("<II", content, optional + 112, exports, 40)
    # Of the section: size, address, the same in the file.
    struct.pack_into("<IIII", content, optional + 240 + 8, size, 0, size, 0)
    # Addresses of the functions, the names and their ordinals, of which there are none.
    struct.pack_into("<III", content, exports + 28, exports, exports, exports)
    return bytes(content) + text

REGISTRY = b"""WINE REGISTRY Version 2
;; All keys relative to \\\\User\\\\S-1-5-21

#arch=win64

[Software\\\\Wine\\\\DllOverrides] 1700000000
#time=1da1f0a1b2c3d4e
"dnsapi"="builtin"
"""

RESULT = ('[{"bench": "register", "parameter": "10 routes", "metric": "register", "unit": "us", '
          '"floor": "a dump", "value_median": 2, "value_p99": 3, "floor_median": 2, '
          '"floor_p99": 2, "ratio_median": 1, "ratio_p99": 1.5, "rounds": 1}, '
          '{"bench": "latency", "parameter": "link, 1 registration", "metric": "to the callback", '
          '"unit": "us", "floor": "recv", "value_median": 2, "value_p99": 3, "floor_median": 2, '
          '"floor_p99": 2, "ratio_median": 1, "ratio_p99": 1.5, "rounds": 1}]')

# Programs that the scripts run. Each prints, and so is ended where nobody reads, as those in earnest.
PROGRAMS = {
    "dpkg-query": "echo installed",
    "apt-get": "echo apt-get; exit 1",
    # Makes the folder that it is given, with what a build makes.
    "cmake": """
        echo "-- working"
        while [ $# -gt 0 ]; do
            case $1 in
            -B | --build | --install | --prefix) folder=$2 ;;
            -DCMAKE_INSTALL_PREFIX=*) mkdir -p "${1#*=}" ;;
            -DCMAKE_TOOLCHAIN_FILE=*/"${NO_PACKAGES-}".cmake) exit 1 ;;
            esac
            shift
        done
        mkdir -p "$folder" && cp -R "$SCENE/built/." "$folder"
    """,
    "ctest": 'echo "100% tests passed" 2>/dev/null || :',
    "winebuild": ":",
    "gnuplot": """
        echo "a chart" >&2
        for image; do :; done
        echo "<svg/>" >"$image"
    """,
    "unshare": """
        while [ "${1#-}" != "$1" ]; do shift; done
        exec "$@"
    """,
}

BUILT = {
    "bench/iphlpapi-bench": """
        echo "==> register: a benchmark" >&2
        while [ "$1" != --json ]; do shift; done
        cat "$SCENE/results.json" >"$2" && echo "a table"
    """,
    "tests/conformance/conformance_notify": """
        case $1 in
        --list) echo one; echo two ;;
        *) echo "[  PASSED  ] 1 test(s)." ;;
        esac
    """,
    "tests/failing/conformance_notify": """
        [ "$1" = --list ] || { echo "it does not hold"; exit 1; }
        echo one; echo two
    """,
    "tests/kernel/converge/converge_test_converge": """
        echo "a seed"
        [ "$IPHLPAPI_TEST_SEED" != 7 ]
    """,
}

# It says where its modules are as the dynamic linker does. A program that it runs is the probe, which
# gets what is in the prefix.
WINE = """
    case $1 in
    --version)
        echo wine-8.0
        if [ "$LD_DEBUG" ]; then
            echo "calling init: $SCENE/wine/lib/wine/x86_64-unix/ntdll.so" >&2
        fi
        ;;
    *)
        # What 32-bit programs do, if that is something else: none run, they crash with ours, they do
        # not reach the host.
        case $1$NARROW in *win32*none) exit 1 ;; esac
        case $1$NARROW$WINEDLLOVERRIDES in *win32*crash) exit 1 ;; esac
        case $1$NARROW in
        *win32*deaf)
            echo '0024:err:iphlpapi:why it is not' >&2
            host=host=no
            ;;
        esac
        if grep -q ours "$WINEPREFIX/drive_c/windows/system32/iphlpapi.dll"; then
            printf '%s=yes\\n' loaded host handle initial fallback
            printf '%s\\n' kind=native notify_error=0 companion=there $host copy=none
        else
            printf 'loaded=no\\nerror=126\\n'
        fi
        ;;
    esac
"""


def write_program(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def tree(path):
    """{name: content} of all that is there; None if nothing is."""
    if not os.path.lexists(path):
        return None
    found = {}
    for folder, folders, files in os.walk(path):
        for name in folders:
            found[os.path.relpath(os.path.join(folder, name), path)] = "folder"
        for name in files:
            full = os.path.join(folder, name)
            found[os.path.relpath(full, path)] = (
                os.readlink(full) if os.path.islink(full) else read(full))
    return found


class Scene:
    def __init__(self, source, folder):
        """source: the source tree; folder: an empty one that is removed by the caller."""
        self.folder = os.path.join(folder, "somebody's scene")
        self.project = self.path("pro ject")
        for part in PARTS:
            if os.path.isdir(os.path.join(source, part)):
                shutil.copytree(os.path.join(source, part), os.path.join(self.project, part),
                                ignore=shutil.ignore_patterns("*.c", "*.h", "__pycache__"))
            else:
                shutil.copy(os.path.join(source, part), os.path.join(self.project, part))
        for name, text in PROGRAMS.items():
            write_program(self.path("bin", name), text)
        for name, text in BUILT.items():
            write_program(self.path("built", name), text)
        write(self.path("results.json"), RESULT.encode())
        self.make_wine()
        os.mkdir(self.path("home"))
        self.environment = {
            "PATH": self.path("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": self.path("home"),
            "SCENE": self.folder,
            "LC_ALL": "C.UTF-8",
            # A sanitizer's report is not part of what is compared.
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
        }

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def script(self, name):
        return os.path.join(self.project, name)

    def make_wine(self):
        """A Wine, what is built for it, and a prefix of it."""
        for folder in ("wine/lib/wine/x86_64-unix", "wine/bin"):
            os.makedirs(self.path(folder))
        write(self.path("wine/lib/wine/x86_64-windows/iphlpapi.dll"),
              dll(b"Wine's own", MARK))
        write_program(self.path("wine/bin/wine"), WINE)
        write(self.path("stage/iphlpapi.dll"), dll(b"ours"))
        write(self.path("stage/x86_64-windows/iphlpnl.dll"), b"the companion")
        write(self.path("stage/x86_64-unix/iphlpnl.so"), b"its unixlib")
        write(self.path("stage/iphlpapi_probe.exe"), b"a program")
        write(self.path("prefix/user.reg"), REGISTRY)
        write(self.path("prefix/drive_c/windows/system32/iphlpapi.dll"), b"a placeholder")

    def remove_later(self, case, name):
        """The path of a folder or file that the test makes."""
        path = self.path(name)
        case.addCleanup(remove, path)
        return path


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
