/* Every job is done again and again, each time with another call refused: the n-th
 * allocation, or the n-th file operation. A job then fails with one sentence and the
 * right status, leaks nothing, leaves outputs untouched and files whole; or it does
 * without. */
#include "tests/fault/fault.h"
#include "tests/unit/png_make.h"

#include <dirent.h>
#include <math.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include <numeral/tools/command.h>
#include <numeral/tools/explain.h>
#include <numeral/tools/output.h>
#include <numeral/tools/picture.h>
#include <numeral/tools/study.h>

#include "base/fail.h"
#include "base/files.h"
#include "base/random.h"
#include "data/npz.h"
#include "index/index.h"

enum { N_ROWS = 60, N_QUERIES = 6 };
/* The first FULL calls are refused one by one, of the others SAMPLE. */
#ifdef __SANITIZE_ADDRESS__
enum { FULL = 16, SAMPLE = 8 };
#else
enum { FULL = 24, SAMPLE = 12 };
#endif

static numeral_registry *registry;
static numeral_dataset digits, queries, many;
static numeral_model *model;
static char folder[] = "/tmp/numeral-fault-XXXXXX";
static char model_path[64], exact_path[64], nda_path[64], hard_path[64];
static const numeral_run run_one = {.threads = 1};

typedef numeral_status (*job)(const char *argument, numeral_error *err);

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* The jobs. Each ends what it made, and checks that a failure made nothing. */

static numeral_status make_pen(const char *argument, numeral_error *err)
{
    (void)argument;
    numeral_dataset out = {0}, untouched = {0};
    numeral_status status = numeral_dataset_pen(10, 1, NUMERAL_SPLIT_TRAIN, &out, err);
    if (status != NUMERAL_OK) {
        assert_memory_equal(&out, &untouched, sizeof out);
    }
    numeral_dataset_free(&out);
    return status;
}

static numeral_status fit_data(const char *text, const numeral_dataset *data,
                               numeral_model **out, numeral_error *err)
{
    numeral_recipe *recipe = NULL;
    numeral_status status = numeral_recipe_parse(registry, text, &recipe, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_fit(recipe, data, 1, &run_one, out, NULL, err);
    }
    numeral_recipe_destroy(recipe);
    return status;
}

static numeral_status fit(const char *text, numeral_error *err)
{
    numeral_model *out = NULL;
    numeral_status status = fit_data(text, &digits, &out, err);
    assert_true((out != NULL) == (status == NUMERAL_OK));
    numeral_model_destroy(out);
    return status;
}

static numeral_status fit_many(const char *text, numeral_error *err)
{
    numeral_model *out = NULL;
    numeral_status status = fit_data(text, &many, &out, err);
    assert_true((out != NULL) == (status == NUMERAL_OK));
    numeral_model_destroy(out);
    return status;
}

/* A sweep, and the learning curve of its recipe. */
static numeral_status tune(const char *text, numeral_error *err)
{
    static const size_t ks[] = {1, 3};
    static const char *const weights[] = {"rank", "classmean=2:25"};
    numeral_recipe *recipe = NULL;
    numeral_tune_outcome out = {0};
    numeral_learning_point points[NUMERAL_LEARNING_POINTS];
    size_t n_points = 0;
    numeral_status status = numeral_recipe_parse(registry, text, &recipe, err);
    numeral_tune_request request = {.recipes = (const numeral_recipe *const *)&recipe,
                                    .n_recipes = 1,
                                    .ks = ks,
                                    .n_ks = 2,
                                    .weights = weights,
                                    .n_weights = 2,
                                    .n_folds = 2,
                                    .threads = 1};
    if (status == NUMERAL_OK) {
        status = numeral_tune(&request, &digits, &out, err);
        assert_true((out.results != NULL) == (status == NUMERAL_OK));
    }
    if (status == NUMERAL_OK) {
        status =
            numeral_learning_curve(recipe, &request, &digits, points, &n_points, err);
        assert_true((n_points != 0) == (status == NUMERAL_OK));
    }
    numeral_tune_outcome_free(&out);
    numeral_recipe_destroy(recipe);
    return status;
}

static numeral_status name_parts(const char *text, numeral_error *err)
{
    numeral_registry *own = NULL;
    numeral_recipe *recipe = NULL;
    numeral_status status = numeral_registry_create(&own, err);
    if (status == NUMERAL_OK) {
        status = numeral_recipe_parse(own, text, &recipe, err);
    }
    if (status == NUMERAL_OK) {
        char *printed = numeral_recipe_print(recipe);
        if (!printed) {
            *err = (numeral_error){NUMERAL_ERROR_MEMORY, "no text"};
            status = NUMERAL_ERROR_MEMORY;
        }
        numeral_free(printed);
    }
    numeral_recipe_destroy(recipe);
    numeral_registry_destroy(own);
    return status;
}

static numeral_status save(const char *name, numeral_error *err)
{
    return numeral_model_save(model, in_folder(name), err);
}

static numeral_status load(const char *path, numeral_error *err)
{
    numeral_model *out = NULL;
    numeral_status status = numeral_model_load(path, registry, &out, err);
    assert_true((out != NULL) == (status == NUMERAL_OK));
    numeral_model_destroy(out);
    return status;
}

/* Loads, searches otherwise than fitted, and answers. */
static numeral_status predict(const char *path, numeral_error *err)
{
    numeral_model *out = NULL;
    numeral_answers answers = {0}, untouched = {0};
    numeral_status status = numeral_model_load(path, registry, &out, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_set(out, "index", "brute", &run_one, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_model_predict(out, &queries, &run_one, &answers, err);
    }
    if (status != NUMERAL_OK) {
        assert_memory_equal(&answers, &untouched, sizeof answers);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(out);
    return status;
}

/* Examines and explains one digit as a picture. */
static numeral_status examine(const char *path, numeral_error *err)
{
    numeral_model *out = NULL;
    numeral_checkup *checkup = NULL;
    numeral_image image = {28, 28, queries.pixels};
    numeral_status status = numeral_model_load(path, registry, &out, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_examine(out, &image, NUMERAL_FRAME_MNIST, true, 1,
                                       &run_one, &checkup, err);
    }
    assert_true((checkup != NULL) == (status == NUMERAL_OK));
    numeral_checkup_destroy(checkup);
    numeral_model_destroy(out);
    return status;
}

static numeral_status save_neighbours(const char *name, numeral_error *err)
{
    numeral_answers answers = {0};
    numeral_status status =
        numeral_model_neighbours(model, &queries, 7, &run_one, &answers, err);
    if (status == NUMERAL_OK) {
        status =
            numeral_answers_save_neighbours(&answers, model, NULL, in_folder(name), err);
    }
    numeral_answers_free(&answers);
    return status;
}

/* All near rows of the model's own rows, and of digits. */
static numeral_status save_ranges(const char *name, numeral_error *err)
{
    numeral_ranges own = {0}, ranges = {0}, untouched = {0};
    numeral_search search = {.radius = 9e6, .run = run_one};
    numeral_status status = numeral_model_search_radius(model, NULL, &search, &own, err);
    if (status == NUMERAL_OK) {
        status = numeral_model_search_radius(model, &queries, &search, &ranges, err);
    }
    if (status != NUMERAL_OK) {
        assert_memory_equal(&ranges, &untouched, sizeof ranges);
    } else {
        status = numeral_ranges_save(&ranges, model, NULL, in_folder(name), err);
    }
    numeral_ranges_free(&own);
    numeral_ranges_free(&ranges);
    return status;
}

static numeral_status search_self(const char *name, numeral_error *err)
{
    numeral_answers answers = {0}, untouched = {0};
    numeral_search search = {.k = 3, .radius = INFINITY, .run = run_one};
    numeral_status status = numeral_model_search(model, NULL, &search, &answers, err);
    (void)name;
    if (status != NUMERAL_OK) {
        assert_memory_equal(&answers, &untouched, sizeof answers);
    }
    numeral_answers_free(&answers);
    return status;
}

enum { DYNAMIC_DIMS = 300 }; /* of 784: rows that are not all zero, and less work */

/* What a dynamic index holds, to be compared. */
typedef struct dynamic_sight {
    numeral_dynamic_state state;
    int64_t ids[2 * N_ROWS], near[5];
    double distances[5];
} dynamic_sight;

/* Nothing is allowed to fail here: the refused call lies behind or ahead. */
static void look_at(const numeral_index *index, dynamic_sight *out)
{
    long refused = memory_refused;
    numeral_error err = {0};
    numeral_rows query = {queries.pixels, NUMERAL_U8, 1, DYNAMIC_DIMS, 784};
    numeral_search search = {.k = 5, .radius = INFINITY, .run = run_one};
    long calls = atomic_load(&memory_calls);
    memory_refused = 0;
    memset(out, 0, sizeof *out);
    CHECK_OK(numeral_index_get_state(index, &out->state, &err), err);
    numeral_index_get_ids(index, out->ids, 2 * N_ROWS);
    CHECK_OK(
        numeral_index_search(index, &query, &search, out->near, out->distances, &err),
        err);
    memory_refused = refused;
    atomic_store(&memory_calls, calls);
}

/* One change of a dynamic index; it happens or leaves no trace. */
static numeral_status change(numeral_index *index, int step, numeral_error *err)
{
    static const int64_t some[] = {3, 41, 17, 18, 19, 20, 21, 22, 5, 6, 7, 8};
    numeral_rows rows = {digits.pixels, NUMERAL_U8, 40, DYNAMIC_DIMS, 784};
    dynamic_sight before, after;
    numeral_status status = NUMERAL_OK;
    look_at(index, &before);
    rows.n_rows = step == 0 ? 40 : 4;
    switch (step) {
    case 2:
        status = numeral_index_remove(index, some, 2, &run_one, err);
        break;
    case 4:
        status = numeral_index_remove(index, some + 2, 10, &run_one, err);
        break;
    case 5:
        status = numeral_index_compact(index, &run_one, err);
        break;
    default:
        status = numeral_index_add(index, &rows, NULL, &run_one, NULL, err);
    }
    look_at(index, &after);
    if ((status == NUMERAL_OK) == (memcmp(&before, &after, sizeof before) == 0)) {
        fail_msg("step %d, status %d: the index %s", step, status,
                 status ? "changed" : "did not change");
    }
    return status;
}

static numeral_status run_dynamic(const char *spec, numeral_error *err)
{
    numeral_index *index = NULL;
    numeral_status status = numeral_index_create_dynamic(NUMERAL_U8, DYNAMIC_DIMS, spec,
                                                         "l2", registry, &index, err);
    assert_true((index != NULL) == (status == NUMERAL_OK));
    for (int step = 0; step < 6 && status == NUMERAL_OK; step++) {
        status = change(index, step, err);
    }
    numeral_rows query = {queries.pixels, NUMERAL_U8, 2, DYNAMIC_DIMS, 784};
    numeral_search search = {.radius = 1e7, .run = run_one};
    numeral_ranges ranges = {0};
    if (status == NUMERAL_OK) {
        status = numeral_index_search_radius(index, &query, &search, &ranges, err);
    }
    numeral_ranges_free(&ranges);
    numeral_index_destroy(index);
    return status;
}

/* A built index becomes dynamic, is changed, saved and loaded. */
static numeral_status teach_index(const char *spec, numeral_error *err)
{
    static numeral_tensors tensors;
    static const int64_t some[] = {3, 41};
    numeral_rows rows = {digits.pixels, NUMERAL_U8, 40, DYNAMIC_DIMS, 784};
    numeral_table kinds = numeral_registry_table(registry, NUMERAL_KIND_INDEX);
    numeral_index *base = NULL, *index = NULL, *loaded = NULL;
    numeral_part part;
    numeral_status status;
    tensors.n_tensors = 0;
    TRY(numeral_part_parse(spec, strlen(spec), &kinds, 1, &part, err));
    TRY(numeral_index_create(&rows, spec, "l2", registry, &run_one, &base, err));
    TRY(numeral_index_make_dynamic(base, NULL, base->n_rows, &part, &index, err));
    base = NULL;
    rows.n_rows = 4;
    TRY(numeral_index_add(index, &rows, NULL, &run_one, NULL, err));
    TRY(numeral_index_remove(index, some, 2, &run_one, err));
    TRY(numeral_index_save(index, &tensors, err));
    numeral_part metric = numeral_index_metric(index);
    TRY(numeral_index_load(&tensors, "dynamic", &metric, NUMERAL_U8, 42, DYNAMIC_DIMS,
                           &loaded, err));
done:
    assert_true((loaded != NULL) == (status == NUMERAL_OK));
    numeral_index_destroy(loaded);
    numeral_index_destroy(index);
    numeral_index_destroy(base);
    return status;
}

/* A lesson that fails leaves the model as it was, byte for byte. */
static void check_unchanged(const numeral_model *taught, const void *before, size_t n)
{
    long refused = memory_refused;
    memory_refused = 0;
    numeral_error err = {0};
    void *after = NULL;
    size_t n_after = 0;
    CHECK_OK(numeral_model_encode(taught, &after, &n_after, &err), err);
    assert_int_equal(n, n_after);
    assert_memory_equal(before, after, n);
    numeral_free(after);
    memory_refused = refused;
}

static numeral_status teach(const char *path, numeral_error *err)
{
    numeral_model *taught = NULL;
    numeral_dataset lesson = queries;
    numeral_label labels[N_QUERIES];
    void *before = NULL;
    size_t n = 0;
    int64_t first = -1;
    numeral_status status;
    memcpy(labels, queries.labels, sizeof labels);
    labels[1] = 99; /* a new class */
    lesson.labels = labels;
    lesson.n_images = 3;
    TRY(numeral_model_load(path, registry, &taught, err));
    for (int step = 0; step < 4; step++) {
        const int64_t some[] = {3, first};
        TRY(numeral_model_encode(taught, &before, &n, err));
        status = step == 1   ? numeral_model_remove(taught, some, 2, err)
                 : step == 3 ? numeral_model_compact(taught, &run_one, err)
                             : numeral_model_add(taught, &lesson, &run_one, &first, err);
        if (status != NUMERAL_OK) {
            check_unchanged(taught, before, n);
        }
        numeral_free(before);
        before = NULL;
        TRY(status);
    }
done:
    numeral_free(before);
    numeral_model_destroy(taught);
    return status;
}

static numeral_status save_data(const char *name, numeral_error *err)
{
    return numeral_dataset_save(&queries, NULL, in_folder(name), err);
}

/* A folder of images, new each time; after a failure there is none. */
static numeral_status save_folder(const char *name, numeral_error *err)
{
    static int n;
    char path[128];
    snprintf(path, sizeof path, "%s/%s-%d/", folder, name, n++);
    numeral_status status = numeral_dataset_save(&queries, NULL, path, err);
    assert_true((access(path, F_OK) == 0) == (status == NUMERAL_OK));
    return status;
}

static numeral_status read_data(const char *name, numeral_error *err)
{
    numeral_dataset out = {0}, untouched = {0};
    numeral_load how = {.offline = true, .run = run_one};
    numeral_status status = numeral_dataset_load(in_folder(name), &how, &out, err);
    if (status != NUMERAL_OK) {
        assert_memory_equal(&out, &untouched, sizeof out);
    }
    numeral_dataset_free(&out);
    return status;
}

/* All pictures of a file. */
static numeral_status read_pictures(const char *name, numeral_error *err)
{
    numeral_pictures *pictures = NULL;
    numeral_status status = numeral_pictures_open(in_folder(name), &pictures, err);
    assert_true((pictures != NULL) == (status == NUMERAL_OK));
    for (size_t i = 0; status == NUMERAL_OK && i < numeral_pictures_count(pictures);
         i++) {
        numeral_image image = {0};
        status = numeral_pictures_read(pictures, i, &image, err);
        assert_true((image.pixels != NULL) == (status == NUMERAL_OK));
        numeral_image_free(&image);
    }
    numeral_pictures_close(pictures);
    return status;
}

static numeral_status save_features(const char *name, numeral_error *err)
{
    return numeral_model_save_features(model, &queries, &run_one, in_folder(name), err);
}

static numeral_status split_data(const char *argument, numeral_error *err)
{
    (void)argument;
    numeral_dataset first = {0}, second = {0}, untouched = {0};
    numeral_status status =
        numeral_dataset_holdout(&digits, 0.3, 1, &first, &second, err);
    if (status != NUMERAL_OK) {
        assert_memory_equal(&first, &untouched, sizeof first);
        assert_memory_equal(&second, &untouched, sizeof second);
    }
    numeral_dataset_free(&first);
    numeral_dataset_free(&second);
    return status;
}

static numeral_status score(const char *argument, numeral_error *err)
{
    (void)argument;
    numeral_scores scores = {0};
    numeral_status status = numeral_scores_compute(digits.labels, digits.labels + 1,
                                                   N_ROWS - 1, &scores, err);
    numeral_scores_free(&scores);
    return status;
}

static numeral_status draw(const char *name, numeral_error *err)
{
    numeral_picture picture = {0};
    numeral_picture_format format;
    numeral_grid grid = {.title = "faults",
                         .digits = {queries.pixels, N_QUERIES, 28, 28},
                         .labels = queries.labels};
    numeral_status status = numeral_picture_format_of(name, &format, err);
    if (status == NUMERAL_OK) {
        status = numeral_draw_grid(&grid, format, &picture, err);
    }
    if (status == NUMERAL_OK) {
        status = numeral_picture_save(&picture, in_folder(name), err);
    }
    numeral_picture_free(&picture);
    return status;
}

static numeral_status draw_text(const char *argument, numeral_error *err)
{
    (void)argument;
    char *text = NULL;
    numeral_text_options how = {.mode = NUMERAL_TEXT_PLAIN};
    numeral_grid grid = {.title = "faults",
                         .digits = {queries.pixels, N_QUERIES, 28, 28},
                         .labels = queries.labels};
    numeral_status status = numeral_text_grid(&grid, &how, &text, err);
    assert_true((text != NULL) == (status == NUMERAL_OK));
    numeral_free(text);
    return status;
}

static numeral_status planes_of(const char *text, numeral_error *err)
{
    numeral_recipe *recipe = NULL;
    numeral_feature_planes *planes = NULL;
    const numeral_run run = {.threads = 1};
    numeral_status status = numeral_recipe_parse(registry, text, &recipe, err);
    if (status == NUMERAL_OK) {
        status = numeral_recipe_planes(recipe, &digits, 1, 1, &run, &planes, err);
    }
    assert_true((planes != NULL) == (status == NUMERAL_OK));
    numeral_feature_planes_destroy(planes);
    numeral_recipe_destroy(recipe);
    return status;
}

static numeral_status lay_map(const char *argument, numeral_error *err)
{
    (void)argument;
    const int64_t ids[] = {1, 2, 0, 2, 0, 1};
    const double distances[] = {1, 2, 1, 3, 2, 3};
    double x[] = {0, 1, 2}, y[] = {0, 2, 1};
    const numeral_run run = {.threads = 1};
    numeral_status status =
        numeral_map_neighbours(ids, distances, 3, 2, 1, &run, x, y, err);
    assert_true((x[1] == 1 && y[1] == 2) == (status != NUMERAL_OK));
    return status;
}

typedef struct task {
    job run;
    const char *argument;
} task;

/* Names of files in the folder that no job should leave. */
static void check_folder(const char *what, long n)
{
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (strstr(entry->d_name, ".tmp")) {
            fail_msg("%s, call %ld: left %s", what, n, entry->d_name);
        }
    }
    closedir(open);
}

static void check_sentence(const char *what, long n, numeral_status status,
                           const numeral_error *err)
{
    size_t length = strlen(err->text);
    if (status != err->status || length < 5 || strchr(err->text, '\n')) {
        fail_msg("%s, call %ld: status %d, error of status %d: '%s'", what, n, status,
                 err->status, err->text);
    }
}

/* The next call to refuse: the first FULL all, then SAMPLE steps of random length. */
static long next_call(long n, long total, numeral_random *random)
{
    if (fault_full) {
        return n + 1;
    }
    uint64_t step = total > FULL ? (uint64_t)(total - FULL) / SAMPLE * 2 + 1 : 1;
    return n < FULL ? n + 1 : n + 1 + (long)numeral_random_below(random, step);
}

static numeral_bytes contents(const char *name)
{
    numeral_bytes bytes = {0};
    numeral_error err;
    CHECK_OK(numeral_bytes_read(in_folder(name), SIZE_MAX / 2, &bytes, &err), err);
    return bytes;
}

/* Whether `name` holds the old words or `whole`, nothing between. */
static bool is_whole(const char *name, const numeral_bytes *whole, const char *old)
{
    numeral_bytes now = contents(name);
    bool right =
        (now.size == strlen(old) && memcmp(now.data, old, now.size) == 0) ||
        (now.size == whole->size && memcmp(now.data, whole->data, now.size) == 0);
    numeral_bytes_free(&now);
    return right;
}

static bool makes_file(const task *t)
{
    return (t->run == save || t->run == save_neighbours || t->run == save_ranges ||
            t->run == save_features || t->run == save_data || t->run == draw) &&
           !strchr(t->argument, '/');
}

static void refuse_memory(const task *t)
{
    numeral_random random = numeral_random_seed(11, 0);
    numeral_error err = {0};
    clock_t start = clock();
    t->run(t->argument, &err); /* what is made once for the process is made now */
    long live = atomic_load(&memory_live);
    fault_memory_begin(0);
    CHECK_OK(t->run(t->argument, &err), err);
    long total = atomic_load(&memory_calls), n_failed = 0;
    numeral_bytes whole = {0};
    if (makes_file(t)) {
        whole = contents(t->argument);
        live++;
    }
    for (long n = 1; n <= total; n = next_call(n, total, &random)) {
        err = (numeral_error){0};
        fault_memory_begin(n);
        numeral_status status = t->run(t->argument, &err);
        fault_memory_begin(0);
        if (atomic_load(&memory_live) != live) {
            fail_msg("%s, allocation %ld of %ld: %ld blocks leaked", t->argument, n,
                     total, atomic_load(&memory_live) - live);
        }
        if (status != NUMERAL_OK) {
            check_sentence(t->argument, n, status, &err);
            if (status != NUMERAL_ERROR_MEMORY) {
                fail_msg("%s, allocation %ld of %ld: status %d: %s", t->argument, n,
                         total, status, err.text);
            }
            n_failed++;
        }
        if (whole.data && !is_whole(t->argument, &whole, "")) {
            fail_msg("%s, allocation %ld of %ld: another file", t->argument, n, total);
        }
        check_folder(t->argument, n);
    }
    numeral_bytes_free(&whole);
    assert_true(total == 0 || n_failed > 0);
    print_message("%s: %ld allocations, %.1f s\n", t->argument, total,
                  (double)(clock() - start) / CLOCKS_PER_SEC);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    static const task tasks[] = {
        {make_pen, "pen"},
        {name_parts, "deskew,gradient=8:7,nda=64 -k 5 --weights distance"},
        {fit, "pixels"},
        {fit, "pixels --index brute=rows -k 5"},
        {fit, "deskew,gradient,pca=8"},
        {fit, "pixels,unit --metric cosine --dtype i8"},
        {fit, "slant,center,blur=1,hog+zoning+profiles+hu,standard,lda=4"},
        {fit_many, "resize=14,pixels --index exact=structure=always"},
        {fit, "deskew,gradient=8:4,nda=8"},
        {tune, "pixels --gate 0 --candidates 8 --rerank ridge"},
        {tune, "pixels,pca=4,lda"},
        {save, "m.model"},
        {load, model_path},
        {load, exact_path},
        {predict, model_path},
        {predict, nda_path},
        {teach, model_path},
        {teach, hard_path},
        {examine, model_path},
        {examine, hard_path},
        {save_neighbours, "n.npz"},
        {save_neighbours, "n.csv"},
        {save_ranges, "r.npz"},
        {search_self, "self"},
        {teach_index, "brute"},
        {teach_index, "near=structure=always"},
        {run_dynamic, "brute"},
        {run_dynamic, "exact=structure=always"},
        {save_data, "d.csv"},
        {save_data, "d.csv.gz"},
        {save_data, "d.idx"},
        {save_data, "d.npz"},
        {save_features, "f.npz"},
        {save_folder, "images"},
        {read_data, "d.csv"},
        {read_data, "d.csv.gz"},
        {read_data, "d.idx"},
        {read_data, "d.npz"},
        {read_data, "d.npz[1:4]"},
        {read_data, "folder"},
        {read_data, "list.csv"},
        {read_data, "colours.npy"},
        {read_data, "texts.npz"},
        {read_pictures, "turned.png"},
        {split_data, "holdout"},
        {score, "scores"},
        {draw, "grid.svg"},
        {draw, "grid.png"},
        {draw_text, "text"},
        {planes_of, "deskew,resize=14,gradient+zoning,standard,lda"},
        {lay_map, "map"},
    };
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        for (int mode = 0; mode < (fault_full ? FAULT_MODES : 1); mode++) {
            fault_then = fault_full ? (fault_mode)mode : (fault_mode)(i % FAULT_MODES);
            refuse_memory(&tasks[i]);
        }
    }
    fault_then = FAULT_ONCE;
}

/* How many calls the job makes when none is refused. */
static long count_files(const task *t)
{
    numeral_error err = {0};
    fault_files_begin(0, 0, false);
    numeral_status status = t->run(t->argument, &err);
    fault_files_end();
    CHECK_OK(status, err);
    return file_calls;
}

/* Labels go to a file of their own. */
static bool names_file(const char *text, const char *name)
{
    return strstr(text, name) ||
           (strcmp(name, "w.idx") == 0 && strstr(text, "w-labels.idx"));
}

static void refuse_files(const task *t, int code)
{
    static const char old[] = "what was there";
    numeral_error err = {0};
    CHECK_OK(t->run(t->argument, &err), err);
    numeral_bytes whole = contents(t->argument);
    long total = count_files(t), live = atomic_load(&memory_live);
    for (long n = 1; n <= total; n++) {
        CHECK_OK(numeral_output_save(in_folder(t->argument), old, strlen(old), &err),
                 err);
        err = (numeral_error){0};
        fault_files_begin(n, code, false);
        numeral_status status = t->run(t->argument, &err);
        fault_files_end();
        if (status != NUMERAL_OK) {
            check_sentence(t->argument, n, status, &err);
            assert_int_equal(status, NUMERAL_ERROR_IO);
            if (!strstr(err.text, strerror(code)) || !names_file(err.text, t->argument)) {
                fail_msg("%s, call %ld: no cause or no name: %s", t->argument, n,
                         err.text);
            }
        }
        assert_int_equal(files_open, 0);
        assert_int_equal(maps_open, 0);
        assert_int_equal(atomic_load(&memory_live), live);
        if (!is_whole(t->argument, &whole, status == NUMERAL_OK ? "" : old)) {
            fail_msg("%s, call %ld: half a file", t->argument, n);
        }
        check_folder(t->argument, n);
    }
    assert_true(total >= 4); /* open, write, sync, close, rename */
    numeral_bytes_free(&whole);
}

static const task writers[] = {
    {save, "w.model"},
    {save_neighbours, "w.npz"},
    {save_neighbours, "w.csv"},
    {save_data, "w.csv"},
    {save_data, "w.npz"},
    {draw, "w.svg"},
    {save_ranges, "r.csv"},
    {save_data, "w.csv.gz"},
    {save_features, "w.npz"},
    {save_data, "w.idx"},
    {draw, "w.png"},
};
enum { N_WRITERS = sizeof writers / sizeof *writers };

static void disks_may_fail(void **state)
{
    (void)state;
    static const int codes[] = {ENOSPC, EIO, EDQUOT, EROFS, EFBIG, EACCES};
    for (size_t i = 0; i < N_WRITERS; i++) {
        for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
            /* where nothing works any more the old files of a pair stay hidden */
            bool pair = strcmp(writers[i].argument, "w.idx") == 0;
            fault_then = pair ? FAULT_ONCE : (fault_mode)((i + c) % FAULT_MODES);
            refuse_files(&writers[i], codes[c]);
            for (int mode = 0; fault_full && !pair && mode < FAULT_MODES; mode++) {
                fault_then = (fault_mode)mode;
                refuse_files(&writers[i], codes[c]);
            }
        }
    }
    fault_then = FAULT_ONCE;
}

/* A folder of images is there whole or not at all. */
static void folders_may_fail(void **state)
{
    (void)state;
    static const task folders = {save_folder, "images"};
    numeral_error err = {0};
    long total = count_files(&folders), live = atomic_load(&memory_live);
    for (long n = 1; n <= total; n++) {
        fault_files_begin(n, n % 2 ? ENOSPC : EIO, n % 3 == 0);
        numeral_status status = save_folder("images", &err);
        fault_files_end();
        assert_true(status == NUMERAL_OK || status == NUMERAL_ERROR_IO);
        assert_int_equal(files_open, 0);
        assert_int_equal(atomic_load(&memory_live), live);
        check_folder("images", n);
    }
}

/* Interrupted calls are done again, and short ones continued. */
static void interruptions_are_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WRITERS; i++) {
        numeral_error err = {0};
        CHECK_OK(writers[i].run(writers[i].argument, &err), err);
        numeral_bytes whole = contents(writers[i].argument);
        fault_files_begin(0, 0, true);
        numeral_status status = writers[i].run(writers[i].argument, &err);
        fault_files_end();
        CHECK_OK(status, err);
        assert_true(is_whole(writers[i].argument, &whole, ""));
        /* the first write, behind open and chmod, of a pair twice */
        fault_files_begin(strcmp(writers[i].argument, "w.idx") ? 3 : 5, EINTR, true);
        status = writers[i].run(writers[i].argument, &err);
        fault_files_end();
        CHECK_OK(status, err);
        assert_true(is_whole(writers[i].argument, &whole, ""));
        numeral_bytes_free(&whole);
    }
}

static void refuse_reads(const task *t, int code)
{
    numeral_error err = {0};
    long total = count_files(t), live = atomic_load(&memory_live), n_failed = 0;
    for (long n = 1; n <= total; n++) {
        fault_files_begin(n, code, n % 2);
        numeral_status status = t->run(t->argument, &err);
        fault_files_end();
        if (status != NUMERAL_OK) {
            check_sentence(t->argument, n, status, &err);
            assert_int_equal(status, NUMERAL_ERROR_IO);
            n_failed++;
        }
        assert_int_equal(files_open, 0);
        assert_int_equal(maps_open, 0);
        assert_int_equal(atomic_load(&memory_live), live);
    }
    /* an image of a folder that fails is read once more, for its sentence */
    if (n_failed == 0 && strcmp(t->argument, "folder") != 0) {
        fail_msg("%s: none of %ld calls made it fail", t->argument, total);
    }
}

static void reading_may_fail(void **state)
{
    (void)state;
    static const task readers[] = {
        {load, model_path},      {predict, nda_path},     {read_data, "d.csv"},
        {read_data, "d.idx"},    {read_data, "d.npz"},    {read_data, "folder"},
        {read_data, "d.csv.gz"}, {read_data, "list.csv"}, {read_pictures, "two.tif"}};
    numeral_error err = {0};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        refuse_reads(&readers[i], EIO);
        fault_files_begin(0, 0, true);
        numeral_status status = readers[i].run(readers[i].argument, &err);
        fault_files_end();
        CHECK_OK(status, err);
    }
}

static numeral_status fit_file(const char *text, const numeral_dataset *data, char *path,
                               const char *name, numeral_error *err)
{
    numeral_model *made = NULL;
    numeral_status status = fit_data(text, data, &made, err);
    snprintf(path, 64, "%s/%s", folder, name);
    if (status == NUMERAL_OK) {
        status = numeral_model_save(made, path, err);
    }
    numeral_model_destroy(made);
    return status;
}

/* Arrays of colours in Fortran's order, texts as labels, a picture that lies on its side,
 * two pages, a list of pictures. */
static bool write_forms(numeral_error *err)
{
    static const uint32_t texts[] = {'b', 0, 'a', 'c'};
    static const uint8_t pixels[2 * 8] = {1, 2, 3};
    static const uint8_t exif[] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
                                   3,   0,   0, 0,  1, 0, 6, 0, 0, 0, 0, 0,    0};
    static const uint8_t rows[] = {0, 1, 2, 3, 0, 4, 5, 6};
    const numeral_npz_array arrays[] = {
        {"arr_0", "|u1", 1, 2, {2, 8}, pixels},
        {"arr_1", "<U2", 8, 1, {2}, texts},
    };
    static const char head[] =
        "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 3, 3)}";
    uint8_t colours[128 + 2 * 9 * 3] = {0};
    char list[200];
    memcpy(colours, "\x93NUMPY\x01\x00\x76\x00", 10);
    memset(colours + 10, ' ', 117);
    colours[127] = '\n';
    memcpy(colours + 10, head, strlen(head));
    png_file png = png_begin(3, 2, 8, 0, 0);
    png_chunk(&png, "eXIf", exif, sizeof exif);
    png_end(&png, rows, sizeof rows);
    /* two directories of one strip each, which is the same */
    uint8_t tiff[8 + 2 * (2 + 9 * 12 + 4)] = {'I', 'I', 42, 0, 8, 0, 0, 0};
    static const uint16_t entries[9][3] = {{256, 3, 2}, {257, 3, 2}, {258, 3, 8},
                                           {259, 3, 1}, {262, 3, 1}, {273, 3, 4},
                                           {277, 3, 1}, {278, 3, 2}, {279, 3, 4}};
    for (size_t page = 0, at = 8; page < 2; page++, at += 2 + 9 * 12 + 4) {
        tiff[at] = 9;
        for (size_t i = 0; i < 9; i++) {
            uint8_t *entry = tiff + at + 2 + 12 * i;
            entry[0] = (uint8_t)(entries[i][0] & 255);
            entry[1] = (uint8_t)(entries[i][0] >> 8);
            entry[2] = (uint8_t)entries[i][1];
            entry[4] = 1;
            entry[8] = (uint8_t)entries[i][2];
        }
        tiff[at + 2 + 9 * 12] = page ? 0 : 8 + 2 + 9 * 12 + 4;
    }
    snprintf(list, sizeof list, "turned.png,two\n%s,one\n", in_folder("turned.png"));
    return numeral_npz_save(in_folder("texts.npz"), arrays, 2, err) == NUMERAL_OK &&
           numeral_output_save(in_folder("colours.npy"), colours, sizeof colours, err) ==
               NUMERAL_OK &&
           numeral_output_save(in_folder("turned.png"), png.bytes, png.n, err) ==
               NUMERAL_OK &&
           numeral_output_save(in_folder("two.tif"), tiff, sizeof tiff, err) ==
               NUMERAL_OK &&
           numeral_output_save(in_folder("list.csv"), list, strlen(list), err) ==
               NUMERAL_OK;
}

static bool write_data(numeral_error *err)
{
    static const char *const files[] = {"d.csv", "d.idx", "d.npz", "folder/", "d.csv.gz"};
    bool done = true;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        done &= save_data(files[i], err) == NUMERAL_OK;
    }
    return done;
}

static int set_up(void **state)
{
    (void)state;
    static const numeral_allocator table = {fault_allocate, fault_release};
    numeral_error err = {0};
    numeral_set_allocator(&table);
    bool made =
        mkdtemp(folder) && numeral_registry_create(&registry, &err) == NUMERAL_OK &&
        numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &digits, &err) ==
            NUMERAL_OK &&
        numeral_dataset_pen(1030, 1, NUMERAL_SPLIT_TRAIN, &many, &err) == NUMERAL_OK &&
        numeral_dataset_pen(N_QUERIES, 1, NUMERAL_SPLIT_TEST, &queries, &err) ==
            NUMERAL_OK &&
        fit_file("pixels", &digits, model_path, "p.model", &err) == NUMERAL_OK &&
        fit_file("resize=14,pixels --index exact=structure=always", &many, exact_path,
                 "e.model", &err) == NUMERAL_OK &&
        fit_file("deskew,gradient,pca=8 --gate 0 --rerank idm=moments:0+ridge", &digits,
                 hard_path, "h.model", &err) == NUMERAL_OK &&
        fit_file("deskew,gradient,nda=8", &digits, nda_path, "g.model", &err) ==
            NUMERAL_OK &&
        fit_data("pixels -k 5", &digits, &model, &err) == NUMERAL_OK &&
        write_data(&err) && write_forms(&err);
    if (!made) {
        fprintf(stderr, "%s\n", err.text);
    }
    return made ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_model_destroy(model);
    numeral_dataset_free(&digits);
    numeral_dataset_free(&queries);
    numeral_dataset_free(&many);
    numeral_registry_destroy(registry);
    numeral_folder_remove(folder);
    return atomic_load(&memory_live) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(disks_may_fail),
        cmocka_unit_test(folders_may_fail),
        cmocka_unit_test(interruptions_are_survived),
        cmocka_unit_test(reading_may_fail),
    };
    fault_begin(argc, argv);
    return fault_end(cmocka_run_group_tests(tests, set_up, tear_down));
}
