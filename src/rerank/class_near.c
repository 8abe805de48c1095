/* Mean distance of each class's nearest candidates: a class is near when several of its
 * rows are (Mitani & Hamamoto 2006 use their mean vector, here it is the mean of their
 * distances). Places that a class does not fill count as the farthest candidate. */
#include "rerank/rerank_entries.h"

enum { M, WEIGHT };

static const numeral_parameter parameters_of_near[] = {
    {"m", NUMERAL_PARAMETER_INTEGER, 1, 100, 3, NULL, "candidates counted of each class"},
    NUMERAL_RERANK_COMMON,
};

static size_t scratch_bytes(const double *parameters, const numeral_rerank_base *base,
                            size_t n)
{
    (void)parameters;
    (void)base;
    (void)n;
    return 0;
}

void numeral_near_means(size_t m, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, double *means)
{
    size_t counts[256];
    for (size_t c = 0; c < base->n_classes; c++) {
        counts[c] = 0;
        means[c] = 0;
    }
    for (size_t i = 0; i < digit->n_candidates; i++) {
        uint8_t c = base->classes[digit->ids[i]];
        if (counts[c] < m) {
            counts[c]++;
            means[c] += digit->distances[i];
        }
    }
    double farthest = digit->distances[digit->n_candidates - 1];
    for (size_t c = 0; c < base->n_classes; c++) {
        means[c] = (means[c] + (double)(m - counts[c]) * farthest) / (double)m;
    }
}

static void score(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    (void)scratch;
    numeral_near_means((size_t)parameters[M], base, digit, scores);
}

const numeral_rerank numeral_rerank_near = {
    .entry = {.name = "near",
              .help = "mean distance of each class's nearest candidates",
              .source = "after Mitani & Hamamoto 2006",
              .parameters = parameters_of_near,
              .n_parameters = sizeof parameters_of_near / sizeof *parameters_of_near},
    .view_parameter = -1,
    .scratch_bytes = scratch_bytes,
    .score = score,
};
