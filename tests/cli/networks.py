# SPDX-License-Identifier: BSD-2-Clause
"""Films of the burst engine: networks by name and from files, what is said of them, and pixels that
are decoded and compared with the patterns and potentials that the engine must give."""
import json
import struct
import sys
import zlib

from harness import Test, npy, y4m

test = Test()


def made(*args, **kinds):
    """A run that must do: (standard output, standard error)."""
    code, out, err = test.run(*args, **kinds)
    test.check("%s: exit 0" % " ".join(args), code == 0, "exit %d: %s" % (code, err))
    return out, err


def burst(network, *args):
    return "sim", "burst", "--network", network, *args


# What can be named.
out = made("list", "networks")[0].decode()
for word in ["grid ", "random ", "small-world ", "power-law ", "refractory=7", "fire-limit"]:
    test.check("list networks has " + word, word in out, out)
kinds = json.loads(made("list", "networks", "--json")[0])
test.check("list networks in JSON", [kind["name"] for kind in kinds] ==
           ["grid", "random", "small-world", "power-law"] and
           "size=256x144" in kinds[0]["defaults"], kinds)
out = made("list", "models")[0].decode()
for word in ["--channel fired", "--channel countdown", "kick=0.02", "wall_time=0"]:
    test.check("list models has " + word, word in out, out)

# The plan.
out, err = made(*burst("grid:size=20x10x4", "--dry-run", "-o", "x.mp4"))
for words in [b"network  800 neurons, 32000 synapses, 1 area, about 0.301 MB, backend auto",
              b"area     network: 20x10x4 at 0,0,0", b"tensor   21 rows, 41 columns"]:
    test.check("the plan says %s" % words, words in out, out)
test.check("the plan opens no device", err == "", err)
for layout, shape in [("atlas", (1, 21, 41)), ("volume", (4, 10, 20)), ("neurons", (1, 1, 800))]:
    plan = json.loads(made(*burst("grid:size=20x10x4", "--layout", layout, "--dry-run", "--json",
                                  "--backend", "cpu", "-o", "x.mp4"))[0])
    test.check("the plan of " + layout,
               (plan["tiles"], plan["rows"], plan["columns"]) == shape, plan)
    net = plan["network"]
    test.check("its network", (net["neurons"], net["synapses"], net["bytes"], net["backend"]) ==
               (800, 32000, 800 * 56 + 32000 * 8, "cpu") and
               net["areas"][0]["size"] == [20, 10, 4], net)
out, err = made(*burst("grid:size=9x9", "--frames", "1", "-v", "-o", "null:"))
test.check("-v tells of the sums", "81 neurons and 3240 synapses on the backend" in err and
           "sums of 32 bits" in err, err)

# What cannot be: one line each.
for words, args in [
        (["needs --network"], ("sim", "burst")), (["lif-sheet has none"], (
            "sim", "lif-sheet", "--network", "grid")),
        (["--layout", "--area"], ("sim", "lif-sheet", "--area", "network")),
        (["--sheet", "grid:size=30x20"], burst("grid", "--sheet", "30x20")),
        (["grod", "kinds are grid,"], burst("grod:size=3")),
        (["sise", "size"], burst("grid:sise=3")), (["3x", "XxYxZ"], burst("grid:size=3x")),
        (["leak", "from 0 to 1"], burst("grid:leak=2")),
        (["weight", "whole number from 1 to 255"], burst("grid:weight=1.5")),
        (["degree", "KEY=VALUE"], burst("grid:degree")),
        (["exponent", "above 2"], burst("power-law:exponent=1.5")),
        (["degree of 20", "5 neurons"], burst("small-world:size=5")),
        (["2^32"], burst("grid:size=100000x100000")),
        (["cortex", "there are: network"], burst("grid", "--area", "cortex")),
        (["slices", "atlas"], burst("grid", "--layout", "slices")),
        (["firde", "did you mean fired?"], burst("grid", "--channel", "firde")),
        (["kicks", "did you mean 'kick'?"], burst("grid", "--set", "kicks=1")),
        (["kick = 2", "from 0 to 1"], burst("grid", "--set", "kick=2"))]:
    test.refuses(2, words, *args, "-o", "out.mp4")
test.write("text.txt", b"this is no network\n")
test.write("cut.json", b'{"blueprint": {')
test.write("list.npy", npy((2, 2), [0.5, 1, 1, 2]))
for name in ["text.txt", "cut.json", "list.npy", "missing.json"]:
    test.refuses(3, [name], *burst(name, "-o", "out.mp4"))
test.refuses(4, ["bytes are needed", "available"], *burst("grid:size=60000x60000", "-o", "out.mp4"))
for name, line, text in [
        ("short.txt", 1, b"1 2\n"), ("zero.txt", 2, b"1 2 3\n0 2 3\n"), ("word.txt", 2, b"b,n,a\nx,y,z\n"),
        ("nan.txt", 1, b"1,2,nan\n"), ("long.txt", 3, b"# none\n\n1,2,3,4\n")]:
    test.write(name, text)
    test.refuses(3, [name, "line %d" % line], *burst("grid", "--inject", name, "-o", "out.mp4"))
test.refuses(3, ["none.csv"], *burst("grid", "--inject", "none.csv", "-o", "out.mp4"))
test.write("far.csv", b"1,100,1\n")
test.refuses(2, ["there is no neuron 100; there are 81"],
             *burst("grid:size=9x9", "--inject", "far.csv", "-o", "out.mp4"))
test.check("nothing is left behind", not test.exists("out.mp4"))

# Patterns of a neuron that is driven above its threshold in every burst, decoded from the film.
still = ["--backend", "cpu", "--set", "kick=0", "--set", "afterglow_bursts=1", "--cmap", "gray",
         "--scale", "1", "-q"]
alone = "random:size=4x4,degree=1,weight=1,inhibitory=0,leak=0,threshold=100,drive=1000"
for keys, pattern in [
        ("refractory=0", "1111"), ("refractory=1", "1_1_1_"), ("refractory=2", "1__1__"),
        ("refractory=0,fire-limit=3", "111_111_"),
        ("refractory=0,fire-limit=3,snooze=2", "111__111__"),
        ("refractory=1,fire-limit=3,snooze=2", "1_1_1___1_1_1___"),
        ("refractory=1,fire-limit=3", "1_1_1_1_"),
        ("refractory=2,fire-limit=2,snooze=3", "1__1_____1__1_____"),
        ("refractory=0,fire-limit=1", "1_1_")]:
    frames = y4m(made(*burst(alone + "," + keys, *still, "--frames", str(len(pattern)), "-o",
                             "-"))[0])[3]
    seen = "".join("1" if frame[0] > 128 else "_" for frame in frames)
    test.check("%s fires as %s" % (keys, pattern), seen == pattern, seen)
    test.check("%s: all neurons alike" % keys, all(len(set(frame[:16])) == 1 for frame in frames))


def pixels(name):
    """The palette indices of a PNG file of one palette, and the palette."""
    data = open(test.path(name), "rb").read()
    at, idat, palette = 8, b"", b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        at += size + 12
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            idat += body
    if (depth, colour) != (8, 3):
        sys.exit("%s: depth %d, colour type %d" % (name, depth, colour))
    raw, rows = zlib.decompress(idat), [bytes(width)]
    for n in range(height):
        kind, *line = raw[n * (width + 1):(n + 1) * (width + 1)]
        for x in range(width):
            left, up = line[x - 1] if x else 0, rows[-1][x]
            if kind > 2:
                sys.exit("%s: a row of filter %d" % (name, kind))
            line[x] = (line[x] + (0, left, up)[kind]) % 256
        rows.append(bytes(line))
    return [palette[3 * index] for row in rows[1:] for index in row]


# An input of 3 a burst, threshold 10, leak 0.1: 2.7, 5.13, 7.317, then 10.317 fires and V is 0.
# Gray level n begins at n / 256 of the range.
if "png" in made("version")[0].decode():
    made(*burst("random:size=8x8,degree=1,inhibitory=0,leak=0.1,threshold=10,refractory=0,drive=3",
                *still, "--channel", "v", "--frames", "4", "-o", "v_%d.png"))
    for frame, v in enumerate([2.7, 5.13, 7.317, 0]):
        seen = set(pixels("v_%d.png" % frame))
        test.check("burst %d: the potential is %g" % (frame + 1, v), seen == {int(v / 10 * 256)},
                   seen)

# Volumes alone in a picture have a size.
for view, size in [("volume", "540x540"), ("triview", "721x721"), ("projection", "1080x1080")]:
    err = made(*burst("grid:size=10x10x10", "--layout", "volume", "--view", view, "--frames", "1",
                      "-o", "null:"))[1]
    test.check("the size of a " + view, "1 frames of " + size in err or
               "1 frame of " + size in err, err)
err = made(*burst("small-world:size=50", "--layout", "neurons", "--view", "raster", "--frames", "2",
                  "-o", "null:"))[1]
test.check("a raster", "2 frames of" in err, err)

# A film is the same from either backend, from a file, and from the same seed only.
for channel in ["fired", "v", "input", "countdown", "rate"]:
    films = [made(*burst("grid:size=40x24", "--channel", channel, "--backend", backend, "--seed",
                         seed, "--frames", "12", "--steps-per-frame", "2", "-q", "-o", "-"))[0]
             for backend, seed in [("cpu", "1"), ("gpu", "1"), ("cpu", "2")]]
    test.check(channel + " of both backends", films[0] == films[1])
    test.check(channel + " of another seed", films[0] != films[2])

# Edge lists: a ring in three forms.
ring = [(n, (n + 1) % 30) for n in range(30)]
test.write("ring.csv", b"source,target\n" + b"".join(b"%d,%d\n" % edge for edge in ring))
test.write("ring.txt", b"".join(b"%d %d 1\n" % edge for edge in ring))
test.write("ring.npy", npy((30, 2), [end for edge in ring for end in edge], "|u1"))
films = [made(*burst(name, "--set", "kick=0.05", "--frames", "20", "--scale", "2", "-q", "-o",
                     "-"))[0] for name in ["ring.csv", "ring.txt", "ring.npy"]]
test.check("edge lists as .csv, .txt and .npy", films[0] == films[1] == films[2])
test.check("spikes go around", len(set(y4m(films[0])[3])) == 20)

# Injected spikes are where they were injected, in their burst; the clock of a spike is a burst.
test.write("spikes.csv", b"burst,neuron,amount\n3,7,1\n1,0,0.5\n1,0,0.5 # both make 1\n3;9;2\n")
for backend in ["cpu", "gpu"]:
    frames = y4m(made(*burst("ring.csv", "--set", "kick=0", "--set", "afterglow_bursts=1",
                             "--layout", "neurons", "--inject", "spikes.csv", "--backend", backend,
                             "--cmap", "gray", "--scale", "1", "--frames", "4", "-q", "-o",
                             "-"))[0])[3]
    seen = [[n for n in range(30) if frame[n] > 128] for frame in frames]
    test.check("injected spikes on the " + backend, seen ==
               [[0], [1], [2, 7, 9], [3, 8, 10]], seen)
test.end()
