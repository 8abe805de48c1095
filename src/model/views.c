/* Images that a model keeps beside its rows: packed (src/image/sparse.c), as they were
 * and as its re-rankers look at them, so that no view is made while digits are read. */
#include "model/views.h"

#include <stdio.h>

#include "base/fail.h"
#include "base/threads.h"

const numeral_sparse_images *numeral_view_images(const numeral_model *model,
                                                 numeral_view view)
{
    if (!numeral_cascade_uses_view(&model->recipe.cascade, view)) {
        return NULL;
    }
    return view == NUMERAL_VIEW_RAW ? &model->images : &model->views[view];
}

typedef struct view_job {
    numeral_view view;
    const uint8_t *images;
    size_t height, width;
    double *planes; /* one for each worker */
    uint8_t *out;
} view_job;

static void make_views(void *context, size_t begin, size_t end, int worker)
{
    const view_job *job = context;
    size_t pixels = job->height * job->width;
    for (size_t i = begin; i < end; i++) {
        numeral_view_make(job->view, job->images + i * pixels, job->height, job->width,
                          job->planes + (size_t)worker * pixels, job->out + i * pixels);
    }
}

numeral_status numeral_view_pack(const numeral_model *model, numeral_view view,
                                 const uint8_t *images, size_t n, const numeral_run *run,
                                 numeral_sparse_images *out, numeral_error *err)
{
    size_t height = model->pipeline.height, width = model->pipeline.width;
    size_t pixels = height * width;
    size_t threads = (size_t)numeral_thread_count(run->threads);
    double *planes = NULL;
    uint8_t *made = NULL;
    numeral_status status;
    if (view == NUMERAL_VIEW_RAW) {
        return numeral_sparse_pack(images, n, pixels, out, err);
    }
    TRY_ALLOC(planes = numeral_allocate(threads, pixels * sizeof *planes, err));
    TRY_ALLOC(made = numeral_allocate(n, pixels, err));
    view_job job = {view, images, height, width, planes, made};
    numeral_parallel_for(n, 64, run->threads, make_views, &job);
    TRY(numeral_sparse_pack(made, n, pixels, out, err));
done:
    numeral_release(planes);
    numeral_release(made);
    return status;
}

numeral_status numeral_views_fit(numeral_model *model, const uint8_t *images,
                                 const numeral_run *run, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (int v = NUMERAL_VIEW_RAW + 1; v < NUMERAL_VIEW_COUNT; v++) {
        numeral_view view = (numeral_view)v;
        if (status == NUMERAL_OK && numeral_view_images(model, view)) {
            status = numeral_view_pack(model, view, images, model->n_rows, run,
                                       &model->views[view], err);
        }
    }
    return status;
}

static void tensor_name(const char *name, const char *part,
                        char out[NUMERAL_TENSOR_NAME_BYTES])
{
    snprintf(out, NUMERAL_TENSOR_NAME_BYTES, "%.40s.%.8s", name, part);
}

static void view_name(int view, char out[NUMERAL_TENSOR_NAME_BYTES])
{
    tensor_name("views", numeral_view_names[view], out);
}

numeral_status numeral_images_save(const numeral_sparse_images *images, const char *name,
                                   numeral_tensors *tensors, numeral_error *err)
{
    char full[NUMERAL_TENSOR_NAME_BYTES];
    numeral_status status;
    tensor_name(name, "masks", full);
    TRY(numeral_tensors_add(tensors, full, NUMERAL_TENSOR_U64, images->n, images->words,
                            images->masks, err));
    tensor_name(name, "values", full);
    TRY(numeral_tensors_add(tensors, full, NUMERAL_TENSOR_U8, images->n_values, 0,
                            images->values, err));
done:
    return status;
}

/* Files of 0.1.0 have the pixels as they are. */
static numeral_status pack_plain(const numeral_model *model, const char *name,
                                 const numeral_tensors *tensors,
                                 numeral_sparse_images *out, numeral_error *err)
{
    size_t pixels = model->pipeline.height * model->pipeline.width;
    const numeral_tensor *plain = NULL;
    numeral_status status = numeral_tensors_require(tensors, name, NUMERAL_TENSOR_U8,
                                                    model->n_rows, pixels, &plain, err);
    return status == NUMERAL_OK
               ? numeral_sparse_pack(plain->data, model->n_rows, pixels, out, err)
               : status;
}

numeral_status numeral_images_load(const numeral_model *model, const char *name,
                                   const numeral_tensors *tensors,
                                   numeral_sparse_images *out, numeral_error *err)
{
    size_t pixels = model->pipeline.height * model->pipeline.width;
    const numeral_tensor *masks = NULL, *values = NULL;
    char full[NUMERAL_TENSOR_NAME_BYTES];
    numeral_status status;
    if (numeral_tensors_find(tensors, name)) {
        return pack_plain(model, name, tensors, out, err);
    }
    tensor_name(name, "masks", full);
    TRY(numeral_tensors_require(tensors, full, NUMERAL_TENSOR_U64, model->n_rows,
                                numeral_sparse_words(pixels), &masks, err));
    tensor_name(name, "values", full);
    TRY(numeral_tensors_require(tensors, full, NUMERAL_TENSOR_U8, SIZE_MAX, 0, &values,
                                err));
    status = numeral_sparse_open(masks->data, values->data, values->shape[0],
                                 model->n_rows, pixels, out, err);
    if (status != NUMERAL_OK) {
        numeral_fail_prefix(err, name);
    }
done:
    return status;
}

numeral_status numeral_views_save(const numeral_model *model, numeral_tensors *tensors,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        char name[NUMERAL_TENSOR_NAME_BYTES];
        view_name(view, name);
        if (model->views[view].n) {
            TRY(numeral_images_save(&model->views[view], name, tensors, err));
        }
    }
done:
    return status;
}

numeral_status numeral_views_load(numeral_model *model, const numeral_tensors *tensors,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    if (numeral_view_images(model, NUMERAL_VIEW_RAW) && !model->images.n) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "tensor images.masks is missing");
    }
    for (int view = NUMERAL_VIEW_RAW + 1; view < NUMERAL_VIEW_COUNT; view++) {
        char name[NUMERAL_TENSOR_NAME_BYTES];
        view_name(view, name);
        if (numeral_view_images(model, (numeral_view)view)) {
            TRY(numeral_images_load(model, name, tensors, &model->views[view], err));
        }
    }
done:
    return status;
}
