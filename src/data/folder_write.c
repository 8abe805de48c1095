/* A folder appears whole: it is made under a hidden name beside its place, which nobody
 * can guess and where nothing is, and renamed at the end. */
#include <stdio.h>
#include <string.h>

#include <numeral/runtime.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/under_way.h"
#include "data/folder.h"
#include "data/set.h"
#include "image/image_codec.h"

static numeral_status make_label_folders(const numeral_dataset *data, const char *folder,
                                         numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    bool *made;
    TRY_ALLOC(made = numeral_allocate_zero(NUMERAL_LABELS, sizeof *made, err));
    for (size_t i = 0; i < data->n_images; i++) {
        char number[NUMERAL_LABEL_BYTES], path[NUMERAL_PATH_BYTES];
        numeral_label label = data->labels[i];
        const char *name = numeral_dataset_label_name(data, label, number);
        if (made[label]) {
            continue;
        }
        made[label] = true;
        if (strchr(name, '/') || name[0] == '.' || name[0] == '\0') {
            TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                             "%s: label \"%.100s\" is no name for a folder", folder,
                             name));
        }
        TRY(numeral_path_print(path, err, "%s/%s", folder, name));
        numeral_under_way_lock();
        status = numeral_folder_create(path, err);
        numeral_under_way_unlock();
        TRY(status);
    }
done:
    numeral_release(made);
    return status;
}

static numeral_status write_row(const numeral_dataset *data, size_t row,
                                const char *folder, numeral_buffer *png,
                                numeral_error *err)
{
    char number[NUMERAL_LABEL_BYTES], path[NUMERAL_PATH_BYTES];
    const char *label =
        data->labels ? numeral_dataset_label_name(data, data->labels[row], number) : "";
    numeral_status status = NUMERAL_OK;
    png->size = 0;
    TRY(numeral_path_print(path, err, "%s/%s%s%06zu.png", folder, label,
                           *label ? "/" : "", row));
    TRY(numeral_png_encode(data->pixels + row * data->height * data->width, data->height,
                           data->width, png, err));
    TRY(numeral_output_save(path, png->data, png->size, err));
done:
    return status;
}

static numeral_status write_all(const numeral_dataset *data, const char *folder,
                                numeral_error *err)
{
    numeral_buffer png = {.max_bytes = SIZE_MAX / 2};
    numeral_status status = NUMERAL_OK;
    if (data->labels) {
        TRY(make_label_folders(data, folder, err));
    }
    for (size_t row = 0; row < data->n_images; row++) {
        TRY(write_row(data, row, folder, &png, err));
    }
done:
    numeral_buffer_free(&png);
    return status;
}

/* The path without slashes at its end, where nothing may be yet. In new memory. */
static numeral_status find_place(const char *path, char **out, numeral_error *err)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    *out = numeral_copy_text(path, length, err);
    return !*out ? NUMERAL_ERROR_MEMORY
           : numeral_path_look(*out) != NUMERAL_PATH_NONE
               ? numeral_fail(err, NUMERAL_ERROR_IO, "%s: exists already", path)
               : NUMERAL_OK;
}

numeral_status numeral_folder_write_check(const char *path, numeral_error *err)
{
    char *final = NULL;
    numeral_status status = find_place(path, &final, err);
    numeral_release(final);
    return status == NUMERAL_OK ? numeral_folder_check(path, err) : status;
}

numeral_status numeral_folder_write(const numeral_dataset *data, const char *path,
                                    numeral_error *err)
{
    const numeral_file_operations *files = numeral_get_file_operations();
    numeral_status status = NUMERAL_OK;
    bool made = false, renamed = false;
    numeral_under_way under_way;
    char *final = NULL, *above = NULL, *hidden = NULL;
    TRY(find_place(path, &final, err));
    TRY_ALLOC(above = numeral_copy_text(final, (size_t)(numeral_path_base(final) - final),
                                        err));
    TRY(numeral_folder_create(above, err));
    TRY_ALLOC(hidden = numeral_path_hidden(final, err));
    numeral_under_way_lock();
    made = files->mkdir(hidden, 0777) == 0;
    if (made) {
        numeral_under_way_add(&under_way, hidden, true);
    }
    numeral_under_way_unlock();
    if (!made) {
        TRY(numeral_fail_system(err, path, "create folder"));
    }
    TRY(write_all(data, hidden, err));
    numeral_under_way_lock();
    renamed = files->rename(hidden, final) == 0;
    if (renamed) {
        numeral_under_way_remove(&under_way);
    }
    numeral_under_way_unlock();
    if (!renamed) {
        TRY(numeral_fail_system(err, path, "finish"));
    }
done:
    if (made && !renamed) {
        numeral_folder_remove(hidden);
        numeral_under_way_lock();
        numeral_under_way_remove(&under_way);
        numeral_under_way_unlock();
    }
    numeral_release(hidden);
    numeral_release(above);
    numeral_release(final);
    return status;
}

const numeral_format numeral_format_folder = {
    .entry = {.name = "folder",
              .help = "images in one sub-folder per label, in byte order of their names",
              .source = ""},
    .write = numeral_folder_write,
};
