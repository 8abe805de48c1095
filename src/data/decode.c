/* From bytes to a data set: take gzip off, recognise, read, check. */
#include <numeral/dataset.h>

#include <string.h>

#include "base/fail.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "data/format.h"
#include "data/unpack.h"

static const numeral_load defaults;

numeral_status numeral_unpack(const void *bytes, size_t n_bytes, const char *name,
                              const numeral_load *options, numeral_buffer *memory,
                              numeral_source *out, numeral_error *err)
{
    uint64_t budget = numeral_memory_budget(n_bytes);
    *memory = (numeral_buffer){.max_bytes =
                                   budget < SIZE_MAX / 2 ? (size_t)budget : SIZE_MAX / 2};
    *out = (numeral_source){name, bytes, n_bytes, budget, options ? options : &defaults};
    if (n_bytes == 0) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: is empty", name);
    }
    if (!numeral_gzip_recognised(bytes, n_bytes)) {
        return NUMERAL_OK;
    }
    numeral_status status = numeral_gzip_inflate(bytes, n_bytes, name, memory, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    out->bytes = memory->data;
    out->n_bytes = memory->size;
    out->budget = budget - memory->size;
    if (memory->size == 0) {
        numeral_buffer_free(memory);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: is empty", name);
    }
    return NUMERAL_OK;
}

static numeral_status fail_unknown(const char *name, numeral_error *err)
{
    return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                        "%s: not recognised, expected IDX, NPY, NPZ, CSV or an image "
                        "(PNG, JPEG, PNM, TIFF, BMP, GIF, WebP)",
                        name);
}

static numeral_status read_source(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    const numeral_format *format =
        numeral_format_recognise(source->bytes, source->n_bytes);
    if (!format) {
        return fail_unknown(source->name, err);
    }
    numeral_dataset made = {0};
    numeral_status status = format->read(source, &made, err);
    if (status == NUMERAL_OK) {
        made.name = numeral_copy_text(source->name, strlen(source->name), err);
        status = made.name ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&made);
        return status;
    }
    *out = made;
    return NUMERAL_OK;
}

numeral_status numeral_decode_set(const void *bytes, size_t n_bytes, const char *name,
                                  const numeral_load *options, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_buffer memory;
    numeral_source source;
    numeral_status status =
        numeral_unpack(bytes, n_bytes, name, options, &memory, &source, err);
    if (status == NUMERAL_OK) {
        status = read_source(&source, out, err);
        numeral_buffer_free(&memory);
    }
    return status;
}

numeral_status numeral_decode_labels(const void *bytes, size_t n_bytes, const char *name,
                                     uint8_t **labels, size_t *n_labels,
                                     numeral_error *err)
{
    numeral_buffer memory;
    numeral_source source;
    numeral_status status =
        numeral_unpack(bytes, n_bytes, name, NULL, &memory, &source, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    const numeral_format *format = numeral_format_recognise(source.bytes, source.n_bytes);
    status = format && format->read_labels
                 ? format->read_labels(&source, labels, n_labels, err)
                 : numeral_fail(err, NUMERAL_ERROR_FORMAT,
                                "%s: not recognised as labels, expected IDX, NPY or one "
                                "label a line",
                                name);
    numeral_buffer_free(&memory);
    return status;
}

numeral_status numeral_dataset_decode(const void *bytes, size_t n_bytes, const char *name,
                                      const numeral_load *options, numeral_dataset *out,
                                      numeral_error *err)
{
    numeral_dataset made;
    numeral_status status = numeral_decode_set(bytes, n_bytes, name, options, &made, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (options && options->need_labels && !made.labels) {
        numeral_dataset_free(&made);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no labels", name);
    }
    *out = made;
    return NUMERAL_OK;
}
