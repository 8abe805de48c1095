#include <stdlib.h>
#include <string.h>

#include <numeral/image.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/folder.h"

enum { N_LABELS = 256, STANDARD_SIDE = 28, BATCH = 256 };

/* The files found, in order. */
typedef struct listing {
    numeral_buffer paths;  /* of char * */
    numeral_buffer labels; /* of uint8_t */
    char **label_names;
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
    for (size_t i = 0; l->label_names && i < N_LABELS; i++) {
        numeral_release(l->label_names[i]);
    }
    numeral_release(l->label_names);
    numeral_buffer_free(&l->paths);
    numeral_buffer_free(&l->labels);
}

/* Adds the files directly in `folder`. */
static numeral_status add_files(const char *folder, uint8_t label, listing *l,
                                numeral_error *err)
{
    numeral_names names = {0};
    numeral_status status = numeral_folder_list(folder, &names, err);
    for (size_t i = 0; i < names.n_names && status == NUMERAL_OK; i++) {
        char *path = numeral_path_join(folder, names.names[i], err);
        status = path ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
        if (path && numeral_path_look(path) == NUMERAL_PATH_FILE) {
            status = numeral_buffer_append(&l->paths, &path, sizeof path, err);
            if (status == NUMERAL_OK) {
                path = NULL; /* the list has it now */
                status = numeral_buffer_append(&l->labels, &label, 1, err);
            }
        }
        numeral_release(path);
    }
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

static numeral_status keep_names(const numeral_names *names, listing *l,
                                 numeral_error *err)
{
    l->label_names = numeral_allocate_zero(N_LABELS, sizeof *l->label_names, err);
    for (size_t i = 0; l->label_names && i < names->n_names; i++) {
        l->label_names[i] =
            numeral_copy_text(names->names[i], strlen(names->names[i]), err);
        if (!l->label_names[i]) {
            return NUMERAL_ERROR_MEMORY;
        }
    }
    return l->label_names ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
}

static numeral_status list_labels(const char *path, const numeral_names *names,
                                  listing *l, numeral_error *err)
{
    bool numbers = all_numbers(names);
    l->labelled = true;
    if (names->n_names > N_LABELS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: %zu sub-folders, expected at most 256 labels", path,
                            names->n_names);
    }
    numeral_status status = numbers ? NUMERAL_OK : keep_names(names, l, err);
    for (size_t i = 0; i < names->n_names && status == NUMERAL_OK; i++) {
        char *folder = numeral_path_join(path, names->names[i], err);
        int label = numbers ? as_number(names->names[i]) : (int)i;
        status =
            folder ? add_files(folder, (uint8_t)label, l, err) : NUMERAL_ERROR_MEMORY;
        numeral_release(folder);
    }
    return status;
}

static numeral_status list_folder(const char *path, listing *l, numeral_error *err)
{
    numeral_names names = {0};
    numeral_status status = numeral_folder_list(path, &names, err);
    if (status == NUMERAL_OK) {
        status = only_folders(path, &names, err);
    }
    if (status == NUMERAL_OK) {
        status = names.n_names ? list_labels(path, &names, l, err)
                               : add_files(path, 0, l, err);
    }
    numeral_names_free(&names);
    if (status == NUMERAL_OK && count(l) == 0) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no images", path);
    }
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

static numeral_status report(const numeral_load *options, size_t done, size_t total,
                             numeral_error *err)
{
    const numeral_progress *progress = options->run.progress;
    if (progress && !progress->report(progress->context, "reading images", done, total)) {
        return numeral_fail(err, NUMERAL_ERROR_CANCELLED, "reading images was stopped");
    }
    return NUMERAL_OK;
}

/* A bad file is read once more for its message, which threads cannot share. */
static numeral_status decode_all(work *w, numeral_error *err)
{
    bool bad[BATCH];
    size_t n = w->out->n_images;
    numeral_status status = NUMERAL_OK;
    w->bad = bad;
    for (w->first = 0; w->first < n && status == NUMERAL_OK; w->first += BATCH) {
        size_t batch = n - w->first < BATCH ? n - w->first : BATCH;
        numeral_parallel_for(batch, 4, w->options->run.threads, decode_some, w);
        for (size_t i = 0; i < batch && status == NUMERAL_OK; i++) {
            if (bad[i]) {
                status = decode_row(w, w->first + i, err);
            }
        }
        if (status == NUMERAL_OK) {
            status = report(w->options, w->first + batch, n, err);
        }
    }
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
    numeral_status status = find_size(paths_of(l)[0], options, out, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (!numeral_size_multiply(out->height, out->width, &image_bytes)) {
        return numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory");
    }
    out->pixels = numeral_allocate_zero(n, image_bytes, err);
    if (!out->pixels) {
        return NUMERAL_ERROR_MEMORY;
    }
    out->n_images = n;
    out->framed = options->frame != NUMERAL_FRAME_KEEP;
    return decode_all(&w, err);
}

/* Hands the lists over to the set. */
static void give(listing *l, numeral_dataset *out)
{
    out->inputs = paths_of(l);
    out->labels = l->labelled ? l->labels.data : NULL;
    out->label_names = l->label_names;
    l->paths = (numeral_buffer){0};
    l->label_names = NULL;
    if (l->labelled) {
        l->labels = (numeral_buffer){0};
    }
}

static bool has_folder(const char *path, const char *name)
{
    char *full = numeral_path_join(path, name, NULL);
    bool found = full && numeral_path_look(full) == NUMERAL_PATH_FOLDER;
    numeral_release(full);
    return found;
}

/* Whether two sets of label names (or NULL) are the same; frees the first. */
static bool same_names(char **a, char **b)
{
    bool same = (a == NULL) == (b == NULL);
    for (size_t i = 0; a && i < N_LABELS; i++) {
        const char *x = a[i], *y = b ? b[i] : NULL;
        same = same && (x == NULL) == (y == NULL) && (!x || strcmp(x, y) == 0);
        numeral_release(a[i]);
    }
    numeral_release(a);
    return same;
}

/* Adds one half of a set to what is listed. */
static numeral_status list_half(const char *path, const char *half, listing *l,
                                numeral_error *err)
{
    bool first = count(l) == 0;
    char **names = l->label_names;
    char *folder = numeral_path_join(path, half, err);
    l->label_names = NULL;
    numeral_status status = folder ? list_folder(folder, l, err) : NUMERAL_ERROR_MEMORY;
    numeral_release(folder);
    if (!same_names(names, l->label_names) && !first && status == NUMERAL_OK) {
        status = numeral_fail(err, NUMERAL_ERROR_FORMAT,
                              "%s: train and test have different labels", path);
    }
    return status;
}

/* Lists `path`, or its halves `train` and `test` where it has them. */
static numeral_status list_halves(const char *path, numeral_split split, listing *l,
                                  numeral_error *err)
{
    if (!has_folder(path, "train") || !has_folder(path, "test")) {
        return list_folder(path, l, err);
    }
    numeral_status status = NUMERAL_OK;
    if (split != NUMERAL_SPLIT_TEST) {
        status = list_half(path, "train", l, err);
    }
    if (status == NUMERAL_OK && split != NUMERAL_SPLIT_TRAIN) {
        status = list_half(path, "test", l, err);
    }
    return status;
}

numeral_status numeral_folder_read(const char *path, const numeral_load *options,
                                   numeral_dataset *out, numeral_error *err)
{
    listing l = {.paths = {.max_bytes = SIZE_MAX / 2},
                 .labels = {.max_bytes = SIZE_MAX / 2}};
    numeral_dataset made = {0};
    numeral_status status = list_halves(path, options->split, &l, err);
    if (status == NUMERAL_OK) {
        status = decode_listing(&l, options, &made, err);
    }
    if (status == NUMERAL_OK) {
        give(&l, &made);
        made.name = numeral_copy_text(path, strlen(path), err);
        status = made.name ? NUMERAL_OK : NUMERAL_ERROR_MEMORY;
    }
    free_listing(&l);
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&made);
        return status;
    }
    *out = made;
    return NUMERAL_OK;
}
