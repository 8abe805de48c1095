/* Top-k accuracy: whether the true label was at least considered. */
#include <numeral/scores.h>

/* How many classes come before class `c`: those with more votes, and of equal votes those
 * of larger labels. */
static size_t rank_of(const double *votes, size_t n_classes, size_t c)
{
    size_t rank = 0;
    for (size_t other = 0; other < n_classes; other++) {
        rank += votes[other] > votes[c] || (votes[other] == votes[c] && other > c);
    }
    return rank;
}

double numeral_top_accuracy(const uint8_t *truth, const uint8_t *classes,
                            const double *votes, size_t n, size_t n_classes, size_t top)
{
    size_t column[256], hits = 0;
    for (size_t label = 0; label < 256; label++) {
        column[label] = n_classes;
    }
    for (size_t c = 0; c < n_classes; c++) {
        column[classes[c]] = c;
    }
    for (size_t i = 0; i < n; i++) {
        size_t c = column[truth[i]];
        hits += c < n_classes && rank_of(votes + i * n_classes, n_classes, c) < top;
    }
    return n ? (double)hits / (double)n : 0;
}
