#!/usr/bin/python3
"""scikit-learn and scipy behind the protocol of driver.h.

SPEC is brute, kd_tree or ball_tree (scikit-learn's NearestNeighbors) or cKDTree (scipy).
Rows are float64: measured, scikit-learn's brute force takes as long with float32.
"""
import sys
import time

import numpy as np
import scipy
import sklearn
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits


def own_bytes():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if "RssAnon" in line)


class ScikitLearn:
    def __init__(self, rows, k, spec):
        self.search_tree = NearestNeighbors(n_neighbors=k, algorithm=spec).fit(rows)
        self.description = f"scikit-learn {sklearn.__version__}, {spec}"
        self.trees = spec != "brute"

    def search(self, queries, threads):
        # Brute force follows the thread pools, the trees follow n_jobs.
        self.search_tree.n_jobs = threads if self.trees and len(queries) > 1 else 1
        return self.search_tree.kneighbors(queries)


class SciPy:
    def __init__(self, rows, k, _):
        self.tree, self.k = cKDTree(rows), k
        self.description = f"scipy {scipy.__version__}, cKDTree"

    def search(self, queries, threads):
        return self.tree.query(queries, self.k, workers=threads)


class Session:
    def __init__(self, rows, n_rows, queries, n_queries, dims, k, threads, spec):
        dims = int(dims)
        self.rows = np.fromfile(rows, np.uint8).reshape(int(n_rows), dims)
        self.queries = np.fromfile(queries, np.uint8).reshape(int(n_queries), dims)
        self.queries = self.queries.astype(np.float64)
        self.threads = int(threads)
        before, start = own_bytes(), time.monotonic()
        with threadpool_limits(self.threads):
            kind = SciPy if spec == "cKDTree" else ScikitLearn
            self.peer = kind(self.rows.astype(np.float64), int(k), spec)
        print(f"ready {time.monotonic() - start:.6f} {own_bytes() - before} "
              f"{self.peer.description}", flush=True)

    def batch(self, first, n):
        return [self.peer.search(self.queries[first:first + n], self.threads)], []

    def single(self, first, n):
        found, latencies = [], []
        for query in range(first, first + n):
            start = time.monotonic()
            found.append(self.peer.search(self.queries[query:query + 1], self.threads))
            latencies.append(time.monotonic() - start)
        latencies.sort()
        return found, [latencies[n // 2], latencies[n * 99 // 100]]

    def timed(self, search, first, n):
        cpu, wall = time.process_time(), time.monotonic()
        with threadpool_limits(self.threads):
            found, extra = search(first, n)
        times = [time.monotonic() - wall, time.process_time() - cpu, *extra]
        self.distances, self.ids = (np.concatenate(part) for part in zip(*found))
        return " ".join(f"{value:.9f}" for value in times)

    def answer(self, verb, *values):
        if verb in ("batch", "single"):
            return self.timed(getattr(self, verb), int(values[0]), int(values[1]))
        if verb == "threads":
            self.threads = int(values[0])
        elif verb == "write":
            with open(values[0], "wb") as file:
                file.write(self.ids.astype(np.int64).tobytes())
                file.write((self.distances ** 2).astype(np.float64).tobytes())
        else:
            sys.exit(f"python_driver: cannot read the line: {verb}")
        return "ok"


def main():
    session = Session(*sys.argv[1:])
    for line in sys.stdin:
        print(session.answer(*line.split()), flush=True)


if __name__ == "__main__":
    main()
