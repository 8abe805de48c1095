#!/usr/bin/env python3
"""Measures numeral and its rivals as ann-benchmarks does, on a data set in its layout.

usage: run.py DATA.hdf5 [--out OUT.json] [--only NAME,NAME] [--queries N] [--rounds N]

Each setting is built once and searched for the queries one at a time; a round times every
setting once, rounds follow each other, and a setting's time is its best. The recall of a
query is the share of its 10 answers that are no farther than the true 10th neighbour (and
a thousandth), computed from the rows themselves. Builds may use every processor, searches
one: pin the process to a core (taskset -c 1 run.py ...). Prints each setting, and of each
name its front: settings that no other one beats in both recall and speed.
"""

import argparse
import importlib.util
import json
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count()))

import h5py  # noqa: E402
import numpy as np  # noqa: E402

from module import Numeral  # noqa: E402
from rivals import RIVALS  # noqa: E402

K = 10
RECALLS = (0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)


class Setting:
    """An index and what it is searched with."""

    def __init__(self, name, how, index, argument=None):
        self.name, self.how, self.index, self.argument = name, how, index, argument
        self.seconds, self.recall = float("inf"), None

    def run(self, queries):
        if self.argument is not None:
            self.index.set_query_arguments(self.argument)
        answers, query = [], self.index.query
        start = time.perf_counter()
        for v in queries:
            answers.append(query(v, K))
        self.seconds = min(self.seconds, time.perf_counter() - start)
        return answers

    def result(self, n):
        return {"name": self.name, "how": self.how, "recall": self.recall,
                "queries_per_second": n / self.seconds}


def recall_of(answers, train, queries, distances):
    """As ann-benchmarks counts: by distance, so that ties may come in any order."""
    limits = distances[:, K - 1] + 1e-3
    hits = 0
    for answer, query, limit in zip(answers, queries, limits):
        rows = train[np.asarray(answer, dtype=np.int64)[:K]]
        hits += (np.sqrt(((rows - query) ** 2).sum(axis=1)) <= limit).sum()
    return hits / (len(queries) * K)


def build(index, train, label):
    start = time.perf_counter()
    index.fit(train)
    print(f"built {label} in {time.perf_counter() - start:.1f} s", flush=True)
    return index


def make_settings(train, only):
    wanted = [("exact", 1.0), *(("near", recall) for recall in RECALLS)]
    for kind, recall in wanted:
        if not only or "numeral" in only:
            how = kind if kind == "exact" else f"near, {recall}"
            yield Setting("numeral", how, build(Numeral("euclidean", kind, recall), train,
                                                f"numeral {how}"))
    for rival in RIVALS:
        name = rival.__name__
        if only and name not in only:
            continue
        if importlib.util.find_spec(rival.package) is None:
            print(f"left out {name}: {rival.package} is not installed")
            continue
        for built, arguments in rival.SETTINGS:
            index = build(rival(**built), train, f"{name} {built}")
            for argument in arguments:
                yield Setting(name, f"{built}, {argument}", index, argument)


def front_of(results):
    """Those that no other of the same name beats in both, by recall."""
    best, front = 0.0, []
    for r in sorted(results, key=lambda r: (-r["recall"], -r["queries_per_second"])):
        if r["queries_per_second"] > best:
            best = r["queries_per_second"]
            front.append(r)
    return front[::-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--out")
    parser.add_argument("--only", default="")
    parser.add_argument("--queries", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with h5py.File(options.data) as file:
        n = options.queries or len(file["test"])
        train, queries = file["train"][:], file["test"][:n]
        distances = file["distances"][:n]
    only = set(filter(None, options.only.split(",")))
    settings = list(make_settings(train, only))
    for at in range(options.rounds):
        for setting in settings:
            answers = setting.run(queries)
            if at == 0:
                setting.recall = recall_of(answers, train, queries, distances)
    results = [setting.result(len(queries)) for setting in settings]
    for name in dict.fromkeys(r["name"] for r in results):
        print(f"\n{name}, its front:")
        for r in front_of([r for r in results if r["name"] == name]):
            print(f"  recall {r['recall']:.5f}  {r['queries_per_second']:9,.0f} queries/s  "
                  f"{r['how']}")
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump({"data": options.data, "queries": len(queries), "k": K,
                       "results": results}, file, indent=1)


if __name__ == "__main__":
    main()
