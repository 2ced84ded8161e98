# SPDX-License-Identifier: BSD-2-Clause
"""What views make of an input's time: those that remember frames, and their axes."""
from harness import Test, npy, y4m

test = Test()


def film(*args):
    code, out, err = test.run("render", *args, "-q", "-o", "-")
    test.check("%s: exit 0" % " ".join(args), code == 0, "exit %d: %s" % (code, err))
    return y4m(out)[3] if code == 0 else []


# An input that ends appends nothing more to what remembers frames, and the picture of its end stays.
spikes = [float(n * n % 11 < 3) for n in range(4 * 10)]
test.write("m.npy", npy((4, 10), spikes))
test.write("padded.npy", npy((12, 10), spikes + [0.0] * 80))
test.write("l.npy", npy((12, 2, 2), [0.0] * 48))
sizes = ["--axes", "m=TW", "--size", "480x240"]
raster = ["--panel", "m:raster,whole", "--panel", "l:heatmap,vmin=0,vmax=1", "--timestamp"]
held = film("m=m.npy", "l=l.npy", *sizes, *raster)
padded = film("m=padded.npy", "l=l.npy", *sizes, *raster)
test.check("no spikes after the end, in the raster and in the stamp", held == padded and len(held) == 12,
           [n for n, (a, b) in enumerate(zip(held, padded)) if a != b])
for view in ["raster,window=6", "lines,roll,window=6", "histogram,window=6,vmin=0,vmax=1", "heatmap,scroll=6,vmin=0,vmax=1",
             "heatmap,filter=decay=0.5,vmin=0,vmax=1", "heatmap,filter=smooth=0.5,vmin=0,vmax=1"]:
    frames = film("m=m.npy", "l=l.npy", *sizes, "--panel", "m:" + view, "--panel", "l:heatmap,vmin=0,vmax=1")
    test.check("%s moves, and stays after the end" % view,
               len(frames) == 12 and frames[2] != frames[3] and frames[4:] == [frames[3]] * 8,
               [n for n in range(1, len(frames)) if frames[n] != frames[n - 1]])

test.end()
