"""Prints tests/unit/reference_transforms.h: what NumPy and SciPy make of the patterns."""
import numpy as np
from scipy import ndimage

from pattern import opening, pattern, table


def moments(p):
    y, x = np.mgrid[0:p.shape[0], 0:p.shape[1]]
    m = p.sum()
    mx, my = (p * x).sum() / m, (p * y).sum() / m
    return (m, mx, my, (p * (x - mx) ** 2).sum() / m, (p * (x - mx) * (y - my)).sum() / m,
            (p * (y - my) ** 2).sum() / m)


def sample(p, ys, xs):
    return ndimage.map_coordinates(p, [ys, xs], order=1, mode="grid-constant")


def deskew(p):
    m, mx, my, cxx, cxy, cyy = moments(p)
    h, w = p.shape
    y, x = np.mgrid[0:h, 0:w]
    dy = y - (h - 1) / 2
    return sample(p, dy + my, x - (w - 1) / 2 + mx + cxy / cyy * dy)


opening("transforms.py > tests/unit/reference_transforms.h")
table("deskew_28x28", deskew(pattern(28, 28, True))[::3, ::2])
table("deskew_9x12", deskew(pattern(9, 12, True)))
table("blur_9x12", ndimage.gaussian_filter(pattern(9, 12), 1.5 * 21 / 56, mode="constant"))
table("blur_28x28",
      ndimage.gaussian_filter(pattern(28, 28), 0.7, mode="constant")[::4, ::3])
