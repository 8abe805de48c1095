/* Finding, checking and reading the four files of an IDX set. Bytes are unpacked once:
 * what is hashed is what is decoded. */
#include "data/idx_set.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "data/unpack.h"

enum { PATH_BYTES = 4096 };

static const char *const file_names[NUMERAL_IDX_FILES] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

const char *numeral_idx_file_name(numeral_idx_file file)
{
    return file_names[file];
}

static bool find_file(const char *folder, numeral_idx_file file, char path[PATH_BYTES])
{
    static const char *const endings[] = {"", ".gz"};
    for (int dotted = 0; dotted < 2; dotted++) {
        for (int packed = 0; packed < 2; packed++) {
            int length = snprintf(path, PATH_BYTES, "%s/%s%s", folder, file_names[file],
                                  endings[packed]);
            if (length < 0 || length >= PATH_BYTES) {
                return false;
            }
            if (dotted) {
                *strstr(path + strlen(folder), "-idx") = '.';
            }
            if (numeral_path_look(path) == NUMERAL_PATH_FILE) {
                return true;
            }
        }
    }
    return false;
}

static bool has_part(const char *folder, numeral_idx_file images)
{
    char path[PATH_BYTES];
    return find_file(folder, images, path) && find_file(folder, images + 1, path);
}

bool numeral_idx_set_present(const char *folder, numeral_split split)
{
    return (split == NUMERAL_SPLIT_TEST || has_part(folder, NUMERAL_IDX_TRAIN_IMAGES)) &&
           (split == NUMERAL_SPLIT_TRAIN || has_part(folder, NUMERAL_IDX_TEST_IMAGES));
}

static numeral_status check_digest(const numeral_source *source, const char *sha256,
                                   bool *differs, numeral_error *err)
{
    char found[NUMERAL_SHA256_TEXT];
    numeral_status status = numeral_sha256(source->bytes, source->n_bytes, found, err);
    if (status == NUMERAL_OK && strcmp(found, sha256) != 0) {
        if (differs) {
            *differs = true;
        }
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: SHA-256 of the unpacked bytes is %s, expected %s",
                              source->name, found, sha256);
    }
    return status;
}

/* A file's bytes, unpacked and checked. */
typedef struct unpacked {
    numeral_bytes bytes;
    numeral_buffer memory;
    numeral_source source;
} unpacked;

static void close_file(unpacked *file)
{
    numeral_buffer_free(&file->memory);
    numeral_bytes_free(&file->bytes);
}

static numeral_status open_file(const char *path, const char *sha256, bool *differs,
                                unpacked *out, numeral_error *err)
{
    *out = (unpacked){0};
    numeral_status status = numeral_bytes_map(path, &out->bytes, err);
    if (status == NUMERAL_OK) {
        status = numeral_unpack(out->bytes.data, out->bytes.size, path, NULL,
                                &out->memory, &out->source, err);
    }
    if (status == NUMERAL_OK && sha256) {
        status = check_digest(&out->source, sha256, differs, err);
    }
    if (status != NUMERAL_OK) {
        close_file(out);
    }
    return status;
}

numeral_status numeral_idx_file_check(const char *path, const char *sha256, bool *differs,
                                      numeral_error *err)
{
    unpacked file;
    numeral_status status = open_file(path, sha256, differs, &file, err);
    if (status == NUMERAL_OK) {
        close_file(&file);
    }
    return status;
}

bool numeral_idx_set_has(const char *folder, numeral_idx_file file, const char *sha256)
{
    char path[PATH_BYTES];
    return find_file(folder, file, path) &&
           numeral_idx_file_check(path, sha256, NULL, NULL) == NUMERAL_OK;
}

static numeral_status read_images(const char *path, const char *sha256, bool *differs,
                                  numeral_dataset *out, numeral_error *err)
{
    unpacked file;
    numeral_status status = open_file(path, sha256, differs, &file, err);
    if (status == NUMERAL_OK) {
        status = numeral_decode_set(file.source.bytes, file.source.n_bytes, path, NULL,
                                    out, err);
        close_file(&file);
    }
    return status;
}

static numeral_status read_labels(const char *path, const char *sha256, bool *differs,
                                  numeral_dataset *data, numeral_error *err)
{
    unpacked file;
    numeral_status status = open_file(path, sha256, differs, &file, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    uint8_t *labels = NULL;
    size_t n = 0;
    status = numeral_decode_labels(file.source.bytes, file.source.n_bytes, path, &labels,
                                   &n, err);
    close_file(&file);
    if (status == NUMERAL_OK && n != data->n_images) {
        numeral_release(labels);
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: %zu labels for the %zu images beside it", path, n,
                              data->n_images);
    }
    if (status == NUMERAL_OK) {
        numeral_release(data->labels);
        data->labels = labels;
    }
    return status;
}

static numeral_status read_part(const char *folder, numeral_idx_file images,
                                const char *const *sha256, bool *differs,
                                numeral_dataset *out, numeral_error *err)
{
    char images_path[PATH_BYTES];
    char labels_path[PATH_BYTES];
    for (int i = 0; i < 2; i++) {
        if (!find_file(folder, images + (unsigned)i, i ? labels_path : images_path)) {
            return numeral_fail(err, NUMERAL_ERROR_IO, "%s: holds no %s (or .gz)", folder,
                                file_names[images + (unsigned)i]);
        }
    }
    numeral_dataset made = {0};
    const char *const *digests = sha256 ? sha256 + images : NULL;
    /* labels first: they are small and tell one set from another */
    numeral_status status =
        digests ? numeral_idx_file_check(labels_path, digests[1], differs, err)
                : NUMERAL_OK;
    if (status == NUMERAL_OK) {
        status =
            read_images(images_path, digests ? digests[0] : NULL, differs, &made, err);
    }
    if (status == NUMERAL_OK) {
        status = read_labels(labels_path, NULL, differs, &made, err);
    }
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&made);
        return status;
    }
    numeral_release(made.name);
    made.name = NULL;
    *out = made;
    return NUMERAL_OK;
}

numeral_status numeral_idx_set_load(const char *folder, const char *const *sha256,
                                    numeral_split split, numeral_dataset *out,
                                    bool *differs, numeral_error *err)
{
    numeral_dataset train = {0};
    numeral_dataset test = {0};
    numeral_status status = NUMERAL_OK;
    if (split != NUMERAL_SPLIT_TEST) {
        status =
            read_part(folder, NUMERAL_IDX_TRAIN_IMAGES, sha256, differs, &train, err);
    }
    if (status == NUMERAL_OK && split != NUMERAL_SPLIT_TRAIN) {
        status = read_part(folder, NUMERAL_IDX_TEST_IMAGES, sha256, differs, &test, err);
    }
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&train);
        return status;
    }
    if (split == NUMERAL_SPLIT_ALL) {
        return numeral_dataset_join_splits(&train, &test, folder, out, err);
    }
    *out = split == NUMERAL_SPLIT_TRAIN ? train : test;
    return NUMERAL_OK;
}
