# SPDX-License-Identifier: BSD-2-Clause
"""Films from files, pipes and simulations, and what is printed about them."""
import json
import os
import pty
import shutil
import subprocess

from harness import Test, npy, ramp, y4m

test = Test()


def made(*args, **kinds):
    """A run that must do: (standard output, standard error)."""
    code, out, err = test.run(*args, **kinds)
    test.check("%s: exit 0" % " ".join(args), code == 0, "exit %d: %s" % (code, err))
    return out, err


test.write("film.npy", npy((5, 4, 8), ramp(5, 4, 8)))
for n in (1, 2, 10):
    test.write("step_%d.npy" % n, npy((4, 8), [n / 10] * 32))

# The plan: as text, as JSON, for pipes; nothing is written.
out, err = made("render", "film.npy", "--dry-run", "--scale", "3", "--fps", "30000/1001", "-o",
                "plan.mp4", "-o", "frame_%05d.png")
for words in [b"film.npy, f4", b"4 rows, 8 columns", b"frames   5,", b"picture  24x12",
              b"30000/1001 fps", b"output   plan.mp4", b"output   frame_%05d.png"]:
    test.check("the plan says %s" % words, words in out, out)
test.check("the plan opens no device", err == "", err)
plan = json.loads(made("render", "film.npy", "--dry-run", "--json", "--frames", "1::2", "--fps=25",
                       "--size", "32x16", "-o", "plan.mp4")[0])
test.check("the plan in JSON", (plan["frames"], plan["width"], plan["height"], plan["rate"],
                                plan["outputs"]) == (2, 32, 16, [25, 1], ["plan.mp4"]), plan)
plan = json.loads(made("render", "-", "--dry-run", "--json", "-o", "plan.mp4",
                       stdin=npy((4, 8), [0.0] * 32))[0])
test.check("a pipe has no number of frames", plan["frames"] is None, plan)
plan = json.loads(made("sim", "lif-sheet", "--dry-run", "--json", "--sheet", "40x30", "--scale=1",
                       "--seconds", "2", "--fps", "12.5", "-o", "plan.mp4")[0])
test.check("the plan of a simulation", (plan["frames"], plan["rows"], plan["columns"],
                                        plan["width"], plan["height"], plan["rate"]) ==
           (25, 30, 40, 40, 30, [25, 2]), plan)
test.check("a plan writes nothing", not test.exists("plan.mp4"))

for words, says in [
        ([], "viridis, range movie, norm linear"),
        (["--cmap", "hot", "--vmin", "0.5", "--norm", "log"], "hot, range 0.5 to movie, norm log"),
        (["--vmin=-1", "--vmax=2"], "viridis, range -1 to 2, norm linear"),
        (["--center=1", "--vmax=4"], "range -2 to 4,"), (["--center=1"], "range movie about 1,"),
        (["--range", "running", "--robust"], "range running --robust,"),
        (["--percentile=1,9"], "range percentile,"),
        (["--equalize", "clahe"], "range running, norm linear, equalized clahe")]:
    out = made("render", "film.npy", "--dry-run", "-o", "plan.mp4", *words)[0].decode()
    test.check("the plan of %s" % words, says in out, out)
out = made("sim", "lif-sheet", "--dry-run", "-o", "plan.mp4")[0].decode()
test.check("the plan of a simulation's colours", "range 0 to 1," in out, out)
plan = json.loads(made("render", "film.npy", "--dry-run", "--json", "--vmax=3", "-o", "x.mp4")[0])
test.check("the plan's colours in JSON", [plan[key] for key in [
    "cmap", "norm", "range", "vmin", "vmax"]] == ["viridis", "linear", "movie", None, 3.0], plan)
test.write("five.npy", npy((2, 2, 3, 4, 8), [0.0] * 384))
plan = json.loads(made("render", "five.npy", "--axes", "TNCHW", "--dry-run", "--json", "-o",
                       "x.mp4")[0])
test.check("five axes", [plan[key] for key in ["frames", "tiles", "rows", "columns"]] ==
           [2, 6, 4, 8], plan)
test.refuses(2, ["five.npy", "--axes", "TNCHW"], "render", "five.npy", "-o", "x.mp4")
test.refuses(2, ["--vmin", "log"], "render", "film.npy", "--norm", "log", "--vmin=0", "--dry-run",
             "-o", "x.mp4")

# Y4M on standard output: frames and nothing else.
out, err = made("render", "film.npy", "--scale", "2", "--fps", "24", "-o", "-")
width, height, rate, frames = y4m(out)
test.check("Y4M on standard output", (width, height, rate, len(frames)) == (16, 8, "24:1", 5))
test.check("its frames differ", len(set(frames)) == 5)
test.check("the device in one line", err.startswith("tensorreel: device "), err)
test.check("the summary in one line", "5 frames of 16x8, 0 dropped" in err.splitlines()[-1] and
           "x real time" in err.splitlines()[-1], err)
test.check("no bar without a terminal", "\r" not in err and len(err.splitlines()) == 2, err)
part = y4m(made("render", "film.npy", "--scale", "2", "--fps", "24", "--vmin", "0", "--vmax", "7",
                "--frames", "1:5:2", "-o", "-")[0])[3]
test.check("--frames picks frames", part == [frames[1], frames[3]])

# A still is the last frame, in the range of all.
alone = ["--scale", "2", "--vmin", "0", "--vmax", "7", "-o"]
made("render", "film.npy", "--still", *alone, "last.png")
made("render", "film.npy", "--frames", "4", *alone, "fourth.png")
test.check("a still is the last frame", open(test.path("last.png"), "rb").read() ==
           open(test.path("fourth.png"), "rb").read())

# Times of frames have one unit, that of the stamp.
times = ["--panel=a", "--panel=b", "--size=320x200", "--timestamp", "-o", "-"]
clock = [made("render", "a=film.npy", "b=film.npy", *how, *times)[0] for how in [
    ["--frame-time", "a=2ms", "--frame-time", "b=4"], ["--frame-time", "a=2", "--frame-time", "b=4ms"],
    ["--frame-time", "a=2s", "--frame-time", "b=4"]]]
test.check("the unit of a frame's time", clock[0] == clock[1] and clock[0] != clock[2])
test.refuses(2, ["b=4s", "one unit"], "render", "a=film.npy", "b=film.npy", "--frame-time", "a=2ms",
             "--frame-time", "b=4s", *times)

# Records on standard input, alone and with a time axis, give the film of the file.
records = b"".join(npy((4, 8), ramp(5, 4, 8)[32 * n:32 * n + 32]) for n in range(5))
fixed = ["--scale", "2", "--fps", "24", "--vmin", "0", "--vmax", "7", "-o", "-"]
test.check("concatenated records", y4m(made("render", "-", *fixed, stdin=records)[0])[3] == frames)
test.check("a record with a time axis", y4m(made(
    "render", "-", *fixed, stdin=npy((5, 4, 8), ramp(5, 4, 8)))[0])[3] == frames)
raw = npy((5, 4, 8), ramp(5, 4, 8))[128:]
test.write("film.raw", raw)
test.check("raw data", y4m(made("render", "film.raw", "--raw", "dtype=f4le,shape=4x8",
                                *fixed)[0])[3] == frames)
bright = [sum(f[:32]) for f in y4m(made("render", "step_*.npy", "--scale", "1", "--vmin", "0",
                                        "--vmax", "1", "--cmap", "gray", "-o", "-")[0])[3]]
test.check("a pattern in natural order", len(bright) == 3 and bright == sorted(bright), bright)

# A camera: a pause repeats a frame of the source, what is left is background.
paused = y4m(made("render", "film.npy", *fixed, "--camera", "f=2:pause=on;f=5:pause=off")[0])[3]
test.check("a pause", paused == frames[:2] + 3 * frames[1:2] + frames[2:])
gone, told = made("render", "film.npy", *fixed, "--camera", "f=0:center=9x9")
gone = y4m(gone)[3]
test.check("a camera that left", len(set(gone)) == 1 and gone[0] not in frames)
test.check("a camera that left is told of", "warning: camera: keyframe 1, frame 0, shows nothing of the tensor: "
           "center 9x9 at zoom 1; there is something to see from -0.5 to 1.5" in told, told)
for args, words in [
        (["film.npy", "--camera", "f=0:zoom=1;f=5:zoom=2"], None),
        (["film.npy", "--camera", "f=0:zoom=1;f=5:zoom=2;f=6:zoom=1"], "camera: keyframe 3 is at frame 6; the film "
         "ends before, it has 5 frames"),
        # A pause makes the film longer, and so does --length; where one frame is held, it is as long as it needs.
        (["film.npy", "--camera", "f=2:pause=on;f=5:pause=off;f=8:zoom=2"], None),
        (["film.npy", "--camera", "f=2:pause=on;f=5:pause=off;f=9:zoom=2"], "keyframe 3 is at frame 9; the film ends "
         "before, it has 8 frames"),
        (["film.npy", "--camera", "f=0:zoom=1;f=6:zoom=2", "--length", "6"], None),
        (["film.npy", "--frames", "0", "--camera", "f=0:zoom=1;f=6:zoom=2"], None),
        (["film.npy", "--camera", "f=0:zoom=1;f=7:zoom=2", "--panel", "a=film.npy", "--panel", "b=film.npy"],
         "camera of a: keyframe 2 is at frame 7; the film ends before, it has 5 frames")]:
    told = test.run("render", *args, "--vmin", "0", "--vmax", "7", "--scale", "2", "-o", "-")[2] \
        if "--panel" not in args else test.run("render", *args, "--size", "320x180", "-o", "-")[2]
    warnings = [line for line in told.splitlines() if "camera" in line]
    test.check("%s: %s" % (" ".join(args), words), len(warnings) == (words is not None) and
               (not words or words in warnings[0]), told)
test.write("camera.json", b'[{"f": 2, "pause": true}, {"f": 5, "pause": false}]')
test.check("a camera from a file", y4m(made("render", "film.npy", *fixed, "--camera",
                                            "camera.json")[0])[3] == paused)
test.write("cube.npy", npy((5, 4, 8), [x ** 3 for x in ramp(5, 4, 8)]))
gray = ["--cmap", "gray", "--scale", "1", "-o", "-"]
test.check("ranges differ", len({made("render", "cube.npy", *gray, *how)[0] for how in [
    [], ["--robust", "30:90"], ["--robust", "20:60"], ["--center", "1"], ["--equalize", "--range", "frame"],
    ["--equalize", "clahe=2:2"], ["--range", "frame", "--robust=30:50"]]}) == 7)
test.check("--robust is --range percentile", made("render", "film.npy", *gray, "--robust")[0] ==
           made("render", "film.npy", *gray, "--range", "percentile")[0])

test.check("--percentile is --range percentile", made(
    "render", "film.npy", *gray, "--percentile", "20,60")[0] == made(
        "render", "film.npy", *gray, "--range", "percentile", "--percentile", "20,60")[0])
cube = npy((5, 4, 8), [x ** 3 for x in ramp(5, 4, 8)])
test.check("--percentile of a pipe is of each frame", made(
    "render", "-", *gray, "--percentile", "20,60", stdin=cube)[0] == made(
        "render", "-", *gray, "--range", "percentile-frame", "--percentile", "20,60",
        stdin=cube)[0])

# Quiet, JSON, overwriting, several outputs, ledger and progress.
out, err = made("render", "film.npy", "-q", "-o", "quiet.y4m")
test.check("-q prints nothing", out == b"" and err == "", err)
out, err = made("render", "film.npy", "-q", "-y", "-o", "quiet.y4m", "-o", "second.framehash",
                "--json", "--ledger", "ledger", "--progress", "progress", "--title", "a title")
summary = json.loads(out)
test.check("the sums in JSON", (summary["result"], summary["frames"], summary["encoded"],
                                summary["dropped"], summary["failed"]) == ("done", 5, 5, 0, 0),
           summary)
test.check("JSON names the outputs", summary["outputs"] == ["quiet.y4m", "second.framehash"])
test.check("JSON has the range of the movie", summary["range"] == [0.0, 7.0], summary["range"])
test.check("JSON counts bytes", summary["bytes"]["readback"] > 0 and summary["bytes"]["upload"] > 0)
with open(test.path("ledger"), encoding="utf-8") as file:
    ledger = [json.loads(line) for line in file]
test.check("the ledger has a line a frame", len(ledger) >= 5, ledger)
with open(test.path("progress"), encoding="ascii") as file:
    lines = file.read().splitlines()
test.check("the progress ends", lines[-1] == "progress=end", lines[-9:])
last = dict(line.split("=", 1) for line in lines[-9:])
test.check("the progress counts", (last["frame"], last["total_frames"], last["drop_frames"]) ==
           ("5", "5", "0"), last)
test.check("only KEY=VALUE", all(line.count("=") == 1 for line in lines), lines)
with open(test.path("quiet.y4m"), "rb") as file:
    test.check("-y overwrites with a whole film", len(y4m(file.read())[3]) == 5)

# The last lines name the file, the range and what is not finite; the same as JSON.
nan, inf = float("nan"), float("inf")
test.write("holes.npy", npy((2, 4, 8), [nan, inf, -inf, 1.5, -2.0, 0.0, 3.25, nan] * 8))
test.write("flat.npy", npy((1, 4, 8), [7.0] * 32))
test.write("zeros.npy", npy((2, 4, 8), [0.0, 1.0, 10.0, 100.0] * 16))
err = made("render", "holes.npy", "-y", "-o", "a.y4m", "-o", "null:")[1].splitlines()
test.check("NaN and infinities are counted",
           "not finite: 16 NaN, 8 +Inf, 8 -Inf of 64 elements" in err[-2], err)
test.check("file, frames and range", "a.y4m and 1 more: 2 frames of " in err[-1] and
           "colours from -2 to 3.25" in err[-1], err)
summary = json.loads(made("render", "holes.npy", "-q", "--json", "-o", "null:")[0])
test.check("the same in JSON", summary["range_film"] == [-2.0, 3.25] and [
    summary["elements"][key] for key in ["all", "nan", "pos_inf", "neg_inf"]] == [64, 16, 8, 8],
    summary)
err = made("render", "flat.npy", "-o", "null:")[1]
test.check("a constant", "warning: the range is a single value, 7;" in err, err)
test.check("one frame is no frames", "null:: 1 frame of " in err, err)
err = made("render", "flat.npy", "-o", "null:", "--vmin=0", "--vmax=9")[1]
test.check("a constant in a range", "warning" not in err and "colours from 0 to 9" in err, err)
err = made("render", "film.npy", "-o", "null:", "--range", "frame")[1]
test.check("ranges of frames", "colours by the frame, within 0 to 7" in err, err)
log = ["render", "zeros.npy", "-o", "null:", "--norm", "log", "--range"]
err = made(*log, "frame")[1]
test.check("zeros in a logarithm", "warning: --norm log: 25 % of the elements" in err, err)
test.check("-q has no warnings", made(*log, "frame", "-q")[1] == "")
err = made("render", "zeros.npy", "-o", "null:", "--range", "frame")[1]
test.check("zeros elsewhere", "warning" not in err, err)

# Channels have names where they are split, and say what they do not have.
test.write("channels.npy", npy((2, 3, 4, 3), ramp(2, 12, 3)))
for more, words in [(["--colorbar"], "view rgb has no colour bar\n"),
                    (["--ticks", "--colorbar"], "view rgb has no colour bar, and no ticks where its channels are split"),
                    ([], None)]:
    code, out, err = test.run("render", "channels.npy", "--axes", "TNHW", "--view", "rgb,split", *more, "-y",
                              "-o", "split.y4m")
    test.check("split: %s" % more, code == 0 and (words in err if words else "warning" not in err), err)
# A film without a finite value takes whatever range its norm has; a raster takes none.
test.write("nothing.npy", npy((2, 3, 4), [float("nan")] * 24))
for args in [[], ["--norm", "log"], ["--view", "lines,norm=log"]]:
    err = made("render", "nothing.npy", *args, "-o", "null:")[1]
    test.check("nothing finite %s" % args, err.count("warning") == 2 and
               "has no finite value to take" in err and
               "not finite: 24 NaN, 0 +Inf, 0 -Inf of 24 elements" in err, err)
for args, words in [([], True), (["--no-overlay"], False)]:
    shown = y4m(made("render", "nothing.npy", "--size", "320x240", *args, "-o", "-")[0])[3][0]
    middle = set(shown[row * 320 + column] for row in range(100, 140) for column in range(120, 200))
    test.check("nothing finite is said in the picture %s" % args, (len(middle) > 3) == words, middle)
err = made("render", "nothing.npy", "--view", "slice=1:0", "-o", "null:")[1]
test.check("what a slice counts", "8 NaN, 0 +Inf, 0 -Inf of 8 elements" in err, err)
test.write("silent.npy", npy((5, 20), [0.0] * 100))
err = made("render", "silent.npy", "--view", "raster", "-o", "null:")[1]
test.check("a silent raster", "warning" not in err, err)
test.write("events.npy", npy((3, 2), [0, 7, 8, 3, 9, 2], "|u1"))
err = made("render", "events.npy", "--view", "raster,form=events,neurons=5", "-o", "null:")[1]
test.check("events of neurons beyond", err.count("warning") == 2 and "every frame has 2 events" in err and
           "3 spikes are of neurons that there are not" in err, err)
for args, what in [(["--view", "lines"], "zoom"), (["--view", "histogram"], "zoom"), ([], "azimuth")]:
    err = made("render", "film.npy", "--camera", "f=0:%s=2" % what, *args, "-o", "null:")[1]
    test.check("an idle camera %s" % args, err.count("warning") == 1 and
               "this view does not follow " + what in err, err)

# Signals over time: --scroll takes rows as frames, and a row alone can be seen.
test.write("signals.npy", npy((6, 8), ramp(1, 6, 8)))
scrolled = made("render", "signals.npy", "--scroll", "4", "--scale", "1", "-o", "-")[0]
test.check("--scroll of a 2-D array", [len(y4m(scrolled)[3]), *y4m(scrolled)[:2]] == [6, 4, 8])
test.check("is --axes TW", scrolled == made("render", "signals.npy", "--scroll", "4", "--scale", "1",
                                            "--axes", "TW", "-o", "-")[0])
test.check("and is not without", len(y4m(made("render", "signals.npy", "-o", "-")[0])[3]) == 1)
plan = json.loads(made("render", "signals.npy", "--axes", "TW", "--dry-run", "--json", "-o", "x.mp4")[0])
test.check("rows are visible", (plan["width"], plan["height"]) == (1920, 240), plan)
test.refuses(2, ["--scroll", "--axes TW"], "render", "film.npy", "--scroll", "9", "-o", "x.mp4")

# What looks like colour pictures is drawn, with a word about it.
for shape, dtype, warns in [
        ((2, 9, 8, 3), "|u1", "--axes THWC"), ((2, 9, 8, 4), "<f4", "--axes THWC"),
        ((9, 8, 3), "|u1", "--axes HWC"), ((9, 8, 3), "<f4", None), ((2, 9, 8, 5), "|u1", None),
        ((2, 7, 9, 3), "|u1", None)]:
    count = 1
    for n in shape:
        count *= n
    test.write("rgb.npy", npy(shape, [n % 200 for n in range(count)], dtype))
    err = made("render", "rgb.npy", "--dry-run", "-o", "x.mp4")[1]
    test.check("%s %s looks like colours: %s" % (shape, dtype, warns), warns in err and
               len(err.splitlines()) == 1 if warns else err == "", err)
    letters = ["THWC", "TNHW"] if len(shape) == 4 else ["HWC", "THW"]
    for axes in letters:
        err = made("render", "rgb.npy", "--axes", axes, "--dry-run", "-o", "x.mp4")[1]
        test.check("%s is meant" % axes, err == "", err)

# A simulation: the same seed, the same film.
sim = ["sim", "lif-sheet", "--sheet", "32x24", "--scale", "1", "--frames", "4",
       "--steps-per-frame", "5", "-o", "-"]
one, two = (made(*sim, "--seed", "7")[0] for _ in range(2))
width, height, rate, frames = y4m(one)
test.check("a simulation's film", (width, height, rate, len(frames)) == (32, 24, "30:1", 4))
test.check("the same seed", one == two)
test.check("another seed", one != made(*sim, "--seed", "8")[0])
still = ["--seed", "7", "--camera", "f=2:pause=on;f=3:pause=off"]
for backend in ["gpu", "cpu"]:
    paused = y4m(made(*sim, *still, "--backend", backend)[0])[3]
    test.check("a simulation pauses, " + backend, paused == frames[:2] + frames[1:3])
test.check("on the CPU", y4m(made(*sim, "--seed", "7", "--backend", "cpu")[0])[3] == frames)

# The validation layers have nothing to say, where they are installed.
code, out, err = test.run("render", "film.npy", "--validate", "-q", "-o", "valid.y4m", "--size",
                          "64x48", "--range", "frame")
if code == 4 and "validation" in err:
    print("not checked, no validation layers: " + err.strip())
else:
    test.check("validation", code == 0 and err == "", err)

# What can be listed.
for what, name in [("cmaps", "viridis"), ("models", "lif-sheet"), ("views", "heatmap"),
                   ("codecs", ".y4m")]:
    text = made("list", what)[0].decode()
    test.check("list %s: %s" % (what, name), name in text, text)
    rows = json.loads(made("list", what, "--json")[0])
    test.check("list %s --json" % what, rows and name in json.dumps(rows), rows)
for cmap in json.loads(made("list", "cmaps", "--json")[0]):
    made("render", "film.npy", "--dry-run", "--cmap", cmap + "_r", "-o", "x.mp4")
devices = json.loads(made("devices", "--json")[0])
test.check("the device that will be used", devices["chosen"] in
           [d["index"] for d in devices["devices"] if d["reason"] is None], devices)
text = made("devices")[0].decode()
test.check("devices says which", text.count("will be used") == 1, text)

# A terminal gets a bar, which is gone at the end, and colours unless NO_COLOR is set.
for env, coloured in [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)]:
    ours, theirs = pty.openpty()
    process = test.start("render", "missing.npy", "-o", "x.y4m", stderr=theirs, env=dict(
        {"NO_COLOR": ""}, **env))
    os.close(theirs)
    shown = os.read(ours, 4096)
    process.wait()
    os.close(ours)
    test.check("colours %s" % env, (b"\033[" in shown) == coloured, shown)
ours, theirs = pty.openpty()
process = test.start("render", "film.npy", "-o", "bar.y4m", stderr=theirs)
os.close(theirs)
shown = b""
try:
    while True:
        shown += os.read(ours, 4096)
except OSError:
    pass
process.wait()
os.close(ours)
test.check("a bar on a terminal", b"/5 frames" in shown, shown)
test.check("the summary after it", shown.rstrip().splitlines()[-1].endswith(b"real time") or
           b"limited by" in shown.rstrip().splitlines()[-1], shown)
ours, theirs = pty.openpty()
process = test.start("render", "film.npy", "-o", "-", stdout=theirs, stderr=subprocess.PIPE)
os.close(theirs)
err = process.stderr.read()
test.check("no Y4M on a terminal", process.wait() == 2 and b"terminal" in err, err)
process.stderr.close()
os.close(ours)

if shutil.which("ffprobe") and ".mp4" in made("list", "codecs")[0].decode():
    made("render", "film.npy", "-o", "film.mp4", "--scale", "4", "--fps", "60", "--title", "a film", "--no-overlay",
         "--crf", "23", "--preset", "ultrafast")
    probe = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json",
         test.path("film.mp4")], stdout=subprocess.PIPE, check=True).stdout)
    stream = probe["streams"][0]
    test.check("the MP4", (stream["nb_read_frames"], stream["width"], stream["height"],
                           stream["r_frame_rate"], probe["format"]["tags"]["title"]) ==
               ("5", 32, 16, "60/1", "a film"), probe)
test.end()
