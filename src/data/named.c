/* Where named sets lie. Files must have the set's digests wherever they are: their names
 * say nothing about what is in them. What else lies in a folder of the set's own name is
 * refused; files right in $NUMERAL_DATA may be others, and are passed over. */
#include "data/named.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/tools/command.h>
#include <numeral/tools/names.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/memory.h"
#include "data/fetch.h"
#include "data/idx_set.h"
#include "data/pen.h"
#include "data/set.h"

enum { MAX_PLACES = 4, MAX_NAMES = 16 };
/* As many as keep a demonstration within seconds, in MNIST's manner more for training. */
enum { PEN_TRAIN = 20000, PEN_TEST = 4000 };

/* A folder where a set may lie; `own` where it is for that set alone. */
typedef struct place {
    char folder[NUMERAL_PATH_BYTES];
    bool own;
} place;

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

const numeral_named *numeral_named_find(const char *name)
{
    for (const numeral_named *set = numeral_named_sets; set->name; set++) {
        if (strcmp(set->name, name) == 0) {
            return set;
        }
    }
    return NULL;
}

const char *numeral_named_nearest(const char *name)
{
    const char *names[MAX_NAMES];
    size_t n = 0;
    for (; n < MAX_NAMES && numeral_named_sets[n].name; n++) {
        names[n] = numeral_named_sets[n].name;
    }
    return numeral_name_nearest(name, names, n);
}

/* In the order in which they are looked at. */
static size_t list_places(const char *name, const char *system_folder,
                          place places[MAX_PLACES])
{
    size_t n = 0;
    const char *data = environment("NUMERAL_DATA");
    if (data &&
        numeral_path_print(places[n].folder, NULL, "%s/%s", data, name) == NUMERAL_OK) {
        places[n++].own = true;
    }
    if (data && numeral_path_print(places[n].folder, NULL, "%s", data) == NUMERAL_OK) {
        places[n++].own = false;
    }
    if (numeral_cache_path(name, places[n].folder)) {
        places[n++].own = true;
    }
    if (system_folder) {
        snprintf(places[n].folder, sizeof places[n].folder, "%s", system_folder);
        places[n++].own = true;
    }
    return n;
}

void numeral_named_places(const char *name, char *text, size_t n_bytes)
{
    place places[MAX_PLACES];
    const numeral_named *set = numeral_named_find(name);
    size_t n = list_places(name, set ? set->system_folder : NULL, places);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && used < n_bytes; i++) {
        int wrote = snprintf(text + used, n_bytes - used, "%s%.100s", i ? ", " : "",
                             places[i].folder);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

char *numeral_named_own_folder(const char *name)
{
    const char *data = environment("NUMERAL_DATA");
    char *folder = data ? numeral_path_join(data, name, NULL) : NULL;
    if (folder && numeral_path_look(folder) != NUMERAL_PATH_FOLDER) {
        numeral_release(folder);
        folder = NULL;
    }
    return folder;
}

/* Which digits of the pen are asked for; of both splits, the test digits follow. */
typedef struct pen_wish {
    const numeral_load *options;
    const numeral_slice *rows;
} pen_wish;

static size_t within(size_t row, size_t offset, size_t n)
{
    return row < offset ? 0 : row - offset > n ? n : row - offset;
}

/* Drawing takes far longer than leaving blank what nobody looks at. */
static numeral_status make_pen(const void *context, numeral_split split,
                               numeral_dataset *out, numeral_error *err)
{
    const pen_wish *wish = context;
    bool all = wish->options->split == NUMERAL_SPLIT_ALL;
    size_t n = split == NUMERAL_SPLIT_TRAIN ? PEN_TRAIN : PEN_TEST;
    size_t offset = all && split == NUMERAL_SPLIT_TEST ? PEN_TRAIN : 0;
    size_t begin = 0, end = all ? PEN_TRAIN + PEN_TEST : n;
    if (wish->rows) {
        size_t first, count;
        if (!numeral_slice_apply(wish->rows, end, &first, &count) || count == 0) {
            count = 1; /* a mistake that is told where rows are taken */
            first = 0;
        }
        size_t last = (size_t)((int64_t)first + (int64_t)(count - 1) * wish->rows->step);
        begin = first < last ? first : last;
        end = (first < last ? last : first) + 1;
    }
    return numeral_pen_rows(n, wish->options->seed, split, wish->options->run.threads,
                            within(begin, offset, n), within(end, offset, n), out, err);
}

/* Reads from the first place that has the set; *found says whether one had. */
static numeral_status load_found(const numeral_named *set, const numeral_load *options,
                                 bool *found, numeral_dataset *out, numeral_error *err)
{
    place places[MAX_PLACES];
    size_t n = list_places(set->name, set->system_folder, places);
    *found = false;
    for (size_t i = 0; i < n; i++) {
        if (!numeral_idx_set_present(places[i].folder, options->split)) {
            continue;
        }
        numeral_status status = numeral_idx_set_load(
            places[i].folder, set->name, set->sha256, options->split, out, err);
        /* files of that name may be another set's; what cannot be read is told */
        if (places[i].own || status != NUMERAL_ERROR_FORMAT) {
            *found = true;
            return status;
        }
    }
    return NUMERAL_OK;
}

static numeral_status fetch_all(const numeral_named *set, const numeral_run *run,
                                numeral_error *err)
{
    char folder[NUMERAL_PATH_BYTES];
    char own[NUMERAL_PATH_BYTES];
    const char *const own_list[] = {own, NULL};
    const char *mirror = environment("NUMERAL_MIRROR");
    numeral_status status = NUMERAL_OK;
    if (!numeral_cache_path(set->name, folder)) {
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%s: no place to fetch it to: set HOME or XDG_CACHE_HOME",
                            set->name);
    }
    if (mirror) {
        TRY(numeral_path_print(own, err, "%s/%s", mirror, set->name));
    }
    for (unsigned i = 0; i < NUMERAL_IDX_FILES; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.gz", numeral_idx_file_name(i));
        if (!numeral_idx_set_has(folder, i, set->sha256[i])) {
            TRY(numeral_fetch(mirror ? own_list : set->mirrors, folder, name,
                              set->sha256[i], numeral_idx_file_bytes(i), run, err));
        }
    }
done:
    return status;
}

/* One sentence for whoever has neither the files nor a network: where was looked, what to
 * do, and, where there is room for it, why it was not fetched. */
static numeral_status fail_absent(const numeral_named *set, numeral_status status,
                                  const char *why, numeral_error *err)
{
    char places[260];
    numeral_named_places(set->name, places, sizeof places);
    return numeral_fail(err, status,
                        "%s: not in %s; put its four files into a folder and name that "
                        "in NUMERAL_DATA, or take pen, digits made here (%.200s)",
                        set->name, places, why);
}

static numeral_status fetch_or_tell(const numeral_named *set, const numeral_run *run,
                                    numeral_error *err)
{
    numeral_error why;
    numeral_status status = fetch_all(set, run, &why);
    if (status == NUMERAL_ERROR_NETWORK || status == NUMERAL_ERROR_UNSUPPORTED) {
        return fail_absent(set, status, why.text, err);
    }
    return status == NUMERAL_OK ? status : numeral_fail(err, status, "%s", why.text);
}

static numeral_status load_files(const numeral_named *set, const numeral_load *options,
                                 numeral_dataset *out, numeral_error *err)
{
    bool found;
    numeral_status status = load_found(set, options, &found, out, err);
    if (status != NUMERAL_OK || found) {
        return status;
    }
    if (options->offline) {
        return fail_absent(set, NUMERAL_ERROR_NETWORK, "fetching is off", err);
    }
    TRY(fetch_or_tell(set, &options->run, err));
    TRY(load_found(set, options, &found, out, err));
    if (!found) {
        TRY(numeral_fail(err, NUMERAL_ERROR_IO, "%s: fetched, yet not found in the cache",
                         set->name));
    }
done:
    return status;
}

numeral_status numeral_named_load(const numeral_named *set, const numeral_load *options,
                                  const numeral_slice *rows, numeral_dataset *out,
                                  numeral_error *err)
{
    const pen_wish wish = {options, rows};
    static const char *const endings[] = {"", ":train", ":test"};
    numeral_dataset made = {0};
    numeral_status status = NUMERAL_OK;
    TRY(set->built_in ? numeral_dataset_read_splits(make_pen, &wish, options->split,
                                                    set->name, &made, err)
                      : load_files(set, options, &made, err));
    TRY(numeral_dataset_rename(&made, set->name, endings[options->split], err));
    *out = made;
    return NUMERAL_OK;
done:
    numeral_dataset_free(&made);
    return status;
}

size_t numeral_named_set_count(void)
{
    size_t n = 0;
    while (numeral_named_sets[n].name) {
        n++;
    }
    return n;
}

void numeral_named_set_get(size_t at, numeral_named_set *out, char *folder)
{
    const numeral_named *set = &numeral_named_sets[at];
    *out = (numeral_named_set){set->name, set->help, set->built_in, NULL};
    place places[MAX_PLACES];
    size_t n = set->built_in ? 0 : list_places(set->name, set->system_folder, places);
    for (size_t i = 0; i < n && !out->found; i++) {
        /* the labels are small, and tell the sets apart */
        if (numeral_idx_set_present(places[i].folder, NUMERAL_SPLIT_ALL) &&
            numeral_idx_set_has(places[i].folder, NUMERAL_IDX_TEST_LABELS,
                                set->sha256[NUMERAL_IDX_TEST_LABELS])) {
            memcpy(folder, places[i].folder, NUMERAL_PATH_BYTES);
            out->found = folder;
        }
    }
}

/* Whether all four files lie in one of the places, and are the set's. */
static bool is_whole(const numeral_named *set)
{
    place places[MAX_PLACES];
    size_t n = list_places(set->name, set->system_folder, places);
    bool whole = false;
    for (size_t i = 0; i < n && !whole; i++) {
        whole = true;
        for (unsigned file = 0; file < NUMERAL_IDX_FILES && whole; file++) {
            whole = numeral_idx_set_has(places[i].folder, file, set->sha256[file]);
        }
    }
    return whole;
}

numeral_status numeral_named_set_fetch(const char *name, const numeral_run *run,
                                       numeral_error *err)
{
    const numeral_named *set = numeral_named_find(name);
    if (!set) {
        const char *nearest = numeral_named_nearest(name);
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.100s: no data set of that name is known; %s%s%s", name,
                            nearest ? "did you mean " : "numeral data list",
                            nearest ? nearest : "", nearest ? "?" : " names them");
    }
    return set->built_in || is_whole(set) ? NUMERAL_OK : fetch_or_tell(set, run, err);
}
