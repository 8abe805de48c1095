"""Data sets for the comparison, as plain files of bytes that every driver maps.

mnist, fashion-mnist    the pixels, 60,000 rows and 10,000 queries
mnist-dense             the same after a seeded random rotation, scaled into 1 .. 255:
                        nearly the same neighbours, not one zero
random                  uniform bytes 1 .. 255 of the same size: no structure at all
mnist-240k, mnist-1m    MNIST and seeded random affine copies of it
mnist-features          the 64 numbers of each digit that the preset `accurate` searches,
                        for k = 5; mnist-features-k100: the same for k = 100

Queries are put in a seeded random order, so that the first n are a fair sample.
"""
import gzip
import hashlib
import json
import os
import subprocess
import tempfile

import numpy as np

SEED = 20240229
FIRST_TEST_IMAGES = {  # SHA-256 of the unpacked test images
    "mnist": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "fashion-mnist": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
}
NAMES = ("mnist", "fashion-mnist", "mnist-dense", "random", "mnist-features",
         "mnist-features-k100", "mnist-240k", "mnist-1m")
NEIGHBOURS = {"mnist-features": 5, "mnist-features-k100": 100}  # others: 10


def folders(name):
    """Where the files of a named set may lie, in numeral's own order."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    own = os.environ.get("NUMERAL_DATA")
    if own:
        yield os.path.join(own, name)
        yield own
    yield os.path.join(cache, "numeral", name)
    yield os.path.join("/usr/share/datasets", name)


def read_bytes(path):
    if os.path.exists(path):
        with open(path, "rb") as file:
            return file.read()
    if os.path.exists(path + ".gz"):
        with gzip.open(path + ".gz") as file:
            return file.read()
    return None


def images(data):
    shape = np.frombuffer(data, ">u4", 3, 4).astype(int)
    return np.frombuffer(data, np.uint8, offset=16).reshape(shape)


def read_set(name):
    """(training images, test images) of a named set, recognised by its SHA-256."""
    for folder in folders(name):
        test = read_bytes(os.path.join(folder, "t10k-images-idx3-ubyte"))
        if test and hashlib.sha256(test).hexdigest() == FIRST_TEST_IMAGES[name]:
            train = read_bytes(os.path.join(folder, "train-images-idx3-ubyte"))
            return images(train), images(test)
    raise SystemExit(f"{name}: not found in {', '.join(folders(name))}; "
                     f"`numeral data fetch {name}` gets it")


def rotate(rows, queries):
    """A random rotation of the pixel space, in bytes 1 .. 255."""
    dims = rows.shape[1]
    rotation, _ = np.linalg.qr(np.random.default_rng(SEED).normal(size=(dims, dims)))
    rotation = rotation.astype(np.float32)
    centre = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    turned = [(part.astype(np.float32) - centre) @ rotation for part in (rows, queries)]
    scale = 127 / np.abs(turned[0]).max()
    return [np.clip(np.rint(part * scale) + 128, 1, 255).astype(np.uint8)
            for part in turned]


def affine_copies(rows, n, generator):
    """n random rows, each turned, scaled, sheared and shifted a little (bilinear)."""
    picked = rows[generator.integers(len(rows), size=n)]
    side = picked.shape[1]
    angle = generator.uniform(-0.2, 0.2, n)
    shear = generator.uniform(-0.2, 0.2, n)
    scale = generator.uniform(0.9, 1.1, (2, n))
    shift = generator.uniform(-1, 1, (2, n))
    middle = (side - 1) / 2
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) - middle
    y, x = y.ravel(), x.ravel()
    cos, sin = np.cos(angle), np.sin(angle)
    columns = [(cos + shear * sin) * scale[0], (shear * cos - sin) * scale[0],
               sin * scale[1], cos * scale[1]]
    a, b, c, d = (column.astype(np.float32)[:, None] for column in columns)
    from_x = a * x + b * y + (shift[0] + middle).astype(np.float32)[:, None]
    from_y = c * x + d * y + (shift[1] + middle).astype(np.float32)[:, None]
    return bilinear(picked, from_x, from_y)


def bilinear(pictures, x, y):
    """Each picture as it is seen at its own points (a row of x and of y), nothing around it.
    A few pictures at a time: what they need stays in a processor's cache."""
    step = 16
    return np.concatenate([bilinear_few(*(some[at:at + step] for some in (pictures, x, y)))
                           for at in range(0, len(pictures), step)])


def bilinear_few(pictures, x, y):
    n, side, _ = pictures.shape
    wide = side + 2
    padded = np.zeros((n, wide, wide), np.float32)
    padded[:, 1:-1, 1:-1] = pictures
    flat = padded.ravel()
    x, y = np.clip(x + 1, 0, side + 0.999), np.clip(y + 1, 0, side + 0.999)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - left, y - top
    at = top * wide + left + np.arange(n)[:, None] * wide ** 2
    upper = flat[at] * (1 - fx) + flat[at + 1] * fx
    at += wide
    lower = flat[at] * (1 - fx) + flat[at + 1] * fx
    return np.rint(upper * (1 - fy) + lower * fy).astype(np.uint8)


def grow(rows, n):
    """rows, followed by affine copies up to n in all."""
    generator = np.random.default_rng(SEED)
    parts, missing = [rows.reshape(len(rows), -1)], n - len(rows)
    while missing > 0:
        parts.append(affine_copies(rows, min(missing, 4000), generator))
        missing -= len(parts[-1])
    return np.concatenate(parts)


def feature_rows(program):
    """What bench/feature_rows makes of MNIST."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, part) for part in ("rows", "queries")]
        text = subprocess.run([program, "accurate", "mnist:train", "mnist:test", *paths],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
        dims = int(text.split()[2])
        return [np.fromfile(path, np.uint8).reshape(-1, dims) for path in paths]


def make(name, features):
    if name == "random":
        generator = np.random.default_rng(SEED)
        return [generator.integers(1, 256, (n, 784), dtype=np.uint8)
                for n in (60000, 10000)]
    if name in NEIGHBOURS:
        return feature_rows(features)
    rows, queries = read_set("fashion-mnist" if name == "fashion-mnist" else "mnist")
    flat_queries = queries.reshape(len(queries), -1)
    if name in ("mnist-240k", "mnist-1m"):
        return grow(rows, 240_000 if name == "mnist-240k" else 1_000_000), flat_queries
    flat_rows = rows.reshape(len(rows), -1)
    return rotate(flat_rows, flat_queries) if name == "mnist-dense" else (flat_rows,
                                                                         flat_queries)


def prepare(name, folder, features=None):
    """Makes the files of a set once; returns what drivers and checks need of it."""
    os.makedirs(folder, exist_ok=True)
    about = os.path.join(folder, name + ".json")
    if not os.path.exists(about):
        rows, queries = make(name, features)
        queries = queries[np.random.default_rng(SEED).permutation(len(queries))]
        files = [os.path.join(folder, f"{name}.{part}.u8") for part in ("rows", "queries")]
        for path, array in zip(files, (rows, queries)):
            np.ascontiguousarray(array).tofile(path)
        with open(about, "w") as file:
            json.dump({"name": name, "rows": files[0], "n_rows": len(rows),
                       "queries": files[1], "n_queries": len(queries),
                       "dims": rows.shape[1], "k": NEIGHBOURS.get(name, 10),
                       "zeros": float((rows[::16] == 0).mean())}, file)
    with open(about) as file:
        return json.load(file)
