/* Local kernel ridge: a regularised least-squares classifier on the candidates alone.
 *
 * With x_i the candidates and z the digit, σ = width·(median of the squared distances
 * |x_i - z|²), G_ij = exp(-|x_i - x_j|²/σ), q_i = exp(-|x_i - z|²/σ), solve
 * (G + ridge·I)·v = q. Then f_c = Σ_{i in c} v_i - 0.1·Σ_i v_i is the local regression of
 * the indicator of class c at z, and shift - f_c, at least 0.05, is the score.
 * Local learning: Bottou & Vapnik 1992; kernel ridge regression: Saunders, Gammerman &
 * Vovk 1998. O(n²·dims + n³/3) for n candidates.
 *
 * Squared distances are exact integers; vectors are widened to i16, so that a sum fits
 * i32 for u8 and i8 rows (255²·4096 < 2^28.1) and needs i64 for i16 rows. */
#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "linalg/cholesky.h"
#include "rerank/rerank_entries.h"

enum { WIDTH, RIDGE, SHIFT, WEIGHT };

/* The regression overshoots 1 at times; its logarithm must stay finite. */
static const double least_score = 0.05;
/* What the mean over ten classes takes off each: the indicators are regressed about it.
 */
static const double mean_share = 0.1;

static const numeral_parameter parameters_of_ridge[] = {
    {"width", NUMERAL_PARAMETER_REAL, 0.01, 100, 2, NULL,
     "kernel width as a multiple of the median squared distance"},
    {"ridge", NUMERAL_PARAMETER_REAL, 0.0001, 100, 0.1, NULL, "added to the diagonal"},
    {"shift", NUMERAL_PARAMETER_REAL, 0.1, 100, 1.3, NULL,
     "score of a class without a say"},
    NUMERAL_RERANK_COMMON,
};

typedef struct ridge_scratch {
    int16_t *vectors; /* the digit, then the candidates */
    double *gram, *weights, *distances;
} ridge_scratch;

static size_t padded_dims(const numeral_rerank_base *base)
{
    return numeral_round_up(base->index->n_dims, 32);
}

static size_t scratch_bytes(const double *parameters, const numeral_rerank_base *base,
                            size_t n)
{
    (void)parameters;
    return numeral_scratch_bytes((n + 1) * padded_dims(base), sizeof(int16_t)) +
           numeral_scratch_bytes(n * n, sizeof(double)) +
           2 * numeral_scratch_bytes(n, sizeof(double));
}

static ridge_scratch take(const numeral_rerank_base *base, size_t n, void *memory)
{
    ridge_scratch s;
    s.vectors = numeral_scratch_take(
        &memory, numeral_scratch_bytes((n + 1) * padded_dims(base), sizeof(int16_t)));
    s.gram = numeral_scratch_take(&memory, numeral_scratch_bytes(n * n, sizeof(double)));
    s.weights = numeral_scratch_take(&memory, numeral_scratch_bytes(n, sizeof(double)));
    s.distances = numeral_scratch_take(&memory, numeral_scratch_bytes(n, sizeof(double)));
    return s;
}

static double squared_distance_narrow(const int16_t *a, const int16_t *b, size_t padded)
{
    int32_t sum = 0;
    for (size_t j = 0; j < padded; j++) {
        int16_t difference = (int16_t)(a[j] - b[j]);
        sum += difference * difference;
    }
    return sum;
}

static double squared_distance_wide(const int16_t *a, const int16_t *b, size_t padded)
{
    int64_t sum = 0;
    for (size_t j = 0; j < padded; j++) {
        int64_t difference = a[j] - b[j];
        sum += difference * difference;
    }
    return (double)sum;
}

static double squared_distance(numeral_dtype dtype, const int16_t *a, const int16_t *b,
                               size_t padded)
{
    return dtype == NUMERAL_I16 ? squared_distance_wide(a, b, padded)
                                : squared_distance_narrow(a, b, padded);
}

/* Sorts in place; n is small and the values are nearly sorted already where the search
 * was by l2. */
static void sort(double *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
}

static double median(double *values, size_t n)
{
    sort(values, n);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Fills the upper triangle of G + ridge·I and q, both as exp(-d/σ). */
static void fill_system(const double *parameters, numeral_dtype dtype, size_t n,
                        size_t padded, ridge_scratch *s)
{
    const int16_t *digit = s->vectors, *rows = s->vectors + padded;
    for (size_t i = 0; i < n; i++) {
        s->weights[i] = squared_distance(dtype, digit, rows + i * padded, padded);
    }
    memcpy(s->distances, s->weights, n * sizeof *s->distances);
    double sigma = parameters[WIDTH] * median(s->distances, n);
    double scale = sigma > 0 ? -1 / sigma : 0;
    for (size_t i = 0; i < n; i++) {
        double *row = s->gram + i * n;
        for (size_t j = i + 1; j < n; j++) {
            row[j] =
                squared_distance(dtype, rows + i * padded, rows + j * padded, padded);
        }
        numeral_exp_each(row + i + 1, n - i - 1, scale);
        row[i] = 1 + parameters[RIDGE];
    }
    numeral_exp_each(s->weights, n, scale);
}

static void score(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    size_t n = digit->n_candidates, padded = padded_dims(base);
    ridge_scratch s = take(base, n, scratch);
    memset(s.vectors, 0, (n + 1) * padded * sizeof *s.vectors);
    numeral_rerank_vector_i16(base, digit, -1, s.vectors);
    for (size_t i = 0; i < n; i++) {
        numeral_rerank_vector_i16(base, digit, digit->ids[i],
                                  s.vectors + (i + 1) * padded);
    }
    /* vectors side by side in i16, zeros behind them, so that distances need no tails */
    fill_system(parameters, base->index->dtype, n, padded, &s);
    /* G is positive semidefinite and the ridge at least 1e-4, far above rounding, so the
     * factor exists. */
    if (numeral_cholesky_factor(s.gram, n)) {
        numeral_cholesky_solve(s.gram, n, s.weights);
    }
    double sum = 0;
    for (size_t c = 0; c < base->n_classes; c++) {
        scores[c] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        scores[base->classes[digit->ids[i]]] += s.weights[i];
        sum += s.weights[i];
    }
    for (size_t c = 0; c < base->n_classes; c++) {
        double shifted = parameters[SHIFT] - (scores[c] - mean_share * sum);
        scores[c] = shifted > least_score ? shifted : least_score;
    }
}

const numeral_rerank numeral_rerank_ridge = {
    .entry = {.name = "ridge",
              .help = "kernel ridge regression fitted to the candidates of each digit",
              .source = "Bottou & Vapnik 1992; Saunders, Gammerman & Vovk 1998",
              .parameters = parameters_of_ridge,
              .n_parameters = sizeof parameters_of_ridge / sizeof *parameters_of_ridge},
    .view_parameter = -1,
    .scratch_bytes = scratch_bytes,
    .score = score,
};
