# SPDX-License-Identifier: BSD-2-Clause
"""Help, manual page and completions have every option of the table. Needs no device."""
import re
import shutil
import subprocess

from harness import Test

test = Test()


def page(*args):
    code, out, err = test.run(*args)
    test.check("%s: exit 0, no error" % (args,), code == 0 and not err, err)
    return out.decode("utf-8")


def shell(*command):
    done = subprocess.run(command, cwd=test.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


rows = [line.split("\t") for line in page("help", "--options").splitlines()]
commands = sorted({row[0] for row in rows})
test.check("the commands", commands == ["bench", "devices", "help", "list", "render", "sim", "version"],
           commands)
for name in ["fps", "output", "cmap", "json", "help"]:
    test.check("--%s is in the table" % name, any(row[:2] == ["render", name] for row in rows))

man, bash, zsh, fish = (page("help", "--" + kind) for kind in ["man", "bash", "zsh", "fish"])
plain = man.replace("\\-", "-")
for command in commands:
    text = page(command, "--help")
    test.check("%s -h is --help" % command, page(command, "-h") == text)
    test.check("help %s is --help" % command, page("help", command) == text)
    test.check("lines of %s --help fit" % command, all(len(n) <= 80 for n in text.splitlines()))
    bash_words = re.search(r'^    %s\)\n        options="([^"]*)"' % command, bash, re.M)
    zsh_part = re.search(r"^    %s\)\n      specs=\((.*?)^      \) ;;" % command, zsh, re.M | re.S)
    for _, name, short, placeholder in (row for row in rows if row[0] == command):
        what = "%s --%s" % (command, name)
        test.check(what + " in the help", re.search(r"^  (-\S+( \S+)?, )?--%s( |$)" % name, text,
                                                    re.M))
        test.check(what + " in the manual", re.search(r"^\.B (-\S+( \S+)?, )?--%s( |$)" % name,
                                                      plain, re.M))
        test.check(what + " in bash", bash_words and "--" + name in bash_words[1].split())
        test.check(what + " in zsh", zsh_part and re.search(
            r"'\*--%s%s\[" % (name, "=" if placeholder else ""), zsh_part[1]))
        test.check(what + " in fish", "__fish_seen_subcommand_from %s' -l %s " % (command, name)
                   in fish)
        if short:
            test.check(what + ": -%s in the help" % short, "-%s" % short in text)
            test.check(what + ": -%s in the manual" % short, re.search(
                r"^\.B -%s[ ,]" % re.escape(short), plain, re.M))
            test.check(what + ": -%s in bash" % short, "-" + short in bash_words[1].split())
            test.check(what + ": -%s in zsh" % short,
                       "'*-%s[" % short.replace(":", "\\:") in zsh_part[1])
            test.check(what + ": -%s in fish" % short, re.search(
                r" -l %s -[so] %s " % (name, re.escape(short)), fish))
for hidden in ["--validate", "--man ", "--options"]:
    test.check(hidden + " is hidden", hidden not in plain and
               hidden not in page("render", "--help") + page("help", "--help"))

top = page("--help")
test.check("help is --help", page("help") == top and page("-h") == top)
for command in commands:
    test.check(command + " in --help", re.search(r"^  %s " % command, top, re.M))
version = page("--version")
test.check("version", re.match(r"tensorreel \d+\.\d+\.\d+\nlibrary \d+\.\d+\.\d+, API \d+\n",
                               version), version)
for args in [("version",), ("render", "--version"), ("list", "--version")]:
    test.check("%s is --version" % (args,), page(*args) == version)
for code in ["0", "2", "3", "4", "5", "6", "70", "130", "143"]:
    test.check("exit code %s in the manual" % code, "\n.B %s\n" % code in man)

# What a reader looks for.
text = re.sub(r"\s+", " ", page("render", "--help"))
for words in ["list cmaps", "frames=N", "offset=BYTES", "linear; log,", "symlog[:LINTHRESH]",
              "power[:GAMMA]", "magenta", "1920x1080", ".m4v", "at least two #", "hevc", "-v -v",
              "High 4:4:4 Predictive"]:
    test.check("render --help says %s" % words, words in text, text)
    test.check("the manual says %s" % words, words in re.sub(r"\s+", " ", plain))
test.check("the manual tells of .part", "NAME.part" in plain)
names = set(re.findall(r"[a-z]+", text.split("#rrggbb or ", 1)[1].split(" Default")[0])) - {"or"}
test.check("colour names", len(names) == 17, names)
for name in names:
    code, out, err = test.run("render", "missing.npy", "--nan-color", name, "-o", "x.y4m")
    test.check("--nan-color " + name, code == 3, err)

# The pages in the hands of the programs that read them.
test.write("tensorreel.1", man.encode())
test.write("c.bash", bash.encode())
test.write("_tensorreel", zsh.encode())
test.write("c.fish", fish.encode())
if shutil.which("groff"):
    code, out, err = shell("groff", "-man", "-Tutf8", "-ww", "-z", "tensorreel.1")
    test.check("groff has no complaint", code == 0 and not err, err)


def complete(*words):
    script = 'source ./c.bash; COMP_WORDS=(%s); COMP_CWORD=%d; _tensorreel; printf "%%s\\n" ' \
             '"${COMPREPLY[@]}"' % (" ".join("'%s'" % w for w in words), len(words) - 1)
    return shell("bash", "-c", script)[1].split()


test.check("bash: commands", complete("tensorreel", "re") == ["render"])
test.check("bash: options", complete("tensorreel", "render", "--on") == ["--on-full"])
test.check("bash: no options of others", complete("tensorreel", "render", "--see") == [])
test.check("bash: choices", complete("tensorreel", "sim", "--on-full", "drop-") ==
           ["drop-newest", "drop-oldest"])
test.check("bash: after =", complete("tensorreel", "sim", "--origin", "=", "l") == ["lower"])
test.check("bash: colour maps", "plasma_r" in complete("tensorreel", "render", "--cmap", "plas"))
test.check("bash: files", complete("tensorreel", "render", "tens") == ["tensorreel.1"])
test.check("bash: words", complete("tensorreel", "list", "co") == ["codecs"])
if shutil.which("zsh"):
    code, _, err = shell("zsh", "-n", "_tensorreel")
    test.check("zsh reads its file", code == 0 and not err, err)
if shutil.which("fish"):
    code, out, err = shell("fish", "-c", "source c.fish; complete -C 'tensorreel sim --on-full d'")
    test.check("fish: choices", [line.split("\t")[0] for line in out.splitlines()] ==
               ["drop-newest", "drop-oldest"], out + err)
test.end()
