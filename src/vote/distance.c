/* Votes of 1/distance; where neighbours lie at distance 0, they alone vote, one each, as
 * in scikit-learn (a limit of Dudani's 1976 weighting). */
#include "vote/vote_entries.h"

static double weight(const double *parameters, const numeral_ballot *ballot, size_t i)
{
    (void)parameters;
    double distance = ballot->distances[i];
    return ballot->distances[0] == 0 ? (double)(distance == 0) : 1 / distance;
}

const numeral_vote numeral_vote_distance = {
    .entry = {.name = "distance",
              .help =
                  "each neighbour has 1/distance votes; exact copies overrule all others",
              .source = "Dudani 1976"},
    .weight = weight,
};
