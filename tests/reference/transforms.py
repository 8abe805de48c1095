"""Prints tests/unit/reference_transforms.h: what NumPy and SciPy make of the patterns."""
import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import exposure, filters

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


def slant(p, limit):
    m, mx, my, cxx, cxy, cyy = moments(p)
    y, x = np.mgrid[0:p.shape[0], 0:p.shape[1]]
    return sample(p, y, x + np.clip(cxy / cyy, -limit, limit) * (y - my))


def center_mass(p):
    m, mx, my, *_ = moments(p)
    h, w = p.shape
    y, x = np.mgrid[0:h, 0:w]
    return sample(p, y + my - (h - 1) / 2, x + mx - (w - 1) / 2)


def contrast(p, low, high):
    a, b = np.percentile(p, [low, high])
    return exposure.rescale_intensity(p, in_range=(a, b), out_range=(0.0, 255.0))


def resize(p, h, w):
    image = Image.fromarray(p.astype(np.float32), mode="F")
    return np.asarray(image.resize((w, h), Image.BILINEAR))


def thin(ink):
    """Zhang & Suen 1984, after the paper, on whole arrays."""
    ink = np.pad(ink.astype(int), 1)
    while True:
        before = ink
        for second in (False, True):
            at = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
            p = [np.roll(ink, (-dy, -dx), (0, 1)) for dy, dx in at]
            a = sum((p[i] == 0) & (p[(i + 1) % 8] == 1) for i in range(8))
            b = sum(p)
            p2, p4, p6, p8 = p[0], p[2], p[4], p[6]
            if second:
                sides = (p2 * p4 * p8 == 0) & (p2 * p6 * p8 == 0)
            else:
                sides = (p2 * p4 * p6 == 0) & (p4 * p6 * p8 == 0)
            ink = np.where((a == 1) & (b >= 2) & (b <= 6) & sides, 0, ink)
        if (ink == before).all():
            return ink[1:-1, 1:-1]


ink = pattern(9, 12, True)
table("slant_9x12", slant(ink, 4))
table("slant_limit_9x12", slant(ink, 0.25))
table("center_mass_9x12", center_mass(ink))
table("contrast_9x12", contrast(ink, 10, 92.5))
table("resize_9x12_to_5x17", resize(pattern(9, 12), 5, 17))
table("resize_28x28_to_8x8", resize(pattern(28, 28), 8, 8))
small = 60 + pattern(9, 12) % 90
print(f"static const double otsu_of_small = {filters.threshold_otsu(small.astype(np.uint8))};")
block = np.zeros((20, 16))
block[2:18, 3:9] = 255
block[5:9, 9:15] = 255
table("thin_20x16", 255 * thin(block > 0))
