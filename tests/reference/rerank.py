"""Prints tests/unit/reference_rerank.h: ridge and tangent by NumPy."""
import numpy as np
from scipy import ndimage

from pattern import opening, pattern, table

N, DIMS, CLASSES = 30, 12, 4


def vector(i):
    j = np.arange(DIMS)
    return (i * 37 + j * 91 + i * j * 29 + i * i * 7) % 201 - 100


x = np.array([vector(i) for i in range(N)], dtype=float)
z = vector(1000).astype(float)
labels = np.array([i * i % CLASSES for i in range(N)])  # 0 and 1 alone
order = np.argsort(((x - z) ** 2).sum(1), kind="stable")
x, labels = x[order], labels[order]


def ridge(width, ridge, shift):
    d = ((x[:, None] - x[None]) ** 2).sum(2)
    q = ((x - z) ** 2).sum(1)
    sigma = width * np.median(q)
    v = np.linalg.solve(np.exp(-d / sigma) + ridge * np.eye(N), np.exp(-q / sigma))
    f = np.array([v[labels == c].sum() for c in range(CLASSES)])
    return np.maximum(shift - (f - 0.1 * v.sum()), 0.05)


def tangents(image):
    k = np.array([1, 4, 6, 4, 1]) / 16
    for axis in (0, 1):
        image = ndimage.convolve1d(image, k, axis=axis, mode="constant")
    gx = ndimage.convolve1d(image, [0.5, 0, -0.5], axis=1, mode="constant")
    gy = ndimage.convolve1d(image, [0.5, 0, -0.5], axis=0, mode="constant")
    h, w = image.shape
    y, x = np.mgrid[0:h, 0:w] - np.array([(h - 1) / 2, (w - 1) / 2])[:, None, None]
    t = [gx, gy, x * gx - y * gy, y * gx + x * gy, x * gx + y * gy, y * gx - x * gy,
         gx ** 2 + gy ** 2]
    return image.ravel(), np.array([v.ravel() / np.linalg.norm(v) for v in t])


def tangent_distance(a, b, both, spring):
    (p, tp), (r, tr) = tangents(a), tangents(b)
    t = np.vstack([tp, -tr]) if both else tp
    # The least-squares problem itself: |d + T'a|² + spring·|a|².
    m = np.vstack([t.T, np.sqrt(spring) * np.eye(len(t))])
    d = np.concatenate([p - r, np.zeros(len(t))])
    a = np.linalg.lstsq(m, -d, rcond=None)[0]
    return ((d + m @ a) ** 2).sum()


opening("rerank.py > tests/unit/reference_rerank.h")
table("ridge_plain", ridge(2, 0.1, 1.3))
table("ridge_other", ridge(0.5, 0.03, 2))
first, second = pattern(12, 15, True), pattern(12, 15, True)[::-1]
table("tangent_distances", [tangent_distance(first, second, both, spring)
                            for both in (False, True) for spring in (0.01, 1)])
