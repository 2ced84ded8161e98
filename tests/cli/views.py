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

# Without a window all of a film is across, however few pixels there are, and 300 frames of a pipe.
test.write("line.npy", npy((250, 2), [float(n * n % 23) for n in range(500)]))
test.write("loss.npy", npy((30, 1, 1), [1.0 / (n + 1) for n in range(30)]))
test.write("loss1.npy", npy((30,), [1.0 / (n + 1) for n in range(30)]))
for view in ["lines,roll", "raster", "histogram,vmin=0,vmax=23"]:
    for size in ["200x120", "480x240"]:
        name = ["line.npy", "--axes", "TW", "--size", size, "--view"]
        test.check("%s at %s shows the film" % (view, size),
                   film(*name, view)[249] == film(*name, view + ",window=250")[249])
for words in [["loss1.npy", "--axes", "T"], ["loss.npy"]]:
    words += ["--size", "320x200", "--view"]
    test.check("numbers are a curve", film(*words, "lines") == film(*words, "lines,roll,window=30"))
vectors = b"".join(npy((2,), [float(n % 7), 1.0]) for n in range(20))
test.check("of a pipe 300", test.run("render", "-", "--size", "320x200", "--view", "lines,roll", "-q", "-o", "-",
                                     stdin=vectors)[1] ==
           test.run("render", "-", "--size", "320x200", "--view", "lines,roll,window=300", "-q", "-o", "-",
                    stdin=vectors)[1] != b"")

test.end()
