# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each constant of the headers' enumerations that mibshow and mibwatch show has a word.

    python3 test_words.py --source DIRECTORY
"""

import argparse
import os
import re
import sys

# Not values: one more than the last, or what is only set.
NO_VALUES = re.compile(r"(Max|Maximum|MAXIMUM|MaximumSize)$")


def read(path):
    with open(path, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)


def number(text):
    return int(text, 0) & 0xffffffff


def enumeration(headers, name):
    """{constant: value} of the enumeration that is called so."""
    for body, names in re.findall(r"enum\s*\w*\s*\{([^{}]*)\}\s*([^;{}]*);", headers):
        if name in re.findall(r"\w+", names):
            return {constant: number(value)
                    for constant, value in re.findall(r"(\w+)\s*=\s*(-?\w+)", body)
                    if re.fullmatch(r"-?(0x[0-9a-fA-F]+|\d+)", value)}
    return {}


def defined(headers, pattern):
    """{constant: value} of the constants whose names begin or end so."""
    pattern = pattern + r"\w+" if pattern.endswith("_") else r"\w+" + pattern
    return {constant: number(value)
            for constant, value in re.findall(rf"#define ({pattern}) (0x[0-9a-fA-F]+|\d+)\n", headers)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    source = parser.parse_args().source
    folder = os.path.join(source, "include")
    headers = "".join(read(os.path.join(folder, name)) for name in sorted(os.listdir(folder)))
    words = read(os.path.join(source, "tools", "words.c"))
    tables = re.findall(r"^WORDS\((\w+), (\w+),(.*?)\)\n", words, flags=re.DOTALL | re.MULTILINE)
    trouble = []
    compared = 0
    for name, origin, body in tables:
        known = {number(value.rstrip("U")) if value != "UINT32_MAX" else 0xffffffff: word
                 for value, word in re.findall(r'\{(\w+), "([^"]*)"\}', body)}
        if len(set(known.values())) != len(known):
            trouble.append(f"{name}: a word for two numbers")
        if origin == "NONE":
            continue
        constants = defined(headers, origin) if "_" in (origin[0], origin[-1]) else enumeration(headers, origin)
        if not constants:
            trouble.append(f"{name}: {origin} is not in the headers")
        for constant, value in constants.items():
            if value not in known and not NO_VALUES.search(constant):
                trouble.append(f"{name}: no word for {constant}, {value}")
        compared += len(constants)
    if len(tables) < 20 or compared < 250:
        trouble.append(f"only {len(tables)} tables with {compared} constants were found")
    sys.exit("\n".join(trouble) or 0)


if __name__ == "__main__":
    main()
