#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says whether a soak was flat: at rest a process holds what it held before.

    judge.py [--short] SAMPLES.csv

Of each side and measure, the samples at rest after a warm-up are judged, in two ways:

- The level: no value of the last third may be higher than all values of the first by more than what
  counts as none. It finds what rises once and stays.
- The slope, but for --short: the median of the slopes between any two samples (Theil and Sen), which a few
  high values do not move, with the confidence interval that Sen gave. It is a leak where even the
  interval's lower end adds up to more than what counts as none, and where the second half alone rises, too,
  as is likely by the test of Mann and Kendall: what has filled up by then is a cache.

Prints a line for each side and measure, then the complaints, or "flat". The exit status is 1 if there are
complaints, and 2 if the samples cannot be read.
"""
import argparse
import bisect
import collections
import csv
import itertools
import math
import statistics
import sys

WARM_UP = 0.2  # of the time, in which caches fill
FEWEST = 3     # samples, to say anything
MOST = 300     # samples, of which all pairs are taken; more are put together by their medians
# Of the normal distribution: of an interval of 99 %, and what 90 % are below.
SURE = 2.576
LIKELY = 1.282

# The growth that counts as none: `share` of the first third, and at least `least`; in a short run, in which
# caches still fill, it is `short_share` and `short_least`. Counts are whole numbers; in Wine
# some threads, with some descriptors each, stay for a while when there is nothing more to do.
Measure = collections.namedtuple("Measure", "name unit share least short_share short_least")
MEASURES = (
    Measure("private_kib", "KiB", 0.05, 2048, 1.0, 32768),
    Measure("heap_kib", "KiB", 0.02, 512, 0.5, 8192),
    Measure("descriptors", "", 0, 0.5, 0, 32),
    Measure("threads", "", 0, 0.5, 0, 8),
    Measure("median_us", "us", 1.0, 1000, 10.0, 100000),
)
WORDS = ("side", "state")

# Growth an hour; the interval in which it is; by how many standard deviations it is a rise.
Slope = collections.namedtuple("Slope", "estimate low high rise")


def thinned(points):
    """No more than MOST of them: each the medians of neighbours."""
    size = math.ceil(len(points) / MOST)
    if size <= 1:
        return points
    return [tuple(statistics.median(values) for values in zip(*points[i:i + size]))
            for i in range(0, len(points), size)]


def slope(points):
    """By Theil and Sen, of (hours, value). Of equal values there are ties, which make the interval narrower."""
    points = thinned(points)
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2) if b[0] > a[0])
    if not slopes:
        return Slope(0.0, 0.0, 0.0, 0.0)
    ties = collections.Counter(value for _, value in points).values()
    variance = sum(sign * n * (n - 1) * (2 * n + 5)
                   for sign, n in [(1, len(points)), *((-1, tie) for tie in ties)]) / 18
    reach = SURE * math.sqrt(variance)
    low = math.floor((len(slopes) - reach) / 2)
    high = math.ceil((len(slopes) + reach) / 2)
    more = sum((value > 0) - (value < 0) for value in slopes)
    # Too few samples say nothing.
    return Slope(statistics.median(slopes), slopes[low] if low >= 0 else -math.inf,
                 slopes[high] if high < len(slopes) else math.inf, more / math.sqrt(variance) if more else 0.0)


def read(path):
    """The samples; the last line may be half written, as a soak goes on."""
    with open(path, newline="", encoding="ascii") as file:
        return [{name: value if name in WORDS else float(value or 0) for name, value in row.items()}
                for row in csv.DictReader(file) if None not in row.values()]


def judge_measure(measure, points, is_short):
    """A line about it, and the complaint or None."""
    values = [value for _, value in points]
    middle = statistics.median(values)
    before, after = max(values[:len(values) // 3]), min(values[-(len(values) // 3):])
    share, least = (measure.short_share, measure.short_least) if is_short else (measure.share, measure.least)
    allowed = max(share * before, least)
    hours = points[-1][0] - points[0][0]
    whole = slope(points)
    line = (f"{measure.name} {middle:.0f}, by the hour {whole.estimate:+.1f} "
            f"({whole.low:+.1f} to {whole.high:+.1f})")
    if after - before > allowed:
        return line, f"{measure.name} at rest rises from {before:.0f} to {after:.0f} {measure.unit}".rstrip()
    # The samples of the second half, by time.
    second = points[bisect.bisect(points, (points[0][0] + hours / 2,)):]
    if not is_short and whole.low * hours > allowed and slope(second).rise > LIKELY:
        return line, (f"{measure.name} at rest grows by at least {whole.low * hours:.1f} {measure.unit}".rstrip()
                      + f" in {hours:.2f} hours")
    return line, None


def judge_side(rows, is_short):
    """Lines and complaints about the samples at rest of one side."""
    begin, end = rows[0]["seconds"], rows[-1]["seconds"]
    warm = [row for row in rows if row["seconds"] >= begin + WARM_UP * (end - begin)]
    if len(warm) < FEWEST:
        return [], [f"only {len(warm)} samples at rest"]
    judged = [judge_measure(measure, [(row["seconds"] / 3600, row[measure.name]) for row in warm], is_short)
              for measure in MEASURES]
    return [line for line, _ in judged], [complaint for _, complaint in judged if complaint]


def judge(rows, is_short=False):
    """Lines about the samples, and complaints, which there are none of where it was flat."""
    resting = [row for row in rows if row["state"] == "rest"]
    sides = sorted({row["side"] for row in resting})
    if not sides:
        return [], ["no samples at rest"]
    lines, complaints = [], []
    for side in sides:
        said, wrong = judge_side([row for row in resting if row["side"] == side], is_short)
        lines += [f"{side}: {line}" for line in said]
        complaints += [f"{side}: {complaint}" for complaint in wrong]
    return lines, complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a run of a minute: look at the level only")
    parser.add_argument("samples")
    arguments = parser.parse_args()
    try:
        lines, complaints = judge(read(arguments.samples), arguments.short)
    except (OSError, KeyError, ValueError) as error:
        print(f"{arguments.samples}: not samples of a soak: {error}", file=sys.stderr)
        sys.exit(2)
    print("\n".join([*lines, *(complaints or ["flat"])]))
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
