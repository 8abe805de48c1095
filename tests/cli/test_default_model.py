#!/usr/bin/env python3
"""No MODEL at hand: the default one is trained at its first use, kept, and made anew when
its recipe or the library's fitting changes. It is trained on MNIST alone, whose files are known by their digests: where
they are not at hand, and without NUMERAL_THOROUGH (./check --all), only refusals are looked at.

usage: test_default_model.py NUMERAL
"""
import os
import re
import subprocess

import harness

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/model/fit.c"),
          encoding="utf-8") as source:
    FITTING = int(re.search(r"FITTING_VERSION = (\d+)", source.read()).group(1))
NAME, OLDER = f"accurate-{FITTING}.model", f"accurate-{FITTING - 1}.model"


def check_first_use(t, where):
    done = t.run("predict", "one.pgm", environment=where)
    t.check(done.returncode == 0 and done.stdout.endswith("\tone.pgm\n"),
            f"the first use: {done.stdout!r} {done.stderr!r}")
    folder = t.path("cache/numeral/models")
    path = os.path.join(folder, NAME)
    t.check(path in done.stderr and done.stderr.count("\n") == 1 and os.path.exists(path),
            f"the first use tells where it lies: {done.stderr!r}")
    t.check(os.listdir(folder) == [NAME], "one file, no half one")
    made = os.stat(path).st_mtime_ns
    for arguments in (("predict", "one.pgm", "one.pgm"), ("read", "one.pgm"),
                      ("why", "one.pgm"), ("doctor", "one.pgm")):
        t.good(*arguments, environment=where)
    t.check(t.good("predict", "-", stdin=open(t.path("one.pgm"), "rb").read(),
                   environment=where) == done.stdout.replace("one.pgm", "standard input"),
            "the default model and standard input")
    t.check(t.good("predict", path, "one.pgm") == done.stdout, "the kept model reads the same")
    t.check(os.stat(path).st_mtime_ns == made, "a kept model was made again")
    return path


def check_made_again(t, where, path):
    """Another recipe, and bytes that are no model, are replaced."""
    t.good("train", "pen:train[0:100]", "--preset", "pixels", "-q", "-o", path)
    t.write(os.path.relpath(path, t.path(".")).replace(NAME, OLDER), "")
    done = t.run("predict", "one.pgm", environment=where)
    t.check(done.returncode == 0 and "is trained once" in done.stderr, "another recipe stays")
    t.check(os.listdir(os.path.dirname(path)) == [NAME], "a model of older fitting is left")


def check_at_once(t, where, path):
    """Two at once that find bytes which are no model."""
    with open(path, "wb") as file:
        file.write(b"nonsense")
    both = [subprocess.Popen([t.numeral, "predict", "one.pgm", "-q", "--json", f"{i}.json"],
                             cwd=t.folder, env={**t.environment, **where}) for i in range(2)]
    t.check([process.wait(300) for process in both] == [0, 0], "two first uses at once")
    t.check(os.listdir(os.path.dirname(path)) == [NAME], "they leave one file")
    t.check(os.path.getsize(path) > 10000, "a damaged one stays")
    with open(t.path("0.json"), "rb") as one, open(t.path("1.json"), "rb") as other:
        t.check(one.read() == other.read(), "they answer the same")


def check_refusals(t, where):
    t.bad("nosuch.model: cannot open", "predict", "nosuch.model", "one.pgm", environment=where)
    t.bad("nosuch.safetensors: cannot open", "read", "nosuch.safetensors", "one.pgm",
          environment=where)
    t.bad("nosuch.model: cannot open", "predict", "nosuch.model", "--files-from", "list",
          environment=where)
    t.bad("predict needs [MODEL] INPUT", "predict", status=2)
    t.bad("why needs [MODEL] INPUT", "why", "keep.model", status=2)
    t.bad("MODEL comes first, 'keep.model' before 'one.pgm'", "predict", "one.pgm",
          "keep.model", status=2)
    t.bad("doctor: MODEL comes first", "doctor", "two.pgm", "one.pgm", environment=where)
    done = t.bad("the default one is trained on mnist: not in", "predict",
                 "one.pgm", environment={"XDG_CACHE_HOME": t.path("empty")})
    t.check("no MODEL is given" in done.stderr and "NUMERAL_DATA" in done.stderr,
            f"no word of what to do: {done.stderr!r}")


def check_fitting(t):
    """Without data, what is kept reads; what an older fitting made does not. A file of the
    set's name stands in for it."""
    where = {"XDG_CACHE_HOME": t.path("few"), "NUMERAL_DATA": t.path("none")}
    folder = t.path("few/numeral/models")
    os.makedirs(folder)
    t.good("data", "convert", "pen:train[0:60]", "-o", "few.npz")
    os.rename(t.path("few.npz"), t.path("mnist:train"))
    t.good("train", "mnist:train", "-q", "-o", os.path.join(folder, NAME))
    os.unlink(t.path("mnist:train"))
    t.good("predict", "one.pgm", environment=where)
    os.rename(os.path.join(folder, NAME), os.path.join(folder, OLDER))
    t.bad("no MODEL is given", "predict", "one.pgm", environment=where)


def check_no_cache(t, where):
    t.write("file", "")
    done = t.run("predict", "one.pgm", environment={**where, "XDG_CACHE_HOME": t.path("file")})
    t.check(done.returncode == 0 and "cannot be kept" in done.stderr,
            f"a cache that cannot be written: {done.stderr!r}")


def main(t):
    where = {"NUMERAL_DATA": os.path.abspath(os.environ.get("NUMERAL_DATA", t.path("none")))}
    pixels = bytes(255 if abs(x - 14) > 1 or not 4 < y < 24 else 0
                   for y in range(28) for x in range(28))
    t.write("one.pgm", b"P5 28 28 255\n" + pixels)
    t.good("train", "pen:train[0:100]", "--preset", "pixels", "-q", "-o", "keep.model")
    check_refusals(t, where)
    check_fitting(t)
    here = t.run("data", "info", "mnist:test[0:1]", environment=where).returncode == 0
    if here and os.environ.get("NUMERAL_THOROUGH"):
        path = check_first_use(t, where)
        check_made_again(t, where, path)
        check_at_once(t, where, path)
        check_no_cache(t, where)


if __name__ == "__main__":
    harness.main(main)
