/* IDX, the format of MNIST (LeCun, Cortes & Burges 1998): two zero bytes, a type, a rank,
 * `rank` big-endian 32-bit sizes, then the values, big-endian, row-major. Rank 1 holds
 * labels, rank 2 vectors, rank 3 images; labels lie in a file of their own. */
#include "data/idx.h"

#include <stdio.h>
#include <string.h>

#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "data/array.h"
#include "data/format.h"

enum { TYPE_U8 = 0x08, MAX_RANK = 3 };

typedef struct idx_head {
    size_t rank;
    size_t sizes[MAX_RANK];
    numeral_array values;
} idx_head;

/* The value type of an IDX type byte; false: there is none. */
static bool find_type(uint8_t type, numeral_array *out)
{
    static const struct {
        uint8_t type;
        char kind;
        uint8_t size;
    } types[] = {{TYPE_U8, 'u', 1}, {0x09, 'i', 1}, {0x0B, 'i', 2},
                 {0x0C, 'i', 4},    {0x0D, 'f', 4}, {0x0E, 'f', 8}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == type) {
            *out = (numeral_array){NULL, 0, types[i].kind, types[i].size, true};
            return true;
        }
    }
    return false;
}

static bool recognise(const uint8_t *bytes, size_t n_bytes)
{
    numeral_array ignored;
    return n_bytes >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[3] > 0 &&
           find_type(bytes[2], &ignored);
}

static uint32_t big_endian_32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static numeral_status read_head(const numeral_source *source, idx_head *out,
                                numeral_error *err)
{
    const uint8_t *bytes = source->bytes;
    find_type(bytes[2], &out->values);
    out->rank = bytes[3];
    if (out->rank > MAX_RANK) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: IDX rank %zu, expected 1 (labels), 2 (vectors) or 3 "
                            "(images)",
                            source->name, out->rank);
    }
    size_t head_bytes = 4 + 4 * out->rank;
    if (source->n_bytes < head_bytes) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: IDX header ends after %zu of %zu bytes", source->name,
                            source->n_bytes, head_bytes);
    }
    size_t n = 1;
    bool fits = true;
    for (size_t i = 0; i < out->rank; i++) {
        out->sizes[i] = big_endian_32(bytes + 4 + 4 * i);
        fits = fits && numeral_size_multiply(n, out->sizes[i], &n);
    }
    size_t value_bytes = 0;
    fits = fits && numeral_size_multiply(n, out->values.size, &value_bytes);
    if (!fits || value_bytes != source->n_bytes - head_bytes) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: row count %zu does not fit a file of %zu bytes%s",
                            source->name, out->sizes[0], source->n_bytes,
                            fits && value_bytes < source->n_bytes - head_bytes
                                ? " (bytes follow the last row)"
                                : " (truncated, or a wrong header)");
    }
    out->values.n = n;
    out->values.data = bytes + head_bytes;
    return NUMERAL_OK;
}

static numeral_status read_images(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    idx_head head;
    numeral_status status = read_head(source, &head, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (head.rank == 1) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds labels (IDX rank 1), expected images",
                            source->name);
    }
    size_t height = head.sizes[1], width = head.sizes[2];
    if (head.rank == 2) {
        numeral_vector_shape(head.sizes[1], &height, &width);
    }
    numeral_survey survey = {0};
    status = numeral_source_make(source, head.sizes[0], height, width, out, err);
    if (status == NUMERAL_OK) {
        status = numeral_array_survey(&head.values, source->name, &survey, err);
    }
    if (status == NUMERAL_OK) {
        out->rescaled = numeral_array_to_pixels(&head.values, &survey, out->pixels);
    }
    return status;
}

static numeral_status read_labels(const numeral_source *source, uint8_t **labels,
                                  size_t *n_labels, numeral_error *err)
{
    idx_head head;
    numeral_status status = read_head(source, &head, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (head.rank != 1) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds images (IDX rank %zu), expected labels (rank 1)",
                            source->name, head.rank);
    }
    uint8_t *made = numeral_allocate(head.values.n, 1, err);
    if (!made) {
        return NUMERAL_ERROR_MEMORY;
    }
    status = numeral_array_to_labels(&head.values, source->name, made, err);
    if (status != NUMERAL_OK) {
        numeral_release(made);
        return status;
    }
    *labels = made;
    *n_labels = head.values.n;
    return NUMERAL_OK;
}

/* `base` with its last `from` replaced by `to`, written to `out`; false: not there. */
static bool replace_last(const char *base, const char *from, const char *to, char *out,
                         size_t out_bytes)
{
    const char *found = NULL;
    for (const char *at = strstr(base, from); at; at = strstr(at + 1, from)) {
        found = at;
    }
    if (!found) {
        return false;
    }
    int length = snprintf(out, out_bytes, "%.*s%s%s", (int)(found - base), base, to,
                          found + strlen(from));
    return length > 0 && (size_t)length < out_bytes;
}

bool numeral_idx_labels_name(const char *base, char out[NUMERAL_NAME_BYTES])
{
    char stem[NUMERAL_NAME_BYTES];
    if (replace_last(base, "images", "labels", stem, sizeof stem)) {
        return replace_last(stem, "idx3", "idx1", out, NUMERAL_NAME_BYTES) ||
               replace_last(stem, "idx2", "idx1", out, NUMERAL_NAME_BYTES) ||
               snprintf(out, NUMERAL_NAME_BYTES, "%s", stem) > 0;
    }
    return replace_last(base, "-idx3-ubyte", "-labels-idx1-ubyte", out,
                        NUMERAL_NAME_BYTES) ||
           replace_last(base, ".idx", "-labels.idx", out, NUMERAL_NAME_BYTES) ||
           replace_last(base, "-ubyte", "-labels-ubyte", out, NUMERAL_NAME_BYTES);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

static numeral_status write_file(const char *path, const uint8_t *head, size_t head_bytes,
                                 const uint8_t *values, size_t value_bytes,
                                 numeral_error *err)
{
    numeral_buffer plain = {.max_bytes = SIZE_MAX / 2}, packed = plain;
    numeral_status status = numeral_buffer_reserve(&plain, head_bytes + value_bytes, err);
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(&plain, head, head_bytes, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_buffer_append(&plain, values, value_bytes, err);
    }
    const numeral_buffer *from = &plain;
    if (status == NUMERAL_OK && ends_with(path, ".gz")) {
        status = numeral_gzip_deflate(plain.data, plain.size, &packed, err);
        from = &packed;
    }
    if (status == NUMERAL_OK) {
        status = numeral_output_save(path, from->data, from->size, err);
    }
    numeral_buffer_free(&packed);
    numeral_buffer_free(&plain);
    return status;
}

static void put_32(uint8_t *bytes, size_t value)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static numeral_status write_labels(const numeral_dataset *data, const char *path,
                                   numeral_error *err)
{
    const char *base = numeral_path_base(path);
    char name[NUMERAL_NAME_BYTES], folder[4096];
    if (strlen(base) + 16 > sizeof name || !numeral_idx_labels_name(base, name)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: no name for the labels file follows from this name, "
                            "expected one that ends in .idx or -ubyte",
                            path);
    }
    int length =
        snprintf(folder, sizeof folder, "%.*s%s", (int)(base - path), path, name);
    if (length < 0 || (size_t)length >= sizeof folder) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.100s...: path too long",
                            path);
    }
    uint8_t head[8] = {0, 0, TYPE_U8, 1};
    put_32(head + 4, data->n_images);
    return write_file(folder, head, sizeof head, data->labels, data->n_images, err);
}

static numeral_status write_images(const numeral_dataset *data, const char *path,
                                   numeral_error *err)
{
    uint8_t head[16] = {0, 0, TYPE_U8, 3};
    if (data->n_images > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: IDX holds at most %u images, not %zu", path, UINT32_MAX,
                            data->n_images);
    }
    put_32(head + 4, data->n_images);
    put_32(head + 8, data->height);
    put_32(head + 12, data->width);
    numeral_status status = data->labels ? write_labels(data, path, err) : NUMERAL_OK;
    if (status != NUMERAL_OK) {
        return status;
    }
    return write_file(path, head, sizeof head, data->pixels,
                      data->n_images * data->height * data->width, err);
}

const numeral_format numeral_format_idx = {
    .entry = {.name = "idx",
              .help = "MNIST's format: images, with their labels file beside them",
              .source = "LeCun, Cortes & Burges 1998"},
    .recognise = recognise,
    .read = read_images,
    .read_labels = read_labels,
    .write = write_images,
};
