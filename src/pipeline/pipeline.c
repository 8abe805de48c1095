/* Planning and running the stages; fitting is in pipeline_fit.c. Planning sizes one
 * scratch for each thread, so that running does not allocate: it holds two planes or
 * vectors of the widest stage, which every stage reads one of and fills the other, and
 * what a single stage needs for itself. */
#include "pipeline/pipeline.h"

#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "data/columns.h"

enum { GRAIN = 64 }; /* images in one go: some 100 µs, far above what a thread costs */

static const double LARGEST = 1e15; /* of a number; its square and sums stay finite */

static const numeral_transform *transform_of(const numeral_part *part)
{
    return numeral_transform_of(part->entry);
}

static const numeral_feature *feature_of(const numeral_part *part)
{
    return numeral_feature_of(part->entry);
}

static const numeral_projection *projection_of(const numeral_part *part)
{
    return numeral_projection_of(part->entry);
}

static void swap(double **a, double **b)
{
    double *kept = *a;
    *a = *b;
    *b = kept;
}

static void keep_largest(size_t *largest, size_t value)
{
    if (value > *largest) {
        *largest = value;
    }
}

static numeral_status plan_transforms(numeral_pipeline *pipeline, size_t *part_scratch,
                                      numeral_error *err)
{
    size_t height = pipeline->height, width = pipeline->width;
    for (size_t i = 0; i < pipeline->n_transforms; i++) {
        const numeral_part *part = &pipeline->transforms[i];
        const numeral_transform *transform = transform_of(part);
        if (transform->scratch) {
            keep_largest(part_scratch, transform->scratch(part->values, height, width));
        }
        if (transform->shape) {
            transform->shape(part->values, &height, &width);
        }
        if (height == 0 || width == 0 || height > NUMERAL_MAX_PIXELS / width) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s makes an image of %zu x %zu from %zu x %zu",
                                part->entry->name, height, width, pipeline->height,
                                pipeline->width);
        }
        keep_largest(&pipeline->widest, height * width);
    }
    pipeline->image_height = height;
    pipeline->image_width = width;
    return NUMERAL_OK;
}

static numeral_status plan_features(numeral_pipeline *pipeline, size_t *part_scratch,
                                    numeral_error *err)
{
    for (size_t i = 0; i < pipeline->n_features; i++) {
        const numeral_part *part = &pipeline->features[i];
        const numeral_feature *feature = feature_of(part);
        size_t dims =
            feature->dims(part->values, pipeline->image_height, pipeline->image_width);
        if (dims < 1 || dims > NUMERAL_MAX_PIXELS) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s makes %zu numbers of an image of %zu x %zu",
                                part->entry->name, dims, pipeline->image_height,
                                pipeline->image_width);
        }
        pipeline->feature_dims += dims;
        if (feature->scratch) {
            keep_largest(part_scratch,
                         feature->scratch(part->values, pipeline->image_height,
                                          pipeline->image_width));
        }
    }
    keep_largest(&pipeline->widest, pipeline->feature_dims);
    return NUMERAL_OK;
}

/* What has a place in a picture only. */
static numeral_status check_numbers(const numeral_pipeline *pipeline, numeral_error *err)
{
    const numeral_entry *entry =
        pipeline->n_transforms ? pipeline->transforms[0].entry : NULL;
    for (size_t i = 0; i < pipeline->n_features && !entry; i++) {
        entry = feature_of(&pipeline->features[i])->is_pixels
                    ? NULL
                    : pipeline->features[i].entry;
    }
    return entry
               ? numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "%s needs pictures, but the data are numbers of different "
                              "scales: take a recipe that begins with pixels, such as "
                              "'pixels,standard'",
                              entry->name)
               : NUMERAL_OK;
}

numeral_status numeral_pipeline_plan(const numeral_recipe *recipe, size_t height,
                                     size_t width, const float *columns,
                                     numeral_pipeline *out, numeral_error *err)
{
    numeral_pipeline pipeline = {.height = height, .width = width};
    for (size_t s = 0; s < recipe->n_steps; s++) {
        const numeral_step *step = &recipe->steps[s];
        switch (step->terms[0].kind) {
        case NUMERAL_KIND_TRANSFORM:
            pipeline.transforms[pipeline.n_transforms++] = step->terms[0];
            break;
        case NUMERAL_KIND_FEATURE:
            memcpy(pipeline.features, step->terms, sizeof step->terms);
            pipeline.n_features = step->n_terms;
            break;
        default:
            pipeline.projections[pipeline.n_projections++] = step->terms[0];
        }
    }
    size_t part_scratch = 0;
    numeral_status status = NUMERAL_OK;
    pipeline.widest = height * width;
    if (columns) {
        TRY(check_numbers(&pipeline, err));
        TRY_ALLOC(pipeline.columns = numeral_columns_copy(columns, width, err));
    }
    TRY(plan_transforms(&pipeline, &part_scratch, err));
    TRY(plan_features(&pipeline, &part_scratch, err));
    pipeline.n_dims = pipeline.feature_dims;
    if (numeral_fast_path_serves(height, width, pipeline.transforms,
                                 pipeline.n_transforms, pipeline.features,
                                 pipeline.n_features)) {
        pipeline.fast.gradient = numeral_gradient_kernel_get(numeral_cpu_active());
    }
    pipeline.scratch = part_scratch;
    *out = pipeline;
    return NUMERAL_OK;
done:
    numeral_release(pipeline.columns);
    return status;
}

numeral_status numeral_pipeline_finish(numeral_pipeline *pipeline, numeral_error *err)
{
    size_t dims = pipeline->feature_dims;
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        dims = pipeline->fitted[i].out_dims;
        keep_largest(&pipeline->widest, dims);
    }
    if (dims < 1 || dims > NUMERAL_MAX_DIMS) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "the recipe makes rows of %zu numbers; 1 to %d are possible",
                            dims, NUMERAL_MAX_DIMS);
    }
    pipeline->n_dims = dims;
    size_t fast = pipeline->fast.gradient ? numeral_fast_path_scratch(dims) : 0;
    /* each thread's share starts on 64 bytes */
    pipeline->scratch =
        numeral_round_up(fast + 2 * pipeline->widest + pipeline->scratch, 8);
    return NUMERAL_OK;
}

void numeral_pipeline_use_float64(numeral_pipeline *pipeline)
{
    pipeline->fast.gradient = NULL;
}

numeral_status numeral_pipeline_join(numeral_pipeline *pipeline, numeral_error *err)
{
    if (!pipeline->fast.gradient || pipeline->n_projections != 1) {
        return NUMERAL_OK;
    }
    return numeral_fast_path_join(&pipeline->fast,
                                  projection_of(&pipeline->projections[0]),
                                  &pipeline->fitted[0], &pipeline->quantiser, err);
}

void numeral_pipeline_free(numeral_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        numeral_fitted_free(&pipeline->fitted[i]);
    }
    numeral_release(pipeline->columns);
    numeral_quantiser_free(&pipeline->quantiser);
    numeral_fast_path_free(&pipeline->fast);
    *pipeline = (numeral_pipeline){0};
}

bool numeral_pipeline_is_pixels(const numeral_pipeline *pipeline)
{
    return !pipeline->columns && pipeline->n_transforms == 0 &&
           pipeline->n_features == 1 && feature_of(&pipeline->features[0])->is_pixels &&
           pipeline->n_projections == 0 && pipeline->quantiser.dtype == NUMERAL_U8;
}

/* Brings what a program's own part made into a range; NaN becomes 0. */
static void limit(double *values, size_t n, double low, double high)
{
    for (size_t i = 0; i < n; i++) {
        double v = values[i];
        values[i] = v != v ? 0 : v < low ? low : v > high ? high : v;
    }
}

/* The first transforms, on an image in *now, which then holds the result. */
static void run_transforms(const numeral_pipeline *pipeline, size_t n, size_t *height,
                           size_t *width, double **now, double **next,
                           double *part_scratch)
{
    for (size_t i = 0; i < n; i++) {
        const numeral_part *part = &pipeline->transforms[i];
        const numeral_transform *transform = transform_of(part);
        transform->apply(part->values, *height, *width, *now, *next, part_scratch);
        if (transform->shape) {
            transform->shape(part->values, height, width);
        }
        if (transform->foreign) {
            limit(*next, *height * *width, 0, 255);
        }
        swap(now, next);
    }
}

void numeral_pipeline_image(const numeral_pipeline *pipeline, size_t n_transforms,
                            const uint8_t *image, double *scratch, size_t *height,
                            size_t *width, uint8_t *out)
{
    double *now = scratch, *next = scratch + pipeline->widest;
    double *part_scratch = next + pipeline->widest;
    *height = pipeline->height;
    *width = pipeline->width;
    for (size_t i = 0; i < *height * *width; i++) {
        now[i] = image[i];
    }
    run_transforms(pipeline, n_transforms, height, width, &now, &next, part_scratch);
    for (size_t i = 0; i < *height * *width; i++) {
        double value = now[i] < 0 ? 0 : now[i] > 255 ? 255 : now[i];
        out[i] = (uint8_t)(value + 0.5);
    }
}

/* Transforms and features in float64; the vector ends in *next, which is then *now. */
static void run_front(const numeral_pipeline *pipeline, const uint8_t *image,
                      double **now, double **next, double *part_scratch)
{
    size_t height = pipeline->height, width = pipeline->width;
    for (size_t i = 0; i < height * width; i++) {
        (*now)[i] = numeral_columns_value(pipeline->columns, width, i, image[i]);
    }
    run_transforms(pipeline, pipeline->n_transforms, &height, &width, now, next,
                   part_scratch);
    size_t at = 0;
    for (size_t i = 0; i < pipeline->n_features; i++) {
        const numeral_part *part = &pipeline->features[i];
        const numeral_feature *feature = feature_of(part);
        feature->compute(part->values, height, width, *now, *next + at, part_scratch);
        size_t dims = feature->dims(part->values, height, width);
        if (feature->foreign) {
            limit(*next + at, dims, -LARGEST, LARGEST);
        }
        at += dims;
    }
    swap(now, next);
}

/* One image through all stages; the vector ends in the buffer that is returned. */
static const double *run_image(const numeral_pipeline *pipeline, const uint8_t *image,
                               double *scratch)
{
    bool fast = pipeline->fast.gradient != NULL;
    double *fast_scratch = scratch;
    /* the fast path's own memory comes first: it must start on 64 bytes */
    double *now = scratch + (fast ? numeral_fast_path_scratch(pipeline->n_dims) : 0);
    double *next = now + pipeline->widest;
    if (fast) {
        numeral_fast_path_vector(&pipeline->fast, image, fast_scratch, now);
    } else {
        run_front(pipeline, image, &now, &next, next + pipeline->widest);
    }
    for (size_t i = 0; i < pipeline->n_projections; i++) {
        const numeral_part *part = &pipeline->projections[i];
        projection_of(part)->apply(part->values, &pipeline->fitted[i], now, next);
        swap(&now, &next);
    }
    return now;
}

typedef struct job {
    const numeral_pipeline *pipeline;
    const uint8_t *images;
    double *scratch; /* one share for each worker */
    double *vectors; /* or NULL: */
    uint8_t *rows;
    size_t stride, row_bytes;
} job;

static void run_block(void *context, size_t begin, size_t end, int worker)
{
    const job *work = context;
    const numeral_pipeline *pipeline = work->pipeline;
    double *scratch = work->scratch + (size_t)worker * pipeline->scratch;
    size_t image_bytes = pipeline->height * pipeline->width;
    for (size_t i = begin; i < end; i++) {
        const uint8_t *image = work->images + i * image_bytes;
        if (work->vectors) {
            memcpy(work->vectors + i * pipeline->n_dims,
                   run_image(pipeline, image, scratch),
                   pipeline->n_dims * sizeof *work->vectors);
            continue;
        }
        uint8_t *row = work->rows + i * work->stride;
        if (pipeline->fast.map.weights) {
            numeral_fast_path_row(&pipeline->fast, image, scratch, row);
        } else {
            numeral_quantise(&pipeline->quantiser, run_image(pipeline, image, scratch),
                             row);
        }
        memset(row + work->row_bytes, 0, work->stride - work->row_bytes);
    }
}

static numeral_status run_all(job *work, size_t n, const numeral_run *run,
                              numeral_error *err)
{
    int threads = numeral_thread_count(run->threads);
    work->scratch = numeral_allocate((size_t)threads * work->pipeline->scratch,
                                     sizeof *work->scratch, err);
    if (!work->scratch) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_parallel_for(n, GRAIN, threads, run_block, work);
    numeral_release(work->scratch);
    return NUMERAL_OK;
}

numeral_status numeral_pipeline_vectors(const numeral_pipeline *pipeline,
                                        const uint8_t *images, size_t n,
                                        const numeral_run *run, double *out,
                                        numeral_error *err)
{
    job work = {.pipeline = pipeline, .images = images, .vectors = out};
    return run_all(&work, n, run, err);
}

numeral_status numeral_pipeline_rows(const numeral_pipeline *pipeline,
                                     const uint8_t *images, size_t n, size_t stride,
                                     const numeral_run *run, void *out,
                                     numeral_error *err)
{
    size_t item = pipeline->quantiser.dtype == NUMERAL_I16 ? 2 : 1;
    job work = {.pipeline = pipeline,
                .images = images,
                .rows = out,
                .stride = stride,
                .row_bytes = pipeline->n_dims * item};
    if (numeral_pipeline_is_pixels(pipeline)) {
        for (size_t i = 0; i < n; i++) {
            memcpy(work.rows + i * stride, images + i * work.row_bytes, work.row_bytes);
            memset(work.rows + i * stride + work.row_bytes, 0, stride - work.row_bytes);
        }
        return NUMERAL_OK;
    }
    return run_all(&work, n, run, err);
}
