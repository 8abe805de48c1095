/* One image as a set of one row. */
#include <string.h>

#include <numeral/image.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/format.h"

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return numeral_image_recognised(bytes, n_bytes);
}

static numeral_status frame(const numeral_source *source, const numeral_image *image,
                            numeral_dataset *out, numeral_error *err)
{
    const numeral_load *options = source->options;
    size_t height = options->height ? options->height : 28;
    size_t width = options->width ? options->width : 28;
    numeral_status status = numeral_source_make(source, 1, height, width, out, err);
    out->framed = true;
    return status == NUMERAL_OK
               ? numeral_image_frame(image, height, width, out->pixels, err)
               : status;
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    numeral_image image = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_image_decode(source->bytes, source->n_bytes, source->name, &image, err));
    if (source->options->frame == NUMERAL_FRAME_KEEP) {
        out->pixels = image.pixels;
        out->height = image.height;
        out->width = image.width;
        out->n_images = 1;
        image.pixels = NULL;
    } else {
        TRY(frame(source, &image, out, err));
    }
    TRY_ALLOC(out->inputs = numeral_allocate_zero(1, sizeof *out->inputs, err));
    TRY_ALLOC(out->inputs[0] =
                  numeral_copy_text(source->name, strlen(source->name), err));
done:
    numeral_image_free(&image);
    return status;
}

const numeral_format numeral_format_image = {
    .entry = {.name = "image",
              .help = "one picture of a digit: PNG, JPEG, PNM, TIFF, BMP, GIF or WebP",
              .source = ""},
    .recognise = recognise,
    .read = read,
};
