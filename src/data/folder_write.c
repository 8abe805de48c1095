/* A folder appears whole: it is made under a temporary name beside its place and renamed
 * at the end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <numeral/runtime.h>
#include <numeral/tools/output.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/folder.h"
#include "image/image_codec.h"

enum { PATH_BYTES = 4096 };

static numeral_status make_label_folders(const numeral_dataset *data, const char *folder,
                                         numeral_error *err)
{
    bool seen[256] = {false};
    for (size_t i = 0; i < data->n_images; i++) {
        seen[data->labels[i]] = true;
    }
    for (int label = 0; label < 256; label++) {
        char number[4], path[PATH_BYTES];
        const char *name = numeral_dataset_label_name(data, (uint8_t)label, number);
        if (!seen[label]) {
            continue;
        }
        if (strchr(name, '/') || name[0] == '.' || name[0] == '\0') {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                                "%s: label \"%.100s\" is no name for a folder", folder,
                                name);
        }
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
            return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.100s...: path too long",
                                folder);
        }
        numeral_status status = numeral_folder_create(path, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
}

static numeral_status write_row(const numeral_dataset *data, size_t row,
                                const char *folder, numeral_buffer *png,
                                numeral_error *err)
{
    char number[4], path[PATH_BYTES];
    const char *label =
        data->labels ? numeral_dataset_label_name(data, data->labels[row], number) : "";
    if ((size_t)snprintf(path, sizeof path, "%s/%s%s%06zu.png", folder, label,
                         *label ? "/" : "", row) >= sizeof path) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.100s...: path too long",
                            folder);
    }
    png->size = 0;
    numeral_status status =
        numeral_png_encode(data->pixels + row * data->height * data->width, data->height,
                           data->width, png, err);
    return status == NUMERAL_OK ? numeral_output_save(path, png->data, png->size, err)
                                : status;
}

static numeral_status write_all(const numeral_dataset *data, const char *folder,
                                numeral_error *err)
{
    numeral_buffer png = {.max_bytes = SIZE_MAX / 2};
    numeral_status status = numeral_folder_create(folder, err);
    if (status == NUMERAL_OK && data->labels) {
        status = make_label_folders(data, folder, err);
    }
    for (size_t row = 0; row < data->n_images && status == NUMERAL_OK; row++) {
        status = write_row(data, row, folder, &png, err);
    }
    numeral_buffer_free(&png);
    return status;
}

numeral_status numeral_folder_write(const numeral_dataset *data, const char *path,
                                    numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    char temporary[PATH_BYTES];
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (numeral_path_look(path) != NUMERAL_PATH_NONE) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%s: exists already", path);
    }
    if ((size_t)snprintf(temporary, sizeof temporary, "%.*s.%ld.tmp", (int)length, path,
                         (long)getpid()) >= sizeof temporary) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.100s...: path too long",
                            path);
    }
    char *final = numeral_copy_text(path, length, err);
    numeral_status status =
        final ? write_all(data, temporary, err) : NUMERAL_ERROR_MEMORY;
    if (status == NUMERAL_OK && files->rename(temporary, final) != 0) {
        status = numeral_fail(err, NUMERAL_ERROR_IO, "%s: cannot finish: %s", path,
                              strerror(errno));
    }
    if (status != NUMERAL_OK) {
        numeral_folder_remove(temporary);
    }
    numeral_release(final);
    return status;
}

const numeral_format numeral_format_folder = {
    .entry = {.name = "folder",
              .help = "images in one sub-folder per label, in byte order of their names",
              .source = ""},
    .write = numeral_folder_write,
};
