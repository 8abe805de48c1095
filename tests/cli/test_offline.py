#!/usr/bin/env python3
"""Without network and data, whatever names MNIST says in one sentence where it looked, how to
give the files, and that pen is there; fetching takes several sets, verifies what lies there,
and gets only what is missing.

usage: test_offline.py NUMERAL

The second half needs MNIST's files in $NUMERAL_DATA (skipped without): they are the mirror.
"""
import os
import shutil

import harness

COMMANDS = (["train", "mnist", "-o", "x.model"], ["eval", "pen.model", "mnist"],
            ["predict", "pen.model", "mnist:test"], ["teach", "pen.model", "mnist", "-o", "x.model"],
            ["neighbours", "pen.model", "mnist", "-o", "x.npz"], ["why", "pen.model", "mnist[0]"],
            ["doctor", "pen.model", "mnist[0]"], ["tune", "mnist"], ["show", "mnist"],
            ["plot", "means", "mnist", "-o", "x.png"], ["audit", "mnist"],
            ["features", "pen.model", "mnist", "-o", "x.npz"], ["bench", "mnist"],
            ["data", "info", "mnist"], ["data", "convert", "mnist", "-o", "x.npz"],
            ["data", "split", "mnist", "-o", "x"], ["data", "fetch", "mnist"], ["demo", "mnist"],
            ["predict", "one.pgm"], ["read", "one.pgm"])
FILES = [f"{part}-ubyte.gz" for part in ("train-images-idx3", "train-labels-idx1",
                                         "t10k-images-idx3", "t10k-labels-idx1")]


def check_absent(t):
    t.good("train", "pen:train[0:300]", "--preset", "pixels", "-q", "-o", "pen.model")
    t.write("one.pgm", b"P5 28 28 255\n" + bytes(28 * 28))
    os.makedirs(t.path("mine"))
    where = {"NUMERAL_DATA": t.path("mine"), "HOME": t.path("home")}
    for command in COMMANDS:
        done = t.run(*command, environment=where)
        said = done.stderr
        name = " ".join(command)
        t.check(done.returncode == 1 and said.count("\n") == 1, f"{name}: {said!r}")
        for words in ("mnist: not in ", t.path("mine") + ",", "/cache/numeral/mnist",
                      "name that in NUMERAL_DATA, or take pen"):
            t.check(words in said, f"{name} says nothing of {words}: {said!r}")
        t.check(not [one for one in os.listdir(t.folder) if one.startswith("x")],
                f"{name} leaves something")
    done = t.run("demo", "--preset", "pixels", "-o", "demo-out", environment=where)
    t.check(done.returncode == 0 and "pen" in done.stdout, f"demo without data: {done.stderr!r}")
    # what to do next is named as this command was
    t.check(f"  {t.numeral} predict demo-out/digits.model" in done.stdout, done.stdout)


def check_fetching(t):
    real = os.environ.get("NUMERAL_DATA", "")
    if not all(os.path.exists(os.path.join(real, name)) for name in FILES):
        print("MNIST is not here: fetching was not tried")
        return
    os.makedirs(t.path("mirror", "mnist"))
    for name in FILES:
        shutil.copy(os.path.join(real, name), t.path("mirror", "mnist", name))
    where = {"NUMERAL_MIRROR": "file://" + t.path("mirror"), "HOME": t.path("home")}
    cache = t.path("cache", "numeral", "mnist")
    told = t.good("data", "fetch", "mnist", "pen", "-q", environment=where)
    t.check(sorted(os.listdir(cache)) == sorted(FILES) and told == "", os.listdir(cache))
    t.bad("fashion-mist: no data set of that name is known; did you mean fashion-mnist",
          "data", "fetch", "mnist", "fashion-mist", environment=where)
    # a file that is damaged, and one that has gone, are fetched again, and no other
    with open(os.path.join(cache, FILES[1]), "r+b") as file:
        file.seek(2000)
        file.write(b"damage")
    os.remove(os.path.join(cache, FILES[3]))
    for name in (FILES[0], FILES[2]):
        os.remove(t.path("mirror", "mnist", name))
    told = t.good("data", "fetch", "mnist", "pen", environment=where)
    t.check(told == f"mnist: in {cache}\npen: made here, nothing to fetch\n", told)
    t.good("data", "info", "mnist:train", "--offline", environment=where)
    # nothing is asked of the mirror for what is whole
    shutil.rmtree(t.path("mirror"))
    t.good("data", "fetch", "mnist", "mnist", environment=where)


def main(t):
    check_absent(t)
    check_fetching(t)


if __name__ == "__main__":
    harness.main(main)
