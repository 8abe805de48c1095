#!/usr/bin/env python3
"""Pictures of digits as other people bring them cost little of the accuracy.

usage: test_framing.py NUMERAL DEGRADE

A short form of the proof in docs/framing.md: pen digits always, MNIST where $NUMERAL_DATA
holds it. With some hundred digits a point is a handful of them; what is allowed is twice
what was measured.
"""
import os
import subprocess
import sys

RUNS = [
    # train, test, digits, most loss in points
    ("pen:train[0:5000]", "pen:test", "300", "1.4"),
    ("mnist:train[0:10000]", "mnist:test", "500", "1.3"),
]


def held(numeral, data):
    return os.environ.get("NUMERAL_DATA") and subprocess.run(
        [numeral, "data", "info", data + "[0:1]", "--offline"],
        capture_output=True, check=False).returncode == 0


def main():
    numeral, degrade = sys.argv[1:3]
    failed = 0
    for train, test, n, most in RUNS:
        if not test.startswith("pen") and not held(numeral, test):
            continue
        failed += subprocess.run(
            [degrade, "-train", train, "-test", test, "-n", n, "-most-loss", most,
             "fast"], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
