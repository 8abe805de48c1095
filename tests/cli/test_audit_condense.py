#!/usr/bin/env python3
"""audit and condense: what they print and write.

usage: test_audit_condense.py NUMERAL
"""
import csv

import harness


def narrow(text):
    """Whether all fits 80 columns, but for the recipe, which is one line."""
    return all(len(line) <= 80 or line.startswith("recipe") for line in text.splitlines())


def check_audit(t):
    report = t.json("audit", "pen:train[0:1500]", "-k", 4)
    t.fields(report, {"data": str, "recipe": str, "n": int, "doubts": list, "twins": list},
             "audit")
    t.check(report["n"] == 1500 and report["against"] is None, "audit: its data")
    t.check(0 < len(report["doubts"]) < 150, f"audit: {len(report['doubts'])} doubts")
    ratios = [doubt["ratio"] for doubt in report["doubts"]]
    t.check(ratios == sorted(ratios, reverse=True), "audit: doubts in order")
    text = t.good("audit", "pen:train[0:1500]", "-k", 4, "-n", 5, "-o", "doubts.svg",
                  "-o", "doubts.csv", "--twins", "twins.csv", "--most", 0.9, "--twins",
                  "twins.png")
    t.check(narrow(text), "audit: wider than 80 columns")
    t.check("Doubtful labels: " in text and "doubts.csv: " in text, f"audit: {text!r}")
    with open(t.path("doubts.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    t.check([int(row["row"]) for row in rows] ==
            [doubt["row"] for doubt in report["doubts"]], "audit: CSV and JSON agree")
    with open(t.path("twins.csv"), newline="") as file:
        twins = list(csv.DictReader(file))
    t.check(twins and all(float(row["difference"]) <= 0.9 for row in twins),
            "audit: twins within --most")
    with open(t.path("twins.png"), "rb") as file:
        t.check(file.read(8) == b"\x89PNG\r\n\x1a\n", "audit: twins.png is a PNG")
    same = t.json("audit", "pen:test[0:50]", "--against", "pen:test[40:60]", "-k", 4)
    t.check([(twin["row"], twin["twin_row"]) for twin in same["twins"]] ==
            [(row, row - 40) for row in range(40, 50)] and
            all(twin["difference"] == 0 for twin in same["twins"]),
            "audit: the digits that both sets have")
    t.bad("has only 5 digits", "audit", "pen:train[0:5]")
    t.bad("must end in .csv, .png, .svg or .pdf", "audit", "pen:test[0:50]", "-o", "x.bmp", status=2)


def check_condense(t):
    t.good("train", "pen:train[0:1500]", "--preset", "pixels", "-o", "whole")
    report = t.json("condense", "whole", "-o", "small", "--test", "pen:test[0:300]")
    t.check(report["n_rows"] == 1500 and report["kept"] < 1000, f"condense: {report}")
    points = report["points"]
    t.check(points[0]["rows"] == 1500 and points[-1]["rows"] == report["kept"] and
            points[-1]["changed"] == 0, f"condense: points {points}")
    whole = t.json("eval", "whole", "pen:test[0:300]")
    small = t.json("eval", "small", "pen:test[0:300]")
    t.check(whole["errors"] == points[0]["test_errors"] and
            small["errors"] == points[-1]["test_errors"], "condense: test errors")
    t.check(small["model_bytes"] < whole["model_bytes"], "condense: smaller")
    text = t.good("condense", "whole", "-o", "few", "--rows", 100, "--edit", "--plot",
                  "few.pdf")
    t.check("rows     100 of 1,500, 6.7 %" in text and "few.pdf" in text,
            f"condense --rows: {text!r}")
    t.check(narrow(text), "condense: wider than 80 columns")
    t.bad("condense needs -o", "condense", "whole", status=2)
    t.bad("cannot keep 1501 of 1500", "condense", "whole", "-o", "x", "--rows", 1501)
    t.bad("no/model", "condense", "whole", "-o", "no/model")


def run(t):
    check_audit(t)
    check_condense(t)


if __name__ == "__main__":
    harness.main(run)
