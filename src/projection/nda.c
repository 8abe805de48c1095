/* Nonparametric discriminant analysis (Fukunaga & Mantock 1983), as a linear metric.
 *
 * Random anchors of the training rows; Sw and Sb are the mean outer products of their
 * differences to their nearest neighbours of the same and of other classes. The largest
 * solutions of Sb·u = e·(Sw + ridge·tr(Sw)/dims·I)·u, each times √e, are the new axes.
 * Neighbours are sought among the k nearest of any class, so that anchors far inside
 * their class say nothing of the borders. They are those of the first principal
 * components at first, and of the axes found so far in every later iteration. */
#include <math.h>

#include <numeral/index.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"
#include "projection/linear_map.h"
#include "projection/nda_neighbours.h"
#include "projection/nda_scatter.h"
#include "projection/principal.h"
#include "projection/projection_entries.h"

enum { NDA_DIMS, NDA_ITERATIONS, NDA_ANCHORS, NDA_K, NDA_OWN, NDA_OTHER, NDA_RIDGE };
/* The first neighbours are found among 64 principal components, which keep what tells
 * digits apart of 392 features; the iterations after it do not depend on them. */
enum { NDA_STREAM = 0x6e6461 /* "nda" */, FIRST_SPACE = 64 };

/* Chosen on MNIST's training digits (docs/accuracy.md); 30,000 anchors save 10 errors of
 * 60,000 for three times the time. */
static const numeral_parameter nda_parameters[] = {
    {"dims", NUMERAL_PARAMETER_INTEGER, 1, 4096, 64, NULL,
     "axes kept, at most as many as there are inputs"},
    {"iterations", NUMERAL_PARAMETER_INTEGER, 1, 10, 2, NULL,
     "how often neighbours are sought anew"},
    {"anchors", NUMERAL_PARAMETER_INTEGER, 10, 1000000, 10000, NULL,
     "training rows whose neighbours are looked at"},
    {"k", NUMERAL_PARAMETER_INTEGER, 2, 10000, 300, NULL,
     "nearest rows of each anchor that are looked at"},
    {"own", NUMERAL_PARAMETER_INTEGER, 1, 1000, 8, NULL,
     "nearest rows of the anchor's class that count"},
    {"other", NUMERAL_PARAMETER_INTEGER, 1, 1000, 4, NULL,
     "nearest rows of other classes that count"},
    {"ridge", NUMERAL_PARAMETER_REAL, 1e-6, 100, 0.5, NULL,
     "share of the identity added to the scatter inside the classes"},
};

typedef struct nda_work {
    size_t k, n_anchors;
    uint32_t *anchors, *neighbours;
    float *points;
    double *within, *between, *values, *vectors;
} nda_work;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static numeral_status check_rows(const numeral_fit_rows *rows, numeral_error *err)
{
    if (rows->n_rows > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "nda: %zu rows are more than 4294967295", rows->n_rows);
    }
    for (size_t i = 1; i < rows->n_rows; i++) {
        if (rows->labels[i] != rows->labels[0]) {
            return NUMERAL_OK;
        }
    }
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "nda: rows of at least two classes are needed, found one class "
                        "in %zu rows",
                        rows->n_rows);
}

static numeral_status prepare(const double *parameters, const numeral_fit_rows *rows,
                              size_t kept, nda_work *work, numeral_error *err)
{
    size_t n = rows->n_rows, d = rows->n_dims;
    work->k = smaller((size_t)parameters[NDA_K], n - 1);
    work->n_anchors = smaller((size_t)parameters[NDA_ANCHORS], n);
    size_t space = kept < FIRST_SPACE ? FIRST_SPACE : kept;
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(work->anchors = numeral_allocate(n, sizeof(uint32_t), err));
    TRY_ALLOC(work->neighbours =
                  numeral_allocate(work->n_anchors, work->k * sizeof(uint32_t), err));
    TRY_ALLOC(work->points = numeral_allocate(n, space * sizeof(float), err));
    TRY_ALLOC(work->within = numeral_allocate(d, d * sizeof(double), err));
    TRY_ALLOC(work->between = numeral_allocate(d, d * sizeof(double), err));
    TRY_ALLOC(work->values = numeral_allocate(kept, sizeof(double), err));
    TRY_ALLOC(work->vectors = numeral_allocate(kept, d * sizeof(double), err));
    numeral_random random = numeral_random_seed(rows->seed, NDA_STREAM);
    numeral_random_permutation(&random, work->anchors, n);
done:
    return status;
}

static void free_work(nda_work *work)
{
    numeral_release(work->anchors);
    numeral_release(work->neighbours);
    numeral_release(work->points);
    numeral_release(work->within);
    numeral_release(work->between);
    numeral_release(work->values);
    numeral_release(work->vectors);
}

typedef struct point_work {
    const numeral_fit_rows *rows;
    const numeral_fitted *map;
    float *out;
} point_work;

static void map_points(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const point_work *work = context;
    double point[NUMERAL_MAX_DIMS];
    size_t d = work->map->out_dims;
    for (size_t i = begin; i < end; i++) {
        numeral_linear_map_apply(NULL, work->map,
                                 work->rows->rows + i * work->rows->n_dims, point);
        for (size_t j = 0; j < d; j++) {
            work->out[i * d + j] = (float)point[j];
        }
    }
}

static void add_ridge(double *matrix, size_t d, double ridge)
{
    double trace = 0;
    for (size_t i = 0; i < d; i++) {
        trace += matrix[i * d + i];
    }
    /* Rows that all coincide with their neighbours leave nothing to measure by. */
    double added = trace > 0 ? ridge * trace / (double)d : 1;
    for (size_t i = 0; i < d; i++) {
        matrix[i * d + i] += added;
    }
}

/* Scatter from the neighbours in the space of `map`. */
static numeral_status find_scatter(const double *parameters, const numeral_fit_rows *rows,
                                   const numeral_fitted *map, nda_work *work,
                                   numeral_error *err)
{
    point_work points = {rows, map, work->points};
    numeral_nda_lists lists = {work->anchors,
                               work->n_anchors,
                               work->neighbours,
                               work->k,
                               (size_t)parameters[NDA_OWN],
                               (size_t)parameters[NDA_OTHER]};
    size_t n_within = 0, n_between = 0;
    numeral_status status = NUMERAL_OK;
    numeral_parallel_for(rows->n_rows, 64, rows->run.threads, map_points, &points);
    TRY(numeral_nda_neighbours(work->points, rows->n_rows, map->out_dims, work->anchors,
                               work->n_anchors, work->k, &rows->run, work->neighbours,
                               err));
    TRY(numeral_nda_scatter(rows, &lists, work->within, &n_within, work->between,
                            &n_between, err));
    if (n_between == 0) {
        TRY(numeral_fail(
            err, NUMERAL_ERROR_ARGUMENT,
            "nda: no anchor has a row of another class among its %zu nearest; "
            "a larger k is needed",
            work->k));
    }
done:
    return status;
}

/* Replaces `map` by the next one. */
static numeral_status iterate(const double *parameters, const numeral_fit_rows *rows,
                              size_t kept, nda_work *work, numeral_fitted *map,
                              numeral_error *err)
{
    size_t d = rows->n_dims;
    numeral_fitted next = {.in_dims = d};
    numeral_status status = NUMERAL_OK;
    TRY(find_scatter(parameters, rows, map, work, err));
    add_ridge(work->within, d, parameters[NDA_RIDGE]);
    status = numeral_eigen_top_general(work->between, work->within, d, kept, work->values,
                                       work->vectors, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, "nda");
        goto done;
    }
    TRY(numeral_linear_map_make(&next, kept, err));
    numeral_mean(rows->rows, rows->n_rows, d, next.arrays[NUMERAL_LINEAR_MEAN]);
    for (size_t i = 0; i < kept; i++) {
        double value = work->values[i] > 0 ? work->values[i] : 0;
        numeral_linear_map_set_column(&next, i, work->vectors + i * d, sqrt(value));
    }
    numeral_fitted_free(map);
    *map = next;
done:
    return status;
}

static bool report(const numeral_run *run, size_t done, size_t total)
{
    const numeral_progress *progress = run->progress;
    return !progress ||
           progress->report(progress->context, "learning the metric", done, total);
}

static numeral_status nda_fit(const double *parameters, const numeral_fit_rows *rows,
                              numeral_fitted *out, numeral_error *err)
{
    nda_work work = {0};
    numeral_fitted map = {0};
    size_t kept = smaller((size_t)parameters[NDA_DIMS], rows->n_dims);
    size_t iterations = (size_t)parameters[NDA_ITERATIONS];
    numeral_status status = NUMERAL_OK;
    TRY(check_rows(rows, err));
    TRY(prepare(parameters, rows, kept, &work, err));
    TRY(numeral_principal_fit(rows, FIRST_SPACE, &map, NULL, err));
    for (size_t i = 0; i < iterations; i++) {
        if (!report(&rows->run, i, iterations)) {
            TRY(numeral_fail(err, NUMERAL_ERROR_CANCELLED, "nda: cancelled"));
        }
        TRY(iterate(parameters, rows, kept, &work, &map, err));
    }
    *out = map;
    map = (numeral_fitted){0};
done:
    numeral_fitted_free(&map);
    free_work(&work);
    return status;
}

const numeral_projection numeral_projection_nda = {
    .entry = {.name = "nda",
              .help = "nonparametric discriminants: a metric learnt at class borders",
              .source = "Fukunaga & Mantock 1983",
              .parameters = nda_parameters,
              .n_parameters = sizeof nda_parameters / sizeof *nda_parameters},
    .uses_labels = true,
    .fit = nda_fit,
    .check = numeral_linear_map_check,
    .apply = numeral_linear_map_apply,
};
