"""The estimators: neighbours beside scikit-learn's, votes, images, labels, files."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")

from joblib import Parallel, delayed  # noqa: E402
from sklearn.model_selection import cross_val_score  # noqa: E402
from sklearn.neighbors import (KNeighborsClassifier, KNeighborsTransformer,  # noqa: E402
                               NearestNeighbors)
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from numeral_knn import NumeralClassifier, NumeralNeighborsTransformer, _core  # noqa: E402


def by_row(distances, ids, k):
    """The first k of all neighbours, ties by row."""
    order = np.lexsort((ids, distances), axis=1)[:, :k]
    return (np.take_along_axis(distances, order, 1), np.take_along_axis(ids, order, 1))


def check_against_sklearn(rows, queries, k, metric):
    ours = NumeralClassifier("vectors", metric=metric).fit(rows, np.arange(len(rows)) % 7)
    theirs = NearestNeighbors(algorithm="brute", metric=metric).fit(rows)
    distances, ids = ours.kneighbors(queries, k)
    wanted = by_row(*theirs.kneighbors(queries, len(rows)), k)
    np.testing.assert_allclose(distances, wanted[0], rtol=1e-9, atol=1e-12)
    return distances, ids, wanted[1]


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "chebyshev", "sqeuclidean",
                                    "hamming"])
def test_whole_numbers(random, metric):
    rows = random.integers(-40, 40, (400, 7))
    queries = random.integers(-50, 50, (30, 7))
    _, ids, wanted = check_against_sklearn(rows, queries, 6, metric)
    np.testing.assert_array_equal(ids, wanted)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine", "canberra",
                                    "correlation", "braycurtis"])
def test_floats(random, metric):
    rows, queries = random.random((300, 9)), random.random((20, 9))
    _, ids, wanted = check_against_sklearn(rows, queries, 6, metric)
    np.testing.assert_array_equal(ids, wanted)


def test_mnist(mnist):
    """Distances equal, rows equal with ties by row."""
    rows, queries = mnist.train[:6000].astype(np.float64), mnist.test[:150]
    distances, ids, wanted = check_against_sklearn(rows, queries, 10, "euclidean")
    np.testing.assert_array_equal(ids, wanted)
    squares = ((queries[:, None].astype(int) - mnist.train[ids].astype(int)) ** 2).sum(-1)
    np.testing.assert_array_equal(distances, np.sqrt(squares))


def test_votes(random):
    rows, queries = random.random((300, 4)), random.random((80, 4))
    labels = np.array(["ab", "c", "def"])[random.integers(0, 3, 300)]
    for weights in ("uniform", "distance", lambda d: np.exp(-d)):
        for k in (1, 4, 7):
            ours = NumeralClassifier(n_neighbors=k, weights=weights).fit(rows, labels)
            theirs = KNeighborsClassifier(k, weights=weights).fit(rows, labels)
            np.testing.assert_allclose(ours.predict_proba(queries),
                                       theirs.predict_proba(queries), atol=1e-12)
            np.testing.assert_array_equal(ours.predict(queries), theirs.predict(queries))
            assert ours.score(rows, labels) == theirs.score(rows, labels)
    assert ours.recipe_ == "vectors"


def test_radius_and_graph(random):
    rows = random.random((120, 3))
    ours = NumeralClassifier().fit(rows, np.arange(120) % 2)
    theirs = NearestNeighbors().fit(rows)
    for X in (None, rows[:7] + 0.01):
        found = ours.radius_neighbors(X, 0.3)
        wanted = theirs.radius_neighbors(X, 0.3, sort_results=True)
        for i in range(len(found[0])):
            np.testing.assert_allclose(found[0][i], wanted[0][i])
            np.testing.assert_array_equal(found[1][i], wanted[1][i])
        for mode in ("distance", "connectivity"):
            np.testing.assert_allclose(ours.kneighbors_graph(X, 4, mode).toarray(),
                                       theirs.kneighbors_graph(X, 4, mode).toarray())
    with pytest.raises(ValueError, match="n_neighbors <= n_samples_fit"):
        ours.kneighbors(rows, 121)
    with pytest.raises(ValueError, match="n_neighbors <= n_samples_fit"):
        ours.kneighbors(None, 120)


def test_transformer(random):
    rows = random.random((90, 3))
    for mode in ("distance", "connectivity"):
        ours = NumeralNeighborsTransformer(mode=mode, n_neighbors=4)
        theirs = KNeighborsTransformer(mode=mode, n_neighbors=4)
        np.testing.assert_allclose(ours.fit_transform(rows).toarray(),
                                   theirs.fit_transform(rows).toarray(), atol=1e-7)
        np.testing.assert_allclose(ours.transform(rows[:5] + 1).toarray(),
                                   theirs.transform(rows[:5] + 1).toarray())
    assert len(ours.get_feature_names_out()) == 90
    with pytest.raises(ValueError, match="mode"):
        NumeralNeighborsTransformer(mode="x").fit(rows)


def test_pipelines(random):
    rows = random.random((90, 3))
    labels = (rows[:, 0] > 0.5).astype(int)
    scores = cross_val_score(make_pipeline(StandardScaler(), NumeralClassifier()), rows,
                             labels, n_jobs=2)
    assert scores.mean() > 0.8


def test_partial_fit_of_vectors(random):
    rows = random.random((200, 5))
    labels = np.array(["b", "a", "d"])[np.arange(200) % 3]
    whole = NumeralClassifier(n_neighbors=3).fit(rows, labels)
    parts = NumeralClassifier(n_neighbors=3).partial_fit(rows[:50], labels[:50])
    for at in range(50, 200, 50):
        parts.partial_fit(rows[at:at + 50], labels[at:at + 50])
    queries = random.random((40, 5))
    np.testing.assert_array_equal(parts.kneighbors(queries)[1], whole.kneighbors(queries)[1])
    np.testing.assert_array_equal(parts.predict(queries), whole.predict(queries))
    parts.partial_fit([[9.0] * 5] * 3, ["c"] * 3)
    assert list(parts.classes_) == ["a", "b", "c", "d"] and parts.n_samples_fit_ == 203
    assert parts.predict([[9.0] * 5])[0] == "c"
    assert parts.predict(rows[:1])[0] == whole.predict(rows[:1])[0]


# ---- images ----

@pytest.fixture(scope="module")
def digits(mnist):
    return (mnist.train[:2500], mnist.train_labels[:2500], mnist.test[:300],
            mnist.test_labels[:300])


@pytest.fixture(scope="module")
def fitted(digits):
    return NumeralClassifier("fast").fit(digits[0], digits[1])


def test_images(digits, fitted):
    rows, labels, queries, truth = digits
    assert fitted.recipe_.startswith("deskew,gradient") and fitted.n_samples_fit_ == 2500
    assert fitted.score(queries, truth) > 0.95
    np.testing.assert_array_equal(fitted.classes_, np.arange(10))
    shares = fitted.predict_proba(queries)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    pictures = queries.reshape(-1, 28, 28)
    np.testing.assert_array_equal(fitted.predict(pictures), fitted.predict(queries))
    np.testing.assert_array_equal(fitted.predict(queries.astype(float)),
                                  fitted.predict(queries))
    distances, ids = fitted.kneighbors(queries[:20], 3)
    assert distances.shape == ids.shape == (20, 3) and (np.diff(distances) >= 0).all()
    assert (fitted.kneighbors(None, 1)[1][:, 0] != np.arange(2500)).all()
    within = fitted.radius_neighbors(queries[:3], distances[:3].max())
    assert [len(w) >= 1 for w in within[1]] == [True] * 3
    with pytest.raises(ValueError, match="whole numbers from 0"):
        fitted.predict(queries / 255)


def test_auto(digits):
    rows, labels = digits[0][:300], digits[1][:300]
    assert "rerank" in NumeralClassifier().fit(rows, labels).recipe_
    assert NumeralClassifier().fit(rows / 255, labels).recipe_ == "vectors"
    small = NumeralClassifier("pixels", image_shape=(14, 14), n_neighbors=1,
                              weights="uniform", metric="manhattan")
    small.fit(rows.reshape(-1, 28, 28)[:, ::2, ::2].reshape(-1, 196), labels)
    assert "--metric l1" in small.recipe_ and "-k 1" in small.recipe_
    with pytest.raises(ValueError, match="196 columns"):
        NumeralClassifier(image_shape=(28, 28)).fit(rows[:, :196], labels)


def test_labels_of_images(digits):
    rows, labels, queries, _ = digits
    numbers = NumeralClassifier("pixels").fit(rows, labels).predict(queries)
    names = np.array([f"digit {i}" for i in range(10)])
    for other in (names, np.arange(10) * 2.0 - 3, np.arange(10) + 70000):
        model = NumeralClassifier("pixels").fit(rows, other[labels])
        np.testing.assert_array_equal(model.predict(queries), other[numbers])


def test_reading(digits, fitted):
    queries = digits[2]
    for reading, label in zip(fitted.read(queries[:20]), fitted.predict(queries[:20])):
        assert reading.label == label and 0 <= reading.confidence <= 1
        assert reading.refused == "" and reading.decided and reading.neighbours[0][0] >= 0
    blank, = fitted.read(np.zeros((1, 28, 28), np.uint8))
    assert blank.refused == "blank" and blank.label in fitted.classes_
    large = np.repeat(np.repeat(255 - queries[:1].reshape(1, 28, 28), 4, 1), 4, 2)
    assert fitted.read(large)[0].label == fitted.predict(queries[:1])[0]


def test_why_and_doctor(digits, fitted):
    image = digits[2][0]
    why = fitted.why(image)
    assert why.label == fitted.predict(image[None])[0]
    np.testing.assert_allclose(why.votes, fitted.predict_proba(image[None])[0])
    assert why._repr_png_().startswith(b"\x89PNG") and "neighbours" in why._repr_html_()
    checkup = fitted.doctor(image.reshape(28, 28))
    assert checkup.n_warnings == 0 and checkup.why.label == why.label
    assert checkup._repr_png_().startswith(b"\x89PNG") and "ink" in checkup._repr_html_()
    with pytest.raises(ValueError, match="fitted to vectors"):
        NumeralClassifier().fit([[0.5], [1.5]], [0, 1]).why([0.5])


def test_page(digits, fitted, tmp_path):
    line = np.hstack(list(digits[2][:5].reshape(-1, 28, 28)))
    page = 255 - np.repeat(np.repeat(np.pad(line, 24), 2, 0), 2, 1)
    read = fitted.read_page(page)
    assert read.text == "72104" and len(read.lines[0]["digits"]) == 5
    assert "72104" in read._repr_html_()
    colour = np.repeat(page[..., None], 3, 2)
    assert fitted.read_page(colour, expect=5, upright=True).text == "72104"
    path = tmp_path / "page.pgm"
    path.write_bytes(b"P5 %d %d 255\n" % page.shape[::-1] + page.tobytes())
    assert fitted.read_page(path).text == "72104"


def test_teaching(digits):
    rows, labels, queries, _ = digits
    model = NumeralClassifier("pixels").fit(rows[:1500], labels[:1500])
    model.partial_fit(rows[1500:], labels[1500:])
    whole = NumeralClassifier("pixels").fit(rows, labels)
    np.testing.assert_array_equal(model.predict(queries), whole.predict(queries))
    assert model.n_samples_fit_ == 2500
    odd = np.zeros((30, 28, 28), np.uint8)
    odd[:, 6:22:2, 6:22:3] = 255  # like no digit
    model.partial_fit(odd, np.full(30, 11))
    assert list(model.classes_) == [*range(10), 11]
    assert model.predict(odd[:1])[0] == 11
    assert model.predict_proba(queries).shape == (300, 11)
    named = NumeralClassifier("pixels").fit(rows, np.array(list("zbcdefghij"))[labels])
    named.partial_fit(odd, ["a"] * 30)
    assert named.predict(odd[:1])[0] == "a"
    assert named.predict(rows[:1])[0] == list("zbcdefghij")[labels[0]]


@pytest.mark.parametrize("names", ["numbers", "texts", "large"])
def test_many_classes(random, tmp_path, names):
    """A thousand classes: numbers up to 65535, texts, and numbers beyond."""
    places = np.tile(np.arange(1000), 3)
    classes = {"numbers": np.arange(1000) * 65 + 600, "large": np.arange(1000) * 1000 + 70000,
               "texts": np.array([f"class {i:04d}" for i in range(1000)])}[names]
    centres = random.integers(20, 236, (1000, 6, 6))
    rows = (centres[places] + random.integers(-9, 10, (3000, 6, 6))).astype(np.uint8)
    model = NumeralClassifier("pixels", n_neighbors=1).fit(rows[:2970], classes[places[:2970]])
    np.testing.assert_array_equal(model.classes_, classes)
    np.testing.assert_array_equal(model.predict(rows[:300]), classes[places[:300]])
    shares = model.predict_proba(rows[:5])
    assert shares.shape == (5, 1000) and list(shares.argmax(1)) == list(places[:5])
    assert model.score(rows[2970:], classes[places[2970:]]) == 1
    new = np.array(["new"] if names == "texts" else [classes.max() - 1])
    odd = np.full((1, 6, 6), 255, np.uint8)
    model.partial_fit(odd, new)
    assert len(model.classes_) == 1001 and model.predict(odd)[0] == new[0]
    path = tmp_path / "many.model"
    model.save(path)
    again = NumeralClassifier.load(path)
    np.testing.assert_array_equal(again.predict(rows[:50]).astype(str),
                                  classes[places[:50]].astype(str))


def test_most_labels():
    """Labels of bytes and of 16 bits; what is neither is refused."""
    images = np.arange(4 * 36, dtype=np.uint8).reshape(4, 6, 6)
    for labels in (np.array([0, 1, 65535, 300], np.uint16), np.array([3, 1, 255, 2], np.uint8)):
        model = _core.Model.train(images, labels, recipe="pixels", options={"k": "1"},
                            label_names={int(labels[2]): "the last"})
        answers = model.predict(images)
        assert answers["labels"].dtype == np.uint16
        np.testing.assert_array_equal(answers["labels"], labels)
        assert "the last" in model.info()["label_names"]
    with pytest.raises(TypeError, match="labels"):
        _core.Model.train(images, np.array([0, 1, 70000, 3]))
    with pytest.raises(ValueError, match="label 65536, expected 0 to 65535"):
        _core.Model.train(images, labels, recipe="pixels", label_names={65536: "one more"})


@pytest.mark.parametrize("names", [None, "zbcdefghij"])
def test_files(digits, tmp_path, names):
    rows, labels, queries, _ = digits
    labels = np.array(list(names))[labels] if names else labels
    model = NumeralClassifier("pixels").fit(rows, labels)
    wanted = model.predict(queries)
    path = tmp_path / "digits.model"
    model.save(path)
    for mmap in (True, False):
        again = NumeralClassifier.load(path, mmap=mmap)
        np.testing.assert_array_equal(again.predict(queries), wanted)
        np.testing.assert_array_equal(again.classes_, model.classes_)
        np.testing.assert_allclose(again.predict_proba(queries), model.predict_proba(queries))
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(other.predict(queries), wanted)
    with pytest.raises(ValueError, match="fitted to vectors"):
        NumeralClassifier().fit([[0.5], [1.5]], [0, 1]).save(path)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_joblib(digits, fitted, backend):
    queries = digits[2]
    parts = Parallel(2, backend=backend)(
        delayed(fitted.predict)(part) for part in np.array_split(queries, 4))
    np.testing.assert_array_equal(np.concatenate(parts), fitted.predict(queries))


IMPORT = """
import time, numpy
start = time.process_time()
import numeral_knn
print((time.process_time() - start) * 1000)
import sys
assert "sklearn" not in sys.modules and "scipy" not in sys.modules
numeral_knn.NumeralClassifier
assert "sklearn" in sys.modules
"""


def test_import_is_quick():
    """It loads none of the big packages; the bound is far above what any machine takes
    (16 to 31 ms here), so that other work beside it fails no test."""
    times = [float(subprocess.run([sys.executable, "-c", IMPORT], text=True,
                                  capture_output=True, check=True).stdout)
             for _ in range(3)]
    assert min(times) < 300, times
