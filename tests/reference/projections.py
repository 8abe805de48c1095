"""Prints tests/unit/reference_projections.h: what scikit-learn makes of the rows."""
import numpy as np
from sklearn import preprocessing

from pattern import opening, rows, table

x = rows(40, 6)
x[:, 4] = 0.1  # a constant column
query = np.array([[0.5, -0.25, 2, 0, 3, 1]])

opening("projections.py > tests/unit/reference_projections.h")
table("standard_query", preprocessing.StandardScaler().fit(x).transform(query))
table("unit_query", preprocessing.normalize(query))
