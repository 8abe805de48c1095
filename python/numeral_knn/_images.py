"""What of an array is images: n by height by width of uint8, 255 ink on 0 ground."""

import numpy as np

__all__ = ["are_grey", "as_images", "as_page"]


def are_grey(X):
    """Whether all values are whole numbers from 0 to 255."""
    if X.dtype == np.uint8:
        return True
    return bool(X.size) and bool((X >= 0).all() and (X <= 255).all() and
                                 (X == np.floor(X)).all())


def as_images(X, shape):
    """Bring rows to images of `shape`, uint8, without a copy where they are it already."""
    if not are_grey(X):
        raise ValueError("X: images hold whole numbers from 0 (ground) to 255 (ink); scale "
                         "it, or take recipe='vectors' for any numbers")
    return np.ascontiguousarray(X, dtype=np.uint8).reshape(len(X), *shape)


def as_page(image):
    """Bring a picture (a path, a PIL image, an array of grey or colour) to grey uint8."""
    from ._core import read_image

    if isinstance(image, str) or hasattr(image, "__fspath__"):
        return read_image(image)
    array = np.asarray(image)
    if array.ndim == 3 and array.shape[2] in (3, 4):  # luminance, as BT.601 has it
        array = array[..., :3] @ np.array([0.299, 0.587, 0.114])
        array = np.rint(array)
    if array.ndim != 2 or not are_grey(array):
        raise ValueError("image: expected a path, or height x width of whole numbers 0 to 255")
    return np.ascontiguousarray(array, dtype=np.uint8)
