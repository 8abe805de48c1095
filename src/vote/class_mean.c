/* Each class is as near as the mean squared distance of its m nearest rows; it has the
 * inverse of that in votes. Places that a class does not fill among the neighbours count
 * as the farthest of them. Classes at distance 0 overrule all others. (Mitani & Hamamoto
 * 2006 take the distance of the mean; here it is the mean of the distances.) */
#include "vote/vote_entries.h"

enum { M, AMONG };

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

/* Sums the squares of the m nearest of each class; counts how many there are. */
static void add_up(double m, const numeral_ballot *ballot, double *sums, double *counts)
{
    for (size_t c = 0; c < ballot->n_classes; c++) {
        sums[c] = 0;
        counts[c] = 0;
    }
    for (size_t i = 0; i < ballot->n; i++) {
        size_t c = ballot->classes[i];
        if (counts[c] < m) {
            counts[c] += 1;
            sums[c] += square(ballot->distances[i]);
        }
    }
}

static void score_all(const double *parameters, const numeral_ballot *ballot,
                      double *scores)
{
    size_t n_copies = 0;
    double m = parameters[M], *counts = ballot->scratch;
    double farthest = square(ballot->distances[ballot->n - 1]);
    add_up(m, ballot, scores, counts);
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = (scores[c] + (m - counts[c]) * farthest) / m;
        n_copies += scores[c] == 0;
    }
    for (size_t c = 0; c < ballot->n_classes; c++) {
        scores[c] = n_copies ? (double)(scores[c] == 0) : farthest / scores[c];
    }
}

/* A class with m rows has its sum; rows that another still lacks are no nearer than the
 * last one seen. A margin far above rounding keeps the order of the votes. */
static bool settled(const double *parameters, const numeral_ballot *ballot,
                    size_t *winner)
{
    static const double MARGIN = 1e-9; /* of sums of at most 100 squares: 1e-14 each */
    size_t best = ballot->n_classes;
    double m = parameters[M], last = square(ballot->distances[ballot->n - 1]);
    double *counts = ballot->scratch, *sums = counts + ballot->n_classes;
    add_up(m, ballot, sums, counts);
    for (size_t c = 0; c < ballot->n_classes; c++) {
        bool better = best == ballot->n_classes || sums[c] < sums[best];
        best = counts[c] == m && better ? c : best;
    }
    /* every other class, were the rows it lacks as near as they can be */
    for (size_t c = 0; c < ballot->n_classes && best < ballot->n_classes; c++) {
        double least = sums[c] + (m - counts[c]) * last;
        if (c != best && !(sums[best] < least * (1 - MARGIN))) {
            return false;
        }
    }
    *winner = best;
    return best < ballot->n_classes;
}

const numeral_vote numeral_vote_class_mean = {
    .entry = {.name = "classmean",
              .help = "inverse mean squared distance of each class's nearest rows",
              .source = "after Mitani & Hamamoto 2006",
              .parameters = parameters_of_class_mean,
              .n_parameters =
                  sizeof parameters_of_class_mean / sizeof *parameters_of_class_mean},
    .score_all = score_all,
    .need = need,
    .settled = settled,
};
