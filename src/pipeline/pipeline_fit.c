/* Fitting projections, one after the other, and the quantiser. */
#include <numeral/runtime.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/threads.h"
#include "metric/metric.h"
#include "pipeline/pipeline.h"

/* Applies projection `at` to all rows of `in`. */
typedef struct project_job {
    const numeral_pipeline *pipeline;
    size_t at;
    const double *in;
    double *out;
} project_job;

static void project_block(void *context, size_t begin, size_t end, int worker)
{
    (void)worker;
    const project_job *work = context;
    const numeral_part *part = &work->pipeline->projections[work->at];
    const numeral_fitted *fitted = &work->pipeline->fitted[work->at];
    for (size_t i = begin; i < end; i++) {
        (numeral_projection_of(part->entry))
            ->apply(part->values, fitted, work->in + i * fitted->in_dims,
                    work->out + i * fitted->out_dims);
    }
}

static numeral_status fit_one(numeral_pipeline *pipeline, size_t at,
                              const numeral_fit_rows *rows, numeral_error *err)
{
    const numeral_part *part = &pipeline->projections[at];
    const numeral_projection *projection = numeral_projection_of(part->entry);
    numeral_fitted *fitted = &pipeline->fitted[at];
    fitted->in_dims = rows->n_dims;
    fitted->out_dims = rows->n_dims;
    return projection->fit ? projection->fit(part->values, rows, fitted, err)
                           : NUMERAL_OK;
}

static numeral_status fit_projections(numeral_pipeline *pipeline, double **vectors,
                                      numeral_fit_rows *rows, numeral_error *err)
{
    for (size_t at = 0; at < pipeline->n_projections; at++) {
        rows->rows = *vectors;
        numeral_status status = fit_one(pipeline, at, rows, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        size_t out_dims = pipeline->fitted[at].out_dims, cells;
        double *out = numeral_size_multiply(rows->n_rows, out_dims, &cells)
                          ? numeral_allocate(cells, sizeof *out, err)
                          : NULL;
        if (!out) {
            return numeral_fail(err, NUMERAL_ERROR_MEMORY,
                                "out of memory: %zu rows of %zu numbers", rows->n_rows,
                                out_dims);
        }
        project_job work = {pipeline, at, *vectors, out};
        numeral_parallel_for(rows->n_rows, 64, rows->run.threads, project_block, &work);
        numeral_release(*vectors);
        *vectors = out;
        rows->n_dims = out_dims;
    }
    return NUMERAL_OK;
}

/* Grey levels stay u8; everything computed becomes i16 unless the recipe says otherwise.
 */
static numeral_dtype choose_dtype(const numeral_pipeline *pipeline,
                                  const numeral_recipe *recipe)
{
    switch (recipe->dtype) {
    case NUMERAL_DTYPE_U8:
        return NUMERAL_U8;
    case NUMERAL_DTYPE_I8:
        return NUMERAL_I8;
    case NUMERAL_DTYPE_I16:
        return NUMERAL_I16;
    default:
        break;
    }
    for (size_t i = 0; i < pipeline->n_features; i++) {
        if (!numeral_feature_of(pipeline->features[i].entry)->is_pixels) {
            return NUMERAL_I16;
        }
    }
    return pipeline->n_projections ? NUMERAL_I16 : NUMERAL_U8;
}

static numeral_status fit_quantiser(numeral_pipeline *pipeline,
                                    const numeral_recipe *recipe, const double *vectors,
                                    size_t n, numeral_error *err)
{
    const numeral_metric *metric = numeral_metric_of(recipe->metric.entry);
    numeral_dtype dtype = choose_dtype(pipeline, recipe);
    if (dtype == NUMERAL_U8) {
        pipeline->quantiser = (numeral_quantiser){NUMERAL_U8, pipeline->n_dims, 1, NULL};
        return NUMERAL_OK;
    }
    double coverage = dtype == NUMERAL_I8 ? 0.9999 : 1;
    return numeral_quantiser_fit(vectors, n, pipeline->n_dims, dtype, metric->translation,
                                 coverage, &pipeline->quantiser, err);
}

numeral_status numeral_pipeline_fit(numeral_pipeline *pipeline,
                                    const numeral_recipe *recipe, const uint8_t *images,
                                    const uint8_t *classes, size_t n, size_t n_classes,
                                    uint64_t seed, const numeral_run *run,
                                    double **vectors, double *feature_seconds,
                                    double *fit_seconds, numeral_error *err)
{
    bool learns = pipeline->n_projections > 0;
    if (!learns) {
        numeral_status status = numeral_pipeline_finish(pipeline, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        if (choose_dtype(pipeline, recipe) == NUMERAL_U8 && !vectors) {
            pipeline->quantiser =
                (numeral_quantiser){NUMERAL_U8, pipeline->n_dims, 1, NULL};
            return NUMERAL_OK;
        }
    }
    /* features first: a pipeline of its own, without the projections */
    numeral_pipeline front = *pipeline;
    front.n_projections = 0;
    if (learns) {
        numeral_status status = numeral_pipeline_finish(&front, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    double start = numeral_clock_seconds();
    size_t cells;
    double *rows = numeral_size_multiply(n, front.feature_dims, &cells)
                       ? numeral_allocate(cells, sizeof *rows, err)
                       : NULL;
    if (!rows) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY,
                            "out of memory: %zu rows of %zu numbers", n,
                            front.feature_dims);
    }
    numeral_status status = numeral_pipeline_vectors(&front, images, n, run, rows, err);
    double middle = numeral_clock_seconds();
    *feature_seconds += middle - start;
    if (status == NUMERAL_OK && learns) {
        numeral_fit_rows fit = {n,   front.feature_dims, rows, classes, n_classes, seed,
                                *run};
        status = fit_projections(pipeline, &rows, &fit, err);
        if (status == NUMERAL_OK) {
            status = numeral_pipeline_finish(pipeline, err);
        }
    }
    if (status == NUMERAL_OK) {
        status = fit_quantiser(pipeline, recipe, rows, n, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_pipeline_join(pipeline, err);
    }
    *fit_seconds += numeral_clock_seconds() - middle;
    if (status == NUMERAL_OK && vectors) {
        *vectors = rows;
    } else {
        numeral_release(rows);
    }
    return status;
}
