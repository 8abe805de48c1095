/* Votes of exp(-d²/(2σ²)), σ a multiple of the farthest neighbour's distance, so that the
 * kernel widens where rows are sparse (Loftsgaarden & Quesenberry 1965; Atkeson, Moore &
 * Schaal 1997). At least exp(-200) each, so that some class always has a vote. */
#include "base/elementary.h"
#include "vote/vote_entries.h"

enum { WIDTH };

static const numeral_parameter parameters_of_gaussian[] = {
    {"width", NUMERAL_PARAMETER_REAL, 0.05, 1000, 0.5, NULL,
     "σ as a multiple of the farthest neighbour's distance"},
};

static double weight(const double *parameters, const numeral_ballot *ballot, size_t i)
{
    double sigma = parameters[WIDTH] * ballot->distances[ballot->n - 1];
    double ratio = sigma > 0 ? ballot->distances[i] / sigma : 0;
    return numeral_exp(-ratio * ratio / 2);
}

const numeral_vote numeral_vote_gaussian = {
    .entry = {.name = "gaussian",
              .help = "votes fall off as a bell curve with distance",
              .source = "Atkeson, Moore & Schaal 1997",
              .parameters = parameters_of_gaussian,
              .n_parameters =
                  sizeof parameters_of_gaussian / sizeof *parameters_of_gaussian},
    .weight = weight,
};
