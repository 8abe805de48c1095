/* Pictures as rows: a file holds one, standard input perhaps several. */
#include <stdio.h>
#include <string.h>

#include "base/budget.h"
#include "base/fail.h"
#include "base/memory.h"
#include "data/format.h"
#include "data/notes.h"
#include "data/set.h"
#include "image/image_codec.h"

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    return numeral_image_recognised(bytes, n_bytes);
}

/* Rows that grow one by one, since a stream does not say how many there will be. */
typedef struct rows {
    const numeral_source *source;
    numeral_buffer pixels;
    numeral_buffer inputs; /* of char *, owned */
    size_t height, width;
    size_t n;
} rows;

static void free_rows(rows *r)
{
    for (size_t i = 0; i < r->inputs.size / sizeof(char *); i++) {
        numeral_release(((char **)(void *)r->inputs.data)[i]);
    }
    numeral_buffer_free(&r->inputs);
    numeral_buffer_free(&r->pixels);
}

/* Picture number `number` of a stream is called so; one alone by the source's name. */
static numeral_status add_input(rows *r, size_t number, bool alone, numeral_error *err)
{
    char text[400];
    snprintf(text, sizeof text, alone ? "%.380s" : "%.380s[%zu]", r->source->name,
             number);
    char *name = numeral_copy_text(alone ? r->source->name : text, SIZE_MAX / 2, err);
    if (!name) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = numeral_buffer_append(&r->inputs, &name, sizeof name, err);
    if (status != NUMERAL_OK) {
        numeral_release(name);
    }
    return status;
}

static numeral_status add_pixels(rows *r, const numeral_image *image, numeral_error *err)
{
    const numeral_load *options = r->source->options;
    bool keep = options->frame == NUMERAL_FRAME_KEEP;
    numeral_status status = NUMERAL_OK;
    if (r->n == 0) {
        r->height = keep ? image->height : options->height ? options->height : 28;
        r->width = keep ? image->width : options->width ? options->width : 28;
    }
    if (keep && (image->height != r->height || image->width != r->width)) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: pictures of %zu × %zu and %zu × %zu pixels, expected "
                            "one size",
                            r->source->name, r->height, r->width, image->height,
                            image->width);
    }
    size_t size = r->height * r->width;
    TRY(numeral_source_allows(r->source, r->n + 1, size, err));
    TRY(numeral_buffer_reserve(&r->pixels, size, err));
    if (keep) {
        memcpy(r->pixels.data + r->pixels.size, image->pixels, size);
    } else {
        TRY(numeral_load_frame(options, image, r->height, r->width,
                               r->pixels.data + r->pixels.size, err));
    }
    r->pixels.size += size;
    r->n++;
done:
    return status;
}

/* Adds the picture in n bytes from `from` on; a bad one is left out where notes go on. */
static numeral_status add_picture(rows *r, size_t from, size_t n, size_t number,
                                  bool alone, numeral_error *err)
{
    const numeral_source *source = r->source;
    numeral_image image = {0};
    numeral_error why;
    uint64_t own = alone ? source->budget : numeral_memory_budget(n);
    numeral_status status = numeral_image_decode_page(
        source->bytes + from, n, source->name, 0,
        own < source->budget ? own : source->budget, &image, &why);
    if (status != NUMERAL_OK && !alone && numeral_notes_go_on(source->options)) {
        numeral_note(source->options, NUMERAL_NOTE_BAD, "%s (picture %zu)", why.text,
                     number);
        return NUMERAL_OK;
    }
    TRY(status == NUMERAL_OK ? status : numeral_fail(err, status, "%s", why.text));
    TRY(add_input(r, number, alone, err));
    TRY(add_pixels(r, &image, err));
done:
    numeral_image_free(&image);
    return status;
}

static numeral_status read(const numeral_source *source, numeral_dataset *out,
                           numeral_error *err)
{
    rows r = {.source = source,
              .pixels = {.max_bytes = SIZE_MAX / 2},
              .inputs = {.max_bytes = SIZE_MAX / 2}};
    size_t end = source->n_bytes, from = 0;
    numeral_status status = NUMERAL_OK;
    if (source->stream) {
        end = numeral_image_next(source->bytes, source->n_bytes, 0);
    }
    bool alone = end == source->n_bytes;
    size_t n_pages = numeral_image_pages(source->bytes, end);
    if (alone && n_pages > 1) {
        numeral_note(source->options, NUMERAL_NOTE_DOUBT,
                     "%.300s: of its %zu pages the first is read; numeral read reads all",
                     source->name, n_pages);
    }
    for (size_t number = 0;; number++) {
        TRY(add_picture(&r, from, end - from, number, alone, err));
        if (end == source->n_bytes) {
            break;
        }
        for (from = end; source->bytes[from] == '\n' || source->bytes[from] == '\r';) {
            from++;
        }
        end = numeral_image_next(source->bytes, source->n_bytes, from);
    }
    if (r.n == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: none of its pictures is whole",
                         source->name));
    }
    out->n_images = r.n;
    out->height = r.height;
    out->width = r.width;
    out->framed = source->options->frame != NUMERAL_FRAME_KEEP;
    out->pixels = r.pixels.data;
    out->inputs = (char **)(void *)r.inputs.data;
    r.pixels = r.inputs = (numeral_buffer){0};
done:
    free_rows(&r);
    return status;
}

const numeral_format numeral_format_image = {
    .entry = {.name = "image",
              .help = "one picture of a digit: PNG, JPEG, PNM, TIFF, BMP, GIF or WebP; "
                      "in standard input several",
              .source = ""},
    .recognise = recognise,
    .read = read,
};
