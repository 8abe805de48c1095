/* Distance to each class's local hyperplane (HKNN, Vincent & Bengio 2002).
 *
 * Of each class the `m` nearest candidates span a plane through their mean µ: with V the
 * rows x_i - µ and r = z - µ, the score is min over a of |r - V'a|² + λ|a|², where
 * λ = ridge·(mean of the squared lengths of V's rows). It is solved in m dimensions:
 * (VV' + λI)·a = V·r, and its minimum is |r|² - a·(V·r). A class with one candidate is at
 * that candidate's own distance. O(n_classes·m²·dims). */
#include <math.h>
#include <string.h>

#include "linalg/cholesky.h"
#include "rerank/rerank_entries.h"

enum { M, RIDGE, ABSENT, WEIGHT };
enum { MAX_M = 64 };

static const numeral_parameter parameters_of_hyperplane[] = {
    {"m", NUMERAL_PARAMETER_INTEGER, 1, MAX_M, 10, NULL,
     "candidates that span the plane"},
    {"ridge", NUMERAL_PARAMETER_REAL, 0.0001, 100, 0.1, NULL,
     "price of moving along the plane"},
    {"absent", NUMERAL_PARAMETER_REAL, 1, 100, 1.3, NULL,
     "score of a class without candidates, times the largest"},
    NUMERAL_RERANK_COMMON,
};

typedef struct plane {
    double *vectors; /* m × dims, less the mean */
    double *mean, *rest, *gram, *right;
} plane;

static size_t scratch_bytes(const double *parameters, const numeral_rerank_base *base,
                            size_t n)
{
    (void)n;
    size_t m = (size_t)parameters[M], dims = base->index->n_dims;
    return numeral_scratch_bytes((m + 2) * dims + m * m + m, sizeof(double));
}

static plane take(size_t m, size_t dims, double *memory)
{
    plane p = {.vectors = memory};
    p.mean = p.vectors + m * dims;
    p.rest = p.mean + dims;
    p.gram = p.rest + dims;
    p.right = p.gram + m * m;
    return p;
}

static void load(const numeral_rerank_base *base, const numeral_rerank_digit *digit,
                 int64_t row, double *out)
{
    int16_t vector[NUMERAL_MAX_DIMS];
    numeral_rerank_vector_i16(base, digit, row, vector);
    for (size_t j = 0; j < base->index->n_dims; j++) {
        out[j] = vector[j];
    }
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        sum += a[j] * b[j];
    }
    return sum;
}

/* Gathers the class's first m candidates; returns how many there are. */
static size_t gather(const numeral_rerank_base *base, const numeral_rerank_digit *digit,
                     size_t class, size_t m, double *vectors)
{
    size_t found = 0, dims = base->index->n_dims;
    for (size_t i = 0; i < digit->n_candidates && found < m; i++) {
        if (base->classes[digit->ids[i]] == class) {
            load(base, digit, digit->ids[i], vectors + found++ * dims);
        }
    }
    return found;
}

/* Takes the mean off the n vectors and off the digit. */
static void centre(const numeral_rerank_base *base, const numeral_rerank_digit *digit,
                   size_t n, plane *p)
{
    size_t dims = base->index->n_dims;
    load(base, digit, -1, p->rest);
    for (size_t j = 0; j < dims; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += p->vectors[i * dims + j];
        }
        p->mean[j] = sum / (double)n;
        for (size_t i = 0; i < n; i++) {
            p->vectors[i * dims + j] -= p->mean[j];
        }
        p->rest[j] -= p->mean[j];
    }
}

static double distance(double ridge, size_t n, size_t dims, plane *p)
{
    double trace = 0, right[MAX_M], square = dot(p->rest, p->rest, dims);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            p->gram[i * n + j] = dot(p->vectors + i * dims, p->vectors + j * dims, dims);
        }
        trace += p->gram[i * n + i];
        right[i] = p->right[i] = dot(p->vectors + i * dims, p->rest, dims);
    }
    if (!(trace > 0)) {
        return square;
    }
    for (size_t i = 0; i < n; i++) {
        p->gram[i * n + i] += ridge * trace / (double)n;
    }
    if (!numeral_cholesky_factor(p->gram, n)) {
        return square;
    }
    numeral_cholesky_solve(p->gram, n, p->right);
    double gain = dot(p->right, right, n);
    return gain < square ? square - gain : 0;
}

static void score(const double *parameters, const numeral_rerank_base *base,
                  const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    size_t m = (size_t)parameters[M], dims = base->index->n_dims;
    plane p = take(m, dims, scratch);
    for (size_t c = 0; c < base->n_classes; c++) {
        size_t n = gather(base, digit, c, m, p.vectors);
        scores[c] = INFINITY;
        if (n > 0) {
            centre(base, digit, n, &p);
            scores[c] = distance(parameters[RIDGE], n, dims, &p);
        }
    }
    numeral_scores_fill_absent(scores, base->n_classes, parameters[ABSENT]);
}

const numeral_rerank numeral_rerank_hyperplane = {
    .entry = {.name = "hyperplane",
              .help = "distance to the plane through each class's nearest candidates",
              .source = "Vincent & Bengio 2002",
              .parameters = parameters_of_hyperplane,
              .n_parameters =
                  sizeof parameters_of_hyperplane / sizeof *parameters_of_hyperplane},
    .view_parameter = -1,
    .scratch_bytes = scratch_bytes,
    .score = score,
};
