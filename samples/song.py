#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A bird's song as a stream of spectra: whistles that glide, and trills, with their overtones.

    song.py [RECORDS] | tensorreel render - --scroll 480 --vmin -60 --vmax 0 \\
        --cmap inferno --nan-color black -o song.mp4

Every record on standard output is a small .npy file of 180 loudnesses in decibels, the highest
pitch first. Each becomes one column of the picture, the newest at the right. Needs Python alone.
"""
import array
import math
import random
import struct
import sys

BINS, FLOOR_DB = 180, -60


def header(shape):
    """The head of a version 1.0 .npy file of little-endian float32, 128 bytes in all."""
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (tuple(shape),)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + text.ljust(117).encode("ascii") + b"\n"


def syllables(rng, records):
    """(first record, length, pitch, glide, trill width, trill speed) one after another."""
    at = 4
    while at < records:
        for _ in range(rng.choice((1, 2, 4))):
            length = rng.randint(14, 46)
            pitch, glide = rng.uniform(28, 58), rng.uniform(-22, 22)
            trill = rng.choice((0, 0, 2, 4))
            for repeat in range(rng.choice((1, 1, 3))):
                yield at, length, pitch, glide, trill, rng.uniform(0.35, 0.75)
                at += length + 5
        at += rng.randint(8, 24)


def spectrum(rng, song, at):
    power = [10 ** (FLOOR_DB / 10) * rng.expovariate(1) for _ in range(BINS)]
    for first, length, pitch, glide, trill, speed in song:
        age = at - first
        if not 0 <= age < length:
            continue
        loud = math.sin(math.pi * (age + 0.5) / length) ** 2
        tone = pitch + glide * (age / length) ** 2 + trill * math.sin(speed * age)
        for overtone in (1, 2, 3):
            for step in range(-8, 9):
                place = int(tone * overtone) + step
                if 0 <= place < BINS:
                    away = place - tone * overtone
                    power[place] += loud * 0.04 ** (overtone - 1) * math.exp(-away * away / 2.5)
    return [10 * math.log10(value + 1e-9) for value in reversed(power)]


def main():
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 720
    rng = random.Random(5)
    song = list(syllables(rng, records))
    for at in range(records):
        values = array.array("f", spectrum(rng, song, at))
        if sys.byteorder == "big":
            values.byteswap()
        sys.stdout.buffer.write(header((BINS,)) + values.tobytes())


main()
