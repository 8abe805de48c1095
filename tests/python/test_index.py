"""numeral_knn.Index: answers, types, shapes, rows that come and go, files, errors."""

import copy
import gc
import os
import pickle
import resource
import subprocess
import sys
import threading
import time
import timeit
import tracemalloc

import numpy as np
import pytest

import numeral_knn
from conftest import brute
from numeral_knn import Index

INTEGERS = [np.uint8, np.int8, np.int16]


def drawn(random, n, dims, dtype):
    info = np.iinfo(dtype)
    return random.integers(max(info.min, -300), min(info.max, 300), (n, dims)).astype(dtype)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("kind", ["exact", "brute"])
def test_whole_numbers(random, dtype, kind):
    rows, queries = drawn(random, 700, 9, dtype), drawn(random, 40, 9, dtype)
    index = Index(rows, kind=kind)
    distances, ids = index.search(queries, 7)
    wanted, order = brute(rows, queries, 7)
    assert distances.dtype == np.int64 and ids.dtype == np.int64
    np.testing.assert_array_equal(distances, wanted)
    np.testing.assert_array_equal(ids, order)


def test_metrics(random):
    rows, queries = drawn(random, 300, 6, np.int8), drawn(random, 20, 6, np.int8)
    distances, ids = Index(rows, "l1").search(queries, 4)
    wanted, order = brute(rows, queries, 4, power=1)
    np.testing.assert_array_equal(distances, wanted)
    np.testing.assert_array_equal(ids, order)
    distances, _ = Index(rows, metric="lp=p=3").search(queries, 4)
    assert distances.dtype == np.float64
    np.testing.assert_allclose(distances ** 3, brute(rows, queries, 4, power=3)[0])
    with pytest.raises(ValueError, match="unknown metric"):
        Index(rows, "euclid")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats(random, dtype):
    rows = random.standard_normal((1500, 12)).astype(dtype)
    queries = random.standard_normal((40, 12)).astype(dtype)
    index = Index(rows)
    distances, ids = index.search(queries, 7)
    wanted, order = brute(rows, queries, 7)
    np.testing.assert_array_equal(ids, order)
    np.testing.assert_allclose(distances, wanted, rtol=1e-13)
    assert distances.dtype == np.float64 and index.dtype == f"f{dtype().itemsize}"
    np.testing.assert_array_equal(index.row(5), rows[5])
    again = pickle.loads(pickle.dumps(index))
    np.testing.assert_array_equal(again.search(queries, 7)[0], distances)
    assert Index(rows * 0 + 3).search(rows[:1] * 0 + 3, 2)[1].tolist() == [[0, 1]]
    with pytest.raises(ValueError, match="not a number"):
        Index(rows * np.nan)


def test_whole_floats_are_whole_numbers(mnist):
    rows = mnist.train[:3000].astype(np.float32)
    queries = mnist.test[:50]
    distances, ids = Index(rows).search(queries.astype(np.float32), 9)
    wanted, order = Index(mnist.train[:3000]).search(queries, 9)
    np.testing.assert_array_equal(ids, order)
    np.testing.assert_array_equal(distances, wanted)


def test_one_vector_is_one_answer(random):
    rows = drawn(random, 50, 5, np.uint8)
    index = Index(rows)
    distances, ids = index.search(rows[3], 2)
    assert distances.shape == ids.shape == (2,)
    assert ids[0] == 3 and distances[0] == 0
    assert index.search(rows[:1], k=2)[0].shape == (1, 2)


def test_other_arrays_are_converted(random):
    rows = drawn(random, 60, 8, np.uint8)
    index = Index(rows)
    wanted = index.search(rows[:4], 3)
    for other in (rows[:4].astype(np.int64), rows[:4].astype(np.float32),
                  np.asfortranarray(rows[:4]), rows[:8:2][[0, 1]].tolist()):
        got = index.search(other, 3)
        n = len(other) if not isinstance(other, list) else 1
        np.testing.assert_array_equal(got[0][:n], wanted[0][:n])
    strided = np.repeat(rows, 2, axis=1)[:, ::2]
    np.testing.assert_array_equal(index.search(strided, 3)[1], index.search(rows, 3)[1])
    with pytest.raises(ValueError, match="uint8 does not hold"):
        index.search(np.full((1, 8), 300), 1)
    with pytest.raises(ValueError, match="7 dimensions, expected 8"):
        index.search(rows[:, :7], 1)
    with pytest.raises(ValueError, match="3 dimensions"):
        index.search(rows[None], 1)


def test_places_without_a_neighbour(random):
    index = Index(drawn(random, 3, 4, np.uint8))
    distances, ids = index.search(np.zeros((1, 4), np.uint8), 5)
    assert list(ids[0, 3:]) == [-1, -1]
    assert list(distances[0, 3:]) == [np.iinfo(np.int64).max] * 2
    distances, ids = index.search(np.zeros((1, 4), np.uint8), 5, radius=0)
    assert ids.max() == -1


def test_own_rows_and_radius(random):
    rows = drawn(random, 200, 3, np.int8)
    index = Index(rows)
    distances, ids = index.search_self(3)
    all_distances, all_ids = brute(rows, rows, len(rows))
    others = [[(d, i) for d, i in zip(all_distances[q], all_ids[q]) if i != q][:3]
              for q in range(len(rows))]
    assert [list(zip(d, i)) for d, i in zip(distances, ids)] == others
    some = index.search_self(3, rows=np.array([5, 2]))
    np.testing.assert_array_equal(some[1], ids[[5, 2]])
    starts, distances, ids = index.range(rows[:9], 900)
    for q in range(9):
        found = all_ids[q][all_distances[q] <= 900]
        np.testing.assert_array_equal(ids[starts[q]:starts[q + 1]], found)
    starts, _, ids = index.range(None, 900)
    assert len(starts) == 201 and 0 not in ids[:starts[1]]
    left = index.search(rows[:9], 1, leave_out=np.arange(9))
    assert (left[1][:, 0] != np.arange(9)).all()
    with pytest.raises(ValueError, match="2 row ids for 9"):
        index.search(rows[:9], 1, leave_out=np.arange(2))


def test_rows_come_and_go(random):
    rows = drawn(random, 2500, 12, np.uint8)
    index = Index(rows[:2000])
    assert index.add(rows[2000:]) == range(2000, 2500)
    index.remove(np.arange(0, 2500, 5))
    index.remove(1)
    there = np.setdiff1d(np.arange(2500), np.r_[np.arange(0, 2500, 5), 1])
    np.testing.assert_array_equal(index.ids, there)
    assert len(index) == len(there)
    queries = rows[:30]
    wanted, order = brute(rows[there], queries, 6)
    for again in (index, pickle.loads(pickle.dumps(index)), copy.deepcopy(index)):
        distances, ids = again.search(queries, 6)
        np.testing.assert_array_equal(ids, there[order])
        np.testing.assert_array_equal(distances, wanted)
    index.compact()
    np.testing.assert_array_equal(index.search(queries, 6)[1], there[order])
    np.testing.assert_array_equal(index.row(2), rows[2])
    with pytest.raises(ValueError, match="none of that id"):
        index.remove([2, 1])
    empty = Index(np.empty((0, 12), np.uint8))
    assert len(empty) == 0 and empty.search(rows[:1], 1)[1][0, 0] == -1
    assert list(empty.add(rows[:2])) == [0, 1]


def test_files(random, tmp_path):
    rows = drawn(random, 1500, 12, np.int16)
    path = tmp_path / "a.index"
    for kind in ("exact", "near", "brute"):
        index = Index(rows, kind=kind)
        index.save(path)
        read = Index.load(path, mmap=True)
        np.testing.assert_array_equal(index.search(rows[:9], 5)[1],
                                      read.search(rows[:9], 5)[1])
        assert read.dtype == "i2" and read.n_dims == 12 and read.metric == "l2"
        assert read.add(rows[:1])[0] == 1500
    (tmp_path / "b").write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match="b: "):
        Index.load(tmp_path / "b")
    with pytest.raises(OSError, match="nowhere"):
        Index.load("/nowhere/at/all")


def test_near_is_close(mnist):
    rows = mnist.train[:20000]
    index = Index(rows, kind="near", recall=0.99)
    assert "near" in index.description
    found = index.search(mnist.test[:500], 10)[1]
    wanted = Index(rows).search(mnist.test[:500], 10)[1]
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(found, wanted)])
    assert 0.97 < recall <= 1


def test_threads_of_python(random):
    """Some search while others add and remove: all answers are whole."""
    rows = drawn(random, 3000, 8, np.uint8)
    index = Index(rows[:1000])
    errors = []

    def look():
        for _ in range(150):
            distances, ids = index.search(rows[:3], 2)
            if (distances[:, 0] != 0).any() or (ids < 0).any():
                errors.append((distances, ids))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(1000, 3000, 100):
        ids = index.add(rows[at:at + 100])
        index.remove(np.array(ids)[::3])
    for thread in threads:
        thread.join()
    assert not errors


def resident():
    """Bytes of memory that the process has."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def use(index, rows, n):
    """n calls, a quarter of them wrong ones."""
    floats = rows[:2].astype(float)
    for _ in range(n // 4):
        index.search(rows[:2], 3)
        index.search(floats, 3, leave_out=np.array([0, 1]))
        index.range(rows[:2], 10.0)
        with pytest.raises(ValueError):
            index.search(rows[:, :3], 1)


def test_nothing_leaks(random):
    """10,000 calls: neither Python's memory and objects grow nor, where no sanitizer holds
    what was released, the process."""
    rows = drawn(random, 100, 16, np.uint8)
    index = Index(rows)
    use(index, rows, 2000)
    gc.collect()
    before, objects = resident(), sys.getallocatedblocks()
    use(index, rows, 10000)
    gc.collect()
    grown = resident() - before
    assert grown < 400_000 or "ASAN_OPTIONS" in os.environ, f"{grown} bytes"
    assert sys.getallocatedblocks() - objects < 200  # pytest's own leave a few behind
    tracemalloc.start()
    use(index, rows, 400)
    gc.collect()  # what pytest.raises caught goes round in circles
    before = tracemalloc.get_traced_memory()[0]
    use(index, rows, 10000)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20000, f"{grown} bytes"


STOPPED = """
import numpy as np, numeral_knn, signal
rows = np.random.default_rng(1).integers(0, 256, (20000, 200)).astype(np.uint8)
index = numeral_knn.Index(rows, kind="brute")
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    for _ in range(100):
        index.search(rows, 5, threads=1)
    print("not stopped")
except KeyboardInterrupt:
    print("stopped")
"""


def test_a_signal_stops_a_search():
    done = subprocess.run([sys.executable, "-c", STOPPED], capture_output=True, text=True,
                          timeout=100, check=False)
    assert done.stdout == "stopped\n", done.stderr


FORKED = """
import multiprocessing as mp, numpy as np, numeral_knn
rows = np.random.default_rng(1).integers(0, 256, (9000, 32)).astype(np.uint8)
index = numeral_knn.Index(rows)
wanted = index.search(rows, 3)[1]      # with threads
def work(at):
    return index.search(rows, 3)[1][at].tolist()
with mp.get_context("fork").Pool(2) as pool:
    assert pool.map(work, [0, 7]) == wanted[[0, 7]].tolist()
print("done")
"""


def test_fork_after_threads():
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True,
                          timeout=100, check=False)
    assert done.stdout == "done\n", done.stderr


def test_data(tmp_path):
    images, labels = numeral_knn.load_data("pen:train[0:30]")
    assert images.shape == (30, 28, 28) and images.dtype == np.uint8 and len(labels) == 30
    again, _ = numeral_knn.load_data("pen:train[0:30]", seed=1)
    assert (again != images).any()
    for name, digit in (("one", 0), ("two", 1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.pgm").write_bytes(b"P5 28 28 255\n" + images[digit].tobytes())
    images, labels = numeral_knn.load_data(tmp_path)
    assert list(labels) == ["one", "two"]
    with pytest.raises(ValueError, match="nothing"):
        numeral_knn.load_data("nothing-of-that-name")


def test_overhead_is_small():
    """A query of a tiny index takes little more than the call; far above what it is."""
    index = Index(np.arange(128, dtype=np.uint8).reshape(16, 8))
    query = np.zeros((1, 8), np.uint8)
    best = min(timeit.repeat(lambda: index.search(query, 1), number=200, repeat=50,
                             timer=time.thread_time)) / 200
    assert best < 2e-5, f"{best * 1e6:.2f} microseconds"


def test_what_it_says():
    index = Index(np.zeros((2, 3), np.uint8))
    assert "2 rows of 3, u1, by l2" in repr(index)
    assert index.nbytes > 6 and index.description.startswith("brute")
    assert numeral_knn.__version__ and numeral_knn.cpu_name()
    with pytest.raises(TypeError):
        index.search()
    with pytest.raises(TypeError, match="no argument 'kk'"):
        index.search(np.zeros((2, 3), np.uint8), kk=1)
    with pytest.raises(ValueError, match="k: 0"):
        index.search(np.zeros((2, 3), np.uint8), 0)
    with pytest.raises((OverflowError, ValueError)):
        index.search(np.zeros((2, 3), np.uint8), -1)
    with pytest.raises(TypeError):
        numeral_knn._core.Model()
