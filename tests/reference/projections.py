"""Prints tests/unit/reference_projections.h: what scikit-learn and SciPy make of the
rows."""
import numpy as np
from scipy import linalg
from sklearn import preprocessing
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from pattern import opening, rows, table

x = rows(40, 6)
x[:, 4] = 0.1  # a constant column
query = np.array([[0.5, -0.25, 2, 0, 3, 1]])
labels = np.arange(40) * 7 % 5 % 3


def fixed(directions):
    """Signs as numeral fixes them: the entry of largest magnitude is positive."""
    at = np.abs(directions).argmax(axis=1)
    return directions * np.sign(directions[np.arange(len(directions)), at])[:, None]


def lda(x, labels, shrink, kept):
    sw = sum(np.cov(x[labels == c].T, bias=True) * (labels == c).mean() for c in range(3))
    sb = np.cov(x.T, bias=True) - sw
    sw = (1 - shrink) * sw + shrink * np.trace(sw) / len(sw) * np.eye(len(sw))
    return fixed(linalg.eigh(sb, sw)[1].T[::-1][:kept])


def nda(x, labels, first, iterations, k, own, other, ridge, kept):
    """The method in plain words; every row is an anchor here."""
    points = first
    for _ in range(iterations):
        sw, sb, nw, nb = 0, 0, 0, 0
        for i in range(len(x)):
            d = ((points - points[i]) ** 2).sum(1)
            d[i] = np.inf
            near = np.argsort(d, kind="stable")[:k]
            same = near[labels[near] == labels[i]][:own]
            rest = near[labels[near] != labels[i]][:other]
            sw = sw + sum(np.outer(x[i] - x[j], x[i] - x[j]) for j in same)
            sb = sb + sum(np.outer(x[i] - x[j], x[i] - x[j]) for j in rest)
            nw, nb = nw + len(same), nb + len(rest)
        sw, sb = sw / nw, sb / nb
        sw = sw + ridge * np.trace(sw) / len(sw) * np.eye(len(sw))
        e, u = linalg.eigh(sb, sw)
        e, u = e[::-1][:kept], fixed(u.T[::-1][:kept])
        m = u.T * np.sqrt(np.maximum(e, 0))
        points = (x - x.mean(0)) @ m
    return m


opening("projections.py > tests/unit/reference_projections.h")
table("standard_query", preprocessing.StandardScaler().fit(x).transform(query))
table("minmax_query", preprocessing.MinMaxScaler().fit(x).transform(query))
table("unit_query", preprocessing.normalize(query))
pca = PCA(3, svd_solver="full").fit(x)
table("pca_query", (query - x.mean(0)) @ fixed(pca.components_).T)
white = (query - x.mean(0)) @ fixed(pca.components_).T / np.sqrt(pca.explained_variance_)
assert np.allclose(np.abs(white), np.abs(PCA(3, whiten=True).fit(x).transform(query)))
table("whiten_query", white)
other = np.delete(x, 4, axis=1)
learn = LinearDiscriminantAnalysis(solver="eigen").fit(other, labels)
assert np.allclose(lda(other, labels, 0, 2), fixed(learn.scalings_[:, :2].T))
table("lda_query", (query - x.mean(0)) @ lda(x, labels, 0.1, 2).T)
full = PCA(6, svd_solver="full").fit(x)
m = nda(x, labels, (x - x.mean(0)) @ full.components_.T, 2, 12, 3, 2, 0.5, 4)
table("nda_query", (query - x.mean(0)) @ m)
