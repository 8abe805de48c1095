#!/usr/bin/env python3
"""What goes on to other programs: eval's answers as CSV, features as NPZ, a model's
description; the names euclidean and manhattan.

usage: test_outputs.py NUMERAL
"""
import ast
import csv
import os
import struct
import zipfile

import harness


def array(t, archive, name):
    """Shape and values of an integer array in an .npz."""
    with zipfile.ZipFile(t.path(archive)) as file:
        data = file.read(name + ".npy")
    size = struct.unpack("<H", data[8:10])[0]
    head = ast.literal_eval(data[10:10 + size].decode())
    kind = {"|u1": "B", "|i1": "b", "<i2": "h"}[head["descr"]]
    n = (len(data) - 10 - size) // struct.calcsize(kind)
    return head["shape"], struct.unpack(f"<{n}{kind}", data[10 + size:])


def check_answers(t):
    value = t.json("eval", "m.model", "digits.npz[0:200]", "-o", "answers.csv")
    with open(t.path("answers.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    t.check(list(rows[0]) == ["input", "true", "label", "confidence", "refused"] and
            len(rows) == 200 and rows[7]["input"] == "digits.npz[7]", f"answers: {rows[:1]}")
    t.check(sum(row["true"] != row["label"] for row in rows) == value["errors"],
            "answers: other errors than eval's")
    t.check(sum(row["refused"] == "" for row in rows) == value["answered"],
            "answers: other refused than eval's")
    answers = [line.split("\t") for line in
               t.good("predict", "m.model", "digits.npz[0:200]", "--accept-all").splitlines()]
    t.check([(row["label"], f"{float(row['confidence']):.3f}") for row in rows] ==
            [(a[0], a[1]) for a in answers], "answers: other labels than predict's")
    t.good("eval", "m.model", "digits.npz[0:200]", "-q", "-o", "below.csv", "--reject-below", "1")
    with open(t.path("below.csv"), encoding="utf-8") as file:
        t.check("below 1" in {row["refused"] for row in csv.DictReader(file)}, "below P")
    t.bad("nowhere/x.csv: cannot create", "eval", "m.model", "digits.npz[0:9]", "-q", "-o",
          "nowhere/x.csv")
    t.write("a,b/1/x.pgm", b"P5 2 2 255 \0\0\xff\xff")
    t.good("eval", "m.model", "a,b", "-q", "-o", "quoted.csv")
    with open(t.path("quoted.csv"), encoding="utf-8") as file:
        t.check(list(csv.DictReader(file))[0]["input"] == "a,b/1/x.pgm", "cells in quotes")


def check_features(t):
    """Distances of the rows are those that neighbours gives."""
    t.good("train", "known.npz[0:300]", "--recipe", "deskew,pixels,pca=20", "-k", "1", "-q",
           "-o", "pca.model")
    for name, data in (("train", "known.npz[0:300]"), ("test", "digits.npz[0:40]")):
        summary = t.json("features", "pca.model", data, "-o", f"{name}.npz")
    t.check(summary["dims"] == 20 and summary["n"] == 40 and summary["labels"], f"{summary}")
    (n, d), train = array(t, "train.npz", "x")
    _, test = array(t, "test.npz", "x")
    t.check((n, d) == (300, 20), f"features: {n} x {d}")
    t.good("neighbours", "pca.model", "digits.npz[0:40]", "-o", "nearest.csv", "-q")
    with open(t.path("nearest.csv"), encoding="utf-8") as file:
        nearest = list(csv.DictReader(file))
    wrong = 0
    for i, row in enumerate(nearest):
        at = int(row["id"])
        distance = sum((test[i * d + j] - train[at * d + j]) ** 2 for j in range(d))
        wrong += distance != int(row["distance"])
    t.check(len(nearest) == 40 and wrong == 0, f"features: {wrong} distances differ")
    _, labels = array(t, "test.npz", "y")
    t.good("data", "convert", "digits.npz[0:40]", "-q", "-o", "forty.csv")
    with open(t.path("forty.csv"), encoding="utf-8") as file:
        t.check([int(line.split(",")[0]) for line in file if line[0].isdigit()] ==
                list(labels), "features: y")
    t.good("data", "convert", "forty.csv[0:3]", "-q", "-o", "three.csv")
    with open(t.path("three.csv"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    t.write("bare.csv", "\n".join(line.split(",", 1)[1] for line in lines) + "\n")
    t.good("features", "pca.model", "bare.csv", "-q", "-o", "bare.npz")
    with zipfile.ZipFile(t.path("bare.npz")) as file:
        t.check(file.namelist() == ["x.npy"], "features without labels")
    t.bad("features are written as .npz", "features", "m.model", "digits.npz[0:9]", "-o", "x.csv",
          status=2)


def check_info(t):
    t.good("teach", "m.model", "digits.npz[0:10]", "-q", "-o", "more.model")
    value = t.json("info", "more.model")
    t.check(value["n_rows"] == 1010 and len(value["labels"]) == 10 and value["k"] == 3 and
            [one["n"] for one in value["trained_on"]] == [1000, 10] and
            value["trained_on"][0]["data"] == "known.npz" and
            value["file_bytes"] == os.path.getsize(t.path("more.model")), f"info: {value}")
    text = t.good("info", "more.model")
    for words in ("more.model", "known.npz: 1,000 digits", "digits.npz[0:10]: 10 digits",
                  "10: 0, 1, 2, 3", "the 3 nearest by l2", value["recipe"].split()[0]):
        t.check(words in text, f"info: {words!r} is not in {text!r}")
    t.check(all(len(line) <= 80 for line in text.splitlines()), "info: a line is too long")
    t.bad("info needs MODEL", "info", status=2)
    t.bad("gone.model: cannot open", "info", "gone.model")


def check_names(t):
    """euclidean and manhattan are l2 and l1, also in files."""
    for name, known in (("euclidean", "l2"), ("manhattan", "l1")):
        recipe = []
        for metric in (name, known):
            t.good("train", "known.npz[0:100]", "--preset", "pixels", "--metric", metric, "-q",
                   "-o", f"{metric}.model")
            value = t.json("info", f"{metric}.model")
            recipe.append((value["recipe"], value["metric"]))
        t.check(recipe[0] == recipe[1] and recipe[0][1] == known, f"{name}: {recipe}")
        t.check(name in t.good("list", "metric"), f"list metric: no {name}")
    text = t.good("tune", "known.npz[0:200]", "--preset", "pixels", "--metric", "manhattan",
                  "-k", "1", "--folds", "2")
    t.check("l1" in text, f"tune --metric manhattan: {text[:300]!r}")


def main(t):
    # made once: every pen[a:b] makes the whole set
    t.good("data", "convert", "pen:train[0:1000]", "-q", "-o", "known.npz")
    t.good("data", "convert", "pen:test[0:200]", "-q", "-o", "digits.npz")
    t.good("train", "known.npz", "--preset", "pixels", "-q", "-o", "m.model")
    check_answers(t)
    check_features(t)
    check_info(t)
    check_names(t)


if __name__ == "__main__":
    harness.main(main)
