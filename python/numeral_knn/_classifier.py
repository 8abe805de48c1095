"""NumeralClassifier: numeral's recipes, and plain k-NN, as an estimator."""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, check_random_state, column_or_1d

from ._core import Model
from ._images import are_grey, as_images, as_page
from ._metrics import find_metric
from ._neighbors import NeighborsMixin, as_float_rows, count_threads, validate
from ._results import Checkup, Explanation, Page, Reading

__all__ = ["NumeralClassifier"]

MOST_CLASSES = 65536  # of a model


def _flat(X):
    """Images of n by height by width as rows, and their shape."""
    shape = getattr(X, "shape", ())
    if len(shape) == 3:
        return np.asarray(X).reshape(shape[0], -1), shape[1:]
    return X, None


def _seed(random_state):
    if random_state is None:
        return 0
    if isinstance(random_state, numbers.Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31))


class NumeralClassifier(NeighborsMixin, ClassifierMixin, BaseEstimator):
    """Read handwritten digits, or classify any rows of numbers, by nearest neighbours.

    Parameters
    ----------
    recipe : str
        What turns an image into an answer: a preset ("accurate", "fast", "pixels"), a
        recipe's line, or "vectors", plain k-NN over rows of any numbers. "auto" is
        "accurate" for images: rows of 784 whole numbers from 0 to 255, arrays of n by
        height by width, or where `image_shape` is given; "vectors" for all else.
    image_shape : (int, int), optional
        Height and width of the images in the rows of X.
    n_neighbors : int, optional
        How many neighbours vote; by default the recipe's, for vectors 5.
    weights : str or callable, optional
        How they vote: "uniform" (by default for vectors), "distance"; by recipes also
        "rank" or "gaussian"; for vectors also a function from distances to weights.
    metric : str, optional
        A metric by scikit-learn's name or by numeral's; by default the recipe's, for
        vectors the Euclidean one.
    n_jobs : int, optional
        Threads, as scikit-learn counts them: None is one, -1 all.
    random_state : int, RandomState or None
        The seed of what is drawn while a recipe is fitted; None is 0.

    Attributes
    ----------
    classes_ : ndarray
        The labels, sorted.
    recipe_ : str
        The recipe that was taken: its whole line, or "vectors".
    n_features_in_, n_samples_fit_ : int
        Columns and rows that were fitted, those of partial_fit included.

    Examples
    --------
    >>> import numpy as np
    >>> from numeral_knn import NumeralClassifier
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> NumeralClassifier(n_neighbors=3).fit(X, ["a", "a", "b", "b"]).predict([[2.9]])
    array(['b'], dtype='<U1')
    """

    def __init__(self, recipe="auto", *, image_shape=None, n_neighbors=None, weights=None,
                 metric=None, n_jobs=None, random_state=0):
        self.recipe = recipe
        self.image_shape = image_shape
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric
        self.n_jobs = n_jobs
        self.random_state = random_state

    # ---- fitting ----

    def fit(self, X, y):
        """Fit labelled rows or images.

        Parameters
        ----------
        X : array of shape (n_samples, n_features) or (n_samples, height, width)
            Rows; images have whole numbers from 0 (ground) to 255 (ink).
        y : array of shape (n_samples,)
            Labels of any kind.

        Returns
        -------
        self
        """
        return self._fit(X, y, None)

    def _fit(self, X, y, classes):
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        X, shape = _flat(X)
        X, y = validate(self, X, y)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self._check_parameters()
        self.classes_ = np.unique(y if classes is None else np.r_[classes, np.unique(y)])
        shape = self._choose_shape(X, shape)
        self._image_shape = shape
        if shape is None:
            self._model = None
            self.recipe_ = "vectors"
            self._fit_rows(X, self.metric)
            self._codes = np.searchsorted(self.classes_, y)
        else:
            self._index = None
            self._fit_model(X, y, shape)
        return self

    def _check_parameters(self):
        k, weights = self.n_neighbors, self.weights
        if k is not None and (not isinstance(k, numbers.Integral) or k < 1):
            raise ValueError(f"n_neighbors: {k!r}, expected a whole number above 0")
        if not (weights is None or isinstance(weights, str) or callable(weights)):
            raise ValueError(f"weights: {weights!r}, expected a name or a function")

    def _choose_shape(self, X, shape):
        """The shape of the images, or None where rows are vectors."""
        if self.recipe == "vectors":
            return None
        n_features = X.shape[1]
        if shape is None and self.image_shape is not None:
            shape = tuple(self.image_shape)
            if len(shape) != 2 or shape[0] * shape[1] != n_features:
                raise ValueError(f"image_shape: {shape}, but rows have {n_features} columns")
        if self.recipe != "auto":
            return shape or ((28, 28) if n_features == 784 else (1, n_features))
        if shape is None and n_features == 784 and are_grey(X):
            return 28, 28
        return shape

    def _fit_model(self, X, y, shape):
        if len(self.classes_) > MOST_CLASSES:
            raise ValueError(f"y: {len(self.classes_)} classes, a recipe's model has at most "
                             f"{MOST_CLASSES}; recipe='vectors' takes any number")
        self._label_classes()
        options = {}
        if self.n_neighbors is not None:
            options["k"] = str(self.n_neighbors)
        if self.weights is not None:
            if callable(self.weights):
                raise ValueError("weights: a function needs recipe='vectors'")
            options["weights"] = self.weights
        if self.metric is not None:
            options["metric"] = find_metric(self.metric).name
        recipe = "accurate" if self.recipe == "auto" else self.recipe
        self._model = Model.train(
            as_images(X, shape), self._labels_of(y), recipe=recipe, options=options,
            label_names=self._label_names, seed=_seed(self.random_state),
            threads=count_threads(self.n_jobs))
        self._take_info()

    def _label_classes(self):
        """A model's labels are the classes themselves where these are whole numbers up to
        65535, else their places, with names."""
        classes = self.classes_
        small = classes.dtype.kind in "iu" and classes.min() >= 0 and classes.max() < MOST_CLASSES
        self._codes = classes.astype(np.uint16) if small else np.arange(
            len(classes), dtype=np.uint16)
        self._label_names = None if small else {
            int(code): str(name) for code, name in zip(self._codes, classes)}

    def _labels_of(self, y):
        return self._codes[np.searchsorted(self.classes_, y)]

    def _take_info(self):
        info = self._model.info()
        self.recipe_ = info["recipe"]
        self.n_samples_fit_ = info["n_rows"]
        self._metric = find_metric({"l2": "euclidean"}.get(info["metric"], info["metric"]))
        self._k = info["k"]
        self._places = np.zeros(int(self._codes.max()) + 1, dtype=np.intp)
        self._places[self._codes] = np.arange(len(self.classes_))
        self._model_places = self._places[info["classes"]]

    def partial_fit(self, X, y, classes=None):
        """Teach more labelled rows: they join those that are there, which is exact.

        Parameters
        ----------
        X : array of shape (n_samples, n_features) or (n_samples, height, width)
            Rows or images.
        y : array of shape (n_samples,)
            Labels; new ones become classes.
        classes : array, optional
            Classes to come, for the first call, which fits.

        Returns
        -------
        self
        """
        if not hasattr(self, "classes_"):
            return self._fit(X, y, classes)
        X, _ = _flat(X)
        X, y = validate(self, X, y, reset=False)
        y = column_or_1d(y, warn=True)
        grown = np.union1d(self.classes_, y)
        if self._image_shape is None:
            codes = np.searchsorted(grown, self.classes_)[self._codes]
            self._index.add(as_float_rows(X), threads=count_threads(self.n_jobs))
            self.classes_ = grown
            self._codes = np.r_[codes, np.searchsorted(grown, y)]
            self.n_samples_fit_ = len(self._codes)
            return self
        return self._teach(X, y, grown)

    def _teach(self, X, y, grown):
        if len(grown) > MOST_CLASSES:
            raise ValueError(f"y: {len(grown)} classes, a model has at most {MOST_CLASSES}")
        codes = np.zeros(len(grown), dtype=np.uint16)
        known = np.isin(grown, self.classes_)
        codes[known] = self._codes
        names = None
        if self._label_names is None:
            if grown.dtype.kind not in "iu" or grown.min() < 0 or grown.max() >= MOST_CLASSES:
                raise ValueError("y: this model's labels are the numbers 0 to 65535")
            codes[~known] = grown[~known]
        else:
            free = np.setdiff1d(np.arange(MOST_CLASSES), self._codes)
            codes[~known] = free[:(~known).sum()]
            names = {int(code): str(name) for code, name in zip(codes, grown)}
        labels = codes[np.searchsorted(grown, y)]
        self._model.add(as_images(X, self._image_shape), labels, label_names=names,
                        threads=count_threads(self.n_jobs))
        self.classes_, self._codes, self._label_names = grown, codes, names
        self._take_info()
        return self

    # ---- answers ----

    def _check_queries(self, X):
        return validate(self, _flat(X)[0], reset=False)

    def _images(self, X):
        return as_images(self._check_queries(X), self._image_shape)

    def _answers(self, X):
        return self._model.predict(self._images(X), threads=count_threads(self.n_jobs))

    def predict(self, X):
        """Give the class of each row or image.

        Parameters
        ----------
        X : array of shape (n_samples, n_features) or (n_samples, height, width)
            Rows or images.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        if self._image_shape is not None:
            return self.classes_[self._places[self._answers(X)["labels"]]]
        return self.classes_[self._votes(X).argmax(axis=1)]

    def predict_proba(self, X):
        """Give each class's share of the votes.

        Parameters
        ----------
        X : array of shape (n_samples, n_features) or (n_samples, height, width)
            Rows or images.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        if self._image_shape is None:
            return self._votes(X)
        votes = self._answers(X)["votes"]
        shares = np.zeros((len(votes), len(self.classes_)))
        shares[:, self._model_places] = votes
        return shares

    def _default_k(self):
        if self._image_shape is not None:
            return self._k
        return 5 if self.n_neighbors is None else self.n_neighbors

    def _votes(self, X):
        k = min(self._default_k(), self.n_samples_fit_) if self.n_neighbors is None \
            else self._default_k()
        distances, ids = self.kneighbors(X, k)
        weights = self._weigh(distances)
        votes = np.zeros((len(ids), len(self.classes_)))
        for place in range(ids.shape[1]):  # in order, so that sums are the same each time
            votes[np.arange(len(ids)), self._codes[ids[:, place]]] += weights[:, place]
        total = votes.sum(axis=1, keepdims=True)
        if (total == 0).any():
            raise ValueError("All neighbors of some sample is getting zero weights. Please "
                             "modify 'weights' to avoid this case if you are using a "
                             "user-defined function.")
        return votes / total

    def _weigh(self, distances):
        if self.weights is None or self.weights == "uniform":
            return np.ones_like(distances)
        if callable(self.weights):
            return np.asarray(self.weights(distances))
        if self.weights != "distance":
            raise ValueError(f"weights: {self.weights!r}, expected 'uniform', 'distance' or a "
                             "function")
        same = distances == 0  # copies overrule all others
        with np.errstate(divide="ignore"):
            weights = 1 / distances
        return np.where(same.any(axis=1, keepdims=True), same, weights)

    def _nearest(self, X, k):
        if self._image_shape is None:
            return super()._nearest(X, k)
        distances, ids = self._model.neighbours(
            None if X is None else as_images(X, self._image_shape), k,
            threads=count_threads(self.n_jobs))
        return self._metric.outwards(distances, self._n_dims()), ids

    def _within(self, X, radius):
        if self._image_shape is None:
            return super()._within(X, radius)
        inner = self._metric.inwards(radius, self._n_dims())
        starts, distances, ids = self._model.range(
            None if X is None else as_images(X, self._image_shape), inner,
            threads=count_threads(self.n_jobs))
        return starts, self._metric.outwards(distances, self._n_dims()), ids

    def _n_dims(self):
        return self._model.info()["n_dims"]

    # ---- what images tell ----

    def _need_model(self, what):
        check_is_fitted(self)
        if self._image_shape is None:
            raise ValueError(f"{what}: this estimator is fitted to vectors, not to images")
        return self._model

    def _class_of(self, label):
        return self.classes_[self._places[label]]

    def _picture(self, image):
        image = np.asarray(image)
        if image.ndim == 1 and image.size == self.n_features_in_:
            image = image.reshape(self._image_shape)
        return as_page(image)

    def read(self, X):
        """Read images of any one size, and say what had better be refused.

        Parameters
        ----------
        X : array of shape (n_samples, n_features) or (n_samples, height, width)
            Images; those of another size than the model's are framed as MNIST's were.

        Returns
        -------
        list of Reading
        """
        model = self._need_model("read")
        X = np.asarray(X)
        images = as_images(X, X.shape[1:]) if X.ndim == 3 else self._images(X)
        return [Reading(self._class_of(r["label"]), r["confidence"], r["likeness"],
                        r["refused"], r["decided"],
                        [(row, distance, self._class_of(label))
                         for row, distance, label in r["neighbours"]])
                for r in model.read(images, threads=count_threads(self.n_jobs))]

    def _explanation(self, details):
        neighbours = [{**n, "label": self._class_of(n["label"])}
                      for n in details["neighbours"]]
        return Explanation(self._class_of(details["label"]), details["confidence"],
                           self.classes_[self._places[details["classes"]]],
                           details["votes"], details["stages"], neighbours,
                           details["decider"], details)

    def why(self, image, *, frame="auto"):
        """Explain how one image is read; the object shows itself in a notebook.

        Parameters
        ----------
        image : array of shape (height, width) or (n_features,)
            Whole numbers from 0 to 255.
        frame : {'auto', 'mnist', 'keep'}
            How it is brought to the model's frame.

        Returns
        -------
        Explanation
        """
        model = self._need_model("why")
        return self._explanation(model.why(self._picture(image), frame=frame))

    def doctor(self, image, *, frame="auto", luminance=False):
        """Say what looks wrong with a picture of one digit.

        Parameters
        ----------
        image : array of shape (height, width) or (n_features,)
            Whole numbers from 0 to 255.
        frame : {'auto', 'mnist', 'keep'}
            How it is brought to the model's frame.
        luminance : bool
            Whether 255 is white in it, as in photos.

        Returns
        -------
        Checkup
        """
        model = self._need_model("doctor")
        found = model.doctor(self._picture(image), frame=frame, luminance=luminance)
        return Checkup(found["findings"], found["n_warnings"], found["steps"],
                       self._explanation(found["why"]))

    def read_page(self, image, *, expect=0, upright=False):
        """Read a page of many digits, line by line.

        Parameters
        ----------
        image : path, PIL image or array of shape (height, width) or (height, width, 3)
            A photo or a scan.
        expect : int
            Digits of every line; 0 is any number.
        upright : bool
            Do not try the page turned.

        Returns
        -------
        Page
        """
        model = self._need_model("read_page")
        page = model.read_page(as_page(image), expect=expect, upright=upright,
                               threads=count_threads(self.n_jobs))
        return Page("\n".join(line["text"] for line in page["lines"]), page["lines"],
                    page["skipped"], page["turned"])

    # ---- files ----

    def save(self, path):
        """Write the model file, as the command `numeral` reads it.

        Parameters
        ----------
        path : path-like
            The .safetensors file; it appears whole or not at all.
        """
        self._need_model("save").save(path)

    @classmethod
    def load(cls, path, *, mmap=False, n_jobs=None):
        """Load a model file, whoever trained it.

        Parameters
        ----------
        path : path-like
            The file.
        mmap : bool
            Map it, so that processes share its memory. Nobody may then write into the
            file or cut it while the model lives, or the process may crash; a file that
            is replaced, as numeral does, stays as it was.
        n_jobs : int, optional
            Threads.

        Returns
        -------
        NumeralClassifier
            Classes are numbers, or the names that the model has.
        """
        model = Model.load(path, mmap=mmap)
        info = model.info()
        self = cls(info["recipe"], image_shape=(info["height"], info["width"]),
                   n_jobs=n_jobs, random_state=info["seed"])
        names = info["label_names"]
        order = np.argsort(names) if names else np.arange(len(info["classes"]))
        self.classes_ = (np.array(names)[order] if names
                         else info["classes"].astype(np.int64))
        self._codes = info["classes"][order]
        self._label_names = dict(zip(self._codes.tolist(), self.classes_)) if names else None
        self._model, self._index = model, None
        self._image_shape = info["height"], info["width"]
        self.n_features_in_ = info["height"] * info["width"]
        self._take_info()
        return self
