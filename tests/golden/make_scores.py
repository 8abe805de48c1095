#!/usr/bin/env python3
"""Makes tests/golden/scores.h: scikit-learn's scores of random and degenerate cases.

usage: make_scores.py > tests/golden/scores.h   (needs python3-sklearn)
"""
import random

import sklearn
from sklearn.metrics import (accuracy_score, confusion_matrix,
                             precision_recall_fscore_support)


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
    print(f"     {{{numbers(averages[0])}}}, {{{numbers(averages[1])}}}}},")


random.seed(1)
print("/* Made by tests/golden/make_scores.py with scikit-learn", sklearn.__version__,
      "*/")
print("""#ifndef TESTS_GOLDEN_SCORES_H
#define TESTS_GOLDEN_SCORES_H

#include <stddef.h>
#include <stdint.h>

static const struct golden_scores {
    const char *name;
    size_t n, n_labels;
    uint8_t truth[200], predicted[200], labels[16];
    double accuracy, precision[16], recall[16], f1[16];
    size_t support[16], confusion[256];
    double macro[3], weighted[3];
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
print("};\n\n#endif")
