#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The judge of a soak finds leaks, and takes no noise for one."""
import csv
import io
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import judge

HOURS = 2
SAMPLES = 120
SEEDS = 12
COLUMNS = ("seconds", "side", "state", "rss_kib", "private_kib", "heap_kib", "descriptors", "threads",
           "median_us", "p99_us")
HELD = {"rss_kib": 30000, "private_kib": 20000, "heap_kib": 3000, "descriptors": 20, "threads": 15,
        "median_us": 100, "p99_us": 900}


def samples(side="native", count=SAMPLES, hours=HOURS, **functions):
    """At rest, over the time: each column by a function of the part of the time that is over."""
    parts = [i / (count - 1) for i in range(count)]
    return [{"seconds": part * hours * 3600, "side": side, "state": "rest", **HELD,
             **{name: function(part) for name, function in functions.items()}} for part in parts]


class Judge(unittest.TestCase):
    def check(self, rows, *words, is_short=False):
        _, complaints = judge.judge(rows, is_short)
        self.assertEqual(len(complaints), len(words), complaints)
        for complaint, word in zip(complaints, words):
            self.assertIn(word, complaint)

    def check_seeds(self, functions, *words):
        """`functions` gives the columns by a source of random numbers."""
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                self.check(samples(**functions(random.Random(seed))), *words)

    def test_flat(self):
        self.check(samples())

    def test_noise(self):
        self.check_seeds(lambda source: {
            "private_kib": lambda part: 20000 + source.uniform(-3000, 3000),
            "heap_kib": lambda part: 3000 + source.gauss(0, 400),
            "descriptors": lambda part: 20 + source.choice((0, 0, 1, 2)),
            "threads": lambda part: 15 + source.randrange(3),
            "median_us": lambda part: source.lognormvariate(5, 1)})

    def test_high_for_a_moment(self):
        self.check(samples(private_kib=lambda part: 90000 if 0.5 < part < 0.6 else 20000,
                           descriptors=lambda part: 90 if 0.5 < part < 0.52 else 20,
                           threads=lambda part: 90 if part > 0.98 else 15))

    def test_warm_up(self):
        self.check(samples(private_kib=lambda part: min(20000, 5000 + part * 150000)))

    def test_less(self):
        self.check(samples(heap_kib=lambda part: 30000 - 20000 * part, threads=lambda part: 30 - int(20 * part)))

    def test_memory(self):
        self.check_seeds(lambda source: {
            "private_kib": lambda part: 20000 + part * 6000 + source.uniform(-1000, 1000)}, "private_kib at rest")
        self.check_seeds(lambda source: {
            "heap_kib": lambda part: 3000 + part * 2000 + source.gauss(0, 300)}, "heap_kib at rest grows")
        # Noise as high as all that has leaked.
        self.check_seeds(lambda source: {
            "private_kib": lambda part: 20000 + part * 12000 + source.uniform(-4000, 4000)}, "private_kib at rest grows")

    def test_stairs(self):
        self.check(samples(heap_kib=lambda part: 3000 + int(part * 8) * 250), "heap_kib at rest")

    def test_step(self):
        """One that stays is a complaint if it is high, and none if it is low."""
        self.check(samples(heap_kib=lambda part: 3000 if part < 0.6 else 4000), "heap_kib at rest rises")
        self.check(samples(heap_kib=lambda part: 3000 if part < 0.6 else 3400))
        self.check(samples(private_kib=lambda part: 20000 if part < 0.5 else 90000), "private_kib at rest")

    def test_growth_that_ends(self):
        """What has filled in the first half is a cache."""
        self.check(samples(heap_kib=lambda part: 3000 + min(part, 0.42) * 4000))

    def test_descriptors_and_threads(self):
        self.check(samples(descriptors=lambda part: 20 + part * 5), "descriptors at rest rises")
        self.check(samples(threads=lambda part: 15 if part < 0.5 else 16), "threads at rest rises")
        self.check_seeds(lambda source: {
            "descriptors": lambda part: 20 + int(9 * part) + source.randrange(5)}, "descriptors at rest grows")

    def test_latency(self):
        self.check_seeds(lambda source: {
            "median_us": lambda part: 100 + part * 9000 + source.uniform(0, 500)}, "median_us at rest")

    def test_one_side(self):
        self.check(samples() + samples("wine", threads=lambda part: 15 + part * 90), "wine: threads")

    def test_sides_are_apart(self):
        """What one side holds more than the other is no growth."""
        self.check(sorted(samples() + samples("wine", private_kib=lambda part: 90000, threads=lambda part: 40),
                          key=lambda row: row["seconds"]))

    def test_busy_samples(self):
        """What is held by busy threads is not judged."""
        self.check(samples() + [dict(row, state="busy", threads=99 + i) for i, row in enumerate(samples())])

    def test_too_few(self):
        self.check(samples()[:2], "only")
        self.check([], "no samples")
        self.check([dict(row, state="busy") for row in samples()], "no samples")

    def test_many(self):
        """More samples than pairs are taken of."""
        many = {"count": 4 * judge.MOST + 1, "hours": 20}
        self.check(samples(**many))
        self.check(samples(**many, heap_kib=lambda part: 3000 + part * 2000), "heap_kib at rest")

    def test_short(self):
        short = {"count": 9, "hours": 1 / 60}

        def check_short(*words, **functions):
            self.check(samples(**short, **functions), *words, is_short=True)

        check_short(private_kib=lambda part: 20000 + part * 20000, heap_kib=lambda part: 3000 + part * 5000,
                    threads=lambda part: 15 + round(4 * part), descriptors=lambda part: 60 + round(part * 16))
        check_short("private_kib at rest rises", private_kib=lambda part: 20000 + part * 200000)
        check_short("heap_kib at rest rises", heap_kib=lambda part: 3000 + part * 50000)
        check_short("threads at rest rises", threads=lambda part: 15 + int(part * 40))
        check_short("descriptors at rest rises", descriptors=lambda part: 20 + int(part * 90))

    def test_interval(self):
        """The interval has the slope in it, and is narrower the more samples there are."""
        source = random.Random(1)
        widths = []
        for count in 20, 200:
            points = [(i / count, 50 * i / count + source.gauss(0, 10)) for i in range(count)]
            found = judge.slope(points)
            self.assertTrue(found.low < 50 < found.high, found)
            self.assertTrue(found.low < found.estimate < found.high, found)
            widths.append(found.high - found.low)
        self.assertLess(widths[1], widths[0] / 2)
        self.assertEqual(judge.slope([(i, 7) for i in range(50)]), (0, 0, 0, 0))


def text_of(rows):
    """The file that the samples are in."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Program(unittest.TestCase):
    """What it prints, and its exit status."""

    def judged(self, text, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "samples.csv"
            path.write_text(text, encoding="ascii")
            program = Path(__file__).with_name("judge.py")
            return subprocess.run([sys.executable, "-B", program, *options, path], check=False,
                                  capture_output=True, text=True)

    def test_flat(self):
        result = self.judged(text_of(samples() + samples("wine")))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = result.stdout.splitlines()
        self.assertEqual(lines[-1], "flat")
        self.assertEqual(len(lines), 2 * len(judge.MEASURES) + 1)
        self.assertEqual(lines[0], "native: private_kib 20000, by the hour +0.0 (+0.0 to +0.0)")

    def test_leak(self):
        text = text_of(samples(heap_kib=lambda part: 3000 + part * 1000))
        result = self.judged(text)
        self.assertEqual(result.returncode, 1)
        self.assertIn("heap_kib at rest", result.stdout.splitlines()[-1])
        self.assertNotIn("flat", result.stdout)
        self.assertEqual(self.judged(text, "--short").returncode, 0)

    def test_half_a_line(self):
        """A soak that goes on can be judged."""
        result = self.judged(text_of(samples()) + "7300.0,native,re")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_no_samples(self):
        for text in "seconds,side\n1,native\n", text_of(samples()).replace("20000", "many"):
            result = self.judged(text)
            self.assertEqual(result.returncode, 2)
            self.assertIn("not samples of a soak", result.stderr)
        self.assertEqual(self.judged("").returncode, 1)


if __name__ == "__main__":
    unittest.main()
