# SPDX-License-Identifier: BSD-2-Clause
"""Runs the examples of a document as they stand, in a folder that has what a built tree has.

usage: readme.py DOCUMENT SOURCE BUILD EXAMPLES [HEADING]

The first of the shell blocks, of the section with that heading or of all, puts the program on the
path; EXAMPLES others follow. Each makes files or prints something.
"""
import os
import re
import subprocess
import sys
import tempfile

DOCUMENT, SOURCE, BUILD = map(os.path.abspath, sys.argv[1:4])
EXAMPLES = int(sys.argv[4])

with open(DOCUMENT, encoding="utf-8") as file:
    text = file.read()
if len(sys.argv) > 5:
    section = re.search(r"^## %s$(.*?)^## " % re.escape(sys.argv[5]), text, re.M | re.S)
    text = section[1] if section else ""
blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
failed = len(blocks) != EXAMPLES + 1
if failed:
    print("FAIL: %d blocks of examples" % len(blocks))
with tempfile.TemporaryDirectory(prefix="tensorreel-readme-") as folder:
    os.symlink(BUILD, os.path.join(folder, "build"))
    os.symlink(os.path.join(SOURCE, "samples"), os.path.join(folder, "samples"))
    for number, block in enumerate(blocks[1:], 1):
        before = set(os.listdir(folder))
        done = subprocess.run(["sh", "-e", "-c", blocks[0] + block], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        made = sorted(set(os.listdir(folder)) - before)
        good = done.returncode == 0 and (made or b"\n" in done.stdout)
        print("%s: example %d makes %s" % ("ok" if good else "FAIL", number, " ".join(made)))
        if not good:
            failed = True
            print(block + done.stdout.decode("utf-8", "replace"))
sys.exit(1 if failed else 0)
