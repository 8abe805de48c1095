/* Votes of 1/distance; where neighbours lie at distance 0, they alone vote, one each, as
 * in scikit-learn (a limit of Dudani's 1976 weighting). */
#include "vote/vote_entries.h"

static double weight_of(const numeral_ballot *ballot, size_t i)
{
    double distance = ballot->distances[i];
    return ballot->distances[0] == 0 ? (double)(distance == 0) : 1 / distance;
}

static void score(const double *parameters, const numeral_ballot *ballot, double *scores)
{
    (void)parameters;
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        scores[ballot->classes[i]] += weight_of(ballot, i);
    }
}

static void weigh(const double *parameters, const numeral_ballot *ballot, double *weights)
{
    (void)parameters;
    for (size_t i = 0; i < ballot->n; i++) {
        weights[i] = weight_of(ballot, i);
    }
}

const numeral_vote numeral_vote_distance = {
    .entry = {.name = "distance",
              .help =
                  "each neighbour has 1/distance votes; exact copies overrule all others",
              .source = "Dudani 1976"},
    .score = score,
    .weigh = weigh,
};
