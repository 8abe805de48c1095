#!/usr/bin/env python3
"""Data files as people have them: sets by their names, what is refused and how to convert
it.

usage: test_data_files.py NUMERAL
"""
import csv
import gzip
import json
import pickle
import struct

import harness


def digits(t, n=60):
    """Labels and rows of n pen digits."""
    t.good("data", "convert", f"pen:test[0:{n}]", "-o", "pen.csv", "-q")
    with open(t.path("pen.csv"), encoding="utf-8") as file:
        rows = [list(map(int, line.split(","))) for line in file if line[0].isdigit()]
    return [row[0] for row in rows], [row[1:] for row in rows]


def write_idx(t, folder, name, labels, rows):
    t.write(f"{folder}/{name}-images-idx3-ubyte",
            harness.idx(8, (len(rows), 28, 28), b"".join(map(bytes, rows))))
    t.write(f"{folder}/{name}-labels-idx1-ubyte", harness.idx(8, (len(rows),), bytes(labels)))


def transposed(row):
    return [row[28 * x + y] for y in range(28) for x in range(28)]


def errors_of(t, data, **how):
    return t.json("eval", "m.model", data, **how)["errors"]


def check_sets(t, labels, rows):
    """EMNIST's files are turned, and said to be; torchvision's root folder is looked into."""
    base = errors_of(t, "pen.csv")
    turned = [transposed(row) for row in rows]
    write_idx(t, "emnist", "emnist-digits-test", labels, turned)
    done = t.run("eval", "m.model", "emnist/emnist-digits-test-images-idx3-ubyte", "--json",
                 "-")
    t.check("EMNIST stores its images by columns" in done.stderr and
            json.loads(done.stdout)["errors"] == base, f"EMNIST: {done.stderr!r}")
    t.write("emnist-letters-test.csv", "".join(
        ",".join(map(str, [label, *row])) + "\n" for label, row in zip(labels, turned)))
    done = t.run("data", "convert", "emnist-letters-test.csv", "-q", "-o", "back.csv")
    with open(t.path("back.csv"), "rb") as back, open(t.path("pen.csv"), "rb") as pen:
        t.check(done.returncode == 0 and back.read() == pen.read(), "EMNIST as CSV")
    write_idx(t, "torch/MNIST/raw", "t10k", labels, rows)
    t.check(errors_of(t, "torch") == base, "a root folder of torchvision")
    write_idx(t, "torch/FashionMNIST/raw", "t10k", labels, rows)
    t.bad("holds no images", "eval", "m.model", "torch", "-q")


def check_refusals(t):
    """The sentence says what the file is and how to make of it what is read."""
    table = pickle.dumps(([1, 2, 3], [4, 5]))
    box = struct.pack(">I", 24)
    for name, content, *words in (
            ("x.pkl", table, "Python pickle", "numpy.savez"),
            ("x.pkl.gz", gzip.compress(table), "Python pickle", "numpy.savez"),
            ("x.mat", b"MATLAB 5.0 MAT-file, Platform" + bytes(200), "MATLAB", "loadmat"),
            ("x.h5", b"\x89HDF\r\n\x1a\n" + bytes(90), "HDF5", "h5py"),
            ("x.arff", "% iris\n@RELATION d\n@ATTRIBUTE a real\n@DATA\n1\n", "ARFF", "sed"),
            ("x.parquet", b"PAR1" + bytes(90) + b"PAR1", "Parquet", "to_csv"),
            ("x.heic", box + b"ftypheic" + bytes(90), "HEIC", "heif-convert"),
            ("x.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF", "pdftoppm"),
            ("x.svg", "<svg xmlns='x'/>", "SVG", "rsvg-convert"),
            ("x.jpg", "\n<!DOCTYPE html><p>404", "web page"),
            ("x.libsvm", "5 153:3 154:18\n0 1:2\n", "LIBSVM", "load_svmlight_file"),
            ("x.tar", b"a" * 257 + b"ustar" + bytes(250), "tar archive")):
        t.write(name, content)
        for command in (("predict", "m.model"), ("data", "info")):
            done = t.bad(words[0], *command, name)
            t.check(name in done.stderr and all(word in done.stderr for word in words),
                    f"{name}: {done.stderr!r}")
        done = t.bad(words[0], "read", "m.model", name)
    t.write("o.npy", harness.npy("|O", (1, 3), pickle.dumps([1])))
    t.bad("pickled", "predict", "m.model", "o.npy")


def write_csv(t, name, labels, rows, head=""):
    t.write(name, head + "".join(",".join(map(str, [label, *row])) + "\n"
                                 for label, row in zip(labels, rows)))


def check_doubts(t, labels, rows):
    """What looks wrong with a set is told, and what to try; all is answered."""
    base = errors_of(t, "pen.csv")
    write_csv(t, "same.csv", [7] * len(rows), rows, "label" + ",p" * 784 + "\n")
    write_csv(t, "other.csv", [label + 90 if label == 3 else label for label in labels], rows)
    write_csv(t, "names.csv", ["T-shirt"] * 30 + ["coat"] * (len(rows) - 30), rows)
    write_csv(t, "words.csv", ["zero one two three four five six seven eight nine".split()[label]
                               for label in labels], rows)
    turns = {
        "transposed": transposed,
        "mirrored": lambda row: [row[28 * y + 27 - x] for y in range(28) for x in range(28)],
        "turned by 90": lambda row: [row[28 * x + 27 - y] for y in range(28)
                                     for x in range(28)]}
    for word, turn in turns.items():
        write_csv(t, "turned.csv", labels, [turn(row) for row in rows])
        for command in ("eval", "predict"):
            done = t.run(command, "m.model", "turned.csv", "-q")
            t.check(done.returncode == 0 and done.stderr == "", f"{word}: notes despite -q")
            done = t.run(command, "m.model", "turned.csv")
            t.check(done.returncode == 0 and f"where they are {word}" in done.stderr and
                    done.stderr.count("\n") == 1, f"{command}, {word}: {done.stderr!r}")
    write_csv(t, "dark.csv", labels, [[255 - value for value in row] for row in rows])
    for name, words in (("same.csv", "all 60 digits have the label 7"),
                        ("other.csv", "have labels that are not the model's (93)"),
                        ("names.csv", "not the model's (T-shirt, coat); its own are 0 to 9"),
                        ("dark.csv", "its ink is dark on light")):
        done = t.run("eval", "m.model", name)
        t.check(done.returncode == 0 and f"{name}: " in done.stderr and words in done.stderr,
                f"{name}: {done.stderr!r}")
    t.check(errors_of(t, "words.csv") == base, "number words are the digits")
    t.good("eval", "m.model", "pen.csv")


def check_names(t, labels, rows):
    """Labels of a model and of data are the same where they are called the same."""
    few = [(label, row) for label, row in zip(labels, rows) if label in (1, 2, 3)]
    called = {1: "uno", 2: "dos", 3: "tres"}
    write_csv(t, "es.csv", [called[label] for label, _ in few], [row for _, row in few])
    t.good("train", "es.csv", "--preset", "pixels", "-k", "1", "-q", "-o", "es.model")
    last = [(label, row) for label, row in few if label != 2]
    write_csv(t, "two.csv", [called[label] for label, _ in last], [row for _, row in last])
    value = t.json("eval", "es.model", "two.csv")
    t.check(value["errors"] == 0, f"dos is missing, and tres is read as it: {value}")


def check_round_trips(t, rows):
    """Names of labels are the same behind CSV, whatever is in them."""
    names = ["00", "01", 'a"b', "x, y", "10", "  blank"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    write_csv(t, "odd.csv", quoted, rows[:len(names)], "label" + ",p" * 784 + "\n")
    t.good("data", "convert", "odd.csv", "-q", "-o", "once.csv")
    t.good("data", "convert", "once.csv", "-q", "-o", "twice.csv")
    with open(t.path("once.csv"), encoding="utf-8", newline="") as once, \
            open(t.path("twice.csv"), encoding="utf-8", newline="") as twice:
        t.check([row[0] for row in csv.reader(once)][1:] == names, "names behind CSV")
        once.seek(0)
        t.check(once.read() == twice.read(), "CSV of CSV")
    write_csv(t, "digits.csv", ['"7"', '"3"'], rows[:2])
    t.check([one["label"] for one in t.json("data", "info", "digits.csv")["labels"]] == [3, 7],
            "digits in quotes are digits")


def check_overwriting(t):
    """What is read is not replaced by what is made of it."""
    words = "reads this file and would write another in its place"
    for command in (("train", "pen.csv", "-o", "./pen.csv"),
                    ("train", "es.csv", "pen.csv[0:9]", "-o", "pen.csv"),
                    ("eval", "m.model", "pen.csv", "-o", "pen.csv"),
                    ("eval", "m.model", "pen.csv", "--json", "m.model"),
                    ("teach", "m.model", "pen.csv", "-o", "pen.csv")):
        t.bad(words, *command, "-q", status=2)
    t.good("teach", "m.model", "pen.csv", "-q", "-o", "m.model")
    t.good("data", "convert", "pen.csv", "-q", "-o", "pen.csv")


def main(t):
    labels, rows = digits(t)
    t.good("train", "pen:train[0:1500]", "--preset", "pixels", "-q", "-o", "m.model")
    check_sets(t, labels, rows)
    check_refusals(t)
    check_doubts(t, labels, rows)
    check_names(t, labels, rows)
    check_round_trips(t, rows)
    check_overwriting(t)


if __name__ == "__main__":
    harness.main(main)
