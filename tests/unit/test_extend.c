/* Metrics, features and transforms that a program adds, and plugins that cannot be
 * loaded. */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/numeral.h>

static numeral_registry *registry;

static int set_up(void **unused)
{
    (void)unused;
    return numeral_registry_create(&registry, NULL) != NUMERAL_OK;
}

static int tear_down(void **unused)
{
    (void)unused;
    numeral_registry_destroy(registry);
    registry = NULL;
    return 0;
}

/* factor · Σ|a - b| */
static double scaled_city(const double *parameters, const double *a, const double *b,
                          size_t n_dims)
{
    double sum = 0;
    for (size_t i = 0; i < n_dims; i++) {
        sum += fabs(a[i] - b[i]);
    }
    return parameters[0] * sum;
}

static const numeral_parameter factor[] = {
    {"factor", NUMERAL_PARAMETER_REAL, 0.5, 8, 2, NULL, "what sums are multiplied by"},
};

static numeral_user_metric city_metric(void)
{
    return (numeral_user_metric){.name = "city",
                                 .help = "scaled sum of differences",
                                 .parameters = factor,
                                 .n_parameters = 1,
                                 .translation = true,
                                 .distance = scaled_city};
}

static void test_entry(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_metric metric = city_metric();
    size_t before = numeral_registry_count(registry, NUMERAL_KIND_METRIC);
    CHECK_OK(numeral_registry_add_metric(registry, &metric, &err), err);
    memset(&metric, 0xa5, sizeof metric); /* it was copied */
    assert_int_equal(numeral_registry_count(registry, NUMERAL_KIND_METRIC), before + 1);
    const numeral_entry *entry =
        numeral_registry_find(registry, NUMERAL_KIND_METRIC, "city");
    assert_non_null(entry);
    assert_string_equal(entry->help, "scaled sum of differences");
    assert_string_equal(entry->source, "");
    assert_int_equal(entry->n_parameters, 1);
}

static void answers_of(const char *text, const numeral_dataset *train,
                       const numeral_dataset *test, numeral_answers *out)
{
    numeral_error err = {NUMERAL_OK, ""};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, train, 0, &(numeral_run){0}, &model, NULL, &err),
             err);
    CHECK_OK(numeral_model_predict(model, test, &(numeral_run){0}, out, &err), err);
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
}

/* A multiple of l1 has l1's neighbours, and its distances are that multiple. */
static void test_search(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_metric metric = city_metric();
    numeral_dataset train = {0}, test = {0};
    numeral_answers ours = {0}, theirs = {0};
    CHECK_OK(numeral_registry_add_metric(registry, &metric, &err), err);
    CHECK_OK(numeral_dataset_pen(300, 1, NUMERAL_SPLIT_TRAIN, &train, &err), err);
    CHECK_OK(numeral_dataset_pen(40, 1, NUMERAL_SPLIT_TEST, &test, &err), err);
    answers_of("pixels --metric city=3", &train, &test, &ours);
    answers_of("pixels --metric l1", &train, &test, &theirs);
    assert_int_equal(ours.n * ours.k, 40 * 3);
    assert_memory_equal(ours.ids, theirs.ids, ours.n * ours.k * sizeof *ours.ids);
    assert_memory_equal(ours.labels, theirs.labels, ours.n * sizeof(numeral_label));
    for (size_t i = 0; i < ours.n * ours.k; i++) {
        assert_true(ours.distances[i] == 3 * theirs.distances[i]);
    }
    numeral_answers_free(&ours);
    numeral_answers_free(&theirs);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

static void test_refused(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_metric metric = city_metric();
    CHECK_OK(numeral_registry_add_metric(registry, &metric, &err), err);
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "metric city: the name is taken");
    metric.name = "Town Hall";
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "not a plain lower-case word");
    metric.name = NULL;
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "not a plain lower-case word");
    metric = city_metric();
    metric.name = "town";
    metric.distance = NULL;
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "metric town: help, distance or parameters");
    metric = city_metric();
    metric.name = "town";
    metric.parameters = NULL;
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "are missing");
    metric = city_metric();
    metric.name = "town";
    metric.n_parameters = NUMERAL_MAX_PARAMETERS + 1;
    CHECK_FAILS(numeral_registry_add_metric(registry, &metric, &err),
                NUMERAL_ERROR_ARGUMENT, err, "9 parameters, at most 8");
    assert_null(numeral_registry_find(registry, NUMERAL_KIND_METRIC, "town"));
}

/* The grey level of each row, summed, beside numbers that are none. */
static size_t sums_dims(const double *parameters, size_t height, size_t width)
{
    (void)width;
    return parameters[0] > 0 ? height + 2 : 0;
}

static size_t one_number(const double *parameters, size_t height, size_t width)
{
    (void)parameters, (void)height, (void)width;
    return 1;
}

static void sums_compute(const double *parameters, size_t height, size_t width,
                         const double *image, double *out, double *scratch)
{
    for (size_t y = 0; y < height; y++) {
        *scratch = 0;
        for (size_t x = 0; x < width; x++) {
            *scratch += image[y * width + x];
        }
        out[y] = parameters[0] * *scratch;
    }
    out[height] = NAN;
    out[height + 1] = INFINITY;
}

static const numeral_parameter times[] = {
    {"times", NUMERAL_PARAMETER_INTEGER, 0, 9, 1, NULL, "what sums are multiplied by"},
};

static numeral_user_feature sums_feature(void)
{
    return (numeral_user_feature){.name = "sums",
                                  .help = "sum of each row",
                                  .source = "by hand",
                                  .parameters = times,
                                  .n_parameters = 1,
                                  .dims = sums_dims,
                                  .scratch = one_number,
                                  .compute = sums_compute};
}

/* Ink as its opposite, with values beyond the grey levels. */
static void negative_apply(const double *parameters, size_t height, size_t width,
                           const double *in, double *out, double *scratch)
{
    (void)parameters, (void)scratch;
    for (size_t i = 0; i < height * width; i++) {
        out[i] = in[i] > 127 ? -1000 : in[i] > 0 ? NAN : 1e300;
    }
}

static numeral_user_transform negative_transform(void)
{
    return (numeral_user_transform){
        .name = "negative", .help = "ink as its opposite", .apply = negative_apply};
}

static void test_feature_and_transform(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_feature feature = sums_feature();
    numeral_user_transform transform = negative_transform();
    numeral_dataset train = {0}, test = {0};
    numeral_answers answers = {0};
    CHECK_OK(numeral_registry_add_feature(registry, &feature, &err), err);
    CHECK_OK(numeral_registry_add_transform(registry, &transform, &err), err);
    memset(&feature, 0xa5, sizeof feature); /* they were copied */
    memset(&transform, 0xa5, sizeof transform);
    CHECK_OK(numeral_dataset_pen(300, 1, NUMERAL_SPLIT_TRAIN, &train, &err), err);
    CHECK_OK(numeral_dataset_pen(40, 1, NUMERAL_SPLIT_TEST, &test, &err), err);
    static const char *const recipes[] = {"sums", "sums=3 --dtype i8",
                                          "negative,threshold,zoning+sums=times=2",
                                          "negative,contrast,deskew,gradient+sums,pca=8"};
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        answers_of(recipes[i], &train, &test, &answers);
        assert_int_equal(answers.n, 40);
        numeral_answers_free(&answers);
    }
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, "sums=0", &recipe, &err), err);
    CHECK_FAILS(
        numeral_model_fit(recipe, &train, 0, &(numeral_run){0}, &model, NULL, &err),
        NUMERAL_ERROR_ARGUMENT, err, "sums makes 0 numbers of an image of 28 x 28");
    numeral_recipe_destroy(recipe);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

/* A feature that is the grey levels finds the neighbours that `pixels` finds. */
static void copy_compute(const double *parameters, size_t height, size_t width,
                         const double *image, double *out, double *scratch)
{
    (void)parameters, (void)scratch;
    memcpy(out, image, height * width * sizeof *out);
}

static size_t copy_dims(const double *parameters, size_t height, size_t width)
{
    (void)parameters;
    return height * width;
}

static void test_feature_search(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_feature feature = {.name = "copy",
                                    .help = "grey levels",
                                    .dims = copy_dims,
                                    .compute = copy_compute};
    numeral_dataset train = {0}, test = {0};
    numeral_answers ours = {0}, theirs = {0};
    CHECK_OK(numeral_registry_add_feature(registry, &feature, &err), err);
    CHECK_OK(numeral_dataset_pen(300, 1, NUMERAL_SPLIT_TRAIN, &train, &err), err);
    CHECK_OK(numeral_dataset_pen(40, 1, NUMERAL_SPLIT_TEST, &test, &err), err);
    answers_of("copy --dtype u8", &train, &test, &ours);
    answers_of("pixels", &train, &test, &theirs);
    assert_memory_equal(ours.ids, theirs.ids, ours.n * ours.k * sizeof *ours.ids);
    assert_memory_equal(ours.distances, theirs.distances,
                        ours.n * ours.k * sizeof *ours.distances);
    numeral_answers_free(&ours);
    numeral_answers_free(&theirs);
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
}

static void test_stages_refused(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_user_feature feature = sums_feature();
    numeral_user_transform transform = negative_transform();
    feature.name = "deskew"; /* stages share their names */
    CHECK_FAILS(numeral_registry_add_feature(registry, &feature, &err),
                NUMERAL_ERROR_ARGUMENT, err, "feature deskew: the name is taken");
    transform.name = "pixels";
    CHECK_FAILS(numeral_registry_add_transform(registry, &transform, &err),
                NUMERAL_ERROR_ARGUMENT, err, "transform pixels: the name is taken");
    feature = sums_feature();
    feature.dims = NULL;
    CHECK_FAILS(numeral_registry_add_feature(registry, &feature, &err),
                NUMERAL_ERROR_ARGUMENT, err,
                "feature sums: help, dims, compute or parameters are missing");
    transform = negative_transform();
    transform.apply = NULL;
    CHECK_FAILS(numeral_registry_add_transform(registry, &transform, &err),
                NUMERAL_ERROR_ARGUMENT, err,
                "transform negative: help, apply or parameters are missing");
}

static void test_plugin_refused(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    CHECK_FAILS(numeral_registry_load_plugin(registry, "no-such.so", &err),
                NUMERAL_ERROR_IO, err, "no-such.so: cannot load the plugin");
    assert_int_equal(numeral_registry_load_plugin(registry, "/dev/null", NULL),
                     NUMERAL_ERROR_IO);
}

/* What is built in obeys the rules for what is added: the only fault with adding it is
 * that it is there. */
static void test_built_in(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    for (int k = 0; k < NUMERAL_KIND_COUNT; k++) {
        numeral_kind kind = (numeral_kind)k;
        size_t n = numeral_registry_count(NULL, kind);
        assert_true(n > 0);
        assert_int_equal(numeral_registry_count(registry, kind), n);
        for (size_t i = 0; i < n; i++) {
            const numeral_entry *entry = numeral_registry_get(NULL, kind, i);
            assert_ptr_equal(numeral_registry_get(registry, kind, i), entry);
            assert_ptr_equal(numeral_registry_find(NULL, kind, entry->name), entry);
            CHECK_FAILS(numeral_registry_add(registry, kind, entry, &err),
                        NUMERAL_ERROR_ARGUMENT, err, "the name is taken");
        }
    }
    assert_null(numeral_registry_find(NULL, NUMERAL_KIND_METRIC, "city"));
}

/* Without a registry, recipes and indexes are made of what is built in. */
static void test_no_registry(void **unused)
{
    (void)unused;
    numeral_error err = {NUMERAL_OK, ""};
    numeral_recipe *recipe = NULL;
    CHECK_OK(numeral_recipe_parse(NULL, "deskew,pixels --metric l1 -k 5", &recipe, &err),
             err);
    char *text = numeral_recipe_print(recipe);
    assert_string_equal(text, "deskew,pixels --metric l1 -k 5");
    numeral_free(text);
    numeral_recipe_destroy(recipe);
    CHECK_FAILS(numeral_recipe_parse(NULL, "pixels --metric city", &recipe, &err),
                NUMERAL_ERROR_ARGUMENT, err, "unknown metric 'city'");
    CHECK_OK(numeral_recipe_preset(NULL, "fast", &recipe, &err), err);
    numeral_recipe_destroy(recipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_built_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_registry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_search, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_feature_and_transform, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_feature_search, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stages_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_plugin_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
