/* Teaching: digits join a model and leave it; answers are those of all its rows. */
#include "tests/unit/check.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/condense.h>
#include <numeral/tools/explain.h>

#include "base/random.h"

enum {
    N = SLOWER > 1 ? 400 : 600,
    FITTED = SLOWER > 1 ? 240 : 400,
    N_TEST = SLOWER > 1 ? 40 : 80
};

static numeral_dataset all, test;
static const numeral_run two = {.threads = 2};

/* Stages of every kind, each re-ranker, each type of row, metrics of several families. */
static const char *const recipes[] = {
    "pixels",
    "pixels --index brute=rows -k 1",
    "deskew,pixels -k 5 --weights distance --index exact=structure=always",
    "pixels --metric l1 --index exact=structure=always",
    "pixels,unit --metric cosine",
    "deskew,gradient=4:4,nda=8 --dtype i8 -k 5 --weights gaussian",
    "deskew,gradient=4:4,pca=12 --dtype i16",
    "deskew,pixels --gate 7 --rerank idm=raw:0 --candidates 40",
    ("deskew,gradient=4:4,nda=8 --dtype i8 -k 5 --gate 7 --rerank "
     "ridge=stop=0.4+idm=moments+tangent=view=deskew --candidates 40"),
    "pixels --gate 5 --rerank ridge+idm=deskew --combine sum --candidates 40",
};
/* Sanitizers see each in one of the three tests, not in all. */
enum { N_RECIPES = sizeof recipes / sizeof *recipes, EACH = SLOWER > 1 ? 3 : 1 };

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_dataset_pen(N, 1, NUMERAL_SPLIT_TRAIN, &all, &err) != NUMERAL_OK ||
           numeral_dataset_pen(N_TEST, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&all);
    numeral_dataset_free(&test);
    return 0;
}

/* Digits [first, end), borrowed. */
static numeral_dataset part(size_t first, size_t end)
{
    numeral_dataset some = all;
    some.pixels += first * all.height * all.width;
    some.labels += first;
    some.n_images = end - first;
    some.rows = NULL;
    return some;
}

static numeral_model *fit(const char *recipe, size_t n)
{
    numeral_error err;
    numeral_model *model = NULL;
    numeral_dataset some = part(0, n);
    CHECK_OK(numeral_model_train(&some, recipe, &two, &model, &err), err);
    return model;
}

static int64_t teach(numeral_model *model, size_t first, size_t end)
{
    numeral_error err;
    numeral_dataset some = part(first, end);
    int64_t row = -1;
    CHECK_OK(numeral_model_add(model, &some, &two, &row, &err), err);
    return row;
}

static numeral_answers answers_of(const numeral_model *model)
{
    numeral_error err;
    numeral_answers answers;
    CHECK_OK(numeral_model_predict(model, &test, &two, &answers, &err), err);
    return answers;
}

static void check_same(const char *what, numeral_answers a, numeral_answers b)
{
    assert_int_equal(a.n, b.n);
    assert_int_equal(a.k, b.k);
    assert_int_equal(a.n_classes, b.n_classes);
    if (memcmp(a.labels, b.labels, a.n * sizeof(numeral_label)) != 0 ||
        memcmp(a.decided, b.decided, a.n) != 0 ||
        memcmp(a.confidence, b.confidence, a.n * sizeof *a.confidence) != 0 ||
        memcmp(a.votes, b.votes, a.n * a.n_classes * sizeof *a.votes) != 0 ||
        memcmp(a.ids, b.ids, a.n * a.k * sizeof *a.ids) != 0 ||
        memcmp(a.distances, b.distances, a.n * a.k * sizeof *a.distances) != 0) {
        fail_msg("%s: other answers", what);
    }
    numeral_answers_free(&a);
    numeral_answers_free(&b);
}

/* The model as its own file gives it back; whose file is the same again. */
static numeral_model *again(const numeral_model *model)
{
    numeral_error err;
    numeral_model *loaded = NULL;
    void *bytes, *others;
    size_t n, n_others;
    CHECK_OK(numeral_model_encode(model, &bytes, &n, &err), err);
    CHECK_OK(numeral_model_decode(bytes, n, "again", NULL, &loaded, &err), err);
    CHECK_OK(numeral_model_encode(loaded, &others, &n_others, &err), err);
    assert_int_equal(n, n_others);
    assert_memory_equal(bytes, others, n);
    numeral_free(bytes);
    numeral_free(others);
    return loaded;
}

/* Lessons of any size give the model that has all rows from the start: searched by brute
 * force, and, where nothing is learnt, fitted. */
static void answers_are_those_of_all_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_RECIPES; i += EACH) {
        numeral_error err;
        numeral_model *model = fit(recipes[i], FITTED), *plain = fit(recipes[i], FITTED);
        assert_int_equal(teach(model, FITTED, FITTED + 1), FITTED);
        assert_int_equal(teach(model, FITTED + 1, FITTED + 30), FITTED + 1);
        assert_int_equal(teach(model, FITTED + 30, FITTED + 33), FITTED + 30);
        assert_int_equal(teach(model, FITTED + 33, N), FITTED + 33);
        assert_int_equal(teach(plain, FITTED, N), FITTED);
        CHECK_OK(numeral_model_set(plain, "index", "brute", &two, &err), err);
        check_same(recipes[i], answers_of(model), answers_of(plain));
        numeral_model *loaded = again(model);
        check_same(recipes[i], answers_of(model), answers_of(loaded));
        numeral_model_destroy(loaded);
        if (i > 0 && i < 4) { /* of these nothing is learnt from digits, nor measured */
            numeral_model *fresh = fit(recipes[i], N);
            check_same(recipes[i], answers_of(model), answers_of(fresh));
            numeral_model_destroy(fresh);
        }
        uint8_t image[784];
        for (size_t row = 0; row < N; row += 7) {
            assert_true(numeral_model_get_image(model, row, image));
            assert_memory_equal(image, all.pixels + row * 784, 784);
        }
        numeral_model_destroy(model);
        numeral_model_destroy(plain);
    }
}

/* What was taught and is taken away leaves no trace in answers, saved or not; numbers
 * stay given. */
static void removing_gives_the_old_answers(void **state)
{
    (void)state;
    for (size_t i = EACH - 1; i < N_RECIPES; i += EACH) {
        numeral_error err;
        int64_t rows[N], left[N];
        numeral_model *model = fit(recipes[i], FITTED), *old = fit(recipes[i], FITTED);
        teach(model, FITTED, N);
        for (size_t r = 0; r < N - FITTED; r++) {
            rows[r] = N - 1 - (int64_t)r;
        }
        CHECK_OK(numeral_model_remove(model, rows, 3, &err), err);
        numeral_model *loaded = again(model);
        check_same(recipes[i], answers_of(model), answers_of(loaded));
        CHECK_OK(numeral_model_remove(loaded, rows + 3, N - FITTED - 3, &err), err);
        CHECK_OK(numeral_model_remove(model, rows + 3, N - FITTED - 3, &err), err);
        check_same(recipes[i], answers_of(model), answers_of(old));
        check_same(recipes[i], answers_of(loaded), answers_of(old));
        assert_int_equal(numeral_model_get_rows(model, left, N), FITTED);
        assert_int_equal(left[FITTED - 1], FITTED - 1);
        assert_int_equal(teach(model, 0, 1), N);
        assert_int_equal(teach(loaded, 0, 1), N);
        check_same(recipes[i], answers_of(model), answers_of(loaded));
        numeral_model_destroy(loaded);
        numeral_model_destroy(model);
        numeral_model_destroy(old);
    }
}

/* With rows gone in the midst, all that asks a model answers as of one that is whole: the
 * same rows, numbered from 0. */
static void gaps_do_not_matter(void **state)
{
    (void)state;
    for (size_t i = EACH / 2; i < N_RECIPES; i += EACH) {
        numeral_error err;
        int64_t gone[N], left[N];
        size_t n_gone = 0, n_left = 0, kept[N];
        for (size_t row = 0; row < FITTED; row++) {
            if (row % 3 == 1) {
                gone[n_gone++] = (int64_t)row;
            } else {
                kept[n_left++] = row;
            }
        }
        numeral_model *model = fit(recipes[i], FITTED), *whole = fit(recipes[i], FITTED);
        CHECK_OK(numeral_model_remove(model, gone, n_gone, &err), err);
        /* `whole`: all rows are taught once more, and the first ones taken away */
        teach(whole, 0, FITTED);
        int64_t first[FITTED], second[FITTED];
        for (size_t row = 0; row < FITTED; row++) {
            first[row] = (int64_t)row;
            second[row] = (int64_t)(row + FITTED);
        }
        for (size_t g = 0; g < n_gone; g++) {
            gone[g] += FITTED;
        }
        CHECK_OK(numeral_model_remove(whole, first, FITTED, &err), err);
        CHECK_OK(numeral_model_remove(whole, gone, n_gone, &err), err);
        CHECK_OK(numeral_model_compact(whole, &two, &err), err);
        (void)second;
        assert_int_equal(numeral_model_get_rows(model, left, N), n_left);
        for (size_t row = 0; row < n_left; row++) {
            assert_int_equal(left[row], kept[row]);
        }
        numeral_model *loaded = again(whole);
        numeral_answers a = answers_of(model), b = answers_of(loaded);
        for (size_t j = 0; j < a.n * a.k; j++) {
            a.ids[j] += a.ids[j] < 0 ? 0 : FITTED;
        }
        check_same(recipes[i], a, b);

        numeral_condense_request request = {.run = two};
        numeral_condensation p, q;
        CHECK_OK(numeral_condense_plan(model, &request, &p, &err), err);
        CHECK_OK(numeral_condense_plan(loaded, &request, &q, &err), err);
        assert_int_equal(p.n, q.n);
        for (size_t j = 0; j < p.n; j++) {
            assert_int_equal(p.rows[j] + FITTED, q.rows[j]);
        }
        numeral_condensation_free(&p);
        numeral_condensation_free(&q);

        numeral_search search = {.k = 3, .radius = 1e30, .run = two};
        CHECK_OK(numeral_model_search(model, NULL, &search, &a, &err), err);
        CHECK_OK(numeral_model_search(loaded, NULL, &search, &b, &err), err);
        assert_int_equal(a.n, n_left);
        for (size_t j = 0; j < a.n * a.k; j++) {
            assert_int_equal(a.ids[j] + FITTED, b.ids[j]);
        }
        numeral_answers_free(&a);
        numeral_answers_free(&b);

        numeral_image image = {28, 28, test.pixels};
        numeral_checkup *x = NULL, *y = NULL;
        CHECK_OK(numeral_model_examine(model, &image, NUMERAL_FRAME_AUTO, true, 1, &two,
                                       &x, &err),
                 err);
        CHECK_OK(numeral_model_examine(loaded, &image, NUMERAL_FRAME_AUTO, true, 1, &two,
                                       &y, &err),
                 err);
        assert_int_equal(x->n_sample, y->n_sample);
        assert_int_equal(x->why->own.row + FITTED, y->why->own.row);
        assert_int_equal(x->why->rival.row + FITTED, y->why->rival.row);
        assert_true(x->why->confidence == y->why->confidence);
        assert_memory_equal(x->means[0], y->means[0], 784);
        assert_memory_equal(x->why->own.image, all.pixels + x->why->own.row * 784, 784);
        numeral_checkup_destroy(x);
        numeral_checkup_destroy(y);
        numeral_model_destroy(loaded);
        numeral_model_destroy(model);
        numeral_model_destroy(whole);
    }
}

static void new_labels_become_classes(void **state)
{
    (void)state;
    numeral_error err;
    numeral_dataset few = part(0, FITTED);
    numeral_label *labels = malloc(N * sizeof *labels);
    size_t rows[N], n = 0;
    for (size_t i = 0; i < FITTED; i++) {
        if (all.labels[i] != 4) {
            rows[n++] = i;
        }
    }
    CHECK_OK(numeral_dataset_select(&all, rows, n, &few, &err), err);
    for (int rerank = 0; rerank < 2; rerank++) {
        numeral_model *model = NULL;
        numeral_model_info before, info;
        CHECK_OK(numeral_model_train(&few,
                                     rerank ? "deskew,pixels --gate 7 --rerank "
                                              "idm=raw:0+ridge --candidates 40"
                                            : "deskew,pixels",
                                     &two, &model, &err),
                 err);
        numeral_model_get_info(model, &before);
        assert_int_equal(before.n_classes, 9);
        teach(model, FITTED, N);
        numeral_model_get_info(model, &info);
        assert_int_equal(info.n_classes, 10);
        assert_int_equal(info.classes[4], 4);
        assert_int_equal(before.classes[4], 5); /* what was lent stays */
        numeral_answers answers = answers_of(model);
        size_t fours = 0, right = 0;
        for (size_t i = 0; i < test.n_images; i++) {
            fours += test.labels[i] == 4;
            right += test.labels[i] == 4 && answers.labels[i] == 4;
        }
        assert_true(right > (SLOWER > 1 ? 0 : fours / 2)); /* of few lessons */
        assert_int_equal(answers.n_classes, 10);
        numeral_answers_free(&answers);
        /* it stays one when its rows are gone */
        int64_t gone[N];
        size_t n_gone = 0;
        for (size_t i = n; i < info.n_numbers; i++) {
            if (info.labels[i] == 4) {
                gone[n_gone++] = (int64_t)i;
            }
        }
        assert_true(n_gone > 0);
        CHECK_OK(numeral_model_remove(model, gone, n_gone, &err), err);
        numeral_model *loaded = again(model);
        numeral_model_get_info(loaded, &info);
        assert_int_equal(info.n_classes, 10);
        check_same("no fours", answers_of(model), answers_of(loaded));
        for (size_t i = 0; i < 10; i++) {
            numeral_image image = {28, 28, test.pixels + i * 784};
            numeral_explanation *why = NULL;
            CHECK_OK(numeral_model_explain(loaded, &image, NUMERAL_FRAME_AUTO, &two, &why,
                                           &err),
                     err);
            assert_int_not_equal(why->label, 4);
            assert_true(why->has_runner_up && why->runner_up != 4);
            numeral_explanation_destroy(why);
        }
        numeral_model_destroy(loaded);
        numeral_model_destroy(model);
    }
    numeral_dataset_free(&few);
    free(labels);
}

/* Names join names, whatever their numbers; without names numbers join numbers. */
static void labels_join_by_name(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = NULL;
    numeral_dataset fitted = part(0, 60), taught = part(60, 120);
    numeral_label labels[60], more[60];
    char *names[256] = {NULL}, *others[256] = {NULL};
    names[0] = (char[]){"zero"};
    names[1] = (char[]){"one"};
    others[7] = (char[]){"one"};
    others[0] = (char[]){"two"};
    for (size_t i = 0; i < 60; i++) {
        labels[i] = i % 2;
        more[i] = i % 3 == 0 ? 7 : i % 3 == 1 ? 0 : 9;
    }
    fitted.labels = labels;
    fitted.label_names = names;
    fitted.n_label_names = 256;
    taught.labels = more;
    taught.label_names = others;
    taught.n_label_names = 256;
    CHECK_OK(numeral_model_train(&fitted, "pixels", &two, &model, &err), err);
    CHECK_OK(numeral_model_add(model, &taught, &two, NULL, &err), err);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_classes, 4);
    /* "one" is 1 here, too; "two" is new, and 0 is taken; 9 has no name */
    static const numeral_label expected[4] = {0, 1, 2, 9};
    static const char *const called[4] = {"zero", "one", "two", "9"};
    assert_memory_equal(info.classes, expected, sizeof expected);
    for (size_t c = 0; c < 4; c++) {
        assert_string_equal(info.label_names[c], called[c]);
    }
    for (size_t i = 0; i < 60; i++) {
        assert_int_equal(info.labels[60 + i], i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 9);
    }
    numeral_reading reading;
    numeral_model *loaded = again(model);
    CHECK_OK(
        numeral_model_read(loaded, taught.pixels + 784, 28, 28, 28, &two, &reading, &err),
        err);
    assert_int_equal(reading.neighbours[0].row, 61);
    assert_true(reading.neighbours[0].distance == 0);
    numeral_model_destroy(loaded);
    /* without names, by number */
    taught.label_names = NULL;
    taught.n_label_names = 0;
    more[0] = 3;
    taught.n_images = 1;
    CHECK_OK(numeral_model_add(model, &taught, &two, NULL, &err), err);
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_classes, 5);
    assert_int_equal(info.labels[120], 3);
    assert_string_equal(info.label_names[3], "3");
    /* 65,536 classes are all there can be */
    enum { ALL = NUMERAL_MAX_LABEL + 1 };
    static numeral_label every[ALL];
    uint8_t *pixels = calloc(ALL, 784);
    for (size_t i = 0; i < ALL; i++) {
        every[i] = (numeral_label)i;
    }
    numeral_dataset full = {.name = "full",
                            .n_images = ALL,
                            .height = 28,
                            .width = 28,
                            .pixels = pixels,
                            .labels = every};
    CHECK_OK(numeral_model_add(model, &full, &two, NULL, &err), err);
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_classes, ALL);
    full.n_images = 1;
    full.label_names = others;
    full.n_label_names = 256;
    others[0] = (char[]){"another"};
    CHECK_FAILS(numeral_model_add(model, &full, &two, NULL, &err), NUMERAL_ERROR_LIMIT,
                err, "full: no number is left for label 'another': the model has 65536");
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_numbers, 121 + ALL);
    free(pixels);
    numeral_model_destroy(model);
}

static void origins_are_told(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels", FITTED);
    numeral_dataset some = part(FITTED, FITTED + 5);
    some.name = (char[]){"mine"};
    CHECK_OK(numeral_model_add(model, &some, NULL, NULL, &err), err);
    teach(model, FITTED + 5, FITTED + 7);
    CHECK_OK(numeral_model_add(model, &some, NULL, NULL, &err), err);
    CHECK_OK(numeral_model_remove(model, (int64_t[]){FITTED, 3}, 2, &err), err);
    for (int saved = 0; saved < 2; saved++) {
        numeral_model *one = saved ? again(model) : model;
        static const size_t counts[] = {FITTED, 10, 2};
        const char *const names[] = {all.name, "mine", all.name};
        numeral_model_info info;
        numeral_model_origin origin;
        numeral_model_get_info(one, &info);
        assert_int_equal(info.n_origins, 3);
        assert_string_equal(info.data, all.name);
        for (size_t i = 0; i < 3; i++) {
            assert_true(numeral_model_get_origin(one, i, &origin));
            assert_string_equal(origin.name, names[i]);
            assert_int_equal(origin.n_rows, counts[i]);
        }
        assert_false(numeral_model_get_origin(one, 3, &origin));
        if (saved) {
            numeral_model_destroy(one);
        }
    }
    for (int i = 0; i < 300; i++) {
        char name[16];
        snprintf(name, sizeof name, "set %d", i);
        some.name = name;
        some.n_images = 1;
        CHECK_OK(numeral_model_add(model, &some, NULL, NULL, &err), err);
    }
    numeral_model_info info;
    numeral_model_origin origin;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_origins, 256);
    assert_true(numeral_model_get_origin(model, 255, &origin));
    assert_string_equal(origin.name, "others");
    assert_int_equal(origin.n_rows, 300 - (255 - 3));
    numeral_model_destroy(again(model));
    numeral_model_destroy(model);
}

static void wrong_lessons_change_nothing(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels -k 3 --frame keep", 20);
    numeral_dataset some = part(20, 25);
    int64_t first = 77;
    void *before, *after;
    size_t n, n_after;
    CHECK_OK(numeral_model_encode(model, &before, &n, &err), err);
    some.labels = NULL;
    CHECK_FAILS(numeral_model_add(model, &some, NULL, &first, &err),
                NUMERAL_ERROR_ARGUMENT, err, "has no labels; teaching needs them");
    some = part(20, 25);
    some.height = 14;
    CHECK_FAILS(numeral_model_add(model, &some, NULL, &first, &err),
                NUMERAL_ERROR_ARGUMENT, err, "an image of 14 x 28");
    const int64_t unknown[] = {3, 20}, twice[] = {4, 4}, below[] = {-1};
    int64_t most[18];
    for (size_t i = 0; i < 18; i++) {
        most[i] = (int64_t)i;
    }
    CHECK_FAILS(numeral_model_remove(model, unknown, 2, &err), NUMERAL_ERROR_ARGUMENT,
                err, "row 20: there is none of that id");
    CHECK_FAILS(numeral_model_remove(model, twice, 2, &err), NUMERAL_ERROR_ARGUMENT, err,
                "row 4: there is none of that id");
    CHECK_FAILS(numeral_model_remove(model, below, 1, &err), NUMERAL_ERROR_ARGUMENT, err,
                "row -1");
    CHECK_FAILS(numeral_model_remove(model, most, 18, &err), NUMERAL_ERROR_ARGUMENT, err,
                "18 of 20 rows cannot go: -k 3 needs as many to stay");
    CHECK_OK(numeral_model_encode(model, &after, &n_after, &err), err);
    assert_int_equal(n, n_after);
    assert_memory_equal(before, after, n);
    numeral_free(before);
    numeral_free(after);
    /* nothing to add or remove is no mistake */
    some = part(20, 20);
    CHECK_OK(numeral_model_add(model, &some, NULL, &first, &err), err);
    assert_int_equal(first, 20);
    CHECK_OK(numeral_model_remove(model, NULL, 0, &err), err);
    CHECK_OK(numeral_model_remove(model, most, 17, &err), err);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_rows, 3);
    uint8_t image[784];
    assert_false(numeral_model_get_image(model, 2, image));
    assert_true(numeral_model_get_image(model, 18, image));
    assert_false(numeral_model_get_image(model, 20, image));
    numeral_model_destroy(model);
}

/* Ten thousand additions and removals in random order, beside a list that is searched
 * naively. Images of 4 × 4 pixels keep it short. */
enum { SIDE = 4, PIXELS = SIDE * SIDE, MOST = 40000, STEPS = SLOWER > 1 ? 3000 : 10000 };

typedef struct list {
    size_t n; /* numbers given */
    size_t n_left;
    uint8_t (*pixels)[PIXELS];
    numeral_label *labels;
    bool *gone;
    int64_t *left;
} list;

static void add_random(numeral_model *model, list *l, numeral_random *random)
{
    numeral_error err;
    numeral_dataset data = {.name = "random",
                            .n_images = 1 + (size_t)numeral_random_below(random, 4),
                            .height = SIDE,
                            .width = SIDE,
                            .pixels = l->pixels[l->n],
                            .labels = l->labels + l->n};
    for (size_t i = 0; i < data.n_images; i++) {
        for (size_t p = 0; p < PIXELS; p++) {
            data.pixels[i * PIXELS + p] = (uint8_t)numeral_random_below(random, 8);
        }
        data.labels[i] = (numeral_label)numeral_random_below(random, 5);
        l->left[l->n_left++] = (int64_t)(l->n + i);
    }
    int64_t first;
    CHECK_OK(numeral_model_add(model, &data, &two, &first, &err), err);
    assert_int_equal(first, l->n);
    l->n += data.n_images;
}

static void remove_random(numeral_model *model, list *l, numeral_random *random)
{
    numeral_error err;
    int64_t rows[4];
    size_t n = 1 + (size_t)numeral_random_below(random, 4);
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)numeral_random_below(random, l->n_left);
        rows[i] = l->left[at];
        l->left[at] = l->left[--l->n_left];
        l->gone[rows[i]] = true;
    }
    CHECK_OK(numeral_model_remove(model, rows, n, &err), err);
}

static void check_nearest(const numeral_model *model, const list *l,
                          numeral_random *random)
{
    enum { QUERIES = 4, K = 3 };
    uint8_t pixels[QUERIES][PIXELS];
    numeral_error err;
    numeral_reading readings[QUERIES];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i / PIXELS][i % PIXELS] = (uint8_t)numeral_random_below(random, 8);
    }
    CHECK_OK(numeral_model_read_batch(model, pixels[0], QUERIES, SIDE, SIDE, SIDE, &two,
                                      readings, &err),
             err);
    for (size_t q = 0; q < QUERIES; q++) {
        int64_t last = -1;
        double least = -1;
        for (size_t j = 0; j < K; j++) { /* the next in the order of (distance, row) */
            int64_t best = -1;
            double distance = 0;
            for (size_t row = 0; row < l->n; row++) {
                double d = 0;
                for (size_t p = 0; p < PIXELS; p++) {
                    int difference = pixels[q][p] - l->pixels[row][p];
                    d += difference * difference;
                }
                bool behind = d > least || (d == least && (int64_t)row > last);
                if (!l->gone[row] && behind && (best < 0 || d < distance)) {
                    best = (int64_t)row;
                    distance = d;
                }
            }
            const numeral_neighbour *found = &readings[q].neighbours[j];
            assert_int_equal(found->row, best);
            assert_true(found->distance == distance);
            assert_int_equal(found->label, l->labels[best]);
            last = best;
            least = distance;
        }
    }
}

static void ten_thousand_changes(void **state)
{
    (void)state;
    numeral_error err;
    numeral_random random = numeral_random_seed(11, 0);
    numeral_model *model = NULL;
    list l = {.n = 20, .n_left = 20};
    l.pixels = calloc(MOST, sizeof *l.pixels);
    l.labels = calloc(MOST, sizeof *l.labels);
    l.gone = calloc(MOST, sizeof *l.gone);
    l.left = calloc(MOST, sizeof *l.left);
    for (size_t i = 0; i < 20; i++) {
        l.labels[i] = (numeral_label)(i % 3);
        l.left[i] = (int64_t)i;
        l.pixels[i][i % PIXELS] = (uint8_t)(i % 8);
    }
    numeral_dataset data = {.name = "first",
                            .n_images = 20,
                            .height = SIDE,
                            .width = SIDE,
                            .pixels = l.pixels[0],
                            .labels = l.labels};
    CHECK_OK(numeral_model_train(&data, "pixels --frame keep", &two, &model, &err), err);
    for (size_t step = 0; step < STEPS; step++) {
        /* it grows to some thousand rows, shrinks, and grows again */
        bool growing = step / 2500 % 2 == 0;
        if (l.n_left < 30 || numeral_random_below(&random, 10) < (growing ? 7u : 3u)) {
            add_random(model, &l, &random);
        } else {
            remove_random(model, &l, &random);
        }
        if (step % 50 == 0) {
            check_nearest(model, &l, &random);
        }
        if (step % 1500 == 1499) {
            numeral_model *loaded = again(model);
            numeral_model_destroy(model);
            model = loaded;
        }
    }
    check_nearest(model, &l, &random);
    CHECK_OK(numeral_model_compact(model, &two, &err), err);
    check_nearest(model, &l, &random);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_rows, l.n_left);
    assert_int_equal(info.n_numbers, l.n);
    numeral_model_destroy(model);
    free(l.pixels);
    free(l.labels);
    free(l.gone);
    free(l.left);
}

/* Threads that read while one teaches: each call sees the model before or after a lesson,
 * whole. Lessons are copies of a digit of a label that was not there, so that a reader
 * who sees any of a lesson's rows must find all of them nearest. */
enum { LESSON = 5, LESSONS = 60, READERS = 3 };
static numeral_model *shared;
static bool over;

static void *read_on(void *argument)
{
    bool *right = argument;
    *right = true;
    for (size_t i = 0; !__atomic_load_n(&over, __ATOMIC_ACQUIRE) && *right; i++) {
        numeral_error err;
        numeral_reading reading;
        numeral_model_info info;
        numeral_model_origin origin;
        numeral_model_get_info(shared, &info);
        *right = numeral_model_read(shared, test.pixels, 28, 28, 28,
                                    &(numeral_run){.threads = 1}, &reading,
                                    &err) == NUMERAL_OK &&
                 numeral_model_get_origin(shared, 0, &origin) && info.n_classes >= 10 &&
                 info.labels[info.n_numbers - 1] <= 77;
        bool taught = reading.neighbours[0].distance == 0;
        for (size_t j = 0; j < LESSON; j++) {
            const numeral_neighbour *one = &reading.neighbours[j];
            *right = *right && (one->distance == 0) == taught &&
                     (one->label == 77) == taught && *reading.name;
        }
        *right = *right && (reading.label == 77) == taught;
        if (i % 16 == 0) {
            void *bytes = NULL;
            size_t n;
            *right =
                *right && numeral_model_encode(shared, &bytes, &n, &err) == NUMERAL_OK;
            numeral_free(bytes);
        }
    }
    return NULL;
}

static void readers_see_whole_lessons(void **state)
{
    (void)state;
    numeral_error err;
    pthread_t readers[READERS];
    bool right[READERS];
    uint8_t pixels[LESSON * 784];
    numeral_label labels[LESSON];
    for (size_t i = 0; i < LESSON; i++) {
        memcpy(pixels + i * 784, test.pixels, 784);
        labels[i] = 77;
    }
    numeral_dataset lesson = {.name = "lesson",
                              .n_images = LESSON,
                              .height = 28,
                              .width = 28,
                              .pixels = pixels,
                              .labels = labels};
    shared = fit("deskew,pixels -k 5 --gate 7 --rerank idm=raw:0 --candidates 20", 100);
    over = false;
    for (size_t i = 0; i < READERS; i++) {
        pthread_create(&readers[i], NULL, read_on, &right[i]);
    }
    for (size_t i = 0; i < LESSONS; i++) {
        int64_t first, rows[LESSON];
        numeral_dataset more = part(FITTED + i, FITTED + i + 1);
        CHECK_OK(numeral_model_add(shared, &lesson, &two, &first, &err), err);
        CHECK_OK(numeral_model_add(shared, &more, &two, NULL, &err), err);
        for (size_t j = 0; j < LESSON; j++) {
            rows[j] = first + (int64_t)j;
        }
        CHECK_OK(numeral_model_remove(shared, rows, LESSON, &err), err);
    }
    __atomic_store_n(&over, true, __ATOMIC_RELEASE);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(readers[i], NULL);
        assert_true(right[i]);
    }
    numeral_model_destroy(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_of_all_rows),
        cmocka_unit_test(removing_gives_the_old_answers),
        cmocka_unit_test(gaps_do_not_matter),
        cmocka_unit_test(new_labels_become_classes),
        cmocka_unit_test(labels_join_by_name),
        cmocka_unit_test(origins_are_told),
        cmocka_unit_test(wrong_lessons_change_nothing),
        cmocka_unit_test(ten_thousand_changes),
        cmocka_unit_test(readers_see_whole_lessons),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
