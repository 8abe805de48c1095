#!/usr/bin/env python3
"""Names that would move a cursor, ring a bell or begin a line: shown, never obeyed. And
messages: they name the file that is meant.

usage: test_names.py NUMERAL
"""
import json
import os

import harness

EVIL = "a\x1b[2Jb\x07c\td\ne\u202ef\x9bg"  # one of each kind, beside a byte that is no UTF-8
SHOWN = "a\\x1b[2Jb\\x07c\\td\\ne\\u202ef\\u009bg"


def is_plain(text):
    """Nothing that a terminal obeys but the ends of lines."""
    return all(c.isprintable() or c == "\n" for c in text)


def plain(t, what, done, *lines):
    t.check(is_plain(done.stdout.replace("\t", "")) and is_plain(done.stderr),
            f"{what}: {done.stdout!r} {done.stderr!r}")
    for line in lines:
        t.check(line in done.stdout + done.stderr, f"{what}: {line!r} is not in "
                f"{done.stdout!r} {done.stderr!r}")


def picture():
    return harness.png(28, 28, [[0] * 28] * 4 + [[0] * 10 + [250] * 6 + [0] * 12] * 20 +
                       [[0] * 28] * 4)


def check_files(t):
    good, bad = f"{EVIL}.png", f"{EVIL}.bad"
    t.write(good, picture())
    t.write(bad, b"nothing")
    done = t.run("predict", "m.model", good)
    plain(t, "predict", done, SHOWN + ".png")
    t.check(done.stdout.count("\n") == 1 and done.stdout.count("\t") == 2,
            f"predict: a name forges fields or lines: {done.stdout!r}")
    plain(t, "a bad one", t.run("predict", "m.model", bad), SHOWN + ".bad: not recognised")
    plain(t, "none", t.run("predict", "m.model", "x" + bad), "x" + SHOWN)
    plain(t, "a folder's", t.run("predict", "m.model", t.folder + "/" + good, good),
          SHOWN + ".png")
    plain(t, "read", t.run("read", "m.model", good, bad), "numeral: " + SHOWN + ".bad: not")
    plain(t, "why", t.run("why", "m.model", good), SHOWN + ".png")
    plain(t, "doctor", t.run("doctor", "m.model", good), SHOWN + ".png")
    plain(t, "info", t.run("info", bad), SHOWN + ".bad")
    plain(t, "data info", t.run("data", "info", good), SHOWN + ".png")
    plain(t, "-o", t.run("data", "convert", "pen:test[0:3]", "-o", EVIL + ".npz"),
          SHOWN + ".npz")
    plain(t, "no such command", t.run(EVIL), SHOWN)
    plain(t, "no such option", t.run("data", "info", good, "--" + EVIL), SHOWN)
    plain(t, "a recipe", t.run("train", "pen:train[0:50]", "--recipe", EVIL, "-o", "x"))
    plain(t, "JSON", t.run("read", "m.model", good, "--fields", t.write("f.json", EVIL)))
    line = t.run("predict", "m.model", "--files-from", "-", "-q", "--json", "-",
                 stdin=f"{EVIL.split(chr(10))[0]}.png\n".encode())
    t.check(json.loads(line.stdout.splitlines()[0])["input"].startswith("a\x1b[2J"),
            f"JSON has the name itself: {line.stdout!r}")
    raw = t.path("raw").encode() + b"\xff\x9b.png"
    with open(raw, "wb") as file:
        file.write(picture())
    plain(t, "bytes", t.run("predict", "m.model", os.fsdecode(raw)), "raw\\xff\\x9b.png")


def check_labels(t):
    """Labels' names, in reports, tables and charts of the terminal, and in answers."""
    names = ("one" + EVIL, "two\x1b]0;x\x07", "=1+1")
    for name in names:
        for i in range(3):
            t.write(f"labels/{name}/{i}.png", picture())
    for arguments in (("data", "info", "labels"), ("train", "labels", "--recipe", "pixels",
                      "-k", "1", "-o", "labels.model"), ("eval", "labels.model", "labels"),
                      ("info", "labels.model"), ("audit", "labels", "--recipe", "pixels"),
                      ("predict", "labels.model", f"labels/{names[0]}/0.png"),
                      ("show", "labels"), ("why", "labels.model",
                                           f"labels/{names[0]}/0.png")):
        plain(t, " ".join(arguments), t.run(*arguments, environment={"TERM": "dumb"}))


def check_csv(t):
    """What a spreadsheet would reckon has an apostrophe, which reading takes away."""
    for name in ("=1+1", "-x", "'@a", "plain", "-1"):
        t.write(f"sums/{name}/=cmd.png", picture())
    t.good("data", "convert", "sums", "-o", "sums.csv", "-q")
    text = open(t.path("sums.csv"), encoding="utf-8").read()
    for cell in ('"\'=1+1"', '"\'-x"', '"\'\'@a"', '"plain"', '"-1"'):
        t.check(f"\n{cell}," in text, f"sums.csv holds no {cell}")
    info = t.run("data", "info", "sums.csv").stdout
    for name in ("=1+1", "-x", "'@a", "plain", "-1"):
        t.check(f" {name} " in info.replace(",", " ").replace("\n", " ") or name in info,
                f"sums.csv read again has no label {name}")
    t.good("data", "convert", "sums.csv", "-o", "again.csv", "-q")
    t.check(open(t.path("again.csv"), encoding="utf-8").read() == text,
            "a CSV written, read and written differs")
    t.good("train", "sums", "--recipe", "pixels", "-k", "1", "-o", "sums.model", "-q")
    os.rename(t.path("sums", "=1+1", "=cmd.png"), t.path("=cmd.png"))
    t.run("predict", "sums.model", "=cmd.png", "-o", "answers.csv")
    t.run("eval", "sums.model", "sums.csv", "-o", "answers.csv", "-q")
    cells = [line.split(",") for line in open(t.path("answers.csv"), encoding="utf-8")]
    t.check(not any(cell[:1] in "=+-@" for line in cells[1:] for cell in line[:3] if cell
                    and cell.strip("-.0123456789")), f"answers.csv: {cells[:3]}")


def check_messages(t):
    """They name what is meant."""
    for option in ("-o", "--json"):
        t.bad(f"{option} needs a value", "eval", "m.model", "pen:test[0:3]", option, "",
              status=2)
    t.bad("-o needs a value: ", "data", "convert", "pen:test[0:3]", "-o", "", status=2)
    t.bad("--output= needs a value: ", "data", "convert", "pen:test[0:3]", "--output=",
          status=2)
    t.bad("has no option '--foo'", "eval", "m.model", "pen", "--foo", "--bar", status=2)
    t.write("dot.png", harness.png(3, 3, [[0] * 3] * 3))
    t.bad("dot.png: a page of 3 x 3 pixels is too small", "read", "m.model", "dot.png")
    t.write("form.json", '{"registration": "none", "fields": [{"name": "a", "box": [0, 0, 1, 1]}]}')
    t.bad("dot.png: a page of 3 x 3 pixels is too small", "read", "m.model", "dot.png",
          "--fields", "form.json")


def main(t):
    t.good("train", "pen:train[0:300]", "--preset", "pixels", "-o", "m.model", "-q")
    check_files(t)
    check_labels(t)
    check_csv(t)
    check_messages(t)


if __name__ == "__main__":
    harness.main(main)
