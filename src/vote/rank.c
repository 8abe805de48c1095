/* Votes by rank: the nearest of n neighbours has n votes, the next n - 1 ... (Dudani
 * 1976). */
#include "vote/vote_entries.h"

static void score(const double *parameters, const numeral_ballot *ballot, double *scores)
{
    (void)parameters;
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        scores[ballot->classes[i]] += (double)(ballot->n - i);
    }
}

static void weigh(const double *parameters, const numeral_ballot *ballot, double *weights)
{
    (void)parameters;
    for (size_t i = 0; i < ballot->n; i++) {
        weights[i] = (double)(ballot->n - i);
    }
}

const numeral_vote numeral_vote_rank = {
    .entry = {.name = "rank",
              .help = "the nearest of k neighbours has k votes, the farthest one",
              .source = "Dudani 1976"},
    .score = score,
    .weigh = weigh,
};
