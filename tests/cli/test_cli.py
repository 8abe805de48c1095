#!/usr/bin/env python3
"""Every command, what it prints, its JSON and its files.

usage: test_cli.py NUMERAL

The data are those of the built-in generator, so nothing is needed but the command.
"""
import gzip
import json
import os
import struct
import zipfile
import zlib

import harness

COMMANDS = ("demo data train eval predict neighbours why doctor tune show plot audit "
            "condense list bench").split()
TABLES = ("transform feature projection metric index rerank vote format chart "
          "preset").split()
AVERAGE = {"precision": float, "recall": float, "f1": float}


def load_npz(path):
    """Arrays of little-endian numbers: {name: (dtype, shape, values)}."""
    out = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            length = struct.unpack("<H", content[8:10])[0]
            head = eval(content[10:10 + length].decode(), {"__builtins__": {}})
            letter = {"<i8": "q", "<f8": "d", "|u1": "B"}[head["descr"]]
            out[name[:-4]] = (head["descr"], head["shape"],
                              [v for v, in struct.iter_unpack("<" + letter,
                                                              content[10 + length:])])
    return out


def check_help(t):
    overview = t.good("--help")
    for command in COMMANDS:
        t.check(f"  {command}" in overview, f"--help does not name {command}")
        text = t.good(command, "--help")
        t.check(text.startswith(f"Usage: numeral {command}"), f"{command} --help: {text[:80]!r}")
        for option in ("--threads", "--seed", "--quiet", "--help"):
            t.check(option in text, f"{command} --help does not name {option}")
        t.check(("--json" in text) == (command not in ("show", "plot")), f"{command}: --json")
        t.check(text == t.good("help", command), f"help {command} is not {command} --help")
        t.check(text == t.good(command, "-h"), f"{command} -h is not --help")
        wide = [line for line in text.splitlines() if len(line) > 80]
        t.check(not wide, f"{command} --help has a wide line: {wide[:1]}")
    t.check(t.good("help") == overview, "help is not --help")
    done = t.run()
    t.check(done.returncode == 2 and done.stdout == overview, "numeral alone is not --help")
    version = t.good("--version").split()
    t.check(version[0] == "numeral" and version[1].count(".") == 2, f"--version: {version}")


def check_data(t):
    sets = {s["name"]: s for s in t.json("data", "list")}
    for name, built_in in (("mnist", False), ("fashion-mnist", False), ("pen", True)):
        t.fields(sets.get(name, {}), {"name": str, "help": str, "built_in": bool}, "data list")
        t.check(sets.get(name, {}).get("built_in") is built_in, f"data list: {name}")
    t.check("pen" in t.good("data", "list"), "data list: no pen")
    info = t.json("data", "info", "pen:train[0:200]")
    t.fields(info, {"data": str, "n": int, "height": int, "width": int, "framed": bool,
                    "rescaled": int, "lowest": int, "highest": int, "mean": float,
                    "zero_share": float, "doubles": int, "labels": list}, "data info")
    t.check((info["n"], info["height"], info["width"]) == (200, 28, 28), f"info: {info}")
    t.check(sum(label["n"] for label in info["labels"]) == 200, "info: counts of labels")
    text = t.good("data", "info", "pen:train[0:200]")
    t.check("200 of 28 x 28" in text and "labels   10" in text, f"data info: {text[:200]!r}")
    t.good("data", "synth", "-n", 60, "--seed", 4, "-o", "synth.npz")
    t.good("data", "synth", "-n", 60, "--seed", 4, "-o", "again.npz")
    t.good("data", "synth", "-n", 60, "--seed", 5, "-o", "other.npz")
    files = [open(t.path(f), "rb").read() for f in ("synth.npz", "again.npz", "other.npz")]
    t.check(files[0] == files[1], "synth: the same seed gives other bytes")
    t.check(files[0] != files[2], "synth: another seed gives the same bytes")
    t.good("data", "fetch", "pen")


def check_conversion(t):
    """Every format and back: the same digits, so the same CSV."""
    t.good("data", "convert", "pen:test[0:40]", "-o", "first.csv")
    first = open(t.path("first.csv"), "rb").read()
    t.check(first.count(b"\n") == 41 and first.startswith(b"label,pixel0,"), "convert: CSV")
    for name in ("c.npz", "c.csv.gz", "c.idx", "c-images-idx3-ubyte.gz", "folder/"):
        t.good("data", "convert", "first.csv", "-o", name)
        if name != "folder/":
            t.good("data", "convert", name, "-o", "back.csv")
            t.check(open(t.path("back.csv"), "rb").read() == first, f"convert: {name} and back")
    t.check(gzip.open(t.path("c.csv.gz")).read() == first, "convert: c.csv.gz is no gzip")
    folders = sorted(os.listdir(t.path("folder")))
    t.check(folders == [str(d) for d in range(10)], f"convert: folders {folders}")
    t.check(t.json("data", "info", "folder")["n"] == 40, "convert: images in the folder")
    arrays = load_npz(t.path("c.npz"))
    t.check(any(a[1] == (40, 28, 28) and a[0] == "|u1" for a in arrays.values()),
            f"convert: arrays {[(n, a[:2]) for n, a in arrays.items()]}")
    t.good("data", "split", "first.csv", "--holdout", "0.25", "--seed", 3, "-o", "splits")
    sizes = [t.json("data", "info", f"splits:{split}")["n"] for split in ("train", "test")]
    t.check(sum(sizes) == 40 and 5 <= sizes[1] <= 15, f"split: {sizes} digits")
    t.good("data", "split", "first.csv", "--holdout", "0.25", "--format", "npz", "-o", "splits2")
    t.check(sorted(os.listdir(t.path("splits2"))) == ["test.npz", "train.npz"], "split: npz")


def check_slices(t):
    """NumPy's slices, against Python's own."""
    rows = list(range(50))
    for text in ("[0:5]", "[:7]", "[45:]", "[-3:]", "[::10]", "[5:40:7]", "[3]", "[-1]",
                 "[40:60]", "[::-1]"):
        wanted = eval(f"rows{text}", {"rows": rows})
        wanted = wanted if isinstance(wanted, list) else [wanted]
        out = t.good("predict", "m.model", "pen50.npz" + text)
        t.check([int(line.split("[")[-1].split("]")[0]) for line in out.splitlines()] == wanted,
                f"slice {text}: {out.splitlines()[:3]}")
    t.check(t.good("predict", "m.model", "pen50.npz@2..5") ==
            t.good("predict", "m.model", "pen50.npz[2:5]"), "slice @2..5")
    t.write("odd[0:2].csv", open(t.path("first.csv"), "rb").read())
    t.check(t.json("data", "info", "odd[0:2].csv")["n"] == 40,
            "a path with a slice in its name is a path")


def check_training(t):
    text = t.good("train", "pen:train[0:2000]", "--preset", "pixels", "-o", "m.model")
    for word in ("recipe   pixels", "2,000 digits of 28 x 28, 10 labels", "model    m.model"):
        t.check(word in text, f"train does not print {word!r}: {text!r}")
    t.check(t.good("train", "pen:train[0:300]", "--preset", "pixels", "-q", "-o", "quiet.model") == "",
            "train --quiet prints")
    t.good("train", "pen:train[0:600]", "--recipe", "deskew,gradient=dirs=8:grid=7,nda=24",
           "-k", 5, "--weights", "distance", "-o", "nda.model")
    held = t.json("train", "pen:train[0:500]", "--holdout", "0.2", "--seed", 9, "-o",
                  "held.model")
    t.check(90 <= held.get("n") <= 110, f"train --holdout: {held.get('n')} held out of 500")
    again = t.json("eval", "held.model", "pen:train[0:500]", "--holdout", "0.2", "--seed", 9)
    t.check(again.get("errors") == held.get("errors") and
            again.get("confusion") == held.get("confusion"),
            "eval --holdout scores other digits than train --holdout kept out")
    t.check("recipe" in t.good("train", "pen:train[0:100]", "--preset", "pixels", "-k", "1",
                               "-o", "k1.model"), "train --preset")
    header = open(t.path("m.model"), "rb").read(4096)
    size = struct.unpack("<Q", header[:8])[0]
    whole = open(t.path("m.model"), "rb").read(8 + size)
    meta = json.loads(whole[8:])
    t.check(meta["__metadata__"]["recipe"] == "pixels", f"model header: {meta['__metadata__']}")
    for name, tensor in meta.items():
        t.check(name.startswith(("__", "pad.")) or (8 + size + tensor["data_offsets"][0]) % 64 == 0,
                f"tensor {name} does not start on 64 bytes")


def check_several_sets(t):
    """train DATA...: the sets in their order, labels by their names."""
    t.good("data", "convert", "pen:train[0:400]", "-o", "both.csv")
    t.good("data", "convert", "pen:train[0:150]", "-o", "one.csv")
    t.good("data", "convert", "pen:train[150:400]", "-o", "two.npz")
    t.good("train", "both.csv", "--preset", "pixels", "-o", "both.model")
    text = t.good("train", "one.csv", "two.npz", "--preset", "pixels", "-o", "joined.model")
    t.check("data     one.csv + two.npz: 400 digits of 28 x 28, 10 labels" in text,
            f"train of two sets: {text[:120]!r}")
    t.check(t.good("predict", "both.model", "pen:test[0:60]") ==
            t.good("predict", "joined.model", "pen:test[0:60]"),
            "train of two sets reads otherwise than train of both in one")
    out = t.json("eval", "joined.model", "pen:test[0:60]")
    t.check(out["trained_on"] == "one.csv + two.npz", f"trained_on: {out['trained_on']}")
    t.good("train", "one.csv", "two.npz", "--preset", "pixels", "-q", "-o", "m2.model",
           "--holdout", "0.25")
    t.write("small.csv", "1,2,3,4,5\n")
    t.bad("small.csv: its images are 2 × 2, but those of one.csv are 28 × 28", "train",
          "one.csv", "small.csv", "--preset", "pixels", "-o", "x.model")
    t.bad("nosuch.csv", "train", "one.csv", "nosuch.csv", "-o", "x.model")


def check_more_scores(t, out):
    """Agreement, confusions and calibration, from the figures that check_evaluation knows."""
    n, rows = out["n"], out["confusion"]
    t.fields(out, {"top2_accuracy": float, "kappa": float, "mcc": float, "confusions": list,
                   "calibration": dict}, "eval")
    chance = sum(sum(row) * sum(other[i] for other in rows) for i, row in enumerate(rows)) / n
    t.check(abs(out["kappa"] - (1 - out["errors"] / (n - chance))) < 1e-12, "eval: kappa")
    t.check(out["accuracy"] <= out["top2_accuracy"] <= 1, "eval: top2_accuracy")
    labels = [one["label"] for one in out["per_class"]]
    cells = {(labels[i], labels[j]): count for i, row in enumerate(rows)
             for j, count in enumerate(row) if i != j and count}
    listed = [(one["label"], one["read_as"], one["n"]) for one in out["confusions"]]
    t.check(len(listed) == min(20, len(cells)) and listed[0][2] == max(cells.values()) and
            all(cells[a, b] == count for a, b, count in listed), f"eval: confusions {listed}")
    calibration = out["calibration"]
    t.fields(calibration, {"ece": float, "brier": float, "bins": list, "fine_bins": list,
                           "rejection": list}, "calibration")
    for name in ("bins", "fine_bins"):
        bins = calibration[name]
        t.check(sum(one["n"] for one in bins) == n and bins[0]["low"] == 0 and
                bins[-1]["high"] == 1, f"eval: {name}")
    ece = sum(one["n"] * abs(one["accuracy"] - one["confidence"])
              for one in calibration["bins"] if one["n"]) / n
    t.check(abs(calibration["ece"] - ece) < 1e-12, "eval: ece")
    first = calibration["rejection"][0]
    t.check((first["below"], first["rejected"], first["errors"]) == (0, 0, out["errors"]),
            f"eval: rejection {first}")


def check_calibration(t):
    """Measured, confidences come true; without, they are shares of the votes."""
    plain = ["train", "pen:train[0:600]", "--recipe", "deskew,pixels", "-k", "5"]
    text = t.good(*plain, "-o", "plain.model")
    t.check("sureness shares of the votes" in text, f"train: {text!r}")
    text = t.good(*plain, "--calibrate", "4", "-o", "sure.model")
    t.check("sureness 4 folds of pen:train[0:600]" in text and "unanimous    z =" in text,
            f"train --calibrate: {text!r}")
    shares = t.json("eval", "plain.model", "pen:test[0:1000]")
    sure = t.json("eval", "sure.model", "pen:test[0:1000]")
    t.check(shares["confusion"] == sure["confusion"], "train --calibrate changes labels")
    t.check(shares["calibration"]["by"] is None and
            sure["calibration"]["by"] == "4 folds of pen:train[0:600]", "calibration: by")
    t.check(sure["calibration"]["ece"] < min(0.03, shares["calibration"]["ece"]),
            f"train --calibrate: ECE {shares['calibration']['ece']} became "
            f"{sure['calibration']['ece']}")
    first = json.loads(t.good("predict", "plain.model", "pen:test[3]", "--json", "-"))
    t.check(first["confidence"] in first["votes"], "a share of the votes is none")
    t.check(t.json("eval", "sure.model", "pen:test[0:100]", "-k", "3")["calibration"]["by"]
            is None, "eval -k 3 keeps a calibration of -k 5")
    t.check("calibrated by 4 folds" in t.good("eval", "sure.model", "pen:test[0:100]"),
            "eval does not tell how confidences were calibrated")


def check_rejection(t):
    out = t.json("eval", "m.model", "pen:test[0:400]", "--reject-below", "0.9")
    one = out.get("rejection", {})
    t.fields(one, {"below": float, "rejected": int, "rejected_share": float, "errors": int,
                   "error_share": float}, "eval --reject-below")
    digits = [json.loads(line) for line in
              t.good("predict", "m.model", "pen:test[0:400]", "--json", "-", "--reject-below",
                     "0.9", "--accept-all").splitlines()]
    refused = [digit["refused"] == "below 0.9" for digit in digits]
    t.check(all(digit["confidence"] >= 0.9 or
                (digit["label"], digit["confidence"]) == (None, 0) and
                digit["nearest"] in range(10) for digit in digits) and
            all(digit["refused"] in (None, "below 0.9") for digit in digits) and
            0 < sum(refused) == one["rejected"] < 400,
            f"predict --reject-below: {sum(refused)}, eval: {one}")
    t.check(one["errors"] <= out["errors"] and
            abs(one["error_share"] - one["errors"] / (400 - one["rejected"])) < 1e-12,
            f"eval --reject-below: {one}")
    text = t.good("predict", "m.model", "pen:test[0:400]", "--reject-below", "0.9",
                  "--accept-all")
    t.check([line.startswith("?\t0.000\t") and line.endswith("\tbelow 0.9")
             for line in text.splitlines()] == refused,
            "predict --reject-below does not mark what it refuses")
    t.check(f"rejected   {sum(refused)} digits" in
            t.good("eval", "m.model", "pen:test[0:400]", "--reject-below", "0.9"),
            "eval --reject-below prints nothing")
    one = json.loads(t.good("predict", "m.model", "pen:test[0]", "--json", "-"))
    t.check(one["refused"] is None and one["label"] in range(10) and "nearest" not in one and
            0 < one["likeness"] <= 1, f"predict: refused without being asked: {one}")


def bars(n):
    """A picture of n upright bars, black on white."""
    side = 60
    rows = [[0 if 10 <= y < 50 and any(8 + 14 * i <= x < 14 + 14 * i for i in range(n))
             else 255 for x in range(side)] for y in range(side)]
    return f"P2 {side} {side} 255\n" + "\n".join(" ".join(map(str, row)) for row in rows)


def check_refusal(t):
    t.write("none.pgm", bars(0))
    t.write("one.pgm", bars(1))
    t.write("three.pgm", bars(3))
    filled = [[0 if 6 <= y < 54 and 6 <= x < 54 else 255 for x in range(60)] for y in range(60)]
    t.write("square.pgm", "P2 60 60 255\n" + "\n".join(" ".join(map(str, r)) for r in filled))
    names = ["none.pgm", "one.pgm", "three.pgm", "square.pgm"]
    out = t.good("predict", "m.model", *names).splitlines()
    for line, name, reason in zip(out, names, ("blank", None, "several digits", "no digit")):
        fields = line.split("\t")
        t.check(fields == ["?", "0.000", name, reason] if reason else
                fields[0] == "1" and fields[2:] == [name], f"predict {name}: {line!r}")
    accepted = t.good("predict", "m.model", "--accept-all", *names).splitlines()
    t.check(len(accepted) == 4 and not any(line.startswith("?") for line in accepted),
            f"predict --accept-all: {accepted}")
    for name in names:
        t.write(f"set/1/{name}", open(t.path(name), "rb").read())
    figures = t.json("eval", "m.model", "set")
    t.check(figures["refused"] == {"blank": 1, "several digits": 1, "no digit": 1} and
            figures["answered"] == 1 and figures["errors_answered"] == 0 and
            figures["n"] == 4 and sum(map(sum, figures["confusion"])) == 4,
            f"eval: {figures['refused']}, {figures['answered']} answered")
    text = t.good("eval", "m.model", "set")
    t.check("refused    3 digits, 75.00 %" in text and "errors among the answered: 0 of 1"
            in " ".join(text.split()), f"eval does not tell what it refuses: {text[:600]}")


def check_comparison(t):
    t.good("train", "pen:train[0:60]", "--preset", "pixels", "-o", "small.model")
    out = t.json("eval", "m.model", "small.model", "pen:test[0:400]")
    one = out.get("compare", {})
    t.fields(one, {"model": str, "recipe": str, "trained_on": str, "errors": int,
                   "both_right": int, "only_first": int, "only_second": int,
                   "both_wrong": int, "test": str, "statistic": float, "p_value": float,
                   "differ": list}, "eval of two models")
    other = t.json("eval", "small.model", "pen:test[0:400]")
    t.check(one["errors"] == other["errors"] == one["only_first"] + one["both_wrong"] and
            out["errors"] == one["only_second"] + one["both_wrong"] and
            one["both_right"] + one["only_first"] + one["only_second"] +
            one["both_wrong"] == 400, f"eval of two models: {one}")
    t.check(one["p_value"] < 0.01, f"eval of two models: 60 digits as good as 2,000: {one}")
    for digit in one["differ"]:
        t.fields(digit, {"input": str, "label": int, "first": int, "first_confidence": float,
                         "second": int, "second_confidence": float}, "differ")
        t.check(digit["first"] != digit["second"], f"eval of two models: {digit}")
    alone = [d for d in one["differ"] if d["label"] in (d["first"], d["second"])]
    t.check(len(alone) == one["only_first"] + one["only_second"], "eval of two models: differ")
    text = t.good("eval", "m.model", "small.model", "pen:test[0:400]")
    wide = [line for line in text.splitlines() if len(line) > 80]
    words = " ".join(text.split())
    t.check("McNemar's test: p =" in words and "the first is better" in words and not wide,
            f"eval of two models: {wide[:1]}")
    same = t.json("eval", "m.model", "m.model", "pen:test[0:400]")["compare"]
    t.check(same["p_value"] == 1 and same["differ"] == [] and same["test"] == "exact binomial",
            f"eval of two models with itself: {same}")


def check_evaluation(t):
    out = t.json("eval", "m.model", "pen:test[0:400]")
    t.fields(out, {"data": str, "recipe": str, "n": int, "errors": int, "accuracy": float,
                   "wilson95": list, "macro": dict, "weighted": dict, "per_class": list,
                   "confusion": list, "seconds": dict, "digits_per_second": float,
                   "threads": int, "model_bytes": int}, "eval")
    t.fields(out["seconds"], {name: float for name in
                              ("features", "search", "rerank", "vote", "total")}, "seconds")
    for name in ("macro", "weighted"):
        t.fields(out[name], AVERAGE, name)
    for one in out["per_class"]:
        t.fields(one, {"label": int, "support": int, **AVERAGE}, "per_class")
    t.check(out["n"] == 400 and out["accuracy"] == 1 - out["errors"] / 400, "eval: accuracy")
    plain = t.good("eval", "m.model", "pen:test[0:400]")
    shown = t.good("eval", "m.model", "pen:test[0:400]", "--show", 2)
    t.check("isread digits" not in plain and shown.count(" -> ") == 1 + min(2, out["errors"]),
            f"eval --show 2: {shown[-600:]!r}")
    t.check(out["wilson95"][0] < out["accuracy"] < out["wilson95"][1], "eval: wilson95")
    rows = out["confusion"]
    t.check(sum(map(sum, rows)) == 400 and
            sum(rows[i][i] for i in range(10)) == 400 - out["errors"], "eval: confusion")
    for i, one in enumerate(out["per_class"]):
        read = sum(row[i] for row in rows)
        t.check(one["support"] == sum(rows[i]), f"eval: support of {one['label']}")
        t.check(abs(one["recall"] - rows[i][i] / sum(rows[i])) < 1e-12, "eval: recall")
        t.check(abs(one["precision"] - (rows[i][i] / read if read else 0)) < 1e-12,
                "eval: precision")
    t.check(out["accuracy"] > 0.7, f"eval: accuracy {out['accuracy']} is poor")
    check_more_scores(t, out)
    text = t.good("eval", "m.model", "pen:test[0:400]")
    wide = [line for line in text.splitlines() if len(line) > 80]
    t.check(not wide, f"eval prints more than 80 columns: {wide[:1]}")
    for word in ("accuracy", "errors", "speed", "label", "precision", "true \\ read"):
        t.check(word in text, f"eval does not print {word!r}")
    t.good("eval", "m.model", "pen:test[0:50]", "--json", "eval.json")
    t.check(json.load(open(t.path("eval.json")))["n"] == 50, "eval --json FILE")
    one = t.json("eval", "m.model", "pen:test[0:400]", "-k", "1", "--weights", "distance",
                 "--index", "brute")
    t.check("-k 1" in one["recipe"] and "brute" in one["recipe"],
            f"eval: the report does not tell what was overridden: {one['recipe']}")


def check_lines(t, text, n, what):
    lines = [json.loads(line) for line in text.splitlines()]
    t.check(len(lines) == n, f"{what}: {len(lines)} lines, expected {n}")
    for one in lines:
        t.fields(one, {"input": str, "label": int, "confidence": float, "votes": list,
                       "neighbours": list}, what)
        t.check(len(one["votes"]) == 10 and abs(sum(one["votes"]) - 1) < 1e-9,
                f"{what}: votes {one['votes']}")
        t.check(0 < one["confidence"] <= 1 and
                one["decided"] in ("unanimous", "vote", "second look"),
                f"{what}: confidence {one['confidence']}, decided by {one['decided']}")
        for neighbour in one["neighbours"]:
            t.fields(neighbour, {"row": int, "label": int, "distance": int}, what)
        ranks = [(x["distance"], x["row"]) for x in one["neighbours"]]
        t.check(ranks == sorted(ranks), f"{what}: neighbours are out of order")
    return lines


def check_prediction(t):
    out = check_lines(t, t.good("predict", "m.model", "pen:test[5:9]", "--json", "-"), 4,
                      "predict")
    t.check([one["input"] for one in out] == [f"pen:test[{i}]" for i in range(5, 9)],
            f"predict: inputs {[one['input'] for one in out]}")
    t.check(len(out[0]["neighbours"]) == 3, "predict: k neighbours")
    more = check_lines(t, t.good("predict", "m.model", "pen:test[5:9]", "-k", 7, "--json",
                                 "-"), 4, "predict -k")
    t.check(len(more[0]["neighbours"]) == 7, "predict -k 7")
    pictures = sorted(os.path.join(folder, name)
                      for folder, _, names in os.walk(t.path("folder")) for name in names)
    whole = t.good("predict", "m.model", "folder", "--accept-all", "--json", "-")
    lines = check_lines(t, whole, 40, "predict FOLDER")
    t.check(sorted(os.path.join(t.folder, one["input"]) for one in lines) == pictures,
            "predict FOLDER: inputs")
    single = t.good("predict", "m.model", *pictures[:3])
    t.check(len(single.splitlines()) == 3 and all(
        len(line.split("\t")) == 3 for line in single.splitlines()), f"predict: {single!r}")
    image = open(pictures[0], "rb").read()
    piped = t.good("predict", "m.model", "-", stdin=image).split("\t")
    t.check(piped[:2] == single.splitlines()[0].split("\t")[:2], "predict -")
    csv = open(t.path("first.csv"), "rb").read()
    t.check(len(t.good("predict", "m.model", "-", stdin=csv).splitlines()) == 40,
            "predict - with CSV")
    listing = "\n".join(pictures[:3]) + "\r\n\n"
    t.check(t.good("predict", "m.model", "--files-from", t.write("list.txt", listing)) ==
            single, "predict --files-from")
    t.check(t.good("predict", "m.model", "--files-from", "-", stdin=listing.encode()) ==
            single, "predict --files-from -")
    t.good("predict", "m.model", "pen:test[5:9]", "--json", "p.jsonl", "-q")
    t.check(open(t.path("p.jsonl")).read() ==
            t.good("predict", "m.model", "pen:test[5:9]", "--json", "-"), "predict --json FILE")
    odd = os.path.join(os.fsencode(t.folder), b"odd-\xff\xc3.png")
    with open(odd, "wb") as file:
        file.write(image)
    done = t.run("predict", "m.model", os.fsdecode(odd), "--json", "-")
    t.check(done.returncode == 0 and "\ufffd" in json.loads(done.stdout)["input"],
            f"predict: a path that is not UTF-8: {done.stderr!r}")


def check_neighbours(t):
    t.good("neighbours", "m.model", "pen:test[0:30]", "-k", 10, "-o", "n.npz")
    arrays = load_npz(t.path("n.npz"))
    for name in ("ids", "distances"):
        t.check(arrays.get(name, ("", ()))[:2] == ("<i8", (30, 10)), f"neighbours: {name}")
    t.good("neighbours", "m.model", "pen:test[0:30]", "-k", 10, "-o", "n.csv")
    lines = open(t.path("n.csv")).read().splitlines()
    t.check(lines[0] == "query,rank,id,distance" and len(lines) == 301, "neighbours: CSV")
    cells = [tuple(map(int, line.split(","))) for line in lines[1:]]
    t.check([c[2] for c in cells] == arrays["ids"][2] and
            [c[3] for c in cells] == arrays["distances"][2], "neighbours: CSV is not NPZ")
    t.good("neighbours", "m.model", "pen:test[0:30]", "-k", 10, "--index", "brute", "-o",
           "brute.npz")
    t.check(load_npz(t.path("brute.npz")) == arrays, "neighbours: brute is not exact")


def check_neighbours_within(t):
    """A radius: the rows that brute force has within it, in every form."""
    t.good("neighbours", "m.model", "pen:test[0:30]", "-k", 40, "-o", "all.npz")
    every = load_npz(t.path("all.npz"))["distances"][2]
    radius = sorted(every)[len(every) // 3]
    arguments = ("neighbours", "m.model", "pen:test[0:30]", "--radius", radius)
    t.good(*arguments, "-o", "r.npz")
    near = load_npz(t.path("r.npz"))
    starts, distances = near["indptr"][2], near["distances"][2]
    t.check(near["indptr"][1] == (31,) and starts[0] == 0 and starts[-1] == len(distances),
            "neighbours --radius: indptr")
    for q in range(30):
        wanted = [d for d in every[40 * q:40 * q + 40] if d <= radius]
        got = distances[starts[q]:starts[q + 1]]
        t.check(got[:len(wanted)] == wanted and (len(got) == len(wanted) or len(wanted) == 40),
                f"neighbours --radius: digit {q}")
    t.good(*arguments, "-o", "r.csv")
    cells = [line.split(",") for line in open(t.path("r.csv")).read().splitlines()[1:]]
    t.check([int(c[3]) for c in cells] == distances and
            [int(c[2]) for c in cells] == near["ids"][2], "neighbours --radius: CSV")
    t.good(*arguments, "-k", 2, "-o", "two.npz")
    starts = load_npz(t.path("two.npz"))["indptr"][2]
    t.check(max(b - a for a, b in zip(starts, starts[1:])) == 2, "neighbours --radius -k 2")
    t.good(*arguments, "--index", "brute", "-o", "rb.npz")
    t.check(load_npz(t.path("rb.npz")) == near, "neighbours --radius: brute is not exact")


def check_neighbours_self(t):
    t.good("neighbours", "m.model", "--self", "-k", 4, "-o", "s.npz")
    ids = load_npz(t.path("s.npz"))["ids"]
    n = ids[1][0]
    t.check(ids[1] == (n, 4) and n > 100, "neighbours --self: shape")
    t.check(all(ids[2][4 * i + j] not in (i, -1) for i in range(n) for j in range(4)),
            "neighbours --self: a row is its own neighbour")
    t.good("neighbours", "m.model", "--self", "-k", 4, "--index", "brute", "-o", "sb.npz")
    t.check(load_npz(t.path("sb.npz"))["ids"] == ids, "neighbours --self: not exact")
    t.good("neighbours", "m.model", "--self", "--radius", 0, "-o", "s0.npz")
    t.check(load_npz(t.path("s0.npz"))["indptr"][1] == (n + 1,), "neighbours --self --radius")


def check_stats(t):
    """The same counts for every number of threads and instruction set."""
    found = []
    for index in ("exact=structure=always", "brute"):
        for more in (("--threads", 1), ("--threads", 3)):
            for cpu in ({}, {"NUMERAL_CPU": "ref"}):
                done = t.good("neighbours", "m.model", "pen:test[0:30]", "--index", index,
                              "--stats", "--json", "-", *more, "-o", "x.npz",
                              environment=cpu)
                found.append(json.loads(done)["stats"])
    t.check(all(one == found[0] for one in found[:4]), "neighbours --stats: exact")
    t.check(all(one == found[4] for one in found[4:]), "neighbours --stats: brute")
    t.check(found[0]["queries"] == 30 and found[0]["clusters"] > 0, "--stats: queries")
    t.check(found[4]["plain"] == 30 and found[4]["distances"] == found[4]["rows"],
            "neighbours --stats: brute meets every row")
    done = t.good("neighbours", "m.model", "pen:test[0:30]", "--stats", "-o", "x.npz")
    t.check("multiply-adds skipped" in done, "neighbours --stats: text")
    done = t.good("bench", "pen", "--single", 10, "--stats", "--json", "b.json")
    results = json.load(open(t.path("b.json")))["results"]
    t.check("exact distances" in done and
            any("share_skipped" in one.get("stats", {}) for one in results), "bench --stats")


def check_auto(t):
    """What --index auto chose, and why."""
    for more, words in ((("--metric", "tangent"), "exact does not serve tangent"),
                        ((), "fewer than 1024 rows"),):
        done = t.good("train", "pen:train[0:300]", "--recipe", "resize=7,pixels", "-o",
                      "auto.model", *more)
        t.check("index    brute" in done and words in done,
                f"train: auto without '{words}': {done}")
    done = t.good("train", "pen:train[0:4000]", "--recipe", "pixels", "-o", "auto.model")
    t.check("% of the work" in done, f"train: auto does not say why: {done}")
    done = t.good("list", "index")
    t.check("train says which" in " ".join(done.split()), "list index: auto")


def check_pictures(t):
    text = t.good("show", "pen:test[0:12]")
    t.check(len(text.splitlines()) > 10, "show prints nothing")
    t.good("show", "m.model", "pen:test[0:12]")
    for ending, magic in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        t.good("show", "m.model", "pen:test[0:12]", "-n", 6, "-o", f"show.{ending}")
        t.check(open(t.path(f"show.{ending}"), "rb").read(8).startswith(magic),
                f"show -o show.{ending}")
    t.good("show", "m.model", "pen:test[0:300]", "--mistakes-only", "-o", "bad.svg")
    for kind in ("confusion", "scores", "calibration", "rejection"):
        t.good("plot", kind, "m.model", "pen:test[0:200]", "-o", f"{kind}.svg")
        t.check(os.path.getsize(t.path(f"{kind}.svg")) > 1000, f"plot {kind}")
    t.good("plot", "means", "pen:test[0:100]", "-o", "means.png")
    t.good("plot", "map", "pen:test[0:100]", "-n", 50, "-o", "map.pdf")
    check_maps(t)
    check_features(t)


def size_and_colours(t, name):
    """Width and height of a PNG, and how many values its bytes have."""
    data = open(t.path(name), "rb").read()
    at, width, height, packed = 8, 0, 0, b""
    while at < len(data):
        n = int.from_bytes(data[at:at + 4], "big")
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + n]
        if kind == b"IHDR":
            width, height = (int.from_bytes(body[i:i + 4], "big") for i in (0, 4))
        packed += body if kind == b"IDAT" else b""
        at += 12 + n
    return width, height, len(set(zlib.decompress(packed)))


def check_maps(t):
    for name, more in (("near", ()), ("again", ("--threads", 3)),
                       ("parts", ("--layout", "components")),
                       ("fast", ("--preset", "fast")), ("seed", ("--seed", 5))):
        t.good("plot", "map", "pen:test[0:300]", "-o", f"{name}.png", *more)
        width, height, colours = size_and_colours(t, f"{name}.png")
        t.check(width == 1600 and height > 1300 and colours > 50,
                f"plot map {more}: {width} x {height}, {colours}")
    read = {name: open(t.path(f"{name}.png"), "rb").read()
            for name in ("near", "again", "parts", "seed")}
    t.check(read["near"] == read["again"], "plot map: threads change it")
    t.check(len(set(read.values())) == 3, "plot map: layouts or seeds look the same")
    t.good("plot", "map", "pen:test[0:1]", "-o", "one.svg")
    t.good("plot", "map", "pen:test[0:40]", "--recipe", "deskew,zoning,lda", "-o", "lda.svg")
    t.bad("--layout x: expected neighbours or components", "plot", "map",
          "pen:test[0:40]", "--layout", "x", "-o", "x.svg", status=2)
    t.bad("--recipe and --preset exclude each other", "plot", "map", "pen:test[0:40]",
          "--recipe", "pixels", "--preset", "fast", "-o", "x.svg", status=2)


def check_features(t):
    last = 0
    for recipe in ("pixels", "deskew,pixels,pca=20", "hu+profiles,standard",
                   "deskew,resize=14,hog+zoning,lda", "gradient=dirs=5,power,nda=8"):
        t.good("plot", "features", "pen:train[0:400]", "--recipe", recipe, "-o", "f.png")
        width, height, colours = size_and_colours(t, "f.png")
        t.check(width > 800 and height > 400 and height != last and colours > 50,
                f"plot features {recipe}: {width} x {height}, {colours}")
        last = height
    t.good("plot", "features", "pen:train[0:400]", "-n", 3, "-o", "three.png")
    t.good("plot", "features", "pen:train[0:400]", "-o", "one.png")
    three, one = (size_and_colours(t, f"{name}.png")[1] for name in ("three", "one"))
    t.check(three > 2 * one, f"plot features -n 3: {three} of {one} pixels")
    t.bad("-n 9: expected", "plot", "features", "pen:train[0:40]", "-n", 9, "-o", "x.svg",
          status=2)
    t.bad("3 of 2 digits to look at", "plot", "features", "pen:train[0:2]", "-n", 3, "-o",
          "x.svg")
    t.bad("unknown stage 'nothing'", "plot", "features", "pen:train[0:9]", "--recipe",
          "nothing", "-o", "x.svg", status=2)


def check_list_and_bench(t):
    whole = t.good("list")
    for table in TABLES:
        text = t.good("list", table)
        t.check(text.startswith(table + ":"), f"list {table}: {text[:60]!r}")
        t.check(text.strip() in whole, f"list does not hold list {table}")
        t.check(t.good("list", table + "s") == text, f"list {table}s")
    for name in ("pixels", "deskew", "l2", "brute", "uniform", "csv"):
        t.check(f"  {name} " in whole, f"list does not name {name}")
    out = t.json("bench", "pen[0:1500]", "--single", 20, "-k", 4)
    t.fields(out, {"cpu": str, "threads": int, "queries": int, "results": list}, "bench")
    seen = set()
    for one in out.get("results", []):
        t.fields(one, {"index": str, "mode": str, "n": int, "dims": int, "dtype": str,
                       "k": int, "queries_per_second": float, "latency_us": dict,
                       "recall": float, "build_seconds": float, "bytes": int}, "bench")
        t.fields(one["latency_us"], {"p50": float, "p99": float}, "bench latency_us")
        t.check(one["recall"] == 1, f"bench: {one['index']} has recall {one['recall']}")
        seen.add((one["index"], one["mode"]))
    t.check({("brute", "batch"), ("brute", "single"), ("exact", "batch")} <= seen,
            f"bench: results {seen}")
    done = t.bad("unknown index 'foo'", "bench", "pen[0:300]", "--index", "exact,foo")
    t.check("brute" not in done.stdout, "bench measures before it reads its list")
    out = t.json("bench", "pen[0:300]", "--single", 5, "--index", "brute")
    t.check(len(out.get("results", [])) == 2, "bench: brute force is measured once")


def check_names_of_labels(t):
    """Folders with names, a label that was never fitted, and a table of words."""
    for folder, column in (("left", 5), ("right", 20), ("\u00fcber", 12)):
        for i in range(6):
            rows = [[255 if abs(x - column - i % 2) < 3 and 4 < y < 23 else 0
                     for x in range(28)] for y in range(28)]
            rows[4 + i][3:25] = [255] * 22
            t.write(f"names/{folder}/{i}.png", harness.png(28, 28, rows))
            if folder != "\u00fcber":
                t.write(f"two/{folder}/{i}.png", harness.png(28, 28, rows))
    text = t.good("train", "names", "--preset", "pixels", "-k", 1, "-o", "names.model")
    t.check("3 labels" in text, f"train FOLDER: {text!r}")
    out = t.json("eval", "names.model", "names")
    t.check(out["n"] == 18 and out["errors"] == 0, f"eval FOLDER: {out['errors']} errors")
    text = t.good("predict", "names.model", "names/left")
    t.check(all(line.startswith("left\t") for line in text.splitlines()) and text,
            f"predict prints names: {text!r}")
    line = json.loads(t.good("predict", "names.model", "names/\u00fcber/0.png", "--json", "-"))
    t.check(line.get("name") == "\u00fcber" and isinstance(line["label"], int),
            f"predict --json: name {line.get('name')!r}")
    t.good("data", "convert", "pen:train[0:300]", "-o", "all.csv")
    lines = open(t.path("all.csv")).read().splitlines()
    t.write("few.csv", "\n".join([lines[0]] + [x for x in lines[1:] if x[0] not in "89"]))
    t.good("train", "few.csv", "--preset", "pixels", "-o", "few.model")
    unknown = sum(x[0] in "89" for x in lines[1:])
    out = t.json("eval", "few.model", "all.csv", "-q")
    t.check(out["n"] == 300 and out["errors"] >= unknown,
            f"eval: {out['errors']} errors with {unknown} digits of unknown labels")
    t.check(all(one["recall"] == 0 for one in out["per_class"] if one["label"] in (8, 9)),
            "eval: an unknown label is read")
    text = t.run("eval", "few.model", "all.csv").stdout
    t.check("label 8" in text and "label 9" in text and "never fitted" in text,
            f"eval does not name unknown labels: {text[:400]!r}")


def check_demo(t):
    # the next steps name the command as it was called, which may be long
    text = t.good("demo", "pen[0:1500]", "-o", "out").replace(t.numeral, "numeral")
    for word in ("to learn from", "accuracy", "errors", "true \\ read", ", read as ", "like ",
                 "out/confusion.png", "out/digits.model", "Next, ", "numeral why out/digits"):
        t.check(word in text, f"demo does not print {word!r}")
    wide = [line for line in text.splitlines() if len(line) > 80]
    t.check(not wide, f"demo prints more than 80 columns: {wide[:2]}")
    for name in ("digits.model", "confusion.png", "digits.png", "mistakes.png",
                 "report.html"):
        t.check(os.path.getsize(t.path("out", name)) > 1000, f"demo leaves no {name}")
    quiet = t.good("demo", "pen[0:300]", "--preset", "pixels", "-o", "quiet", "-q")
    t.check(quiet == "", f"demo -q prints {quiet!r}")


def run(t):
    check_help(t)
    check_data(t)
    check_conversion(t)
    check_training(t)
    t.good("data", "convert", "pen:test[0:50]", "-o", "pen50.npz")
    for part in (check_slices, check_several_sets, check_evaluation, check_calibration, check_rejection,
                 check_refusal,
                 check_comparison, check_prediction, check_neighbours,
                 check_neighbours_within, check_neighbours_self, check_stats, check_auto,
                 check_pictures, check_list_and_bench, check_names_of_labels, check_demo):
        part(t)


if __name__ == "__main__":
    harness.main(run)
