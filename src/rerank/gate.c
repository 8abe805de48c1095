/* The gate: which digits get a second look. A digit is settled when its nearest rows have
 * one label, or when the second-best class is clearly farther than the best: a class is
 * near when several of its rows are (Mitani & Hamamoto 2006 take the distance of their
 * mean; here it is the mean of their distances). */
#include "rerank/cascade.h"

enum { UNANIMOUS, MARGIN, NEAREST };

/* Chosen by cross-validation (docs/accuracy.md): a margin of 1.2 loses 11 to 15 digits of
 * 60,000, 1.5 and more look at several times as many for nothing; 10 to 50 unanimous rows
 * differ by one digit. 3.6 % of MNIST's digits pass. */

static const numeral_parameter parameters_of_gate[] = {
    {"unanimous", NUMERAL_PARAMETER_INTEGER, 0, NUMERAL_MAX_CANDIDATES, 20, NULL,
     "nearest rows that settle a digit by having one label; 0: look at every digit"},
    {"margin", NUMERAL_PARAMETER_REAL, 1, 1000000, 1.3, NULL,
     "a second-best class this many times as far as the best settles it too"},
    {"m", NUMERAL_PARAMETER_INTEGER, 1, 100, 3, NULL,
     "rows of each class that its distance is the mean of"},
};

const numeral_entry numeral_gate_entry = {
    .name = "gate",
    .help = "which digits are re-ranked",
    .source = "",
    .parameters = parameters_of_gate,
    .n_parameters = sizeof parameters_of_gate / sizeof *parameters_of_gate,
};

bool numeral_gate_is_unanimous(const double *gate, const numeral_rerank_base *base,
                               const numeral_rerank_digit *digit)
{
    size_t n = (size_t)gate[UNANIMOUS];
    if (n > digit->n_candidates) {
        n = digit->n_candidates;
    }
    for (size_t i = 1; i < n; i++) {
        if (base->classes[digit->ids[i]] != base->classes[digit->ids[0]]) {
            return false;
        }
    }
    return n > 0;
}

void numeral_gate_means(const double *gate, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, void *scratch, double *means)
{
    double m = gate[NEAREST];
    double *counts = numeral_scratch_take_classes(base, &scratch);
    for (size_t c = 0; c < base->n_classes; c++) {
        counts[c] = 0;
        means[c] = 0;
    }
    for (size_t i = 0; i < digit->n_candidates; i++) {
        size_t c = base->classes[digit->ids[i]];
        if (counts[c] < m) {
            counts[c] += 1;
            means[c] += digit->distances[i];
        }
    }
    /* Places that a class does not fill are no nearer than the farthest candidate. */
    double farthest = digit->distances[digit->n_candidates - 1];
    for (size_t c = 0; c < base->n_classes; c++) {
        means[c] = (means[c] + (m - counts[c]) * farthest) / m;
    }
}

bool numeral_gate_is_hard(const double *gate, const numeral_rerank_base *base,
                          const numeral_rerank_digit *digit, void *scratch)
{
    if ((size_t)gate[UNANIMOUS] == 0) {
        return true;
    }
    if (base->n_classes < 2 || numeral_gate_is_unanimous(gate, base, digit)) {
        return false;
    }
    double *means = numeral_scratch_take_classes(base, &scratch), best, second;
    numeral_gate_means(gate, base, digit, scratch, means);
    best = means[0] < means[1] ? means[0] : means[1];
    second = means[0] < means[1] ? means[1] : means[0];
    for (size_t c = 2; c < base->n_classes; c++) {
        if (means[c] < best) {
            second = best;
            best = means[c];
        } else if (means[c] < second) {
            second = means[c];
        }
    }
    return second < gate[MARGIN] * best || second == best;
}
