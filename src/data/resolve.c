/* From DATA, as people type it, to rows.
 *
 * The order is fixed, so that each text means one thing: an existing path; else a final
 * slice taken off and the rest resolved; else a final :split; else two existing paths
 * around a comma; else a name. Slices may be stacked, a split may stand once. */
#include <stdio.h>
#include <string.h>

#include <numeral/tools/names.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/idx_set.h"
#include "data/named.h"
#include "data/read.h"
#include "data/set.h"
#include "data/slice.h"

enum { MAX_SLICES = 8 }; /* more is a mistake, and each goes one call deeper */
enum { N_SPLITS = 3 };
static const char *const split_names[N_SPLITS] = {"all", "train", "test"};

/* What has been taken off the text so far. */
typedef struct request {
    numeral_load options;
    const char *whole; /* the text as given, for messages */
    bool has_split;
    int n_slices;
    numeral_slice rows; /* where `sliced`, all that will be taken of what is read */
    bool sliced;
} request;

static const char *split_ending(numeral_split split)
{
    static const char *const endings[N_SPLITS] = {"", ":train", ":test"};
    return endings[split];
}

/* Which splits an IDX set in a folder can serve; ALL of half a set is that half. */
static bool idx_split(const char *folder, const request *r, numeral_split *split)
{
    bool train = numeral_idx_set_present(folder, NUMERAL_SPLIT_TRAIN);
    bool test = numeral_idx_set_present(folder, NUMERAL_SPLIT_TEST);
    *split = r->options.split;
    if (!r->has_split && train != test) {
        *split = train ? NUMERAL_SPLIT_TRAIN : NUMERAL_SPLIT_TEST;
    }
    return train || test;
}

/* Where torchvision keeps a set below its root: raw/ or NAME/raw/; NULL where there is
 * none, or more than one. Ends with numeral_release. */
static char *find_raw(const char *folder, const request *r)
{
    numeral_split split;
    numeral_names names = {0};
    char *found = numeral_path_join(folder, "raw", NULL);
    if (found && idx_split(found, r, &split)) {
        return found;
    }
    numeral_release(found);
    found = NULL;
    if (numeral_folder_list(folder, &names, NULL) != NUMERAL_OK) {
        return NULL;
    }
    size_t n = 0;
    for (size_t i = 0; i < names.n_names; i++) {
        char *below = numeral_path_join(folder, names.names[i], NULL);
        char *raw = below ? numeral_path_join(below, "raw", NULL) : NULL;
        if (raw && idx_split(raw, r, &split)) {
            n++;
            numeral_release(found);
            found = raw;
            raw = NULL;
        }
        numeral_release(raw);
        numeral_release(below);
    }
    numeral_names_free(&names);
    if (n > 1) {
        numeral_release(found);
        found = NULL;
    }
    return found;
}

/* The split of that name in a folder: a sub-folder, or a file that `data split` makes;
 * NULL where there is none, or no memory. Ends with numeral_release. */
static char *find_split(const char *folder, const char *name)
{
    static const char *const endings[] = {"", ".npz", ".csv", ".csv.gz"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char file[32];
        snprintf(file, sizeof file, "%s%s", name, endings[i]);
        char *path = numeral_path_join(folder, file, NULL);
        if (path && numeral_path_look(path) ==
                        (i == 0 ? NUMERAL_PATH_FOLDER : NUMERAL_PATH_FILE)) {
            return path;
        }
        numeral_release(path);
    }
    return NULL;
}

static bool has_splits(const char *folder)
{
    bool both = true;
    for (int i = 1; i < N_SPLITS && both; i++) {
        char *path = find_split(folder, split_names[i]);
        both = path != NULL;
        numeral_release(path);
    }
    return both;
}

typedef struct split_folder {
    const char *folder;
    const request *r;
} split_folder;

static numeral_status read_split(const void *context, numeral_split split,
                                 numeral_dataset *out, numeral_error *err)
{
    const split_folder *from = context;
    char *path = find_split(from->folder, split_names[split]);
    if (!path) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%.300s: has no %s", from->folder,
                            split_names[split]);
    }
    numeral_load options = from->r->options;
    options.split = NUMERAL_SPLIT_ALL; /* all that the file or folder holds */
    numeral_status status = numeral_data_read(path, NULL, &options, out, err);
    numeral_release(path);
    return status;
}

/* Only archives have splits inside one file. */
static bool is_archive(const char *path)
{
    numeral_bytes bytes;
    if (numeral_path_look(path) != NUMERAL_PATH_FILE ||
        numeral_bytes_read(path, SIZE_MAX / 2, &bytes, NULL) != NUMERAL_OK) {
        return false;
    }
    bool zip = bytes.size >= 2 && memcmp(bytes.data, "PK", 2) == 0;
    numeral_bytes_free(&bytes);
    return zip;
}

static numeral_status load_path(const char *path, const request *r, numeral_dataset *out,
                                numeral_error *err)
{
    numeral_dataset made = {0};
    numeral_split split = NUMERAL_SPLIT_ALL;
    const char *ending = r->has_split ? split_ending(r->options.split) : "";
    numeral_status status = NUMERAL_OK;
    bool folder = numeral_path_look(path) == NUMERAL_PATH_FOLDER;
    bool here = folder && idx_split(path, r, &split);
    char *raw = folder && !here ? find_raw(path, r) : NULL;
    if (here || (raw && idx_split(raw, r, &split))) {
        TRY(numeral_idx_set_load(here ? path : raw, NULL, NULL, split, &made, err));
        ending = split_ending(split);
    } else if (folder && has_splits(path)) {
        TRY(numeral_dataset_read_splits(read_split, &(split_folder){path, r},
                                        r->options.split, path, &made, err));
        ending = split_ending(r->options.split);
    } else if (r->has_split && r->options.split != NUMERAL_SPLIT_ALL &&
               !is_archive(path)) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                         "%.300s: has no splits, so that %s cannot be taken", path,
                         ending));
    } else {
        TRY(numeral_data_read(path, NULL, &r->options, &made, err));
    }
    TRY(numeral_dataset_rename(&made, path, ending, err));
    *out = made;
    made = (numeral_dataset){0};
done:
    numeral_release(raw);
    numeral_dataset_free(&made);
    return status;
}

static numeral_status fail_unknown(const char *text, numeral_error *err)
{
    if (text[0] == '.' || strchr(text, '/')) {
        return numeral_fail(err, NUMERAL_ERROR_IO, "%.300s: no such file or folder",
                            text);
    }
    char places[300];
    numeral_named_places(text, places, sizeof places);
    const char *nearest = numeral_named_nearest(text);
    return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                        "%.100s: no such file or data set%s%s%s; looked in this folder "
                        "and %s",
                        text, nearest ? " (did you mean " : "", nearest ? nearest : "",
                        nearest ? "?)" : "", places[0] ? places : "nowhere else");
}

static numeral_status load_name(const char *name, const request *r, numeral_dataset *out,
                                numeral_error *err)
{
    if (name[0] == '\0') {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: names no data, expected a file, a folder or a name",
                            r->whole[0] ? r->whole : "\"\"");
    }
    const numeral_named *set = numeral_named_find(name);
    if (set) {
        return numeral_named_load(set, &r->options, r->sliced ? &r->rows : NULL, out,
                                  err);
    }
    bool word = name[0] != '.' && !strchr(name, '/');
    char *folder = word ? numeral_named_own_folder(name) : NULL;
    if (!folder) {
        return fail_unknown(name, err);
    }
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    TRY(load_path(folder, r, &made, err));
    TRY(numeral_dataset_rename(&made, name, split_ending(r->options.split), err));
    *out = made;
    made = (numeral_dataset){0};
done:
    numeral_release(folder);
    numeral_dataset_free(&made);
    return status;
}

static numeral_status resolve(const char *text, request *r, numeral_dataset *out,
                              numeral_error *err);

static numeral_status resolve_head(const char *text, size_t length, request *r,
                                   numeral_dataset *out, numeral_error *err)
{
    char *head = numeral_copy_text(text, length, err);
    if (!head) {
        return NUMERAL_ERROR_MEMORY;
    }
    numeral_status status = resolve(head, r, out, err);
    numeral_release(head);
    return status;
}

static numeral_status take_rows(const numeral_slice *slice, const char *whole,
                                const numeral_dataset *data, numeral_dataset *out,
                                numeral_error *err)
{
    size_t first;
    size_t count;
    if (!numeral_slice_apply(slice, data->n_images, &first, &count)) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: row %lld does not exist, there are %zu", whole,
                            (long long)slice->start, data->n_images);
    }
    if (count == 0) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: the slice holds none of the %zu rows", whole,
                            data->n_images);
    }
    size_t *ids = numeral_allocate(count, sizeof *ids, err);
    if (!ids) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        ids[i] = (size_t)((int64_t)first + (int64_t)i * slice->step);
    }
    numeral_status status = numeral_dataset_select(data, ids, count, out, err);
    numeral_release(ids);
    return status;
}

static numeral_status load_slice(const char *text, const char *at, request *r,
                                 numeral_dataset *out, numeral_error *err)
{
    numeral_slice slice;
    numeral_dataset base = {0};
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    TRY(numeral_slice_parse(at, r->whole, &slice, err));
    if (++r->n_slices > MAX_SLICES) {
        TRY(numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                         "%.200s: more than %d slices after one another", r->whole,
                         (int)MAX_SLICES));
    }
    r->rows = slice;
    r->sliced = true;
    TRY(resolve_head(text, (size_t)(at - text), r, &base, err));
    TRY(take_rows(&slice, r->whole, &base, &made, err));
    TRY(numeral_dataset_rename(&made, base.name ? base.name : "data", at, err));
    *out = made;
    made = (numeral_dataset){0};
done:
    r->sliced = false;
    numeral_dataset_free(&base);
    numeral_dataset_free(&made);
    return status;
}

static numeral_status load_split(const char *text, const char *colon, request *r,
                                 numeral_dataset *out, numeral_error *err)
{
    int split = 0;
    while (split < N_SPLITS && strcmp(colon + 1, split_names[split]) != 0) {
        split++;
    }
    if (split == N_SPLITS) {
        const char *nearest = numeral_name_nearest(colon + 1, split_names, N_SPLITS);
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.200s: unknown split \"%.50s\", expected train, test or "
                            "all%s%s%s",
                            r->whole, colon + 1, nearest ? "; did you mean " : "",
                            nearest ? nearest : "", nearest ? "?" : "");
    }
    if (r->has_split) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "%.200s: names two splits",
                            r->whole);
    }
    r->has_split = true;
    r->options.split = (numeral_split)split;
    return resolve_head(text, (size_t)(colon - text), r, out, err);
}

/* Splits at the first comma with an existing path on both sides. */
static numeral_status load_pair(const char *text, const request *r, bool *found,
                                numeral_dataset *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    *found = false;
    for (const char *comma = strchr(text, ','); comma && !*found;
         comma = strchr(comma + 1, ',')) {
        if (numeral_path_look(comma + 1) == NUMERAL_PATH_NONE) {
            continue;
        }
        char *images = numeral_copy_text(text, (size_t)(comma - text), err);
        if (!images) {
            return NUMERAL_ERROR_MEMORY;
        }
        if (numeral_path_look(images) != NUMERAL_PATH_NONE) {
            *found = true;
            status = numeral_data_read(images, comma + 1, &r->options, out, err);
        }
        numeral_release(images);
    }
    return status;
}

static numeral_status resolve(const char *text, request *r, numeral_dataset *out,
                              numeral_error *err)
{
    if (numeral_path_look(text) != NUMERAL_PATH_NONE || strcmp(text, "-") == 0) {
        return load_path(text, r, out, err);
    }
    const char *slice = numeral_slice_find(text);
    if (slice) {
        return load_slice(text, slice, r, out, err);
    }
    const char *colon = strrchr(text, ':');
    if (colon && !strpbrk(colon, "/,")) {
        return load_split(text, colon, r, out, err);
    }
    bool found;
    numeral_status status = load_pair(text, r, &found, out, err);
    if (status != NUMERAL_OK || found) {
        return status;
    }
    return load_name(text, r, out, err);
}

numeral_status numeral_dataset_load(const char *text, const numeral_load *options,
                                    numeral_dataset *out, numeral_error *err)
{
    request r = {.whole = text};
    if (options) {
        r.options = *options;
    }
    return resolve(text, &r, out, err);
}
