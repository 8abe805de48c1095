"""numeral in ann-benchmarks: this file is ann_benchmarks/algorithms/numeral/module.py there.

One query at a time, one thread. Rows are float32 as the data sets have them: where all
values are whole numbers (MNIST, Fashion-MNIST), they are recognised and searched as such;
others are rounded to 16 bits with a bound, and decided by float64 distances.
"""

import numpy as np

import numeral_knn

try:
    from ..base.module import BaseANN
except ImportError:  # outside ann-benchmarks: run.py

    class BaseANN:
        """What ann-benchmarks asks of an algorithm."""

        def done(self):
            pass

        def get_memory_usage(self):
            return None

        def get_additional(self):
            return {}


class Numeral(BaseANN):
    """An index of kind "exact" or "near", the latter with the recall it is built for."""

    def __init__(self, metric, kind, recall=1.0):
        self._metric = {"euclidean": "l2", "angular": "cosine", "hamming": "hamming"}[metric]
        self._kind, self._recall = kind, recall
        self._name = f"numeral({kind}{'' if kind != 'near' else f', {recall}'})"
        self._index = None

    def fit(self, X):
        """Build over rows."""
        if self._metric == "cosine":  # l2 of rows of length 1 puts them in the same order
            X = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-30)
        if X.dtype == bool:
            X = X.astype(np.uint8)
        metric = "l2" if self._metric == "cosine" else self._metric
        self._index = numeral_knn.Index(X, metric=metric, kind=self._kind,
                                        recall=min(self._recall, 1.0))
        self._search = self._index.search

    def query(self, v, n):
        """Find the rows of the n nearest of a vector."""
        if self._metric == "cosine":
            v = v / max(np.linalg.norm(v), 1e-30)
        return self._search(v, n)[1]

    def __str__(self):
        return self._name
