# SPDX-License-Identifier: BSD-2-Clause
"""Film descriptions: what they can say, what overrides them, and that printed ones make the film."""
import json
import os

from harness import Test, npy, ramp

test = Test()
test.write("a.npy", npy((3, 4, 8), ramp(3, 4, 8)))
test.write("b.npy", npy((3, 4, 8), [x * 2 - 3 for x in ramp(3, 4, 8)]))
test.write("v.npy", npy((6, 3), ramp(1, 6, 3)))
test.write("camera.json", b'[{"f": 0, "zoom": 1}, {"f": 2, "zoom": 2}]')
os.mkdir(test.path("folder"))
test.write("folder/c.npy", npy((3, 4, 8), ramp(3, 4, 8)))
test.write("folder/camera.json", b'[{"f": 0, "zoom": 1}, {"f": 2, "zoom": 2}]')


def made(*args, **kinds):
    code, out, err = test.run(*args, **kinds)
    test.check("%s: exit 0" % " ".join(args), code == 0, "exit %d: %s" % (code, err))
    return out


def film(name, description):
    return test.write(name, json.dumps(description).encode())


def plan(*args):
    return json.loads(made(*args, "--dry-run", "--json"))


def hashes(*args):
    made(*args, "-q", "-y", "-o", "out.framehash")
    with open(test.path("out.framehash"), "rb") as file:
        return file.read()


# Printed and read back: the same plan and the same frames.
small = ["--size", "320x180"]
lines = [
    ["render", "a.npy"],
    ["render", "a.npy", "--cmap", "hot", "--vmin=-1", "--vmax", "1e1", "--norm", "power:0.7", *small],
    ["render", "a.npy", "--look", "debug", "--nan-color", "#abc", *small],
    ["render", "a.npy", "--range", "frame", "--look", "training", "--robust", "5:95", *small],
    ["render", "a.npy", "--robust", "--equalize", "clahe=2:2", "--center", "0.1", "--scale", "4"],
    ["render", "a=a.npy", "b=b.npy", "--expr", "log1p(abs(a - b))", "--fps", "30000/1001", "--scale=3"],
    ["render", "v.npy", "--view", "lines,roll,width=3", "--title", 'Größe "x", \\ 1', *small],
    ["render", "a=a.npy", "b=b.npy", "--panel", "A=a:heatmap,cmap=hot,x-label=p\\, q",
     "--panel", 'd=a-b:heatmap,overlay=0.5,hide=nan+under,name="a \\"b\\""', "--panel", "v.npy:lines,roll",
     "--panel", "max(a, b)", "--colorbar", "--timestamp", "--frame-time", "0.5ms", "--frame-time", "b=2",
     "--theme", "light", "--grid", "2x2", "--size", "640x360"],
    ["render", "a.npy", "--frames", "1:", "--camera", "f=0:zoom=1;f=1:zoom=2", "--interpolation",
     "bilinear", "--scale", "8"],
    ["render", "a.npy", "--camera", "camera.json", "--scale", "8", "--filter", "gaussian=1,abs"],
    ["render", "a.npy", "--panel", "x:slice=0:0,camera=camera.json,vmin=0,vmax=7", *small],
    ["render", "v.npy", "--raw", "dtype=f4,shape=3x6,offset=128", "--axes", "TW", "--scroll", "9", *small],
    ["sim", "lif-sheet", "--frames", "3", "--seed", "18446744073709551615", "--sheet", "40x30", "--set",
     "noise_mv=2.50", "--set", "tau_ms=15", "--panel", "spikes:raster", "--panel", "v", "--size", "640x360"],
    ["sim", "lif-sheet", "--frames", "3", "--sheet", "40x30", "--channel", "v", "--scale", "2"]]
for line in lines:
    name = " ".join(line)
    text = made(*line, "--print-film", "-o", "out.framehash", "-y")
    test.write("printed.json", text)
    twice = made(line[0], "--film", "printed.json", "--print-film")
    test.check("%s: printed twice" % name, json.loads(twice) == json.loads(text), (text, twice))
    again = [line[0], "--film", "printed.json"]
    test.check("%s: the plan" % name, plan(*line, "-o", "out.framehash", "-y") == plan(*again), text)
    first = hashes(*line)
    made(*again, "-q")
    with open(test.path("out.framehash"), "rb") as file:
        test.check("%s: the frames" % name, file.read() == first, text)

# All that options can say.
film("all.json", {
    "inputs": ["a.npy", "c=folder/c.npy", {"name": "b", "path": "b.npy", "frame-time": 0.5, "axes": "HWT"}],
    "title": "Loss", "fps": 29.97, "colorbar": True, "ticks": False, "vmin": -1, "vmax": 2.5,
    "verbose": [True, False, True], "output": ["x.mp4", "null:"], "overwrite": True, "robust": True,
    "frame-time": ["2ms"], "size": "640x360",
    "panels": [{"input": "x", "cmap": "hot"}, "w=c:lines,width=3",
               {"name": "s: t=u, v", "input": "a.npy", "view": "heatmap,norm=log", "slice": ["0:0", "0:1"],
                "light": False, "vmin": 0.25}]})
printed = json.loads(made("render", "--film", "all.json", "--print-film"))
test.check("all of it", printed == {
    "inputs": ["a.npy", "c=folder/c.npy", "b=b.npy"], "frame-time": ["b=0.5", "2ms"], "axes": "b=HWT", "title": "Loss",
    "fps": 29.97, "colorbar": True, "vmin": -1, "vmax": 2.5, "verbose": [True, True],
    "output": ["x.mp4", "null:"], "overwrite": True, "robust": True, "size": "640x360",
    "panels": [{"input": "x", "view": "heatmap", "cmap": "hot"},
               {"name": "w", "input": "c", "view": "lines", "width": 3},
               {"view": "heatmap", "name": "s: t=u, v", "input": "a.npy", "norm": "log",
                "slice": ["0:0", "0:1"], "vmin": 0.25}]}, printed)

# Overriding and adding, wherever --film stands.
base = film("base.json", {"inputs": ["a=a.npy"], "fps": 30, "cmap": "hot", "output": "x.mp4",
                          "vmin": 0, "frame-time": "a=2"})
got = plan("render", "b=b.npy", "--fps", "25", "--film", base, "-o", "y.mkv")
test.check("the command line overrides", (got["rate"], got["cmap"], got["vmin"]) == ([25, 1], "hot", 0), got)
test.check("its outputs take the place", got["outputs"] == ["y.mkv"], got)
printed = json.loads(made("render", "a=b.npy", "c=a.npy", "--film", base, "--frame-time", "a=3",
                          "--vmin=-2", "--print-film"))
test.check("a time in another unit", plan("render", "--film", film("ms.json", {"frame-time": "2ms"}), "a.npy",
                                          "--frame-time", "1s", "-o", "x.y4m")["frames"] == 3)
test.check("names are overridden", printed["inputs"] == ["a=b.npy", "c=a.npy"] and
           printed["frame-time"] == "a=3" and printed["vmin"] == -2, printed)
more = film("more.json", {"fps": 12, "output": ["z.y4m"]})
got = plan("render", "--film", base, "--film", more, "--cmap=gray")
test.check("a second description", (got["rate"], got["cmap"], got["outputs"]) ==
           ([12, 1], "gray", ["x.mp4", "z.y4m"]), got)
film("sim.json", {"model": "lif-sheet", "channel": "v", "frames": 5, "output": "x.mp4"})
got = plan("sim", "--film", "sim.json", "--frames", "7")
test.check("a simulation", got["frames"] == 7 and "channel v" in got["input"], got)
test.check("a look and what changes it", all(plan("render", *words, "-o", "x.y4m")["range"] == "running"
                                             for words in [
    ["a.npy", "--look", "debug", "--range", "running"],
    ["a.npy", "--range", "running", "--look", "debug"]]))

# Paths are those of the description's folder.
film("folder/film.json", {"inputs": ["c.npy", "d=../a.npy"], "output": ["o.y4m", "-", "null:"],
                          "ledger": "l.jsonl", "camera": "camera.json",
                          "panels": [{"input": "c.npy", "camera": "camera.json"},
                                     "q=c.npy:heatmap,camera=camera.json", "x",
                                     {"input": "d", "camera": "f=0:zoom=2"}]})
printed = json.loads(made("render", "--film", "folder/film.json", "--print-film"))
test.check("paths", [printed[key] for key in ["inputs", "output", "ledger", "camera"]] ==
           [["folder/c.npy", "d=folder/../a.npy"], ["folder/o.y4m", "-", "null:"], "folder/l.jsonl",
            "folder/camera.json"], printed)
test.check("paths of panels", [(p["input"], p.get("camera")) for p in printed["panels"]] == [
    ("folder/c.npy", "folder/camera.json"), ("folder/c.npy", "folder/camera.json"), ("x", None),
    ("d", "f=0:zoom=2")], printed)

# The example of the manual.
with open(os.path.join(os.environ["TRL_SOURCE_ROOT"], "docs", "films.md"), encoding="utf-8") as page:
    text = page.read()
test.write("loss.json", text.split("```json\n", 1)[1].split("```", 1)[0].encode())
test.write("loss.npy", npy((9, 2), [1 / (n + 1) for n in range(18)]))
test.write("weights.npy", npy((9, 6, 8), ramp(9, 6, 8)))
codecs = made("list", "codecs").decode()
got = plan("render", "--film", "loss.json") if ".mkv" in codecs else None
test.check("the example's plan", not got or [p["view"] for p in got["panels"]] == ["lines", "heatmap", "heatmap"] and
           (got["width"], got["height"], got["frames"]) == (1280, 720, 9), got)
printed = made("render", "loss.npy", "--view", "lines,roll", "--title", "Loss", "-o", "loss.y4m",
               "--print-film")
test.write("loss2.json", printed)
made("render", "--film", "loss2.json", "-q")
test.check("the example's film", test.exists("loss.y4m"))
if ".mkv" in codecs:
    made("render", "--film", "loss.json", "-q", "-y")
for name, line in [("loss.json: line 7, column 3", '{\n\n\n\n\n\n 12'), ("", '{"colourbar": true}'),
                   ("", '{"panels": [{"input": "x", "cmpa": "hot"}]}'), ("", '{"vmin": "abc"}')]:
    test.write("loss.json", line.encode())
    got = test.run("render", "a.npy", "--film", "loss.json", "-o", "out.y4m")[2].strip()
    test.check("the manual's %s" % got, got.split("error: ")[1] in text, got)

# What cannot be: one line that names the file and the place.
for text, words in [
        ('{"fps": 30,}', ["line 1, column 12"]), ('{"fps": 30\n "vmin": 1}', ["line 2, column 7"]),
        ("", ["line 1"]), ('["a.npy"]', ["an object", "an array"]), ('{"fps": 30, "fps": 3}', ["duplicate", "fps"]),
        ('{"title": "a\\u0000"}', ["line 1", "\\u0000"]), ('{"vmin": 1e999}', ["line 1", "overflow"]),
        ('{"seed": 99999999999999999999}', ["too big"]), ('{"a": %s' % ("[" * 5000), ["depth"]),
        ('{"frobnicate": 1}', ['"frobnicate"', "unknown option"]),
        ('{"colourbar": true}', ['"colourbar"', 'did you mean "colorbar"']),
        ('{"o": "a.mp4"}', ['"o"', '"output"']), ('{"seed": 3}', ['"seed"', "sim"]),
        ('{"model": "lif-sheet"}', ['"model"', '"inputs"']), ('{"help": true}', ['"help"', "command line"]),
        ('{"film": "x.json"}', ['"film"', "command line"]),
        ('{"colorbar": "yes"}', ['"colorbar"', "true or false", "a string"]),
        ('{"vmin": true}', ['"vmin" needs a value']), ('{"vmin": null}', ['"vmin"', "null"]),
        ('{"vmin": {}}', ['"vmin"', "an object"]), ('{"vmin": [1]}', ['"vmin" takes one value']),
        ('{"vmin": "abc"}', ["vmin", '"abc" is not a finite number']),
        ('{"fps": 0}', ["fps", '"0" is not a rate']), ('{"cmap": "viridiss"}', ["did you mean viridis?"]),
        ('{"panels": {}}', ['"panels" is an array']), ('{"panels": [3]}', ["a number"]),
        ('{"panels": [{"view": "lines"}]}', ['"name"', '"input"']),
        ('{"panels": [{"input": "x", "view": "lins"}]}', ['"lins"', "did you mean lines?"]),
        ('{"panels": [{"input": "x", "cmpa": "hot"}]}', ['"cmpa"', 'did you mean "cmap"?']),
        ('{"panels": [{"input": "x", "cmap": {}}]}', ['"cmap"', "an object"]),
        ('{"panels": [{"input": 3}]}', ['"input"', "a text"]),
        ('{"panels": ["x:lines,x-label=\\"a"]}', ["double quote"]),
        ('{"inputs": [3]}', ["an input", "a number"]), ('{"inputs": [{"name": "a"}]}', ['"path"']),
        ('{"inputs": [{"path": "a.npy", "fps": 3}]}', ['"fps"', '"frame-time"']),
        ('{"inputs": [{"path": "a.npy", "name": "a b"}]}', ["a b", "letters"]),
        (json.dumps({"inputs": 10001 * ["a.npy"]}), ["10000 entries"])]:
    test.write("bad.json", text.encode())
    test.refuses(2, ["bad.json: ", *words], "render", "a.npy", "--film", "bad.json", "-o", "out.y4m")
test.refuses(2, ["bad.json: ", "vmin", "abc"], "render", "a.npy", "--vmin=0", "-o", "out.y4m", "--film",
             test.write("bad.json", b'{"vmin": "abc"}'))
test.refuses(2, ["line 1", "0xff"], "render", "a.npy", "-o", "out.y4m", "--film",
             test.write("bad.json", b'{"title": "\xff"}'))
test.refuses(3, ["missing.json", "cannot be read"], "render", "a.npy", "--film", "missing.json", "-o", "out.y4m")
test.refuses(3, ["folder", "cannot be read"], "render", "a.npy", "--film", "folder", "-o", "out.y4m")
test.refuses(2, ["--film", "a value"], "render", "a.npy", "--film")
test.refuses(2, ["UTF-8", "--title"], "render", "a.npy", "--title", os.fsdecode(b"\xff"), "--print-film")
test.refuses(2, ['"lins"'], "render", "a.npy", "--panel", "x:lins", "--print-film")
test.check("nothing is written", not [name for name in os.listdir(test.folder) if name.startswith("out.y4m")])
test.end()
