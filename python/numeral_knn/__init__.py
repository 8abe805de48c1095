"""numeral in Python: exact and fast nearest neighbours, and handwritten digits read by them.

Index is a nearest-neighbour index; NumeralClassifier and NumeralNeighborsTransformer are
estimators of scikit-learn, which is loaded when one of them is first named.
"""

from ._core import Index, cpu_name, read_image, version as __version__  # noqa: F401
from ._data import load_data

__all__ = ["Index", "NumeralClassifier", "NumeralNeighborsTransformer", "cpu_name",
           "load_data", "read_image"]

_LAZY = {"NumeralClassifier": "_classifier", "NumeralNeighborsTransformer": "_transformer"}


def __getattr__(name):
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        module = import_module("." + _LAZY[name], __name__)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("sklearn", "scipy", "joblib"):
            raise ImportError(f"{name} needs scikit-learn: pip install "
                              "'numeral-knn[sklearn]'") from error
        raise
    value = globals()[name] = getattr(module, name)
    return value


def __dir__():
    return sorted(set(globals()) | set(__all__))
