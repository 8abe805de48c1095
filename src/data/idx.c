/* IDX, the format of MNIST (LeCun, Cortes & Burges 1998): two zero bytes, a type, a rank,
 * `rank` big-endian 32-bit sizes, then the values, big-endian, row-major. Rank 1 holds
 * labels, rank 2 vectors, rank 3 images; labels lie in a file of their own. */
#include "data/idx.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/text.h"
#include "data/array_labels.h"
#include "data/set.h"

enum { TYPE_U8 = 0x08, MAX_RANK = 3 };

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
            *out = (numeral_array){
                .kind = types[i].kind, .size = types[i].size, .big_endian = true};
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

static numeral_status read_head(const numeral_source *source, numeral_array *out,
                                numeral_error *err)
{
    const uint8_t *bytes = source->bytes;
    find_type(bytes[2], out);
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
    for (size_t i = 0; i < out->rank; i++) {
        out->shape[i] = big_endian_32(bytes + 4 + 4 * i);
    }
    return numeral_array_take(out, bytes, source->n_bytes, head_bytes, source->name, err);
}

static numeral_status read_images(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_array array;
    numeral_status status = read_head(source, &array, err);
    if (status == NUMERAL_OK && array.rank == 1) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds labels (IDX rank 1), expected images",
                            source->name);
    }
    return status == NUMERAL_OK ? numeral_array_read(&array, source, out, err) : status;
}

static numeral_status read_labels(const numeral_source *source, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_array array;
    const numeral_array *arrays[] = {&array};
    numeral_status status = read_head(source, &array, err);
    if (status == NUMERAL_OK && array.rank != 1) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds images (IDX rank %zu), expected labels (rank 1)",
                            source->name, array.rank);
    }
    return status == NUMERAL_OK ? numeral_array_labels(arrays, 1, source->name, out, err)
                                : status;
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

enum { LONGEST_ADDITION = 16 }; /* "-labels", "idx1" for "idx3", ".gz", and a zero */

bool numeral_idx_labels_name(const char *base, char out[NUMERAL_NAME_BYTES])
{
    char stem[NUMERAL_NAME_BYTES];
    if (strlen(base) + LONGEST_ADDITION > sizeof stem) {
        return false;
    }
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

char *numeral_idx_labels_beside(const char *path, char expected[NUMERAL_NAME_BYTES])
{
    const char *base = numeral_path_base(path);
    if (!numeral_idx_labels_name(base, expected) || strcmp(expected, base) == 0) {
        expected[0] = '\0';
        return NULL;
    }
    /* packed as the images are, or the other way round */
    size_t length = strlen(expected);
    bool packed = numeral_text_ends(expected, ".gz");
    for (int other = 0; other < 2; other++) {
        char found[NUMERAL_PATH_BYTES];
        numeral_status status =
            numeral_path_print(found, NULL, "%.*s%.*s%s", (int)(base - path), path,
                               (int)(packed && other ? length - 3 : length), expected,
                               other && !packed ? ".gz" : "");
        if (status == NUMERAL_OK && numeral_path_look(found) == NUMERAL_PATH_FILE) {
            return numeral_copy_text(found, strlen(found), NULL);
        }
    }
    return NULL;
}

/* Writes all of a file, packed where its name ends in .gz, but for its place. */
static numeral_status begin_file(const char *path, const uint8_t *head, size_t head_bytes,
                                 const uint8_t *values, size_t value_bytes,
                                 numeral_output **out, numeral_error *err)
{
    numeral_buffer plain = {.max_bytes = SIZE_MAX / 2}, packed = plain;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_output_create(path, out, err));
    if (!numeral_text_ends(path, ".gz")) {
        TRY(numeral_output_write(*out, head, head_bytes, err));
        TRY(numeral_output_write(*out, values, value_bytes, err));
        return NUMERAL_OK;
    }
    TRY(numeral_buffer_reserve(&plain, head_bytes + value_bytes, err));
    TRY(numeral_buffer_append(&plain, head, head_bytes, err));
    TRY(numeral_buffer_append(&plain, values, value_bytes, err));
    TRY(numeral_gzip_deflate(plain.data, plain.size, &packed, err));
    TRY(numeral_output_write(*out, packed.data, packed.size, err));
done:
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

static numeral_status begin_images(const numeral_dataset *data, const char *path,
                                   numeral_output **out, numeral_error *err)
{
    uint8_t head[16] = {0, 0, TYPE_U8, 3};
    put_32(head + 4, data->n_images);
    put_32(head + 8, data->height);
    put_32(head + 12, data->width);
    return begin_file(path, head, sizeof head, data->pixels,
                      data->n_images * data->height * data->width, out, err);
}

static numeral_status begin_labels(const numeral_dataset *data, const char *path,
                                   numeral_output **out, numeral_error *err)
{
    const char *base = numeral_path_base(path);
    char name[NUMERAL_NAME_BYTES], beside[NUMERAL_PATH_BYTES];
    uint8_t head[8] = {0, 0, TYPE_U8, 1};
    uint8_t *bytes = NULL;
    numeral_status status = NUMERAL_OK;
    if (!numeral_idx_labels_name(base, name)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%s: no name for the labels file follows from this name, "
                            "expected one that ends in .idx or -ubyte",
                            path);
    }
    TRY(numeral_dataset_byte_labels(data, &bytes, err));
    if (!bytes) {
        TRY(numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                         "%s: IDX holds labels of one byte, and some here are above "
                         "255: write .npz or .csv",
                         path));
    }
    put_32(head + 4, data->n_images);
    TRY(numeral_path_print(beside, err, "%.*s%s", (int)(base - path), path, name));
    TRY(begin_file(beside, head, sizeof head, bytes, data->n_images, out, err));
done:
    numeral_release(bytes);
    return status;
}

/* Images without labels are read with whatever labels lie beside them. */
static numeral_status check_no_labels(const char *path, numeral_error *err)
{
    char expected[NUMERAL_NAME_BYTES];
    char *found = numeral_idx_labels_beside(path, expected);
    numeral_status status =
        found ? numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                             "%s: no labels to write, but %.200s beside it has some of "
                             "other images; remove it first",
                             path, found)
              : NUMERAL_OK;
    numeral_release(found);
    return status;
}

static numeral_status write_images(const numeral_dataset *data, const char *path,
                                   numeral_error *err)
{
    numeral_output *images = NULL, *labels = NULL;
    numeral_status status = NUMERAL_OK;
    if (data->n_images > UINT32_MAX) {
        return numeral_fail(err, NUMERAL_ERROR_UNSUPPORTED,
                            "%s: IDX holds at most %u images, not %zu", path, UINT32_MAX,
                            data->n_images);
    }
    if (!data->labels) {
        TRY(check_no_labels(path, err));
        TRY(begin_images(data, path, &images, err));
        return numeral_output_commit(images, err);
    }
    TRY(begin_labels(data, path, &labels, err));
    TRY(begin_images(data, path, &images, err));
    return numeral_output_commit_pair(images, labels, err);
done:
    numeral_output_destroy(images);
    numeral_output_destroy(labels);
    return status;
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
