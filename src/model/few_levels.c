/* A set whose levels are 0 and 1, or 0 to 16, says so by the largest of all its levels.
 * What a model does with levels is made for 255 of them: slopes of 1 are lost in
 * rounding. */
#include "model/few_levels.h"

#include "base/memory.h"

enum { LEAST_SET = 20, MOST_FEW = 128, LOOKED_AT = 20 };

/* The largest level, or any that is above MOST_FEW. */
static unsigned largest(const uint8_t *pixels, size_t n)
{
    unsigned most = 0;
    for (size_t i = 0; i < n && most <= MOST_FEW; i++) {
        most = pixels[i] > most ? pixels[i] : most;
    }
    return most;
}

unsigned numeral_few_levels(const numeral_dataset *data)
{
    unsigned white = 1;
    if (data->n_images < LEAST_SET) {
        return 0;
    }
    unsigned most = largest(data->pixels, data->n_images * data->height * data->width);
    while (white < most) {
        white *= 2;
    }
    return most > 0 && white <= MOST_FEW ? white : 0;
}

bool numeral_model_has_all_levels(const numeral_model *model)
{
    size_t bytes = model->pipeline.height * model->pipeline.width, seen = 0;
    uint8_t image[NUMERAL_MAX_DIMS];
    if (bytes > sizeof image || numeral_dtype_is_real(model->pipeline.quantiser.dtype)) {
        return false;
    }
    for (size_t row = 0; row < model->n_ids && seen < LOOKED_AT; row++) {
        if (numeral_model_copy_image(model, row, image)) {
            seen++;
            if (largest(image, bytes) > MOST_FEW) {
                return true;
            }
        }
    }
    return false;
}

uint8_t *numeral_stretch_levels(const numeral_dataset *data, unsigned white,
                                numeral_error *err)
{
    size_t n = data->n_images * data->height * data->width;
    uint8_t *out = numeral_allocate(n, 1, err);
    for (size_t i = 0; out && i < n; i++) {
        out[i] = (uint8_t)((255u * data->pixels[i] + white / 2) / white);
    }
    return out;
}
