#!/usr/bin/env python3
"""Labels above 255, and more than 256 of them, through data, train, predict, eval, why and
lessons; files whose labels are all below 256 are as they were.

usage: test_labels.py NUMERAL
"""
import csv
import json
import random
import zipfile

import harness

SIDE = 6
WIDE = [7, 300, 12345, 65535]


def label_type(path):
    """As what a model file holds its labels."""
    with open(path, "rb") as file:
        header = file.read(int.from_bytes(file.read(8), "little"))
    return json.loads(header)["labels"]["dtype"]


def rows_of(labels, each, seed=5):
    """CSV of a picture for each label, `each` times, a little different each time."""
    source = random.Random(seed)
    pixels = SIDE * SIDE
    centres = [[source.randrange(256) for _ in range(pixels)] for _ in labels]
    for centre in centres:
        centre[:2] = 40, 40  # as alike as neighbouring pixels are
    lines = ["label," + ",".join(f"pixel{i}" for i in range(pixels))]
    for _ in range(each):
        for label, centre in zip(labels, centres):
            noisy = [min(255, max(0, value + source.randrange(-9, 10))) for value in centre]
            lines.append(f"{label}," + ",".join(map(str, noisy)))
    return "\n".join(lines) + "\n"


def head_of(path, array):
    """The type and the bytes of an array of an NPZ."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(array + ".npy")
    return content[10:128].decode().split("'descr': '")[1].split("'")[0], content[128:]


def check_files(t):
    t.write("wide.csv", rows_of(WIDE, 20))
    t.write("small.csv", rows_of([0, 255], 10))
    for name, dtype, size in (("wide", "<u2", 2), ("small", "|u1", 1)):
        t.good("data", "convert", f"{name}.csv", "-o", f"{name}.npz")
        found, content = head_of(t.path(f"{name}.npz"), "y")
        n = 80 if name == "wide" else 20
        t.check(found == dtype and len(content) == n * size, f"{name}.npz: y is {found}")
        for form in ("npz", "db", "folder"):
            kept = f"{name}.{form}" + ("/" if form == "folder" else "")
            if form != "npz":
                t.good("data", "convert", f"{name}.npz", "-o", kept)
            facts = t.json("data", "info", kept)
            before = t.json("data", "info", f"{name}.csv")
            t.check(facts["labels"] == before["labels"] and facts["n"] == n,
                    f"{kept}: {facts['labels']}")
    t.good("data", "convert", "wide.npz", "-o", "again.csv")
    with open(t.path("wide.csv"), "rb") as a, open(t.path("again.csv"), "rb") as b:
        t.check(a.read() == b.read(), "CSV to NPZ to CSV")
    t.bad("wide.idx: IDX holds labels of one byte, and some here are above 255: write .npz or "
          ".csv", "data", "convert", "wide.csv", "-o", "wide.idx")
    t.good("data", "convert", "small.csv", "-o", "small.idx")
    t.bad("line 2, column 1: label 65536, expected an integer from 0 to 65535", "data", "info",
          t.write("over.csv", "label,a,b,c\n65536,1,2,3\n"))
    # a last column without a name
    lines = rows_of(WIDE, 20).splitlines()[1:]
    behind = [",".join(line.split(",")[1:] + line.split(",")[:1]) for line in lines]
    facts = t.json("data", "info", t.write("behind.csv", "\n".join(behind) + "\n"))
    t.check([one["label"] for one in facts["labels"]] == WIDE, f"behind.csv: {facts['labels']}")


def check_model(t):
    text = t.good("train", "wide.csv", "--recipe", "pixels -k 3", "-o", "wide.model")
    t.check("4 labels" in text, f"train: {text}")
    t.good("train", "small.csv", "--recipe", "pixels -k 3", "-o", "small.model")
    t.check(label_type(t.path("wide.model")) == "U16" and
            label_type(t.path("small.model")) == "U8", "labels in a model")
    report = t.json("eval", "wide.model", "wide.npz", "-o", "wide.html", "-o", "read.csv")
    t.check(report["errors"] == 0 and
            [one["label"] for one in report["per_class"]] == WIDE and
            [row[i] for i, row in enumerate(report["confusion"])] == [20] * 4,
            f"eval: {report['per_class']}")
    with open(t.path("read.csv"), newline="") as file:
        t.check({row["label"] for row in csv.DictReader(file)} == set(map(str, WIDE)),
                "eval -o read.csv")
    text = t.good("eval", "wide.model", "wide.csv")
    t.check("  12345  65535\n" in text, f"eval: {text}")
    text = t.good("predict", "wide.model", "wide.npz", "--accept-all", "--json", "-")
    answers = [json.loads(line) for line in text.splitlines()]
    t.check([one["label"] for one in answers] == WIDE * 20, f"predict: {answers[:4]}")
    why = t.json("why", "wide.model", "wide.npz[3]")
    t.check(why["label"] == 65535 and
            {one["label"] for one in why["neighbours"]} == {65535}, f"why: {why['label']}")
    info = t.json("info", "wide.model")
    t.check([one["label"] for one in info["labels"]] == WIDE, f"info: {info['labels']}")
    t.good("plot", "confusion", "wide.model", "wide.csv", "-o", "wide.svg")
    # a lesson: one label that is there, one that is new
    t.write("more.csv", rows_of([300, 40000], 10, seed=6))
    done = t.run("teach", "wide.model", "more.csv", "-o", "taught.model")
    t.check(done.returncode == 0 and "not the model's (40000)" in done.stderr,
            f"teach: {done.stderr!r}")
    report = t.json("eval", "taught.model", "more.csv")
    t.check(report["errors"] == 0, f"teach: {report['errors']} errors")
    info = t.json("info", "taught.model")
    t.check([one["label"] for one in info["labels"]] == sorted(WIDE + [40000]),
            f"teach: {info['labels']}")
    t.good("features", "wide.model", "wide.csv", "-o", "rows.npz")
    t.check(head_of(t.path("rows.npz"), "y")[0] == "<u2", "features: y")


def check_many(t):
    """A thousand classes, by number and by name."""
    for name, labels, recipes in (
            ("numbers", [60 * i + 17 for i in range(1000)],
             ("pixels,lda=20 -k 1", "pixels,nda=20 -k 1",
              "pixels -k 1 --gate 0 --rerank tangent=raw")),
            ("names", [f"class {i:04d}" for i in range(1000)],
             ("pixels -k 1 --weights classmean=1", "pixels -k 1"))):
        t.write(f"{name}.csv", rows_of(labels, 3))
        for recipe in recipes:
            t.good("train", f"{name}.csv", "--recipe", recipe, "-o", f"{name}.model")
            report = t.json("eval", f"{name}.model", f"{name}.csv")
            cells = report["confusion_cells"]
            t.check(report["errors"] == 0 and report["confusion"] is None and
                    len(report["per_class"]) == 1000 and
                    all(row == column and n == 3 for row, column, n in cells) and
                    len(cells) == 1000, f"eval: {name}, {recipe}: {report['errors']}")
        facts = t.json("data", "info", f"{name}.csv")
        t.check([one["name"] for one in facts["labels"]] == [str(one) for one in labels],
                f"data info: {name}")
    text = t.good("data", "info", "names.csv")
    t.check("class 0255" in text and "... and 744 more, which are in --json" in text,
            "data info: names.csv")
    t.bad("confusion: 1000 labels: expected at most 256", "plot", "confusion", "names.model",
          "names.csv", "-o", "a.png")
    t.bad("means: 1000 labels: expected at most 256", "plot", "means", "names.csv", "-o", "a.png")
    t.good("eval", "names.model", "names.csv[0:300]", "-o", "many.html")
    # the same names in another order are the same labels
    head, *lines = rows_of([f"class {i:04d}" for i in range(1000)], 3).splitlines()
    t.write("back.csv", "\n".join([head] + lines[::-1][:500]) + "\n")
    report = t.json("eval", "names.model", "back.csv")
    t.check(report["errors"] == 0 and report["n"] == 500, f"eval back.csv: {report['errors']}")


def run(t):
    check_files(t)
    check_model(t)
    check_many(t)


if __name__ == "__main__":
    harness.main(run)
