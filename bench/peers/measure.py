#!/usr/bin/python3
"""Times numeral and its peers in turn, on the same rows and queries.

Every peer lives in a process of its own, with its index built, and waits. A round goes
once through all of them. The times of every round are kept: ratios are taken within a
round and then the median over rounds, so that a machine that slows down now and then
slows all of them. Answers are compared with the exact ones of numeral's brute force.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import peer_data
import peer_list

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = "numeral brute"
RECALLS = (0.99, 0.999)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Running:
    """A peer's process."""

    def __init__(self, peer, data, options):
        self.peer, self.k = peer, data["k"]
        program = ([sys.executable, os.path.join(HERE, "python_driver.py")]
                   if peer.program == "python"
                   else [os.path.join(options.programs, peer.program)])
        arguments = (data["rows"], data["n_rows"], data["queries"], data["n_queries"],
                     data["dims"], data["k"], options.threads[-1], peer.spec)
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        # Threads that spin while OpenBLAS's own threads work cost FAISS up to half its
        # speed where there are as many threads as cores.
        environment["OMP_WAIT_POLICY"] = "PASSIVE"
        self.process = subprocess.Popen([*program, *map(str, arguments)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=environment)
        words = self.read().split(maxsplit=3)
        self.build_seconds, self.bytes = float(words[1]), float(words[2])
        self.description = words[3]
        self.points = [((), peer.name)]  # (settings, name) to be timed

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.peer.name} ended")
        return line.strip()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def times(self, line):
        return [float(word) for word in self.ask(line).split()]

    def answers(self, n):
        """(ids, distances) of the last search, which had n queries."""
        with tempfile.NamedTemporaryFile() as file:
            self.ask("write " + file.name)
            size = n * self.k
            ids = np.fromfile(file.name, np.int64, size)
            distances = np.fromfile(file.name, np.float64, size, offset=8 * size)
        return ids.reshape(n, -1), distances.reshape(n, -1)

    def apply(self, settings):
        for name, value in settings:
            self.ask(f"set {name} {value}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Truth:
    """The exact neighbours, and how near another's answers come to them."""

    def __init__(self, data, ids, distances):
        shape = data["n_rows"], data["dims"]
        self.rows = np.memmap(data["rows"], np.uint8, "r", shape=shape)
        self.queries = np.fromfile(data["queries"], np.uint8).reshape(-1, data["dims"])
        self.ids, self.distances = ids, distances
        if not np.array_equal(self.exact_distances(ids), distances):
            raise SystemExit("numeral brute: distances are not those of the rows named")
        if not (np.diff(distances) >= 0).all():
            raise SystemExit("numeral brute: distances do not ascend")

    def exact_distances(self, ids):
        """Squared distances of queries 0 .. n - 1 to the rows named, in integers."""
        parts = []
        for at in range(0, len(ids), 250):
            rows = self.rows[np.maximum(ids[at:at + 250], 0)].astype(np.int32)
            rows -= self.queries[at:at + len(rows), None, :]
            parts.append(np.einsum("qkd,qkd->qk", rows, rows))
        return np.concatenate(parts).astype(np.float64)

    def judge(self, ids, distances):
        """Recall, where a row counts if it is no farther than the true k-th."""
        n = len(ids)
        theirs = np.where(ids >= 0, self.exact_distances(ids), np.inf)
        right = theirs <= self.distances[:n, -1:]
        return {"recall": float(right.mean()), "queries": n,
                "ids_different": int((ids != self.ids[:n]).sum()),
                "exact_distances_different":
                    int((np.sort(theirs, axis=1) != self.distances[:n]).sum()),
                "reported_distances_different": int((distances != theirs).sum())}


def start(data, options):
    running = []
    for peer in peer_list.PEERS:
        if options.only and not any(word in peer.name for word in options.only):
            continue
        if data["n_rows"] > peer.most_rows:
            continue
        if peer.program != "python" and not os.path.exists(
                os.path.join(options.programs, peer.program)):
            continue
        try:
            running.append(Running(peer, data, options))
        except RuntimeError as problem:
            say(f"  left out: {problem}")
            continue
        say(f"  {peer.name}: built in {running[-1].build_seconds:.2f} s; "
            f"{running[-1].description}")
    return running


def calibrate(one, truth, options):
    """The recall curve of an approximate peer; keeps the cheapest point of each recall."""
    n, curve = options.queries, []
    one.ask(f"threads {options.threads[0]}")
    for settings in one.peer.knobs:
        one.apply(settings)
        wall, cpu = one.times(f"batch 0 {n}")
        curve.append({"settings": settings, "seconds": wall, "cpu_seconds": cpu,
                      **truth.judge(*one.answers(n))})
        if curve[-1]["recall"] >= RECALLS[-1] and len(settings) == 1:
            break
    one.points = []
    for recall in RECALLS:
        good = [point for point in curve if point["recall"] >= recall]
        if good:
            best = min(good, key=lambda point: point["cpu_seconds"])
            name = f"{one.peer.name}, recall {recall}"
            one.points.append((best["settings"], name))
    return curve


def find_truth(running, data, options):
    base = next(one for one in running if one.peer.name == BASE)
    base.ask(f"threads {options.threads[-1]}")
    base.times(f"batch 0 {options.queries}")
    return Truth(data, *base.answers(options.queries))


def time_point(one, settings, mode, options):
    """Seconds a query, and what else the driver says, for one peer in one round."""
    one.apply(settings)
    if mode == "self":
        n = one.peer.own
        wall, cpu, *latency = one.times(f"self {n}")
    else:
        n = min(getattr(one.peer, mode), options.queries)
        wall, cpu, *latency = one.times(f"{mode} 0 {n}")
    return n, {"wall": wall / n, "cpu": cpu / n, "latency": latency}


def check_self(running, n):
    """The first n rows among the others must be as brute force says."""
    found = []
    for one in running:
        if one.peer.own or one.peer.name == BASE:
            one.times(f"self {n}")
            found.append((one, one.answers(n)))
    for one, (ids, distances) in found[1:]:
        if not (np.array_equal(ids, found[0][1][0]) and
                np.array_equal(distances, found[0][1][1])):
            raise SystemExit(f"{one.peer.name}: rows among the others are wrong")


def measure(running, truth, options):
    """{(name, threads, mode): [times of each round]} and {name: judgement}."""
    times, judged = {}, {}
    for at in range(options.rounds):
        say(f"  round {at + 1} of {options.rounds}")
        for threads in options.threads:
            for mode in ("single", "batch", "self"):
                for one in running:
                    if at >= one.peer.rounds or (mode == "self" and not one.peer.own):
                        continue
                    one.ask(f"threads {threads}")
                    for settings, name in one.points:
                        n, found = time_point(one, settings, mode, options)
                        times.setdefault((name, threads, mode), []).append(found)
                        if mode == "batch" and one.peer.finds and name not in judged:
                            judged[name] = truth.judge(*one.answers(n))
    return times, judged


def result_of(key, rounds):
    """The times of one peer, mode and thread count: seconds a query in each round."""
    _, threads, mode = key
    result = {"threads": threads, "mode": mode,
              "wall": [times["wall"] for times in rounds],
              "cpu": [times["cpu"] for times in rounds],
              "queries_per_second": 1 / statistics.median(t["wall"] for t in rounds)}
    for place, name in enumerate(("p50", "p99")):
        if rounds[0]["latency"]:
            result[name] = statistics.median(times["latency"][place] for times in rounds)
    return result


def report_of(running, times, judged, curves):
    peers = []
    for one in running:
        for settings, name in one.points:
            peers.append({
                "name": name, "description": one.description,
                "settings": dict(settings), "exact": one.peer.exact,
                "finds": one.peer.finds, "build_seconds": one.build_seconds,
                "bytes": one.bytes, "answers": judged.get(name),
                "results": [result_of(key, times[key]) for key in times if key[0] == name]})
        if one.points and one.peer.name in curves:
            peers[-1]["curve"] = curves[one.peer.name]
    return peers


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if "model name" in line]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores"


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", nargs="+", default=["mnist", "mnist-dense"],
                        choices=peer_data.NAMES)
    parser.add_argument("--programs", required=True, help="folder of the drivers")
    parser.add_argument("--features", help="bench/feature_rows, for mnist-features")
    parser.add_argument("--cache", required=True, help="folder for prepared data")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--queries", type=int, default=10000, help="largest batch")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", nargs="+", help="peers whose name has one of these words")
    options = parser.parse_args(arguments)
    if options.only:
        options.only.append(BASE)
    return options


def compare(name, options):
    say(f"{name}: preparing")
    data = peer_data.prepare(name, options.cache, options.features)
    running = start(data, options)
    try:
        truth = find_truth(running, data, options)
        check_self(running, 1000)
        curves = {}
        for one in running:
            if one.peer.knobs:
                curves[one.peer.name] = calibrate(one, truth, options)
                say(f"  {one.peer.name}: " + "; ".join(
                    f"{point} {dict(settings)}" for settings, point in one.points))
        times, judged = measure(running, truth, options)
        return {"data": data["name"], "n": data["n_rows"], "dims": data["dims"],
                "zeros": data["zeros"], "k": data["k"], "queries": options.queries,
                "cpu": processor(), "system": platform.platform(),
                "date": datetime.date.today().isoformat(),
                "load_before": options.load, "rounds": options.rounds,
                "peers": report_of(running, times, judged, curves)}
    finally:
        for one in running:
            one.close()


def main():
    options = options_of(sys.argv[1:])
    options.load = os.getloadavg()[0]
    os.makedirs(options.out, exist_ok=True)
    for name in options.data:
        result = compare(name, options)
        path = os.path.join(options.out, name + ".json")
        with open(path + ".tmp", "w") as file:
            json.dump(result, file, indent=1)
        shutil.move(path + ".tmp", path)
        say(f"{name}: {path}")


if __name__ == "__main__":
    main()
