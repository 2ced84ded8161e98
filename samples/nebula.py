#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A turning spiral of five decades of brightness, with a swath where nothing was measured.

    nebula.py FILE.npy [FRAMES]

    tensorreel render nebula.npy --norm log --cmap magma -o nebula_%04d.png

On a linear scale only the core would show; --norm log spreads the colours over the decades. The
swath that wanders across is NaN and gray. Needs Python alone.
"""
import array
import math
import struct
import sys

WIDTH, HEIGHT = 256, 144


def header(shape):
    """The head of a version 1.0 .npy file of little-endian float32, 128 bytes in all."""
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (tuple(shape),)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + text.ljust(117).encode("ascii") + b"\n"


def cells():
    """Of each cell: column, row, brightness without arms, and the phase of the arms."""
    for row in range(HEIGHT):
        for column in range(WIDTH):
            x, y = (column + 0.5 - WIDTH / 2) / 62, (row + 0.5 - HEIGHT / 2) / 40
            radius = math.hypot(x, y) + 1e-6
            disk = math.exp(-4.2 * radius) + 3 * math.exp(-60 * radius * radius)
            yield column, row, disk + 1e-5, 2 * math.atan2(y, x) - 6.5 * math.log(radius + 0.12)


def frame(places, number):
    values = array.array("f")
    turn, edge = 0.06 * number, -60 + 3.1 * number
    for column, row, disk, phase in places:
        swath = column - edge + 0.35 * row
        if 0 < swath < 34 and (row + column // 3) % 9:
            values.append(math.nan)
        else:
            values.append(disk * math.exp(1.7 * math.cos(phase + turn)))
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: nebula.py FILE.npy [FRAMES]")
    frames = int(sys.argv[2]) if len(sys.argv) > 2 else 96
    places = list(cells())
    with open(sys.argv[1], "wb") as file:
        file.write(header((frames, HEIGHT, WIDTH)))
        for number in range(frames):
            file.write(frame(places, number))


main()
