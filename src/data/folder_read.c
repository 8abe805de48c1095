/* Folders of images: their files are listed in byte order first, so that row numbers do
 * not depend on the file system, then decoded by several threads, each row in its place.
 */
#include <stdlib.h>
#include <string.h>

#include <numeral/image.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/run.h"
#include "base/threads.h"
#include "data/folder.h"
#include "data/set.h"

enum { STANDARD_SIDE = 28 };
enum { BATCH = 256 }; /* files between two reports of progress */

/* The files found, in order. */
typedef struct listing {
    numeral_buffer paths;  /* of char * */
    numeral_buffer labels; /* of uint8_t */
    numeral_dataset names; /* its label_names alone */
    bool labelled;
} listing;

static size_t count(const listing *l)
{
    return l->paths.size / sizeof(char *);
}

static char **paths_of(const listing *l)
{
    return (char **)(void *)l->paths.data;
}

static void free_listing(listing *l)
{
    for (size_t i = 0; i < count(l); i++) {
        numeral_release(paths_of(l)[i]);
    }
    numeral_dataset_free(&l->names);
    numeral_buffer_free(&l->paths);
    numeral_buffer_free(&l->labels);
}

/* Adds the files directly in `folder`. */
static numeral_status add_files(const char *folder, uint8_t label, listing *l,
                                numeral_error *err)
{
    numeral_names names = {0};
    char *path = NULL;
    numeral_status status = NUMERAL_OK;
    TRY(numeral_folder_list(folder, &names, err));
    for (size_t i = 0; i < names.n_names; i++) {
        numeral_release(path);
        TRY_ALLOC(path = numeral_path_join(folder, names.names[i], err));
        if (numeral_path_look(path) == NUMERAL_PATH_FILE) {
            TRY(numeral_buffer_append(&l->paths, &path, sizeof path, err));
            path = NULL; /* the list has it now */
            TRY(numeral_buffer_append(&l->labels, &label, 1, err));
        }
    }
done:
    numeral_release(path);
    numeral_names_free(&names);
    return status;
}

/* Keeps the names that are folders. */
static numeral_status only_folders(const char *path, numeral_names *names,
                                   numeral_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->n_names; i++) {
        char *full = numeral_path_join(path, names->names[i], err);
        if (!full) {
            return NUMERAL_ERROR_MEMORY;
        }
        if (numeral_path_look(full) == NUMERAL_PATH_FOLDER) {
            char *swap = names->names[kept];
            names->names[kept++] = names->names[i];
            names->names[i] = swap;
        }
        numeral_release(full);
    }
    for (size_t i = kept; i < names->n_names; i++) {
        numeral_release(names->names[i]);
    }
    names->n_names = kept;
    return NUMERAL_OK;
}

/* "0" .. "255" without leading zeros; else -1. */
static int as_number(const char *name)
{
    char *end;
    long value = strtol(name, &end, 10);
    bool plain =
        *name >= '0' && *name <= '9' && *end == '\0' && (*name != '0' || name[1] == '\0');
    return plain && value <= 255 ? (int)value : -1;
}

static bool all_numbers(const numeral_names *names)
{
    for (size_t i = 0; i < names->n_names; i++) {
        if (as_number(names->names[i]) < 0) {
            return false;
        }
    }
    return true;
}

static numeral_status list_labels(const char *path, const numeral_names *names,
                                  listing *l, numeral_error *err)
{
    bool numbers = all_numbers(names);
    char *folder = NULL;
    numeral_status status = NUMERAL_OK;
    l->labelled = true;
    if (names->n_names > NUMERAL_LABELS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: %zu sub-folders, expected at most 256 labels", path,
                            names->n_names);
    }
    for (size_t i = 0; i < names->n_names; i++) {
        const char *name = names->names[i];
        int label = numbers ? as_number(name) : (int)i;
        if (!numbers) {
            TRY(numeral_dataset_name_label(&l->names, i, name, strlen(name), err));
        }
        numeral_release(folder);
        TRY_ALLOC(folder = numeral_path_join(path, name, err));
        TRY(add_files(folder, (uint8_t)label, l, err));
    }
done:
    numeral_release(folder);
    return status;
}

static numeral_status list_folder(const char *path, listing *l, numeral_error *err)
{
    numeral_names names = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_folder_list(path, &names, err));
    TRY(only_folders(path, &names, err));
    TRY(names.n_names ? list_labels(path, &names, l, err) : add_files(path, 0, l, err));
    if (count(l) == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no images", path));
    }
done:
    numeral_names_free(&names);
    return status;
}

typedef struct work {
    char **paths;
    size_t first; /* row of the batch's first */
    const numeral_load *options;
    numeral_dataset *out;
    bool *bad; /* of the batch */
} work;

/* Decodes one file into its row. */
static numeral_status decode_row(const work *w, size_t row, numeral_error *err)
{
    numeral_image image = {0};
    size_t height = w->out->height, width = w->out->width;
    uint8_t *to = w->out->pixels + row * height * width;
    const char *path = w->paths[row];
    numeral_status status = numeral_image_read(path, &image, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (w->options->frame != NUMERAL_FRAME_KEEP) {
        status = numeral_image_frame(&image, height, width, to, err);
    } else if (image.height == height && image.width == width) {
        memcpy(to, image.pixels, height * width);
    } else {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: %zu × %zu pixels, expected %zu × %zu as in %s", path,
                              image.height, image.width, height, width, w->paths[0]);
    }
    numeral_image_free(&image);
    return status;
}

static void decode_some(void *context, size_t begin, size_t end, int worker)
{
    const work *w = context;
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        w->bad[i] = decode_row(w, w->first + i, NULL) != NUMERAL_OK;
    }
}

/* A bad file is read once more for its message, which threads cannot share. */
static numeral_status decode_all(work *w, numeral_error *err)
{
    bool bad[BATCH];
    size_t n = w->out->n_images;
    numeral_status status = NUMERAL_OK;
    w->bad = bad;
    for (w->first = 0; w->first < n; w->first += BATCH) {
        size_t batch = n - w->first < BATCH ? n - w->first : BATCH;
        numeral_parallel_for(batch, 4, w->options->run.threads, decode_some, w);
        for (size_t i = 0; i < batch; i++) {
            if (bad[i]) {
                TRY(decode_row(w, w->first + i, err));
            }
        }
        TRY(numeral_progress_report(w->options->run.progress, "reading images",
                                    w->first + batch, n, err));
    }
done:
    return status;
}

/* The size of the rows: the frame's, or where images are kept that of the first. */
static numeral_status find_size(const char *first, const numeral_load *options,
                                numeral_dataset *out, numeral_error *err)
{
    out->height = options->height ? options->height : STANDARD_SIDE;
    out->width = options->width ? options->width : STANDARD_SIDE;
    if (options->frame != NUMERAL_FRAME_KEEP) {
        return NUMERAL_OK;
    }
    numeral_image image = {0};
    numeral_status status = numeral_image_read(first, &image, err);
    if (status == NUMERAL_OK) {
        out->height = image.height;
        out->width = image.width;
        numeral_image_free(&image);
    }
    return status;
}

static numeral_status decode_listing(listing *l, const numeral_load *options,
                                     numeral_dataset *out, numeral_error *err)
{
    size_t n = count(l), image_bytes;
    work w = {.paths = paths_of(l), .options = options, .out = out};
    numeral_status status = NUMERAL_OK;
    TRY(find_size(paths_of(l)[0], options, out, err));
    if (!numeral_size_multiply(out->height, out->width, &image_bytes)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory"));
    }
    TRY_ALLOC(out->pixels = numeral_allocate_zero(n, image_bytes, err));
    out->n_images = n;
    out->framed = options->frame != NUMERAL_FRAME_KEEP;
    TRY(decode_all(&w, err));
done:
    return status;
}

/* Hands the lists over to the set. */
static void give(listing *l, numeral_dataset *out)
{
    out->inputs = paths_of(l);
    out->label_names = l->names.label_names;
    l->paths = (numeral_buffer){0};
    l->names = (numeral_dataset){0};
    if (l->labelled) {
        out->labels = l->labels.data;
        l->labels = (numeral_buffer){0};
    }
}

numeral_status numeral_folder_read(const char *path, const numeral_load *options,
                                   numeral_dataset *out, numeral_error *err)
{
    listing l = {.paths = {.max_bytes = SIZE_MAX / 2},
                 .labels = {.max_bytes = SIZE_MAX / 2}};
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    TRY(list_folder(path, &l, err));
    TRY(decode_listing(&l, options, &made, err));
    give(&l, &made);
    TRY(numeral_dataset_rename(&made, path, "", err));
    *out = made;
    made = (numeral_dataset){0};
done:
    free_listing(&l);
    numeral_dataset_free(&made);
    return status;
}
