/* The reader: blocks and single digits, depths, own rows, gaps in the rows' ids; and the
 * sample that leaves rows out. */
#include "tests/unit/check.h"

#include <math.h>

#include <numeral/dynamic.h>
#include <numeral/numeral.h>

#include "model/reader.h"
#include "model/sample.h"

enum { N_ROWS = 300, N_DIGITS = 60 };

static numeral_registry *registry;
static numeral_dataset train, test;
static const numeral_run two = {.threads = 2};

/* With and without a second look, and with one at every digit. */
static const char *const recipes[] = {
    "pixels -k 5 --weights distance",
    "pixels -k 3 --index brute --rerank idm=raw:0+ridge --combine sum --candidates 20",
    "deskew,gradient,nda=9 --dtype i8 -k 4 --gate 0 --rerank ridge --candidates 30",
};
enum { N_RECIPES = sizeof recipes / sizeof *recipes };

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) != NUMERAL_OK ||
           numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &train, &err) !=
               NUMERAL_OK ||
           numeral_dataset_pen(N_DIGITS, 1, NUMERAL_SPLIT_TEST, &test, &err) !=
               NUMERAL_OK;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&train);
    numeral_dataset_free(&test);
    numeral_registry_destroy(registry);
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

static numeral_reader open_reader(const numeral_model *model, numeral_read_depth depth,
                                  size_t n, size_t k)
{
    numeral_error err;
    numeral_reader reader = {0};
    CHECK_OK(numeral_reader_open(&reader, model, depth, n, k, &two, &err), err);
    return reader;
}

static void check_verdict(const numeral_model *model, const numeral_read_verdict *v,
                          const numeral_answers *answers, size_t i)
{
    size_t k = answers->k, n_classes = answers->n_classes;
    assert_int_equal(model->classes->labels[v->winner], answers->labels[i]);
    assert_int_equal(v->decided, answers->decided[i]);
    assert_int_equal(v->hard, v->decided == NUMERAL_DECIDED_SECOND_LOOK);
    assert_true(v->confidence == answers->confidence[i]);
    assert_int_equal(v->n_voters, k);
    assert_memory_equal(v->votes, answers->votes + i * n_classes,
                        n_classes * sizeof *v->votes);
    assert_memory_equal(v->ids, answers->ids + i * k, k * sizeof *v->ids);
    assert_memory_equal(v->distances, answers->distances + i * k,
                        k * sizeof *v->distances);
}

static void a_digit_alone_is_read_as_in_a_block(void **state)
{
    (void)state;
    numeral_error err;
    for (size_t r = 0; r < N_RECIPES; r++) {
        numeral_model *model = fit(recipes[r]);
        numeral_answers answers;
        CHECK_OK(numeral_model_predict(model, &test, &two, &answers, &err), err);
        numeral_reader one = open_reader(model, NUMERAL_READ_ANSWER, 1, 0);
        assert_int_equal(one.room, 1);
        assert_int_equal(one.threads, 1);
        for (size_t i = 0; i < N_DIGITS; i++) {
            CHECK_OK(numeral_reader_read(&one, test.pixels + i * 784, NULL, 1, &err),
                     err);
            check_verdict(model, &one.verdicts[0], &answers, i);
        }
        numeral_reader_free(&one);
        numeral_answers_free(&answers);
        numeral_model_destroy(model);
    }
}

/* A study sees which digits are hard and how they end, and all neighbours it asks for. */
static void shallow_reading_is_the_beginning_of_deep(void **state)
{
    (void)state;
    numeral_error err;
    for (size_t r = 0; r < N_RECIPES; r++) {
        numeral_model *model = fit(recipes[r]);
        numeral_reader near = open_reader(model, NUMERAL_READ_NEIGHBOURS, N_DIGITS, 40);
        numeral_reader look = open_reader(model, NUMERAL_READ_LOOK, N_DIGITS, 25);
        numeral_reader deep = open_reader(model, NUMERAL_READ_ANSWER, N_DIGITS, 0);
        CHECK_OK(numeral_reader_read(&near, test.pixels, NULL, N_DIGITS, &err), err);
        CHECK_OK(numeral_reader_read(&look, test.pixels, NULL, N_DIGITS, &err), err);
        CHECK_OK(numeral_reader_read(&deep, test.pixels, NULL, N_DIGITS, &err), err);
        assert_int_equal(near.k, 40);
        for (size_t i = 0; i < N_DIGITS; i++) {
            const numeral_read_verdict *a = &look.verdicts[i], *b = &deep.verdicts[i];
            assert_int_equal(a->hard, b->hard);
            assert_true(!a->hard || a->winner == b->winner);
            assert_memory_equal(a->ids, near.verdicts[i].ids, 25 * sizeof *a->ids);
            assert_memory_equal(b->ids, a->ids, b->n_voters * sizeof *b->ids);
        }
        const size_t digits[] = {50, 3, 17};
        CHECK_OK(numeral_reader_search_again(&look, digits, 3, 40, &err), err);
        for (size_t i = 0; i < N_DIGITS; i++) {
            const numeral_read_verdict *v = &look.verdicts[i];
            bool wide = i == 50 || i == 3 || i == 17;
            assert_int_equal(v->n, wide ? 40 : 25);
            assert_memory_equal(v->ids, near.verdicts[i].ids, v->n * sizeof *v->ids);
            assert_memory_equal(v->distances, near.verdicts[i].distances,
                                v->n * sizeof *v->distances);
        }
        numeral_reader_free(&near);
        numeral_reader_free(&look);
        numeral_reader_free(&deep);
        numeral_model_destroy(model);
    }
}

/* What the model keeps of its rows serves as well as their images. */
static void own_rows_are_read_without_images(void **state)
{
    (void)state;
    numeral_error err;
    for (size_t r = 0; r < N_RECIPES; r++) {
        numeral_model *model = fit(recipes[r]);
        numeral_reader given = open_reader(model, NUMERAL_READ_ANSWER, 50, 0);
        numeral_reader kept = open_reader(model, NUMERAL_READ_ANSWER, 50, 0);
        int64_t own[50];
        for (size_t i = 0; i < 50; i++) {
            own[i] = (int64_t)(N_ROWS - 1 - 3 * i);
        }
        uint8_t images[50 * 784];
        for (size_t i = 0; i < 50; i++) {
            memcpy(images + i * 784, train.pixels + own[i] * 784, 784);
        }
        CHECK_OK(numeral_reader_read(&given, images, own, 50, &err), err);
        CHECK_OK(numeral_reader_read(&kept, NULL, own, 50, &err), err);
        for (size_t i = 0; i < 50; i++) {
            const numeral_read_verdict *a = &given.verdicts[i], *b = &kept.verdicts[i];
            assert_int_equal(a->winner, b->winner);
            assert_int_equal(a->decided, b->decided);
            assert_true(a->confidence == b->confidence);
            assert_memory_equal(a->ids, b->ids, a->n * sizeof *a->ids);
            for (size_t j = 0; j < a->n; j++) {
                assert_int_not_equal(a->ids[j], own[i]);
            }
        }
        numeral_reader_free(&given);
        numeral_reader_free(&kept);
        numeral_model_destroy(model);
    }
}

/* A copy of a row is like nothing more, ink everywhere like nothing less; and what is to
 * be refused is, with the label of its neighbours. */
static void likeness_is_a_share_of_training_digits(void **state)
{
    (void)state;
    numeral_error err;
    static uint8_t images[5 * 784];
    for (size_t r = 0; r < N_RECIPES; r++) {
        numeral_model *model = fit(recipes[r]);
        memset(images, 0, sizeof images);
        memcpy(images, train.pixels, 784);
        memcpy(images + 784, test.pixels, 784);
        memset(images + 2 * 784, 255, 784);
        for (size_t y = 4; y < 24; y++) { /* number 3: two bars; number 4: blank */
            memset(images + 3 * 784 + y * 28 + 3, 255, 3);
            memset(images + 3 * 784 + y * 28 + 22, 255, 3);
        }
        numeral_reader reader = open_reader(model, NUMERAL_READ_ANSWER, 5, 0);
        CHECK_OK(numeral_reader_read(&reader, images, NULL, 5, &err), err);
        const numeral_read_verdict *v = reader.verdicts;
        assert_true(v[0].likeness == 1 && !v[0].refused);
        assert_true(v[1].likeness > 0.01 && v[1].likeness < 1 && !v[1].refused);
        assert_true(v[2].likeness < v[1].likeness);
        assert_int_equal(v[2].refused, NUMERAL_REFUSED_NO_DIGIT);
        assert_int_equal(v[3].refused, NUMERAL_REFUSED_SEVERAL);
        assert_int_equal(v[4].refused, NUMERAL_REFUSED_BLANK);
        for (size_t i = 0; i < 5; i++) {
            assert_true(v[i].likeness > 0 && v[i].likeness <= 1);
            assert_int_equal(v[i].winner < 10, true);
        }
        numeral_reader_free(&reader);
        numeral_model_destroy(model);
    }
}

/* Of the model's own rows, each left out, as many are as strange as their likeness says.
 */
static void likeness_keeps_its_word(void **state)
{
    (void)state;
    numeral_error err;
    for (size_t r = 0; r < N_RECIPES; r++) {
        numeral_model *model = fit(recipes[r]);
        numeral_reader reader = open_reader(model, NUMERAL_READ_ANSWER, N_ROWS, 0);
        int64_t own[N_ROWS];
        size_t tenth = 0, half = 0, refused = 0;
        for (size_t i = 0; i < N_ROWS; i++) {
            own[i] = (int64_t)i;
        }
        CHECK_OK(numeral_reader_read(&reader, train.pixels, own, N_ROWS, &err), err);
        for (size_t i = 0; i < N_ROWS; i++) {
            half += reader.verdicts[i].likeness < 0.5;
            tenth += reader.verdicts[i].likeness < 0.1;
            refused += reader.verdicts[i].refused != NUMERAL_REFUSED_NOT;
        }
        assert_in_range(half, N_ROWS / 2 - 2, N_ROWS / 2 + 2);
        assert_in_range(tenth, N_ROWS / 10 - 2, N_ROWS / 10 + 2);
        assert_in_range(refused, 0, N_ROWS / 50);
        numeral_reader_free(&reader);
        numeral_model_destroy(model);
    }
}

/* Puts an index in the model's place from which every third row is gone. */
static void take_rows_away(numeral_model *model)
{
    numeral_error err;
    numeral_index *index = NULL;
    numeral_rows rows = {train.pixels, NUMERAL_U8, N_ROWS, 784, 784};
    int64_t gone[N_ROWS / 3];
    for (size_t i = 0; i < N_ROWS / 3; i++) {
        gone[i] = (int64_t)(3 * i);
    }
    CHECK_OK(numeral_index_create_dynamic(NUMERAL_U8, 784, "brute", "l2", registry,
                                          &index, &err),
             err);
    CHECK_OK(numeral_index_add(index, &rows, NULL, &two, NULL, &err), err);
    CHECK_OK(numeral_index_remove(index, gone, N_ROWS / 3, &two, &err), err);
    numeral_index_destroy(model->index);
    model->index = index;
}

static numeral_status count_rows(void *context, numeral_reader *reader, size_t first,
                                 numeral_error *err)
{
    (void)err;
    size_t *seen = context;
    for (size_t i = 0; i < reader->n; i++) {
        assert_int_equal(reader->own[i], (first + i) / 2 * 3 + (first + i) % 2 + 1);
        assert_int_equal(reader->verdicts[i].n, 10);
        for (size_t j = 0; j < 10; j++) {
            assert_int_not_equal(reader->verdicts[i].ids[j] % 3, 0);
            assert_int_not_equal(reader->verdicts[i].ids[j], reader->own[i]);
        }
    }
    *seen += reader->n;
    return NUMERAL_OK;
}

static void ids_may_have_gaps(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels -k 5");
    take_rows_away(model);
    size_t n = numeral_index_n_rows(model->index), seen = 0;
    assert_int_equal(n, N_ROWS / 3 * 2);
    numeral_reader reader = open_reader(model, NUMERAL_READ_ANSWER, n, 10);
    CHECK_OK(numeral_reader_read_all(&reader, NULL, NULL, true, n, "reading", &two,
                                     count_rows, &seen, &err),
             err);
    assert_int_equal(seen, n);
    numeral_sample sample;
    numeral_random random = numeral_random_seed(1, 0);
    CHECK_OK(numeral_sample_take(model, 40, 2, &random, &two, &sample, &err), err);
    assert_int_equal(sample.n, 40);
    for (size_t i = 0; i < sample.n; i++) {
        assert_int_not_equal(sample.rows[i] % 3, 0);
        assert_true(i == 0 || sample.rows[i] > sample.rows[i - 1]);
        assert_int_equal(numeral_sample_found(&sample, i), 2);
        assert_int_not_equal(sample.ids[2 * i] % 3, 0);
        assert_int_not_equal(sample.ids[2 * i], sample.rows[i]);
        assert_true(numeral_sample_length(model, &sample, i) ==
                    sqrt(sample.distances[2 * i + 1]));
    }
    numeral_sample_free(&sample);
    numeral_reader_free(&reader);
    numeral_model_destroy(model);
}

static numeral_status refuse(void *context, numeral_reader *reader, size_t first,
                             numeral_error *err)
{
    (void)context;
    (void)reader;
    snprintf(err->text, sizeof err->text, "digit %zu is enough", first);
    return NUMERAL_ERROR_LIMIT;
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_string_equal(what, "looking");
    assert_int_equal(done, total);
    *(size_t *)context += 1;
    return false;
}

static void sinks_and_progress_may_end_it(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model = fit("pixels");
    size_t calls = 0, seen = 0;
    numeral_progress progress = {stop, &calls};
    numeral_run run = {.threads = 1, .progress = &progress};
    numeral_reader reader = open_reader(model, NUMERAL_READ_NEIGHBOURS, N_ROWS, 10);
    CHECK_FAILS(numeral_reader_read_all(&reader, test.pixels, NULL, false, N_DIGITS,
                                        "looking", &run, refuse, &seen, &err),
                NUMERAL_ERROR_LIMIT, err, "digit 0 is enough");
    assert_int_equal(calls, 0);
    reader.n_voters = 0;
    take_rows_away(model);
    CHECK_FAILS(numeral_reader_read_all(&reader, NULL, NULL, true, N_ROWS / 3 * 2,
                                        "looking", &run, count_rows, &seen, &err),
                NUMERAL_ERROR_CANCELLED, err, "cancelled");
    assert_int_equal(calls, 1);
    assert_int_equal(seen, N_ROWS / 3 * 2);
    numeral_reader_free(&reader);
    numeral_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digit_alone_is_read_as_in_a_block),
        cmocka_unit_test(shallow_reading_is_the_beginning_of_deep),
        cmocka_unit_test(own_rows_are_read_without_images),
        cmocka_unit_test(likeness_is_a_share_of_training_digits),
        cmocka_unit_test(likeness_keeps_its_word),
        cmocka_unit_test(ids_may_have_gaps),
        cmocka_unit_test(sinks_and_progress_may_end_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
