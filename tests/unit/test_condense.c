/* Condensing, against votes counted naively, on pen digits. */
#include "tests/unit/check.h"

#include <stdlib.h>
#include <unistd.h>

#include <numeral/numeral.h>
#include <numeral/tools/condense.h>

enum { N = 400, K = 3, CLASSES = 10 };

static numeral_registry *registry;
static numeral_dataset train, test;
static const numeral_run two = {.threads = 2};

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) != NUMERAL_OK ||
           numeral_dataset_pen(N, 1, NUMERAL_SPLIT_TRAIN, &train, &err) != NUMERAL_OK ||
           numeral_dataset_pen(200, 1, NUMERAL_SPLIT_TEST, &test, &err) != NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
    numeral_condensation_free(NULL);
    return 0;
}

static numeral_model *fit(const char *text)
{
    numeral_error err;
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    CHECK_OK(numeral_recipe_parse(registry, text, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &train, 3, &two, &model, NULL, &err), err);
    numeral_recipe_destroy(recipe);
    return model;
}

static uint64_t distance(size_t a, size_t b)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < 784; i++) {
        int d = train.pixels[a * 784 + i] - train.pixels[b * 784 + i];
        sum += (uint64_t)(d * d);
    }
    return sum;
}

/* The majority of the K nearest rows that are there, less row i; ties to the nearest. */
static numeral_label naive_answer(size_t i, const bool *gone)
{
    size_t nearest[K];
    bool used[N] = {false};
    for (size_t place = 0; place < K; place++) {
        size_t best = N;
        uint64_t least = UINT64_MAX;
        for (size_t row = 0; row < N; row++) {
            if (row != i && !gone[row] && !used[row] && distance(i, row) < least) {
                least = distance(i, row);
                best = row;
            }
        }
        used[best] = true;
        nearest[place] = best;
    }
    size_t counts[CLASSES] = {0}, most = 0;
    for (size_t place = 0; place < K; place++) {
        size_t count = ++counts[train.labels[nearest[place]]];
        most = count > most ? count : most;
    }
    for (size_t place = 0; place < K; place++) {
        if (counts[train.labels[nearest[place]]] == most) {
            return train.labels[nearest[place]];
        }
    }
    return 0;
}

static void check_counts(const numeral_condensation *plan, size_t dropped)
{
    bool nothing[N] = {false}, gone[N] = {false};
    size_t errors = 0, changed = 0;
    for (size_t i = 0; i < dropped; i++) {
        assert_false(gone[plan->rows[i]]);
        gone[plan->rows[i]] = true;
    }
    for (size_t i = 0; i < N; i++) {
        numeral_label now = naive_answer(i, gone);
        errors += now != train.labels[i];
        changed += now != naive_answer(i, nothing);
    }
    assert_int_equal(plan->errors[dropped], errors);
    assert_int_equal(plan->changed[dropped], changed);
}

static void counts_are_those_of_a_naive_vote(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels -k 3");
    numeral_condense_request request = {false, 60, two};
    numeral_condensation plan;
    CHECK_OK(numeral_condense_plan(model, &request, &plan, &err), err);
    assert_int_equal(plan.n, N - 60);
    assert_true(plan.n_same > N / 4);
    assert_true(plan.n_same < plan.n);
    assert_int_equal(plan.changed[plan.n_same], 0);
    check_counts(&plan, 0);
    check_counts(&plan, plan.n_same / 2);
    check_counts(&plan, plan.n_same);
    check_counts(&plan, plan.n_same + 20);
    numeral_condensation_free(&plan);
    numeral_model_destroy(model);
}

static void without_a_wish_it_stops_where_an_answer_would_change(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("deskew,pixels -k 5 --weights distance");
    numeral_condense_request request = {.run = two}, one = {.run = {.threads = 1}};
    numeral_condensation plan, again;
    CHECK_OK(numeral_condense_plan(model, &request, &plan, &err), err);
    CHECK_OK(numeral_condense_plan(model, &one, &again, &err), err);
    assert_int_equal(plan.n, plan.n_same);
    assert_int_equal(plan.changed[plan.n], 0);
    assert_int_equal(plan.n, again.n);
    assert_memory_equal(plan.rows, again.rows, plan.n * sizeof *plan.rows);
    numeral_condensation_free(&plan);
    numeral_condensation_free(&again);
    numeral_model_destroy(model);
}

static void editing_drops_what_its_neighbours_read_otherwise(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels -k 3");
    numeral_condense_request request = {true, 0, two};
    numeral_condensation plan;
    bool nothing[N] = {false};
    CHECK_OK(numeral_condense_plan(model, &request, &plan, &err), err);
    assert_int_equal(plan.n_edited, plan.errors[0]);
    assert_true(plan.n_edited > 0);
    for (size_t i = 0; i < plan.n_edited; i++) {
        size_t row = (size_t)plan.rows[i];
        assert_int_not_equal(naive_answer(row, nothing), train.labels[row]);
    }
    numeral_condensation_free(&plan);
    numeral_model_destroy(model);
}

/* A model of fewer rows is the model fitted to those rows, where nothing is learnt. */
static void dropping_gives_the_model_of_the_rest(void **state)
{
    (void)state;
    numeral_error err;
    static const char recipe[] =
        "deskew,pixels -k 5 --rerank idm=moments --candidates 20";
    numeral_model *model = fit(recipe);
    int64_t gone[N / 2], rows[N];
    size_t kept[N / 2];
    for (size_t i = 0; i < N / 2; i++) {
        gone[i] = N - 1 - 2 * (int64_t)i; /* all odd rows */
        kept[i] = 2 * i;
    }
    CHECK_OK(numeral_model_remove(model, gone, N / 2, &err), err);
    CHECK_OK(numeral_model_compact(model, &two, &err), err);
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_rows, N / 2);
    assert_int_equal(info.n_numbers, N);
    assert_int_equal(numeral_model_get_rows(model, rows, N), N / 2);
    numeral_dataset half;
    CHECK_OK(numeral_dataset_select(&train, kept, N / 2, &half, &err), err);
    uint8_t image[784];
    for (size_t i = 0; i < N / 2; i++) {
        assert_int_equal(rows[i], kept[i]);
        assert_int_equal(info.labels[rows[i]], half.labels[i]);
        assert_true(numeral_model_get_image(model, kept[i], image));
        assert_memory_equal(image, half.pixels + i * 784, 784);
    }
    numeral_dataset whole = train;
    train = half;
    numeral_model *fresh = fit(recipe);
    train = whole;
    numeral_answers a, b;
    CHECK_OK(numeral_model_predict(model, &test, &two, &a, &err), err);
    CHECK_OK(numeral_model_predict(fresh, &test, &two, &b, &err), err);
    assert_memory_equal(a.labels, b.labels, a.n * sizeof(numeral_label));
    for (size_t i = 0; i < a.n * a.k; i++) {
        assert_int_equal(a.ids[i], kept[b.ids[i]]);
    }
    numeral_answers_free(&a);
    numeral_answers_free(&b);
    numeral_dataset_free(&half);
    numeral_model_destroy(model);
    numeral_model_destroy(fresh);
}

static void wrong_wishes_are_refused_and_change_nothing(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels -k 3");
    numeral_condensation plan;
    numeral_condense_request request = {.rows = N + 1, .run = two};
    CHECK_FAILS(numeral_condense_plan(model, &request, &plan, &err),
                NUMERAL_ERROR_ARGUMENT, err, "cannot keep 401 of 400 rows");
    request.rows = 3;
    CHECK_FAILS(numeral_condense_plan(model, &request, &plan, &err),
                NUMERAL_ERROR_ARGUMENT, err, "cannot keep 3 of 400 rows: -k is 3");
    numeral_model_info info;
    numeral_model_get_info(model, &info);
    assert_int_equal(info.n_rows, N);
    numeral_model_destroy(model);
    model = fit("pixels -k 101");
    numeral_condense_request voters = {.run = two};
    CHECK_FAILS(numeral_condense_plan(model, &voters, &plan, &err),
                NUMERAL_ERROR_ARGUMENT, err, "101 voters");
    numeral_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_a_naive_vote),
        cmocka_unit_test(without_a_wish_it_stops_where_an_answer_would_change),
        cmocka_unit_test(editing_drops_what_its_neighbours_read_otherwise),
        cmocka_unit_test(dropping_gives_the_model_of_the_rest),
        cmocka_unit_test(wrong_wishes_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
