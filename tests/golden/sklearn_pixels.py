#!/usr/bin/python3
"""Compares numeral's raw-pixel answers on MNIST with scikit-learn's, digit for digit.

usage: sklearn_pixels.py NUMERAL MNIST_FOLDER

scikit-learn is asked for every test digit where NUMERAL_THOROUGH is set, else for every third;
numeral always, whose errors are counted over all.

Both sides get the 60,000 training and 10,000 test images as they are. scikit-learn runs
KNeighborsClassifier(algorithm='brute') on float64 pixels, in which every squared distance
of 784 bytes is an exact integer. Compared are

  * the ten nearest ids of every test digit, and sqrt(numeral's integer) with
    scikit-learn's distance, bit for bit, by the model's own index and by brute force;
  * every prediction for k = 1, 3, 5, with uniform and with distance weights, and the
    error counts.

The search is one call of kneighbors for k = 10; the six classifiers vote on its first k
columns through their own predict(). Those columns are the answer to a search for k exactly
where the k-th and the next distance differ; a query where they are equal is searched again
for that k. The first SAMPLE queries go through untouched classifiers besides.

Ids may differ from scikit-learn's only among rows at one and the same distance: numeral
puts the smaller row first, scikit-learn promises no order. Such places are counted.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier

WIDEST = 10
SAMPLE = 100
KNOWN_ERRORS = {
    ("uniform", 1): 309, ("uniform", 3): 295, ("uniform", 5): 312,
    ("distance", 1): 309, ("distance", 3): 283, ("distance", 5): 309,
}


def stop(message):
    sys.exit("sklearn_pixels: " + message)


def read_idx(folder, name):
    """The array of an IDX file of bytes, gzipped or not."""
    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            data = file.read()
    elif os.path.exists(path + ".gz"):
        with gzip.open(path + ".gz") as file:
            data = file.read()
    else:
        stop(f"{path}: no such file, nor with .gz")
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_mnist(folder):
    parts = []
    for part in ("train", "t10k"):
        images = read_idx(folder, part + "-images-idx3-ubyte")
        parts.append(images.reshape(len(images), -1).astype(np.float64))
        parts.append(read_idx(folder, part + "-labels-idx1-ubyte"))
    return parts


def run_numeral(program, arguments, folder):
    environment = dict(os.environ, NUMERAL_DATA=folder)
    done = subprocess.run([program, *arguments], env=environment, text=True,
                          stdout=subprocess.PIPE)
    if done.returncode != 0:
        stop(f"numeral {' '.join(arguments)}: exit status {done.returncode}")
    return done.stdout


def train_numeral(program, mnist, folder, k):
    """The file of a pixels model fitted for k neighbours and a uniform vote."""
    model = os.path.join(folder, f"{k}.safetensors")
    run_numeral(program, ["train", "mnist:train", "--preset", "pixels", "-k", str(k),
                          "--ties", "smallest", "--quiet", "-o", model], mnist)
    return model


def numeral_predictions(program, mnist, model, weights, k):
    """numeral's label for each test digit; the model's own weights are uniform."""
    override = [] if weights == "uniform" else ["--weights", weights]
    text = run_numeral(program, ["predict", model, "mnist:test", *override, "--accept-all",
                                 "--json", "-"], mnist)
    lines = [json.loads(line) for line in text.splitlines()]
    for at, line in enumerate(lines):
        if line["input"] != f"mnist:test[{at}]":
            stop(f"predict: line {at} is for {line['input']}")
        if len(line["neighbours"]) != k:
            stop(f"predict: line {at} has {len(line['neighbours'])} neighbours, not {k}")
    return np.array([int(line["label"]) for line in lines])


def numeral_neighbours(program, mnist, folder, model, index):
    output = os.path.join(folder, "neighbours.npz")
    override = ["--index", index] if index else []
    run_numeral(program, ["neighbours", model, "mnist:test", "-k", str(WIDEST), *override,
                          "--quiet", "-o", output], mnist)
    with np.load(output) as file:
        return file["ids"], file["distances"]


class Voter(KNeighborsClassifier):
    """A KNeighborsClassifier that finds its neighbours in a finished search."""

    def remember(self, distances, ids):
        self.found = distances, ids
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        distances, ids = self.found
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        return (distances[:, :k], ids[:, :k]) if return_distance else ids[:, :k]


def sklearn_predictions(data, found, weights, k):
    """scikit-learn's label for each test digit, and how many were searched again."""
    train, train_labels, test, _ = data
    options = {"n_neighbors": k, "weights": weights, "algorithm": "brute"}
    voter = Voter(**options).fit(train, train_labels).remember(*found)
    labels = voter.predict(test)
    open_sets = np.flatnonzero(found[0][:, k - 1] == found[0][:, k])
    again = np.union1d(open_sets, np.arange(SAMPLE))
    untouched = KNeighborsClassifier(**options).fit(train, train_labels)
    fresh = untouched.predict(test[again])
    settled = ~np.isin(again, open_sets)
    if not np.array_equal(labels[again][settled], fresh[settled]):
        stop(f"{weights} k = {k}: scikit-learn disagrees with its own search for k = 10")
    labels[again] = fresh
    return labels, len(open_sets)


def compare_predictions(theirs, ours, truth, asked, weights, k):
    errors = int((ours != truth).sum())
    numbers = np.arange(len(truth))[asked]
    differing = np.flatnonzero(theirs != ours[asked])
    for at in differing[:5]:
        row = numbers[at]
        print(f"  mnist:test[{row}] {weights} k = {k}: scikit-learn {theirs[at]}, "
              f"numeral {ours[row]}, true {truth[row]}")
    if len(ours) != len(truth) or len(differing) > 0:
        stop(f"{weights} k = {k}: {len(differing)} predictions differ")
    if errors != KNOWN_ERRORS[weights, k]:
        stop(f"{weights} k = {k}: {errors} errors, expected {KNOWN_ERRORS[weights, k]}")


def compare_neighbours(train, test, found, ids, distances):
    """Stops at a difference; returns how many ids are swapped among equal distances."""
    their_distances, their_ids = found
    if ids.shape != their_ids.shape or distances.shape != their_ids.shape:
        stop(f"neighbours: shapes {ids.shape} and {distances.shape}")
    if not np.array_equal(np.floor(distances), distances):
        stop("neighbours: a squared distance is not an integer")
    wrong = np.sqrt(distances.astype(np.float64)) != their_distances
    if wrong.any():
        query, place = np.argwhere(wrong)[0]
        stop(f"neighbours: {wrong.sum()} distances differ, the first of asked digit {query} "
             f"place {place}: numeral {distances[query, place]} squared, scikit-learn "
             f"{their_distances[query, place]}")
    swapped = np.argwhere(ids != their_ids)
    for query, place in swapped:
        difference = train[ids[query, place]] - test[query]
        if difference @ difference != distances[query, place]:
            stop(f"neighbours: asked digit {query} place {place}: row {ids[query, place]} "
                 f"is not at the distance given")
        if len(set(ids[query])) != WIDEST:
            stop(f"neighbours: asked digit {query} names a row twice")
    return len(swapped)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    program, mnist = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    started = time.monotonic()
    data = read_mnist(mnist)
    train, train_labels, test, truth = data
    asked = slice(None, None, 1 if "NUMERAL_THOROUGH" in os.environ else 3)
    data[2] = test = test[asked]
    search = KNeighborsClassifier(WIDEST, algorithm="brute").fit(train, train_labels)
    found = search.kneighbors(test)
    searched_again = 0
    with tempfile.TemporaryDirectory() as folder:
        models = {k: train_numeral(program, mnist, folder, k) for k in (1, 3, 5)}
        for weights, k in KNOWN_ERRORS:
            ours = numeral_predictions(program, mnist, models[k], weights, k)
            theirs, again = sklearn_predictions(data, found, weights, k)
            compare_predictions(theirs, ours, truth, asked, weights, k)
            searched_again += again
        ids, distances = numeral_neighbours(program, mnist, folder, models[1], None)
        brute = numeral_neighbours(program, mnist, folder, models[1], "brute")
    swapped = compare_neighbours(train, test, found, ids[asked], distances[asked])
    if not (np.array_equal(ids, brute[0]) and np.array_equal(distances, brute[1])):
        stop("neighbours: --index brute and the model's own index differ")
    print(f"sklearn_pixels: equal to scikit-learn {sklearn.__version__} on MNIST: "
          f"6 x {len(test)} predictions (errors "
          f"{', '.join(str(n) for n in KNOWN_ERRORS.values())}), {found[1].size} ids "
          f"({swapped} swapped at equal distance) and {found[0].size} distances, both "
          f"with the model's index and by brute force; "
          f"{searched_again} searches with a tie at the k-th place; "
          f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
