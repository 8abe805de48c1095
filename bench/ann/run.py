#!/usr/bin/env python3
"""Measures numeral and its rivals as ann-benchmarks does, on a data set in its layout.

usage: run.py build DATA.hdf5 STORE [--only NAME,NAME] [--builds N] [--minutes N]
                                     [--limit SECONDS] [--again]
       run.py sweep DATA.hdf5 STORE [--only NAME,NAME] [--queries N]
       run.py time  DATA.hdf5 STORE --out OUT.json [--minutes N] [--settings N]

build fits each index of each name's grid that STORE does not hold, the first of each name,
then the second, until the minutes are over; one that takes longer than the limit is given
up. sweep searches with each setting of each index there, whatever else the machine does: what
counts is the recall, speed is only to choose by. time takes each name's front of that sweep,
for each of a few recalls the fastest setting that reaches it (a name that reaches none of
them is left out), and measures those alone, in rounds: every
setting once a round, in another order each, for the same part of the queries. So a setting
meets a machine that is as fast or slow as it is to the others. Queries are asked one at a
time, on one thread, pinned to the core that this process is pinned to (taskset -c 1 run.py
...); time is that of the calls alone; what is reported is the median over rounds. The recall
of a query is the share of its 10 answers that are no farther than the true 10th neighbour
(and a thousandth), computed from the rows themselves. report.py makes a table and a plot.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import random
import shutil
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("NUMBA_NUM_THREADS", os.environ["OMP_NUM_THREADS"])

import numpy as np  # noqa: E402

import measure  # noqa: E402
from module import Numeral  # noqa: E402
from rivals import RIVALS, Rival  # noqa: E402

RECALLS = (0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
WARMING = 100  # queries before those that are timed


class NumeralStored(Rival):
    """numeral's module, with an index that is kept."""

    package = source = "numeral_knn"
    GRID = [({"kind": "exact", "recall": 1.0}, [None]),
            *(({"kind": "near", "recall": r}, [None])
              for r in (0.8, 0.88, 0.93, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999))]

    def _new(self):
        return Numeral("euclidean", self.kind, self.recall)

    def fit(self, X):
        self.index = self._new()
        self.index.fit(X)

    def save(self, path):
        self.index._index.save(path)

    def load(self, path, X):
        import numeral_knn
        self.index = self._new()
        self.index._index = numeral_knn.Index.load(path)
        self.index._search = self.index._index.search
        self.query = self.index.query


NAMES = {"numeral": NumeralStored, **RIVALS}


def chosen(only):
    """The names that are wanted and installed."""
    for name, kind in NAMES.items():
        if only and name not in only.split(","):
            continue
        if importlib.util.find_spec(kind.package) is None:
            print(f"left out {name}: {kind.package} is not installed")
            continue
        yield name, kind


def version_of(kind):
    try:
        return importlib.metadata.version(kind.source)
    except importlib.metadata.PackageNotFoundError:
        return ""


def build_one(name, kind, built, data, store):
    """In a process of its own, for some libraries end theirs."""
    place = measure.place_of(store, name, built)
    shutil.rmtree(place, ignore_errors=True)  # what another try may have left
    os.makedirs(place)
    (train,) = measure.read_data(data, ("train",))
    start = time.perf_counter()
    index = kind(**built)
    index.fit(train)
    index.save(os.path.join(place, "index"))
    seconds = time.perf_counter() - start
    with open(os.path.join(place, "build.json"), "w", encoding="utf-8") as file:
        json.dump({"name": name, "built": built, "seconds": seconds,
                   "version": version_of(kind)}, file)
    print(f"{time.strftime('%H:%M')} built {name} {built} in {seconds:.0f} s", flush=True)


def build(options):
    context = measure.multiprocessing.get_context("spawn")
    names, end = list(chosen(options.only)), time.monotonic() + 60 * options.minutes
    for at in range(options.builds):  # of each name the first, then the second
        for name, kind in names:
            if at >= len(kind.GRID):
                continue
            built = kind.GRID[at][0]
            place = measure.place_of(options.store, name, built)
            if measure.build_seconds(place) is not None and not options.again:
                continue
            if time.monotonic() > end:
                return
            child = context.Process(target=build_one, args=(
                name, kind, built, options.data, options.store))
            child.start()
            child.join(options.limit)
            child.kill()
            child.join()
            if child.exitcode:
                print(f"{name} {built} did not build within {options.limit:.0f} s",
                      flush=True)


def settings_of(name, kind, store):
    """What is in the store of a name: (built, variant, path, arguments)."""
    for built, arguments in kind.GRID:
        place = measure.place_of(store, name, built)
        if measure.build_seconds(place) is not None:
            for variant in kind.VARIANTS:
                yield built, variant, os.path.join(place, "index"), arguments


def how_of(built, variant, argument):
    values = [f"{k}={v}" for k, v in {**built, **variant}.items()]
    return ", ".join(values + ([] if argument is None else [str(argument)]))


def sweep_file(store):
    return os.path.join(store, "sweep")


def sweep_name(name, kind, options, data):
    train, queries, distances = data
    peer = measure.Peer(name, kind, options.data)
    results = []
    try:
        for built, variant, path, arguments in settings_of(name, kind, options.store):
            label = how_of(built, variant, None)
            try:
                peer.drop()
                peer.load(label, built, variant, path)
            except RuntimeError as error:
                print(f"{name} {label}: {error}", flush=True)
                continue
            for argument in arguments:
                rows, seconds = peer.run(label, argument, 0, len(queries), 20)
                results.append({
                    "name": name, "built": built, "variant": variant, "argument": argument,
                    "path": path, "how": how_of(built, variant, argument),
                    "recall": measure.recall_of(rows, train, queries, distances),
                    "queries_per_second": len(queries) / seconds})
            print(f"{time.strftime('%H:%M')} {name} {label}: recall up to "
                  f"{max(r['recall'] for r in results):.4f}", flush=True)
        peer.end()
    except RuntimeError as error:
        print(f"{name}: {error}", flush=True)
    return results


def sweep(options):
    train, queries, distances = measure.read_data(options.data)
    n = options.queries
    os.makedirs(sweep_file(options.store), exist_ok=True)
    for name, kind in chosen(options.only):
        results = sweep_name(name, kind, options, (train, queries[:n], distances[:n]))
        if results:
            with open(os.path.join(sweep_file(options.store), name + ".json"), "w",
                      encoding="utf-8") as file:
                json.dump(results, file, indent=1)


def front_settings(store, most, only):
    """Of each name the fastest setting that reaches each recall, and the most accurate of
    its front, no more than `most` of them, evenly taken; of numeral all."""
    for name, _ in chosen(only):
        try:
            with open(os.path.join(sweep_file(store), name + ".json"), encoding="utf-8") as f:
                swept = json.load(f)
        except FileNotFoundError:
            print(f"left out {name}: not in the sweep")
            continue
        if name == "numeral":
            yield from swept
            continue
        front = measure.front_of(swept)
        if front[-1]["recall"] < RECALLS[0]:
            print(f"left out {name}: its recall is {front[-1]['recall']:.2f} at most")
            continue
        wanted = [measure.fastest_at(front, recall) for recall in RECALLS]
        wanted.append(front[-1])  # where the last recall is out of reach
        kept = []
        for setting in wanted:
            if setting is not None and setting not in kept:
                kept.append(setting)
        if len(kept) > most:
            kept = [kept[round(i * (len(kept) - 1) / (most - 1))] for i in range(most)]
        yield from kept


def load_all(settings, data):
    """Starts the names' processes with their indexes; what does not load is left out."""
    peers, loaded = {}, []
    for setting in settings:
        name = setting["name"]
        label = how_of(setting["built"], setting["variant"], None)
        if name not in peers:
            peers[name] = measure.Peer(name, NAMES[name], data)
            peers[name].labels = set()
        try:
            if label not in peers[name].labels:
                peers[name].load(label, setting["built"], setting["variant"],
                                 setting["path"])
                peers[name].labels.add(label)
            loaded.append({**setting, "label": label, "rates": [], "answers": {}})
        except RuntimeError as error:
            print(f"left out {name} {label}: {error}", flush=True)
    return peers, loaded


def time_rounds(peers, settings, n_queries, options):
    """Rounds until the minutes are over; returns how many there were."""
    end, at, shuffle = time.monotonic() + 60 * options.minutes, 0, random.Random(0)
    while time.monotonic() < end:
        begin = at * options.queries % n_queries
        for setting in shuffle.sample(settings, len(settings)):
            rows, seconds = peers[setting["name"]].run(
                setting["label"], setting["argument"], begin, options.queries, WARMING)
            setting["rates"].append(len(rows) / seconds)
            setting["answers"][begin] = rows
        at += 1
        print(f"\r{time.strftime('%H:%M:%S')} round {at}", end="", flush=True)
    print()
    return at


def result_of(setting, data):
    train, queries, distances = data
    hits = asked = 0
    for begin, rows in setting["answers"].items():
        part = slice(begin, begin + len(rows))
        hits += len(rows) * measure.recall_of(rows, train, queries[part], distances[part])
        asked += len(rows)
    return {key: setting[key] for key in ("name", "how", "built", "argument")} | {
        "version": version_of(NAMES[setting["name"]]), "recall": hits / asked,
        "queries_per_second": float(np.median(setting["rates"])),
        "quartiles": [float(q) for q in np.percentile(setting["rates"], (25, 75))],
        "rates": setting["rates"],
        "build_seconds": measure.build_seconds(os.path.dirname(setting["path"]))}


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file
                     if line.startswith("model name")), "")


def time_front(options):
    data = measure.read_data(options.data)
    load = os.getloadavg()[0]
    settings = list(front_settings(options.store, options.settings, options.only))
    peers, settings = load_all(settings, options.data)
    print(f"{len(settings)} settings of {len(peers)} names; load average {load:.2f}; cores "
          f"{sorted(os.sched_getaffinity(0))}", flush=True)
    start = time.time()
    rounds = time_rounds(peers, settings, len(data[1]), options)
    results = [result_of(setting, data) for setting in settings]
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump({"data": os.path.basename(options.data).split(".")[0], "k": measure.K,
                   "rounds": rounds, "queries_a_round": options.queries, "load": load,
                   "processor": processor(), "date": time.strftime("%Y-%m-%d"),
                   "minutes": (time.time() - start) / 60, "results": results}, file)
    for r in sorted(results, key=lambda r: (r["name"], r["recall"])):
        print(f"{r['name']:20} recall {r['recall']:.5f} {r['queries_per_second']:9,.0f} "
              f"queries/s  {r['how']}")
    for peer in peers.values():
        peer.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("build", "sweep", "time"))
    parser.add_argument("data")
    parser.add_argument("store")
    parser.add_argument("--only", default="", help="names, with commas")
    parser.add_argument("--builds", type=int, default=99, help="of each name, at most")
    parser.add_argument("--again", action="store_true", help="build what is there")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=20, help="of builds or of rounds")
    parser.add_argument("--limit", type=float, default=300, help="seconds of one build")
    parser.add_argument("--settings", type=int, default=7, help="of each rival, at most")
    parser.add_argument("--out")
    options = parser.parse_args()
    options.store = os.path.abspath(options.store)  # some libraries join paths to it
    if options.what == "time" and not options.out:
        parser.error("time needs --out")
    {"build": build, "sweep": sweep, "time": time_front}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())
