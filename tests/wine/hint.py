#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Windows program in Wine hears of connectivity, as the kernel and NetworkManager itself have it.

    hint.py --prefix DIR --stage DIR
Runs in network and mount namespaces of its own, in which it is root. --prefix is one that lifetime.py has set
up; all else is tests/kernel/test_hint_manager.py's.
"""
import subprocess
import sys
from pathlib import Path

import wine_harness

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))
import test_hint_manager  # noqa: E402


def main():
    (prefix,) = wine_harness.arguments(__doc__)

    def start(*options, **keywords):
        # The bus is in the environment by now.
        return prefix.start(prefix.staged("mibwatch.exe"), "--kind", "hint", *options,
                            stdin=subprocess.DEVNULL, env=prefix.environment(), **keywords)

    with prefix.running():
        test_hint_manager.test(start)


if __name__ == "__main__":
    main()
