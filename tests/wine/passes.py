#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program in Wine that ends with 0, or prints what has failed.

    passes.py --prefix DIR --stage DIR PROGRAM
--prefix is one that lifetime.py has set up.
"""
import sys

import wine_harness


def main():
    prefix, program = wine_harness.arguments(__doc__, "program")
    with prefix.running():
        result = prefix.run(program)
    print("\n".join(result.output))
    sys.exit(f"it ended with {result.status}" if result.status != 0 else 0)


if __name__ == "__main__":
    main()
