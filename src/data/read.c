/* A file or a folder, with labels from the file itself, from another one, or from the one
 * that lies beside it by name. */
#include "data/read.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/decode.h"
#include "data/folder.h"
#include "data/idx.h"
#include "data/notes.h"

static numeral_status add_labels(const char *path, const numeral_input *images,
                                 numeral_dataset *data, numeral_error *err)
{
    numeral_input labels;
    numeral_status status = numeral_input_open(path, NULL, &labels, err);
    if (status == NUMERAL_OK) {
        status = numeral_input_add_labels(&labels, images, data, err);
        numeral_input_close(&labels);
    }
    return status;
}

/* EMNIST (Cohen et al. 2017) stores each image by columns, in its IDX files and in the
 * CSV files made of them. */
static void turn_emnist(const char *path, const numeral_load *options,
                        numeral_dataset *data)
{
    const char *base = numeral_path_base(path);
    size_t side = data->height;
    if (strncmp(base, "emnist-", 7) != 0 || side != data->width || data->inputs) {
        return;
    }
    for (size_t i = 0; i < data->n_images; i++) {
        uint8_t *image = data->pixels + i * side * side;
        for (size_t y = 0; y < side; y++) {
            for (size_t x = y + 1; x < side; x++) {
                uint8_t swap = image[y * side + x];
                image[y * side + x] = image[x * side + y];
                image[x * side + y] = swap;
            }
        }
    }
    numeral_note(options, NUMERAL_NOTE_DOUBT,
                 "%.300s: EMNIST stores its images by columns; they are turned", path);
}

static numeral_status read_file(const char *path, const char *labels_path,
                                const numeral_load *options, numeral_dataset *out,
                                numeral_error *err)
{
    numeral_input images = {0};
    char expected[NUMERAL_NAME_BYTES] = "";
    char *found = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_input_open(path, options, &images, err));
    TRY(numeral_source_read(&images.source, out, err));
    turn_emnist(path, options, out);
    /* the file stays open until its labels are read; what was unpacked is not needed */
    numeral_buffer_free(&images.plain.memory);
    if (!labels_path && !out->labels && !out->inputs && strcmp(path, "-") != 0) {
        found = numeral_idx_labels_beside(path, expected);
        labels_path = found;
    }
    if (labels_path) {
        TRY(add_labels(labels_path, &images, out, err));
    } else if (images.source.options->need_labels && !out->labels) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no labels%s%.200s",
                         out->name,
                         expected[0] ? ", and beside it there is no "
                                     : ", expected a column label, an array y, or a "
                                       "folder with a sub-folder for each label",
                         expected));
    }
done:
    numeral_release(found);
    numeral_input_close(&images);
    return status;
}

static numeral_status read_folder(const char *path, const char *labels_path,
                                  const numeral_load *options, numeral_dataset *out,
                                  numeral_error *err)
{
    static const numeral_load defaults;
    options = options ? options : &defaults;
    numeral_status status = numeral_folder_read(path, options, out, err);
    if (status == NUMERAL_OK && labels_path) {
        return add_labels(labels_path, NULL, out, err);
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
    numeral_dataset made = {0};
    bool folder =
        strcmp(path, "-") != 0 && numeral_path_look(path) == NUMERAL_PATH_FOLDER;
    numeral_status status = folder ? read_folder(path, labels_path, options, &made, err)
                                   : read_file(path, labels_path, options, &made, err);
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&made);
        return status;
    }
    *out = made;
    return NUMERAL_OK;
}
