/* Finding, checking and reading the four files of an IDX set. Bytes are unpacked once:
 * what is hashed is what is decoded. */
#include "data/idx_set.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "data/decode.h"
#include "data/set.h"
#include "data/verified.h"

static const char *const file_names[NUMERAL_IDX_FILES] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte"};

/* What they are called elsewhere. */
static const char *const other_names[NUMERAL_IDX_FILES] = {
    NULL, NULL, "test-images-idx3-ubyte", "test-labels-idx1-ubyte"};

size_t numeral_idx_file_bytes(numeral_idx_file file)
{
    size_t n = file < NUMERAL_IDX_TEST_IMAGES ? 60000 : 10000;
    bool images = file == NUMERAL_IDX_TRAIN_IMAGES || file == NUMERAL_IDX_TEST_IMAGES;
    return images ? 16 + n * 28 * 28 : 8 + n;
}

const char *numeral_idx_file_name(numeral_idx_file file)
{
    return file_names[file];
}

/* Plain or packed, with a hyphen or with a dot before `idx`. */
static bool find_named(const char *folder, const char *name,
                       char path[NUMERAL_PATH_BYTES])
{
    static const char *const endings[] = {"", ".gz"};
    for (int dotted = 0; dotted < 2; dotted++) {
        for (int packed = 0; packed < 2; packed++) {
            if (numeral_path_print(path, NULL, "%s/%s%s", folder, name,
                                   endings[packed]) != NUMERAL_OK) {
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

static bool find_file(const char *folder, numeral_idx_file file,
                      char path[NUMERAL_PATH_BYTES])
{
    return find_named(folder, file_names[file], path) ||
           (other_names[file] && find_named(folder, other_names[file], path));
}

static bool has_split(const char *folder, numeral_idx_file images)
{
    char path[NUMERAL_PATH_BYTES];
    return find_file(folder, images, path) && find_file(folder, images + 1, path);
}

bool numeral_idx_set_present(const char *folder, numeral_split split)
{
    return (split == NUMERAL_SPLIT_TEST || has_split(folder, NUMERAL_IDX_TRAIN_IMAGES)) &&
           (split == NUMERAL_SPLIT_TRAIN || has_split(folder, NUMERAL_IDX_TEST_IMAGES));
}

static numeral_status check_digest(const void *bytes, size_t n_bytes, const char *name,
                                   const char *sha256, numeral_error *err)
{
    char found[NUMERAL_SHA256_TEXT];
    numeral_status status = numeral_sha256(bytes, n_bytes, found, err);
    if (status == NUMERAL_OK && strcmp(found, sha256) != 0) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%.300s: SHA-256 of the unpacked bytes is %s, expected %s",
                              name, found, sha256);
    }
    return status;
}

/* The same for a file that stays, looked at once. */
static numeral_status check_kept(const numeral_input *input, const char *sha256,
                                 numeral_error *err)
{
    const numeral_source *source = &input->source;
    if (numeral_verified_before(&input->file.about, sha256)) {
        return NUMERAL_OK;
    }
    numeral_status status =
        check_digest(source->bytes, source->n_bytes, source->name, sha256, err);
    if (status == NUMERAL_OK) {
        numeral_verified_remember(&input->file.about, sha256);
    }
    return status;
}

numeral_status numeral_idx_file_check(const char *path, const char *name,
                                      const char *sha256, size_t most_bytes,
                                      numeral_error *err)
{
    numeral_bytes file = {0};
    numeral_buffer plain = {.max_bytes = most_bytes};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_bytes_read(path, SIZE_MAX / 2, &file, err));
    if (numeral_gzip_recognised(file.data, file.size)) {
        TRY(numeral_gzip_inflate(file.data, file.size, name, &plain, err));
        status = check_digest(plain.data, plain.size, name, sha256, err);
    } else {
        status = check_digest(file.data, file.size, name, sha256, err);
    }
done:
    numeral_buffer_free(&plain);
    numeral_bytes_free(&file);
    return status;
}

bool numeral_idx_set_has(const char *folder, numeral_idx_file file, const char *sha256)
{
    char path[NUMERAL_PATH_BYTES];
    return find_file(folder, file, path) &&
           numeral_idx_file_check(path, path, sha256, numeral_idx_file_bytes(file),
                                  NULL) == NUMERAL_OK;
}

typedef struct idx_set {
    const char *folder, *name;
    const char *const *sha256; /* of the four files, or NULL */
} idx_set;

/* Whoever wants what lies there may have it, but not by that name. */
static numeral_status fail_other(const idx_set *set, const char *path, numeral_error *err)
{
    return numeral_fail(
        err, NUMERAL_ERROR_FORMAT,
        "%.200s: is not %s's, its SHA-256 is another; to read it give the "
        "path, not the name: %.200s",
        path, set->name, set->folder);
}

static numeral_status read_split(const void *context, numeral_split split,
                                 numeral_dataset *out, numeral_error *err)
{
    const idx_set *set = context;
    numeral_idx_file first =
        split == NUMERAL_SPLIT_TRAIN ? NUMERAL_IDX_TRAIN_IMAGES : NUMERAL_IDX_TEST_IMAGES;
    char paths[2][NUMERAL_PATH_BYTES]; /* images, labels */
    numeral_input inputs[2] = {0};
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    for (unsigned i = 0; i < 2; i++) {
        if (!find_file(set->folder, first + i, paths[i])) {
            TRY(numeral_fail(err, NUMERAL_ERROR_IO, "%s: holds no %s (or .gz)",
                             set->folder, file_names[first + i]));
        }
        TRY(numeral_input_open(paths[i], NULL, &inputs[i], err));
    }
    /* labels first: they are small and tell one set from another */
    for (unsigned i = 2; set->sha256 && i-- > 0;) {
        status = check_kept(&inputs[i], set->sha256[first + i], err);
        if (status == NUMERAL_ERROR_FORMAT) {
            status = fail_other(set, paths[i], err);
        }
        TRY(status);
    }
    TRY(numeral_source_read(&inputs[0].source, &made, err));
    TRY(numeral_input_add_labels(&inputs[1], &inputs[0], &made, err));
    *out = made;
    made = (numeral_dataset){0};
done:
    numeral_dataset_free(&made);
    numeral_input_close(&inputs[0]);
    numeral_input_close(&inputs[1]);
    return status;
}

numeral_status numeral_idx_set_load(const char *folder, const char *name,
                                    const char *const *sha256, numeral_split split,
                                    numeral_dataset *out, numeral_error *err)
{
    return numeral_dataset_read_splits(read_split, &(idx_set){folder, name, sha256},
                                       split, folder, out, err);
}
