"""Prints tests/unit/reference_features.h: what NumPy and scikit-image make of the
patterns."""
import numpy as np
from math import factorial
from scipy import ndimage
from skimage.feature import hog
from skimage.measure import block_reduce, moments_central, moments_hu, moments_normalized

from pattern import opening, pattern, table


def gradient(p, dirs, grid):
    p = np.pad(p, 4)
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx = ndimage.correlate(p, kernel, mode="constant")
    gy = ndimage.correlate(p, kernel.T, mode="constant")
    t = np.arctan2(gy, gx) * dirs / (2 * np.pi) % dirs
    b = np.minimum(np.floor(t).astype(int), dirs - 1)
    f = t - b
    angle = 2 * np.pi / dirs
    m = np.hypot(gx, gy) / np.sin(angle)
    planes = np.zeros((dirs,) + p.shape)
    for d in range(dirs):
        planes[d] += np.where(b == d, m * np.sin((1 - f) * angle), 0)
        planes[d] += np.where((b + 1) % dirs == d, m * np.sin(f * angle), 0)
    weights = []
    for size in (p.shape[0] - 8, p.shape[1] - 8):
        step = 3.6 / 28 * 7 * size / grid
        centre = (size - 1) / 2 + (np.arange(grid) - (grid - 1) / 2) * step
        at = np.arange(-4, size + 4)
        weights.append(np.exp(-(at - centre[:, None]) ** 2 / (2 * (step * 2 / 3.6) ** 2)))
    v = np.sqrt(np.einsum("dyx,iy,jx->dij", planes, *weights))
    return v / np.linalg.norm(v)


def zernike(p, degree):
    h, w = p.shape
    y, x = np.mgrid[0:h, 0:w]
    mass = p.sum()
    x = (x - (p * x).sum() / mass) / (min(h, w) / 2)
    y = (y - (p * y).sum() / mass) / (min(h, w) / 2)
    rho, theta = np.hypot(x, y), np.arctan2(y, x)
    inside = rho <= 1
    out = []
    for n in range(degree + 1):
        for m in range(n % 2, n + 1, 2):
            r = sum((-1) ** s * factorial(n - s) * rho ** (n - 2 * s)
                    / (factorial(s) * factorial((n + m) // 2 - s) * factorial((n - m) // 2 - s))
                    for s in range((n - m) // 2 + 1))
            total = (p * r * np.exp(-1j * m * theta))[inside].sum()
            out.append((n + 1) / np.pi * abs(total) / mass)
    return np.array(out)


def hu(p):
    # Transposed: scikit-image's first axis is y.
    return moments_hu(moments_normalized(moments_central(p.T / 255.0, order=3)))


ink = pattern(28, 28, True)
small = pattern(9, 12, True)
opening("features.py > tests/unit/reference_features.h")
table("gradient_28x28", gradient(ink, 8, 7).ravel()[::5])
table("gradient_28x28_12_5", gradient(ink, 12, 5).ravel()[::5])
table("gradient_9x12_4_3", gradient(small, 4, 3))
table("hog_28x28", hog(ink, 9, (7, 7), (2, 2), block_norm="L2").ravel()[::5])
table("hog_12x8_5_4_1", hog(pattern(12, 8), 5, (3, 2), (1, 1), block_norm="L2"))
table("zoning_28x28", block_reduce(ink, (4, 4), np.mean) / 255)
table("hu_28x28", hu(ink))
table("zernike_28x28", zernike(ink, 8))
table("zernike_9x12_20", zernike(small, 20)[-11:])
