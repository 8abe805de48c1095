#!/usr/bin/env python3
"""Writes a data set in the layout of ann-benchmarks from images that numeral knows.

usage: make_hdf5.py OUT.hdf5 TRAIN TEST        e.g. mnist-784.hdf5 mnist:train mnist:test

Datasets: train and test, float32; neighbors and distances, the 100 nearest rows of each
test row by exact search, and their Euclidean distances. Needs h5py.
"""

import sys

import h5py
import numpy as np

import numeral_knn

N_NEIGHBORS = 100


def main():
    path, train_name, test_name = sys.argv[1:]
    train, test = (numeral_knn.load_data(name)[0] for name in (train_name, test_name))
    train, test = train.reshape(len(train), -1), test.reshape(len(test), -1)
    squares, rows = numeral_knn.Index(train).search(test, N_NEIGHBORS)
    with h5py.File(path, "w") as file:
        file.attrs.update({"type": "dense", "distance": "euclidean",
                           "dimension": train.shape[1], "point_type": "float"})
        file["train"], file["test"] = train.astype(np.float32), test.astype(np.float32)
        file["neighbors"] = rows.astype(np.int32)
        file["distances"] = np.sqrt(squares).astype(np.float32)
    print(f"{path}: {len(train):,} rows, {len(test):,} queries")


if __name__ == "__main__":
    main()
