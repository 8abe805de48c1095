"""What the tests of numeral_knn share: MNIST where it is there, and drawn rows."""

import gzip
import os

import numpy as np
import pytest


def find_mnist():
    folder = os.environ.get("NUMERAL_DATA", "")
    for inner in ("", "mnist"):
        path = os.path.join(folder, inner, "t10k-labels-idx1-ubyte")
        if folder and (os.path.exists(path) or os.path.exists(path + ".gz")):
            return os.path.join(folder, inner)
    return None


def read_idx(folder, name):
    path = os.path.join(folder, name)
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as file:
        data = file.read()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3])


class Mnist:
    def __init__(self, folder):
        self.train = read_idx(folder, "train-images-idx3-ubyte").reshape(-1, 784)
        self.train_labels = read_idx(folder, "train-labels-idx1-ubyte")
        self.test = read_idx(folder, "t10k-images-idx3-ubyte").reshape(-1, 784)
        self.test_labels = read_idx(folder, "t10k-labels-idx1-ubyte")


@pytest.fixture(scope="session")
def mnist():
    folder = find_mnist()
    if not folder:
        pytest.skip("MNIST is not here: set NUMERAL_DATA")
    return Mnist(folder)


@pytest.fixture
def random():
    return np.random.default_rng(7)


def brute(rows, queries, k, power=2):
    """Distances and ids in the order (distance, row), by float64 or integer sums."""
    rows = np.asarray(rows)
    wide = np.float64 if rows.dtype.kind == "f" else np.int64
    difference = np.abs(np.asarray(queries).astype(wide)[:, None] - rows.astype(wide))
    distances = (difference ** power).sum(-1)
    ids = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distances, ids, 1), ids
