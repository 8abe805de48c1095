#include "data/read.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/folder.h"
#include "data/idx.h"
#include "data/unpack.h"

static bool strip_gz(char *name)
{
    size_t length = strlen(name);
    if (length < 3 || strcmp(name + length - 3, ".gz") != 0) {
        return false;
    }
    name[length - 3] = '\0';
    return true;
}

/* The path of `name` in the folder of `path` where such a file exists, else NULL. */
static char *beside(const char *path, const char *name)
{
    char folder[4096];
    int length = (int)(numeral_path_base(path) - path);
    if (length >= (int)sizeof folder) {
        return NULL;
    }
    snprintf(folder, sizeof folder, "%.*s", length, path);
    char *joined = length ? numeral_path_join(folder, name, NULL)
                          : numeral_copy_text(name, strlen(name), NULL);
    if (joined && numeral_path_look(joined) != NUMERAL_PATH_FILE) {
        numeral_release(joined);
        joined = NULL;
    }
    return joined;
}

/* The labels file beside an images file, packed as it is or the other way round; NULL:
 * none. `expected` gets its name, or "" where none follows from the images' name. */
static char *find_labels(const char *path, char expected[NUMERAL_NAME_BYTES])
{
    const char *base = numeral_path_base(path);
    expected[0] = '\0';
    if (strlen(base) + 16 > NUMERAL_NAME_BYTES ||
        !numeral_idx_labels_name(base, expected) || strcmp(expected, base) == 0) {
        expected[0] = '\0';
        return NULL;
    }
    char *found = beside(path, expected);
    if (!found) {
        char other[NUMERAL_NAME_BYTES + 4];
        snprintf(other, sizeof other, "%s", expected);
        if (!strip_gz(other)) {
            strcat(other, ".gz");
        }
        found = beside(path, other);
    }
    return found;
}

static numeral_status add_labels(const char *path, const char *images_name,
                                 numeral_dataset *data, numeral_error *err)
{
    numeral_bytes bytes;
    numeral_status status = numeral_bytes_map(path, &bytes, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    uint8_t *labels = NULL;
    size_t n_labels = 0;
    status = numeral_decode_labels(bytes.data, bytes.size, path, &labels, &n_labels, err);
    numeral_bytes_free(&bytes);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (n_labels != data->n_images) {
        numeral_release(labels);
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: %zu labels for the %zu images of %s", path, n_labels,
                            data->n_images, images_name);
    }
    numeral_release(data->labels);
    data->labels = labels;
    return NUMERAL_OK;
}

static numeral_status read_file(const char *path, const char *labels_path,
                                const numeral_load *options, numeral_dataset *out,
                                numeral_error *err)
{
    bool input = strcmp(path, "-") == 0;
    const char *name = input ? "standard input" : path;
    numeral_bytes bytes;
    numeral_status status = input ? numeral_bytes_read(path, SIZE_MAX / 2, &bytes, err)
                                  : numeral_bytes_map(path, &bytes, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    status = numeral_decode_set(bytes.data, bytes.size, name, options, out, err);
    numeral_bytes_free(&bytes);
    if (status != NUMERAL_OK) {
        return status;
    }
    char expected[NUMERAL_NAME_BYTES] = "";
    char *found = NULL;
    if (!labels_path && !out->labels && !out->inputs && !input) {
        found = find_labels(path, expected);
        labels_path = found;
    }
    if (labels_path) {
        status = add_labels(labels_path, name, out, err);
    } else if (options && options->need_labels && !out->labels) {
        status =
            numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no labels%s%.200s", name,
                         expected[0] ? ", and beside it there is no " : "", expected);
    }
    numeral_release(found);
    return status;
}

static numeral_status read_folder(const char *path, const char *labels_path,
                                  const numeral_load *options, numeral_dataset *out,
                                  numeral_error *err)
{
    numeral_status status = numeral_folder_read(path, options, out, err);
    if (status == NUMERAL_OK && labels_path) {
        return add_labels(labels_path, path, out, err);
    }
    if (status == NUMERAL_OK && options->need_labels && !out->labels) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: holds no labels, expected one sub-folder for each",
                            path);
    }
    return status;
}

numeral_status numeral_data_read(const char *path, const char *labels_path,
                                 const numeral_load *options, numeral_dataset *out,
                                 numeral_error *err)
{
    static const numeral_load defaults;
    numeral_dataset made = {0};
    numeral_status status =
        numeral_path_look(path) == NUMERAL_PATH_FOLDER && strcmp(path, "-") != 0
            ? read_folder(path, labels_path, options ? options : &defaults, &made, err)
            : read_file(path, labels_path, options, &made, err);
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&made);
        return status;
    }
    *out = made;
    return NUMERAL_OK;
}
