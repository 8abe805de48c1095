/* Rows beside the model's own, searched by brute force: few digits are strange enough to
 * be compared with them. */
#include "model/background.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "model/background_images.h"

/* Of the background: three tell more than the nearest alone. */
enum { NEAREST = 3 };

static numeral_tensor_type tensor_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_I16  ? NUMERAL_TENSOR_I16
           : dtype == NUMERAL_I8 ? NUMERAL_TENSOR_I8
                                 : NUMERAL_TENSOR_U8;
}

static size_t stride_of(const numeral_model *model)
{
    return model->pipeline.n_dims * numeral_dtype_bytes(model->pipeline.quantiser.dtype);
}

static numeral_rows rows_of(const numeral_model *model, const void *data, size_t n)
{
    return (numeral_rows){data, model->pipeline.quantiser.dtype, n,
                          model->pipeline.n_dims, stride_of(model)};
}

static numeral_status build(const numeral_model *model, numeral_beside *b,
                            numeral_error *err)
{
    const numeral_run alone = {.threads = 1};
    numeral_part spec, metric;
    numeral_rows rows = rows_of(model, b->rows, b->n);
    numeral_status status;
    TRY(numeral_index_parse("brute", "l2", NULL, &spec, &metric, err));
    TRY(numeral_index_build(&rows, &spec, &model->recipe.metric, &alone, &b->index, err));
done:
    return status;
}

/* The k nearest rows of an index to each vector, k at a time: their mean distance,
 * unsquared, and their ids. */
static numeral_status measure(const numeral_model *model, const numeral_index *index,
                              const numeral_rows *vectors, size_t k, int threads,
                              double *out, int64_t *ids, numeral_error *err)
{
    const numeral_metric *metric = numeral_metric_of(model->recipe.metric.entry);
    numeral_search how = {.k = k, .radius = INFINITY, .run = {.threads = threads}};
    double *distances = NULL;
    numeral_status status;
    TRY_ALLOC(distances = numeral_allocate(vectors->n_rows, k * sizeof *distances, err));
    TRY(numeral_index_search(index, vectors, &how, ids, distances, err));
    for (size_t i = 0; i < vectors->n_rows; i++) {
        double sum = 0;
        size_t found = 0;
        while (found < k && ids[i * k + found] >= 0) {
            sum += numeral_metric_unsquared(metric, distances[i * k + found++]);
        }
        out[i] = found ? sum / (double)found : INFINITY;
    }
done:
    numeral_release(distances);
    return status;
}

numeral_status numeral_beside_search(const numeral_model *model,
                                     const numeral_rows *vectors, int threads,
                                     numeral_asides *out, numeral_error *err)
{
    const numeral_likeness *is = &model->likeness;
    size_t n = vectors->n_rows;
    double *means = NULL;
    int64_t *ids = NULL;
    numeral_status status;
    memset(out, 0, n * sizeof *out);
    TRY_ALLOC(means = numeral_allocate(n, sizeof *means, err));
    TRY_ALLOC(ids = numeral_allocate(n, NEAREST * sizeof *ids, err));
    if (is->background.n) {
        TRY(measure(model, is->background.index, vectors, NEAREST, threads, means, ids,
                    err));
        for (size_t i = 0; i < n; i++) {
            out[i].background = means[i];
        }
    }
    if (is->drawn.n) {
        TRY(measure(model, is->drawn.index, vectors, 1, threads, means, ids, err));
        for (size_t i = 0; i < n; i++) {
            out[i].drawn = means[i];
        }
    }
done:
    numeral_release(means);
    numeral_release(ids);
    return status;
}

static bool keeps_images(const numeral_model *model, uint8_t *image)
{
    return !model->pipeline.columns &&
           !numeral_dtype_is_real(model->pipeline.quantiser.dtype) &&
           numeral_model_copy_image(model, 0, image);
}

/* Leaves the rows that are farther than `far`, in their order. */
static void leave_far(const numeral_model *model, const double *distances, double far,
                      numeral_beside *b)
{
    size_t stride = stride_of(model), n = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (distances[i] > far) {
            memmove(b->rows + n++ * stride, b->rows + i * stride, stride);
        }
    }
    b->n = n;
}

/* Whether the nearest rows of most drawn digits are labelled as they are. */
static bool knows_digits(const numeral_model *model, const int64_t *ids, size_t n)
{
    size_t right = 0;
    for (size_t i = 0; i < n; i++) {
        right += model->labels[ids[i]] == numeral_drawn_label(i);
    }
    return right > n / 2;
}

typedef numeral_status drawer(const numeral_model *model, size_t n,
                              const numeral_run *run, uint8_t *images,
                              numeral_error *err);

static numeral_status make(const numeral_model *model, drawer *draw, size_t most,
                           double far, const numeral_run *run, numeral_beside *out,
                           numeral_error *err)
{
    size_t bytes = model->pipeline.height * model->pipeline.width;
    numeral_beside b = {.n = model->n_rows < most ? model->n_rows : most};
    uint8_t *images = NULL;
    double *distances = NULL;
    int64_t *ids = NULL;
    numeral_status status = NUMERAL_OK;
    TRY_ALLOC(images = numeral_allocate(b.n, bytes, err));
    if (!keeps_images(model, images)) {
        goto done;
    }
    TRY_ALLOC(distances = numeral_allocate(b.n, sizeof *distances, err));
    TRY_ALLOC(ids = numeral_allocate(b.n, sizeof *ids, err));
    TRY_ALLOC(b.rows = numeral_allocate(b.n, stride_of(model), err));
    TRY(draw(model, b.n, run, images, err));
    TRY(numeral_pipeline_rows(&model->pipeline, images, b.n, stride_of(model), run,
                              b.rows, err));
    numeral_rows rows = rows_of(model, b.rows, b.n);
    TRY(measure(model, model->index, &rows, 1, run->threads, distances, ids, err));
    if (draw == numeral_drawn_draw && !knows_digits(model, ids, b.n)) {
        goto done;
    }
    leave_far(model, distances, far, &b);
    if (b.n > 0) {
        TRY(build(model, &b, err));
        *out = b;
        b = (numeral_beside){0};
    }
done:
    numeral_beside_free(&b);
    numeral_release(images);
    numeral_release(distances);
    numeral_release(ids);
    return status;
}

numeral_status numeral_background_make(const numeral_model *model, size_t most,
                                       double far, const numeral_run *run,
                                       numeral_beside *out, numeral_error *err)
{
    return make(model, numeral_background_draw, most, far, run, out, err);
}

numeral_status numeral_drawn_make(const numeral_model *model, size_t most, double far,
                                  const numeral_run *run, numeral_beside *out,
                                  numeral_error *err)
{
    return make(model, numeral_drawn_draw, most, far, run, out, err);
}

void numeral_beside_free(numeral_beside *beside)
{
    numeral_index_destroy(beside->index);
    numeral_release(beside->rows);
    *beside = (numeral_beside){0};
}

static numeral_status save(const numeral_model *model, const char *name,
                           const numeral_beside *b, numeral_tensors *tensors,
                           numeral_error *err)
{
    return b->n ? numeral_tensors_add(tensors, name,
                                      tensor_of(model->pipeline.quantiser.dtype), b->n,
                                      model->pipeline.n_dims, b->rows, err)
                : NUMERAL_OK;
}

numeral_status numeral_beside_save(const numeral_model *model, numeral_tensors *tensors,
                                   numeral_error *err)
{
    const numeral_likeness *is = &model->likeness;
    numeral_status status;
    TRY(save(model, "background", &is->background, tensors, err));
    if (is->background.n) {
        TRY(numeral_tensors_add(tensors, "background.usual", NUMERAL_TENSOR_F64, 1, 0,
                                &is->usual, err));
    }
    TRY(save(model, "drawn", &is->drawn, tensors, err));
done:
    return status;
}

/* Nothing where an older file has none, or its images are not kept. */
static numeral_status load(const numeral_model *model, const char *name,
                           const numeral_tensors *tensors, numeral_beside *out,
                           numeral_error *err)
{
    const numeral_tensor *rows = numeral_tensors_find(tensors, name);
    numeral_beside b = {.n = rows ? (size_t)rows->shape[0] : 0};
    numeral_status status = NUMERAL_OK;
    if (!rows) {
        return status;
    }
    TRY(numeral_tensors_require(tensors, name, tensor_of(model->pipeline.quantiser.dtype),
                                b.n, model->pipeline.n_dims, &rows, err));
    if (b.n == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: expected rows", name));
    }
    TRY_ALLOC(b.rows = numeral_allocate(b.n, stride_of(model), err));
    memcpy(b.rows, rows->data, b.n * stride_of(model));
    TRY(build(model, &b, err));
    *out = b;
    b = (numeral_beside){0};
done:
    numeral_beside_free(&b);
    return status;
}

numeral_status numeral_beside_load(numeral_model *model, const numeral_tensors *tensors,
                                   numeral_error *err)
{
    numeral_likeness *is = &model->likeness;
    const numeral_tensor *usual = NULL;
    numeral_status status;
    TRY(load(model, "background", tensors, &is->background, err));
    if (is->background.n) {
        TRY(numeral_tensors_require(tensors, "background.usual", NUMERAL_TENSOR_F64, 1, 0,
                                    &usual, err));
        is->usual = *(const double *)usual->data;
        if (!(is->usual > 0) || !isfinite(is->usual)) {
            TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                             "background.usual: expected a distance above 0"));
        }
    }
    TRY(load(model, "drawn", tensors, &is->drawn, err));
done:
    return status;
}
