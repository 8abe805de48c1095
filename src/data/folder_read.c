/* Folders of images: their files are listed first, then decoded by several threads, each
 * row in its place. */
#include <string.h>

#include <numeral/image.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/run.h"
#include "base/threads.h"
#include "data/folder.h"
#include "data/folder_list.h"
#include "data/notes.h"
#include "data/set.h"

enum { STANDARD_SIDE = 28 };
enum { BATCH = 256 }; /* files between two reports of progress */

typedef struct work {
    char **paths;
    size_t n;
    size_t first; /* row of the batch's first */
    const numeral_load *options;
    numeral_dataset *out;
    bool *bad; /* of all */
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
        status = numeral_load_frame(w->options, &image, height, width, to, err);
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
        w->bad[w->first + i] = decode_row(w, w->first + i, NULL) != NUMERAL_OK;
    }
}

/* A bad file is read once more for its message, which threads cannot share. */
static numeral_status decode_all(work *w, numeral_error *err)
{
    size_t n = w->out->n_images;
    bool go_on = numeral_notes_go_on(w->options);
    numeral_status status = NUMERAL_OK;
    for (w->first = 0; w->first < n; w->first += BATCH) {
        size_t batch = n - w->first < BATCH ? n - w->first : BATCH;
        numeral_parallel_for(batch, 4, w->options->run.threads, decode_some, w);
        for (size_t i = w->first; i < w->first + batch; i++) {
            numeral_error why;
            if (w->bad[i] && decode_row(w, i, &why) != NUMERAL_OK) {
                if (!go_on) {
                    TRY(numeral_fail(err, why.status, "%s", why.text));
                }
                numeral_note(w->options, NUMERAL_NOTE_BAD, "%s", why.text);
            } else {
                w->bad[i] = false;
            }
        }
        TRY(numeral_progress_report(w->options->run.progress, "reading images",
                                    w->first + batch, n, err));
    }
done:
    return status;
}

/* The size of the rows: the frame's, or where images are kept that of the first. */
static numeral_status find_size(const work *w, numeral_dataset *out, numeral_error *err)
{
    const numeral_load *options = w->options;
    numeral_status status = NUMERAL_OK;
    out->height = options->height ? options->height : STANDARD_SIDE;
    out->width = options->width ? options->width : STANDARD_SIDE;
    if (options->frame != NUMERAL_FRAME_KEEP) {
        return NUMERAL_OK;
    }
    for (size_t i = 0; i < w->n; i++) {
        numeral_image image = {0};
        status = numeral_image_read(w->paths[i], &image, err);
        if (status == NUMERAL_OK) {
            out->height = image.height;
            out->width = image.width;
            numeral_image_free(&image);
        }
        if (status == NUMERAL_OK || !numeral_notes_go_on(options)) {
            break;
        }
    }
    return status;
}

/* Takes the rows that could not be read out of the set and of the lists. */
static void drop_bad(const work *w, numeral_listing *l, numeral_dataset *out)
{
    size_t size = out->height * out->width, kept = 0;
    numeral_label *labels = (numeral_label *)(void *)l->labels.data;
    for (size_t i = 0; i < w->n; i++) {
        if (w->bad[i]) {
            numeral_release(w->paths[i]);
            continue;
        }
        if (kept < i) {
            memcpy(out->pixels + kept * size, out->pixels + i * size, size);
            labels[kept] = labels[i];
            w->paths[kept] = w->paths[i];
        }
        kept++;
    }
    out->n_images = kept;
    l->paths.size = kept * sizeof(char *);
    l->labels.size = kept * sizeof *labels;
}

static numeral_status decode_listing(numeral_listing *l, const char *path,
                                     const numeral_load *options, numeral_dataset *out,
                                     numeral_error *err)
{
    size_t n = numeral_listing_count(l), image_bytes;
    work w = {.paths = numeral_listing_paths(l), .n = n, .options = options, .out = out};
    numeral_status status = NUMERAL_OK;
    TRY(find_size(&w, out, err));
    if (!numeral_size_multiply(out->height, out->width, &image_bytes)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_MEMORY, "out of memory"));
    }
    TRY_ALLOC(w.bad = numeral_allocate_zero(n, sizeof *w.bad, err));
    TRY_ALLOC(out->pixels = numeral_allocate_zero(n, image_bytes, err));
    out->n_images = n;
    out->framed = options->frame != NUMERAL_FRAME_KEEP;
    TRY(decode_all(&w, err));
    drop_bad(&w, l, out);
    if (out->n_images == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT,
                         "%s: none of its %zu files is a "
                         "picture",
                         path, n));
    }
done:
    numeral_release(w.bad);
    return status;
}

/* Hands the lists over to the set. */
static void give(numeral_listing *l, numeral_dataset *out)
{
    out->inputs = numeral_listing_paths(l);
    out->label_names = l->names.label_names;
    out->n_label_names = l->names.n_label_names;
    l->paths = (numeral_buffer){0};
    l->names = (numeral_dataset){0};
    if (l->labelled) {
        out->labels = (numeral_label *)(void *)l->labels.data;
        l->labels = (numeral_buffer){0};
    }
}

numeral_status numeral_listing_read(numeral_listing *l, const char *name,
                                    const numeral_load *options, numeral_dataset *out,
                                    numeral_error *err)
{
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    TRY(decode_listing(l, name, options, &made, err));
    give(l, &made);
    TRY(numeral_dataset_rename(&made, name, "", err));
    *out = made;
    made = (numeral_dataset){0};
done:
    numeral_dataset_free(&made);
    return status;
}

numeral_status numeral_folder_read(const char *path, const numeral_load *options,
                                   numeral_dataset *out, numeral_error *err)
{
    numeral_listing l = {0};
    numeral_status status = numeral_listing_make(path, options, &l, err);
    if (status == NUMERAL_OK) {
        status = numeral_listing_read(&l, path, options, out, err);
    }
    numeral_listing_free(&l);
    return status;
}
