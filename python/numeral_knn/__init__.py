"""numeral in Python: exact and fast nearest neighbours, and handwritten digits read by them.

Index is a nearest-neighbour index; NumeralClassifier and NumeralNeighborsTransformer are
estimators of scikit-learn, which is loaded when one of them is first named.
"""

from ._core import Index, cpu_name, read_image, version as __version__

__all__ = ["Index", "cpu_name", "read_image"]
