"""scikit-learn's names of metrics, and what their distances are in numeral's."""

import numpy as np

__all__ = ["Metric", "find_metric"]


class Metric:
    """A metric by its two names, and the way from one's distances to the other's.

    Attributes
    ----------
    name : str
        As numeral writes it: "l2".
    unsquare : bool
        Whether numeral's distances are the squares of scikit-learn's.
    share : bool
        Whether they are counts, and scikit-learn's are shares of all dimensions.
    """

    def __init__(self, name, unsquare=False, share=False):
        self.name, self.unsquare, self.share = name, unsquare, share

    def outwards(self, distances, n_dims):
        """Bring numeral's distances to scikit-learn's, as float64."""
        distances = np.asarray(distances, dtype=np.float64)
        if self.unsquare:
            return np.sqrt(distances)
        return distances / n_dims if self.share else distances

    def inwards(self, radius, n_dims):
        """Bring a radius to numeral's, never a smaller one: what is found is cut again."""
        radius = float(radius)
        inner = radius * radius if self.unsquare else radius * (n_dims if self.share else 1)
        return inner * (1 + 1e-14)


_NAMES = {
    "euclidean": Metric("l2", unsquare=True),
    "l2": Metric("l2", unsquare=True),
    "minkowski": Metric("l2", unsquare=True),
    "sqeuclidean": Metric("l2"),
    "manhattan": Metric("l1"),
    "cityblock": Metric("l1"),
    "l1": Metric("l1"),
    "chebyshev": Metric("linf"),
    "infinity": Metric("linf"),
    "linf": Metric("linf"),
    "hamming": Metric("hamming", share=True),
    "cosine": Metric("cosine"),
    "correlation": Metric("correlation"),
    "canberra": Metric("canberra"),
    "braycurtis": Metric("braycurtis"),
}


def find_metric(name):
    """Find a metric by scikit-learn's name, or by numeral's, which may carry arguments."""
    if name is None:
        return _NAMES["euclidean"]
    if not isinstance(name, str):
        raise ValueError(f"metric: {name!r}, expected a name; functions of your own can be "
                         "had in C (numeral/extend.h)")
    return _NAMES.get(name) or Metric(name)
