#!/usr/bin/env python3
"""Tables whose columns have scales of their own, beside scikit-learn, whose data sets these are.

usage: sklearn_columns.py NUMERAL

StandardScaler and KNeighborsClassifier(5) must be matched by `pixels,standard -k 5` to one
digit read differently: a column is cut into 256 steps, and of neighbours that are equally far
the one taken may differ. Read as NPZ and as CSV, which must agree.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def mixed():
    """Five classes; twelve columns whose scales span eight powers of ten."""
    random = np.random.default_rng(0)
    y = random.integers(0, 5, 3000)
    x = random.normal(size=(5, 12))[y] * 1.6 + random.normal(size=(3000, 12))
    return x * 10.0 ** random.uniform(-4, 4, 12) + 10.0 ** random.uniform(-2, 3, 12), y


def main(numeral):
    failed = 0
    sets = {"wine": load_wine(return_X_y=True), "cancer": load_breast_cancer(return_X_y=True),
            "iris": load_iris(return_X_y=True), "mixed": mixed()}
    with tempfile.TemporaryDirectory() as folder:
        train, test, table, model = (os.path.join(folder, name) for name in
                                     ("train.npz", "test.npz", "test.csv", "m.model"))
        for name, (x, y) in sets.items():
            x_train, x_test, y_train, y_test = train_test_split(
                x, y, test_size=0.3, random_state=0, stratify=y)
            peer = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
            wanted = int((peer.fit(x_train, y_train).predict(x_test) != y_test).sum())
            np.savez(train, x=x_train, y=y_train)
            np.savez(test, x=x_test, y=y_test)
            np.savetxt(table, np.c_[y_test, x_test], delimiter=",", fmt="%.17g", comments="",
                       header="label," + ",".join(f"x{i}" for i in range(x.shape[1])))
            subprocess.run([numeral, "train", train, "-q", "-o", model, "--recipe",
                            "pixels,standard -k 5"], check=True)
            errors = [json.loads(subprocess.run(
                [numeral, "eval", model, data, "--json", "-"], check=True,
                capture_output=True).stdout)["errors"] for data in (test, table)]
            good = errors[0] == errors[1] and abs(errors[0] - wanted) <= 1
            failed += not good
            print(f"{name}: {errors[0]} and {errors[1]} errors of {len(y_test)}, "
                  f"scikit-learn {wanted}{'' if good else ': FAILED'}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main(sys.argv[1])
