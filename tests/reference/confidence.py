#!/usr/bin/env python3
"""Prints the weights that tests/unit/test_confidence.c compares with: logistic regression
with Platt's targets on the made-up answers of that test, by scipy.optimize.

usage: confidence.py   (needs python3-scipy)
"""
import numpy as np
from scipy.optimize import minimize

N = 400
i = np.arange(N)
margin = (i * 37 % 101) / 20
distance = 0.2 + (i * 53 % 89) / 30
# right wherever a score passes a threshold that runs through 0..1 in another order
chance = 1 / (1 + np.exp(-(0.3 + 1.1 * margin - 0.9 * distance)))
right = (i * 71 % 113) / 113 < chance


def fit(columns):
    x = np.column_stack(columns)
    wrong, good = (~right).sum(), right.sum()
    target = np.where(right, (good + 1) / (good + 2), 1 / (wrong + 2))

    def loss(w):
        z = x @ w
        return np.sum(np.logaddexp(0, z) - target * z) + 1e-6 * w @ w

    def slope(w):
        z = x @ w
        return x.T @ (1 / (1 + np.exp(-z)) - target) + 2e-6 * w

    done = minimize(loss, np.zeros(x.shape[1]), jac=slope, method="BFGS",
                    options={"gtol": 1e-10, "maxiter": 10000})
    return done.x


print("right:", int(right.sum()))
print("both:", *(repr(float(w)) for w in fit([np.ones(N), margin, distance])))
print("margin alone:", *(repr(float(w)) for w in fit([np.ones(N), margin])))
