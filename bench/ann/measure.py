"""What building, sweeping and timing have in common: data, indexes on disk, recall, and a
process for each name that holds its indexes and answers queries when told.

A name's process has its libraries to itself, so that the threads of one do not meet those
of another, and one that crashes takes only its own figures with it.
"""

import json
import multiprocessing
import os
import time
import traceback

import h5py
import numpy as np

K = 10
FAR = 1e-3  # a neighbour may be so much farther than the true last one, as there


def read_data(path, parts=("train", "test", "distances")):
    with h5py.File(path) as file:
        return [file[part][:] for part in parts]


def key_of(built):
    """A folder's name for what an index is built with."""
    return "-".join(f"{name}={value}" for name, value in sorted(built.items())) or "one"


def place_of(store, name, built):
    """The folder of an index: the index itself, and build.json when it is whole."""
    return os.path.join(store, name, key_of(built))


def build_seconds(place):
    try:
        with open(os.path.join(place, "build.json"), encoding="utf-8") as file:
            return json.load(file)["seconds"]
    except FileNotFoundError:
        return None


def recall_of(answers, train, queries, distances):
    """As ann-benchmarks counts: by distance, so that ties may come in any order. Rows that
    an answer lacks are -1, or whatever is no row."""
    rows = np.clip(answers, 0, len(train) - 1)
    hits = 0
    for begin in range(0, len(queries), 500):
        part = slice(begin, begin + 500)
        squares = ((train[rows[part]] - queries[part, None]) ** 2).sum(axis=2)
        within = np.sqrt(squares) <= distances[part, K - 1, None] + FAR
        hits += (within & (answers[part] == rows[part])).sum()
    return hits / (len(queries) * K)


def ask(index, queries):
    """The rows found for each query, and the seconds that the calls took."""
    answers, query, clock, seconds = [], index.query, time.perf_counter, 0.0
    for v in queries:
        start = clock()
        found = query(v, K)
        seconds += clock() - start
        answers.append(found)
    rows = np.full((len(answers), K), -1, dtype=np.int64)
    for row, found in zip(rows, answers):
        found = np.asarray(found)[:K].astype(np.int64)
        row[:len(found)] = found
    return rows, seconds


def serve(connection, make, data):
    """A name's process: loads indexes and answers until the connection ends. `make` gives
    an index that is not loaded yet, from what it is built with and how it is read."""
    train, queries = read_data(data, ("train", "test"))
    held, n = {}, len(queries)
    while True:
        try:
            what, *rest = connection.recv()
        except EOFError:
            return
        try:
            if what == "load":
                label, built, variant, path = rest
                index = make(**built, **variant)
                index.load(path, train)
                held[label] = index
                connection.send(None)
            elif what == "drop":
                held.clear()
                connection.send(None)
            else:
                label, argument, begin, count, before = rest
                index = held[label]
                if argument is not None:
                    index.set_query_arguments(argument)
                for i in range(before):
                    index.query(queries[(begin - before + i) % n], K)
                connection.send(ask(index, queries[begin:begin + count]))
        except Exception:  # whatever a library throws is that name's end, not the run's
            connection.send(traceback.format_exc(limit=1))


class Peer:
    """A name's process, seen from outside."""

    def __init__(self, name, make, data):
        context = multiprocessing.get_context("spawn")
        self.name = name
        self.connection, far = context.Pipe()
        self.process = context.Process(target=serve, args=(far, make, data), daemon=True)
        self.process.start()
        far.close()

    def _call(self, *message):
        try:
            self.connection.send(message)
            answer = self.connection.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"{self.name} crashed") from None
        if isinstance(answer, str):
            raise RuntimeError(answer.strip().splitlines()[-1])
        return answer

    def load(self, label, built, variant, path):
        self._call("load", label, built, variant, path)

    def drop(self):
        self._call("drop")

    def run(self, label, argument, begin, count, before):
        return self._call("run", label, argument, begin, count, before)

    def end(self):
        self.connection.close()
        self.process.join()


def front_of(results):
    """Those that no other one beats in both recall and speed, by recall."""
    best, front = 0.0, []
    for r in sorted(results, key=lambda r: (-r["recall"], -r["queries_per_second"])):
        if r["queries_per_second"] > best:
            best = r["queries_per_second"]
            front.append(r)
    return front[::-1]


def fastest_at(results, recall):
    """The fastest that reaches a recall; None where none does."""
    able = [r for r in results if r["recall"] >= recall]
    return max(able, key=lambda r: r["queries_per_second"], default=None)
