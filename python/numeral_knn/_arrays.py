"""What the extension asks of NumPy: other arrays brought to the types it takes."""

import numpy as np

__all__ = ["as_ids", "as_rows"]


def as_rows(rows, wanted=None):
    """Bring `rows` to a C-contiguous matrix (or vector) of a type that indexes take.

    Parameters
    ----------
    rows : array_like
        Numbers, of one or two dimensions.
    wanted : str, optional
        The type of an index that is searched, "u1" for one. Values that it does not
        hold exactly are refused: an index of whole numbers answers for whole numbers.

    Returns
    -------
    numpy.ndarray
        Without a `wanted` type: bool as uint8; uint8, int8, int16, float32 and float64
        as they are; int16 with the value -32768, and all else, as float64.
    """
    array = np.asarray(rows)
    if array.ndim not in (1, 2):
        raise ValueError(f"rows: {array.ndim} dimensions, expected 1 or 2")
    if array.dtype.kind not in "buif":
        if array.dtype.kind == "c":
            raise ValueError("rows: complex numbers have no order: Complex data not supported")
        array = array.astype(np.float64)
    if wanted is None:
        wanted = _own_type(array)
        return np.ascontiguousarray(array, dtype=wanted)
    if np.dtype(wanted).kind == "f":
        return np.ascontiguousarray(array, dtype=wanted)
    with np.errstate(invalid="ignore"):
        converted = np.ascontiguousarray(array, dtype=wanted)
    if not np.array_equal(converted, array):
        raise ValueError(
            f"queries: values that {np.dtype(wanted)} does not hold, which is the type of "
            "the index's rows; build the index over floats to search for others")
    return converted


def _own_type(array):
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b":
        return np.uint8
    if (kind, size) in (("u", 1), ("i", 1), ("f", 4), ("f", 8)):
        return array.dtype.newbyteorder("=")
    if (kind, size) == ("i", 2) and (array.size == 0 or array.min() > -32768):
        return np.int16
    if (kind, size) == ("f", 2):
        return np.float32
    return np.float64


def as_ids(ids):
    """Bring row ids, one or many, to a vector of int64."""
    array = np.atleast_1d(np.asarray(ids))
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise TypeError("ids: expected whole numbers in one dimension")
    return np.ascontiguousarray(array, dtype=np.int64)
