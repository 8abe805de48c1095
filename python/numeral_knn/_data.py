"""Data of the forms and names that the command `numeral` knows."""

import numpy as np

from . import _core

__all__ = ["load_data"]


def load_data(text, seed=0):
    """Load labelled images.

    Parameters
    ----------
    text : str
        DATA as the command takes it: "mnist:train", "mnist:test[0:100]", "pen:train[0:500]"
        (handwritten-looking digits that are drawn, not fetched), a folder of pictures, an
        IDX or CSV file. $NUMERAL_DATA names the folder where MNIST's files lie.
    seed : int
        The seed of what is drawn.

    Returns
    -------
    images : ndarray of uint8 of shape (n, height, width)
        255 is ink, 0 ground. Of tables of numbers that are no pictures: float64 of shape
        (n, columns), each column in 256 steps of its range.
    labels : ndarray of shape (n,)
        Numbers, or texts where the labels have names; None where there are no labels.
    """
    images, labels, names = _core.load_data(str(text), seed)
    if labels is not None and names:
        table = np.array([names.get(i, str(i)) for i in range(int(labels.max(initial=0)) + 1)])
        labels = table[labels]
    return images, labels
