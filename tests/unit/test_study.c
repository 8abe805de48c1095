/* Studies against naive loops: fit to the rest, predict, count. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

#include <numeral/numeral.h>
#include <numeral/tools/study.h>

enum { N = 240, MAX_SETTINGS = 64, MAX_K = 5 };

static numeral_registry *registry;
static numeral_dataset digits; /* degraded: clean pen digits leave no errors to compare */

static const size_t ks[] = {1, 2, 3, 4, 7};
static const char *const weights[] = {"uniform", "distance", "rank", "gaussian=0.3",
                                      "classmean=2:30"};
static const char *const ties[] = {"nearest", "smallest"};
enum {
    N_KS = sizeof ks / sizeof *ks,
    N_WEIGHTS = sizeof weights / sizeof *weights,
    N_TIES = sizeof ties / sizeof *ties,
    N_SETTINGS = N_KS * N_WEIGHTS * N_TIES
};

/* Adds noise and moves strokes, so that about a tenth of the digits are misread. */
static void spoil(numeral_dataset *data)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < data->n_images * data->height * data->width; i++) {
        state = state * 1664525u + 1013904223u;
        if (state >> 24 < 70) {
            data->pixels[i] = (uint8_t)(state >> 16);
        }
    }
    for (size_t i = 0; i < data->n_images; i += 9) {
        data->labels[i] = (numeral_label)((data->labels[i] + 1 + i % 5) % 10);
    }
}

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    if (numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        numeral_dataset_pen(N, 5, NUMERAL_SPLIT_TRAIN, &digits, &err) != NUMERAL_OK) {
        return -1;
    }
    spoil(&digits);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&digits);
    numeral_registry_destroy(registry);
    numeral_tune_outcome_free(NULL);
    return 0;
}

static numeral_recipe *parse(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    return recipe;
}

static numeral_tune_request request_of(numeral_recipe *const *recipes, size_t n)
{
    return (numeral_tune_request){.recipes = (const numeral_recipe *const *)recipes,
                                  .n_recipes = n,
                                  .ks = ks,
                                  .n_ks = N_KS,
                                  .weights = weights,
                                  .n_weights = N_WEIGHTS,
                                  .ties = ties,
                                  .n_ties = N_TIES,
                                  .seed = 3,
                                  .threads = 2};
}

static numeral_dataset select_rows(const numeral_dataset *data, const bool *wanted,
                                   bool value)
{
    numeral_error err;
    numeral_dataset out = {0};
    size_t *ids = calloc(data->n_images, sizeof *ids), n = 0;
    for (size_t i = 0; i < data->n_images; i++) {
        ids[n] = i;
        n += wanted[i] == value;
    }
    CHECK_OK(numeral_dataset_select(data, ids, n, &out, &err), err);
    free(ids);
    return out;
}

/* What each setting answers on the rows marked, fitted to the others:
 * right[setting × n_images + row]. */
static void predict_naively(const char *text, const numeral_dataset *data,
                            const bool *held, bool *right)
{
    numeral_error err;
    numeral_run run = {.threads = 1};
    numeral_dataset rest = select_rows(data, held, false);
    numeral_dataset some = select_rows(data, held, true);
    numeral_recipe *recipe = parse(text);
    numeral_model *model = NULL;
    CHECK_OK(numeral_model_fit(recipe, &rest, 3, &run, &model, NULL, &err), err);
    for (size_t s = 0; s < N_SETTINGS; s++) {
        char k[8];
        numeral_answers answers;
        snprintf(k, sizeof k, "%zu", ks[s / N_TIES % N_KS]);
        CHECK_OK(numeral_model_set(model, "k", k, &run, &err), err);
        CHECK_OK(
            numeral_model_set(model, "weights", weights[s / N_TIES / N_KS], &run, &err),
            err);
        CHECK_OK(numeral_model_set(model, "ties", ties[s % N_TIES], &run, &err), err);
        CHECK_OK(numeral_model_predict(model, &some, &run, &answers, &err), err);
        for (size_t row = 0, i = 0; row < data->n_images; row++) {
            if (held[row]) {
                right[s * data->n_images + row] = answers.labels[i] == some.labels[i];
                i++;
            }
        }
        numeral_answers_free(&answers);
    }
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
    numeral_dataset_free(&rest);
    numeral_dataset_free(&some);
}

static size_t position(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], text) == 0) {
            return i;
        }
    }
    fail_msg("%s was not asked for", text);
    return n;
}

/* Which of the naive settings a result is. */
static size_t setting_of(const numeral_tune_result *result)
{
    size_t k = 0;
    while (k + 1 < N_KS && ks[k] != result->k) {
        k++;
    }
    assert_int_equal(ks[k], result->k);
    return (position(weights, N_WEIGHTS, result->weights) * N_KS + k) * N_TIES +
           position(ties, N_TIES, result->ties);
}

static void check_result(const numeral_tune_result *result,
                         const numeral_tune_result *best, const bool *right, size_t n)
{
    const bool *by_this = right + setting_of(result) * n;
    const bool *by_best = right + setting_of(best) * n;
    size_t errors = 0, only_best = 0, only_this = 0;
    for (size_t i = 0; i < n; i++) {
        errors += !by_this[i];
        only_best += by_best[i] && !by_this[i];
        only_this += by_this[i] && !by_best[i];
    }
    if (result->errors != errors) {
        fail_msg("%s: %zu errors, the naive loop has %zu", result->recipe, result->errors,
                 errors);
    }
    double wilson[2], share = (double)errors / (double)n;
    numeral_wilson95(n - errors, n, wilson);
    assert_memory_equal(wilson, result->wilson95, sizeof wilson);
    assert_true(result->accuracy == (double)(n - errors) / (double)n);
    assert_true(fabs(result->standard_error - sqrt(share * (1 - share) / (double)n)) <
                1e-15);
    assert_int_equal(result->only_best, only_best);
    assert_int_equal(result->only_this, only_this);
    double lead = (double)only_best - (double)only_this;
    assert_int_equal(result->as_good,
                     lead * lead <= 3.841458820694124 * (double)(only_best + only_this));
}

static void check_outcome(const numeral_tune_outcome *outcome, const bool *right,
                          size_t n)
{
    assert_int_equal(outcome->n, n);
    assert_int_equal(outcome->n_results, N_SETTINGS);
    bool seen[N_SETTINGS] = {false};
    for (size_t i = 0; i < outcome->n_results; i++) {
        const numeral_tune_result *result = &outcome->results[i];
        check_result(result, &outcome->results[0], right, n);
        assert_false(seen[setting_of(result)]);
        seen[setting_of(result)] = true;
        if (i > 0) {
            assert_true(result[-1].errors <= result->errors);
            assert_true(result[-1].errors < result->errors ||
                        result[-1].n_voters <= result->n_voters);
        }
    }
    assert_true(outcome->results[N_SETTINGS - 1].errors > 0);
}

/* Leave-one-out gives what one model for each digit gives. */
static void leaving_out_equals_a_naive_loop(void **state)
{
    (void)state;
    static const char *const recipes[] = {
        "pixels",
        "pixels --index exact",
        "pixels --metric l1",
        "deskew,blur=0.7,pixels",
        "pixels --gate 3:1.5 --candidates 12 --rerank ridge",
        "pixels --gate 0 --candidates 59 --rerank idm=warp=1+ridge",
    };
    enum { FEW = 60 };
    numeral_dataset few = digits;
    few.n_images = FEW;
    bool *right = calloc(N_SETTINGS * FEW, 1);
    /* sanitizers see half of them */
    for (size_t r = 0; r<sizeof recipes / sizeof *recipes; r += SLOWER> 1 ? 2 : 1) {
        numeral_error err;
        numeral_recipe *recipe = parse(recipes[r]);
        numeral_tune_request request = request_of(&recipe, 1);
        numeral_tune_outcome outcome;
        CHECK_OK(numeral_tune(&request, &few, &outcome, &err), err);
        assert_int_equal(outcome.method, NUMERAL_TUNE_LEAVE_ONE_OUT);
        assert_int_equal(outcome.n_folds, 0);
        assert_null(outcome.learner);
        for (size_t i = 0; i < FEW; i++) {
            bool held[FEW] = {false};
            held[i] = true;
            predict_naively(recipes[r], &few, held, right);
        }
        check_outcome(&outcome, right, FEW);
        numeral_tune_outcome_free(&outcome);
        numeral_recipe_destroy(recipe);
    }
    free(right);
}

/* Folds give what fitting to the others and predicting gives, whatever learns. */
static void folds_equal_a_naive_loop(void **state)
{
    (void)state;
    static const char *const recipes[] = {
        "pixels --metric linf",
        "deskew,pixels,pca=12",
        "deskew,gradient,nda=8 --dtype i8",
        "pixels,lda --dtype i16 --gate 4:2 --rerank ridge",
        "pixels --gate 3:1.2 --candidates 20 --rerank idm=warp=1+ridge --combine sum",
    };
    /* sanitizers see two of them: the other stages have tests of their own */
    for (size_t r = 0; r < (SLOWER > 1 ? 2 : sizeof recipes / sizeof *recipes); r++) {
        enum { FOLDS = 5 };
        numeral_error err;
        numeral_recipe *recipe = parse(recipes[r]);
        numeral_tune_request request = request_of(&recipe, 1);
        numeral_tune_outcome outcome;
        uint16_t folds[N];
        bool *right = calloc(N_SETTINGS * N, 1);
        request.method = NUMERAL_TUNE_FOLDS;
        request.n_folds = FOLDS;
        request.order = r % 2 ? NUMERAL_FOLDS_IN_ORDER : NUMERAL_FOLDS_STRATIFIED;
        CHECK_OK(numeral_tune(&request, &digits, &outcome, &err), err);
        assert_int_equal(outcome.n_folds, FOLDS);
        CHECK_OK(numeral_folds_deal(&digits, FOLDS, request.order, 3, folds, &err), err);
        for (size_t f = 0; f < FOLDS; f++) {
            bool held[N];
            for (size_t i = 0; i < N; i++) {
                held[i] = folds[i] == f;
            }
            predict_naively(recipes[r], &digits, held, right);
        }
        check_outcome(&outcome, right, N);
        numeral_tune_outcome_free(&outcome);
        numeral_recipe_destroy(recipe);
        free(right);
    }
}

/* A digit whose label no other row has cannot be read. */
static void lone_labels_count_as_wrong(void **state)
{
    (void)state;
    enum { FEW = 60 };
    numeral_dataset few = digits;
    numeral_label labels[FEW];
    memcpy(labels, digits.labels, FEW * sizeof(numeral_label));
    labels[0] = 200;
    few.labels = labels;
    few.n_images = FEW;
    bool *right = calloc(N_SETTINGS * FEW, 1);
    numeral_error err;
    numeral_recipe *recipe = parse("pixels");
    numeral_tune_request request = request_of(&recipe, 1);
    numeral_tune_outcome outcome;
    CHECK_OK(numeral_tune(&request, &few, &outcome, &err), err);
    for (size_t i = 0; i < FEW; i++) {
        bool held[FEW] = {false};
        held[i] = true;
        predict_naively("pixels", &few, held, right);
    }
    assert_false(right[0]);
    check_outcome(&outcome, right, FEW);
    numeral_tune_outcome_free(&outcome);
    numeral_recipe_destroy(recipe);
    free(right);
}

/* Several recipes and metrics in one table; any thread count gives the same. */
static void recipes_and_metrics_share_a_table(void **state)
{
    (void)state;
    static const char *const metrics[] = {"l2", "l1", "cosine"};
    numeral_error err;
    numeral_recipe *recipes[] = {parse("pixels -k 9 --weights rank"),
                                 parse("deskew,pixels")};
    numeral_tune_request request = {.recipes = (const numeral_recipe *const *)recipes,
                                    .n_recipes = 2,
                                    .metrics = metrics,
                                    .n_metrics = 3,
                                    .threads = 1};
    numeral_tune_outcome one, three;
    CHECK_OK(numeral_tune(&request, &digits, &one, &err), err);
    request.threads = 3;
    CHECK_OK(numeral_tune(&request, &digits, &three, &err), err);
    assert_int_equal(one.n_results, 6);
    assert_int_equal(one.n_graphs, 6);
    for (size_t i = 0; i < 6; i++) {
        const numeral_tune_result *a = &one.results[i], *b = &three.results[i];
        assert_string_equal(a->recipe, b->recipe);
        assert_int_equal(a->errors, b->errors);
        assert_int_equal(a->k, a->recipe_at == 0 ? 9 : 3);
        assert_string_equal(a->weights, a->recipe_at == 0 ? "rank" : "uniform");
        assert_string_equal(a->base, a->recipe_at == 0 ? "pixels" : "deskew,pixels");
        char metric[40];
        snprintf(metric, sizeof metric, "--metric %s", a->metric);
        assert_int_equal(strstr(a->recipe, metric) != NULL, strcmp(a->metric, "l2") != 0);
    }
    numeral_tune_outcome_free(&one);
    numeral_tune_outcome_free(&three);
    numeral_recipe_destroy(recipes[0]);
    numeral_recipe_destroy(recipes[1]);
}

static void folds_are_even_and_stratified(void **state)
{
    (void)state;
    static const size_t n_folds[] = {2, 3, 7, 10};
    for (size_t f = 0; f < sizeof n_folds / sizeof *n_folds; f++) {
        numeral_error err;
        uint16_t folds[N], again[N], other[N];
        size_t sizes[10] = {0}, counts[10][10] = {{0}}, n = n_folds[f];
        CHECK_OK(numeral_folds_deal(&digits, n, NUMERAL_FOLDS_STRATIFIED, 1, folds, &err),
                 err);
        CHECK_OK(numeral_folds_deal(&digits, n, NUMERAL_FOLDS_STRATIFIED, 1, again, &err),
                 err);
        CHECK_OK(numeral_folds_deal(&digits, n, NUMERAL_FOLDS_STRATIFIED, 2, other, &err),
                 err);
        assert_memory_equal(folds, again, sizeof folds);
        assert_memory_not_equal(folds, other, sizeof folds);
        for (size_t i = 0; i < N; i++) {
            assert_in_range(folds[i], 0, n - 1);
            sizes[folds[i]]++;
            counts[digits.labels[i]][folds[i]]++;
        }
        for (size_t a = 0; a < n; a++) {
            for (size_t b = 0; b < n; b++) {
                assert_true(sizes[a] <= sizes[b] + 1);
                for (size_t label = 0; label < 10; label++) {
                    assert_true(counts[label][a] <= counts[label][b] + 1);
                }
            }
        }
    }
}

static void folds_in_order_are_slices(void **state)
{
    (void)state;
    numeral_error err;
    numeral_dataset few = digits, held = {0}, rest = {0};
    uint16_t folds[11];
    static const uint16_t expected[11] = {0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    few.n_images = 11;
    CHECK_OK(numeral_folds_deal(&few, 4, NUMERAL_FOLDS_IN_ORDER, 0, folds, &err), err);
    assert_memory_equal(folds, expected, sizeof folds);
    CHECK_OK(numeral_folds_split(&few, folds, 1, &held, &rest, &err), err);
    assert_int_equal(held.n_images, 3);
    assert_int_equal(rest.n_images, 8);
    assert_memory_equal(held.labels, digits.labels + 2, 3 * sizeof(numeral_label));
    assert_memory_equal(rest.labels, digits.labels, 2 * sizeof(numeral_label));
    assert_memory_equal(rest.labels + 2, digits.labels + 5, 6 * sizeof(numeral_label));
    size_t bytes = digits.height * digits.width;
    assert_memory_equal(held.pixels, digits.pixels + 2 * bytes, 3 * bytes);
    numeral_dataset_free(&held);
    numeral_dataset_free(&rest);
}

/* The last point is the whole: cross-validation itself. Sizes are halves. */
static void learning_curves_end_in_cross_validation(void **state)
{
    (void)state;
    static const char *const recipes[] = {"pixels -k 4 --weights distance",
                                          "deskew,pixels,lda -k 3"};
    for (size_t r = 0; r < (SLOWER > 1 ? 1 : 2); r++) {
        numeral_error err;
        numeral_recipe *recipe = parse(recipes[r]);
        numeral_tune_request request = {.recipes = (const numeral_recipe *const *)&recipe,
                                        .n_recipes = 1,
                                        .method = NUMERAL_TUNE_FOLDS,
                                        .n_folds = 4,
                                        .seed = 8,
                                        .threads = 2};
        numeral_tune_outcome outcome;
        numeral_learning_point points[NUMERAL_LEARNING_POINTS];
        size_t n_points = 0;
        CHECK_OK(numeral_tune(&request, &digits, &outcome, &err), err);
        CHECK_OK(
            numeral_learning_curve(recipe, &request, &digits, points, &n_points, &err),
            err);
        static const size_t sizes[] = {11, 22, 45, 90, 180};
        assert_int_equal(n_points, 5);
        for (size_t i = 0; i < n_points; i++) {
            assert_int_equal(points[i].n_train, sizes[i]);
            assert_int_equal(points[i].n, N);
            double share = (double)points[i].errors / N;
            assert_true(points[i].error == share);
            assert_true(fabs(points[i].standard_error - sqrt(share * (1 - share) / N)) <
                        1e-15);
        }
        assert_int_equal(points[4].errors, outcome.results[0].errors);
        assert_true(points[0].errors > points[4].errors);
        numeral_tune_outcome_free(&outcome);
        numeral_recipe_destroy(recipe);
    }
}

static void what_learns_labels_is_named(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"deskew,pixels,pca=9,standard", NULL},
        {"pixels --rerank ridge", NULL},
        {"pixels,pca=20,lda", "lda"},
        {"gradient,nda=8 --dtype i8", "nda"},
        {"pixels --rerank ridge+tangent --combine sum", "--combine sum"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        numeral_recipe *recipe = parse(texts[i][0]);
        const char *learner = numeral_recipe_label_learner(recipe);
        if (texts[i][1]) {
            assert_string_equal(learner, texts[i][1]);
        } else {
            assert_null(learner);
        }
        numeral_recipe_destroy(recipe);
    }
}

static bool watch(void *context, const numeral_tune_progress *progress)
{
    uint64_t *last = context;
    assert_true(progress->done >= *last);
    assert_true(progress->done <= progress->total);
    assert_int_equal(progress->total, N);
    *last = progress->done;
    if (progress->done == N) {
        assert_non_null(progress->recipe);
        assert_non_null(strstr(progress->recipe, progress->weights));
        assert_string_equal(progress->metric, "l2");
        assert_string_equal(progress->ties, "nearest");
        assert_true(progress->k == 4 && progress->error > 0 && progress->error < 0.5);
    }
    return true;
}

static bool cancel(void *context, const numeral_tune_progress *progress)
{
    return strcmp(progress->doing, context) != 0;
}

static void studies_are_watched_and_cancelled(void **state)
{
    (void)state;
    static char doing[][16] = {"fitting", "reading digits"};
    numeral_error err;
    numeral_recipe *recipe = parse("pixels -k 4 --weights distance");
    uint64_t last = 0;
    numeral_tune_request request = {.recipes = (const numeral_recipe *const *)&recipe,
                                    .n_recipes = 1,
                                    .watch = watch,
                                    .context = &last};
    numeral_tune_outcome outcome = {0};
    numeral_learning_point points[NUMERAL_LEARNING_POINTS];
    size_t n_points = 77;
    CHECK_OK(numeral_tune(&request, &digits, &outcome, &err), err);
    assert_int_equal(last, N);
    numeral_tune_outcome_free(&outcome);
    request.watch = cancel;
    for (size_t i = 0; i < 2; i++) {
        request.context = doing[i];
        CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err),
                    NUMERAL_ERROR_CANCELLED, err, "cancelled");
        assert_null(outcome.results);
    }
    CHECK_FAILS(
        numeral_learning_curve(recipe, &request, &digits, points, &n_points, &err),
        NUMERAL_ERROR_CANCELLED, err, "cancelled");
    assert_int_equal(n_points, 77);
    numeral_recipe_destroy(recipe);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_recipe *recipe = parse("pixels"), *learns = parse("pixels,lda");
    numeral_tune_outcome outcome = {0};
    numeral_dataset few = digits, bare = digits;
    uint16_t folds[N];
    numeral_learning_point points[NUMERAL_LEARNING_POINTS];
    size_t n_points, zero = 0, many = N, too_many[400] = {0};
    static const char *const wrong[] = {"unifrom"};
    const char *lots[300];
    few.n_images = 1;
    bare.labels = NULL;

    numeral_tune_request request = request_of(&recipe, 1);
    CHECK_FAILS(numeral_tune(&request, &bare, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "has no labels; a study needs them");
    CHECK_FAILS(numeral_tune(&request, &few, &outcome, &err), NUMERAL_ERROR_ARGUMENT, err,
                "1 digits, a study needs at least 2");
    request.n_recipes = 0;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "a study needs a recipe");
    request = request_of(&learns, 1);
    request.method = NUMERAL_TUNE_LEAVE_ONE_OUT;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "leave-one-out: lda learns from labels");

    request = request_of(&recipe, 1);
    request.ks = &zero;
    request.n_ks = 1;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "-k 0: expected a whole number from 1");
    request.ks = &many;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "-k 240: pen:train leaves only 239 digits to learn from");
    for (size_t i = 0; i < 400; i++) {
        too_many[i] = 1;
        lots[i % 300] = "uniform";
    }
    request.ks = too_many;
    request.n_ks = 400;
    request.weights = lots;
    request.n_weights = 300;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_LIMIT, err,
                "at most 100000 settings");
    request = request_of(&recipe, 1);
    request.weights = wrong;
    request.n_weights = 1;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "uniform");
    request = request_of(&recipe, 1);
    request.ties = wrong;
    request.n_ties = 1;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "expected one of nearest, smallest");
    request = request_of(&recipe, 1);
    request.metrics = wrong;
    request.n_metrics = 1;
    CHECK_FAILS(numeral_tune(&request, &digits, &outcome, &err), NUMERAL_ERROR_ARGUMENT,
                err, "unifrom");
    assert_null(outcome.results);

    CHECK_FAILS(numeral_folds_deal(&digits, 1, NUMERAL_FOLDS_STRATIFIED, 0, folds, &err),
                NUMERAL_ERROR_ARGUMENT, err, "1 folds: expected a number from 2 to 1000");
    CHECK_FAILS(numeral_folds_deal(&digits, 241, NUMERAL_FOLDS_IN_ORDER, 0, folds, &err),
                NUMERAL_ERROR_ARGUMENT, err, "240 digits do not fill 241 folds");
    CHECK_FAILS(numeral_folds_deal(&bare, 2, NUMERAL_FOLDS_STRATIFIED, 0, folds, &err),
                NUMERAL_ERROR_ARGUMENT, err, "stratified folds need them");
    request = request_of(&recipe, 1);
    CHECK_FAILS(numeral_learning_curve(recipe, &request, &bare, points, &n_points, &err),
                NUMERAL_ERROR_ARGUMENT, err, "has no labels; a study needs them");
    few.n_images = 7;
    CHECK_FAILS(numeral_learning_curve(recipe, &request, &few, points, &n_points, &err),
                NUMERAL_ERROR_ARGUMENT, err, "a learning curve needs at least");
    numeral_recipe_destroy(recipe);
    numeral_recipe_destroy(learns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_out_equals_a_naive_loop),
        cmocka_unit_test(folds_equal_a_naive_loop),
        cmocka_unit_test(lone_labels_count_as_wrong),
        cmocka_unit_test(recipes_and_metrics_share_a_table),
        cmocka_unit_test(folds_are_even_and_stratified),
        cmocka_unit_test(folds_in_order_are_slices),
        cmocka_unit_test(learning_curves_end_in_cross_validation),
        cmocka_unit_test(what_learns_labels_is_named),
        cmocka_unit_test(studies_are_watched_and_cancelled),
        cmocka_unit_test(wrong_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
