/* Damaged models: each bit of a header turned, bits of the body, each truncation. Of
 * every kind of tensor there is a model of at most 64 KB. A damaged one is refused, or
 * answers as the whole one does; none answers otherwise.
 *
 *   build/tests/test_flips          a share, in a second or two
 *   build/tests/test_flips full     each header bit, each truncation, 100,000 bits of the
 *                                   body of each model; prints what it counted */
#include "tests/unit/check.h"

#include <stdlib.h>
#include <time.h>

#include <numeral/numeral.h>

#include "base/random.h"

enum { N_ROWS = 40, N_QUERIES = 4, MOST_BYTES = 1 << 16 };

static numeral_registry *registry;
static numeral_dataset digits, lesson, queries;
static const numeral_run one = {.threads = 1};
static bool full;
static long n_tried, n_loaded;

static const struct {
    const char *recipe;
    int folds; /* of a calibration, or 0 */
    bool taught;
} kinds[] = {
    {"resize=24,pixels", 0, false},
    {"resize=24,pixels --index brute=rows --weights distance", 0, false},
    {"resize=7,pixels --index exact=structure=always", 0, false},
    {"resize=9,pixels --index exact=structure=always", 0, false},
    {"resize=9,pixels --metric l1 --index exact=structure=always", 0, false},
    {"resize=8,pixels --index near=0.9:structure=always", 0, false},
    {"deskew,gradient=8:4,pca=8", 0, false},
    {"zoning=7,standard,lda=4 --dtype i8", 3, false},
    {"resize=14,pixels,minmax --dtype i16 -k 5", 0, false},
    {"zoning=7 --gate 0 --rerank idm=moments:0+ridge --combine sum", 3, false},
    {"zoning=7 --gate 0 --rerank idm=deskew:0", 0, false},
    {"resize=14,pixels", 0, true},
};

static void make(size_t kind, void **bytes, size_t *n_bytes)
{
    numeral_error err = {0};
    numeral_recipe *recipe = NULL;
    numeral_model *model = NULL;
    int64_t first = 0;
    CHECK_OK(numeral_recipe_parse(registry, kinds[kind].recipe, &recipe, &err), err);
    CHECK_OK(numeral_model_fit(recipe, &digits, 1, &one, &model, NULL, &err), err);
    if (kinds[kind].folds) {
        CHECK_OK(numeral_model_calibrate(model, &digits, (size_t)kinds[kind].folds, &one,
                                         &err),
                 err);
    }
    if (kinds[kind].taught) {
        CHECK_OK(numeral_model_add(model, &lesson, &one, &first, &err), err);
        CHECK_OK(numeral_model_remove(model, &first, 1, &err), err);
    }
    CHECK_OK(numeral_model_encode(model, bytes, n_bytes, &err), err);
    if (*n_bytes > MOST_BYTES) {
        fail_msg("%s: %zu bytes", kinds[kind].recipe, *n_bytes);
    }
    numeral_model_destroy(model);
    numeral_recipe_destroy(recipe);
}

static void answer(const numeral_model *model, numeral_answers *out)
{
    numeral_error err = {0};
    CHECK_OK(numeral_model_predict(model, &queries, &one, out, &err), err);
}

static bool same(const numeral_answers *a, const numeral_answers *b)
{
    size_t n = a->n * a->k;
    return a->n == b->n && a->k == b->k &&
           memcmp(a->labels, b->labels, a->n * sizeof(numeral_label)) == 0 &&
           memcmp(a->confidence, b->confidence, a->n * sizeof *a->confidence) == 0 &&
           memcmp(a->ids, b->ids, n * sizeof *a->ids) == 0 &&
           memcmp(a->distances, b->distances, n * sizeof *a->distances) == 0;
}

/* Whether damaged bytes are refused in a sentence, or answer as the whole ones. */
static bool harmless(const void *bytes, size_t n_bytes, const numeral_answers *whole)
{
    numeral_error err = {0};
    numeral_model *model = NULL;
    n_tried++;
    if (numeral_model_decode(bytes, n_bytes, "m.model", registry, &model, &err) !=
        NUMERAL_OK) {
        return model == NULL && strncmp(err.text, "m.model: ", 9) == 0;
    }
    numeral_answers answers;
    answer(model, &answers);
    bool right = same(whole, &answers);
    n_loaded++;
    numeral_answers_free(&answers);
    numeral_model_destroy(model);
    return right;
}

static void turn_bits(const char *recipe, uint8_t *bytes, size_t n_bytes,
                      const numeral_answers *whole)
{
    numeral_random random = numeral_random_seed(12, 0);
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) {
        length = length << 8 | bytes[i];
    }
    size_t header = 8 * (8 + (size_t)length), n_body = full ? 100000 : 200 / SLOWER;
    size_t step = full ? 1 : 61;
    for (size_t i = 0; i < header / step + n_body; i++) {
        size_t bit =
            i < header / step
                ? i * step
                : header + (size_t)numeral_random_below(&random, 8 * n_bytes - header);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (!harmless(bytes, n_bytes, whole)) {
            fail_msg("%s: bit %zu of byte %zu turned, and the model answers otherwise",
                     recipe, bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void cut(const char *recipe, const uint8_t *bytes, size_t n_bytes,
                const numeral_answers *whole)
{
    for (size_t n = 0; n < n_bytes; n += full ? 1 : 251) {
        if (!harmless(bytes, n, whole)) {
            fail_msg("%s: %zu of %zu bytes answer otherwise", recipe, n, n_bytes);
        }
    }
}

static void damaged_models_do_not_lie(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        numeral_error err = {0};
        numeral_model *model = NULL;
        numeral_answers whole;
        void *bytes;
        size_t n_bytes;
        clock_t start = clock();
        make(kind, &bytes, &n_bytes);
        CHECK_OK(numeral_model_decode(bytes, n_bytes, "m.model", registry, &model, &err),
                 err);
        answer(model, &whole);
        long before = n_tried;
        turn_bits(kinds[kind].recipe, bytes, n_bytes, &whole);
        cut(kinds[kind].recipe, bytes, n_bytes, &whole);
        print_message("%s: %zu bytes, %ld damaged, %.1f s\n", kinds[kind].recipe, n_bytes,
                      n_tried - before, (double)(clock() - start) / CLOCKS_PER_SEC);
        numeral_answers_free(&whole);
        numeral_model_destroy(model);
        numeral_free(bytes);
    }
    print_message("%ld damaged models, %ld of them load and answer the same, 0 lie\n",
                  n_tried, n_loaded);
}

static int set_up(void **state)
{
    (void)state;
    numeral_error err;
    return numeral_registry_create(&registry, &err) == NUMERAL_OK &&
                   numeral_dataset_pen(N_ROWS, 1, NUMERAL_SPLIT_TRAIN, &digits, &err) ==
                       NUMERAL_OK &&
                   numeral_dataset_pen(5, 2, NUMERAL_SPLIT_TRAIN, &lesson, &err) ==
                       NUMERAL_OK &&
                   numeral_dataset_pen(N_QUERIES, 1, NUMERAL_SPLIT_TEST, &queries,
                                       &err) == NUMERAL_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    numeral_dataset_free(&digits);
    numeral_dataset_free(&lesson);
    numeral_dataset_free(&queries);
    numeral_registry_destroy(registry);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damaged_models_do_not_lie)};
    full = argc > 1 && strcmp(argv[1], "full") == 0;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
