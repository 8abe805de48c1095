/* One neighbour, one vote (Fix & Hodges 1951). */
#include "vote/vote_entries.h"

static void score(const double *parameters, const numeral_ballot *ballot, double *scores)
{
    (void)parameters;
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        scores[ballot->classes[i]] += 1;
    }
}

static void weigh(const double *parameters, const numeral_ballot *ballot, double *weights)
{
    (void)parameters;
    for (size_t i = 0; i < ballot->n; i++) {
        weights[i] = 1;
    }
}

const numeral_vote numeral_vote_uniform = {
    .entry = {.name = "uniform",
              .help = "each neighbour has one vote",
              .source = "Fix & Hodges 1951"},
    .score = score,
    .weigh = weigh,
};
