#!/usr/bin/env python3
"""Grown digits: of a seed always the same, of another seed others; copies of their label, bent
but not lost; and a picture comes out the same whatever pictures are beside it.

usage: test_grow.py
"""
import sys

sys.dont_write_bytecode = True

try:
    import numpy as np
except ImportError:
    print("NumPy is not here")
    sys.exit(77)
else:
    import grow
    from grow import peer_data


def bars(n):
    """Label i is a bar at row 4 + 2 i: copies of different labels stay apart."""
    labels = np.arange(n, dtype=np.uint8) % 10
    rows = np.zeros((n, grow.SIDE, grow.SIDE), np.uint8)
    for at, label in enumerate(labels):
        rows[at, 4 + 2 * label:6 + 2 * label, 8:20] = 200
    return rows, labels


def main():
    rows, labels = bars(50)
    made, of = grow.copies(rows, labels, 130, 3)
    again, again_of = grow.copies(rows, labels, 130, 3)
    assert made.shape == (130, 784) and (made == again).all() and (of == again_of).all()
    other, _ = grow.copies(rows, labels, 130, 4)
    assert (made != other).any(axis=1).all()
    # where the light is tells the label, within what a copy is moved
    middle = (made.reshape(130, 28, 28).sum(2) * np.arange(28)).sum(1) / made.sum(1)
    assert (np.abs(middle - (4.5 + 2 * of)) < 5).all(), np.abs(middle - (4.5 + 2 * of)).max()
    assert not (made[:, None] == rows.reshape(50, -1)[None]).all(axis=2).any()

    x = np.random.default_rng(1).uniform(-3, 30, (40, 784)).astype(np.float32)
    y = x[:, ::-1].copy()
    whole = peer_data.bilinear(rows[:40], x, y)
    for at in range(40):
        alone = peer_data.bilinear(rows[at:at + 1], x[at:at + 1], y[at:at + 1])
        assert (alone == whole[at]).all(), at
    y, x = (np.tile(one.ravel(), (50, 1)) for one in np.mgrid[0:28, 0:28].astype(np.float32))
    assert (peer_data.bilinear(rows, x, y) == rows.reshape(50, -1)).all()


if __name__ == "__main__":
    main()
