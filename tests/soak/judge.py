#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says whether a soak was flat: at rest a process holds what it held before.

    judge.py samples.csv
Descriptors and threads at rest do not rise: the least of the last third is no more than the most of the first.
Private memory and heap do not grow: by the median of all slopes (Theil and Sen), which a few high values do not move.
"""
import csv
import itertools
import statistics
import sys

WARM_UP = 0.2  # of the time, in which caches fill
# Growth of memory over the whole time that counts as none: in parts of what there is, and in KiB.
SHARE = 0.05
LEAST_KIB = 2048
FEWEST = 3  # samples, to say anything


def slope(points):
    """The median of the slopes between any two points."""
    if len(points) > 400:
        points = points[:: len(points) // 400 + 1]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2) if b[0] > a[0]]
    return statistics.median(slopes) if slopes else 0.0


def read(path):
    with open(path, newline="", encoding="ascii") as file:
        rows = [{name: value if name in ("side", "state") else float(value) for name, value in row.items()}
                for row in csv.DictReader(file)]
    return rows


def judge_side(side, rows):
    """Complaints about the samples at rest of one side."""
    begin, end = rows[0]["seconds"], rows[-1]["seconds"]
    warm = [row for row in rows if row["seconds"] >= begin + WARM_UP * (end - begin)]
    if len(warm) < FEWEST:
        return [f"{side}: only {len(warm)} samples at rest"]
    complaints = []
    part = len(warm) // 3
    for name in "descriptors", "threads":
        before = max(row[name] for row in warm[:part])
        after = min(row[name] for row in warm[-part:])
        if after > before:
            complaints.append(f"{side}: {name} at rest rise from {before:.0f} to {after:.0f}")
    span = warm[-1]["seconds"] - warm[0]["seconds"]
    for name in "private_kib", "heap_kib":
        growth = slope([(row["seconds"], row[name]) for row in warm]) * span
        allowed = max(LEAST_KIB, SHARE * statistics.median(row[name] for row in warm))
        if growth > allowed:
            complaints.append(f"{side}: {name} grows by {growth:.0f} KiB in {span:.0f} s, more than {allowed:.0f}")
    return complaints


def judge(rows):
    """Complaints, none where it was flat."""
    resting = [row for row in rows if row["state"] == "rest"]
    sides = sorted({row["side"] for row in resting})
    if not sides:
        return ["no samples at rest"]
    return [complaint for side in sides
            for complaint in judge_side(side, [row for row in resting if row["side"] == side])]


def main():
    complaints = judge(read(sys.argv[1]))
    print("\n".join(complaints) or "flat")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
