#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the kernels' benchmark with small sizes: every row is there and holds a time.

kernels.py PROGRAM
"""
import os
import re
import subprocess
import sys

ROW = re.compile(r"(?P<name>.+): (?P<median>[\d.]+) ms \((?P<least>[\d.]+), (?P<most>[\d.]+)\)"
                 r"(?: \[(?P<rate>[\d.]+) GB/s(?:, (?P<part>[\d.]+) of copy)?\])?"
                 r"(?: \[(?:sim|upload|analyse|view|pack|copy) [^]]+\])? \[host (?P<host>[\d.]+)\]")
REDUCTIONS = ("sum", "max", "norm (read twice)", "variance (read three times)")
WAYS = ("all", "the last axis", "the first axis")
WITH_RATE = ["copy", *("%s over %s" % (kind, way) for way in WAYS for kind in REDUCTIONS),
             "gaussian=2 of 180x320", "median of 180x320", "log1p(abs(a-b))"]
WITHOUT = ["heat map of 180x320", "heat map of 256x256", "heat map of 180x320, I420",
           "heat map of 256x256, I420", "heat map of 180x320, PAL8",
           "heat map of 256x256, PAL8", "framed heat map of 180x320, I420",
           "framed heat map of 256x256, I420", "I420 picture to the host",
           "volume of blobs, composite", "volume of blobs, lit", "volume of blobs, largest",
           "volume of noise, composite", "volume of noise, thin composite",
           "volume of noise, largest", "raster of 100000 neurons", "lines, 8 of 12500 samples",
           "100000 points", "histogram of a picture"]


def main():
    device = os.environ.get("TENSORREEL_TEST_DEVICE", "cpu")
    done = subprocess.run([sys.argv[1], "--device", device, "--size", "1", "--rounds", "2",
                           "--picture", "320x180", "--volume", "16"], text=True,
                          stdout=subprocess.PIPE, check=True)
    lines = done.stdout.splitlines()
    found = {}
    for line in lines[1:]:
        row = ROW.fullmatch(line)
        assert row, line
        assert 0 < float(row["least"]) <= float(row["median"]) <= float(row["most"]), line
        assert float(row["host"]) > 0, line
        found[row["name"]] = row
    assert list(found) == WITH_RATE + WITHOUT, list(found)
    for name in WITH_RATE:
        assert float(found[name]["rate"]) > 0, name
        assert (name == "copy") == (found[name]["part"] is None), name
    for name in WITHOUT:
        assert found[name]["rate"] is None, name
    refused = subprocess.run([sys.argv[1], "--size", "0"], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    assert refused.returncode == 2 and refused.stderr.startswith(b"usage: kernels"), refused


main()
