#!/usr/bin/python3
"""numeral's presets beside scikit-learn's KNeighborsClassifier on MNIST, in one run.

usage: beside_sklearn.py [--rounds N] [NUMERAL [PRESET...]]
       (default: build/numeral, every preset of `numeral list preset`)

Both learn the 60,000 training digits and read the 10,000 test digits, one thread each.
scikit-learn gets raw pixels and k = 3, as in its own examples. In each round it reads the
next part of the test digits and then every preset reads them all, so that whatever else the
machine does meets both; a ratio is taken within each round, and the median of the rounds is
printed. Times count from decoded images in memory to labels; numeral's include confidence
and votes.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits


def numeral(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        sys.exit(f"{' '.join([program, *arguments])}: {done.stderr.strip()}")
    return done.stdout


def load(program, folder, name):
    path = os.path.join(folder, "data.npz")
    numeral(program, "data", "convert", name, "-o", path, "-q")
    with np.load(path) as data:
        images = next(data[key] for key in data if data[key].ndim == 3)
        labels = next(data[key] for key in data if data[key].ndim == 1)
    os.remove(path)
    return images.reshape(len(images), -1), labels


def wilson(errors, n, z=1.959964):
    """The 95 % interval of a share, in percent (Wilson 1927)."""
    share, scale = errors / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return 100 * (middle - half), 100 * (middle + half)


class ScikitLearn:
    def __init__(self, program, folder):
        rows, labels = load(program, folder, "mnist:train")
        self.queries, self.labels = load(program, folder, "mnist:test")
        self.classifier = KNeighborsClassifier(n_neighbors=3, n_jobs=1).fit(rows, labels)
        self.predicted = np.full(len(self.labels), -1)

    def round(self, at, rounds):
        """Digits a second over one part of the test digits."""
        n = len(self.labels)
        part = slice(n * at // rounds, n * (at + 1) // rounds)
        start = time.monotonic()
        with threadpool_limits(1):
            self.predicted[part] = self.classifier.predict(self.queries[part])
        return (part.stop - part.start) / (time.monotonic() - start)

    def errors(self):
        return int((self.predicted != self.labels).sum())


class Preset:
    def __init__(self, program, folder, name):
        self.program, self.name, self.rates = program, name, []
        self.model = os.path.join(folder, name)
        start = time.monotonic()
        numeral(program, "train", "mnist:train", "--preset", name, "-q", "-o", self.model)
        self.fit_seconds = time.monotonic() - start
        self.bytes = os.path.getsize(self.model)

    def round(self):
        found = json.loads(numeral(self.program, "eval", self.model, "mnist:test",
                                   "--threads", "1", "-q", "--json", "-"))
        self.errors = found["errors"]
        self.rates.append(found["n"] / found["seconds"]["total"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("numeral", nargs="?", default="build/numeral")
    parser.add_argument("presets", nargs="*")
    asked = parser.parse_args()
    table = json.loads(numeral(asked.numeral, "list", "preset", "--json", "-"))[0]
    names = asked.presets or [entry["name"] for entry in table["entries"]]
    with tempfile.TemporaryDirectory(prefix="numeral-beside-") as folder:
        other = ScikitLearn(asked.numeral, folder)
        presets = [Preset(asked.numeral, folder, name) for name in names]
        rates = []
        for at in range(asked.rounds):
            rates.append(other.round(at, asked.rounds))
            for preset in presets:
                preset.round()
        n, errors = len(other.labels), other.errors()
    print(f"scikit-learn {sklearn.__version__}, KNeighborsClassifier(n_neighbors=3): "
          f"{errors} errors of {n:,}, {statistics.median(rates):,.0f} digits/s\n")
    print(f"{'preset':10} {'errors':>6} {'fewer':>8} {'error %, 95 %':>16} "
          f"{'digits/s':>9} {'faster':>9} {'model':>9} {'fit':>7}")
    for preset in presets:
        low, high = wilson(preset.errors, n)
        faster = statistics.median(a / b for a, b in zip(preset.rates, rates))
        print(f"{preset.name:10} {preset.errors:6} {errors / preset.errors:6.1f} x "
              f"{low:7.2f} to {high:5.2f} {statistics.median(preset.rates):9,.0f} "
              f"{faster:7.0f} x {preset.bytes / 1e6:6.1f} MB {preset.fit_seconds:5.1f} s")


if __name__ == "__main__":
    main()
