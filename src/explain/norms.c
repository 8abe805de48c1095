/* The normal ranges: quantiles over a sample of training rows. */
#include "explain/norms.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "model/reader.h"
#include "model/sample.h"

/* Of 1,000 rows, 3 lie beyond an end that leaves 0.3 % outside: fewer would make it the
 * extreme of the sample. Only the greatest ratio of swapped ones is asked for, so that
 * 200 serve. A check-up of a model of 6,000 rows waits 0.1 s for all of
 * them. */
enum { SAMPLE = 1000, SLOW_SAMPLE = 100, SWAPPED = 200 };

numeral_status numeral_norms_distances(const numeral_model *model, const uint8_t *images,
                                       size_t n, const numeral_run *run, double *out,
                                       numeral_error *err)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    numeral_reader reader = {0};
    numeral_status status;
    TRY(numeral_reader_open(&reader, model, NUMERAL_READ_NEIGHBOURS, n, 1, run, err));
    TRY(numeral_reader_read(&reader, images, NULL, n, err));
    for (size_t i = 0; i < n; i++) {
        out[i] = numeral_metric_unsquared(metric, reader.verdicts[i].distances[0]);
    }
done:
    numeral_reader_free(&reader);
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
    numeral_status status =
        numeral_norms_distances(model, images, norm->n_swapped, run, norm->swapped, err);
    for (size_t i = 0; i < norm->n_swapped && status == NUMERAL_OK; i++) {
        norm->swapped[i] =
            norm->swapped[i] > 0 ? norm->distance[i] / norm->swapped[i] : INFINITY;
    }
    return status;
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
    numeral_random random = numeral_random_seed(seed, 0);
    numeral_sample sample = {0};
    uint8_t *images = NULL;
    numeral_status status;
    for (size_t a = 0; a < ARRAYS; a++) {
        TRY_ALLOC(*arrays[a] = numeral_arena_take(arena, n, sizeof **arrays[a], err));
    }
    TRY_ALLOC(images = numeral_allocate(n, height * width, err));
    TRY(numeral_sample_take(model, n, 1, &random, run, &sample, err));
    for (size_t i = 0; i < n; i++) {
        numeral_model_copy_image(model, (size_t)sample.rows[i],
                                 images + i * height * width);
        norm.distance[i] = numeral_sample_length(model, &sample, i);
    }
    TRY(measure_images(images, height, width, &norm, err));
    TRY(measure_swapped(model, run, images, &norm, err)); /* which changes the images */
    for (size_t a = 0; a < ARRAYS; a++) {
        qsort(*arrays[a], arrays[a] == &norm.swapped ? norm.n_swapped : n,
              sizeof **arrays[a], compare_numbers);
    }
    *out = norm;
done:
    numeral_sample_free(&sample);
    numeral_release(images);
    return status;
}
