/* The background: what it holds, that threads and files leave it as it is, and that it
 * tells letters from digits. */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/numeral.h>

#include "base/memory.h"
#include "data/pen.h"
#include "model/background.h"
#include "model/background_images.h"
#include "model/distortion.h"
#include "model/likeness.h"

enum { N_ROWS = 600, N_TEST = 200, SIDE = 28, PIXELS = SIDE * SIDE };

static numeral_registry *registry;
static numeral_dataset train, test;
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) != NUMERAL_OK ||
           numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &train, &err) !=
               NUMERAL_OK ||
           numeral_dataset_pen(N_TEST, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    return 0;
}

static numeral_model *fit(const char *text, const numeral_dataset *data)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, data, 3, &two, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

static void same_images_by_any_threads(void **state)
{
    (void)state;
    enum { N = 200 };
    numeral_error err;
    numeral_model *model = fit("pixels", &train);
    uint8_t *a = calloc(2 * N, PIXELS), *b = a + (size_t)N * PIXELS;
    size_t blank = 0;
    for (int threads = 1; threads <= 3; threads++) {
        numeral_run run = {.threads = threads};
        CHECK_OK(numeral_background_draw(model, N, &run, threads == 1 ? a : b, &err),
                 err);
        assert_true(threads == 1 || memcmp(a, b, (size_t)N * PIXELS) == 0);
    }
    for (size_t i = 0; i < N; i++) {
        uint64_t ink = 0;
        for (size_t k = 0; k < PIXELS; k++) {
            ink += a[i * PIXELS + k];
        }
        blank += ink == 0;
    }
    assert_in_range(blank, 0, N / 50);
    free(a);
    numeral_model_destroy(model);
}

/* Nothing that looks like the model's digits is among it. */
static void holds_what_is_far(void **state)
{
    (void)state;
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &train);
    const numeral_beside *b = &model->likeness.background;
    numeral_error err;
    assert_in_range(b->n, N_ROWS / 2, N_ROWS);
    assert_true(model->likeness.usual > 0);
    size_t n_dims = model->pipeline.n_dims;
    numeral_rows rows = {b->rows, model->pipeline.quantiser.dtype, b->n, n_dims, n_dims};
    numeral_search search = {.k = 1, .radius = INFINITY, .run = two};
    int64_t *ids = calloc(b->n, sizeof *ids);
    double *distances = calloc(b->n, sizeof *distances);
    CHECK_OK(numeral_index_search(model->index, &rows, &search, ids, distances, &err),
             err);
    for (size_t i = 0; i < b->n; i++) {
        assert_true(sqrt(distances[i]) > model->likeness.far);
    }
    free(ids);
    free(distances);
    numeral_model_destroy(model);
}

static size_t count_refused(const numeral_model *model, const numeral_dataset *data)
{
    numeral_error err;
    numeral_answers answers = {0};
    size_t n = 0;
    CHECK_OK(numeral_model_predict(model, data, &two, &answers, &err), err);
    for (size_t i = 0; i < answers.n; i++) {
        n += answers.refused[i] != NUMERAL_REFUSED_NOT;
    }
    numeral_answers_free(&answers);
    return n;
}

static void letters_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &train), *again;
    numeral_dataset letters = test;
    void *bytes = NULL;
    size_t n_bytes = 0;
    letters.pixels = calloc(N_TEST, PIXELS);
    for (size_t i = 0; i < N_TEST; i++) {
        numeral_random random = numeral_random_seed(99, i);
        numeral_pen_dot dots[NUMERAL_PEN_MAX_DOTS];
        size_t n = numeral_pen_letter(&random, dots);
        numeral_pen_ink(&random, dots, n, letters.pixels + i * PIXELS);
    }
    size_t of_letters = count_refused(model, &letters);
    size_t of_digits = count_refused(model, &test);
    numeral_beside kept = model->likeness.background;
    model->likeness.background = (numeral_beside){0};
    size_t without = count_refused(model, &letters);
    model->likeness.background = kept;
    print_message("letters %zu, without %zu, digits %zu\n", of_letters, without,
                  of_digits);
    assert_true(of_letters > without + N_TEST / 5 && of_letters > 2 * N_TEST / 5);
    assert_in_range(of_digits, 0, N_TEST / 20);

    CHECK_OK(numeral_model_encode(model, &bytes, &n_bytes, &err), err);
    CHECK_OK(numeral_model_decode(bytes, n_bytes, "again", registry, &again, &err), err);
    assert_int_equal(count_refused(again, &letters), of_letters);
    numeral_model_destroy(again);
    numeral_free(bytes);
    free(letters.pixels);
    numeral_model_destroy(model);
}

/* Drawn digits beside its rows make no digit stranger and some less, and the file keeps
 * them. */
static void other_hands_are_digits(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &train), *again;
    numeral_answers with = {0}, without = {0};
    void *bytes = NULL;
    size_t n_bytes = 0, nearer = 0;
    numeral_beside kept = model->likeness.drawn;
    assert_in_range(kept.n, 1, N_ROWS / 2);
    CHECK_OK(numeral_model_encode(model, &bytes, &n_bytes, &err), err);
    CHECK_OK(numeral_model_decode(bytes, n_bytes, "again", registry, &again, &err), err);
    assert_int_equal(again->likeness.drawn.n, kept.n);
    assert_true(again->likeness.distortion == model->likeness.distortion);
    assert_memory_equal(again->likeness.drawn.rows, kept.rows,
                        kept.n * model->pipeline.n_dims);
    CHECK_OK(numeral_model_predict(again, &test, &two, &with, &err), err);
    model->likeness.drawn = (numeral_beside){0};
    CHECK_OK(numeral_model_predict(model, &test, &two, &without, &err), err);
    model->likeness.drawn = kept;
    for (size_t i = 0; i < with.n; i++) {
        assert_true(with.likeness[i] >= without.likeness[i]);
        nearer += with.likeness[i] > without.likeness[i];
    }
    assert_true(nearer > 0);
    numeral_answers_free(&with);
    numeral_answers_free(&without);
    numeral_model_destroy(again);
    numeral_free(bytes);
    numeral_model_destroy(model);
}

/* What must be bent more is stranger; a file without the usual cost looks at none, and
 * reads by the weights of before. */
static void bent_digits_are_stranger(void **state)
{
    (void)state;
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &train);
    numeral_likeness *is = &model->likeness;
    numeral_asides asides = {
        .background = is->usual, .drawn = INFINITY, .distortion = is->distortion};
    double far = 2 * is->far, usual, more;
    assert_true(is->distortion > 0);
    usual = numeral_strangeness(model, far, &asides, NULL);
    asides.distortion *= 3;
    more = numeral_strangeness(model, far, &asides, NULL);
    assert_true(more > 1.1 * usual && more < 1.3 * usual);
    asides.distortion = 0;
    assert_true(numeral_strangeness(model, far, &asides, NULL) == usual);
    asides.background = is->usual * 0.6;
    double nearer = numeral_strangeness(model, far, &asides, NULL);
    is->distortion = 0;
    double before = numeral_strangeness(model, far, &asides, NULL);
    assert_true(before > usual && before < nearer);
    numeral_model_destroy(model);
}

/* The cost of a row's own image is none, of others some, of a row that is not there none.
 * */
static void a_distortion_is_one_number(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &train);
    void *scratch = numeral_allocate(1, numeral_distortion_scratch(model), &err);
    assert_non_null(scratch);
    for (int64_t row = 0; row < 20; row++) {
        const uint8_t *image = train.pixels + (size_t)row * PIXELS;
        double other = numeral_distortion(model, image, row + 1, scratch);
        assert_true(numeral_distortion(model, image, row, scratch) == 0);
        assert_true(other > 0);
    }
    assert_true(numeral_distortion(model, train.pixels, N_ROWS, scratch) == 0);
    numeral_release(scratch);
    numeral_model_destroy(model);
}

/* What is labelled as something else is not judged by digits. */
static void other_labels_have_no_drawn_digits(void **state)
{
    (void)state;
    numeral_dataset other = train;
    other.labels = calloc(N_ROWS, sizeof *other.labels);
    for (size_t i = 0; i < N_ROWS; i++) {
        other.labels[i] = (numeral_label)((train.labels[i] + 1) % 10);
    }
    numeral_model *model = fit("deskew,gradient,pca=24 --dtype i8 -k 3", &other);
    assert_int_equal(model->likeness.drawn.n, 0);
    assert_true(model->likeness.background.n > 0);
    numeral_model_destroy(model);
    free(other.labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_images_by_any_threads),
        cmocka_unit_test(holds_what_is_far),
        cmocka_unit_test(letters_are_refused),
        cmocka_unit_test(other_hands_are_digits),
        cmocka_unit_test(bent_digits_are_stranger),
        cmocka_unit_test(a_distortion_is_one_number),
        cmocka_unit_test(other_labels_have_no_drawn_digits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
