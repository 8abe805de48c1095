/* Digits as the rows that a model searches, for other programs. */
#include <string.h>

#include <numeral/tools/command.h>

#include "base/fail.h"
#include "data/npz.h"
#include "data/npz_names.h"
#include "data/set.h"
#include "model/hold.h"

/* Rows lie on multiples of 64 bytes; a file has them without gaps. In place. */
static void close_up(uint8_t *rows, size_t n, size_t stride, size_t row_bytes)
{
    for (size_t i = 1; i < n; i++) {
        memmove(rows + i * row_bytes, rows + i * stride, row_bytes);
    }
}

static numeral_status save(const numeral_model *model, const numeral_dataset *data,
                           const uint8_t *rows, const char *path, numeral_error *err)
{
    static const char *const descr[] = {"|u1", "|i1", "<i2", "<f4", "<f8"};
    numeral_dtype dtype = model->pipeline.quantiser.dtype;
    size_t n_dims = model->pipeline.n_dims;
    numeral_npz_array arrays[3] = {
        {"x",
         descr[dtype],
         numeral_dtype_bytes(dtype),
         2,
         {data->n_images, n_dims},
         rows},
        {"y", "<u2", sizeof *data->labels, 1, {data->n_images}, data->labels},
    };
    char names_descr[8], *names = NULL;
    uint8_t *bytes = NULL;
    numeral_status status = NUMERAL_OK;
    if (data->labels) {
        TRY(numeral_dataset_byte_labels(data, &bytes, err));
    }
    if (bytes) {
        arrays[1] = (numeral_npz_array){"y", "|u1", 1, 1, {data->n_images}, bytes};
    }
    TRY(numeral_npz_names_make(data, path, names_descr, &names, &arrays[2], err));
    size_t n = !data->labels ? 1 : arrays[2].shape[0] ? 3 : 2;
    status = numeral_npz_save(path, arrays, n, err);
done:
    numeral_release(bytes);
    numeral_release(names);
    return status;
}

numeral_status numeral_model_save_features(const numeral_model *model,
                                           const numeral_dataset *data,
                                           const numeral_run *run, const char *path,
                                           numeral_error *err)
{
    static const numeral_run defaults;
    numeral_model now = {0};
    numeral_framed images = {0};
    uint8_t *rows = NULL;
    numeral_status status;
    TRY(numeral_model_hold(model, &now, err));
    TRY(numeral_model_frame(&now, data, run, &images, err));
    size_t bytes =
        now.pipeline.n_dims * numeral_dtype_bytes(now.pipeline.quantiser.dtype);
    size_t stride = numeral_round_up(bytes, 64);
    TRY_ALLOC(rows = numeral_allocate(data->n_images, stride, err));
    TRY(numeral_pipeline_rows(&now.pipeline, images.pixels, data->n_images, stride,
                              run ? run : &defaults, rows, err));
    close_up(rows, data->n_images, stride, bytes);
    status = save(&now, data, rows, path, err);
done:
    numeral_release(rows);
    numeral_release(images.owned);
    numeral_model_let_go(&now);
    return status;
}
