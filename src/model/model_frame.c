/* Images brought to the model's frame. Those of its own size that look like its training
 * images are read as they are; all others are strangers, framed as MNIST was made. */
#include <string.h>

#include "base/fail.h"
#include "framing/frame.h"
#include "model/model.h"

bool numeral_model_takes(const numeral_model *model, const numeral_image *image,
                         bool framed)
{
    numeral_frame frame = model->recipe.frame;
    if (image->height != model->pipeline.height ||
        image->width != model->pipeline.width) {
        return false;
    }
    return framed || frame == NUMERAL_FRAME_KEEP ||
           (frame == NUMERAL_FRAME_AUTO &&
            (!model->clear_border ||
             numeral_image_has_clear_border(image->pixels, image->height, image->width)));
}

numeral_status numeral_model_frame_image(const numeral_model *model,
                                         const numeral_image *image, bool framed,
                                         uint8_t *out, uint8_t *digits,
                                         numeral_error *err)
{
    size_t height = model->pipeline.height, width = model->pipeline.width, found = 0;
    numeral_status status;
    if (digits) {
        *digits = 0;
    }
    if (numeral_model_takes(model, image, framed)) {
        memcpy(out, image->pixels, height * width);
        return NUMERAL_OK;
    }
    if (model->recipe.frame == NUMERAL_FRAME_KEEP) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "an image of %zu x %zu, but the model (--frame keep) reads "
                            "%zu x %zu",
                            image->height, image->width, height, width);
    }
    status = numeral_frame_picture(image, height, width, out, &found, err);
    if (digits) {
        *digits = (uint8_t)(found < UINT8_MAX ? found : UINT8_MAX);
    }
    return status;
}

numeral_status numeral_model_frame(const numeral_model *model,
                                   const numeral_dataset *data, numeral_framed *out,
                                   numeral_error *err)
{
    size_t bytes = data->height * data->width, n_taken = 0;
    size_t frame_bytes = model->pipeline.height * model->pipeline.width;
    numeral_image image = {data->height, data->width, data->pixels};
    numeral_status status = NUMERAL_OK;
    uint8_t *digits;
    *out = (numeral_framed){data->pixels, NULL, NULL};
    while (n_taken < data->n_images && numeral_model_takes(model, &image, data->framed)) {
        image.pixels = data->pixels + ++n_taken * bytes;
    }
    if (n_taken == data->n_images) {
        return NUMERAL_OK;
    }
    TRY_ALLOC(out->owned = numeral_allocate(data->n_images, frame_bytes + 1, err));
    digits = out->owned + data->n_images * frame_bytes;
    out->pixels = out->owned;
    out->digits = digits;
    for (size_t i = 0; i < data->n_images; i++) {
        image.pixels = data->pixels + i * bytes;
        TRY(numeral_model_frame_image(model, &image, data->framed,
                                      out->owned + i * frame_bytes, digits + i, err));
    }
    return NUMERAL_OK;
done:
    numeral_release(out->owned);
    out->owned = NULL;
    if (status != NUMERAL_ERROR_MEMORY) {
        numeral_fail_prefix(err, data->name);
    }
    return status;
}
