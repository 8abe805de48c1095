#!/usr/bin/env python3
"""More digits than there are: MNIST's training digits and seeded copies of them, each a
little turned, scaled, sheared, shifted (affine) and bent (elastic: Simard et al. 2003).

usage: grow.py FOLDER N

Writes FOLDER/part-000-60000.npz, part-001-60000.npz, ... of 60,000 digits each (the last
one has the rest) until there are N. Part 0 is MNIST; part i is made of the seed i alone, so
that parts are the same whatever N is and how many processes make them, one for each
processor. Needs NumPy, and 0.3 GB a process whatever N is; a file that is there stays.
"""
import multiprocessing
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../bench/peers"))
import peer_data

PART = 60000
SIDE, GRID = 28, 5
BEND = 1.3  # pixels, the standard deviation at the points of a coarse grid
STEP = 4000


def read_labels():
    for folder in peer_data.folders("mnist"):
        data = peer_data.read_bytes(os.path.join(folder, "train-labels-idx1-ubyte"))
        if data:
            return np.frombuffer(data, np.uint8, offset=8)
    raise SystemExit("mnist: its labels were not found")


def weights():
    """From a coarse grid of displacements to one for each pixel (bilinear)."""
    at = np.linspace(0, GRID - 1, SIDE)
    low = np.minimum(at.astype(int), GRID - 2)
    made = np.zeros((SIDE, GRID), np.float32)
    made[np.arange(SIDE), low] = 1 - (at - low)
    made[np.arange(SIDE), low + 1] = at - low
    return made


def bent(pictures, generator):
    n = len(pictures)
    up = weights()
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    moved = []
    for straight in (x, y):
        coarse = generator.normal(0, BEND, (n, GRID, GRID)).astype(np.float32)
        moved.append((straight + up @ coarse @ up.T).reshape(n, -1))
    return peer_data.bilinear(pictures, *moved)


def copies(rows, labels, n, seed):
    generator = np.random.default_rng([peer_data.SEED, seed])
    made, taken = [], []
    while n > 0:
        picked = generator.integers(len(rows), size=min(n, STEP))
        some = peer_data.affine_copies(rows[picked], len(picked), Pick(generator))
        made.append(bent(some.reshape(-1, SIDE, SIDE), generator))
        taken.append(labels[picked])
        n -= len(picked)
    return np.concatenate(made), np.concatenate(taken)


class Pick:
    """A generator whose first pick is everything in turn: the rows are chosen already."""

    def __init__(self, generator):
        self.generator = generator
        self.uniform = generator.uniform

    def integers(self, n, size):
        assert n == size
        return np.arange(n)


def make_part(task):
    path, wanted, part = task
    if os.path.exists(path):
        return
    if part == 0:
        x, y = rows[:wanted].reshape(wanted, -1), labels[:wanted]
    else:
        x, y = copies(rows, labels, wanted, part)
    unfinished = f"{path}.{os.getpid()}.npz"
    np.savez(unfinished, x=x.reshape(-1, SIDE, SIDE), y=y)
    os.rename(unfinished, path)


def read_rows():
    """In each process, for all the parts that it makes."""
    global rows, labels
    rows, _ = peer_data.read_set("mnist")
    labels = read_labels()


def main(folder, n):
    os.makedirs(folder, exist_ok=True)
    tasks = []
    for part in range((n + PART - 1) // PART):
        wanted = min(PART, n - part * PART)
        tasks.append((os.path.join(folder, f"part-{part:03}-{wanted}.npz"), wanted, part))
    with multiprocessing.Pool(len(os.sched_getaffinity(0)), read_rows) as pool:
        for _ in pool.imap(make_part, tasks):
            pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
