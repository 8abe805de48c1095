#include "vote/vote.h"

static size_t nearest_of_tied(const numeral_ballot *ballot, const double *scores,
                              double best)
{
    for (size_t i = 0; i < ballot->n; i++) {
        if (scores[ballot->classes[i]] == best) {
            return ballot->classes[i];
        }
    }
    return ballot->classes[0];
}

size_t numeral_vote_winner(const numeral_ballot *ballot, const double *scores,
                           numeral_ties ties, double *share)
{
    size_t winner = 0;
    double sum = 0;
    for (size_t c = 0; c < ballot->n_classes; c++) {
        sum += scores[c];
        if (scores[c] > scores[winner]) {
            winner = c;
        }
    }
    if (ties == NUMERAL_TIES_NEAREST) {
        winner = nearest_of_tied(ballot, scores, scores[winner]);
    }
    *share = sum > 0 ? scores[winner] / sum : 0;
    return winner;
}
