# SPDX-License-Identifier: BSD-2-Clause
"""A signal finishes the film; a second one ends the program at once. Nothing here sleeps: a named
pipe for the progress tells when a frame is in hand."""
import os
import shutil
import signal
import subprocess

from harness import Test, npy, ramp, y4m

test = Test()
record = npy((64, 64), ramp(1, 64, 64))


def progress_until_frame(file):
    """Reads blocks until one has a frame; false if the program ended before."""
    for line in file:
        key, _, value = line.strip().partition("=")
        if key == "frame" and int(value) >= 1:
            return True
    return False


def interrupt(number, output):
    """A film of a pipe that is still open gets a signal after its first frame."""
    fifo = test.path("progress-%d" % number)
    os.mkfifo(fifo)
    process = test.start("render", "-", "--scale", "1", "-o", output, "-o",
                         "film-%d.y4m" % number, "--progress", fifo, stdin=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    with open(fifo, encoding="ascii") as progress:
        process.stdin.write(4 * record)
        process.stdin.flush()
        test.check("a frame before the signal", progress_until_frame(progress))
        process.send_signal(number)
        rest = progress.read()
    code = process.wait()
    process.stdin.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    test.check("signal %d: exit %d" % (number, 128 + number), code == 128 + number,
               "exit %s: %s" % (code, err))
    test.check("signal %d: the summary says so" % number, "stopped: " in err, err)
    test.check("signal %d: the progress ends" % number, rest.endswith("progress=end\n"), rest)
    last = dict(line.split("=", 1) for line in rest.splitlines()[-8:])
    with open(test.path("film-%d.y4m" % number), "rb") as file:
        frames = y4m(file.read())[3]
    test.check("signal %d: every frame is in the film" % number,
               1 <= len(frames) <= 4 and str(len(frames)) == last["encoded_frames"], last)
    return len(frames)


mp4 = ".mp4" in test.run("list", "codecs")[1].decode()
for number in (signal.SIGINT, signal.SIGTERM):
    output = "film-%d.%s" % (number, "mp4" if mp4 else "framehash")
    count = interrupt(number, output)
    test.check("%s has its name" % output, test.exists(output))
    if mp4 and shutil.which("ffprobe"):
        found = subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames",
             "-of", "csv=p=0", test.path(output)], stdout=subprocess.PIPE, text=True, check=True)
        test.check("%s plays" % output, found.stdout.strip() == str(count), found.stdout)

# Two signals, while an output that nobody reads holds everything up.
test.write("long.npy", npy((40, 64, 64), ramp(40, 64, 64)))
process = test.start("render", "long.npy", "-q", "--scale", "8", "-o", "-", "-o", "two.y4m",
                     stdout=subprocess.PIPE)
test.check("the film has begun", process.stdout.read(9) == b"YUV4MPEG2")
process.send_signal(signal.SIGINT)
process.send_signal(signal.SIGTERM)
code = process.wait()
process.stdout.close()
test.check("two signals: exit at once", code in (130, 143), code)
test.check("two signals: no file has its final name", not test.exists("two.y4m"))

# Nothing to finish yet: the first frame has not come.
fifo = test.path("progress-early")
os.mkfifo(fifo)
process = test.start("render", "-", "-o", "none.y4m", "--progress", fifo, stdin=subprocess.PIPE,
                     stderr=subprocess.PIPE)
with open(fifo, encoding="ascii"):  # the program has come as far as its report, before the input
    process.send_signal(signal.SIGINT)
    code = process.wait()
process.communicate()
test.check("a signal before the first frame: exit 130", code == 130, code)
test.check("no file without a frame", not test.exists("none.y4m") and
           not test.exists("none.y4m.part"))

# A frame of so many steps that it would never be drawn.
for backend in ("gpu", "cpu"):
    fifo = test.path("progress-" + backend)
    os.mkfifo(fifo)
    process = test.start("sim", "lif-sheet", "--sheet", "8x8", "--frames", "1", "-o", "null:",
                         "--steps-per-frame", "2000000000", "--backend", backend,
                         "--progress", fifo, stderr=subprocess.DEVNULL)
    with open(fifo, encoding="ascii"):
        process.send_signal(signal.SIGINT)
        code = process.wait()
    test.check("a signal amid a long frame on the %s: exit 130" % backend, code == 130, code)
test.end()
