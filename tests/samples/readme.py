# SPDX-License-Identifier: BSD-2-Clause
"""Runs the README's examples as they stand, in a folder that has what a built tree has."""
import os
import re
import subprocess
import sys
import tempfile

README, SOURCE, BUILD = map(os.path.abspath, sys.argv[1:])
EXAMPLES = 5

with open(README, encoding="utf-8") as file:
    section = re.search(r"^## Five examples$(.*?)^## ", file.read(), re.M | re.S)
blocks = re.findall(r"^```sh\n(.*?)^```$", section[1], re.M | re.S) if section else []
failed = len(blocks) != EXAMPLES + 1  # the first puts the program on the path
if failed:
    print("FAIL: %d blocks in the section on examples" % len(blocks))
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
