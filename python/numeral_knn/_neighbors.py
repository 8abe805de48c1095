"""What the estimators share: rows of numbers, and the three ways to ask for neighbours."""

import numbers

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.validation import check_is_fitted

from ._core import Index
from ._metrics import find_metric

__all__ = ["NeighborsMixin", "count_threads", "validate"]


def validate(estimator, X, y="no_validation", **options):
    """Check input as scikit-learn does, by the way that its version has for it."""
    try:
        from sklearn.utils.validation import validate_data
    except ImportError:  # before 1.6
        return estimator._validate_data(X, y=y, **options)
    return validate_data(estimator, X, y=y, **options)


def count_threads(n_jobs):
    """How many threads the convention of scikit-learn asks for."""
    from joblib import effective_n_jobs

    return effective_n_jobs(n_jobs)


def as_float_rows(X):
    """Rows as an index of floats takes them: whole numbers in it stay exact ones."""
    return np.ascontiguousarray(X, dtype=np.float32 if X.dtype == np.float32 else np.float64)


def check_k(k, n_rows):
    """Check a number of neighbours against the rows there are, in scikit-learn's words."""
    if not isinstance(k, numbers.Integral):
        raise TypeError(f"n_neighbors does not take {type(k)} value, enter integer value")
    if k <= 0:
        raise ValueError(f"Expected n_neighbors > 0. Got {k}")
    if k > n_rows:
        raise ValueError(f"Expected n_neighbors <= n_samples_fit, but n_neighbors = {k}, "
                         f"n_samples_fit = {n_rows}, n_samples = {n_rows}")
    return int(k)


class NeighborsMixin:
    """kneighbors, radius_neighbors and kneighbors_graph over rows of numbers.

    Distances are scikit-learn's (Euclidean ones are not squared), equally near rows are
    ordered by their number.
    """

    def _fit_rows(self, X, metric):
        self._metric = find_metric(metric)
        self._index = Index(as_float_rows(X), metric=self._metric.name,
                            threads=count_threads(self.n_jobs))
        self.n_samples_fit_ = X.shape[0]

    def _check_queries(self, X):
        return validate(self, X, reset=False)

    def _nearest(self, X, k):
        """Distances and rows of the k nearest of queries, or of each row, X None."""
        threads = count_threads(self.n_jobs)
        if X is None:
            distances, ids = self._index.search_self(k, threads=threads)
        else:
            distances, ids = self._index.search(as_float_rows(X), k, threads=threads)
        return self._metric.outwards(distances, self._index.n_dims), ids

    def _within(self, X, radius):
        threads = count_threads(self.n_jobs)
        inner = self._metric.inwards(radius, self._index.n_dims)
        starts, distances, ids = self._index.range(
            None if X is None else as_float_rows(X), inner, threads=threads)
        return starts, self._metric.outwards(distances, self._index.n_dims), ids

    def _default_k(self):
        return self.n_neighbors

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        """Find the nearest rows.

        Parameters
        ----------
        X : array of shape (n_queries, n_features), optional
            Queries; None asks for each row's nearest among the others.
        n_neighbors : int, optional
            How many; by default the estimator's.
        return_distance : bool
            Whether distances are given, too.

        Returns
        -------
        distances : ndarray of shape (n_queries, n_neighbors)
            Nearest first; left out where `return_distance` is False.
        rows : ndarray of shape (n_queries, n_neighbors)
            Numbers of the rows, in the order that they were fitted in.
        """
        check_is_fitted(self)
        k = self._default_k() if n_neighbors is None else n_neighbors
        k = check_k(k, self.n_samples_fit_ - (X is None))
        distances, ids = self._nearest(None if X is None else self._check_queries(X), k)
        return (distances, ids) if return_distance else ids

    def radius_neighbors(self, X=None, radius=1.0, return_distance=True,
                         sort_results=False):
        """Find all rows within a radius.

        Parameters
        ----------
        X : array of shape (n_queries, n_features), optional
            Queries; None asks for each row's among the others.
        radius : float
            The largest distance.
        return_distance : bool
            Whether distances are given, too.
        sort_results : bool
            For scikit-learn's sake: results are always sorted.

        Returns
        -------
        distances : ndarray of arrays
            Of each query, nearest first; left out where `return_distance` is False.
        rows : ndarray of arrays
            Numbers of the rows.
        """
        check_is_fitted(self)
        starts, distances, ids = self._within(
            None if X is None else self._check_queries(X), radius)
        n = len(starts) - 1
        found = np.empty(n, dtype=object), np.empty(n, dtype=object)
        for i in range(n):
            some = slice(starts[i], starts[i + 1])
            within = distances[some] <= radius
            found[0][i], found[1][i] = distances[some][within], ids[some][within]
        return found if return_distance else found[1]

    def kneighbors_graph(self, X=None, n_neighbors=None, mode="connectivity"):
        """Make the sparse graph from queries to their nearest rows.

        Parameters
        ----------
        X : array of shape (n_queries, n_features), optional
            Queries; None asks for each row's nearest among the others.
        n_neighbors : int, optional
            How many; by default the estimator's.
        mode : {'connectivity', 'distance'}
            What the graph holds: ones or distances.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_queries, n_samples_fit)
        """
        if mode not in ("connectivity", "distance"):
            raise ValueError(f"mode: {mode!r}, expected 'connectivity' or 'distance'")
        distances, ids = self.kneighbors(X, n_neighbors)
        n, k = ids.shape
        data = distances.ravel() if mode == "distance" else np.ones(n * k)
        return csr_matrix((data, ids.ravel(), np.arange(0, n * k + 1, k)),
                          shape=(n, self.n_samples_fit_))
