# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the command line share: running it, checking, and writing .npy bytes."""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
SKIP = 77


class Test:
    """Counts checks; a folder of its own is the working directory of every run."""

    def __init__(self):
        self.checks = self.failures = 0
        self.folder = tempfile.mkdtemp(prefix="tensorreel-cli-")

    def check(self, what, holds, detail=""):
        self.checks += 1
        if not holds:
            self.failures += 1
            print("FAIL: %s%s" % (what, "\n  " + str(detail) if detail != "" else ""))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return name

    def exists(self, name):
        return os.path.lexists(self.path(name))

    def start(self, *args, **kinds):
        env = dict(os.environ, **kinds.pop("env", {}))
        return subprocess.Popen([PROGRAM, *args], cwd=self.folder, env=env, **kinds)

    def run(self, *args, stdin=b"", env=None):
        """Runs to the end: (exit code, standard output, standard error), the last as text."""
        process = self.start(*args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=env or {})
        out, err = process.communicate(stdin)
        return process.returncode, out, err.decode("utf-8", "replace")

    def refuses(self, code, words, *args, stdin=b""):
        """Exit code, nothing on standard output, and one line of error that has all the words."""
        got, out, err = self.run(*args, stdin=stdin)
        name = " ".join(args)
        self.check("%s: exit %d" % (name, code), got == code, "exit %d: %s" % (got, err))
        self.check("%s: no output" % name, out == b"", out[:200])
        errors = [line for line in err.splitlines() if line.startswith("tensorreel: error: ")]
        self.check("%s: one line of error" % name, len(errors) == 1, err)
        for word in words:
            self.check("%s: names %s" % (name, word), errors and word in errors[0], err)

    def end(self):
        shutil.rmtree(self.folder)
        print("%d checks, %d failed" % (self.checks, self.failures))
        sys.exit(1 if self.failures or not self.checks else 0)


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIP)


def npy(shape, values, dtype="<f4"):
    """The bytes of a version 1.0 .npy file, as numpy writes them."""
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" % (
        dtype, "".join("%d, " % n for n in shape))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    code = {"<f4": "<%df", "<f8": "<%dd", "|u1": "<%dB"}[dtype]
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("ascii") +
            struct.pack(code % len(values), *values))


def ramp(frames, rows, columns):
    """A film in which every frame is the one before, moved by an element."""
    return [float((row + column + frame) % columns) for frame in range(frames)
            for row in range(rows) for column in range(columns)]


def y4m(data):
    """(width, height, rate, frames) of a Y4M stream; its frames must have their full length."""
    header, _, rest = data.partition(b"\n")
    fields = header.decode("ascii").split(" ")
    if fields[0] != "YUV4MPEG2":
        raise ValueError("no Y4M header: %r" % header[:80])
    width, height = (int(next(f[1:] for f in fields if f[:1] == key)) for key in "WH")
    rate = next(f[1:] for f in fields if f[:1] == "F")
    chroma = next((f[1:] for f in fields if f[:1] == "C"), "420")
    if chroma.startswith("444"):
        size = 3 * width * height
    elif chroma.startswith("420"):
        size = width * height + 2 * ((width + 1) // 2) * ((height + 1) // 2)
    else:
        raise ValueError("unknown chroma " + chroma)
    frames = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        if not re.match(rb"FRAME\b", line) or len(rest) < size:
            raise ValueError("frame %d is broken" % len(frames))
        frames.append(rest[:size])
        rest = rest[size:]
    return width, height, rate, frames
