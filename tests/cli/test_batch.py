#!/usr/bin/env python3
"""predict and read on many inputs: bad files are told and the rest answered; folders,
lists and streams; a line in, a line out.

usage: test_batch.py NUMERAL
"""
import json
import os
import select
import struct
import subprocess

import harness


def digit_rows(t, n=3):
    """n pen digits as rows of dark ink on white paper, 28 x 28."""
    t.good("data", "convert", f"pen:test[0:{n}]", "-o", "some.csv", "-q")
    with open(t.path("some.csv"), encoding="utf-8") as file:
        lines = [line.strip().split(",") for line in file if line[0].isdigit()]
    return [([[255 - int(value) for value in line[1 + 28 * y:29 + 28 * y]]
              for y in range(28)]) for line in lines]


def pgm(rows, plain=False):
    head = b"%s %d %d 255\n" % (b"P2" if plain else b"P5", len(rows[0]), len(rows))
    if plain:
        return head + " ".join(str(v) for row in rows for v in row).encode() + b"\n"
    return head + b"".join(map(bytes, rows))


def wide(rows, scale=3, margin=30):
    """The digit larger, on a page."""
    out = [[255] * (28 * scale + 2 * margin) for _ in range(28 * scale + 2 * margin)]
    for y in range(28 * scale):
        for x in range(28 * scale):
            out[margin + y][margin + x] = rows[y // scale][x // scale]
    return out


def tiff(pages):
    """A grey TIFF without compression, one directory a page."""
    body, at, links = b"II*\0", 4, []
    out = bytearray(body + b"\0\0\0\0")
    for rows in pages:
        strip = len(out)
        out += b"".join(map(bytes, rows))
        out += b"\0" * (len(out) % 2)
        struct.pack_into("<I", out, at, len(out))
        entries = [(256, 4, len(rows[0])), (257, 4, len(rows)), (258, 3, 8), (259, 3, 1),
                   (262, 3, 1), (273, 4, strip), (277, 3, 1), (278, 4, len(rows)),
                   (279, 4, len(rows) * len(rows[0]))]
        out += struct.pack("<H", len(entries))
        for tag, kind, value in entries:
            out += struct.pack("<HHII", tag, kind, 1, value)
        at = len(out)
        links.append(at)
        out += b"\0\0\0\0"
    return bytes(out)


def fields(text):
    return [line.split("\t") for line in text.splitlines()]


def check_folders(t, digits):
    for name, rows in zip(("scans/b.pgm", "scans/sub/a.pgm"), digits):
        t.write(name, pgm(rows))
    t.write("scans/Thumbs.db", b"\xd0\xcf\x11\xe0")
    t.write("scans/sub/desktop.ini", "[x]")
    names = ["scans/b.pgm", "scans/sub/a.pgm"]
    done = t.run("predict", "m.model", "scans")
    t.check(done.returncode == 0 and [f[2] for f in fields(done.stdout)] == names,
            f"a folder's own pictures and its sub-folders': {done.stdout!r}")
    notes = done.stderr.splitlines()
    t.check(notes == ["numeral: scans: passed over Thumbs.db (no picture)",
                      "numeral: scans/sub: passed over desktop.ini (no picture)"],
            f"what file managers leave: {notes}")
    t.check(t.run("predict", "m.model", "scans", "-q").stderr == "", "notes in spite of -q")
    whole = t.run("predict", "m.model", "scans/Thumbs.db", *names)
    t.check(whole.returncode == 0 and len(fields(whole.stdout)) == 2 and
            "passed over" in whole.stderr, f"scans/*: {whole.stderr!r}")
    t.write("scans/sub/bad.png", "no picture")
    done = t.run("predict", "m.model", "scans", "-q", "--json", "out.json")
    with open(t.path("out.json"), encoding="utf-8") as file:
        answers = [json.loads(line)["input"] for line in file]
    t.check(done.returncode == 1 and answers == names and
            done.stderr.count("\n") == 1 and "scans/sub/bad.png: not an image" in done.stderr,
            f"a bad file in a folder: {done.returncode} {answers} {done.stderr!r}")
    t.bad("scans/sub/bad.png", "predict", "m.model", "scans", "-q", "--stop-on-error")
    t.check(t.run("train", "scans", "-o", "x.model").returncode == 1, "a bad file in training")
    os.remove(t.path("scans/sub/bad.png"))
    for day in range(260):
        t.write(f"days/{day}/a.pgm", pgm(digits[0]))
    t.check(len(fields(t.good("predict", "m.model", "days"))) == 260,
            "more sub-folders than there may be labels")
    for label in "12":
        t.write(f"mine/{label}/a.pgm", pgm(digits[0]))
    t.write("mine/cover.pgm", pgm(digits[0]))
    t.write("mine/notes.txt", "hello")
    done = t.run("data", "convert", "mine", "-o", "mine.csv", "-q")
    t.check(done.returncode == 0, f"pictures beside sub-folders: {done.stderr!r}")
    done = t.run("train", "mine", "-k", "1", "--preset", "pixels", "-o", "x.model")
    t.check(done.returncode == 0 and "1 picture beside its sub-folders" in done.stderr and
            "passed over notes.txt" in done.stderr, f"training with strays: {done.stderr!r}")


def check_lists(t, digits):
    t.write("one.pgm", pgm(digits[0]))
    t.write("bad.pgm", "P5 9 9")
    done = t.run("predict", "m.model", "bad.pgm", "one.pgm", "gone.png")
    t.check(done.returncode == 1 and len(fields(done.stdout)) == 1, "bad among good")
    t.check(done.stderr.splitlines()[-1] ==
            "numeral: 2 inputs could not be read; the others were", f"{done.stderr!r}")
    t.write("list", "one.pgm\nbad.pgm\none.pgm\n")
    done = t.run("predict", "m.model", "--files-from", "list")
    t.check(done.returncode == 1 and len(fields(done.stdout)) == 2 and
            done.stderr.count("\n") == 1, f"a list: {done.stdout!r} {done.stderr!r}")
    done = t.run("predict", "m.model", "--files-from", "list", "--stop-on-error")
    t.check(done.returncode == 1 and len(fields(done.stdout)) == 1, "--stop-on-error")
    for command in ("predict", "read"):
        done = t.run(command, "m.model", "bad.pgm", "gone.png", "--json", "none.json")
        t.check(done.returncode == 1 and not os.path.exists(t.path("none.json")),
                f"{command}: a file without an answer")


def ask(process, line):
    """Writes a line and waits for one."""
    process.stdin.write(line.encode() + b"\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], 20)
    return process.stdout.readline().decode() if ready else None


def check_coprocess(t, digits):
    for i, rows in enumerate(digits):
        t.write(f"d{i}.pgm", pgm(wide(rows)))
    t.write("blank.pgm", pgm([[255] * 80] * 80))
    done = t.run("read", "m.model", "--files-from", "-", stdin=b"blank.pgm\nscans/Thumbs.db\n")
    t.check(done.returncode == 0 and done.stdout == "?\t0.000\tblank.pgm\tno digits\n"
            "?\t0.000\tscans/Thumbs.db\tunreadable\n", f"a line in, a line out: {done.stdout!r}")
    for command, options in (("predict", ()), ("predict", ("--json", "-")),
                             ("read", ()), ("read", ("--json", "-"))):
        with subprocess.Popen([t.numeral, command, "m.model", "--files-from", "-", *options],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, cwd=t.folder,
                              env=t.environment) as process:
            for name in ("d0.pgm", "gone.pgm", "d1.pgm"):
                line = ask(process, name)
                t.check(line is not None and name in line,
                        f"{command} {options}: {name} asked, answer {line!r}")
                if name == "gone.pgm" and options:
                    value = json.loads(line or "{}")
                    t.keys |= {(command, key) for key in harness.keys_of(value)}
                    t.check("gone.pgm" in value.get("error", ""), f"{command}: {line!r}")
                elif name == "gone.pgm":
                    t.check(line == "?\t0.000\tgone.pgm\tunreadable\n", f"{line!r}")
            process.stdin.close()
            t.check(process.wait(20) == 1, f"{command}: status of a run with a bad file")
            process.stdout.close()
            process.stderr.close()


def check_pages_ahead(t, digits):
    """Several pages are read at a time; they are answered in their order."""
    order = []
    for i in range(9):
        t.write(f"many/{i}.pgm", pgm(wide(digits[i % len(digits)], scale=2 + i % 3)))
        order.append(f"many/{i}.pgm")
    t.write("many/4.pgm", "P5 9 9")
    t.write("pages.tif", tiff([wide(rows) for rows in digits]))
    inputs = ("many", "gone.png", "pages.tif", "many/2.pgm")
    answers = []
    for threads in "135":
        done = t.run("read", "m.model", *inputs, "--threads", threads, "-o", "lines.csv",
                     "--json", "lines.json")
        with open(t.path("lines.json"), encoding="utf-8") as file:
            of_json = file.read()
        with open(t.path("lines.csv"), encoding="utf-8") as file:
            answers.append((done.returncode, done.stdout, done.stderr, of_json, file.read()))
    t.check(answers[0][0] == 1 and "2 inputs could not be read" in answers[0][2] and
            "many/4.pgm" in answers[0][2], f"bad pages among good: {answers[0][2]!r}")
    t.check(answers[0] == answers[1] == answers[2], "the same by any number of threads")
    names = [json.loads(line)["input"] for line in answers[0][3].splitlines()]
    t.check(names == order[:4] + order[5:] + ["pages.tif"] * len(digits) + ["many/2.pgm"],
            f"in their order: {names}")
    for threads in "15":
        done = t.run("read", "m.model", *inputs, "--threads", threads, "--stop-on-error",
                     "--json", "stopped.json")
        t.check(done.returncode == 1 and "many/4.pgm" in done.stderr and
                done.stderr.count("\n") == 1 and
                all(f[2].split(":")[0] in order[:4] for f in fields(done.stdout)),
                f"--stop-on-error with {threads} threads: {done.stdout!r} {done.stderr!r}")


def check_streams(t, digits):
    single = [fields(t.good("predict", "m.model", "-", stdin=pgm(rows)))[0][:2]
              for rows in digits]
    stream = pgm(digits[0]) + pgm(digits[1], plain=True) + pgm(digits[2])
    done = fields(t.good("predict", "m.model", "-", stdin=stream))
    t.check([f[:2] for f in done] == single and done[1][2] == "standard input[1]",
            f"pictures in standard input: {done}, one by one {single}")
    done = t.run("predict", "m.model", "-", stdin=pgm(digits[0]) + b"P5 2 2 1\n\7\7\7\7" +
                 pgm(digits[1]))
    t.check(done.returncode == 1 and [f[:2] for f in fields(done.stdout)] == single[:2] and
            "picture 1" in done.stderr, f"a bad one among them: {done.stderr!r}")
    pages = [wide(rows) for rows in digits]
    lines = t.good("read", "m.model", "-", stdin=b"".join(map(pgm, pages)))
    t.check([f[2] for f in fields(lines)] == [f"standard input:{i + 1}:1" for i in range(3)],
            f"pages in standard input: {lines!r}")
    t.write("three.tif", tiff(pages))
    more = t.good("read", "m.model", "three.tif")
    t.check(more == lines.replace("standard input", "three.tif"), f"pages of a TIFF: {more!r}")
    out = t.good("read", "m.model", "three.tif", "--json", "-", "-o", "three.csv")
    t.check([json.loads(line)["page"] for line in out.splitlines()] == [1, 2, 3],
            "pages in JSON")
    with open(t.path("three.csv"), encoding="utf-8") as file:
        t.check([line.split(",")[1:3] for line in file][1:] ==
                [["1", "1"], ["2", "1"], ["3", "1"]], "pages in CSV")
    t.bad("--boxes draws one page", "read", "m.model", "three.tif", "--boxes", "x.png",
          status=2)
    folder = t.run("read", "m.model", "scans")
    t.check(folder.returncode == 0 and "passed over" in folder.stderr, "read: a folder")


def main(t):
    t.good("train", "pen:train[0:1500]", "--preset", "fast", "-q", "-o", "m.model")
    digits = digit_rows(t)
    check_folders(t, digits)
    check_lists(t, digits)
    check_coprocess(t, digits)
    check_pages_ahead(t, digits)
    check_streams(t, digits)


if __name__ == "__main__":
    harness.main(main)
