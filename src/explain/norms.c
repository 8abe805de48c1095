/* The normal ranges: quantiles over a sample of training rows. A row is left out of the
 * search for its own neighbours (leave-one-out), since a digit to be read is no training
 * row either. */
#include "explain/norms.h"

#include <math.h>

#include "base/random.h"

enum { SAMPLE = 1000, SLOW_SAMPLE = 100, TURNED = 200 };

/* The nearest row of each of n rows (stride bytes apart), as votes see its distance;
 * own[i] is left out (NULL: none is). */
static numeral_status nearest(const numeral_index *index, const uint8_t *rows, size_t n,
                              size_t stride, const int64_t *own, const numeral_run *run,
                              double *lengths, numeral_error *err)
{
    numeral_rows queries = {rows, index->dtype, n, index->n_dims, stride};
    numeral_search search = {
        .k = 1, .radius = INFINITY, .leave_out = own, .run = {.threads = run->threads}};
    int64_t *ids = numeral_allocate(n, sizeof *ids, err);
    numeral_status status =
        ids ? numeral_index_search(index, &queries, &search, ids, lengths, err)
            : NUMERAL_ERROR_MEMORY;
    for (size_t i = 0; i < n && status == NUMERAL_OK; i++) {
        bool squared = index->metric->family == NUMERAL_METRIC_L2;
        lengths[i] = ids[i] < 0 ? 0 : squared ? sqrt(lengths[i]) : lengths[i];
    }
    numeral_release(ids);
    return status;
}

static size_t stride_of(const numeral_model *model)
{
    return numeral_round_up(
        model->pipeline.n_dims * numeral_dtype_bytes(model->index->dtype), 64);
}

numeral_status numeral_norms_distances(const numeral_model *model, const uint8_t *images,
                                       size_t n, const int64_t *leave_out,
                                       const numeral_run *run, double *out,
                                       numeral_error *err)
{
    size_t stride = stride_of(model);
    uint8_t *rows = numeral_allocate_zero(n, stride, err);
    numeral_status status =
        rows ? numeral_pipeline_rows(&model->pipeline, images, n, stride, run, rows, err)
             : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK) {
        status = nearest(model->index, rows, n, stride, leave_out, run, out, err);
    }
    numeral_release(rows);
    return status;
}

static void sort(double *values, size_t n)
{
    for (size_t gap = n / 2; gap > 0; gap /= 2) {
        for (size_t i = gap; i < n; i++) {
            double value = values[i];
            size_t at = i;
            for (; at >= gap && values[at - gap] > value; at -= gap) {
                values[at] = values[at - gap];
            }
            values[at] = value;
        }
    }
}

double numeral_norms_low_end(const double *sorted, size_t n, double tail)
{
    return sorted[(size_t)floor(tail * (double)(n - 1))];
}

double numeral_norms_high_end(const double *sorted, size_t n, double tail)
{
    return sorted[n - 1 - (size_t)floor(tail * (double)(n - 1))];
}

static numeral_status measure_images(const uint8_t *images, size_t height, size_t width,
                                     numeral_norms *norm, numeral_error *err)
{
    for (size_t i = 0; i < norm->n; i++) {
        const uint8_t *image = images + i * height * width;
        numeral_shape shape;
        numeral_status status = numeral_shape_measure(image, height, width, &shape, err);
        if (status != NUMERAL_OK) {
            return status;
        }
        norm->edge[i] = shape.edge;
        norm->size[i] = numeral_shape_longer_side(&shape);
        norm->contrast[i] = numeral_shape_brightest(image, height * width);
        norm->width[i] = numeral_shape_width_by_height(&shape);
        norm->stroke[i] = shape.stroke;
    }
    return NUMERAL_OK;
}

/* How much nearer training digits are than they would be turned round. */
static numeral_status measure_turned(const numeral_model *model, const numeral_run *run,
                                     uint8_t *images, numeral_norms *norm,
                                     numeral_error *err)
{
    size_t size = model->pipeline.height * model->pipeline.width;
    for (size_t i = 0; i < norm->n_turned * size; i++) {
        images[i] = (uint8_t)(255 - images[i]);
    }
    numeral_status status = numeral_norms_distances(model, images, norm->n_turned, NULL,
                                                    run, norm->turned, err);
    for (size_t i = 0; i < norm->n_turned && status == NUMERAL_OK; i++) {
        norm->turned[i] =
            norm->turned[i] > 0 ? norm->distance[i] / norm->turned[i] : INFINITY;
    }
    return status;
}

/* One row from each of n equal shares of the model. */
static void draw_rows(const numeral_model *model, uint64_t seed, size_t n, int64_t *rows,
                      uint8_t *images)
{
    size_t size = model->pipeline.height * model->pipeline.width;
    numeral_random random = numeral_random_seed(seed, 0);
    for (size_t i = 0; i < n; i++) {
        size_t from = i * model->n_rows / n, to = (i + 1) * model->n_rows / n;
        size_t row = from + (size_t)numeral_random_below(&random, to - from);
        rows[i] = (int64_t)row;
        numeral_model_get_image(model, row, images + i * size);
    }
}

static numeral_status measure(const numeral_model *model, const numeral_run *run,
                              const int64_t *rows, uint8_t *images, numeral_norms *norm,
                              numeral_error *err)
{
    numeral_status status =
        measure_images(images, model->pipeline.height, model->pipeline.width, norm, err);
    if (status == NUMERAL_OK) {
        status = numeral_norms_distances(model, images, norm->n, rows, run,
                                         norm->distance, err);
    }
    return status == NUMERAL_OK ? measure_turned(model, run, images, norm, err) : status;
}

numeral_status numeral_norms_measure(const numeral_model *model, uint64_t seed,
                                     const numeral_run *run, numeral_arena *arena,
                                     numeral_norms *out, numeral_error *err)
{
    bool slow = model->index->metric->family == NUMERAL_METRIC_GENERIC;
    size_t n = slow ? SLOW_SAMPLE : SAMPLE;
    n = n < model->n_rows ? n : model->n_rows;
    numeral_norms norm = {.n = n, .n_turned = n < TURNED ? n : TURNED};
    double **const arrays[] = {&norm.edge,   &norm.size,     &norm.contrast, &norm.width,
                               &norm.stroke, &norm.distance, &norm.turned};
    enum { ARRAYS = sizeof arrays / sizeof *arrays };
    double *values = numeral_arena_take(arena, ARRAYS * n, sizeof *values, err);
    uint8_t *images =
        numeral_allocate(n, model->pipeline.height * model->pipeline.width, err);
    int64_t *rows = numeral_allocate(n, sizeof *rows, err);
    numeral_status status = values && images && rows ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    for (size_t a = 0; a < ARRAYS && status == NUMERAL_OK; a++) {
        *arrays[a] = values + a * n;
    }
    if (status == NUMERAL_OK) {
        draw_rows(model, seed, n, rows, images);
        status = measure(model, run, rows, images, &norm, err);
    }
    for (size_t a = 0; a < ARRAYS && status == NUMERAL_OK; a++) {
        sort(*arrays[a], arrays[a] == &norm.turned ? norm.n_turned : n);
    }
    numeral_release(rows);
    numeral_release(images);
    if (status == NUMERAL_OK) {
        *out = norm;
    }
    return status;
}
