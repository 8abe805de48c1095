#!/usr/bin/env python3
"""Little memory and few threads: an answer, or one sentence; and nothing heavy is loaded
before it is needed.

usage: test_scarce.py NUMERAL LATE (yes: heavy libraries are loaded late)
"""
import resource
import subprocess
import sys

import harness

HEAVY = ("openblas", "lapack", "cairo", "pango", "glib", "chafa", "curl", "lept", "gfortran")


def addresses(mib):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))


def check_libraries(t):
    done = subprocess.run(["ldd", t.numeral], capture_output=True, text=True, check=False)
    names = [line.split()[0] for line in done.stdout.splitlines()]
    t.check(not any(heavy in name for heavy in HEAVY for name in names),
            f"loaded at the start: {' '.join(names)}")
    print(f"numeral --version loads {len(names)} objects")


def check_memory(t, late):
    if late:
        t.check("numeral" in t.good("--version", before=addresses(175)), "no version")
        t.good("list", "metric", before=addresses(175))
        t.bad("out of memory: libopenblas.so.0 is not loaded with less than", "train",
              "pen:train[0:200]", "--recipe", "pixels,pca=8", "-o", "p.model", "--threads", "1",
              before=addresses(400))
        t.bad("out of memory: libpangocairo-1.0.so.0 is not loaded with less than", "show",
              "digits.npz", "-o", "digits.png", before=addresses(180))
    t.good("predict", "m.model", "digits.npz", "--threads", "1", "-q", "--json", "/dev/null",
           before=addresses(400))


def check_named(t):
    """A set that lies here and cannot be read is not looked for elsewhere."""
    size = 60000 * 784
    t.write("data/train-images-idx3-ubyte", harness.idx(8, (60000, 28, 28), bytes(size)))
    t.write("data/train-labels-idx1-ubyte", harness.idx(8, (60000,), bytes(60000)))
    for name in ("mnist",):
        done = t.run("data", "info", f"{name}:train", before=addresses(46),
                     environment={"NUMERAL_DATA": t.path("data")})
        t.check(done.returncode == 1 and "train-images-idx3-ubyte: out of memory" in
                done.stderr, f"{name} with little memory: {done.stderr!r}")


def check_threads(t):
    """64 threads have stacks of 512 MiB together; those that there are do the work."""
    few = t.run("predict", "m.model", "digits.npz", "--threads", "64", before=addresses(400))
    many = t.run("predict", "m.model", "digits.npz", "--threads", "2")
    t.check(few.returncode == 0 and few.stdout == many.stdout and few.stderr == "",
            f"few threads: status {few.returncode}, {few.stderr!r}")


def main(t):
    t.good("train", "pen:train[0:300]", "--preset", "pixels", "-o", "m.model", "-q")
    t.good("data", "convert", "pen:test[0:600]", "-o", "digits.npz", "-q")
    late = sys.argv[2:] == ["yes"]
    if late:
        check_libraries(t)
    check_memory(t, late)
    check_threads(t)
    if late:
        check_named(t)


if __name__ == "__main__":
    harness.main(main)
