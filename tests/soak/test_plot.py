#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The chart of a soak has what its samples are of.

    test_plot.py GNUPLOT
"""
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from test_judge import samples, text_of

PANELS = 6
SVG = "{http://www.w3.org/2000/svg}"


class Plot(unittest.TestCase):
    gnuplot = None

    def draw(self, rows):
        """What gnuplot ended with, the texts of the chart, and how many points it has."""
        with tempfile.TemporaryDirectory() as folder:
            data, image = (Path(folder) / name for name in ("samples.csv", "soak.svg"))
            data.write_text(text_of(rows), encoding="ascii")
            result = subprocess.run([self.gnuplot, "-c", Path(__file__).with_name("plot.gp"), data, image],
                                    check=False, capture_output=True, text=True)
            if result.returncode != 0:
                return result, [], 0
            root = xml.etree.ElementTree.parse(image).getroot()
        texts = ["".join(node.itertext()).strip() for node in root.iter(f"{SVG}text")]
        return result, texts, sum(1 for _ in root.iter(f"{SVG}use"))

    def test_both_sides(self):
        latency = {"median_us": lambda part: 90 + 20 * part, "p99_us": lambda part: 900 + 200 * part}
        at_rest = samples(**latency) + samples("wine", threads=lambda part: 40, **latency)
        busy = [dict(row, state="busy", threads=60) for row in at_rest]
        result, texts, points = self.draw(sorted(at_rest + busy, key=lambda row: row["seconds"]))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for title in "private memory (MiB)", "heap in use, at rest (MiB)", "descriptors", "threads", "hours":
            self.assertIn(title, texts)
        for side in "native", "wine":
            self.assertEqual(texts.count(side), PANELS)
        # Busy samples are points: of memory, descriptors and threads.
        self.assertEqual(points - self.draw(at_rest)[2], 3 * len(busy))

    def test_one_side(self):
        for side, other in ("native", "wine"), ("wine", "native"):
            result, texts, _ = self.draw(samples(side, count=9, hours=1 / 60))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual((texts.count(side), texts.count(other)), (PANELS, 0))
            self.assertIn("minutes", texts)

    def test_none(self):
        result, _, _ = self.draw([dict(row, state="busy") for row in samples()])
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no samples at rest", result.stderr)


if __name__ == "__main__":
    Plot.gnuplot = sys.argv.pop(1)
    unittest.main()
