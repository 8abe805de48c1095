/* Linear discriminant analysis (Fisher 1936, Rao 1948): directions that part the classes'
 * means, measured by the scatter inside the classes, which is shrunk towards a multiple
 * of the identity so that it can be inverted. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "linalg/blas.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"
#include "projection/linear_map.h"
#include "projection/projection_entries.h"

enum { LDA_DIMS, LDA_SHRINK };

static const numeral_parameter lda_parameters[] = {
    {.name = "dims",
     .type = NUMERAL_PARAMETER_INTEGER,
     .minimum = 1,
     .maximum = 255,
     .standard = 9,
     .help = "directions kept, at most one less than there are classes"},
    {.name = "shrink",
     .type = NUMERAL_PARAMETER_REAL,
     .minimum = 0,
     .maximum = 1,
     .standard = 0.01,
     .help = "share of the identity in the scatter inside the classes"},
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

typedef struct lda_work {
    double *means, *within, *between, *values, *vectors;
    size_t *counts;
} lda_work;

static bool allocate_work(const numeral_fit_rows *rows, lda_work *work,
                          numeral_error *err)
{
    size_t d = rows->n_dims, n_classes = rows->n_classes;
    return (work->means = numeral_allocate(n_classes * d, sizeof(double), err)) &&
           (work->within = numeral_allocate(d * d, sizeof(double), err)) &&
           (work->between = numeral_allocate(d * d, sizeof(double), err)) &&
           (work->values = numeral_allocate(d, sizeof(double), err)) &&
           (work->vectors = numeral_allocate(n_classes * d, sizeof(double), err)) &&
           (work->counts = numeral_allocate(n_classes, sizeof(size_t), err));
}

static void free_work(lda_work *work)
{
    numeral_release(work->means);
    numeral_release(work->within);
    numeral_release(work->between);
    numeral_release(work->values);
    numeral_release(work->vectors);
    numeral_release(work->counts);
}

static size_t smallest_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static numeral_status solve(const double *parameters, const numeral_fit_rows *rows,
                            lda_work *work, numeral_fitted *map, numeral_error *err)
{
    size_t d = rows->n_dims, present = class_means(rows, work->means, work->counts);
    if (present < 2) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "lda: rows of at least two classes are needed, found %zu",
                            present);
    }
    size_t kept = smallest_of((size_t)parameters[LDA_DIMS], present - 1, d);
    numeral_status status = numeral_linear_map_make(map, kept, err);
    if (status == NUMERAL_OK) {
        status = numeral_covariance(rows->rows, rows->n_rows, d, work->means,
                                    rows->labels, rows->run.threads, work->within, err);
    }
    if (status != NUMERAL_OK) {
        return status;
    }
    double *mean = map->arrays[NUMERAL_LINEAR_MEAN];
    numeral_mean(rows->rows, rows->n_rows, d, mean);
    between_classes(rows, work->means, work->counts, mean, work->between);
    shrink_to_identity(work->within, d, parameters[LDA_SHRINK]);
    status = numeral_eigen_top_general(work->between, work->within, d, kept, work->values,
                                       work->vectors, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, "lda");
        return status;
    }
    for (size_t i = 0; i < kept; i++) {
        numeral_linear_map_set_column(map, i, work->vectors + i * d, 1);
    }
    return NUMERAL_OK;
}

static numeral_status lda_fit(const double *parameters, const numeral_fit_rows *rows,
                              numeral_fitted *out, numeral_error *err)
{
    numeral_status status = numeral_blas_require("lda", err);
    if (status != NUMERAL_OK) {
        return status;
    }
    lda_work work = {0};
    numeral_fitted map = {.in_dims = rows->n_dims};
    status = allocate_work(rows, &work, err) ? solve(parameters, rows, &work, &map, err)
                                             : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        *out = map;
    } else {
        numeral_fitted_free(&map);
    }
    free_work(&work);
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
