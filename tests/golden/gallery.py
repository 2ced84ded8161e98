# SPDX-License-Identifier: BSD-2-Clause
"""Every exact view, through the command line, against the hashes that are kept in gallery.hashes.

    gallery.py TENSORREEL [NAME...]

The data are whole numbers and fractions that floats hold exactly. Of each picture the last frame is
compared, so views that remember the frames before show that they do. TENSORREEL_GOLDEN_UPDATE=1
writes the hashes anew, but never where CI is set. TENSORREEL_TEST_DEVICE chooses the device. Views
that are not exact (volumes by rays, which tests/view/volume.c holds to a tolerance) must render.
"""
import hashlib
import os
import shlex
import struct
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gallery.hashes")


def mix(value):
    value = (value ^ value >> 16) * 0x7FEB352D & 0xFFFFFFFF
    value = (value ^ value >> 15) * 0x846CA68B & 0xFFFFFFFF
    return value ^ value >> 16


def noise(*key):
    """-1 to 1 in steps of 1/2048."""
    value = 0
    for part in key:
        value = mix(value * 31 + part + 1 & 0xFFFFFFFF)
    return (value >> 20) / 2048 - 1


def bowl(y, x, rows, columns):
    """A polynomial, -1 at the middle to 1 at the nearer edges, in steps of 1/256."""
    u, v = 2 * x - columns + 1, 2 * y - rows + 1
    return (512 * (u * u + 2 * v * v) // (columns * columns) - 256) / 256


def field(t, y, x):
    return bowl(y, x - 2 * t, 36, 48) + noise(t, y, x) / 8


def grid(make, *shape):
    """make(i, j, ...) of every place, the last index fastest."""
    places = [()]
    for size in shape:
        places = [place + (n,) for place in places for n in range(size)]
    return [make(*place) for place in places]


def special(t, y, x):
    found = {0: float("nan"), 1: float("inf"), 2: -float("inf")}
    return found.get(mix(t * 5000 + y * 48 + x) % 23, noise(t, y, x))


def decades(t, y, x):
    """2 to the power of -20 to 20, of both signs."""
    power = mix(t * 5000 + y * 48 + x + 9) % 41 - 20
    return (1 if x % 3 else -1) * (1 + (noise(y, x) + 1) / 2) * 2.0 ** power


def sample(t, series, n):
    return noise(t, series, n) / 4 + ((n * (series + 2)) % 64) / 32 - 1


def turned(t, n, column):
    """Points on a square that turns, by whole steps; the third column is the number."""
    side, along = divmod((n * 8 + 3 * t) % 160, 40)
    at = along / 20 - 1
    return ((at, 1, -at, -1), (-1, at, 1, -at))[column][side] if column < 2 else n


def body(t, z, y, x):
    """A block and a corner, among noise."""
    inside = 2 <= z < 6 and 3 <= y < 8 and 4 <= x < 12
    return inside * 2 + (z + y + x < 6) + noise(t, z, y, x) / 4


def colour(t, y, x, c):
    return (5 * x, 7 * y, 255 - 3 * (x + y), 10 * ((x + y) % 26))[c] & 255


def complexes(t, y, x, part):
    u, v = (x - 20) / 8, (15 - y) / 8
    return u * u - v * v - 1 if part == 0 else 2 * u * v


DATA = {
    "field": ("<f4", (5, 36, 48), field),
    "other": ("<f4", (5, 36, 48), lambda t, y, x: field(4 - t, 35 - y, x)),
    "special": ("<f4", (5, 36, 48), special),
    "decades": ("<f4", (2, 36, 48), decades),
    "whole": ("<i2", (2, 36, 48), lambda t, y, x: int(field(t, y, x) * 1000)),
    "tiles": ("<f4", (2, 7, 9, 12), lambda t, n, y, x: bowl(y, x, 9, 12) * (n - 3) / 4),
    "vectors": ("<f4", (24, 20), lambda t, n: sample(0, t, n)),
    "traces": ("<f4", (3, 3, 700), sample),
    "spikes": ("|u1", (40, 64), lambda t, n: mix(t * 64 + n) % 9 == 0 or (n - 2 * t) % 32 == 0),
    "bits": ("|u1", (40, 8), lambda t, n: mix(t * 8 + n) & 255 & mix(t * 8 + n + 7)),
    "points": ("<f4", (12, 20, 3), turned),
    "body": ("<f4", (8, 8, 11, 16), body),
    "hwc": ("|u1", (2, 30, 40, 3), colour),
    "chw": ("|u1", (2, 3, 30, 40), lambda t, c, y, x: colour(t, y, x, c)),
    "rgba": ("|u1", (2, 30, 40, 4), colour),
    "complex": ("<f4", (2, 30, 40, 2), complexes),
}

SIZE = " --size 160x120 --no-overlay"
VOLUME = "render {body} --size 200x150 --no-overlay --view volume,azimuth=30,elevation=20"

# name: (arguments, {x} being the data; the picture has a hash)
EXACT = {
    "linear": "render {field}" + SIZE,
    "cmap": "render {field} --cmap twilight_r --vmin -0.5 --vmax 0.75" + SIZE,
    "whole": "render {whole} --cmap hot --range frame" + SIZE,
    "log": "render {decades} --norm log --vmin 1e-5 --vmax 1e5" + SIZE,
    "symlog": "render {decades} --norm symlog:0.125 --center 0 --cmap RdBu_r" + SIZE,
    "power": "render {field} --norm power:0.4 --vmin 0 --vmax 1" + SIZE,
    "special": "render {special} --nan-color magenta --under navy --over red --range frame" + SIZE,
    "center": "render {field} --center 0.25 --range frame --cmap coolwarm" + SIZE,
    "robust": "render {special} --robust 5:90 --range frame" + SIZE,
    "running": "render {field} --range running" + SIZE,
    "equalize": "render {decades} --equalize" + SIZE,
    "clahe": "render {field} --equalize clahe=3:4" + SIZE,
    "bilinear": "render {tiles} --view slice=0:1,interpolation=bilinear" + SIZE,
    "origin-lower": "render {field} --origin lower" + SIZE,
    "stretched": "render {field} --aspect auto --reduce minmax --size 37x90 --no-overlay",
    "tiles": "render {tiles} --background navy" + SIZE,
    "scroll": "render {vectors} --scroll 16" + SIZE,
    "camera": "render {field} --camera f=0:zoom=1;f=4:zoom=5.5,center=0.3x0.6" + SIZE,
    "lines": "render {traces} --view lines" + SIZE,
    "lines-thick": "render {traces} --view lines,width=5,colors=orange/teal --theme light" + SIZE,
    "lines-roll": "render {vectors} --axes TW --view lines,roll,window=16" + SIZE,
    "lines-whole": "render {vectors} --axes TW --view lines,whole=30" + SIZE,
    "raster": "render {spikes} --axes TW --view raster,window=30,populations=0:20:50" + SIZE,
    "raster-whole": "render {spikes} --axes TW --view raster,whole=60,first-on-top" + SIZE,
    "raster-bits": "render {bits} --axes TW --view raster,form=bits,neurons=64" + SIZE,
    "points": "render {points} --view points,x-range=-1.5:1.5,y-range=-1.5:1.5" + SIZE,
    "points-trail": "render {points} --view points,color=2,trail=4,unit-circle,point-size=9" + SIZE,
    "histogram": "render {field} --view histogram,window=8,bins=32 --cmap magma" + SIZE,
    "histogram-log": "render {special} --view histogram,whole=5,bins=64,log,vmin=-1,vmax=1" + SIZE,
    "bars": "render {field} --view histogram,bars,bins=32" + SIZE,
    "slice-z": "render {body} --view slice=0:3" + SIZE,
    "slice-y": "render {body} --view slice=1:-2" + SIZE,
    "slice-x": "render {body} --view slice=2:0:-1:bounce:6" + SIZE,
    "slice-slice": "render {body} --view heatmap,slice=0:3,slice=0:4" + SIZE,
    "triview": "render {body} --view triview,slice=0:3,slice=1:4,slice=2:5" + SIZE,
    "triview-large": "render {body} --view triview --size 300x240 --no-overlay --origin lower",
    "rgb-hwc": "render {hwc} --view rgb" + SIZE,
    "rgb-chw": "render {chw} --axes TCHW --view rgb" + SIZE,
    "rgb-swapped": "render {hwc} --view rgb,channels=2/0/1" + SIZE,
    "rgb-split": "render {hwc} --view rgb,split" + SIZE,
    "rgba": "render {rgba} --view rgb,checker=8" + SIZE,
    "complex": "render {complex} --view complex,vmin=0,vmax=4" + SIZE,
    "overlay": "render a={field} b={special} --panel a --panel b=b:heatmap,overlay=0.25,cmap=hot,"
               "hide=nan+under" + SIZE,
    "overlay-mask": "render a={hwc} b={complex} --panel a=a:rgb --panel b=b:complex,overlay" + SIZE,
    "panels": "render a={field} b={other} --panel a --panel b=b:lines --panel c=a:histogram "
              "--panel d=b:heatmap,cmap=magma,norm=symlog --grid 2x2 --size 320x240",
    "shared": "render a={field} b={other} --panel a --panel b --shared-scale --colorbar "
              "--size 320x160",
    "expression": "render a={field} b={other} --expr where(a<b,a*b,abs(a-b)/3) --range frame" + SIZE,
    "filters": "render {field} --filter median,diff,abs,clip=0.1:1 --range frame" + SIZE,
    "decay": "render {field} --filter decay=0.75 --range frame" + SIZE,
    "dark": "render {field} --title Bowl --ticks --colorbar --timestamp --view heatmap,x-label=x,"
            "bar-label=height --scale-bar 10um --size 320x240",
    "light": "render {decades} --norm symlog:1 --theme light --ticks --colorbar --frame-time 2ms "
             "--timestamp --size 320x240",
    "training": "render {tiles} --look training --size 320x240",
    "debug": "render {special} --look debug --size 320x240",
    "chart": "render {spikes} --axes TW --view raster,window=32,x-label=frame --timestamp "
             "--size 320x240",
    "sim": "sim lif-sheet --sheet 48x32 --seed 3 --frames 6 --panel v=v:heatmap --panel "
           "s=spikes:raster --panel h=v:histogram --grid 1x3 --colorbar --size 480x160",
}
for _how in ("max", "min"):
    for _axis in range(3):
        EXACT["project-%s-%d" % (_how, _axis)] = (
            "render {body} --view projection,axis=%d,project=%s" % (_axis, _how) + SIZE)
ROUNDED = {
    "composite": VOLUME,
    "mip": VOLUME + ",mode=mip",
    "light": VOLUME + ",opacity=threshold:1,light,vmin=0,vmax=2",
    "mean": "render {body} --view projection,project=mean" + SIZE,
    "sum": "render {body} --view projection,project=sum" + SIZE,
    "gaussian": "render {field} --filter gaussian=1.5,unsharp,sobel,box=3,smooth=0.5,log" + SIZE,
}


def save(folder, name):
    kind, shape, make = DATA[name]
    code = {"<f4": "f", "<i2": "h", "|u1": "B"}[kind]
    values = grid(make, *shape)
    text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    with open(os.path.join(folder, name + ".npy"), "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + text.ljust(117).encode() + b"\n")
        file.write(struct.pack("<%d%s" % (len(values), code), *values))


def last_hash(folder, name, command):
    """The hash of the last frame, or None with a line that says why."""
    words = [word.format(**{data: data + ".npy" for data in DATA}) for word in shlex.split(command)]
    device = os.environ.get("TENSORREEL_TEST_DEVICE")
    words += ["--device", device] if device else []
    out = os.path.join(folder, name + ".framehash")
    run = subprocess.run([PROGRAM, *words, "-q", "-o", out], cwd=folder, stderr=subprocess.PIPE,
                         text=True, check=False)
    if run.returncode:
        print("FAIL: %s: exit %d: %s" % (name, run.returncode, run.stderr.strip()))
        return None
    with open(out, encoding="ascii") as file:
        return file.read().split()[-1]


def read_kept():
    if not os.path.exists(KEPT):
        return {}
    with open(KEPT, encoding="ascii") as file:
        return dict(line.split() for line in file)


def main():
    update = os.environ.get("TENSORREEL_GOLDEN_UPDATE") == "1"
    if update and os.environ.get("CI", "false") not in ("", "false"):
        sys.exit("TENSORREEL_GOLDEN_UPDATE is refused where CI is set")
    kept, found, failed = read_kept(), {}, 0
    names = sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="tensorreel-gallery-") as folder:
        for name in DATA:
            save(folder, name)
        for name, command in EXACT.items():
            if names and name not in names:
                continue
            found[name] = last_hash(folder, name, command)
            if not update and found[name] and kept.get(name) != found[name]:
                print("FAIL: %s: %s, kept is %s: %s" % (name, found[name], kept.get(name), command))
            failed += found[name] is None or not update and kept.get(name) != found[name]
        for name, command in ROUNDED.items():
            failed += not names and last_hash(folder, "rounded-" + name, command) is None
    # The two orders of channels are one picture; nothing else is.
    twins = found.get("rgb-hwc") != found.get("rgb-chw")
    twins |= len(found) - len(set(found.values())) != ("rgb-hwc" in found and not names)
    if twins and not names:
        print("FAIL: pictures that should differ are equal, or the other way round")
    if update and not failed:
        with open(KEPT, "w", encoding="ascii") as file:
            file.writelines("%s %s\n" % item for item in sorted(({**kept, **found} if names else found).items()))
    print("%d pictures, %d failed" % (len(found), failed))
    sys.exit(1 if failed or twins and not names or not found else 0)


main()
