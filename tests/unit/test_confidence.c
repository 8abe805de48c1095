/* How sure answers are: the map, its fit, calibration by folds, and the model file. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/command.h>

#include "base/files.h"
#include "model/confidence.h"
#include "recipe/presets.h"

enum { N_ROWS = 300, N_DIGITS = 200 };

static numeral_registry *registry;
static numeral_dataset train, test;
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    if (numeral_registry_create(&registry, &err) != NUMERAL_OK ||
        numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &train, &err) != NUMERAL_OK ||
        numeral_dataset_pen(N_DIGITS, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK) {
        return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    return 0;
}

static void check_near(double got, double wanted, double within, const char *name)
{
    if (!(fabs(got - wanted) <= within)) {
        fail_msg("%s: %.17g, expected %.17g", name, got, wanted);
    }
}

static numeral_model *fit_model(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &two, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

static numeral_answers predict(const numeral_model *model, int threads)
{
    numeral_error err;
    numeral_answers answers;
    numeral_run run = {.threads = threads};
    CHECK_OK(numeral_model_predict(model, &test, &run, &answers, &err), err);
    return answers;
}

/* By hand, and against libm. */
static void the_map_is_a_logistic_function(void **state)
{
    (void)state;
    const numeral_confidence_map map = {1, {{1, 2, -3}, {0, 0.5, 0}, {-100, 0, 0}}};
    const numeral_evidence evidence[] = {{NUMERAL_DECIDED_UNANIMOUS, 0.25, 0.75},
                                         {NUMERAL_DECIDED_VOTE, 0, 5},
                                         {NUMERAL_DECIDED_VOTE, 2, 5},
                                         {NUMERAL_DECIDED_SECOND_LOOK, 1, 1}};
    const double z[] = {1 + 0.5 - 2.25, 0, 1, -30};
    for (size_t i = 0; i < 4; i++) {
        check_near(numeral_confidence_of(&map, &evidence[i]), 1 / (1 + exp(-z[i])), 1e-15,
                   "confidence");
    }
}

/* Four digits, three neighbours each, with votes as given. */
static void evidence_is_margin_and_distance(void **state)
{
    (void)state;
    numeral_model *model = fit_model("deskew,pixels");
    assert_null(model->calibration);
    model->map.unit = 4;
    const uint8_t decided[] = {0, 1, 2, 1};
    const size_t n_voters[] = {3, 2, 1, 3};
    double votes[4 * 10] = {[0] = 1,         [10 + 1] = 0.5,  [10 + 7] = 0.25,
                            [10 + 8] = 0.25, [20 + 2] = 0.25, [20 + 3] = 0.75,
                            [30 + 4] = 1};
    const double distances[] = {1,  4,        64,       0, 0, INFINITY,
                                16, INFINITY, INFINITY, 0, 0, 1e9};
    const double margins[] = {log(1000), log(2), -log(3), -log(1000)};
    const double wanted[] = {2, 0, 1, 100};
    for (size_t i = 0; i < 4; i++) {
        numeral_read_verdict verdict = {.n = 3,
                                        .n_voters = n_voters[i],
                                        .distances = distances + 3 * i,
                                        .winner = (uint16_t)i,
                                        .decided = (numeral_decided)decided[i],
                                        .votes = votes + 10 * i};
        numeral_evidence got = numeral_evidence_of(model, &verdict);
        assert_int_equal(got.decided, decided[i]);
        check_near(got.margin, margins[i], 1e-14, "margin");
        check_near(got.distance, wanted[i], 1e-12, "distance");
    }
    numeral_model_destroy(model);
}

/* The answers of tests/reference/confidence.py. */
static size_t make_up(numeral_decided way, double sign, numeral_evidence *evidence,
                      bool *right)
{
    size_t n = 400;
    for (size_t i = 0; i < n; i++) {
        double margin = (double)(i * 37 % 101) / 20;
        double distance = 0.2 + (double)(i * 53 % 89) / 30;
        double chance = 1 / (1 + exp(-(0.3 + 1.1 * margin - 0.9 * distance)));
        evidence[i] = (numeral_evidence){way, margin, sign * distance};
        right[i] = (double)(i * 71 % 113) / 113 < chance;
    }
    return n;
}

static void the_fit_is_scipys(void **state)
{
    (void)state;
    numeral_evidence evidence[400];
    bool right[400];
    numeral_confidence_map map;
    size_t n = make_up(NUMERAL_DECIDED_VOTE, 1, evidence, right);
    numeral_confidence_fit(evidence, right, n, &map);
    const double *weights = map.weights[NUMERAL_DECIDED_VOTE];
    check_near(weights[0], 0.26419909518672047, 1e-6, "base");
    check_near(weights[1], 1.2529986534563478, 1e-6, "margin");
    check_near(weights[2], -1.0354125526077906, 1e-6, "distance");
    check_near(map.weights[NUMERAL_DECIDED_UNANIMOUS][0], log(290.0 / 112), 1e-12,
               "a way never met");
}

static void weights_of_the_wrong_sign_are_none(void **state)
{
    (void)state;
    numeral_evidence evidence[400];
    bool right[400];
    numeral_confidence_map map;
    size_t n = make_up(NUMERAL_DECIDED_UNANIMOUS, -1, evidence, right);
    numeral_confidence_fit(evidence, right, n, &map);
    const double *weights = map.weights[NUMERAL_DECIDED_UNANIMOUS];
    assert_true(weights[2] == 0);
    check_near(weights[0], -1.3230714179007943, 1e-6, "base");
    check_near(weights[1], 1.1228088544681334, 1e-6, "margin");
}

/* Four mistakes are too few to say where they lie; all of one margin say nothing by it.
 */
static void little_evidence_says_little(void **state)
{
    (void)state;
    numeral_evidence evidence[400];
    bool right[400];
    numeral_confidence_map map;
    size_t n = make_up(NUMERAL_DECIDED_SECOND_LOOK, 1, evidence, right);
    for (size_t i = 0; i < n; i++) {
        right[i] = i >= 4;
    }
    numeral_confidence_fit(evidence, right, n, &map);
    const double *weights = map.weights[NUMERAL_DECIDED_SECOND_LOOK];
    check_near(weights[0], log(397.0 / 5), 1e-12, "base");
    assert_true(weights[1] == 0 && weights[2] == 0);
    make_up(NUMERAL_DECIDED_SECOND_LOOK, 1, evidence, right);
    for (size_t i = 0; i < n; i++) {
        evidence[i].margin = 6.9;
    }
    numeral_confidence_fit(evidence, right, n, &map);
    assert_true(weights[1] == 0 && weights[2] < 0);
}

static void check_answers(const numeral_answers *a, const numeral_answers *b)
{
    assert_memory_equal(a->labels, b->labels, a->n * sizeof(numeral_label));
    assert_memory_equal(a->decided, b->decided, a->n);
    assert_memory_equal(a->votes, b->votes, a->n * a->n_classes * sizeof *a->votes);
}

static double mean(const double *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
    }
    return sum / (double)n;
}

/* Labels and votes stay; confidences become what happens, and the file keeps them. */
static void calibration_tells_how_often_answers_are_right(void **state)
{
    (void)state;
    static const char *const recipes[] = {"deskew,pixels",
                                          "pixels --metric l1 -k 5 --weights distance",
                                          ("deskew,gradient,nda=16 --dtype i8 -k 5 "
                                           "--weights distance --gate 7 --rerank ridge"),
                                          "pixels --weights classmean=among=20"};
    char path[] = "/tmp/numeral-confidence-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        numeral_error err;
        numeral_model_info info;
        numeral_scores scores;
        numeral_model *model = fit_model(recipes[i]), *loaded = NULL;
        numeral_answers before = predict(model, 1);
        numeral_model_get_info(model, &info);
        assert_true(!info.calibration && !info.map);
        CHECK_OK(numeral_model_calibrate(model, &train, 4, &two, &err), err);
        numeral_model_get_info(model, &info);
        assert_non_null(strstr(info.calibration, "4 folds of pen:train"));
        assert_true(info.map->unit > 0);
        CHECK_OK(numeral_model_save(model, path, &err), err);
        CHECK_OK(numeral_model_load(path, registry, &loaded, &err), err);
        numeral_answers after = predict(model, 3), again = predict(loaded, 1);
        check_answers(&before, &after);
        check_answers(&before, &again);
        assert_memory_equal(after.confidence, again.confidence,
                            N_DIGITS * sizeof *after.confidence);
        CHECK_OK(
            numeral_scores_compute(test.labels, after.labels, N_DIGITS, &scores, &err),
            err);
        check_near(mean(after.confidence, N_DIGITS), scores.accuracy, 0.06, recipes[i]);
        numeral_scores_free(&scores);
        numeral_answers_free(&before);
        numeral_answers_free(&after);
        numeral_answers_free(&again);
        numeral_model_destroy(model);
        numeral_model_destroy(loaded);
    }
    unlink(path);
}

static void answers_tell_how_they_were_decided(void **state)
{
    (void)state;
    numeral_model *model = fit_model("deskew,pixels --gate 7 --rerank ridge");
    numeral_answers answers = predict(model, 2);
    numeral_answers near = {0};
    numeral_error err;
    CHECK_OK(numeral_model_neighbours(model, &test, 7, &two, &near, &err), err);
    size_t counts[NUMERAL_DECIDED_COUNT] = {0};
    for (size_t i = 0; i < answers.n; i++) {
        bool unanimous = true;
        for (size_t j = 0; j < 7; j++) {
            unanimous =
                unanimous && train.labels[near.ids[i * 7 + j]] == answers.labels[i];
        }
        assert_int_equal(answers.decided[i] == NUMERAL_DECIDED_UNANIMOUS, unanimous);
        counts[answers.decided[i]]++;
    }
    assert_true(counts[0] > 0 && counts[1] > 0 && counts[2] > 0);
    numeral_answers_free(&answers);
    numeral_answers_free(&near);
    numeral_model_destroy(model);
}

static void other_votes_end_a_calibration(void **state)
{
    (void)state;
    static const struct {
        const char *option, *value;
        bool kept;
    } changes[] = {{"index", "brute", true}, {"k", "3", true}, {"k", "5", false}};
    numeral_error err;
    numeral_model_info info;
    numeral_model *model = fit_model("deskew,pixels");
    CHECK_OK(numeral_model_calibrate(model, &train, 2, &two, &err), err);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        CHECK_OK(
            numeral_model_set(model, changes[i].option, changes[i].value, &two, &err),
            err);
        numeral_model_get_info(model, &info);
        assert_int_equal(info.calibration != NULL, changes[i].kept);
    }
    numeral_answers answers = predict(model, 1);
    for (size_t i = 0; i < answers.n; i++) {
        size_t c = answers.labels[i];
        assert_true(answers.confidence[i] == answers.votes[i * answers.n_classes + c]);
    }
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
}

static void wrong_calls_leave_the_model(void **state)
{
    (void)state;
    numeral_error err;
    numeral_dataset few = {0};
    const size_t ids[] = {0, 1};
    numeral_model *model = fit_model("deskew,pixels -k 1");
    CHECK_FAILS(numeral_model_calibrate(model, &train, 1, &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "1 folds: expected 2 to 100");
    CHECK_FAILS(numeral_model_calibrate(model, &train, 101, &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "101 folds: expected 2 to 100");
    CHECK_FAILS(numeral_model_calibrate(model, &test, 2, &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "not the data that the model was fitted to");
    CHECK_OK(numeral_dataset_select(&train, ids, 2, &few, &err), err);
    CHECK_FAILS(numeral_model_calibrate(model, &few, 3, &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "2 digits are too few for 3 folds");
    assert_null(model->calibration);
    numeral_dataset_free(&few);
    numeral_model_destroy(model);
    model = fit_model("deskew,pixels -k 200");
    CHECK_FAILS(numeral_model_calibrate(model, &train, 2, &two, &err),
                NUMERAL_ERROR_ARGUMENT, err, "-k 200");
    assert_null(model->calibration);
    numeral_model_destroy(model);
}

/* Their recipes are written as they are printed, which is how they are found again. */
static void presets_are_calibrated_from_the_start(void **state)
{
    (void)state;
    for (size_t i = 0; i < numeral_n_presets; i++) {
        numeral_error err;
        numeral_recipe *recipe = NULL;
        const char *text = numeral_preset_text(numeral_presets[i]);
        CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
        char *printed = numeral_recipe_print(recipe);
        assert_string_equal(printed, text);
        numeral_release(printed);
        numeral_recipe_destroy(recipe);
    }
    static const char *const recipes[] = {"pixels", "pixels --index brute",
                                          "pixels -k 5"};
    for (size_t i = 0; i < 3; i++) {
        numeral_model_info info;
        numeral_model *model = fit_model(recipes[i]);
        numeral_model_get_info(model, &info);
        assert_int_equal(info.calibration != NULL, i < 2);
        if (info.map) {
            const double *way = info.map->weights[NUMERAL_DECIDED_UNANIMOUS];
            assert_true(way[0] > 1 && way[1] == 0 && way[2] < 0);
        }
        numeral_model_destroy(model);
    }
}

/* Few digits are calibrated by folds of their own; of more, which are not MNIST's, the
 * preset's map is called a guide. */
static void few_digits_are_measured_themselves(void **state)
{
    (void)state;
    const size_t sizes[] = {10, 100, 600};
    const char *const words[] = {NULL, "5 folds of pen:train", "a guide only"};
    for (size_t i = 0; i < 3; i++) {
        numeral_error err;
        numeral_model_info info;
        numeral_dataset few = {0};
        numeral_model *model = NULL;
        CHECK_OK(numeral_dataset_pen(sizes[i], 1, NUMERAL_SPLIT_TRAIN, &few, &err), err);
        CHECK_OK(numeral_model_train(&few, "pixels", &two, &model, &err), err);
        numeral_model_get_info(model, &info);
        assert_true(words[i] ? info.calibration && strstr(info.calibration, words[i])
                             : !info.calibration);
        numeral_model_destroy(model);
        numeral_dataset_free(&few);
    }
}

/* What a file may hold in its place. */
static void hostile_maps_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model model = {.calibration = (char[]){"2 folds"}};
    double unit = 2, weights[NUMERAL_DECIDED_COUNT * 3] = {1, 2, -3, 1, 2, -3, 1, 2, -3};
    for (int missing = 2; missing >= 0; missing--) {
        numeral_tensors tensors = {0};
        if (missing < 2) {
            CHECK_OK(numeral_tensors_add(&tensors, "confidence.unit", NUMERAL_TENSOR_F64,
                                         1, 0, &unit, &err),
                     err);
        }
        if (missing < 1) {
            CHECK_OK(numeral_tensors_add(&tensors, "confidence.weights",
                                         NUMERAL_TENSOR_F64, 3, 3, weights, &err),
                     err);
        }
        if (missing) {
            CHECK_FAILS(numeral_confidence_load(&model, &tensors, &err),
                        NUMERAL_ERROR_FORMAT, err,
                        missing == 2 ? "confidence.unit" : "confidence.weights");
            continue;
        }
        CHECK_OK(numeral_confidence_load(&model, &tensors, &err), err);
        assert_true(model.map.unit == 2 && model.map.weights[2][2] == -3);
        const double bad_units[] = {0, -1, NAN, INFINITY};
        for (size_t i = 0; i < 4; i++) {
            unit = bad_units[i];
            CHECK_FAILS(numeral_confidence_load(&model, &tensors, &err),
                        NUMERAL_ERROR_FORMAT, err, "confidence.unit is not positive");
        }
        unit = 1;
        const struct {
            size_t at;
            double value;
        } bad[] = {{0, NAN}, {3, INFINITY}, {7, -1}, {8, 1}, {5, NAN}};
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            double good = weights[bad[i].at];
            weights[bad[i].at] = bad[i].value;
            CHECK_FAILS(numeral_confidence_load(&model, &tensors, &err),
                        NUMERAL_ERROR_FORMAT, err, "confidence.weights: row");
            weights[bad[i].at] = good;
        }
        assert_true(model.map.unit == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_is_a_logistic_function),
        cmocka_unit_test(evidence_is_margin_and_distance),
        cmocka_unit_test(the_fit_is_scipys),
        cmocka_unit_test(weights_of_the_wrong_sign_are_none),
        cmocka_unit_test(little_evidence_says_little),
        cmocka_unit_test(calibration_tells_how_often_answers_are_right),
        cmocka_unit_test(answers_tell_how_they_were_decided),
        cmocka_unit_test(other_votes_end_a_calibration),
        cmocka_unit_test(wrong_calls_leave_the_model),
        cmocka_unit_test(presets_are_calibrated_from_the_start),
        cmocka_unit_test(few_digits_are_measured_themselves),
        cmocka_unit_test(hostile_maps_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
