/* One neighbour, one vote (Fix & Hodges 1951). */
#include "vote/vote_entries.h"

static double weight(const double *parameters, const numeral_ballot *ballot, size_t i)
{
    (void)parameters, (void)ballot, (void)i;
    return 1;
}

const numeral_vote numeral_vote_uniform = {
    .entry = {.name = "uniform",
              .help = "each neighbour has one vote",
              .source = "Fix & Hodges 1951"},
    .weight = weight,
};
