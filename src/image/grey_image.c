#include <numeral/image.h>

#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "image/image_codec.h"
#include "numeral_config.h"

static const numeral_codec *const codecs[] = {
    &numeral_codec_png,
    &numeral_codec_pnm,
#ifdef NUMERAL_HAVE_JPEG
    &numeral_codec_jpeg,
#endif
    &numeral_codec_leptonica,
};

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
                            "%llu allowed for a file of this size",
                            name, rows, columns,
                            (unsigned long long)(height * width * each),
                            (unsigned long long)budget);
    }
    return NUMERAL_OK;
}

static const numeral_codec *find(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
        if (codecs[i]->recognise(bytes, n_bytes)) {
            return codecs[i];
        }
    }
    return NULL;
}

bool numeral_image_recognised(const void *bytes, size_t n_bytes)
{
    return find(bytes, n_bytes) != NULL;
}

static numeral_status decode_plain(const uint8_t *bytes, size_t n_bytes, const char *name,
                                   uint64_t budget, numeral_image *out,
                                   numeral_error *err)
{
    if (n_bytes == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: is empty", name);
    }
    const numeral_codec *codec = find(bytes, n_bytes);
    if (!codec) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not an image, expected PNG, JPEG, PNM, TIFF, BMP, GIF "
                            "or WebP",
                            name);
    }
    return codec->decode(bytes, n_bytes, name, budget, out, err);
}

numeral_status numeral_image_decode(const void *bytes, size_t n_bytes, const char *name,
                                    numeral_image *out, numeral_error *err)
{
    uint64_t budget = numeral_memory_budget(n_bytes);
    if (!numeral_gzip_recognised(bytes, n_bytes)) {
        return decode_plain(bytes, n_bytes, name, budget, out, err);
    }
    numeral_buffer plain = {.max_bytes =
                                budget < SIZE_MAX / 2 ? (size_t)budget : SIZE_MAX / 2};
    numeral_status status = numeral_gzip_inflate(bytes, n_bytes, name, &plain, err);
    if (status == NUMERAL_OK) {
        status =
            decode_plain(plain.data, plain.size, name, budget - plain.size, out, err);
        numeral_buffer_free(&plain);
    }
    return status;
}

numeral_status numeral_image_read(const char *path, numeral_image *out,
                                  numeral_error *err)
{
    bool input = strcmp(path, "-") == 0;
    numeral_bytes bytes;
    numeral_status status = numeral_bytes_read(path, SIZE_MAX / 2, &bytes, err);
    if (status == NUMERAL_OK) {
        status = numeral_image_decode(bytes.data, bytes.size,
                                      input ? "standard input" : path, out, err);
        numeral_bytes_free(&bytes);
    }
    return status;
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
