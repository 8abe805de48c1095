#!/usr/bin/env python3
"""Makes tests/golden/scores.h: scikit-learn's scores of random and degenerate cases.

usage: make_scores.py > tests/golden/scores.h   (needs python3-sklearn)
"""
import math
import random
import warnings

import scipy.stats
import sklearn
from sklearn.metrics import (accuracy_score, brier_score_loss, cohen_kappa_score,
                             confusion_matrix, matthews_corrcoef,
                             precision_recall_fscore_support, top_k_accuracy_score)

warnings.simplefilter("ignore")  # undefined scores are wanted here


def case(name, truth, predicted):
    labels = sorted(set(truth) | set(predicted))
    p, r, f, s = precision_recall_fscore_support(truth, predicted, labels=labels,
                                                 zero_division=0)
    matrix = confusion_matrix(truth, predicted, labels=labels)
    averages = [precision_recall_fscore_support(truth, predicted, labels=labels,
                                                average=how, zero_division=0)[:3]
                for how in ("macro", "weighted")]

    def numbers(values, form="{!r}"):
        return ", ".join(form.format(v.item() if hasattr(v, "item") else v) for v in values)

    print(f"    {{\"{name}\", {len(truth)}, {len(labels)},")
    print(f"     {{{numbers(truth)}}},\n     {{{numbers(predicted)}}},")
    print(f"     {{{numbers(labels)}}}, {accuracy_score(truth, predicted)!r},")
    print(f"     {{{numbers(p)}}},\n     {{{numbers(r)}}},\n     {{{numbers(f)}}},")
    print(f"     {{{numbers(s)}}},\n     {{{numbers(matrix.ravel())}}},")
    kappa = cohen_kappa_score(truth, predicted)
    print(f"     {{{numbers(averages[0])}}}, {{{numbers(averages[1])}}},")
    print(f"     {'NAN' if math.isnan(kappa) else repr(float(kappa))}, "
          f"{float(matthews_corrcoef(truth, predicted))!r}}},")


def top_case(name, n, classes, levels):
    """Votes in few levels, so that many are equal."""
    truth = [random.choice(classes) for _ in range(n)]
    votes = [[random.randrange(levels) / 8 for _ in classes] for _ in truth]
    shares = [top_k_accuracy_score(truth, votes, k=top, labels=classes)
              for top in (1, 2, 3)]
    print(f"    {{\"{name}\", {n}, {len(classes)}, {{{', '.join(map(str, classes))}}},")
    print(f"     {{{', '.join(map(str, truth))}}},")
    print(f"     {{{', '.join(repr(v) for row in votes for v in row)}}},")
    print(f"     {{{', '.join(repr(float(s)) for s in shares)}}}}},")


def confidence_case(n, n_bins):
    """Counts, means and shares of each bin by numpy's digitize; Brier by scikit-learn."""
    import numpy as np
    confidence = np.array([random.choice([random.random(), 1.0, 0.5, 0.0])
                           for _ in range(n)])
    right = np.array([random.random() < c for c in confidence])
    edges = np.linspace(0, 1, n_bins + 1)
    bins = np.minimum(np.digitize(confidence, edges) - 1, n_bins - 1)
    members = [bins == b for b in range(n_bins)]
    counts = [int(m.sum()) for m in members]
    mean = [float(confidence[m].mean()) if m.any() else 0.0 for m in members]
    share = [float(right[m].mean()) if m.any() else 0.0 for m in members]
    ece = sum(c * abs(a - b) for c, a, b in zip(counts, share, mean)) / n
    print(f"    {{{n}, {n_bins}, {{{', '.join(map(repr, confidence.tolist()))}}},")
    print(f"     {{{', '.join(str(int(r)) for r in right)}}},")
    print(f"     {{{', '.join(map(str, counts))}}},\n     {{{', '.join(map(repr, mean))}}},")
    print(f"     {{{', '.join(map(repr, share))}}}, {ece!r}, "
          f"{float(brier_score_loss(right, confidence))!r}}},")


def mcnemar_case(b, c):
    """The exact test is scipy.stats.binomtest, the other chi2.sf."""
    n = b + c
    if n < 25:
        statistic = min(b, c)
        p = scipy.stats.binomtest(b, n).pvalue if n else 1.0
    else:
        statistic = max(0, abs(b - c) - 1) ** 2 / n
        p = scipy.stats.chi2.sf(statistic, 1)
    print(f"    {{{b}, {c}, {int(n < 25)}, {float(statistic)!r}, {float(p)!r}}},")


random.seed(1)
print("/* Made by tests/golden/make_scores.py with scikit-learn", sklearn.__version__,
      "*/")
print("""#ifndef TESTS_GOLDEN_SCORES_H
#define TESTS_GOLDEN_SCORES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static const struct golden_scores {
    const char *name;
    size_t n, n_labels;
    uint16_t truth[200], predicted[200], labels[16];
    double accuracy, precision[16], recall[16], f1[16];
    size_t support[16], confusion[256];
    double macro[3], weighted[3], kappa, mcc;
} golden_scores[] = {""")
truth = [random.randrange(10) for _ in range(200)]
case("good", truth, [t if random.random() < 0.9 else random.randrange(10) for t in truth])
case("random", truth, [random.randrange(10) for _ in truth])
case("uneven", [random.choice([0, 0, 0, 0, 1, 7, 255]) for _ in range(150)],
     [random.choice([0, 0, 1, 7, 9]) for _ in range(150)])
case("one class", [3] * 20, [3] * 20)
case("all wrong", [1] * 10, [2] * 10)
case("class never predicted", [0, 1, 2] * 5, [0, 1, 1] * 5)
case("single", [4], [4])
case("right by chance", [0] * 30 + [1] * 10, [0, 1] * 20)
case("against each other", [0, 1] * 8, [1, 0] * 8)
print("""};

static const struct golden_top {
    const char *name;
    size_t n, n_classes;
    uint16_t classes[8], truth[40];
    double votes[200], top[3];
} golden_tops[] = {""")
top_case("many equal", 40, [0, 3, 4, 9, 255], 4)
top_case("few equal", 40, [1, 2, 3, 4], 64)
top_case("all equal", 20, [0, 1, 2, 3], 1)
print("""};

static const struct golden_reliability {
    size_t n, n_bins;
    double confidence[150];
    uint8_t right[150];
    size_t counts[16];
    double mean[16], share[16], ece, brier;
} golden_reliabilities[] = {""")
confidence_case(150, 10)
confidence_case(40, 16)
confidence_case(20, 1)
print("""};

static const struct golden_mcnemar {
    size_t only_first, only_second;
    int exact;
    double statistic, p_value;
} golden_mcnemars[] = {""")
for b, c in ((0, 0), (1, 0), (5, 5), (2, 9), (20, 4), (0, 24), (12, 12), (13, 12), (25, 0),
             (30, 12), (100, 250), (41, 32)):
    mcnemar_case(b, c)
print("};\n\n#endif")
