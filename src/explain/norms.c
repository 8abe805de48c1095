/* The normal ranges: quantiles over a sample of training rows. A row is left out of the
 * search for its own neighbours (leave-one-out), since a digit to be read is no training
 * row either. */
#include "explain/norms.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/random.h"

/* Of 1,000 rows, 3 lie beyond an end that leaves 0.3 % outside: fewer would make it the
 * extreme of the sample. Only the greatest ratio of swapped ones is asked for, so that
 * 200 serve. A check-up of a model of 6,000 rows waits 0.1 s for all of
 * them. */
enum { SAMPLE = 1000, SLOW_SAMPLE = 100, SWAPPED = 200 };

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
    numeral_status status;
    TRY_ALLOC(ids);
    TRY(numeral_index_search(index, &queries, &search, ids, lengths, err));
    for (size_t i = 0; i < n; i++) {
        lengths[i] = ids[i] < 0 ? 0 : numeral_metric_unsquared(index->metric, lengths[i]);
    }
done:
    numeral_release(ids);
    return status;
}

numeral_status numeral_norms_distances(const numeral_model *model, const uint8_t *images,
                                       size_t n, const int64_t *leave_out,
                                       const numeral_run *run, double *out,
                                       numeral_error *err)
{
    size_t stride = numeral_round_up(
        model->pipeline.n_dims * numeral_dtype_bytes(model->index->dtype), 64);
    uint8_t *rows = numeral_allocate_zero(n, stride, err);
    numeral_status status;
    TRY_ALLOC(rows);
    TRY(numeral_pipeline_rows(&model->pipeline, images, n, stride, run, rows, err));
    TRY(nearest(model->index, rows, n, stride, leave_out, run, out, err));
done:
    numeral_release(rows);
    return status;
}

static int compare_numbers(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
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

/* How much nearer training digits are than they would be with dark and light
 * swapped. */
static numeral_status measure_swapped(const numeral_model *model, const numeral_run *run,
                                      uint8_t *images, numeral_norms *norm,
                                      numeral_error *err)
{
    size_t size = model->pipeline.height * model->pipeline.width;
    for (size_t i = 0; i < norm->n_swapped * size; i++) {
        images[i] = (uint8_t)(255 - images[i]);
    }
    numeral_status status = numeral_norms_distances(model, images, norm->n_swapped, NULL,
                                                    run, norm->swapped, err);
    for (size_t i = 0; i < norm->n_swapped && status == NUMERAL_OK; i++) {
        norm->swapped[i] =
            norm->swapped[i] > 0 ? norm->distance[i] / norm->swapped[i] : INFINITY;
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

numeral_status numeral_norms_measure(const numeral_model *model, uint64_t seed,
                                     const numeral_run *run, numeral_arena *arena,
                                     numeral_norms *out, numeral_error *err)
{
    size_t height = model->pipeline.height, width = model->pipeline.width;
    bool slow = model->index->metric->family == NUMERAL_METRIC_GENERIC;
    size_t n = slow ? SLOW_SAMPLE : SAMPLE;
    n = n < model->n_rows ? n : model->n_rows;
    numeral_norms norm = {.n = n, .n_swapped = n < SWAPPED ? n : SWAPPED};
    double **const arrays[] = {&norm.edge,   &norm.size,     &norm.contrast, &norm.width,
                               &norm.stroke, &norm.distance, &norm.swapped};
    enum { ARRAYS = sizeof arrays / sizeof *arrays };
    uint8_t *images = NULL;
    int64_t *rows = NULL;
    numeral_status status;
    for (size_t a = 0; a < ARRAYS; a++) {
        TRY_ALLOC(*arrays[a] = numeral_arena_take(arena, n, sizeof **arrays[a], err));
    }
    TRY_ALLOC(images = numeral_allocate(n, height * width, err));
    TRY_ALLOC(rows = numeral_allocate(n, sizeof *rows, err));
    draw_rows(model, seed, n, rows, images);
    TRY(measure_images(images, height, width, &norm, err));
    TRY(numeral_norms_distances(model, images, n, rows, run, norm.distance, err));
    TRY(measure_swapped(model, run, images, &norm, err)); /* which changes the images */
    for (size_t a = 0; a < ARRAYS; a++) {
        qsort(*arrays[a], arrays[a] == &norm.swapped ? norm.n_swapped : n,
              sizeof **arrays[a], compare_numbers);
    }
    *out = norm;
done:
    numeral_release(rows);
    numeral_release(images);
    return status;
}
