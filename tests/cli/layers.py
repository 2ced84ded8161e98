# SPDX-License-Identifier: BSD-2-Clause
"""scripts/check-layers finds what it is there to find: one wrong line each in a small tree."""
import os
import shutil
import subprocess
import sys
import tempfile

SCRIPT, COMPILER = sys.argv[1], sys.argv[2:]
checks = failures = 0


def run(files):
    root = tempfile.mkdtemp(prefix="tensorreel-layers-")
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), "w", encoding="ascii") as file:
            file.write(text)
    done = subprocess.run([sys.executable, SCRIPT, "--root", root, "--cc", *COMPILER],
                          stdout=subprocess.PIPE, text=True)
    shutil.rmtree(root)
    return done.returncode, done.stdout.splitlines()


def check(what, holds, detail):
    global checks, failures
    checks += 1
    if not holds:
        failures += 1
        print("FAIL: %s\n  %s" % (what, detail))


good = {
    "include/tensorreel/x.h": "#include <stdint.h>\nint32_t trl_x(void);\n",
    "src/base/a.h": "", "src/tensor/b.h": "", "src/gpu/c.h": "", "src/sim/d.h": "",
    "src/view/e.h": "", "src/sink/f.h": "", "src/source/g.h": "", "src/stream/h.h": "",
    "src/cli/i.h": "", "shaders/shared/j.h": "",
    "src/gpu/c.c": '#include "gpu/c.h"\n#include "base/a.h"\n#include <volk.h>\n'
                   '#include "generated.h"\n',
    "src/sink/libav.h": "#include <libavutil/frame.h>\n",
    "src/sink/libav.c": '#include "sink/libav.h"\n#include <libavcodec/avcodec.h>\n',
    "src/view/e.c": '#include "shared/j.h"\n#include "tensor/b.h"\n#include <tensorreel/x.h>\n',
    "src/stream/h.c": '#include "sim/d.h"\n#include "sink/f.h"\n#include "base/a.h"\n',
    "src/cli/i.c": '#include "cli/i.h"\n#include <tensorreel/x.h>\n#include <jansson.h>\n',
    "samples/s.c": "#include <tensorreel/x.h>\n#include <stdio.h>\n",
}
code, lines = run(good)
check("a good tree", code == 0 and not lines, lines)

for path, include in [
        ("src/base/z.c", '"tensor/b.h"'), ("src/tensor/z.c", '"gpu/c.h"'),
        ("src/sim/z.c", '"view/e.h"'), ("src/view/z.c", '"sim/d.h"'),
        ("src/gpu/z.c", '"stream/h.h"'), ("src/source/z.c", '"gpu/c.h"'),
        ("src/sink/z.c", '"tensor/b.h"'), ("src/sink/z.c", '"gpu/c.h"'),
        ("src/source/z.c", '"sink/f.h"'), ("src/view/z.c", "<vulkan/vulkan.h>"),
        ("src/sink/png.c", "<libavcodec/avcodec.h>"), ("src/sink/z.c", '"sink/libav.h"'),
        ("src/stream/z.c", "<volk.h>"), ("src/cli/z.c", '"base/a.h"'), ("src/cli/z.c", '"z.h"'),
        ("src/cli/z.c", '"shared/j.h"'), ("samples/z.c", '"base/a.h"'),
        ("src/base/z.c", "<tensorreel/none.h>"), ("src/base/z.c", '"tensorreel/x.h"'),
        ("src/tensor/z.c", "<base/a.h>"), ("include/tensorreel/z.h", "<jansson.h>"),
        ("src/hall/z.c", "<stdio.h>")]:
    code, lines = run({**good, path: "\n#include %s\n" % include})
    line = 1 if "hall" in path else 2
    check("%s includes %s" % (path, include),
          code == 1 and any(n.startswith("%s:%d: " % (path, line)) for n in lines), lines)
code, lines = run({**good, "include/tensorreel/z.h": "size_t trl_z(void);\n"})
check("a header that needs another", code == 1 and len(lines) >= 1 and
      lines[0].startswith("include/tensorreel/z.h:1: does not compile alone"), lines)
print("%d checks, %d failed" % (checks, failures))
sys.exit(1 if failures else 0)
