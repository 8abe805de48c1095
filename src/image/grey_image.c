/* Grey images in memory: making one, and what may be made. */
#include <numeral/image.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/memory.h"
#include "image/extent.h"
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
    unsigned long long rows = height, columns = width, most = budget;
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
    unsigned long long bytes = height * width * each;
    if (bytes > budget) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: image of %llu × %llu pixels would take %llu bytes, "
                            "%llu allowed for a file of this size (--max-memory)",
                            name, rows, columns, bytes, most);
    }
    return NUMERAL_OK;
}

numeral_status numeral_image_check_work(const char *name, uint64_t pixels,
                                        uint64_t allowed, numeral_error *err)
{
    return pixels <= allowed
               ? NUMERAL_OK
               : numeral_fail(
                     err, NUMERAL_ERROR_LIMIT,
                     "%s: decoding would go over %llu pixels, %llu allowed for a "
                     "file of this size",
                     name, (unsigned long long)pixels, (unsigned long long)allowed);
}

numeral_status numeral_jpeg_check_scans(const char *name, const uint8_t *bytes,
                                        size_t n_bytes, uint64_t height, uint64_t width,
                                        numeral_error *err)
{
    enum { USUAL = 16 };
    uint64_t scans = numeral_jpeg_scans(bytes, n_bytes), pixels = height * width;
    if (scans <= USUAL || pixels == 0) {
        return NUMERAL_OK;
    }
    pixels = scans > UINT64_MAX / pixels ? UINT64_MAX : scans * pixels;
    return numeral_image_check_work(name, pixels, numeral_work_budget(0), err);
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
