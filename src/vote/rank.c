/* Votes by rank: the nearest of n neighbours has n votes, the next n - 1 ... (Dudani
 * 1976). */
#include "vote/vote_entries.h"

static double weight(const double *parameters, const numeral_ballot *ballot, size_t i)
{
    (void)parameters;
    return (double)(ballot->n - i);
}

const numeral_vote numeral_vote_rank = {
    .entry = {.name = "rank",
              .help = "the nearest of k neighbours has k votes, the farthest one",
              .source = "Dudani 1976"},
    .weight = weight,
};
