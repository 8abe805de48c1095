/* Folders of pictures: files in byte order, so that row numbers do not depend on the file
 * system. Names that begin with a dot are hidden; what else file managers leave is passed
 * over, with one line for each folder. */
#include "data/folder_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <numeral/image.h>
#include <numeral/tools/command.h>
#include <numeral/tools/names.h>

#include "base/fail.h"
#include "base/files.h"
#include "data/label_texts.h"
#include "data/notes.h"
#include "data/set.h"

enum { TEXT_BYTES = 200 }; /* of the names in a note */

bool numeral_name_is_clutter(const char *path)
{
    static const char *const names[] = {
        "thumbs.db", "ehthumbs.db", "desktop.ini",  "picasa.ini",
        ".ds_store", ".directory",  ".picasa.ini",  "icon\r",
        "__macosx",  "@eadir",      "$recycle.bin", "system volume information",
        ".nomedia",  ".thumbnails"};
    const char *name = numeral_path_base(path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return name[0] == '.' && name[1] == '_'; /* what macOS keeps beside each file */
}

size_t numeral_listing_count(const numeral_listing *l)
{
    return l->paths.size / sizeof(char *);
}

char **numeral_listing_paths(const numeral_listing *l)
{
    return (char **)(void *)l->paths.data;
}

void numeral_listing_free(numeral_listing *l)
{
    for (size_t i = 0; i < numeral_listing_count(l); i++) {
        numeral_release(numeral_listing_paths(l)[i]);
    }
    numeral_dataset_free(&l->names);
    numeral_buffer_free(&l->paths);
    numeral_buffer_free(&l->labels);
}

/* What was not taken, for one note. */
typedef struct passed {
    char text[TEXT_BYTES];
    size_t n;
} passed;

static void pass_over(passed *p, const char *name)
{
    size_t used = strlen(p->text);
    if (used + strlen(name) + 6 < sizeof p->text) {
        snprintf(p->text + used, sizeof p->text - used, "%s%s", used ? ", " : "", name);
    } else if (used && p->text[used - 1] != '.') {
        snprintf(p->text + used, sizeof p->text - used, " ...");
    }
    for (char *at = p->text + used; *at; at++) {
        *at = (unsigned char)*at < ' ' ? '?' : *at; /* macOS's "Icon" ends in a return */
    }
    p->n++;
}

static void tell_passed(const passed *p, const char *folder, const numeral_load *options)
{
    if (p->n) {
        numeral_note(options, NUMERAL_NOTE_PASSED,
                     "%.200s: passed over %s (no picture%s)", folder, p->text,
                     p->n > 1 ? "s" : "");
    }
}

static bool is_picture(const char *path)
{
    numeral_bytes bytes;
    if (numeral_bytes_read(path, SIZE_MAX / 2, &bytes, NULL) != NUMERAL_OK) {
        return true; /* reading it says what is wrong */
    }
    bool picture = numeral_image_recognised(bytes.data, bytes.size);
    numeral_bytes_free(&bytes);
    return picture;
}

static numeral_status add_file(numeral_listing *l, char *path, numeral_label label,
                               numeral_error *err)
{
    numeral_status status = numeral_buffer_append(&l->paths, &path, sizeof path, err);
    if (status != NUMERAL_OK) {
        numeral_release(path);
        return status;
    }
    return numeral_buffer_append(&l->labels, &label, sizeof label, err);
}

/* Adds the files directly in `folder`; `pictures`: only what is known for a picture. */
static numeral_status add_files(const char *folder, numeral_label label, bool pictures,
                                const numeral_load *options, numeral_listing *l,
                                numeral_error *err)
{
    numeral_names names = {0};
    passed over = {0}, deeper = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_folder_list(folder, &names, err));
    for (size_t i = 0; i < names.n_names; i++) {
        const char *name = names.names[i];
        char *path = numeral_path_join(folder, name, err);
        TRY_ALLOC(path);
        numeral_path_kind kind = numeral_path_look(path);
        bool file = kind == NUMERAL_PATH_FILE;
        if (numeral_name_is_clutter(name) || kind == NUMERAL_PATH_OTHER ||
            (file && pictures && !is_picture(path))) {
            pass_over(&over, name);
        } else if (file) {
            TRY(add_file(l, path, label, err));
            continue;
        } else if (!pictures) {
            pass_over(&deeper, name);
        }
        numeral_release(path);
    }
    tell_passed(&over, folder, options);
    if (deeper.n) {
        numeral_note(options, NUMERAL_NOTE_DOUBT,
                     "%.200s: left out %s (deeper than one sub-folder)", folder,
                     deeper.text);
    }
done:
    numeral_names_free(&names);
    return status;
}

/* Keeps the names that are folders of digits. */
static numeral_status only_folders(const char *path, numeral_names *names,
                                   numeral_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->n_names; i++) {
        char *full = numeral_path_join(path, names->names[i], err);
        if (!full) {
            return NUMERAL_ERROR_MEMORY;
        }
        if (numeral_path_look(full) == NUMERAL_PATH_FOLDER &&
            !numeral_name_is_clutter(full)) {
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

static long as_number(const char *name)
{
    return numeral_label_number(name, strlen(name));
}

static long as_word(const char *name)
{
    return numeral_digit_word(name, strlen(name));
}

static bool all(const numeral_names *names, long (*number)(const char *))
{
    for (size_t i = 0; i < names->n_names; i++) {
        if (number(names->names[i]) < 0) {
            return false;
        }
    }
    return true;
}

static numeral_status list_labels(const char *path, const numeral_names *names,
                                  const numeral_load *options, numeral_listing *l,
                                  numeral_error *err)
{
    bool numbers = all(names, as_number), words = !numbers && all(names, as_word);
    char *folder = NULL;
    numeral_status status = NUMERAL_OK;
    if (l->labelled && names->n_names > NUMERAL_LABELS) {
        return numeral_fail(err, NUMERAL_ERROR_FORMAT,
                            "%s: %zu sub-folders, expected at most 65,536 labels", path,
                            names->n_names);
    }
    for (size_t i = 0; i < names->n_names; i++) {
        const char *name = names->names[i];
        numeral_label label = (numeral_label)(numbers ? as_number(name)
                                              : words ? as_word(name)
                                                      : (long)(i % NUMERAL_LABELS));
        if (l->labelled && !numbers) {
            TRY(numeral_dataset_name_label(&l->names, label, name, strlen(name), err));
        }
        numeral_release(folder);
        TRY_ALLOC(folder = numeral_path_join(path, name, err));
        TRY(add_files(folder, label, false, options, l, err));
    }
done:
    numeral_release(folder);
    return status;
}

/* Pictures beside sub-folders have no label: where labels are needed they go again. */
static void drop_own(const char *path, const numeral_load *options, numeral_listing *l)
{
    size_t n = numeral_listing_count(l);
    for (size_t i = 0; i < n; i++) {
        numeral_release(numeral_listing_paths(l)[i]);
    }
    l->paths.size = 0;
    l->labels.size = 0;
    numeral_note(options, NUMERAL_NOTE_DOUBT,
                 "%.300s: %zu picture%s beside its sub-folders %s no label, and %s left "
                 "out",
                 path, n, n == 1 ? "" : "s", n == 1 ? "has" : "have",
                 n == 1 ? "is" : "are");
}

numeral_status numeral_listing_make(const char *path, const numeral_load *options,
                                    numeral_listing *l, numeral_error *err)
{
    numeral_names names = {0};
    numeral_status status = NUMERAL_OK;
    *l = (numeral_listing){.paths = {.max_bytes = SIZE_MAX / 2},
                           .labels = {.max_bytes = SIZE_MAX / 2}};
    TRY(numeral_folder_list(path, &names, err));
    TRY(only_folders(path, &names, err));
    TRY(add_files(path, 0, names.n_names > 0, options, l, err));
    if (names.n_names && numeral_listing_count(l) && options->need_labels) {
        drop_own(path, options, l);
    }
    /* more folders than labels are no labels, where none are needed */
    l->labelled = names.n_names && numeral_listing_count(l) == 0 &&
                  (options->need_labels || names.n_names <= NUMERAL_LABELS);
    TRY(list_labels(path, &names, options, l, err));
    if (numeral_listing_count(l) == 0) {
        TRY(numeral_fail(err, NUMERAL_ERROR_FORMAT, "%s: holds no images", path));
    }
done:
    numeral_names_free(&names);
    return status;
}

numeral_status numeral_folder_pictures(const char *path, const numeral_load *options,
                                       char ***paths, size_t *n, numeral_error *err)
{
    static const numeral_load defaults;
    numeral_listing l = {0};
    numeral_status status =
        numeral_listing_make(path, options ? options : &defaults, &l, err);
    if (status == NUMERAL_OK) {
        *paths = numeral_listing_paths(&l);
        *n = numeral_listing_count(&l);
        l.paths = (numeral_buffer){0};
    }
    numeral_listing_free(&l);
    return status;
}

void numeral_folder_pictures_free(char **paths, size_t n)
{
    for (size_t i = 0; paths && i < n; i++) {
        numeral_release(paths[i]);
    }
    numeral_release(paths);
}
