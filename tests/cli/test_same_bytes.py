#!/usr/bin/env python3
"""The same labels, confidences, votes, neighbours and distances, byte for byte, for any
number of threads, instruction set, batch and index; the same model file for any number of
threads.

usage: test_same_bytes.py NUMERAL

On the digits of the built-in generator, and where $NUMERAL_DATA holds MNIST on 500 of its.
"""
import hashlib
import os

import harness

THREADS = (1, 2, 3, 8)
RECIPES = (
    ["pixels"],
    ["pixels", "--index", "brute", "--weights", "distance", "-k", "5"],
    ["pixels", "--index", "brute=rows"],
    ["pixels", "--index", "exact", "-k", "10"],
    ["pixels", "--metric", "l1"],
    ["pixels", "--metric", "l1", "--index", "exact=structure=always"],
    ["pixels", "--index", "near=0.9:structure=always"],
    ["deskew,pixels", "--weights", "gaussian", "-k", "7"],
    ["pixels,unit", "--metric", "cosine", "-k", "4"],
    ["deskew,gradient=dirs=8:grid=7,nda=24", "-k", "5", "--weights", "distance"],
    ["slant,blur=1,hog+zoning+profiles,pca=20", "--weights", "rank"],
    ["center,pixels,standard", "--weights", "classmean"],
    ["pixels", "--metric", "chi2"],
    ["deskew,gradient,nda=16", "--dtype", "i8", "-k", "5", "--weights", "distance",
     "--gate", "7", "--rerank", "ridge", "--calibrate", "3"],
)


def instruction_sets(t):
    """Those that this machine has; the first is the one chosen without being told."""
    names = [t.good("--version").split("(")[-1].strip(" )\n")]
    for name in ("ref", "sse41", "avx2", "avx512", "neon"):
        done = t.run("data", "info", "pen[0:2]", environment={"NUMERAL_CPU": name})
        if name not in names and done.returncode == 0:
            names.append(name)
    t.check("ref" in names, f"no reference among {names}")
    return names


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def answers(t, model, data, *options, cpu=None):
    """What predict and neighbours give, as one digest."""
    environment = {"NUMERAL_CPU": cpu} if cpu else {}
    text = t.good("predict", model, data, "--json", "-", *options, environment=environment)
    t.good("neighbours", model, data, "-k", "9", "-q", "-o", "n.npz", *options,
           environment=environment)
    return hashlib.sha256(text.encode()).hexdigest(), digest(t.path("n.npz"))


def check_recipe(t, recipe, train, test, sets, threads):
    name = " ".join(recipe)
    models = []
    for n in threads:
        path = f"t{n}.model"
        t.good("train", train, "--recipe", *recipe, "--threads", n, "-q", "-o", path)
        models.append(digest(t.path(path)))
    t.check(len(set(models)) == 1, f"{name}: the model depends on --threads")
    model = f"t{threads[0]}.model"
    first = answers(t, model, test, "--threads", threads[0])
    for cpu in sets:
        for n in (threads if cpu == sets[0] else threads[1:3]):
            t.check(answers(t, model, test, "--threads", n, cpu=cpu) == first,
                    f"{name}: other answers with {cpu} and {n} threads")
    whole = t.good("predict", model, test + "[0:12]", "--json", "-")
    single = "".join(t.good("predict", model, f"{test}[{i}:{i + 1}]", "--json", "-")
                     for i in range(12))
    t.check(whole == single, f"{name}: one digit at a time gives other answers")
    return model, first


def check_indexes(t, model, test, first):
    """Every index that is exact gives the same answers as the fitted one."""
    for index in ("brute", "brute=rows", "exact", "auto"):
        t.check(answers(t, model, test, "--index", index) == first,
                f"--index {index} gives other answers")


def check_mnist(t, sets):
    folder = os.environ.get("NUMERAL_DATA")
    t.environment["NUMERAL_DATA"] = folder or ""
    if not folder or t.run("data", "info", "mnist:test[0:1]", "--offline").returncode != 0:
        print("MNIST is not in $NUMERAL_DATA: left out")
        return
    t.good("data", "convert", "mnist:test[0:500]", "-o", "mnist.npz")
    model, first = check_recipe(t, ["pixels"], "mnist:train", "mnist.npz", sets, (2, 1, 3))
    check_indexes(t, model, "mnist.npz", first)


def run(t):
    sets = instruction_sets(t)
    print("instruction sets:", " ".join(sets))
    t.good("data", "convert", "pen:test[0:60]", "-o", "pen.npz")
    for recipe in RECIPES:
        check_recipe(t, recipe, "pen:train[0:1200]", "pen.npz", sets, THREADS)
    t.good("train", "pen:train[0:1500]", "-q", "-o", "pixels.model")
    check_indexes(t, "pixels.model", "pen.npz", answers(t, "pixels.model", "pen.npz"))
    check_mnist(t, sets)


if __name__ == "__main__":
    harness.main(run)
