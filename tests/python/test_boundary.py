"""Hostile arguments to every function of the extension: wrong types, dtypes, shapes, strides
and byte orders, numbers beyond everything, texts with zeros and lone surrogates, objects that
raise or change the index while they are asked for their value. Each call gives a result or an
exception that says something; never SystemError, which CPython raises where C code broke its
rules. Afterwards the objects answer as before, and what was handed out outlives them.

BOUNDARY_CALLS says how many calls (400), BOUNDARY_SEED which.
"""
import gc
import os
import pickle

import numpy as np
import pytest

from numeral_knn import _core

CALLS = int(os.environ.get("BOUNDARY_CALLS", "400"))
SEED = int(os.environ.get("BOUNDARY_SEED", "1"))
RECIPES = ["pixels -k 3", "resize=7:7,pixels -k 1", "pixels,pca=3 --weights distance", "fast"]


class Raises:
    """Asked for anything, it raises."""
    def __index__(self):
        raise ZeroDivisionError("index")

    def __float__(self):
        raise ZeroDivisionError("float")

    def __str__(self):
        raise ZeroDivisionError("str")

    def __fspath__(self):
        raise ZeroDivisionError("path")

    def __array__(self, *_args, **_keywords):
        raise ZeroDivisionError("array")

    def __len__(self):
        raise ZeroDivisionError("len")

    def __getitem__(self, _at):
        raise ZeroDivisionError("item")


class Meddles:
    """Asked for a number, it changes the index that asks."""
    def __init__(self, index):
        self.index = index

    def __index__(self):
        try:
            self.index.remove(self.index.ids[:1])
            self.index.add(np.ones((1, self.index.n_dims), np.uint8))
            self.index.compact()
        except Exception:  # noqa: BLE001
            pass
        return 1

    def __float__(self):
        return float(self.__index__())


class Fuzzer:
    """Draws calls; the same ones for a seed."""
    def __init__(self, folder):
        self.random = np.random.default_rng(SEED)
        self.folder = folder
        self.images = self.random.integers(0, 256, (30, 28, 28), np.uint8)
        self.labels = np.arange(30, dtype=np.uint8) % 10
        self.rows = self.random.integers(0, 256, (60, 12), np.uint8)
        self.renew()

    def renew(self):
        """Fresh objects: hostile calls may have taken their rows away."""
        self.model = _core.Model.train(self.images, self.labels, recipe="pixels -k 3")
        self.index = _core.Index(self.rows, kind=self.pick(["exact", "brute", "near"]))
        self.files = [os.path.join(self.folder, name) for name in ("i.npz", "m.model", "x.png")]
        self.index.save(self.files[0])
        self.model.save(self.files[1])

    def pick(self, values):
        return values[int(self.random.integers(len(values)))]

    def number(self):
        return self.pick([0, 1, 2, 3, -1, 7, 255, 256, 2**31 - 1, 2**31, -2**31, 2**32, 2**63 - 1,
                          2**63, -2**63, 2**64, 10**30, 0.5, -0.0, 1e308, float("nan"),
                          float("inf"), -float("inf"), True, np.int64(5), np.float32(2),
                          np.uint64(2**64 - 1), 1j, Raises(), Meddles(self.index)])

    def text(self):
        return self.pick(["", "l2", "l1", "cosine", "hamming", "exact", "near", "brute", "auto",
                          "pixels", "pixels -k 3", "fast", "auto\0", "\ud800", "é" * 40, "x" * 5000,
                          "%s%n%s", "--k", "k", "weights", "distance", "index", "near=0.9",
                          "lp=2.5", "gate", "-1", b"bytes", Raises()])

    def array(self):
        """Any array, often nearly the right one."""
        kind = self.random.integers(12)
        dtype = self.pick(["u1", "i1", "i2", ">i2", "u2", "i4", "i8", ">i8", "u8", "f2", "f4", ">f4",
                           "f8", "f16", "b1", "c8", "U3", "S2", "M8[s]", "O", "V5"])
        n = int(self.random.integers(0, 9))
        shape = self.pick([(), (0,), (n,), (n, 12), (n, 784), (n, 28, 28), (28, 28), (12,), (784,),
                           (n, 0), (0, 12), (1, 1, 1, 1), (n, 3, 28, 28), (2, 1), (1, 2**20)])
        if kind < 4:
            return self.pick([self.images, self.images[:3], self.rows, self.rows[:2], self.labels,
                              self.images[0], self.rows.astype("f4"), self.rows.astype("f8"),
                              self.index.ids, self.index.ids[:2]])
        if kind == 4:
            base = np.ones((20, 60, 60), "u1")
            return self.pick([base[::2, ::2, ::2][:, :28, :28], base[::-1, :28, :28],
                              np.asfortranarray(base[:3, :28, :28]), base[:, :28, 30:2:-1],
                              self.rows[::-1], self.rows[:, ::-1], self.rows.T,
                              np.broadcast_to(np.uint8(1), (4, 12)),
                              np.broadcast_to(np.uint8(1), (2**44, 12)),
                              np.broadcast_to(np.uint8(1), (2**20, 2**30, 2**12))])
        if kind == 5:
            return self.pick([None, [], [[1, 2], [3]], "text", b"\0" * 784, memoryview(b"abc"),
                              bytearray(784), {}, {1: "a"}, object(), 3, [[0] * 12] * 2, Raises(),
                              _core.Index, range(12), (), np.ma.ones((2, 12)), slice(3)])
        if kind == 6:
            frozen = self.rows.copy()
            frozen.flags.writeable = False
            return frozen
        if kind == 7:
            return np.full((3, 12), self.pick([np.nan, np.inf, -1.0, 1e300, 255.5]))
        if kind == 8:
            return np.array([0, 5, -1, 2**62, 59, 5, 10**9][:n], np.int64)
        try:
            return np.zeros(shape, dtype)
        except (TypeError, ValueError):
            return None

    def names(self):
        return self.pick([None, {}, {1: "one"}, {300: "x"}, {-1: "x"}, {"a": "b"}, {1: 2}, [], "x",
                          {i: "y" for i in range(300)}, {1: "\ud800"}, {2**70: "x"}, {0: "\0"}])

    def blob(self):
        good = self.pick([self.index.to_bytes(), self.model.to_bytes(), b"", b"{}", b"\x89PNG"])
        changed = bytearray(good)
        for _ in range(int(self.random.integers(4))):
            if changed:
                changed[int(self.random.integers(min(len(changed), 4000)))] ^= 1 << int(
                    self.random.integers(8))
        cut = int(self.random.integers(len(good) + 1))
        return self.pick([good, bytes(changed), good[:cut], changed, memoryview(good), None, 5,
                          "text", np.zeros(9, "u1")])

    def path(self):
        inside = os.path.join(self.folder, self.pick(["new", "a/b", "x\ny", "\udcff", "z" * 300]))
        return self.pick([*self.files, inside, inside.encode("utf-8", "surrogateescape"), "",
                          self.folder, "/dev/null/x", "nul\0l", None, 5, Raises(), "/dev/full"])

    def keywords(self, **choices):
        return {name: draw() for name, draw in choices.items() if self.random.random() < 0.4}

    def threads(self):
        return self.pick([0, 1, 2, -1, 7, 2**31, 10**6, "1", None])

    def calls(self):
        """One callable, positional arguments and keywords for each function."""
        i, m, a, n, t = self.index, self.model, self.array, self.number, self.text
        more = self.threads
        return [
            (_core.Index, [a()], self.keywords(metric=t, kind=t, recall=n, threads=more)),
            (_core.Index, [a(), t(), t(), n()], {}),
            (i.search, [a()], self.keywords(k=n, radius=n, leave_out=a, threads=more)),
            (i.search_self, [], self.keywords(k=n, rows=a, threads=more)),
            (i.range, [a(), n()], self.keywords(k=n, threads=more)),
            (i.add, [a()], self.keywords(threads=more)),
            (i.remove, [a()], {}),
            (i.row, [n()], {}),
            (i.compact, [], {}),
            (i.save, [self.path()], {}),
            (_core.Index.load, [self.path()], self.keywords(mmap=n)),
            (_core.Index.from_bytes, [self.blob()], {}),
            (i.__reduce__, [], {}),
            (len, [i], {}),
            (getattr, [i, self.pick(["ids", "dtype", "metric", "nbytes", "description"])], {}),
            (setattr, [i, "ids", a()], {}),
            (_core.Model.train, [a(), a()],
             {"recipe": self.pick(RECIPES), **self.keywords(
                 options=self.names, label_names=self.names, seed=n, name=t, threads=more)}),
            (_core.Model.train, [self.images[:9], self.labels[:9]], self.keywords(
                recipe=t, options=self.names, label_names=self.names, seed=n, name=t)),
            (_core.Model, [a()], {}),
            (_core.Model.load, [self.path()], self.keywords(mmap=n)),
            (_core.Model.from_bytes, [self.blob()], {}),
            (m.save, [self.path()], {}),
            (m.set, [t(), t()], {}),
            (m.add, [a(), a()], self.keywords(label_names=self.names, name=t, threads=more)),
            (m.remove, [a()], {}),
            (m.compact, [], {}),
            (m.info, [], {}),
            (m.predict, [a()], self.keywords(threads=more)),
            (m.neighbours, [a(), n()], self.keywords(threads=more)),
            (m.range, [a(), n()], self.keywords(threads=more)),
            (m.read, [a()], self.keywords(threads=more)),
            (m.why, [a()], self.keywords(frame=t)),
            (m.doctor, [a()], self.keywords(frame=t, luminance=n)),
            (m.read_page, [a()], self.keywords(expect=n, upright=n, threads=more)),
            (m.rows, [], {}),
            (m.image, [n()], {}),
            (m.__reduce__, [], {}),
            (_core.load_data, [self.path()], {}),
            (_core.load_data, [self.pick(["pen:train[0:3]", "nothing", "[", "pen[9:1:-1]"]), n()],
             {}),
            (_core.read_image, [self.path()], {}),
            (_core.Index.__new__, [self.pick([_core.Index, _core.Model, int])], {}),
            (pickle.loads, [pickle.dumps(self.pick([i, m]))], {}),
        ]


def touch(value):
    """Reads all of a result."""
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, dict):
        return [touch(part) for part in value.values()]
    if isinstance(value, (list, tuple)):
        return [touch(part) for part in value]
    return repr(value)


def test_hostile_calls_give_results_or_exceptions(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NUMERAL_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    fuzzer = Fuzzer(str(tmp_path))
    kept, raised, given = [], 0, 0
    for number in range(CALLS):
        calls = fuzzer.calls()
        function, arguments, keywords = calls[int(fuzzer.random.integers(len(calls)))]
        try:
            result = function(*arguments, **keywords)
        except SystemError as error:
            pytest.fail(f"call {number}, seed {SEED}: {function} {arguments!r}: {error!r}")
        except Exception as error:  # noqa: BLE001
            assert str(error) or isinstance(error, (AttributeError, MemoryError)), (
                f"call {number}, seed {SEED}: {function}: {error!r} says nothing")
            raised += 1
        else:
            given += 1
            kept.append(result)
        if len(kept) > 40 or number % 50 == 49:
            fuzzer.renew()  # what the old objects gave outlives them
            gc.collect()
            for result in kept:
                touch(result)
            kept = []
    assert raised > CALLS / 10 and given > CALLS / 10


def test_objects_that_were_called_with_nonsense_answer_as_before(tmp_path):
    fuzzer = Fuzzer(str(tmp_path))
    before = (touch(fuzzer.model.predict(fuzzer.images)), touch(fuzzer.index.search(fuzzer.rows)))
    for bad in (None, "x", np.zeros((2, 3), "f8"), [[1, 2], [3]], {}, Raises()):
        for function in (fuzzer.model.predict, fuzzer.index.search, fuzzer.index.remove,
                         fuzzer.model.remove, fuzzer.index.add):
            with pytest.raises((TypeError, ValueError, ZeroDivisionError)):
                function(bad)
    after = (touch(fuzzer.model.predict(fuzzer.images)), touch(fuzzer.index.search(fuzzer.rows)))
    assert before == after
