/* From bytes to a data set: take gzip off, recognise, read, check. */
#include "data/decode.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/set.h"
#include "image/foreign.h"

static bool is_known(const uint8_t *bytes, size_t n_bytes)
{
    return numeral_format_recognise(bytes, n_bytes) != NULL;
}

static numeral_status unpack(const void *bytes, size_t n_bytes, const char *name,
                             const numeral_load *options, numeral_unpacked *plain,
                             numeral_source *out, numeral_error *err)
{
    static const numeral_load defaults;
    numeral_status status =
        numeral_gzip_unpack(bytes, n_bytes, name, is_known, plain, err);
    if (status == NUMERAL_OK) {
        *out = (numeral_source){.name = name,
                                .bytes = plain->bytes,
                                .n_bytes = plain->n_bytes,
                                .budget = plain->budget,
                                .options = options ? options : &defaults};
    }
    return status;
}

numeral_status numeral_input_open(const char *path, const numeral_load *options,
                                  numeral_input *out, numeral_error *err)
{
    bool input = strcmp(path, "-") == 0;
    numeral_input made = {.path = path};
    /* read, not mapped: others may change the file between two passes over it */
    numeral_status status = numeral_bytes_read(path, SIZE_MAX / 2, &made.file, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = unpack(made.file.data, made.file.size, input ? "standard input" : path,
                    options, &made.plain, &made.source, err);
    if (status != NUMERAL_OK) {
        numeral_bytes_free(&made.file);
        return status;
    }
    made.source.stream = input;
    made.source.opens = true;
    *out = made;
    return NUMERAL_OK;
}

void numeral_input_close(numeral_input *input)
{
    numeral_buffer_free(&input->plain.memory);
    numeral_bytes_free(&input->file);
}

numeral_status numeral_source_read(const numeral_source *source, numeral_dataset *out,
                                   numeral_error *err)
{
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    const numeral_format *format =
        numeral_format_recognise(source->bytes, source->n_bytes);
    const char *words = numeral_foreign_words(source->bytes, source->n_bytes);
    if (words && (!format || format == &numeral_format_csv)) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%.200s: cannot be read, it is %s", source->name, words);
    }
    if (!format) {
        return numeral_fail(
            err, NUMERAL_ERROR_FORMAT,
            "%s: not recognised, expected IDX, NPY, NPZ, CSV, taught digits "
            "or an image (PNG, JPEG, PNM, TIFF, BMP, GIF, WebP)",
            source->name);
    }
    status = format->read(source, &made, err);
    if (status != NUMERAL_OK) { /* what is out of memory knows no file */
        numeral_fail_prefix(err, source->name);
        goto done;
    }
    TRY(numeral_dataset_rename(&made, source->name, "", err));
    *out = made;
    return NUMERAL_OK;
done:
    numeral_dataset_free(&made);
    return status;
}

numeral_status numeral_input_add_labels(const numeral_input *labels,
                                        const numeral_input *images,
                                        numeral_dataset *data, numeral_error *err)
{
    const numeral_source *source = &labels->source;
    const numeral_format *format =
        numeral_format_recognise(source->bytes, source->n_bytes);
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    if (!format || !format->read_labels) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: not recognised as labels, expected IDX, NPY or one "
                            "label a line",
                            source->name);
    }
    TRY(format->read_labels(source, &made, err));
    if (made.n_images != data->n_images) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: %zu labels for the %zu images of %s", source->name,
                         made.n_images, data->n_images, data->name));
    }
    if (images && !numeral_bytes_current(&images->file, images->path)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_IO,
                         "%s: was replaced while it was read; read it again",
                         images->path));
    }
    numeral_dataset_take_labels(data, &made);
done:
    numeral_dataset_free(&made);
    return status;
}

numeral_status numeral_dataset_decode(const void *bytes, size_t n_bytes, const char *name,
                                      const numeral_load *options, numeral_dataset *out,
                                      numeral_error *err)
{
    numeral_unpacked plain;
    numeral_source source;
    numeral_dataset made;
    numeral_status status = unpack(bytes, n_bytes, name, options, &plain, &source, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    TRY(numeral_source_read(&source, &made, err));
    if (source.options->need_labels && !made.labels) {
        numeral_dataset_free(&made);
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no labels", name));
    }
    *out = made;
done:
    numeral_buffer_free(&plain.memory);
    return status;
}
