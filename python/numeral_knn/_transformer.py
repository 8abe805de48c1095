"""NumeralNeighborsTransformer: the graph of neighbours, for what is built on graphs."""

from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin

from ._neighbors import NeighborsMixin, validate

__all__ = ["NumeralNeighborsTransformer"]


class NumeralNeighborsTransformer(NeighborsMixin, ClassNamePrefixFeaturesOutMixin,
                                  TransformerMixin, BaseEstimator):
    """Transform rows into the graph of their nearest neighbours.

    It stands where scikit-learn's KNeighborsTransformer does.

    Parameters
    ----------
    mode : {'distance', 'connectivity'}
        What the graph holds. With distances each row has one neighbour more, since in the
        fitted rows it is its own.
    n_neighbors : int
        How many.
    metric : str
        A metric by scikit-learn's name, or by numeral's.
    n_jobs : int, optional
        Threads, as scikit-learn counts them.

    Attributes
    ----------
    n_samples_fit_ : int
        Fitted rows.
    n_features_in_ : int
        Their columns.
    """

    def __init__(self, *, mode="distance", n_neighbors=5, metric="euclidean", n_jobs=None):
        self.mode = mode
        self.n_neighbors = n_neighbors
        self.metric = metric
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Fit rows.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
            Rows.
        y : None
            Not used.

        Returns
        -------
        self
        """
        if self.mode not in ("distance", "connectivity"):
            raise ValueError(f"mode: {self.mode!r}, expected 'distance' or 'connectivity'")
        self._fit_rows(validate(self, X), self.metric)
        return self

    @property
    def _n_features_out(self):
        return self.n_samples_fit_

    def transform(self, X):
        """Make the graph from rows to their nearest fitted ones.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_samples, n_samples_fit)
        """
        k = self.n_neighbors + (self.mode == "distance")
        return self.kneighbors_graph(X, k, mode=self.mode)

    def fit_transform(self, X, y=None):
        """Fit rows and make the graph among them, each its own nearest.

        Parameters
        ----------
        X : array of shape (n_samples, n_features)
            Rows.
        y : None
            Not used.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_samples, n_samples)
        """
        return self.fit(X).transform(X)
