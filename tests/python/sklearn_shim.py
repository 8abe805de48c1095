"""A plugin of pytest: scikit-learn's own tests of its neighbours, run against ours.

usage: pytest -p sklearn_shim --pyargs sklearn.neighbors.tests.test_neighbors
                                       sklearn.neighbors.tests.test_neighbors_pipeline

KNeighborsClassifier and KNeighborsTransformer of sklearn.neighbors become thin classes over
ours, which take the same parameters. Tests that name neither are left out; those that ask
for what ours are not meant to do are expected to fail, each for a reason.
"""

import inspect

import pytest
import sklearn.neighbors
from sklearn.neighbors._base import KNeighborsMixin

from numeral_knn import NumeralClassifier, NumeralNeighborsTransformer


def translate(metric, p, metric_params):
    """Their metric, with the order of the norm, as ours."""
    p = (metric_params or {}).get("p", p)
    if metric in ("minkowski", "p"):
        orders = {1: "manhattan", 2: "euclidean", float("inf"): "chebyshev"}
        return orders.get(p, f"lp=p={p}")
    return metric


class KNeighborsClassifier(NumeralClassifier, KNeighborsMixin):
    """Their parameters, our search."""

    recipe, image_shape, random_state = "vectors", None, 0

    def __init__(self, n_neighbors=5, *, weights="uniform", algorithm="auto", leaf_size=30,
                 p=2, metric="minkowski", metric_params=None, n_jobs=None):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.p = p
        self.metric = metric
        self.metric_params = metric_params
        self.n_jobs = n_jobs

    def _fit_rows(self, X, metric):
        super()._fit_rows(X, translate(metric, self.p, self.metric_params))


class KNeighborsTransformer(NumeralNeighborsTransformer):
    """Their parameters, our search."""

    def __init__(self, *, mode="distance", n_neighbors=5, algorithm="auto", leaf_size=30,
                 metric="minkowski", p=2, metric_params=None, n_jobs=None):
        self.mode = mode
        self.n_neighbors = n_neighbors
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.metric = metric
        self.p = p
        self.metric_params = metric_params
        self.n_jobs = n_jobs

    def _fit_rows(self, X, metric):
        super()._fit_rows(X, translate(metric, self.p, self.metric_params))


sklearn.neighbors.KNeighborsClassifier = KNeighborsClassifier
sklearn.neighbors.KNeighborsTransformer = KNeighborsTransformer

# Beginnings of test names, and why ours are not to pass.
_SPARSE = "sparse rows are not taken"
_PRECOMPUTED = "distances that were computed before are not taken: ours search rows"
_ALGORITHM = "about the parameter `algorithm`, which ours have not"
EXPECTED = {
    "test_unsupervised_inputs": "trees and other estimators are not taken as rows",
    "test_precomputed_dense": _PRECOMPUTED,
    "test_precomputed_sparse_knn": _PRECOMPUTED,
    "test_precomputed_cross_validation": _PRECOMPUTED,
    "test_kneighbors_classifier_sparse": _SPARSE,
    "test_predict_sparse_ball_kd_tree": _SPARSE,
    "test_neighbors_validate_parameters": _SPARSE,
    "test_KNeighborsClassifier_multioutput": "one label for each row",
    "test_neighbors_minkowski_semimetric_algo": _ALGORITHM,
    "test_metric_params_interface": "about the parameter `metric_params`",
    "test_nan_euclidean_support": "missing values are refused",
}


def is_ours(item):
    """Whether a test says one of the two names, or is given one of the two classes."""
    shims = (KNeighborsClassifier, KNeighborsTransformer)
    given = getattr(item, "callspec", None)
    values = list(given.params.values()) if given else []
    if any(value in shims if inspect.isclass(value) else isinstance(value, shims)
           for value in values):
        return True
    if any(inspect.isclass(value) and "neighbors" in value.__module__ for value in values):
        return False  # another of theirs
    text = inspect.getsource(item.function)
    body = text[text.index("def test"):]
    return any(shim.__name__ in body for shim in shims)


def pytest_collection_modifyitems(config, items):
    """Keeps the tests of ours, and marks those that are expected to fail."""
    left = [item for item in items if not is_ours(item)]
    items[:] = [item for item in items if is_ours(item)]
    config.hook.pytest_deselected(items=left)
    for item in items:
        for name, reason in EXPECTED.items():
            if item.name.startswith(name):
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
