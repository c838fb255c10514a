# SPDX-License-Identifier: LGPL-2.1-or-later
"""The DLL override in user.reg."""

import time

from .messages import Problem

OVERRIDE_NAME = "iphlpapi"
OVERRIDE_LINE = b'"iphlpapi"="native,builtin"\n'
OVERRIDE_KEY = b"[Software\\\\Wine\\\\DllOverrides]"


class UserRegistry:
    """user.reg as text: what is not the override stays as it is, byte for byte."""

    def __init__(self, content):
        if not content.startswith(b"WINE REGISTRY Version 2\n") or not content.endswith(b"\n"):
            raise Problem("user.reg of this prefix is not as Wine writes it")
        self.lines = content.splitlines(keepends=True)

    def content(self):
        return b"".join(self.lines)

    def section(self):
        """(first line, line after the last) of the key, or None."""
        first = None
        for number, line in enumerate(self.lines):
            if not line.startswith(b"["):
                continue
            if first is not None:
                return first, number
            if line.lower().startswith(OVERRIDE_KEY.lower()):
                first = number
        return None if first is None else (first, len(self.lines))

    def override(self):
        """(first line, line after the last) of the value, or None."""
        section = self.section()
        if section is None:
            return None
        wanted = f'"{OVERRIDE_NAME}"='.encode()
        for number in range(*section):
            if self.lines[number].lower().startswith(wanted):
                last = number
                while self.lines[last].endswith(b"\\\n"):
                    last += 1
                return number, last + 1
        return None

    def override_text(self):
        """The value's lines, or None."""
        place = self.override()
        return None if place is None else b"".join(self.lines[slice(*place)])

    def set_override(self):
        place = self.override()
        section = self.section()
        if place is not None:
            self.lines[slice(*place)] = [OVERRIDE_LINE]
        elif section is None:
            header = OVERRIDE_KEY + b" %d\n" % time.time()
            self.lines += [b"\n", header, OVERRIDE_LINE]
        else:
            last = section[1]
            while last > section[0] + 1 and not self.lines[last - 1].strip():
                last -= 1
            self.lines.insert(last, OVERRIDE_LINE)

    def take_back(self, override):
        """override: the record of what was there before. Whether something has been changed."""
        if self.override_text() != OVERRIDE_LINE:
            return False
        before = override["before"]
        self.restore(None if before is None else before.encode("latin-1"), override["key_made"])
        return True

    def restore(self, before, key_made):
        """before: the value's lines, or None."""
        place = self.override()
        self.lines[slice(*place)] = [] if before is None else before.splitlines(keepends=True)
        if not key_made:
            return
        first, last = self.section()
        if any(line.strip() and not line.startswith(b"#time=")
               for line in self.lines[first + 1:last]):
            return  # somebody has put other values there
        if last == len(self.lines):
            first -= 1  # as it was made: after an empty line, at the end
        del self.lines[first:last]
