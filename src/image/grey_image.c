/* Grey images in memory: making one, and what may be made. */
#include <numeral/image.h>

#include "base/fail.h"
#include "base/memory.h"
#include "image/image_codec.h"

numeral_status numeral_image_create(size_t height, size_t width, numeral_image *out,
                                    numeral_error *err)
{
    numeral_status status =
        numeral_image_check_size("image", height, width, 1, UINT64_MAX, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    uint8_t *pixels = numeral_allocate_zero(height, width, err);
    if (!pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    *out = (numeral_image){height, width, pixels};
    return NUMERAL_OK;
}

void numeral_image_free(numeral_image *image)
{
    if (image) {
        numeral_release(image->pixels);
        *image = (numeral_image){0};
    }
}

numeral_status numeral_image_check_size(const char *name, uint64_t height, uint64_t width,
                                        uint64_t each, uint64_t budget,
                                        numeral_error *err)
{
    unsigned long long rows = height, columns = width;
    if (height == 0 || width == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: image of %llu × %llu pixels, expected at least 1 × 1",
                            name, rows, columns);
    }
    if (height > NUMERAL_MAX_PIXELS || width > NUMERAL_MAX_PIXELS / height) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: image of %llu × %llu pixels, at most %zu pixels allowed",
                            name, rows, columns, NUMERAL_MAX_PIXELS);
    }
    if (height * width * each > budget) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: image of %llu × %llu pixels would take %llu bytes, "
                            "%llu allowed for a file of this size (--max-memory)",
                            name, rows, columns,
                            (unsigned long long)(height * width * each),
                            (unsigned long long)budget);
    }
    return NUMERAL_OK;
}

bool numeral_image_has_clear_border(const uint8_t *pixels, size_t height, size_t width)
{
    size_t border = 0, inked = 0;
    for (size_t y = 0; y < height; y++) {
        bool edge = y == 0 || y == height - 1;
        size_t step = edge || width < 2 ? 1 : width - 1;
        for (size_t x = 0; x < width; x += step) {
            border++;
            inked += pixels[y * width + x] != 0;
        }
    }
    return 4 * inked <= border;
}
