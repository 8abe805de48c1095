"""Estimators over Dask: blocks of an array, workers that are other processes."""

import functools

import numpy as np
import pytest

pytest.importorskip("sklearn")
distributed = pytest.importorskip("distributed")
da = pytest.importorskip("dask.array")

import numeral_knn  # noqa: E402
from numeral_knn import NumeralClassifier  # noqa: E402


@functools.lru_cache(maxsize=1)
def load(path):
    """Once for each worker; workers of one machine share the file's memory."""
    return NumeralClassifier.load(path, mmap=True)


def predict(block, path):
    return load(path).predict(block)


@pytest.fixture(scope="module")
def client():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, processes=True,
                                  dashboard_address=None) as cluster, \
            distributed.Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def fitted():
    images, labels = numeral_knn.load_data("pen:train[0:1500]")
    return NumeralClassifier("pixels").fit(images, labels)


@pytest.fixture(scope="module")
def queries():
    return numeral_knn.load_data("pen:test[0:400]")[0].reshape(400, -1)


def test_map_blocks(client, fitted, queries):
    blocks = da.from_array(queries, chunks=(100, -1))
    found = blocks.map_blocks(fitted.predict, dtype=fitted.classes_.dtype, drop_axis=1)
    np.testing.assert_array_equal(found.compute(), fitted.predict(queries))


def test_workers_map_one_file(client, fitted, queries, tmp_path):
    path = str(tmp_path / "digits.model")
    fitted.save(path)
    blocks = da.from_array(queries, chunks=(100, -1))
    found = blocks.map_blocks(predict, path, dtype=np.int64, drop_axis=1)
    np.testing.assert_array_equal(found.compute(), fitted.predict(queries))


def test_parallel_post_fit(client, fitted, queries):
    wrappers = pytest.importorskip("dask_ml.wrappers", exc_type=ImportError)
    wrapped = wrappers.ParallelPostFit(fitted)
    found = wrapped.predict(da.from_array(queries, chunks=(100, -1)))
    np.testing.assert_array_equal(np.asarray(found), fitted.predict(queries))
