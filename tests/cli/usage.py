# SPDX-License-Identifier: BSD-2-Clause
"""Wrong options, values and words: exit 2 and one line that names them. Needs no device."""
import os
import subprocess

from harness import PROGRAM, Test, npy, ramp

test = Test()
test.write("a.npy", npy((3, 4, 8), ramp(3, 4, 8)))

test.refuses(2, ["command", "--help"])
test.refuses(2, ["rendr", "render", "sim", "devices", "list", "version", "help"], "rendr")
test.refuses(2, ["compare", "render", "list"], "compare")
test.refuses(2, ["--cmpa", "--cmap"], "render", "a.npy", "--cmpa", "hot", "-o", "a.mp4")
test.refuses(2, ["-crf", "--crf"], "render", "a.npy", "-crf", "18", "-o", "a.mp4")
test.refuses(2, ["--seed", "sim", "render"], "render", "a.npy", "--seed", "1", "-o", "a.mp4")
test.refuses(2, ["-x"], "render", "a.npy", "-x", "-o", "a.mp4")
test.refuses(2, ["--man"], "render", "--man")
test.refuses(2, ["INPUT"], "render", "-o", "a.mp4")
test.refuses(2, ["-o"], "render", "a.npy")
test.refuses(2, ["-o", "a value"], "render", "a.npy", "-o")
test.refuses(2, ["-o", "-y"], "render", "a.npy", "-o", "-y")
test.refuses(2, ["--title", "--crf"], "render", "a.npy", "-o", "a.mp4", "--title", "--crf", "3")
test.refuses(2, ["--lossless", "yes"], "render", "a.npy", "-o", "a.mp4", "--lossless=yes")
test.refuses(2, ["a.mp4", "twice"], "render", "a.npy", "-o", "a.mp4", "-o", "a.mp4")
test.refuses(2, ["--json"], "render", "a.npy", "-o", "-", "--json")
test.refuses(2, ["colour map", "viridiss", "list cmaps"], "render", "a.npy", "--cmap", "viridiss",
             "-o", "a.mp4")
test.refuses(2, ["--size", "--scale"], "render", "a.npy", "--size", "8x8", "--scale", "2", "-o",
             "a.mp4")
test.refuses(2, ["--vmin", "--vmax"], "render", "a.npy", "--vmin=2", "--vmax=-1", "-o", "a.mp4")
test.refuses(2, ["--crf", "--lossless"], "render", "a.npy", "--lossless", "--crf=9", "-o", "a.mp4")
test.refuses(2, ["--percentile", "--range"], "render", "a.npy", "--percentile=1,2", "--range",
             "frame", "-o", "a.mp4")
test.refuses(2, ["--quiet", "--verbose"], "render", "a.npy", "-q", "-v", "-o", "a.mp4")
test.refuses(2, ["--frames", "--seconds"], "sim", "lif-sheet", "--frames", "3", "--seconds", "1",
             "-o", "a.mp4")
test.refuses(2, ["lif-sheeet", "lif-sheet"], "sim", "lif-sheeet", "-o", "a.mp4")
test.refuses(2, ["--channel", "nothing-like-it"], "sim", "lif-sheet", "--channel",
             "nothing-like-it", "-o", "a.mp4")
test.refuses(2, ["two"], "sim", "lif-sheet", "two", "-o", "a.mp4")
test.refuses(2, ["cmap", "cmaps"], "list", "cmap")
test.refuses(2, ["one"], "devices", "one")
test.refuses(2, ["rendering", "render"], "help", "rendering")

# What was meant, where something is near.
for words, meant in [(["--cmap", "viridiss"], "viridis"), (["--cmap", "Viridis"], "viridis"),
                     (["--cmap", "RdBU"], "RdBu"), (["--norm", "lgo"], "log"),
                     (["--norm", "powre:2"], "power"), (["--range", "frames"], "frame"),
                     (["--reduce", "maximum"], None), (["--origin", "uper"], "upper"),
                     (["--equalize=clae"], "clahe"), (["--cmap", "jetset"], None)]:
    code, out, err = test.run("render", "a.npy", "-o", "a.mp4", *words)
    test.check("%s means %s" % (words, meant), code == 2 and (
        "did you mean %s?" % meant in err if meant else "did you mean" not in err), err)

# Shapes and types of headerless data.
test.refuses(2, ["60x90"], "render", "a.npy", "--raw", "dtype=f4,shape=60,90", "-o", "a.mp4")
for dtype in ["float32", "<f4", "f4le", "=f4", "float32le"]:
    code, out, err = test.run("render", "a.npy", "--raw", "dtype=%s,shape=4x8,offset=128" % dtype,
                              "-o", "a.mp4", "--dry-run")
    test.check("dtype=%s" % dtype, code == 0 and b"frames   3," in out, err)
test.refuses(2, ["float23", "float32"], "render", "a.npy", "--raw", "dtype=float23,shape=4x8", "-o",
             "a.mp4")
for text, names in [("power:1e308", "--norm power:1e+308"), ("symlog:1e300", "--norm symlog:1e+300")]:
    test.refuses(2, [names], "render", "a.npy", "--norm", text, "-o", "a.mp4", "--dry-run")
test.write("wide.npy", npy((3, 4, 8), ramp(3, 4, 8), "<f8"))
code, out, err = test.run("render", "wide.npy", "-v", "-o", "a.mp4", "--dry-run")
test.check("-v says that 8 bytes become 4", "wide.npy: f8 is drawn as float32" in err, err)
code, out, err = test.run("render", "wide.npy", "-o", "a.mp4", "--dry-run")
test.check("and is needed for it", err == "", err)

# A range of the whole film needs what can be read twice.
for how, instead in [("movie", "--range frame"), ("percentile", "percentile-frame")]:
    for more in [[], ["--vmin=0"], ["--dry-run"]]:
        test.refuses(2, ["--range " + how, instead, "running", "--vmin"], "sim", "lif-sheet",
                     "--range", how, "-o", "a.mp4", *more)
        test.refuses(2, ["--range " + how, instead, "pipe"], "render", "-", "--range", how, "-o",
                     "a.mp4", *more, stdin=npy((4, 8), ramp(1, 4, 8)))
for words in [["--vmin=0", "--vmax=1"], ["--center=0", "--vmax=1"]]:
    code, out, err = test.run("sim", "lif-sheet", "--range", "movie", *words, "-o", "a.mp4",
                              "--dry-run")
    test.check("%s with --range movie" % words, code == 0, err)

# Every value that is not one, by option.
wrong = {
    "--fps": ["0", "-1", "30,5", "abc", "", "30/0", "0/1", "1e3", "30.", ".", "30/1/2", " 30",
              "0x1e", "99999999999999999999", "20000", "1/1000000", "1/3601", "29.9999999", "3.-1"],
    "--size": ["3", "3x", "x3", "0x4", "-1x4", "4x-1", "4x4x4", "4X4", "65536x1", "4 x4", ""],
    "--scale": ["0", "-1", "2.5", "4097", "two", "", "+2", " 2"],
    "--scroll": ["0", "65536", "x"],
    "--crf": ["-1", "64", "18.5", ""],
    "--threads": ["0", "1025", "many"],
    "--vmin": ["nan", "inf", "0x10", "1,5", "", "1e999", "--", "1e"],
    "--vmax": ["NaN", "-inf", "1.5f", "1 "],
    "--percentile": ["2", "98,2", "-1,5", "5,101", "2,", ",98", "2,98,99", "a,b"],
    "--norm": ["lin", "power:0", "power:-1", "power:x", "symlog:", "log:2", "linear:1", ""],
    "--range": ["all", "", "Movie", "running:3", "running:", "running:x", "frame:9"],
    "--robust": ["2", "2,98", "98:2", "-1:5", "5:101", ":", "2:98:99", ""],
    "--center": ["nan", "x", ""],
    "--equalize": ["adaptive", "", "global=2", "clahe=", "clahe=0.5", "clahe=257", "clahe=2:0",
                   "clahe=2:65", "clahe=2:8:8", "clahe:3"],
    "--aspect": ["1", "wide"], "--origin": ["left"], "--interpolation": ["cubic"],
    "--reduce": ["min"], "--chroma": ["422", "4:2:0"], "--on-full": ["drop", "Block"],
    "--canvas": ["cmyk"],
    "--nan-color": ["#12", "#12345", "#ggg", "blu", "123456", "#1234567", ""],
    "--under": ["#"], "--over": ["rgb(1,2,3)"], "--background": ["transparent"],
    "--max-memory": ["0", "-1", "1.5G", "12Q", "G", "", "99999999999T", "1KB"],
    "--frames": ["", "a", "-1", "5:3", "5:5", "3:0", "1:2:0", "1:2:-1", "1:2:3:4", "1.5:", "::-1"],
    "--progress": ["-", ""],
    "--title": [""], "--axes": [""], "--raw": [""],
}
for option, values in wrong.items():
    for value in values:
        test.refuses(2, [option, '"%s"' % value], "render", "a.npy", "-o", "a.mp4",
                     option + "=" + value)
for option, values in {"--seed": ["-1", "x", "18446744073709551616"], "--set": ["tau", "=1", "a=b"],
                       "--seconds": ["0", "-1", "x"], "--steps-per-frame": ["0", "x"],
                       "--frames": ["0", "1:2"], "--sheet": ["8", "0x8"],
                       "--backend": ["cuda"]}.items():
    for value in values:
        test.refuses(2, [option, '"%s"' % value], "sim", "lif-sheet", "-o", "a.mp4",
                     option + "=" + value)
for option, values in {"--neurons": ["", "0", "1.5K", "10K,", ",1", "K", "10k,x", "3000M", "1" + ",1" * 16],
                       "--rate": ["", "0", "1.5", "0.1,", "-0.1", "x"], "--degree": ["0", "x"],
                       "--network-kind": ["grid"], "--backend": ["cuda"], "--bursts": ["0"],
                       "--rounds": ["0", "1001"], "--threads": ["0", "257"]}.items():
    for value in values:
        test.refuses(2, [option, '"%s"' % value], "bench", option + "=" + value)
test.refuses(2, ["burts", "burst"], "bench", "burts")
test.refuses(2, ["two"], "bench", "burst", "two")
test.check("no file was made", not test.exists("a.mp4") and not test.exists("a.mp4.part"))

# The same in both spellings, and after "--" nothing is an option.
first = test.run("render", "a.npy", "-o", "a.mp4", "--crf", "99")
test.check("--crf 99 is --crf=99", first == test.run("render", "a.npy", "-o", "a.mp4", "--crf=99"))
code, out, err = test.run("render", "-o", "a.mp4", "--dry-run", "--", "--crf")
test.check("-- ends the options", code == 3 and "--crf" in err, err)
code, out, err = test.run("render", "-o", "a.mp4", "--dry-run", "--vmin", "-5", "a.npy")
test.check("--vmin -5 is a number", code == 0, err)

# Values that may be left out: a word that is none is an input.
for words in [["--robust"], ["--robust", "5:95"], ["--robust=5:95"], ["--equalize"],
              ["--equalize", "clahe"], ["--equalize", "clahe=2.5:16"], ["--equalize=clahe=4"],
              ["--equalize", "--robust"], ["--range", "running:60"], ["--center", "-1.5"],
              ["--camera", "t=0:zoom=1;f=60:zoom=4,center=0.25x0.75,pause=off"]]:
    code, out, err = test.run("render", *words, "a.npy", "-o", "a.mp4", "--dry-run")
    test.check("%s before an input" % words, code == 0, err)
test.refuses(2, ["--center"], "render", "a.npy", "--vmin=1", "--vmax=2", "--center=0", "-o",
             "a.mp4")
test.refuses(2, ["column 12", "zom", "zoom"], "render", "a.npy", "--camera", "t=0:zoom=1,zom=4",
             "-o", "a.mp4", "--dry-run")
test.refuses(3, ["camera.json"], "render", "a.npy", "--camera", "camera.json", "-o", "a.mp4",
             "--dry-run")

# Colours are for terminals.
test.check("no colours in a pipe", "\033" not in first[2], first[2])

# A reader that has seen enough.
for words in ["help --bash", "list cmaps", "render --help"]:
    ours, theirs = os.pipe()
    os.close(ours)
    process = test.start(*words.split(), stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    _, err = process.communicate()
    test.check("%s | head: no error" % words, process.returncode == 0 and err == b"", err)

# Standard output that cannot be written.
with open("/dev/full", "wb") as full:
    process = test.start("list", "cmaps", stdout=full, stderr=subprocess.PIPE)
    _, err = process.communicate()
    test.check("a full output: exit 5", process.returncode == 5 and b"standard output" in err, err)
closed = subprocess.run(["sh", "-c", 'exec "$0" list cmaps >&-', PROGRAM], stderr=subprocess.PIPE)
test.check("a closed output: exit 5", closed.returncode == 5, closed.stderr)
test.end()
