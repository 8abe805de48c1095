#!/usr/bin/env python3
"""numeral teach and numeral read: digits join and leave a model; pages become lines.

usage: test_teach_read.py NUMERAL
"""
import csv
import json
import os

import harness


def check_teach(t):
    t.good("train", "pen:train[0:300]", "--preset", "fast", "-q", "-o", "a.model")
    before = t.good("predict", "a.model", "pen:test[0:60]")
    t.good("teach", "a.model", "pen:train[300:420]", "-q", "-o", "b.model")
    taught = t.good("predict", "b.model", "pen:test[0:60]")
    t.check(taught != before, "teach: 120 digits change no answer or confidence at all")
    t.good("teach", "b.model", "--remove", "300-419", "-q", "-o", "c.model")
    t.check(t.good("predict", "c.model", "pen:test[0:60]") == before,
            "teach: removing what was taught does not give the old answers")
    t.good("teach", "c.model", "pen:train[300:420]", "-q", "-o", "d.model")
    t.good("neighbours", "d.model", "pen:train[300:301]", "-k", "1", "-o", "n.csv", "-q")
    with open(t.path("n.csv"), encoding="utf-8") as file:
        t.check(file.read().splitlines()[1].startswith("0,0,420,"),
                "teach: a removed number was given again")
    bad = t.run("teach", "a.model", "pen:train[0:5]", "--remove", "300", "-o", "x.model")
    t.check(bad.returncode == 2 and "row numbers up to 299" in bad.stderr,
            f"teach: {bad.stderr!r}")


def page(digits, shape=(200, 420)):
    """Three pen digits side by side on white, from the images of `data convert`."""
    pixels = bytearray(b"\xf0" * (shape[0] * shape[1]))
    for place, image in enumerate(digits):
        for y in range(84):
            for x in range(84):
                ink = image[y // 3 * 28 + x // 3]
                at = (60 + y) * shape[1] + 40 + 120 * place + x
                pixels[at] = 240 - ink * 220 // 255
    return b"P5\n%d %d\n255\n" % (shape[1], shape[0]) + bytes(pixels)


def check_read(t):
    t.good("train", "pen:train[0:1500]", "--preset", "fast", "-q", "-o", "pen.model")
    t.good("data", "convert", "pen:test[0:3]", "-o", "three.csv", "-q")
    with open(t.path("three.csv"), encoding="utf-8") as file:
        rows = [line.strip().split(",") for line in file if line[0].isdigit()]
    text = "".join(row[0] for row in rows)
    t.write("page.pgm", page([[int(value) for value in row[1:]] for row in rows]))
    line = t.good("read", "pen.model", "page.pgm")
    t.check(line.startswith(text + "\t") and line.endswith("\tpage.pgm:1\n"),
            f"read: {line!r}, drawn was {text}")
    out = t.json("read", "pen.model", "page.pgm")
    digits = out["lines"][0]["digits"]
    t.check([d["label"] for d in digits] == list(text), "read: labels in JSON")
    t.check(all(abs(d["box"][1] - 40 - 120 * i) < 40 for i, d in enumerate(digits)),
            f"read: boxes {[d['box'] for d in digits]}")
    done = t.run("read", "pen.model", "page.pgm", "--expect", "100")
    t.check(done.returncode == 0 and done.stdout == "" and done.stderr.startswith(
        "numeral: page.pgm: no line can be read as 100 digits"), f"--expect 100: {done.stderr!r}")
    t.good("read", "pen.model", "page.pgm", "--expect", "100", "-q")
    t.good("read", "pen.model", "page.pgm", "-o", "lines.csv", "--expect", "3", "-q")
    with open(t.path("lines.csv"), encoding="utf-8") as file:
        rows = file.read().splitlines()
    t.check(rows[0] == "input,page,line,text,confidence,top,left,bottom,right" and
            rows[1].startswith(f"page.pgm,1,1,{text},"), f"read: {rows}")
    t.good("read", "pen.model", "page.pgm", "--boxes", "boxes.png")
    some = t.run("read", "pen.model", "gone.png", "page.pgm")
    t.check(some.returncode == 1 and "gone.png" in some.stderr and
            some.stdout.startswith(text), "read: one bad picture ends the rest")
    none = t.run("read", "pen.model", "page.pgm", "page.pgm", "--boxes", "b.png")
    t.check(none.returncode == 2 and "--boxes" in none.stderr, "read: two pages, one picture")


def write_form(t, name, **fields):
    return t.write(name, json.dumps({"registration": "none", **fields}))


def check_fields(t):
    """On the page of check_read: three digits, then nothing."""
    with open(t.path("three.csv"), encoding="utf-8") as file:
        rows = [line.strip().split(",") for line in file if line[0].isdigit()]
    text = "".join(row[0] for row in rows)
    write_form(t, "form.json", fields=[
        {"name": "number, of all", "box": [0.2, 0.05, 0.8, 0.95], "digits": 3},
        {"name": "first", "box": [0.2, 0.05, 0.8, 0.33]},
        {"name": "note", "box": [0.82, 0.05, 1, 0.95]}])
    line = t.good("read", "pen.model", "page.pgm", "--fields", "form.json", "-o", "f.csv")
    cells = line.rstrip("\n").split("\t")
    t.check(len(cells) == 7 and cells[0] == text and cells[2] == text[0] and
            cells[4:] == ["", "1.000", "page.pgm"], f"read --fields: {line!r}")
    with open(t.path("f.csv"), encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    t.check(table[0] == ["input", "page", "number, of all", "number, of all_confidence",
                         "first", "first_confidence", "note", "note_confidence"] and
            table[1] == ["page.pgm", "1", *cells[:6]], f"read --fields: {table}")
    out = t.json("read", "pen.model", "page.pgm", "--fields", "form.json")
    t.check([f["name"] for f in out["fields"]] == ["number, of all", "first", "note"] and
            [d["label"] for d in out["fields"][0]["digits"]] == list(text) and
            out["corners"] == [[0, 0], [0, 420], [200, 420], [200, 0]] and
            out["fields"][1]["box"] == [40, 21, 160, 139], f"read --fields: {out}")
    write_form(t, "frame.json", registration="frame",
               fields=[{"name": "a", "box": [0, 0, 1, 1]}])
    t.bad("page.pgm: the form's frame is not found", "read", "pen.model", "page.pgm",
          "--fields", "frame.json", "-o", "none.csv")
    some = t.run("read", "pen.model", "page.pgm", "gone.pgm", "--fields", "form.json", "-q",
                 "-o", "some.csv")
    t.check(some.returncode == 1 and "gone.pgm" in some.stderr and
            os.path.exists(t.path("some.csv")), f"read --fields: {some.stderr!r}")
    write_form(t, "bad.json", fields=[{"name": "a", "box": [0, 0, 1, 2]}])
    t.bad("bad.json: field 1 ('a'): \"box\" reaches outside", "read", "pen.model",
          "page.pgm", "--fields", "bad.json")


def main(t):
    check_teach(t)
    check_read(t)
    check_fields(t)


if __name__ == "__main__":
    harness.main(main)
