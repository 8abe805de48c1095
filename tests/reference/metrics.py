"""Writes unit/reference_metrics.h: distances of two rows by SciPy.

Run: /usr/bin/python3 tests/reference/metrics.py > tests/unit/reference_metrics.h
"""
import numpy as np
from scipy.spatial import distance as d

SIZE = 37
i = np.arange(SIZE)
A = ((i * 37 + 11) % 101).astype(float)
B = ((i * 53 + 29) % 97).astype(float)
A[[3, 9, 20]] = 0
B[[3, 7, 20]] = 0
A[11] = B[11]
VALUES = [
    ("l2", d.sqeuclidean(A, B)),
    ("l1", d.cityblock(A, B)),
    ("linf", d.chebyshev(A, B)),
    ("hamming", d.hamming(A, B) * SIZE),
    ("cosine", d.cosine(A, B)),
    ("lp=1", d.minkowski(A, B, 1)),
    ("lp=2", d.minkowski(A, B, 2)),
    ("lp=3", d.minkowski(A, B, 3)),
    ("lp=7", d.minkowski(A, B, 7)),
    ("lp=100", d.minkowski(A, B, 100)),
    ("lp=1.5", d.minkowski(A, B, 1.5)),
    ("lp=0.5", d.minkowski(A, B, 0.5)),
    ("correlation", d.correlation(A, B)),
    ("chi2", sum((a - b) ** 2 / (a + b) for a, b in zip(A, B) if a + b)),
    ("hellinger", d.euclidean(np.sqrt(A / A.sum()), np.sqrt(B / B.sum())) / np.sqrt(2)),
    ("canberra", d.canberra(A, B)),
    ("braycurtis", d.braycurtis(A, B)),
    ("jaccard", d.jaccard(A, B)),
]
print("/* Written by tests/reference/metrics.py (SciPy). */")
print(f"enum {{ METRIC_DIMS = {SIZE} }};")
for name, row in (("metric_a", A), ("metric_b", B)):
    print(f"static const double {name}[METRIC_DIMS] = {{")
    print("    " + ", ".join(f"{v:.0f}" for v in row) + "};")
print("static const struct {\n    const char *spec;\n    double distance;")
print("} metric_values[] = {")
for name, value in VALUES:
    print(f'    {{"{name}", {value!r}}},'.replace("np.float64(", "").replace(")", ""))
print("};")
