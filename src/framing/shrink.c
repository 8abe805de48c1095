/* Each pixel is the mean of the block that it stands for; blocks at the lower and right
 * edge may be smaller. */
#include "framing/shrink.h"

double numeral_image_mean(const numeral_image *in, size_t top, size_t left, size_t bottom,
                          size_t right)
{
    uint64_t sum = 0;
    for (size_t y = top; y < bottom; y++) {
        for (size_t x = left; x < right; x++) {
            sum += in->pixels[y * in->width + x];
        }
    }
    return (double)sum / (double)((bottom - top) * (right - left));
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

numeral_status numeral_image_shrink(const numeral_image *in, size_t most,
                                    numeral_image *out, numeral_error *err)
{
    size_t longest = in->height > in->width ? in->height : in->width;
    size_t factor = (longest + most - 1) / most;
    numeral_status status = numeral_image_create(
        (in->height + factor - 1) / factor, (in->width + factor - 1) / factor, out, err);
    for (size_t i = 0; status == NUMERAL_OK && i < out->height * out->width; i++) {
        size_t top = i / out->width * factor, left = i % out->width * factor;
        double mean = numeral_image_mean(in, top, left, least(top + factor, in->height),
                                         least(left + factor, in->width));
        out->pixels[i] = (uint8_t)(mean + 0.5);
    }
    return status;
}

numeral_status numeral_image_round(const double *values, size_t height, size_t width,
                                   numeral_image *out, numeral_error *err)
{
    numeral_status status = numeral_image_create(height, width, out, err);
    for (size_t i = 0; status == NUMERAL_OK && i < height * width; i++) {
        out->pixels[i] = (uint8_t)(values[i] + 0.5);
    }
    return status;
}
