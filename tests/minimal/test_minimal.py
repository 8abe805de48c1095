#!/usr/bin/env python3
"""Builds numeral with -Dminimal=true, and lets it read what the full build wrote.

usage: test_minimal.py NUMERAL SOURCE_ROOT BUILD_ROOT

The answers must be the same bytes. What the build left out must be said in one sentence.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness  # noqa: E402
import minimal_build  # noqa: E402

RECIPES = (["pixels", "--index", "brute"], ["pixels", "--index", "exact"],
           ["deskew,gradient=dirs=8:grid=7,nda=24", "-k", "5", "--weights", "distance"],
           ["pixels,unit,pca=20", "--weights", "gaussian"])
GONE = ("curl", "crypto", "zip", "lept", "jpeg", "chafa", "cairo", "pango", "openblas",
        "lapack", "gomp")


def check_libraries(t, minimal):
    text = subprocess.run(["ldd", minimal], capture_output=True, text=True,
                          check=False).stdout
    for name in GONE:
        t.check(f"lib{name}" not in text, f"the minimal build is linked to lib{name}")


def check_answers(t, small):
    t.good("data", "convert", "pen:test[0:60]", "-o", "test.csv")
    for recipe in RECIPES:
        t.good("train", "pen:train[0:400]", "--recipe", *recipe, "-q", "-o", "m.model")
        full = t.good("predict", "m.model", "test.csv", "--json", "-")
        small.folder = t.folder
        t.check(small.good("predict", "m.model", "test.csv", "--json", "-") == full,
                f"{' '.join(recipe)}: other answers from the minimal build")
        small.good("eval", "m.model", "pen:test[0:60]")
    t.good("train", "pen:train[0:400]", "--preset", "pixels", "-q", "-o", "full.model")
    small.good("train", "pen:train[0:400]", "--preset", "pixels", "--index", "brute", "-q", "-o", "own.model")
    t.good("train", "pen:train[0:400]", "--preset", "pixels", "--index", "brute", "-q", "-o", "full.model")
    t.check(open(t.path("own.model"), "rb").read() == open(t.path("full.model"), "rb").read(),
            "the minimal build fits another model")
    # without LAPACK a fit may differ in the last bits; it is read alike by both builds
    small.good("train", "pen:train[0:400]", "--recipe", "deskew,gradient,nda=8", "-q", "-o",
               "own.model")
    t.check(small.good("predict", "own.model", "test.csv", "--json", "-") ==
            t.good("predict", "own.model", "test.csv", "--json", "-"),
            "other answers from the minimal build's own nda")
    small.bad("", "show", "pen[0:3]", "-o", "x.png")
    small.good("show", "pen[0:3]")
    small.bad("libzip", "data", "convert", "pen[0:3]", "-o", "x.npz")
    small.bad("fetch", "data", "fetch", "mnist")


def run(t):
    # meson points here to the full build's library; each program knows its own
    os.environ.pop("LD_LIBRARY_PATH", None)
    folder, problem = minimal_build.make(*map(os.path.abspath, sys.argv[2:4]))
    if t.check(problem is None, problem):
        minimal = os.path.join(folder, "numeral")
        check_libraries(t, minimal)
        small = harness.Tester(minimal)
        os.rmdir(small.folder)
        check_answers(t, small)
        t.passed += small.passed
        t.failed += small.failed


if __name__ == "__main__":
    harness.main(run)
