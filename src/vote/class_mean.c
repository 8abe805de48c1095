/* Each class is as near as the mean squared distance of its m nearest rows; it has the
 * inverse of that in votes. Places that a class does not fill among the neighbours count
 * as the farthest of them. Classes at distance 0 overrule all others. (Mitani & Hamamoto
 * 2006 take the distance of the mean; here it is the mean of the distances.) */
#include "vote/vote_entries.h"

enum { M, AMONG, MAX_CLASSES = 256 };

static const numeral_parameter parameters_of_class_mean[] = {
    {"m", NUMERAL_PARAMETER_INTEGER, 1, 100, 3, NULL, "rows counted of each class"},
    {"among", NUMERAL_PARAMETER_INTEGER, 1, 1000, 100, NULL,
     "neighbours that they are found among"},
};

static size_t need(const double *parameters, size_t k, size_t n_rows)
{
    size_t among = (size_t)parameters[AMONG];
    size_t wanted = k > among ? k : among;
    return wanted < n_rows ? wanted : n_rows;
}

static double square(double distance)
{
    return distance * distance;
}

static void score(const double *parameters, const numeral_ballot *ballot, double *scores)
{
    size_t m = (size_t)parameters[M], counts[MAX_CLASSES] = {0};
    double farthest = square(ballot->distances[ballot->n - 1]);
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        uint8_t c = ballot->classes[i];
        if (counts[c] < m) {
            counts[c]++;
            scores[c] += square(ballot->distances[i]);
        }
    }
    size_t n_copies = 0;
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = (scores[c] + (double)(m - counts[c]) * farthest) / (double)m;
        n_copies += scores[c] == 0;
    }
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = n_copies ? (double)(scores[c] == 0) : farthest / scores[c];
    }
}

const numeral_vote numeral_vote_class_mean = {
    .entry = {.name = "classmean",
              .help = "inverse mean squared distance of each class's nearest rows",
              .source = "after Mitani & Hamamoto 2006",
              .parameters = parameters_of_class_mean,
              .n_parameters =
                  sizeof parameters_of_class_mean / sizeof *parameters_of_class_mean},
    .score = score,
    .need = need,
};
