/* Linear discriminant analysis (Fisher 1936, Rao 1948): directions that part the classes'
 * means, measured by the scatter inside the classes, which is shrunk towards a multiple
 * of the identity so that it can be inverted. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"
#include "projection/linear_map.h"
#include "projection/projection_entries.h"

enum { LDA_DIMS, LDA_SHRINK };

static const numeral_parameter lda_parameters[] = {
    {"dims", NUMERAL_PARAMETER_INTEGER, 1, 255, 9, NULL,
     "directions kept, at most one less than there are classes"},
    {"shrink", NUMERAL_PARAMETER_REAL, 0, 1, 0.01, NULL,
     "share of the identity in the scatter inside the classes"},
};

/* Means of each class (n_classes × dims); returns how many classes have rows. */
static size_t class_means(const numeral_fit_rows *rows, double *means, size_t *counts)
{
    size_t d = rows->n_dims, present = 0;
    memset(means, 0, rows->n_classes * d * sizeof *means);
    memset(counts, 0, rows->n_classes * sizeof *counts);
    for (size_t i = 0; i < rows->n_rows; i++) {
        counts[rows->labels[i]]++;
        for (size_t j = 0; j < d; j++) {
            means[rows->labels[i] * d + j] += rows->rows[i * d + j];
        }
    }
    for (size_t c = 0; c < rows->n_classes; c++) {
        present += counts[c] != 0;
        for (size_t j = 0; j < d && counts[c]; j++) {
            means[c * d + j] /= (double)counts[c];
        }
    }
    return present;
}

/* Σ over classes of share·(mean_c - mean)(mean_c - mean)ᵀ. */
static void between_classes(const numeral_fit_rows *rows, const double *means,
                            const size_t *counts, const double *mean, double *out)
{
    size_t d = rows->n_dims;
    memset(out, 0, d * d * sizeof *out);
    for (size_t c = 0; c < rows->n_classes; c++) {
        double share = (double)counts[c] / (double)rows->n_rows;
        const double *m = means + c * d;
        for (size_t i = 0; i < d && counts[c]; i++) {
            double left = share * (m[i] - mean[i]);
            for (size_t j = 0; j < d; j++) {
                out[i * d + j] += left * (m[j] - mean[j]);
            }
        }
    }
}

static size_t smallest_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static void shrink_to_identity(double *matrix, size_t d, double share)
{
    double trace = 0;
    for (size_t i = 0; i < d; i++) {
        trace += matrix[i * d + i];
    }
    for (size_t i = 0; i < d * d; i++) {
        matrix[i] *= 1 - share;
    }
    for (size_t i = 0; i < d; i++) {
        matrix[i * d + i] += share * trace / (double)d;
    }
}

static numeral_status lda_fit(const double *parameters, const numeral_fit_rows *rows,
                              numeral_fitted *out, numeral_error *err)
{
    size_t d = rows->n_dims, n_classes = rows->n_classes, *counts = NULL;
    double *means = NULL, *within = NULL, *between = NULL, *values = NULL,
           *vectors = NULL;
    numeral_fitted map = {.in_dims = d};
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(counts = numeral_allocate(n_classes, sizeof *counts, err));
    TRY_ALLOC(means = numeral_allocate(n_classes, d * sizeof *means, err));
    TRY_ALLOC(within = numeral_allocate(d, d * sizeof *within, err));
    TRY_ALLOC(between = numeral_allocate(d, d * sizeof *between, err));
    TRY_ALLOC(values = numeral_allocate(n_classes, sizeof *values, err));
    TRY_ALLOC(vectors = numeral_allocate(n_classes, d * sizeof *vectors, err));
    size_t present = class_means(rows, means, counts);
    if (present < 2) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                         "lda: rows of at least two classes are needed, found %zu",
                         present));
    }
    size_t kept = smallest_of((size_t)parameters[LDA_DIMS], present - 1, d);
    TRY(numeral_linear_map_make(&map, kept, err));
    double *mean = map.arrays[NUMERAL_LINEAR_MEAN];
    numeral_mean(rows->rows, rows->n_rows, d, mean);
    TRY(numeral_covariance(rows->rows, rows->n_rows, d, means, rows->labels,
                           rows->run.threads, within, err));
    /* within-class scatter is the covariance about each row's own class mean */
    between_classes(rows, means, counts, mean, between);
    shrink_to_identity(within, d, parameters[LDA_SHRINK]);
    status = numeral_eigen_top_general(between, within, d, kept, values, vectors, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, "lda");
        goto done;
    }
    for (size_t i = 0; i < kept; i++) {
        numeral_linear_map_set_column(&map, i, vectors + i * d, 1);
    }
    *out = map;
    map = (numeral_fitted){0};
done:
    numeral_fitted_free(&map);
    numeral_release(counts);
    numeral_release(means);
    numeral_release(within);
    numeral_release(between);
    numeral_release(values);
    numeral_release(vectors);
    return status;
}

const numeral_projection numeral_projection_lda = {
    .entry = {.name = "lda",
              .help = "linear discriminants: directions that part the classes' means",
              .source = "Fisher 1936, Rao 1948",
              .parameters = lda_parameters,
              .n_parameters = sizeof lda_parameters / sizeof *lda_parameters},
    .uses_labels = true,
    .fit = lda_fit,
    .check = numeral_linear_map_check,
    .apply = numeral_linear_map_apply,
};
