"""scikit-learn's own checks of its estimators."""

import pytest

sklearn = pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

from numeral_knn import NumeralClassifier, NumeralNeighborsTransformer  # noqa: E402

ESTIMATORS = [NumeralClassifier(), NumeralClassifier(weights="distance", n_neighbors=3),
              NumeralNeighborsTransformer(), NumeralNeighborsTransformer(mode="connectivity")]


@parametrize_with_checks(ESTIMATORS)
def test_checks(estimator, check):
    check(estimator)
