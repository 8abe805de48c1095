/* What all votes share: adding them up, and finding who wins. */
#include "vote/vote.h"

void numeral_vote_score(const numeral_part *vote, const numeral_ballot *ballot,
                        double *scores)
{
    const numeral_vote *kind = numeral_vote_of(vote->entry);
    if (!kind->weight) {
        kind->score_all(vote->values, ballot, scores);
        return;
    }
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        scores[ballot->classes[i]] += kind->weight(vote->values, ballot, i);
    }
}

size_t numeral_vote_need(const numeral_part *vote, size_t k, size_t n_rows)
{
    const numeral_vote *kind = numeral_vote_of(vote->entry);
    return kind->need ? kind->need(vote->values, k, n_rows) : k;
}

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
