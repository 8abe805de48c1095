#!/usr/bin/env python3
"""numeral why and numeral doctor: text, JSON, pictures, wrong input.

usage: test_why.py NUMERAL
"""
import json
import os

import harness
from harness import NUMBER, png

MAGIC = (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"))


def make(t):
    t.good("train", "pen:train[0:400]", "--preset", "pixels", "-o", "pixels.model")
    t.good("train", "pen:train[0:400]", "--recipe",
           "deskew,gradient,pca=16 -k 5 --weights distance --gate 0 --rerank "
           "idm=moments:1+ridge", "-o", "hard.model")
    t.good("data", "convert", "pen:test[0:12]", "-o", "folder")
    rows = [[230] * 90 for _ in range(90)]
    for y in range(20, 70):
        rows[y][40:47] = [30] * 7
    t.write("one.png", png(90, 90, rows))
    for y in range(20, 70):
        rows[y][62:69] = [30] * 7
    t.write("eleven.png", png(90, 90, rows))
    t.write("blank.png", png(30, 30, [[255] * 30] * 30))
    t.good("data", "convert", "pen:test[0:5]", "-o", "five.csv")
    page = [[230] * 420 for _ in range(150)]
    with open(t.path("five.csv"), encoding="ascii") as file:
        digits = [line.strip().split(",") for line in file if line[0].isdigit()]
    for at, (_, *ink) in enumerate(digits):
        for y in range(56):
            for x in range(56):
                value = int(ink[y // 2 * 28 + x // 2])
                page[45 + y][30 + 75 * at + x] = 230 - 200 * value // 255
    t.write("page.png", png(420, 150, page))


def check_text(t, text, what):
    wide = [line for line in text.splitlines() if len(line) > 80]
    t.check(not wide, f"{what}: wider than 80 columns: {wide[:1]}")
    t.check(text.isascii() and "\033" not in text, f"{what}: not plain when piped")


def check_why_text(t):
    for model, words in (("pixels.model", ("nearest neighbours decided", "training row",
                                           "each neighbour has one", "The nearest")),
                         ("hard.model", ("the second look decided", "The gate",
                                         "idm=moments:1", "its logarithm",
                                         "share of the votes", "moments view"))):
        text = t.good("why", model, "pen:test[3]")
        check_text(t, text, f"why {model}")
        text = " ".join(text.split())
        for word in words:
            t.check(word in text, f"why {model} does not say {word!r}")
    text = t.good("why", "pixels.model", "pen:test[3]", "-k", 30, "--weights", "classmean")
    check_text(t, text, "why -k 30 --weights classmean")
    t.check("mean squared distance" in text and "Shown are the first 20" in text,
            "why does not explain classmean")
    t.check(t.good("why", "pixels.model", "pen:test[3]", "--quiet") == "", "why --quiet")


def check_why_json(t):
    for model in ("pixels.model", "hard.model"):
        for at in range(4):
            digit = f"pen:test[{at}]"
            out = t.json("why", model, digit)
            read = json.loads(t.good("predict", model, digit, "--json", "-"))
            for name in ("input", "label", "confidence", "votes"):
                t.check(out[name] == read[name],
                        f"why {model} {digit}: {name} {out[name]}, predict {read[name]}")
            near = [{key: one[key] for key in ("row", "label", "distance")}
                    for one in out["neighbours"]]
            t.check(near == read["neighbours"], f"why {model} {digit}: neighbours")
            t.check(all(len(one["pixels"]) == 28 and len(one["pixels"][0]) == 28
                        for one in out["neighbours"]), f"why {model} {digit}: their pixels")
            t.fields(out, {"recipe": str, "decided_by": str, "classes": list, "vote": dict,
                           "nearest": dict, "runner_up": dict, "framed": bool,
                           "stages": list, "true_label": int}, "why")
            t.check(len(out["runner_up"]["difference"]) == 28, "why: difference")
            t.check([one["name"] for one in out["stages"]][:2] == ["as given", "framed"],
                    "why: stages")
            t.check(len(out["stages"][1]["pixels"]) == 28, "why: pixels of a stage")
            if model == "hard.model":
                t.fields(out, {"gate": dict, "rerank": dict}, "why")
                parts = out["rerank"]["parts"]
                for c, total in enumerate(out["rerank"]["totals"]):
                    t.check(abs(sum(p["terms"][c] for p in parts) - total) < 1e-9,
                            "why: the terms do not add up to the total")
            else:
                t.check("gate" not in out and "rerank" not in out, "why: a gate in pixels")


def check_inputs(t):
    """The same digit as a file, in a folder, and through a pipe."""
    read = json.loads(t.good("predict", "pixels.model", "one.png", "--json", "-"))
    image = open(t.path("one.png"), "rb").read()
    for command in ("why", "doctor"):
        out = t.json(command, "pixels.model", "one.png")
        piped = t.json(command, "pixels.model", "-", stdin=image)
        t.check(out["label"] == read["label"] == piped["label"], f"{command}: the label")
        t.check(out["confidence"] == read["confidence"] == piped["confidence"],
                f"{command}: the confidence")
        t.check(out["stages" if command == "why" else "steps"][0]["height"] == 90,
                f"{command}: the picture as given")
    out = t.json("why", "pixels.model", "folder[5]")
    read = json.loads(t.good("predict", "pixels.model", "folder[5]", "--json", "-"))
    t.check(out["input"] == read["input"] and out["votes"] == read["votes"],
            "why FOLDER[5] is not predict FOLDER[5]")
    t.check(out["framed"] and "true_label" in out, "why FOLDER[5]: framed, labelled")


def check_doctor(t):
    text = t.good("doctor", "pixels.model", "one.png")
    check_text(t, text, "doctor")
    for word in ("as read", "ink alone", "centred", "mean ", "stroke width", "likeness"):
        t.check(word in text, f"doctor does not say {word!r}")
    out = t.json("doctor", "pixels.model", "eleven.png")
    t.fields(out, {"input": str, "recipe": str, "label": int, "confidence": NUMBER,
                   "warnings": list, "findings": list, "steps": list, "sample": int},
             "doctor")
    t.check(out["warnings"] == ["one digit"], f"doctor: two bars: {out['warnings']}")
    for one in out["findings"]:
        t.fields(one, {"name": str, "measure": str, "value": NUMBER, "verdict": str,
                       "words": str}, "doctor finding")
    text = t.good("doctor", "pixels.model", "eleven.png")
    t.check("! one digit 2, usual: 1." in text, "doctor does not warn of two digits")
    out = t.json("doctor", "hard.model", "blank.png")
    t.check(out["warnings"] == ["ink"] and len(out["findings"]) == 1,
            f"doctor: a blank picture: {out['warnings']}")
    check_text(t, t.good("doctor", "hard.model", "blank.png"), "doctor blank.png")
    text = t.good("doctor", "pixels.model", "pen:test[1]")
    t.check("taken as it is" in text and "true label" in text, "doctor DATA")
    same = [t.good("doctor", "pixels.model", "one.png", "--seed", 3, "--threads", n)
            for n in (1, 2)]
    t.check(same[0] == same[1], "doctor differs by --threads")
    text = t.good("doctor", "hard.model", "page.png")
    check_text(t, text, "doctor page.png")
    t.check("page.png is a page, not one digit: 5 digits are read in 1 line." in text
            and "stroke width" not in text, f"doctor: a page: {text[:200]}")
    page = t.json("doctor", "hard.model", "page.png")["page"]
    read = json.loads(t.good("read", "hard.model", "page.png", "--json", "-"))
    t.check(page == read, "doctor tells another page than read")
    t.good("doctor", "hard.model", "page.png", "-o", "page_out.png")
    t.check(open(t.path("page_out.png"), "rb").read(4) == MAGIC[0][1], "doctor -o of a page")


def check_pictures(t):
    for command in ("why", "doctor"):
        for digit in ("one.png", "pen:test[3]"):
            for ending, magic in MAGIC:
                text = t.good(command, "hard.model", digit, "-o", f"out.{ending}")
                t.check(f"out.{ending}: " in text, f"{command} does not name its picture")
                t.check(open(t.path(f"out.{ending}"), "rb").read(8).startswith(magic),
                        f"{command} -o out.{ending}")
        t.good(command, "pixels.model", "blank.png", "-o", "blank.svg")
        t.good(command, "pixels.model", "one.png", "-o", "q.svg", "--quiet", "--json",
               "q.json")
        t.check(os.path.getsize(t.path("q.json")) > 200, f"{command} -o FILE --json FILE")


def check_wrong(t):
    t.write("broken.png", b"\x89PNG\r\n\x1a\nnothing")
    for command in ("why", "doctor"):
        t.bad(f"{command} needs [MODEL] INPUT", command, "pixels.model", status=2)
        t.bad("holds 12 digits, expected one, such as folder[0]", command, "pixels.model",
              "folder")
        t.bad("good.txt", command, "pixels.model", "good.txt")
        t.bad("broken.png", command, "pixels.model", "broken.png")
        t.bad("nosuch.model", command, "nosuch.model", "one.png")
        t.bad("out.bmp", command, "pixels.model", "one.png", "-o", "out.bmp", status=2)
        t.bad("no/out.png", command, "pixels.model", "one.png", "-o", "no/out.png")
        t.bad("-k 401", command, "pixels.model", "one.png", "-k", 401)
        t.bad("[90]", command, "pixels.model", "pen:test[0:5][90]")
    t.good("train", "pen:train[0:50]", "--preset", "pixels", "--frame", "keep", "-o",
           "keep.model")
    t.write("wide.csv", "label," + ",".join(f"p{i}" for i in range(9)) + "\n3" + ",7" * 9)
    t.bad("(--frame keep) reads 28 x 28", "why", "keep.model", "wide.csv")


def run(t):
    make(t)
    for part in (check_why_text, check_why_json, check_inputs, check_doctor,
                 check_pictures, check_wrong):
        part(t)


if __name__ == "__main__":
    harness.main(run)
