# SPDX-License-Identifier: BSD-2-Clause
"""Panels on the command line: what --dry-run says of them, and what is refused."""
import json
import os

from harness import Test, npy, ramp, y4m

test = Test()
test.write("a.npy", npy((5, 4, 8), ramp(5, 4, 8)))
test.write("b.npy", npy((3, 4, 8), ramp(3, 4, 8)))
test.write("wide.npy", npy((5, 6, 8), ramp(5, 6, 8)))
test.write("v.npy", npy((7, 3), ramp(1, 7, 3)))
test.write("large.npy", npy((1, 300, 500), [0.0] * 150000))
test.write("data.y4m", b"\0" * 64)


def made(*args, **kinds):
    code, out, err = test.run(*args, **kinds)
    test.check("%s: exit 0" % " ".join(args), code == 0, "exit %d: %s" % (code, err))
    return out


# The plan of panels.
args = ["render", "a=a.npy", "b=b.npy", "--panel", "A=a:heatmap,cmap=hot,vmin=-1,vmax=2", "--panel",
        "d=a-b:heatmap,norm=log,overlay", "--panel", "v.npy:lines,roll", "--panel", "b:rgb",
        "--panel", "p=a:heatmap,filter=abs,range=frame", "--frame-time", "b=2", "--dry-run", "-o", "x.y4m"]
out = made(*args).decode()
for line in ["input    a: a.npy, f4", "input    b: b.npy, f4", "input    v.npy, f4", "frames   7, 0.233 s",
             "picture  1920x1080, 30 fps", "panel    A: a, heatmap, hot, range -1 to 2, norm linear",
             "panel    d: a-b, over the one before: heatmap, viridis, range running, norm log",
             "panel    v.npy, lines, range movie, norm linear", "panel    b, rgb",
             "panel    p: a, heatmap, filter abs, viridis, range frame, norm linear",
             "output   x.y4m"]:
    test.check("the plan says %s" % line, line + "\n" in out, out)
plan = json.loads(made(*args, "--json"))
test.check("the plan's size", (plan["width"], plan["height"], plan["frames"]) == (1920, 1080, 7), plan)
test.check("the plan's inputs", [(i["name"], i["rows"], i["columns"], i["frames"]) for i in plan["inputs"]]
           == [("a", 4, 8, 5), ("b", 4, 8, 1), ("v.npy", 1, 3, 7)], plan)
test.check("the plan's panels", [(p["name"], p["input"], p["view"], p["over"], p.get("cmap"),
                                  p.get("norm"), p.get("range")) for p in plan["panels"]] == [
    ("A", "a", "heatmap", False, "hot", "linear", "fixed"),
    ("d", "a-b", "heatmap", True, "viridis", "log", "running"),
    ("v.npy", "v.npy", "lines", False, None, "linear", "movie"),
    ("b", "b", "rgb", False, None, None, None),
    ("p", "a", "heatmap", False, "viridis", "linear", "frame")], plan["panels"])
plan = json.loads(made("sim", "lif-sheet", "--panel", "spikes:raster", "--panel", "mine=v", "--panel",
                       "w=v*2", "--dry-run", "--json", "-o", "x.y4m"))
test.check("a simulation's panels", [(p["name"], p["input"], p["view"]) for p in plan["panels"]] ==
           [("spikes", "spikes", "raster"), ("mine", "v", "heatmap"), ("w", "v*2", "heatmap")], plan)
# Axes of one input, of all others, and of a file that a panel names; the last of a name counts.
plan = json.loads(made("render", "a=a.npy", "v=v.npy", "b=b.npy", "--panel", "a", "--panel", "v", "--panel", "b",
                       "--panel", "wide.npy", "--axes", "THW", "--axes", "a=HWT", "--axes", "v=HW", "--axes", "v=TW",
                       "--axes", "wide.npy=NHW", "--dry-run", "--json", "-o", "x.y4m"))
test.check("axes of each input", [(i["frames"], i["tiles"], i["rows"], i["columns"]) for i in plan["inputs"]] == [
    (8, 1, 5, 4), (7, 1, 1, 3), (3, 1, 4, 8), (1, 5, 6, 8)], plan["inputs"])
plan = json.loads(made("sim", "lif-sheet", "--channel", "v", "--view", "lines", "--dry-run", "--json",
                       "-o", "x.y4m"))
test.check("a view of a channel", plan["panels"][0]["input"] == "v", plan)
out = made("render", "a=a.npy", "--panel", "A=a", "--panel", "B=a", "--range", "running", "--robust",
           "--dry-run", "-o", "x.y4m").decode()
test.check("--robust goes to panels", out.count("range running --robust") == 2, out)

# The size that the plan tells is that of the film; alone and with guides it fits a screen.
for words in [["a.npy"], ["a.npy", "--title", "t"], ["a.npy", "--ticks", "--colorbar", "--vmin=0", "--vmax=1"],
              ["large.npy", "--timestamp"], ["a.npy", "--scale", "3", "--title", "t"],
              ["v.npy", "--view", "lines,roll"], ["a.npy", "--view", "heatmap,size=100x60", "--title", "t"],
              ["a.npy", "--size", "320x200", "--title", "t"], ["a.npy", "--view", "histogram", "--no-overlay"],
              ["a=a.npy", "v=v.npy", "--panel", "a", "--panel", "v:points", "--grid", "2x1"]]:
    plan = json.loads(made("render", *words, "--dry-run", "--json", "-o", "x.y4m"))
    size = y4m(made("render", *words, "--frames", "0", "-q", "-o", "-"))[:2]
    test.check("the size of %s" % words, (plan["width"], plan["height"]) == size, (plan, size))
    test.check("%s fits a screen" % words, size[0] <= 1920 and size[1] <= 1080, size)

# What cannot be, in one line.
out_words = ["-o", "out.y4m"]
render, dry = ["render", "a.npy"], ["--dry-run"]
for code, words, args in [
        (2, ["--panel"], [*render, "--panel", ""]),
        (2, ["view is missing", "heatmap"], [*render, "--panel", ":"]),
        (2, ["view is missing", "heatmap"], [*render, "--panel", "x:"]),
        (2, ['"lins"', "did you mean lines?"], [*render, "--panel", "x:lins"]),
        (2, ['"widht"', "did you mean width?"], [*render, "--panel", "x:lines,widht=3"]),
        (2, ["overlay is an option"], [*render, "--panel", "x:overlay"]),
        (2, ["none to lie over"], [*render, "--panel", "x:heatmap,overlay"]),
        (2, ['"nothing"', "there is x"], [*render, "--panel", "nothing"]),
        (2, ['"nothing"', "there are b, x"], [*render, "b=b.npy", "--panel", "n=nothing:lines"]),
        (2, ['no channel is called "spike"', "did you mean spikes?", "afterglow, spikes, v"],
         ["sim", "lif-sheet", "--panel", "spike:raster"]),
        (2, ["two panels are named p"], [*render, "--panel", "p=x", "--panel", "p=x:lines"]),
        (2, ["two inputs are named a"], ["render", "a=a.npy", "a=b.npy"]),
        (3, ["missing.npy"], [*render, "--panel", "a=missing.npy"]),
        (3, ["missing.npy"], ["render", "a=missing.npy"]),
        (2, ["65 panels", "64"], [*render, *[word for n in range(65) for word in ("--panel", "p%d=x" % n)]]),
        (2, ["1 x 1", "2 panels"], [*render, "--panel", "A=x", "--panel", "B=x", "--grid", "1x1"]),
        (2, ["column 1", "named a", "there is x", "a=FILE"], [*render, "--expr", "a-b"]),
        (2, ["column 3", "a value must follow"], [*render, "--expr", "x-"]),
        (2, ["1x4x8", "1x6x8", "do not fit"], ["render", "a=a.npy", "w=wide.npy", "--expr", "a-w"]),
        (2, ["bits of f4"], [*render, "--view", "raster,form=bits,neurons=9"]),
        (2, ["neurons=N"], [*render, "--view", "raster,form=bits"]),
        (2, ['"nonsense"', "gaussian"], [*render, "--filter", "nonsense"]),
        (2, ["nope=1", "there is x"], [*render, "--frame-time", "nope=1"]),
        (2, ["--axes nope=TW", "there is x"], [*render, "--axes", "nope=TW"]),
        (2, ["--axes", '"a="', "NAME=THW"], ["render", "a=a.npy", "--axes", "a="]),
        (2, ["b.npy: has 3 axes", "--axes TW names 2"],
         ["render", "a=v.npy", "b=b.npy", "--axes", "a=TW", "--axes", "b=TW"]),
        (2, ["--axes TQW", "'Q' is no axis"], ["render", "a=a.npy", "--axes", "a=TQW"]),
        (2, ["standard input", "twice"], ["render", "-", "a=-"]),
        (2, ["standard input", "twice"], ["render", "-", "-"]),
        (2, ["standard input", "twice"], ["render", "-", "--panel", "-:lines"]),
        (2, ["panel 3 has no input: there are 2"],
         ["render", "a=a.npy", "b=b.npy", "--panel", "c=:lines", "--panel", "d=:lines", "--panel",
          "e=:lines"]),
        (2, ["names no input", "no shape"], [*render, "--expr", "3"]),
        (2, ["--view", "--panel", "panels"], [*render, "--view", "lines", "--panel", "x"]),
        (2, ["data.y4m", "is the input"], ["render", "--panel", "./data.y4m", "--raw",
                                          "dtype=u1,shape=8x8", "-y", "-o", "data.y4m"])]:
    # What elements can be is known once the device draws them.
    for more in [[]] if "bits of f4" in words else [dry, []]:
        name = " ".join(args)[:100]
        got, out, err = test.run(*args, *([] if "-y" in args else out_words), *more,
                                 stdin=npy((4, 8), [0.0] * 32))
        errors = [line for line in err.splitlines() if line.startswith("tensorreel: error: ")]
        test.check("%s: exit %d" % (name, code), got == code, "exit %d: %s" % (got, err))
        test.check("%s: one line of error" % name, len(errors) == 1 and not out, err)
        test.check("%s: says %s" % (name, words), errors and all(w in errors[0] for w in words),
                   err)
caret = test.run(*render, "--expr", "x - (3", *out_words)[2]
test.check("a caret", caret.endswith("\n  x - (3\n        ^\n"), caret)
left = sorted(os.listdir(test.folder))
test.check("nothing is written", not [name for name in left if name.startswith("out.")], left)

# Expressions that look like paths, and panels whose inputs end at different times.
for expr in ["a/b", "a*b", "a/2", "max(a, b)", "a==b"]:
    plan = json.loads(made("render", "a=a.npy", "b=b.npy", "--panel", "d=" + expr, "--dry-run", "--json",
                           "-o", "x.y4m"))
    test.check("%s is an expression" % expr, plan["panels"][0]["input"] == expr, plan)
frames = y4m(made("render", "a=a.npy", "b=b.npy", "--panel", "a", "--panel", "b", "--size", "320x200", "-q",
                  "-o", "-"))[3]
test.check("the film is as long as the longest input", len(frames) == 5)

# One frame lasts as long as the picture moves, or as --length says; views say what a frame is.
test.write("volume.npy", npy((6, 4, 8), ramp(6, 4, 8)))
test.write("curve.npy", npy((9,), ramp(1, 1, 9)))
test.write("colours.npy", npy((3, 8, 8, 3), bytes(range(192)) * 3, "|u1"))
for words, count in [(["volume.npy", "--view", "volume,spin=90"], 4), (["volume.npy", "--view", "volume"], 1),
                     (["volume.npy", "--view", "slice=0:0:-1:bounce"], 10),
                     (["volume.npy", "--view", "projection", "--camera", "f=0:zoom=1;f=6:zoom=2"], 7),
                     (["volume.npy", "--view", "volume,spin=90", "--length", "3"], 3),
                     (["volume.npy"], 6), (["volume.npy", "--length", "8"], 8),
                     (["curve.npy", "--view", "lines,roll,whole"], 9),
                     (["colours.npy", "--view", "rgb"], 3)]:
    code, out, err = test.run("render", *words, "--size", "160x120", "-q", "-o", "-")
    test.check("%s: %d frames" % (words, count), code == 0 and len(y4m(out)[3]) == count, err)
    test.check("%s: nothing to warn of" % words, not err, err)

# Tiles with labels are what their slices are as panels of one scale.
test.write("t.npy", npy((2, 3, 4, 8), ramp(6, 4, 8)))
tiles = made("render", "t.npy", "--view", "heatmap,labels", "--colorbar", "--size", "400x240", "-q", "-o",
             "tiles.framehash") + open(test.path("tiles.framehash"), "rb").read()
slices = made("render", "x=t.npy", *sum((["--panel", "%d=x:slice=0:%d" % (n, n)] for n in range(3)), []),
              "--shared-scale", "--colorbar", "--size", "400x240", "-q", "-o",
              "slices.framehash") + open(test.path("slices.framehash"), "rb").read()
test.check("labels are panels of slices", tiles == slices, (tiles, slices))
test.end()
