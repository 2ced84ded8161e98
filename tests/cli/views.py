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

# Lists of (time, neuron) pairs are not what a raster takes, and look like it.
for count, warns in [(2, True), (3, False)]:
    test.write("events.npy", npy((9, count), [float(n) for n in range(9 * count)]))
    code, _, err = test.run("render", "events.npy", "--axes", "TW", "--view", "raster,form=events,neurons=30",
                            "--size", "200x120", "-o", "-")
    test.check("%d events a frame" % count, code == 0 and ("(time, neuron) pairs" in err) == warns, err)

# What stands in the way of a picture is said as it is, and a plan needs no output.
test.refuses(2, ["axes from -8 to 7"], "render", "l.npy", "--view", "slice=0", "-o", "x.y4m")
test.write("v.npy", npy((4, 5, 6), [0.0] * 120))
volume = ["--panel", "v:volume", "--size", "320x240", "--scale-bar", "2"]
test.refuses(2, ["scale bar", "no view here has one"], "render", "v=v.npy", "--axes", "NHW", "-o", "x.y4m", *volume)
test.check("a scale bar beside a volume", len(film("v=v.npy", "l=l.npy", "--axes", "v=NHW", "--panel", "l", *volume)) == 12)
# The stamp says which slice is shown: nothing else differs in a volume of zeros.
slices = {}
for name, view in [("z 1", "slice=0:1"), ("z 2", "slice=0:2"), ("y 1", "slice=1:1"), ("z 1 x 2", "slice=0:1,slice=1:2"),
                   ("z -3", "slice=0:-3"), ("camera", "slice=0:0"), ("all", "triview"), ("z 1 y 2 x 3", "triview,slice=0:1")]:
    more = ["--camera", "f=0:slice=1"] if name == "camera" else []
    slices[name] = film("v.npy", "--axes", "NHW", "--view", view + ",vmin=0,vmax=1,aspect=auto" * ("tri" not in view),
                        "--size", "320x240", "--timestamp", "--frames", "0", *more)
test.check("slices are told apart", len({bytes(slices[n][0]) for n in ("z 1", "z 2", "y 1", "z 1 x 2")}) == 4)
test.check("slices from the end, and of a camera", slices["z -3"] == slices["camera"] == slices["z 1"])
test.check("three slices are told", slices["all"] != slices["z 1 y 2 x 3"])
test.check("a plan without an output", test.run("render", "l.npy", "--dry-run")[0] == 0)
test.check("a film needs an output", test.run("render", "l.npy")[0] == 2)

test.end()
