/* Fitting projections, one after the other, and the quantiser: each learns from what the
 * stages before it make of the training images. */
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

static double *allocate_vectors(size_t n, size_t dims, numeral_error *err)
{
    size_t cells;
    double *vectors = numeral_size_multiply(n, dims, &cells)
                          ? numeral_allocate(cells, sizeof *vectors, err)
                          : NULL;
    if (!vectors) {
        numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory: %zu rows of %zu numbers",
                     n, dims);
    }
    return vectors;
}

/* Fits each projection to what those before it make of *vectors, and replaces them. */
static numeral_status fit_projections(numeral_pipeline *pipeline, double **vectors,
                                      numeral_fit_rows *rows, numeral_error *err)
{
    for (size_t at = 0; at < pipeline->n_projections; at++) {
        rows->rows = *vectors;
        numeral_status status = fit_one(pipeline, at, rows, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        size_t out_dims = pipeline->fitted[at].out_dims;
        double *out = allocate_vectors(rows->n_rows, out_dims, err);
        if (!out) {
            return NUMERAL_ERROR_MEMORY;
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
    return pipeline->n_projections || pipeline->columns ? NUMERAL_I16 : NUMERAL_U8;
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
    /* One value of 10,000 may clip in i8: the steps of all others are finer for it, and
     * no digit is read differently (64 dimensions of MNIST keep their accuracy at 6
     * bits). */
    double coverage = dtype == NUMERAL_I8 ? 0.9999 : 1;
    return numeral_quantiser_fit(vectors, n, pipeline->n_dims, dtype, metric->translation,
                                 coverage, &pipeline->quantiser, err);
}

numeral_status numeral_pipeline_fit(numeral_pipeline *pipeline,
                                    const numeral_recipe *recipe,
                                    const numeral_fit_images *to, double **vectors,
                                    numeral_fit_seconds *seconds, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    double *rows = NULL, start = numeral_clock_seconds(), middle = start;
    bool learns = pipeline->n_projections > 0;
    /* features first: a pipeline of its own, without the projections */
    numeral_pipeline front = *pipeline;
    front.n_projections = 0;
    TRY(numeral_pipeline_finish(&front, err));
    if (!learns) {
        *pipeline = front;
        if (choose_dtype(pipeline, recipe) == NUMERAL_U8 && !vectors) {
            return fit_quantiser(pipeline, recipe, NULL, 0, err);
        }
    }
    rows = allocate_vectors(to->n, front.feature_dims, err);
    TRY(rows ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY(numeral_pipeline_vectors(&front, to->images, to->n, to->run, rows, err));
    middle = numeral_clock_seconds();
    if (learns) {
        numeral_fit_rows fit = {to->n,         front.feature_dims, rows,    to->classes,
                                to->n_classes, to->seed,           *to->run};
        TRY(fit_projections(pipeline, &rows, &fit, err));
        TRY(numeral_pipeline_finish(pipeline, err));
    }
    TRY(fit_quantiser(pipeline, recipe, rows, to->n, err));
    TRY(numeral_pipeline_join(pipeline, err));
    seconds->features += middle - start;
    seconds->fit += numeral_clock_seconds() - middle;
    if (vectors) {
        *vectors = rows;
        rows = NULL;
    }
done:
    numeral_release(rows);
    return status;
}
