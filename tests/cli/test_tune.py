#!/usr/bin/env python3
"""numeral tune and the curves of numeral plot: figures, tables, files, wrong usage.

usage: test_tune.py NUMERAL
"""
import os

import harness

RESULT = {"recipe": str, "metric": str, "k": int, "weights": str, "ties": str,
          "voters": int, "errors": int, "accuracy": harness.NUMBER, "wilson95": list,
          "standard_error": harness.NUMBER, "only_best": int, "only_this": int,
          "as_good": bool}
VOTES = {"uniform", "distance", "rank", "gaussian", "classmean"}


def without_times(out):
    return {key: value for key, value in out.items() if key != "seconds"}


def check_json(t):
    out = t.json("tune", "hard.csv", "--preset", "pixels")
    t.fields(out, {"data": str, "method": str, "n": int, "folds": int, "seed": int,
                   "results": list}, "tune")
    t.check(out["method"] == "leave-one-out" and out["folds"] == 0 and out["n"] == 300,
            f"tune: {out['method']}, {out['n']}")
    results = out["results"]
    for one in results:
        t.fields(one, RESULT, "tune results")
        t.check(abs(one["accuracy"] - (300 - one["errors"]) / 300) < 1e-12, "tune accuracy")
    t.check({(r["k"], r["weights"]) for r in results} ==
            {(k, w) for k in range(1, 21) for w in VOTES}, "tune: not every k and weights")
    t.check([r["errors"] for r in results] == sorted(r["errors"] for r in results),
            "tune: not best first")
    t.check(results[0]["errors"] > 0 and results[0]["as_good"] and
            results[0]["only_best"] == results[0]["only_this"] == 0, "tune: the best")
    t.check(all(r["only_best"] - r["only_this"] == r["errors"] - results[0]["errors"]
                for r in results), "tune: the comparison does not give the errors")
    for how in (("--threads", 1), ("--threads", 3)):
        again = t.json("tune", "hard.csv", "--preset", "pixels", *how)
        t.check(without_times(again) == without_times(out), f"tune {how} differs")
    reference = t.json("tune", "hard.csv", "--preset", "pixels",
                       environment={"NUMERAL_CPU": "ref"})
    t.check(without_times(reference) == without_times(out), "tune differs without SIMD")


def check_naive(t):
    """Leave-one-out against the command itself: train on the rest, predict the one."""
    with open(t.path("hard.csv"), encoding="utf-8") as file:
        head, *rows = file.read().splitlines()
    rows = rows[:30]
    t.write("few.csv", "\n".join([head] + rows))
    out = t.json("tune", "few.csv", "--recipe", "deskew,pixels", "-k", "2,5", "--weights",
                 "distance", "--ties", "smallest")
    for one in out["results"]:
        errors = 0
        for i, row in enumerate(rows):
            t.write("rest.csv", "\n".join([head] + rows[:i] + rows[i + 1:]))
            t.write("one.csv", "\n".join([head, row]))
            t.good("train", "rest.csv", "--recipe", one["recipe"], "-q", "-o", "rest.model")
            errors += t.json("eval", "rest.model", "one.csv", "-q")["errors"]
        t.check(one["errors"] == errors,
                f"tune {one['recipe']}: {one['errors']} errors, one by one {errors}")


def check_method(t):
    text = t.good("tune", "hard.csv", "--recipe", "pixels,lda", "-k", "1,3")
    t.check("6-fold cross-validation, stratified, every stage fitted anew" in text and
            "lda learns" in text, f"tune: the method of lda: {text!r}")
    text = t.good("tune", "hard.csv", "--recipe", "pixels", "-k", "1,3", "--folds", "4")
    t.check("4-fold" in text and "learns" not in text, f"tune --folds: {text!r}")
    text = t.good("tune", "hard.csv", "--recipe", "pixels", "-k", "1,3", "--loo")
    t.check("leave-one-out: each digit is read by all others" in text, f"--loo: {text!r}")
    out = t.json("tune", "hard.csv", "--recipe", "pixels", "-k", "3", "--weights", "rank",
                 "--fold-order", "file", "--folds", "3")
    t.check(out["fold_order"] == "file" and len(out["results"]) == 1, "--fold-order file")
    errors = 0
    for fold in range(3):
        t.good("data", "convert", f"hard.csv[{100 * fold}:{100 * fold + 100}]", "-o",
               f"fold{fold}.csv")
    texts = [open(t.path(f"fold{fold}.csv")).read().splitlines() for fold in range(3)]
    for fold in range(3):
        t.write("rest.csv", "\n".join([texts[0][0]] + [line for other in range(3)
                                                       if other != fold
                                                       for line in texts[other][1:]]))
        t.good("train", "rest.csv", "--recipe", "pixels --weights rank", "-q", "-o",
               "rest.model")
        errors += t.json("eval", "rest.model", f"fold{fold}.csv", "-q")["errors"]
    t.check(out["results"][0]["errors"] == errors,
            f"tune by slices: {out['results'][0]['errors']} errors, by hand {errors}")


def check_table(t):
    text = t.good("tune", "hard.csv", "--recipe", "pixels", "--recipe",
                  "deskew,pixels,pca=30", "--metric", "l1,correlation", "--ties",
                  "nearest,smallest", "-k", "1..4,7", "--weights", "all", "--top", 7)
    lines = text.splitlines()
    t.check(max(map(len, lines)) <= 80, f"tune: {max(map(len, lines))} columns")
    t.check(not [line for line in lines if line != line.rstrip()], "tune: blanks at the end")
    t.check(sum(line.startswith("* ") for line in lines) == 2 and
            "recipe 2   deskew,pixels,pca=30" in text and "more in --json" in text,
            f"tune: the table: {text!r}")
    rows = [line for line in lines if " %  " in line]
    t.check(len(rows) == 7, f"tune --top 7: {len(rows)} rows")
    text = t.good("tune", "hard.csv", "--preset", "pixels", "--weights", "classmean")
    t.check("1..20" in text and len([x for x in text.splitlines() if " %  " in x]) == 1,
            f"tune: classmean is not one row: {text!r}")
    t.check(t.good("tune", "hard.csv", "--preset", "pixels", "-q") == "", "tune -q prints")


def check_files(t):
    text = t.good("tune", "hard.csv", "--recipe", "pixels", "-k", "1..9", "-o",
                  "best.model", "--plot", "k.svg", "--learning-curve", "--json", "tune.json")
    for name in ("best.model", "k.svg", "tune.json"):
        t.check(os.path.getsize(t.path(name)) > 1000, f"tune: {name}")
    t.check("learning curve of pixels" in text and "\n         250 " in text,
            f"tune --learning-curve: {text!r}")
    out = t.json("tune", "hard.csv", "--recipe", "pixels", "-k", "1..9", "--learning-curve")
    best = out["results"][0]["recipe"]
    t.check(t.json("eval", "best.model", "hard.csv")["recipe"] == best,
            "tune -o: not the best recipe")
    curve = out["learning_curve"]
    t.check(curve["recipe"] == best and [p["n_train"] for p in curve["points"]] ==
            [15, 31, 62, 125, 250] and all(p["n"] == 300 for p in curve["points"]),
            f"tune --learning-curve: {curve}")
    t.check(curve["points"][0]["errors"] > curve["points"][-1]["errors"], "no learning")
    t.good("plot", "k-curve", "hard.csv", "-k", "1..5", "-o", "ks.png")
    t.good("plot", "k-curve", "hard.csv", "--recipe", "deskew,pixels", "--recipe", "pixels",
           "--weights", "uniform,rank", "-o", "ks.pdf")
    t.good("plot", "learning-curve", "hard.csv", "--recipe", "pixels,lda", "--preset",
           "pixels", "-k", 1, "--folds", 3, "-o", "sizes.svg")
    for name in ("ks.png", "ks.pdf", "sizes.svg"):
        t.check(os.path.getsize(t.path(name)) > 1000, f"plot: {name}")


def check_wrong_usage(t):
    for words, *options in (
            ("-k 0: expected whole numbers", "-k", "0"),
            ("-k 5..3: expected", "-k", "5..3"),
            ("-k 1,: expected", "-k", "1,"),
            ("-k 1;3: expected", "-k", "1;3"),
            ("-k 1..20000: expected", "-k", "1..20000"),
            ("-k needs a value", "-k", ""),
            ("did you mean 'distance'?", "--weights", "uniform,distnace"),
            ("did you mean 'l2'?", "--metric", "l1,l22"),
            ("expected one of nearest, smallest", "--ties", "nearest,"),
            ("did you mean 'pixels'?", "--recipe", "pixels", "--recipe", "pixles"),
            ("did you mean 'fast'?", "--preset", "fsat"),
            ("--folds and --loo exclude each other", "--folds", "3", "--loo"),
            ("--folds 1: expected", "--folds", "1"),
            ("--fold-order random: expected stratified or file", "--fold-order", "random"),
            ("--loo: lda learns from labels", "--recipe", "pixels,lda", "--loo"),
            ("--loo: nda learns from labels", "--preset", "fast", "--loo"),
            ("--loo: --combine sum learns from labels", "--recipe",
             "pixels --rerank ridge --combine sum", "--loo"),
            ("--top 0: expected", "--top", "0"),
            (".png, .svg or .pdf", "--plot", "k.gif"),
            ("tune writes a model there, no picture; that is --plot", "-o", "k.png")):
        t.bad(words, "tune", "hard.csv", *options, status=2)
    t.bad("tune needs DATA", "tune", status=2)
    t.bad("-k 300: hard.csv leaves only 299 digits", "tune", "hard.csv", "--preset",
          "pixels", "-k", "300")
    t.bad("300 digits do not fill 301 folds", "tune", "hard.csv", "--folds", "301")
    t.bad("nosuch.csv", "tune", "nosuch.csv")
    t.good("data", "convert", "hard.csv[0:1]", "-o", "one.csv")
    t.bad("1 digits, a study needs at least 2", "tune", "one.csv", "--preset", "pixels")
    for option, name in (("--plot", "k.svg"), ("-o", "m"), ("--json", "j")):
        t.bad(f"nowhere/{name}: cannot create", "tune", "hard.csv", "--preset", "pixels",
              "-q", option, f"nowhere/{name}")
    t.bad("plot k-curve needs DATA alone", "plot", "k-curve", "a", "b", "-o", "k.png",
          status=2)
    t.bad("-k x: expected", "plot", "k-curve", "hard.csv", "-k", "x", "-o", "k.png", status=2)
    t.bad("-k 1..3: expected a whole number", "plot", "learning-curve", "hard.csv", "-k",
          "1..3", "-o", "k.png", status=2)


def run(t):
    # pen digits of which every seventh has another label, so that there are errors
    t.good("data", "convert", "pen:train[0:300]", "-o", "pen.csv")
    with open(t.path("pen.csv"), encoding="utf-8") as file:
        head, *rows = file.read().splitlines()
    for i in range(0, 300, 7):
        rows[i] = str((int(rows[i][0]) + 1 + i % 4) % 10) + rows[i][1:]
    t.write("hard.csv", "\n".join([head] + rows))
    for part in (check_json, check_naive, check_method, check_table, check_files,
                 check_wrong_usage):
        part(t)


if __name__ == "__main__":
    harness.main(run)
