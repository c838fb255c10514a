# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the package as a program: python3 tools/wine_prefix."""

import os
import sys

# Python puts the package's own folder there; its modules are found by the package's name.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from wine_prefix import command  # noqa: E402 (it is found by the line before)

sys.exit(command.main())
