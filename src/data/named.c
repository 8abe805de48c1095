/* Where named sets lie. In $NUMERAL_DATA/NAME, the cache and the system's folder the
 * name is trusted; files right in $NUMERAL_DATA must have the set's digests, since
 * MNIST's file names say nothing about what is in them. */
#include "data/named.h"

#include <stdarg.h>
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

enum { PATH_BYTES = 4096, MAX_PLACES = 4, MAX_NAMES = 16 };
enum { PEN_TRAIN = 20000, PEN_TEST = 4000 };

/* A folder where a set may lie; `certain` where its name vouches for it. */
typedef struct place {
    char folder[PATH_BYTES];
    bool certain;
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

/* NAME's folder in the user's cache; false where there is no home. */
static bool cache_folder(const char *name, char folder[PATH_BYTES])
{
    const char *cache = environment("XDG_CACHE_HOME");
    const char *home = environment("HOME");
    int length = -1;
    if (cache && cache[0] == '/') { /* the XDG rules ignore relative ones */
        length = snprintf(folder, PATH_BYTES, "%s/numeral/%s", cache, name);
    } else if (home) {
        length = snprintf(folder, PATH_BYTES, "%s/.cache/numeral/%s", home, name);
    }
    return length > 0 && length < PATH_BYTES;
}

NUMERAL_PRINTF(3, 4)
static bool put(place *out, bool certain, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(out->folder, PATH_BYTES, format, arguments);
    va_end(arguments);
    out->certain = certain;
    return length > 0 && length < PATH_BYTES;
}

static size_t list_places(const char *name, const char *system_folder,
                          place places[MAX_PLACES])
{
    size_t n = 0;
    const char *data = environment("NUMERAL_DATA");
    if (data && put(&places[n], true, "%s/%s", data, name)) {
        n++;
    }
    if (data && put(&places[n], false, "%s", data)) {
        n++;
    }
    if (cache_folder(name, places[n].folder)) {
        places[n++].certain = true;
    }
    if (system_folder && put(&places[n], true, "%s", system_folder)) {
        n++;
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

static numeral_status make_pen(const numeral_load *options, numeral_dataset *out,
                               numeral_error *err)
{
    numeral_dataset train = {0};
    numeral_dataset test = {0};
    numeral_status status = NUMERAL_OK;
    if (options->split != NUMERAL_SPLIT_TEST) {
        status =
            numeral_dataset_pen_threads(PEN_TRAIN, options->seed, NUMERAL_SPLIT_TRAIN,
                                        options->run.threads, &train, err);
    }
    if (status == NUMERAL_OK && options->split != NUMERAL_SPLIT_TRAIN) {
        status = numeral_dataset_pen_threads(PEN_TEST, options->seed, NUMERAL_SPLIT_TEST,
                                             options->run.threads, &test, err);
    }
    if (status != NUMERAL_OK) {
        numeral_dataset_free(&train);
        return status;
    }
    if (options->split == NUMERAL_SPLIT_ALL) {
        return numeral_dataset_join_splits(&train, &test, "pen", out, err);
    }
    *out = options->split == NUMERAL_SPLIT_TRAIN ? train : test;
    return NUMERAL_OK;
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
        const char *const *digests = places[i].certain ? NULL : set->sha256;
        bool differs = false;
        numeral_status status = numeral_idx_set_load(places[i].folder, digests,
                                                     options->split, out, &differs, err);
        if (places[i].certain || status == NUMERAL_OK) {
            *found = true;
            return status;
        }
    }
    return NUMERAL_OK;
}

static numeral_status fetch_all(const numeral_named *set, const numeral_run *run,
                                numeral_error *err)
{
    char folder[PATH_BYTES];
    if (!cache_folder(set->name, folder)) {
        return numeral_fail(err, NUMERAL_ERROR_IO,
                            "%s: no place to fetch it to: set HOME or XDG_CACHE_HOME",
                            set->name);
    }
    const char *mirror = environment("NUMERAL_MIRROR");
    char own[PATH_BYTES];
    const char *const own_list[] = {own, NULL};
    if (mirror && snprintf(own, sizeof own, "%s/%s", mirror, set->name) >= PATH_BYTES) {
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT, "NUMERAL_MIRROR is too long");
    }
    for (unsigned i = 0; i < NUMERAL_IDX_FILES; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.gz", numeral_idx_file_name(i));
        if (numeral_idx_set_has(folder, i, set->sha256[i])) {
            continue;
        }
        numeral_status status = numeral_fetch(mirror ? own_list : set->mirrors, folder,
                                              name, set->sha256[i], run, err);
        if (status != NUMERAL_OK) {
            return status;
        }
    }
    return NUMERAL_OK;
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
        char places[300];
        numeral_named_places(set->name, places, sizeof places);
        return numeral_fail(err, NUMERAL_ERROR_NETWORK,
                            "%s: found in none of %s, and fetching is off", set->name,
                            places);
    }
    status = fetch_all(set, &options->run, err);
    if (status == NUMERAL_OK) {
        status = load_found(set, options, &found, out, err);
    }
    if (status == NUMERAL_OK && !found) {
        status = numeral_fail(err, NUMERAL_ERROR_IO,
                              "%s: fetched, yet not found in the cache", set->name);
    }
    return status;
}

numeral_status numeral_named_load(const numeral_named *set, const numeral_load *options,
                                  numeral_dataset *out, numeral_error *err)
{
    static const char *const endings[] = {"", ":train", ":test"};
    const char *ending = endings[options->split];
    numeral_dataset made = {0};
    numeral_status status = set->built_in ? make_pen(options, &made, err)
                                          : load_files(set, options, &made, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    numeral_release(made.name);
    size_t bytes = strlen(set->name) + strlen(ending) + 1;
    made.name = numeral_allocate(bytes, 1, err);
    if (!made.name) {
        numeral_dataset_free(&made);
        return NUMERAL_ERROR_MEMORY;
    }
    snprintf(made.name, bytes, "%s%s", set->name, ending);
    *out = made;
    return NUMERAL_OK;
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
            (places[i].certain ||
             numeral_idx_set_has(places[i].folder, NUMERAL_IDX_TEST_LABELS,
                                 set->sha256[NUMERAL_IDX_TEST_LABELS]))) {
            memcpy(folder, places[i].folder, PATH_BYTES);
            out->found = folder;
        }
    }
}

numeral_status numeral_named_set_fetch(const char *name, const numeral_run *run,
                                       numeral_error *err)
{
    const numeral_named *set = numeral_named_find(name);
    if (!set) {
        const char *nearest = numeral_named_nearest(name);
        return numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                            "%.100s: no data set of that name is known%s%s%s", name,
                            nearest ? "; did you mean " : "", nearest ? nearest : "",
                            nearest ? "?" : "");
    }
    char folder[PATH_BYTES];
    numeral_named_set found = {0};
    numeral_named_set_get((size_t)(set - numeral_named_sets), &found, folder);
    return set->built_in || found.found ? NUMERAL_OK : fetch_all(set, run, err);
}
