/* Images brought to the model's frame. Those of its own size that look like its training
 * images are read as they are; all others are strangers, framed as MNIST was made. */
#include <string.h>

#include "base/fail.h"
#include "model/model.h"

bool numeral_predict_may_stay(const numeral_model *model, const numeral_dataset *data,
                              const uint8_t *image)
{
    if (model->recipe.frame == NUMERAL_FRAME_KEEP || data->framed) {
        return true;
    }
    return model->recipe.frame == NUMERAL_FRAME_AUTO &&
           (!model->clear_border ||
            numeral_image_has_clear_border(image, data->height, data->width));
}

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, numeral_framed *out,
                                   numeral_error *err)
{
    size_t height = model->pipeline.height, width = model->pipeline.width;
    bool same = data->height == height && data->width == width;
    size_t bytes = data->height * data->width;
    *out = (numeral_framed){data->pixels, NULL};
    if (model->recipe.frame == NUMERAL_FRAME_KEEP && !same) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: images of %zu x %zu, but the model (--frame keep) reads "
                            "%zu x %zu",
                            data->name, data->height, data->width, height, width);
    }
    size_t first = 0;
    while (same && first < data->n_images &&
           numeral_predict_may_stay(model, data, data->pixels + first * bytes)) {
        first++;
    }
    if (first == data->n_images) {
        return NUMERAL_OK;
    }
    out->owned = numeral_allocate(data->n_images, height * width, err);
    if (!out->owned) {
        return NUMERAL_ERROR_MEMORY;
    }
    out->pixels = out->owned;
    numeral_status status = NUMERAL_OK;
    for (size_t i = 0; i < data->n_images && status == NUMERAL_OK; i++) {
        uint8_t *image = data->pixels + i * bytes;
        uint8_t *to = out->owned + i * height * width;
        if (same && numeral_predict_may_stay(model, data, image)) {
            memcpy(to, image, bytes);
        } else {
            numeral_image view = {data->height, data->width, image};
            status = numeral_image_frame(&view, height, width, to, err);
        }
    }
    if (status != NUMERAL_OK) {
        numeral_release(out->owned);
        *out = (numeral_framed){0};
    }
    return status;
}
