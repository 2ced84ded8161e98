# SPDX-License-Identifier: BSD-2-Clause
"""What can be listed, its colours on a terminal, and the contact sheets."""
import json
import os
import pty
import re
import struct
import subprocess
import zlib

from harness import PROGRAM, Test

test = Test()


def made(*args):
    code, out, err = test.run(*args)
    test.check("%s: exit 0, no error" % (args,), code == 0 and not err, err)
    return out.decode("utf-8")


def on_terminal(*args, **env):
    """What the program writes to a terminal."""
    leader, follower = pty.openpty()
    base = {k: v for k, v in os.environ.items() if k not in ("COLORTERM", "NO_COLOR", "TERM")}
    with subprocess.Popen([PROGRAM, *args], stdout=follower, env=dict(base, **env)) as process:
        os.close(follower)
        text = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the end, on Linux
                break
            if not part:
                break
            text += part
    os.close(leader)
    test.check("%s on a terminal: exit 0" % (args,), process.returncode == 0)
    return text.decode("utf-8").replace("\r\n", "\n")


def rgb_png(data):
    """(width, height, pixels as bytes) of an RGB PNG without interlacing."""
    at, parts, width, height = 8, b"", 0, 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        at += size + 12
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 2), (depth, colour)
        elif kind == b"IDAT":
            parts += body
    raw, last, pixels = zlib.decompress(parts), bytes(3 * width), bytearray()
    for y in range(height):
        row = bytearray(raw[y * (3 * width + 1) + 1:(y + 1) * (3 * width + 1)])
        how = raw[y * (3 * width + 1)]
        for i in range(len(row) if how else 0):
            left = row[i - 3] if i > 2 else 0
            corner = last[i - 3] if i > 2 else 0
            if how == 4:
                near = [abs(last[i] - corner), abs(left - corner),
                        abs(left + last[i] - 2 * corner)]
                guess = (left, last[i], corner)[near.index(min(near))]
            else:
                guess = (0, left, last[i], (left + last[i]) // 2)[how]
            row[i] = (row[i] + guess) & 255
        last = bytes(row)
        pixels += row
    return width, height, bytes(pixels)


# Views, as text and as JSON, from one table.
text = made("list", "views")
views = json.loads(made("list", "views", "--json"))
names = [view["name"] for view in views]
test.check("the views", set(names) == {
    "heatmap", "slice", "strip", "lines", "raster", "points", "histogram", "projection", "triview",
    "volume", "rgb", "complex"}, names)
test.check("lines of list views fit", all(len(n) <= 100 for n in text.splitlines()))
man = made("help", "--man").replace("\\-", "-")
for view in views:
    words = [option["name"] for option in view["options"]]
    test.check(view["name"] + " in the text", re.search(r"^%s(=\S+)? +\S" % view["name"], text,
                                                        re.M))
    test.check(view["name"] + " in the manual", re.search(r"^\.B %s" % view["name"], man, re.M))
    test.check(view["name"] + " has an input", "input" in words, words)
    for option in view["options"]:
        name = option["name"]
        test.check(name + " is explained", re.search(
            r"^  %s(\[?=\S+)?\n {8}\S" % name, text, re.M), text)
        test.check(name + " in the manual", re.search(r"^\.B %s(\[?=|$)" % name, man, re.M))
options = {view["name"]: {o["name"]: o["value"] for o in view["options"]} for view in views}
test.check("cmap is for heat maps", options["heatmap"]["cmap"] == "NAME" and
           "cmap" not in options["rgb"], options)
test.check("roll has no value", options["lines"]["roll"] is None)

# The vocabulary is that of the command line.
rows = [line.split("\t") for line in made("help", "--options").splitlines()]
shared = {row[1]: row[3] for row in rows if row[0] == "render"}
for name in ["cmap", "vmin", "vmax", "range", "robust", "center", "equalize", "norm", "nan-color",
             "under", "over", "background", "aspect", "origin", "interpolation", "reduce", "scale",
             "size", "camera", "scroll"]:
    test.check("%s is an option of both" % name, shared.get(name) == options["heatmap"].get(name),
               (shared.get(name), options["heatmap"].get(name)))

text = made("list", "filters")
filters = json.loads(made("list", "filters", "--json"))
test.check("the filters", {"gaussian", "box", "median", "sobel", "unsharp", "smooth", "decay",
                           "diff", "abs", "clip", "log"} <= {f["name"] for f in filters}, filters)
for row in filters:
    test.check(row["name"] + " in the text", row["name"] + row["arguments"] + " " in text, text)
    test.check(row["name"] + " in the manual", "\n.B %s%s\n" % (row["name"], row["arguments"])
               in man)

# Swatches are for terminals that can.
plain = made("list", "cmaps")
test.check("names alone in a pipe", plain.split() == json.loads(made("list", "cmaps", "--json")) and
           "\033" not in plain, plain)
true = on_terminal("list", "cmaps", TERM="xterm", COLORTERM="truecolor")
swatches = {}
for line in true.splitlines():
    swatches[line.split()[0]] = [tuple(map(int, c.split(";"))) for c in
                                 re.findall(r"\033\[48;2;(\d+;\d+;\d+)m ", line)]
    test.check("a swatch ends", line.endswith("\033[0m"), line)
test.check("a swatch a map", list(swatches) == plain.split(), list(swatches))
test.check("swatches are as wide", {len(s) for s in swatches.values()} == {48})
test.check("grey from black to white", (swatches["gray"][0], swatches["gray"][-1]) ==
           ((0, 0, 0), (255, 255, 255)), swatches["gray"])
test.check("viridis as matplotlib has it", swatches["viridis"][0] == (68, 1, 84),
           swatches["viridis"])
cube = on_terminal("list", "cmaps", TERM="xterm-256color")
codes = [int(c) for c in re.findall(r"\033\[48;5;(\d+)m ", cube)]
test.check("256 colours", len(codes) == 48 * len(swatches) and 16 <= min(codes) and
           max(codes) <= 231 and "48;2" not in cube, codes[:9])
for env in [{"TERM": "dumb", "COLORTERM": "truecolor"}, {"TERM": "xterm"}, {"TERM": "vt100"},
            {"COLORTERM": "truecolor"},
            {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}]:
    test.check("no colours with %s" % env, on_terminal("list", "cmaps", **env) == plain)

# Sheets.
test.refuses(2, ["--sheet", "models", "cmaps"], "list", "models", "--sheet", "a.png")
test.refuses(2, ["--sheet", "--json"], "list", "cmaps", "--sheet", "a.png", "--json")
test.refuses(2, ["--sheet"], "list", "cmaps", "--sheet=")
test.refuses(2, ["--sheet", "render"], "render", "x.npy", "--sheet", "a.png", "-o", "b.y4m")
for what in ["cmaps", "views", "filters"]:
    name = what + ".png"
    code, _, err = test.run("list", what, "--sheet", name)
    if code == 2 and "PNG" in err:
        print("not checked, no PNG: " + err.strip())
        continue
    test.check("list %s --sheet: exit 0" % what, code == 0, err)
    with open(test.path(name), "rb") as file:
        width, height, pixels = rgb_png(file.read())
    seen = {pixels[i:i + 3] for i in range(0, len(pixels), 3)}
    if what == "cmaps":
        test.check("the size of the maps' sheet", (width, height) == (960, 384), (width, height))
        for cmap, colours in swatches.items():
            test.check(cmap + " is on the sheet", all(bytes(c) in seen for c in colours), cmap)
        test.refuses(5, [name, "-y"], "list", "cmaps", "--sheet", name)
        test.run("list", "cmaps", "--sheet", name, "-y")
        with open(test.path(name), "rb") as file:
            test.check("-y: the same sheet", rgb_png(file.read())[2] == pixels)
    else:
        test.check("the size of the sheet of " + what, (width, height) == (1280, 960),
                   (width, height))
        test.check("a cell for each of the %s" % what, len(views) == 12 and len(filters) + 1 == 12)
        # A panel without a picture would be background.
        cells = []
        for row in range(3):
            for column in range(4):
                cells.append(b"".join(pixels[3 * (y * width + x):3 * (y * width + x) + 3]
                                      for y in range(row * 320 + 60, row * 320 + 300, 4)
                                      for x in range(column * 320 + 70, column * 320 + 290, 4)))
                colours = {cells[-1][i:i + 3] for i in range(0, len(cells[-1]), 3)}
                test.check("cell %d of the sheet of %s" % (len(cells) - 1, what),
                           len(colours) > 2, len(colours))
        test.check("no two %s look the same" % what, len(set(cells)) == 12)
left = sorted(os.listdir(test.folder))
test.check("nothing but the sheets is left", set(left) <=
           {"cmaps.png", "views.png", "filters.png"}, left)
test.end()
