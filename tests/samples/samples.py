# SPDX-License-Identifier: BSD-2-Clause
"""Runs every sample at a small size and looks at what it leaves."""
import array
import math
import os
import subprocess
import sys
import tempfile

PROGRAM, CAPTURE, PUSH, SIMULATE, TRAIN, SAMPLES = map(os.path.abspath, sys.argv[1:])
HEADER = 128  # bytes before the data of every .npy file that a sample writes
UNITS, SIDE = 64, 16
failures = []


def check(what, holds):
    if not holds:
        failures.append(what)
        print("FAIL: " + what)


def run(*args, stdin=None):
    done = subprocess.run(args, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check("%s: exit 0" % " ".join(args), done.returncode == 0)
    if done.returncode:
        print(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def read(name):
    with open(name, "rb") as file:
        return file.read()


def hashes(name):
    """The hash of each frame in a manifest, and the size of the picture."""
    lines = read(name).decode("ascii").splitlines()
    size = next(line.split()[-1] for line in lines if line.startswith("#dimensions"))
    return [line.split()[-1] for line in lines if not line.startswith("#")], size


def rendered(source, *options, stdin=None):
    run(PROGRAM, "render", source, "-q", "-y", "-o", "r.framehash", *options, stdin=stdin)
    return hashes("r.framehash")


def capture():
    run(CAPTURE, "capture.framehash", "34")
    frames, size = hashes("capture.framehash")
    check("capture: 34 frames of 1280x480", len(frames) == 34 and size == "1280x480")
    check("capture: the weights learn", len(set(frames)) == 34)


def push():
    run(PUSH, "push.framehash", "4")
    frames, size = hashes("push.framehash")
    check("push: 4 frames of 1280x720", len(frames) == 4 and size == "1280x720")
    check("push: the water moves", len(set(frames)) == 4)
    run(PUSH, "push.y4m", "2")
    head, _, rest = read("push.y4m").partition(b"\n")
    frame = len(b"FRAME\n") + 1280 * 720 * 3 // 2
    check("push: a Y4M of two frames", head.startswith(b"YUV4MPEG2 W1280 H720") and
          len(rest) == 2 * frame)
    # Luma of cell (row 90, column 160), at rest while no drop has reached it: RdBu_r's middle.
    check("push: resting water has the middle colour",
          abs(rest[6 + (90 * 4) * 1280 + 160 * 4] - (16 + 219 * 0xF6 / 255)) <= 3)


def simulate():
    text = run(SIMULATE, "sim.y4m", "3").decode("ascii")
    check("simulate: says what it filmed", text.startswith("3 frames of 1280x720, 6 "))
    frames, size = hashes("sim.y4m.framehash")
    check("simulate: 3 frames", len(frames) == 3 and len(set(frames)) == 3 and size == "1280x720")
    # The command line films the same model with the same seed to the same pictures.
    run(PROGRAM, "sim", "lif-sheet", "--channel", "afterglow", "--sheet", "320x180", "--scale", "4",
        "--seed", "1", "--steps-per-frame", "2", "--frames", "3", "-q", "-o", "cli.framehash")
    check("simulate: as the command line", hashes("cli.framehash")[0] == frames)


def train():
    run(TRAIN, "weights.npy", "5")
    film = read("weights.npy")
    record = UNITS * SIDE * SIDE * 4
    check("train: the file's length", len(film) == HEADER + 5 * record)
    stream = run(TRAIN, "-", "5")
    records = [stream[at + HEADER:at + HEADER + record]
               for at in range(0, len(stream), HEADER + record)]
    check("train: the stream has the same weights", b"".join(records) == film[HEADER:])
    size = [8 * SIDE + 7] * 2
    frames, picture = rendered("weights.npy", "--scale", "1", "--vmin", "-1", "--vmax", "1")
    check("train: 5 frames of a tile grid", len(frames) == 5 and picture == "%dx%d" % tuple(size))
    piped, _ = rendered("-", "--axes", "NHW", "--scale", "1", "--vmin", "-1", "--vmax", "1",
                        stdin=stream)
    check("train: the pipe gives the same pictures", piped == frames)


def scripts():
    run("python3", os.path.join(SAMPLES, "nebula.py"), "nebula.npy", "21")
    values = array.array("f", read("nebula.npy")[HEADER:])
    check("nebula: 21 frames", len(values) == 21 * 144 * 256)
    check("nebula: holes and nothing below 0",
          any(map(math.isnan, values)) and not any(value <= 0 for value in values))
    frames, _ = rendered("nebula.npy", "--norm", "log", "--scale", "1")
    check("nebula: 21 pictures", len(frames) == 21)
    song = run("python3", os.path.join(SAMPLES, "song.py"), "6")
    frames, size = rendered("-", "--scroll", "40", "--vmin", "-60", "--vmax", "0", "--scale", "1",
                            stdin=song)
    check("song: 6 pictures, a column a record", len(frames) == 6 and size == "40x180")


with tempfile.TemporaryDirectory(prefix="tensorreel-samples-") as folder:
    os.chdir(folder)
    capture()
    push()
    simulate()
    train()
    scripts()
sys.exit(1 if failures else 0)
