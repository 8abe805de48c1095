/* The table of data formats, in the order in which they are tried. */
#include "data/format.h"

#include "base/fail.h"
#include "base/memory.h"

const numeral_entry *const numeral_formats[] = {
    &numeral_format_idx.entry,    &numeral_format_npy.entry,   &numeral_format_npz.entry,
    &numeral_format_taught.entry, &numeral_format_image.entry, &numeral_format_csv.entry,
    &numeral_format_folder.entry,
};
const size_t numeral_n_formats = sizeof numeral_formats / sizeof *numeral_formats;

const numeral_format *numeral_format_recognise(const uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < numeral_n_formats; i++) {
        const numeral_format *format = numeral_format_of(numeral_formats[i]);
        if (format->recognise && format->recognise(bytes, n_bytes)) {
            return format;
        }
    }
    return NULL;
}

numeral_status numeral_source_allows(const numeral_source *source, size_t count,
                                     size_t each, numeral_error *err)
{
    size_t bytes;
    if (!numeral_size_multiply(count, each, &bytes) || bytes > source->budget) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: %zu images of %zu bytes are more than the %llu bytes of "
                            "memory allowed",
                            source->name, count, each,
                            (unsigned long long)source->budget);
    }
    return NUMERAL_OK;
}

numeral_status numeral_source_make(const numeral_source *source, size_t n_images,
                                   size_t height, size_t width, numeral_dataset *out,
                                   numeral_error *err)
{
    size_t image_bytes;
    if (n_images == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no images",
                            source->name);
    }
    if (height == 0 || width == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: images of %zu × %zu pixels, expected at least 1 × 1",
                            source->name, height, width);
    }
    if (!numeral_size_multiply(height, width, &image_bytes) ||
        image_bytes > NUMERAL_MAX_PIXELS) {
        return numeral_fail(err, NUMERAL_ERROR_LIMIT,
                            "%s: images of %zu × %zu pixels, at most %zu pixels allowed",
                            source->name, height, width, NUMERAL_MAX_PIXELS);
    }
    numeral_status status = numeral_source_allows(source, n_images, image_bytes, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    out->pixels = numeral_allocate(n_images, image_bytes, err);
    if (!out->pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    out->n_images = n_images;
    out->height = height;
    out->width = width;
    return NUMERAL_OK;
}
