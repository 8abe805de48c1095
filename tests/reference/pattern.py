"""The test image of tests/unit/pattern.h, and printing of C tables."""
import numpy as np


def pattern(height, width, ground=False):
    """Integers 0..255; with `ground`, a skewed blob of ink on zero."""
    y, x = np.mgrid[0:height, 0:width]
    values = (x * 37 + y * 91 + x * y * 29) % 256
    if ground:
        inside = (np.abs(3 * x - 2 * y - width // 2) < width) & (y > 0) & (y < height - 1)
        inside &= (x > 0) & (x < width - 1)
        values = np.where(inside, values, 0)
    return values.astype(float)


def rows(n, dims):
    """Training rows: pseudo-random numbers in [0, 1) from integers alone."""
    i, j = np.mgrid[0:n, 0:dims]
    return (((i * 7919 + j * 104729 + i * j * 31 + i * i * 17) % 1009) / 1009.0)


def table(name, values):
    values = np.asarray(values, dtype=float).ravel()
    print(f"static const double {name}[] = {{")
    for at in range(0, len(values), 4):
        print("    " + ", ".join(f"{v:.17g}" for v in values[at:at + 4]) + ",")
    print("};")


def opening(script):
    print("/* Generated: python3 tests/reference/" + script + ". */")
    print("/* clang-format off */")
