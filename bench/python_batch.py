#!/usr/bin/env python3
"""What a batch of 10,000 takes through Python, of what it takes in the command: a ratio.

usage: python_batch.py [NUMERAL] [--rounds N] [--threads N]

NUMERAL is the command (default: build/numeral); PYTHONPATH names the package. In each round
`numeral bench mnist` says how many digits a second its exact index answers, and Index.search
is asked for the same neighbours of the same digits, so that a machine that slows down slows
both.
"""

import argparse
import json
import statistics
import subprocess
import time

import numeral_knn

K = 10


def of_command(numeral, threads):
    done = subprocess.run(
        [numeral, "bench", "mnist", "--index", "exact", "--threads", str(threads), "-k",
         str(K), "--single", "1", "-q", "--json", "-"], check=True, capture_output=True, text=True)
    return next(r["queries_per_second"] for r in json.loads(done.stdout)["results"]
                if (r["index"], r["mode"]) == ("exact", "batch"))


def of_python(index, queries, threads):
    start = time.perf_counter()
    index.search(queries, K, threads=threads)
    return len(queries) / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numeral", nargs="?", default="build/numeral")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    rows, queries = (numeral_knn.load_data(name)[0] for name in ("mnist:train", "mnist:test"))
    rows, queries = rows.reshape(len(rows), -1), queries.reshape(len(queries), -1)
    index = numeral_knn.Index(rows)
    ratios = []
    for at in range(options.rounds):
        command = of_command(options.numeral, options.threads)
        python = of_python(index, queries, options.threads)
        ratios.append(command / python)
        print(f"round {at + 1}: command {command:,.0f} digits/s, Python {python:,.0f}, "
              f"{ratios[-1]:.3f} times the time", flush=True)
    print(f"median: {statistics.median(ratios):.3f} times the command's time")


if __name__ == "__main__":
    main()
