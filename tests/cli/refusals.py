# SPDX-License-Identifier: BSD-2-Clause
"""Inputs, devices and outputs that cannot be: the exit code, one line of error, no file left."""
import os
import socket
import stat

from harness import Test, npy, ramp

test = Test()
film = npy((3, 4, 8), ramp(3, 4, 8))
test.write("good.npy", film)
os.mkdir(test.path("folder"))

# Inputs: exit 3.
pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 100\n"
inputs = {
    "empty.npy": b"", "short.npy": film[:8], "header.npy": film[:40], "cut.npy": film[:-1],
    "text.npy": b"hello, this is no array\n", "pointer.npy": pointer,
    "zero.npy": npy((3, 0, 8), []), "object.npy": film.replace(b"'<f4'", b"'|O' "),
    "version.npy": film[:6] + b"\x09" + film[7:],
    "huge.npy": film.replace(b"(3, 4, 8, )", b"(%d, %d)" % (2 ** 62, 4)),
    "negative.npy": film.replace(b"(3, 4, 8, )", b"(3, -4, 8)"),
}
for name, data in inputs.items():
    test.write(name, data)
    test.refuses(3, [name], "render", name, "-o", "out.mp4")
for name, data, words in [
        ("a.csv", b"t,x,y\n0,1,2\n", ['"t,x,y\\x0a0,1,2\\x0a"', "numpy.save", "numpy.loadtxt"]),
        ("a.tif", b"II*\0" + bytes(60), ["II*\\x00", "numpy.save"]),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(60), ["\\x89PNG", "numpy.save"]),
        ("a.mp4", b"\0\0\0\x1cftypisom" + bytes(60), ["ftypisom", "ffmpeg", "--raw"]),
        ("a.bin", b"\1\2\3\4" * 20, ["\\x01\\x02", "numpy.save", "--raw"])]:
    test.write(name, data)
    test.refuses(3, [name, *words], "render", name, "-o", "out.mp4")
test.refuses(3, ["missing.npy"], "render", "missing.npy", "-o", "out.mp4")
test.refuses(3, ["folder"], "render", "folder", "-o", "out.mp4")
test.refuses(3, ["none_*.npy"], "render", "none_*.npy", "-o", "out.mp4")
test.write("other.npy", npy((3, 5, 8), ramp(3, 5, 8)))
test.refuses(3, ["other.npy"], "render", "good.npy", "other.npy", "-o", "out.mp4")
test.refuses(3, [], "render", "-", "-o", "out.mp4", stdin=b"")
test.refuses(3, [], "render", "-", "-o", "out.mp4", stdin=b"not an array at all, is it?")

# Values that say nothing, names that are no text, numbers that are beyond what there is: exit 2.
for option in ["--expr", "--filter", "--title", "--view"]:
    test.refuses(2, [option, "empty"], "render", "good.npy", option, "", "-o", "out.mp4")
test.refuses(2, ["UTF-8"], "render", "good.npy", "--panel", os.fsdecode(b"a\xff=x:heatmap"), "-o", "out.mp4")
test.refuses(2, ["slice 9 of an axis that has 0 to 3"], "render", "good.npy", "--view", "slice=1:0",
             "--camera", "t=0:slice=9", "-o", "out.mp4")
test.refuses(2, ["zoom is said twice"], "render", "good.npy", "--camera", "t=0:zoom=1,zoom=2",
             "-o", "out.mp4")
test.refuses(2, ["--norm log", "smallest value of the movie is 0"], "render", "good.npy", "--view",
             "lines,norm=log", "--range", "movie", "-o", "out.mp4")

# A pipe that breaks off, or goes on with something else, is filmed up to there.
one = npy((4, 8), ramp(1, 4, 8))
for name, rest, words in [
        ("half", one[:-7], ["frame 3"]), ("header", one[:100], ["standard input"]),
        ("shape", npy((4, 9), [0.0] * 36), ["1 x 4 x 9"]), ("noise", b"no array" * 20, ["byte"]),
        ("dtype", npy((4, 8), [0] * 32, "|u1"), ["u1"]),
        ("axes", npy((1, 4, 8), [0.0] * 32), ["3 axes"])]:
    axes = ["--axes", "HW"] if name == "axes" else []
    head = 3 * one if axes else film
    whole = test.run("render", "-", *axes, "-q", "-o", "kept.y4m", "-y", stdin=head)
    with open(test.path("kept.y4m"), "rb") as file:
        expected = file.read()
    os.unlink(test.path("kept.y4m"))
    code, out, err = test.run("render", "-", *axes, "-o", "kept.y4m", stdin=head + rest)
    errors = [line for line in err.splitlines() if "error: " in line]
    test.check("%s: exit 3" % name, code == 3, err)
    test.check("%s: one line of error" % name, len(errors) == 1 and
               all(word in errors[0] for word in words), err)
    test.check("%s: says what is kept" % name, "broke off: kept.y4m: 3 frames of" in err, err)
    with open(test.path("kept.y4m"), "rb") as file:
        test.check("%s: three frames are kept" % name, file.read() == expected)
test.refuses(3, [], "render", "-", "-o", "out.mp4", stdin=one[:-1])
test.refuses(3, [], "render", "-", "-o", "out.mp4", stdin=film[:200])

# What the options say and the input does not allow: exit 2.
test.refuses(2, ["axes"], "render", "good.npy", "--axes", "TTW", "-o", "out.mp4")
test.refuses(2, ["axes"], "render", "good.npy", "--axes", "HW", "-o", "out.mp4")
test.refuses(2, ["raw"], "render", "good.npy", "--raw", "dtype=f9,shape=4x8", "-o", "out.mp4")
test.refuses(2, ["frames"], "render", "good.npy", "--frames", "3:", "-o", "out.mp4")
test.refuses(2, ["out.xyz"], "render", "good.npy", "-o", "out.xyz")
test.refuses(2, ["tau_of_nothing"], "sim", "lif-sheet", "--set", "tau_of_nothing=1", "-o",
             "out.mp4")

# PNG names for one frame: refused before anything is written where the length is known, else before
# anything stays.
for name in ["single.png", "single#.png"]:
    for more in [[], ["--dry-run"]]:
        test.refuses(2, [name, "two #"], "render", "good.npy", "-o", name, "-o", "out.y4m", *more)
        test.refuses(2, [name, "two #"], "sim", "lif-sheet", "--frames", "2", "-o", name, *more)
    test.refuses(2, [name, "two #"], "render", "-", "-o", name, stdin=film)
    test.check("%s: nothing stays" % name, not test.exists(name))
    code, out, err = test.run("render", "good.npy", "--frames", "1", "-o", name)
    test.check("%s: one frame" % name, code == 0 and test.exists(name), err)
test.refuses(2, ["out.xyz"], "render", "good.npy", "-o", "out.xyz", "--dry-run")
test.refuses(5, ["single.png"], "render", "good.npy", "--frames=1", "-o", "single.png", "--dry-run")

for name in ["none/out.mp4", "none/out%d.png", "none/out.y4m"]:
    test.refuses(5, ["there is no folder none"], "render", "good.npy", "-o", name)
test.refuses(5, ["there is no folder none"], "render", "good.npy", "-o", "out.y4m", "--ledger",
             "none/ledger")

# What an encoder refuses is refused by the plan too.
if ".mp4" in test.run("list", "codecs")[1].decode():
    for code, words, more in [(4, "nonesuch", ["--codec", "nonesuch"]),
                              (2, "preset", ["--preset", "fastest"]),
                              (2, "crf", ["--crf", "60"])]:
        for plan in [[], ["--dry-run"]]:
            test.refuses(code, ["out.mp4", words], "render", "good.npy", "-o", "out.mp4", *more,
                         *plan)

# Devices: exit 4.
test.refuses(4, ["no such device"], "render", "good.npy", "--device", "no such device", "-o",
             "out.mp4")
test.refuses(4, ["99"], "render", "good.npy", "--device", "99", "-o", "out.mp4")
test.refuses(4, ["no such device"], "sim", "lif-sheet", "--device", "no such device", "-o",
             "out.mp4")
without = {"VK_DRIVER_FILES": "/nonexistent.json", "VK_ICD_FILENAMES": "/nonexistent.json"}
for args in [("render", "good.npy", "-o", "out.mp4"), ("sim", "lif-sheet", "-o", "out.mp4"),
             ("devices",)]:
    code, out, err = test.run(*args, env=without)
    test.check("%s without a driver: exit 4" % (args,), code == 4, err)
    test.check("%s without a driver: one line of error" % (args,), err.count("error: ") == 1, err)
    test.check("%s without a driver: what to do" % (args,), "install" in err, err)
test.refuses(4, [], "render", "good.npy", "--max-memory", "1K", "-o", "out.mp4")

# Outputs: exit 5, and what stood there stays.
test.write("old.y4m", b"old")
test.refuses(5, ["old.y4m", "-y"], "render", "good.npy", "-o", "old.y4m")
with open(test.path("old.y4m"), "rb") as file:
    test.check("old.y4m is untouched", file.read() == b"old")
test.refuses(5, ["no/such/folder/out.y4m"], "render", "good.npy", "-o", "no/such/folder/out.y4m")
test.refuses(5, ["old.y4m/out.mp4"], "render", "good.npy", "-o", "old.y4m/out.mp4")
test.refuses(5, ["folder.y4m"], "render", "good.npy", "-y", "-o",
             os.mkdir(test.path("folder.y4m")) or "folder.y4m")
test.refuses(5, ["no/such/ledger"], "render", "good.npy", "-o", "out.y4m", "--ledger",
             "no/such/ledger")
test.refuses(5, ["--progress", "no/such/file"], "render", "good.npy", "-o", "out.y4m",
             "--progress", "no/such/file")

# What stands there stays: the input, whatever -y says, a pipe, and the file of another output.
test.refuses(2, ["--progress", "good.npy"], "render", "good.npy", "-y", "-o", "out.y4m",
             "--progress", "good.npy")
test.refuses(2, ["--ledger", "./good.npy"], "render", "good.npy", "-y", "-o", "out.y4m",
             "--ledger", "./good.npy")
test.refuses(2, ["-o", "old.y4m"], "render", "old.y4m", "--raw", "dtype=u1,shape=3", "-y", "-o",
             "old.y4m")
test.refuses(5, ["--progress", "old.y4m", "-y"], "render", "good.npy", "-o", "out.y4m",
             "--progress", "old.y4m")
with open(test.path("good.npy"), "rb") as file:
    test.check("good.npy is untouched", file.read() == film)
with open(test.path("old.y4m"), "rb") as file:
    test.check("old.y4m is still untouched", file.read() == b"old")
os.mkfifo(test.path("pipe.y4m"))
test.refuses(5, ["pipe.y4m"], "render", "good.npy", "-y", "-o", "pipe.y4m")
test.check("pipe.y4m is a pipe", stat.S_ISFIFO(os.lstat(test.path("pipe.y4m")).st_mode))
test.refuses(5, ["out.y4m"], "render", "good.npy", "-o", "out.y4m", "-o", "./out.y4m")
test.refuses(5, ["out.y4m"], "render", "good.npy", "-o", "out.y4m", "--ledger", "out.y4m")

# A reader that goes away, and a disk that is full.
test.write("long.npy", npy((200, 64, 64), [0.0] * (200 * 64 * 64)))
ours, theirs = socket.socketpair()
process = test.start("render", "long.npy", "-q", "--scale", "8", "-o", "-", stdout=theirs)
theirs.close()
ours.recv(10)
ours.close()
test.check("a reader that goes away: exit 5", process.wait() == 5, process.returncode)
with open("/dev/full", "wb") as full:
    process = test.start("render", "long.npy", "-q", "-o", "-", stdout=full)
    test.check("a full disk: exit 5", process.wait() == 5, process.returncode)

left = sorted(os.listdir(test.folder))
test.check("nothing is left behind", not [n for n in left if n.startswith("out.") or ".part" in n or
                                          ".tmp" in n], left)
test.end()
