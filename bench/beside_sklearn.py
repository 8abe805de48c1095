#!/usr/bin/python3
"""numeral's presets beside scikit-learn's KNeighborsClassifier on MNIST, in one run.

usage: beside_sklearn.py [--rounds N] [--digits N] [NUMERAL [PRESET...]]
       (default: build/numeral, every preset of `numeral list preset`)

Both learn the 60,000 training digits and read the 10,000 test digits, one thread each.
scikit-learn gets raw pixels and k = 3, as in its own examples. In each round it reads the
next part of the test digits and then every preset reads them all, so that whatever else the
machine does meets both; a ratio is taken within each round, and the median of the rounds is
printed. Times count from decoded images in memory to labels; numeral's include confidence
and votes. On a busy machine wall time says little: processor time is printed too, for
numeral that of reading all digits less that of reading one, which leaves out starting up
and decoding.
"""
import argparse
import json
import os
import resource
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


def median(pairs):
    """Of each column."""
    return [statistics.median(column) for column in zip(*pairs)]


class ScikitLearn:
    def __init__(self, program, folder, digits):
        rows, labels = load(program, folder, "mnist:train")
        queries, labels_of_queries = load(program, folder, "mnist:test")
        self.queries, self.labels = queries[:digits], labels_of_queries[:digits]
        self.classifier = KNeighborsClassifier(n_neighbors=3, n_jobs=1).fit(rows, labels)
        self.predicted = np.full(len(self.labels), -1)

    def round(self, at, rounds):
        """Digits a second over one part of the test digits, by wall and by processor."""
        n = len(self.labels)
        part = slice(n * at // rounds, n * (at + 1) // rounds)
        start, used = time.monotonic(), time.process_time()
        with threadpool_limits(1):
            self.predicted[part] = self.classifier.predict(self.queries[part])
        size = part.stop - part.start
        return (size / (time.monotonic() - start), size / (time.process_time() - used))

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

    def read(self, data):
        """What eval says of the data, and the processor time it took."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = json.loads(numeral(self.program, "eval", self.model, data,
                                   "--threads", "1", "-q", "--json", "-"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return found, (after.ru_utime + after.ru_stime - before.ru_utime -
                       before.ru_stime)

    def round(self):
        found, used = self.read("mnist:test")
        _, start_up = self.read("mnist:test[0:1]")
        self.errors, n = found["errors"], found["n"]
        self.rates.append((n / found["seconds"]["total"], n / max(used - start_up, 1e-6)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--digits", type=int, help="how many scikit-learn reads")
    parser.add_argument("numeral", nargs="?", default="build/numeral")
    parser.add_argument("presets", nargs="*")
    asked = parser.parse_args()
    table = json.loads(numeral(asked.numeral, "list", "preset", "--json", "-"))[0]
    names = asked.presets or [entry["name"] for entry in table["entries"]]
    with tempfile.TemporaryDirectory(prefix="numeral-beside-") as folder:
        other = ScikitLearn(asked.numeral, folder, asked.digits)
        presets = [Preset(asked.numeral, folder, name) for name in names]
        rates = []
        for at in range(asked.rounds):
            rates.append(other.round(at, asked.rounds))
            for preset in presets:
                preset.round()
    errors, n, rate = other.errors(), len(other.labels), median(rates)
    print(f"scikit-learn {sklearn.__version__}, KNeighborsClassifier(n_neighbors=3): "
          f"{errors} errors of {n:,}; {rate[0]:,.0f} digits/s, {rate[1]:,.0f} by processor "
          "time\n")
    print("| preset | errors of 10,000 | error %, 95 % (Wilson) | errors, times fewer | "
          "digits/s | times as fast | digits/s by processor time | times as fast | model | "
          "fit |\n|---|---|---|---|---|---|---|---|---|---|")
    for preset in presets:
        low, high = wilson(preset.errors, 10000)
        rate, fewer = median(preset.rates), errors / n / (preset.errors / 10000)
        faster = median([(a[0] / b[0], a[1] / b[1]) for a, b in zip(preset.rates, rates)])
        print(f"| `{preset.name}` | {preset.errors} | {low:.2f} to {high:.2f} | "
              f"{fewer:.1f} | {rate[0]:,.0f} | {faster[0]:,.0f} | "
              f"{rate[1]:,.0f} | {faster[1]:,.0f} | {preset.bytes / 1e6:.1f} MB | "
              f"{preset.fit_seconds:.1f} s |")


if __name__ == "__main__":
    main()
