#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The judge of a soak finds leaks, and takes no noise for one."""
import random
import unittest

import judge

HOURS = 2
SAMPLES = 120


def samples(side="native", **functions):
    """At rest, over the time: each column by a function of the part of the time that is over."""
    rows = []
    for i in range(SAMPLES):
        part = i / (SAMPLES - 1)
        row = {"seconds": part * HOURS * 3600, "side": side, "state": "rest", "private_kib": 20000,
               "heap_kib": 3000, "descriptors": 20, "threads": 15}
        row.update({name: function(part) for name, function in functions.items()})
        rows.append(row)
    return rows


class Judge(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(1)

    def check(self, rows, *words):
        complaints = judge.judge(rows)
        self.assertEqual(len(complaints), len(words), complaints)
        for complaint, word in zip(complaints, words):
            self.assertIn(word, complaint)

    def noise(self, size):
        return self.random.uniform(-size, size)

    def test_flat(self):
        self.check(samples())
        self.check(samples(private_kib=lambda part: 20000 + self.noise(3000),
                           threads=lambda part: 15 + self.random.randrange(3)))

    def test_high_for_a_moment(self):
        self.check(samples(private_kib=lambda part: 90000 if 0.5 < part < 0.6 else 20000,
                           descriptors=lambda part: 90 if 0.5 < part < 0.52 else 20))

    def test_warm_up(self):
        self.check(samples(private_kib=lambda part: min(20000, 5000 + part * 150000)))

    def test_memory(self):
        self.check(samples(private_kib=lambda part: 20000 + part * 6000 + self.noise(1000)), "private_kib grows")
        self.check(samples(heap_kib=lambda part: 3000 + part * 4000), "heap_kib grows")

    def test_descriptors_and_threads(self):
        self.check(samples(descriptors=lambda part: 20 + part * 5), "descriptors at rest rise")
        self.check(samples(threads=lambda part: 15 if part < 0.5 else 16), "threads at rest rise")

    def test_one_side(self):
        self.check(samples() + samples("wine", threads=lambda part: 15 + part * 90), "wine: threads")

    def test_too_few(self):
        self.check(samples()[:2], "only")
        self.check([], "no samples")
        self.check([dict(row, state="busy") for row in samples()], "no samples")


if __name__ == "__main__":
    unittest.main()
