/* Rows in several places: shards searched one behind the other, each bounded by what was
 * found before, answer as one model with all rows. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <numeral/numeral.h>

#include "base/random.h"

enum { N = 520, N_TEST = SLOWER > 1 ? 12 : 40, N_SHARDS = 3, MOST_K = 200 };

static numeral_dataset all, test;
static const numeral_run two = {.threads = 2};
/* Shards of unlike sizes, not in the order in which they are searched. */
static const size_t ends[N_SHARDS + 1] = {0, 90, 310, N};
static const size_t turns[N_SHARDS] = {1, 2, 0};

static const char *const recipes[] = {
    "pixels",
    "pixels --index brute=rows -k 1",
    "deskew,pixels -k 5 --weights distance --index exact=structure=always",
    "pixels --metric l1 --index exact=structure=always -k 12",
    "pixels --metric hamming",
    "pixels,unit --metric cosine",
    "zoning --metric chi2 -k 4",
    "pixels --weights classmean",
    "deskew,gradient=4:4,nda=8 --dtype i8 -k 5 --weights gaussian",
    "deskew,gradient=4:4,pca=12 --dtype i16",
    "deskew,pixels --gate 7 --rerank idm=raw:0 --candidates 40",
    ("deskew,gradient=4:4,nda=8 --dtype i8 -k 5 --gate 7 --rerank "
     "ridge=stop=0.4+idm=moments+tangent=view=deskew --candidates 40"),
    "pixels --gate 0 --rerank ridge+idm=deskew --combine sum --candidates 40",
    "pixels --gate 9 --rerank ridge --candidates 200 -k 2",
};
enum { PRUNING = 2, N_RECIPES = sizeof recipes / sizeof *recipes };

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

static numeral_dataset part(size_t first, size_t end)
{
    numeral_dataset some = all;
    some.pixels += first * all.height * all.width;
    some.labels += first;
    some.n_images = end - first;
    some.rows = NULL;
    return some;
}

static numeral_model *copy_of(const numeral_model *model)
{
    numeral_error err;
    numeral_model *made;
    void *bytes;
    size_t n;
    CHECK_OK(numeral_model_encode(model, &bytes, &n, &err), err);
    CHECK_OK(numeral_model_decode(bytes, n, "copy", NULL, &made, &err), err);
    numeral_free(bytes);
    return made;
}

/* A model's rows [first, end), with their numbers. */
static numeral_model *cut(const numeral_model *whole, size_t first, size_t end)
{
    numeral_error err;
    numeral_model *made = copy_of(whole);
    int64_t gone[N];
    size_t n = 0;
    for (size_t row = 0; row < N; row++) {
        gone[n] = (int64_t)row;
        n += row < first || row >= end;
    }
    CHECK_OK(numeral_model_remove(made, gone, n, &err), err);
    CHECK_OK(numeral_model_compact(made, &two, &err), err);
    return made;
}

/* The lists of all digits, k places each, with the labels of the rows. */
typedef struct lists {
    size_t k;
    int64_t *rows;
    double *distances;
    numeral_label *labels;
} lists;

static lists lists_create(size_t k)
{
    lists l = {k, calloc(N_TEST * k, sizeof *l.rows),
               calloc(N_TEST * k, sizeof *l.distances),
               calloc(N_TEST * k, sizeof *l.labels)};
    for (size_t i = 0; i < N_TEST * k; i++) {
        l.rows[i] = -1;
        l.distances[i] = INFINITY;
    }
    return l;
}

static void lists_free(lists *l)
{
    free(l->rows);
    free(l->distances);
    free(l->labels);
}

/* Merges what a shard found for digit q, rows from `first` on, into the list. */
static void merge(lists *l, size_t q, const numeral_model *shard, int64_t first,
                  const int64_t *ids, const double *distances)
{
    numeral_model_info info;
    numeral_model_get_info(shard, &info);
    for (size_t i = 0; i < l->k && ids[i] >= 0; i++) {
        int64_t row = first + ids[i];
        size_t at = (q + 1) * l->k, begin = q * l->k;
        while (at > begin &&
               (distances[i] < l->distances[at - 1] ||
                (distances[i] == l->distances[at - 1] && row < l->rows[at - 1]) ||
                l->rows[at - 1] < 0)) {
            at--;
        }
        if (at == (q + 1) * l->k) {
            continue;
        }
        size_t moved = (q + 1) * l->k - at - 1;
        memmove(l->rows + at + 1, l->rows + at, moved * sizeof *l->rows);
        memmove(l->distances + at + 1, l->distances + at, moved * sizeof *l->distances);
        memmove(l->labels + at + 1, l->labels + at, moved * sizeof *l->labels);
        l->rows[at] = row;
        l->distances[at] = distances[i];
        l->labels[at] = info.labels[ids[i]];
    }
}

/* One shard behind the other, in `turns`; `firsts` are added to the rows' numbers. */
static lists search_shards(numeral_model *const shards[], const int64_t *firsts, size_t k,
                           bool bounded, numeral_search_stats *stats)
{
    numeral_error err;
    numeral_rows vectors;
    lists found = lists_create(k);
    int64_t *ids = calloc(N_TEST * k, sizeof *ids);
    double *distances = calloc(N_TEST * k, sizeof *distances), radii[N_TEST];
    CHECK_OK(numeral_model_make_vectors(shards[0], &test, &two, &vectors, &err), err);
    for (size_t turn = 0; turn < N_SHARDS; turn++) {
        size_t s = turns[turn];
        for (size_t q = 0; q < N_TEST; q++) {
            radii[q] = found.distances[q * k + k - 1];
        }
        numeral_search how = {.k = k,
                              .radius = INFINITY,
                              .radii = bounded ? radii : NULL,
                              .bounded = bounded,
                              .run = two,
                              .stats = stats};
        CHECK_OK(
            numeral_model_search_vectors(shards[s], &vectors, &how, ids, distances, &err),
            err);
        for (size_t q = 0; q < N_TEST; q++) {
            merge(&found, q, shards[s], firsts[s], ids + q * k, distances + q * k);
        }
    }
    numeral_free((void *)(uintptr_t)vectors.data);
    free(ids);
    free(distances);
    return found;
}

static void check_lists(const char *what, const numeral_model *whole, const lists *found)
{
    numeral_error err;
    numeral_answers answers;
    CHECK_OK(numeral_model_neighbours(whole, &test, found->k, &two, &answers, &err), err);
    if (memcmp(answers.ids, found->rows, N_TEST * found->k * sizeof *answers.ids) != 0 ||
        memcmp(answers.distances, found->distances,
               N_TEST * found->k * sizeof *answers.distances) != 0) {
        fail_msg("%s: other neighbours", what);
    }
    numeral_answers_free(&answers);
}

static const int64_t no_firsts[N_SHARDS] = {0, 0, 0};

/* Equal rows in every shard: of equal distances the smaller number goes first, wherever
 * it lies and whichever shard is asked first. */
static void ties_go_by_number(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *whole, *shards[N_SHARDS];
    size_t ids[N];
    numeral_dataset twins;
    for (size_t i = 0; i < N; i++) {
        ids[i] = i % 20;
    }
    CHECK_OK(numeral_dataset_select(&all, ids, N, &twins, &err), err);
    CHECK_OK(numeral_model_train(&twins, "pixels --index exact=structure=always", &two,
                                 &whole, &err),
             err);
    for (size_t s = 0; s < N_SHARDS; s++) {
        shards[s] = cut(whole, ends[s], ends[s + 1]);
    }
    for (size_t k = 1; k < 64; k += 9) {
        lists found = search_shards(shards, no_firsts, k, true, NULL);
        check_lists("twins", whole, &found);
        lists_free(&found);
    }
    numeral_model_destroy(whole);
    for (size_t s = 0; s < N_SHARDS; s++) {
        numeral_model_destroy(shards[s]);
    }
    numeral_dataset_free(&twins);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Candidates of each digit, as many as it needs, with what is seen of the open ones. */
typedef struct chosen {
    numeral_candidates candidates;
    int64_t starts[N_TEST + 1], *rows, *seen;
    double *distances;
    numeral_label *labels;
    uint8_t *images, *vectors;
} chosen;

static void choose(const numeral_model *model, const lists *found, chosen *out)
{
    numeral_error err;
    numeral_wanted wanted;
    numeral_model_info info;
    uint8_t open[N_TEST];
    size_t n = 0, most = N_TEST * found->k, bytes = 784, n_seen = 0;
    numeral_model_get_info(model, &info);
    numeral_model_get_wanted(model, N, &wanted);
    assert_false(wanted.misses);
    *out = (chosen){.rows = calloc(most, sizeof *out->rows),
                    .seen = calloc(most, sizeof *out->seen),
                    .distances = calloc(most, sizeof *out->distances),
                    .labels = calloc(most, sizeof *out->labels),
                    .images = calloc(most, bytes),
                    .vectors = calloc(most, info.n_dims * sizeof(int16_t))};
    out->candidates = (numeral_candidates){.n = N_TEST,
                                           .n_rows = N,
                                           .starts = out->starts,
                                           .rows = out->rows,
                                           .distances = out->distances,
                                           .labels = out->labels,
                                           .seen = out->seen,
                                           .images = out->images,
                                           .vectors = out->vectors};
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t q = 0; q < N_TEST; q++) {
            size_t k =
                pass && open[q] && wanted.k_open > wanted.k ? wanted.k_open : wanted.k;
            out->starts[q] = (int64_t)n;
            for (size_t i = 0; i < k; i++, n++) {
                out->rows[n] = found->rows[q * found->k + i];
                out->distances[n] = found->distances[q * found->k + i];
                out->labels[n] = found->labels[q * found->k + i];
                if (pass && open[q]) {
                    out->seen[n_seen++] = out->rows[n];
                }
            }
        }
        out->starts[N_TEST] = (int64_t)n;
        if (!pass) {
            CHECK_OK(numeral_model_find_open(model, &out->candidates, open, &err), err);
        }
    }
    qsort(out->seen, n_seen, sizeof *out->seen, by_number);
    for (size_t i = 0; i < n_seen; i++) {
        if (i == 0 || out->seen[i] != out->seen[i - 1]) {
            out->seen[out->candidates.n_seen++] = out->seen[i];
        }
    }
}

/* What the whole model keeps of the rows that are seen. */
static void see(const numeral_model *whole, chosen *c)
{
    numeral_model_info info;
    numeral_model_get_info(whole, &info);
    size_t bytes = info.n_dims * (info.dtype == NUMERAL_I16 ? 2 : 1);
    for (size_t i = 0; i < c->candidates.n_seen; i++) {
        size_t row = (size_t)c->seen[i];
        assert_true(numeral_model_get_image(whole, row, c->images + i * 784));
        assert_true(numeral_model_get_vector(whole, row, c->vectors + i * bytes));
    }
    assert_false(numeral_model_get_vector(whole, N, c->vectors));
}

static void chosen_free(chosen *c)
{
    free(c->rows);
    free(c->seen);
    free(c->distances);
    free(c->labels);
    free(c->images);
    free(c->vectors);
}

static void check_same(const char *what, numeral_answers a, numeral_answers b)
{
    assert_int_equal(a.n, b.n);
    assert_int_equal(a.k, b.k);
    assert_int_equal(a.n_classes, b.n_classes);
    if (memcmp(a.labels, b.labels, a.n * sizeof(numeral_label)) != 0 ||
        memcmp(a.decided, b.decided, a.n) != 0 ||
        memcmp(a.refused, b.refused, a.n) != 0 ||
        memcmp(a.confidence, b.confidence, a.n * sizeof *a.confidence) != 0 ||
        memcmp(a.likeness, b.likeness, a.n * sizeof *a.likeness) != 0 ||
        memcmp(a.votes, b.votes, a.n * a.n_classes * sizeof *a.votes) != 0 ||
        memcmp(a.ids, b.ids, a.n * a.k * sizeof *a.ids) != 0 ||
        memcmp(a.distances, b.distances, a.n * a.k * sizeof *a.distances) != 0) {
        fail_msg("%s: other answers", what);
    }
    numeral_answers_free(&a);
    numeral_answers_free(&b);
}

/* Read by a shard of the model, which has none of most digits' nearest rows. */
static void check_candidates(const char *recipe, const numeral_model *whole,
                             numeral_model *const shards[])
{
    numeral_error err;
    numeral_wanted wanted;
    numeral_answers answers, expected;
    chosen given;
    numeral_model_get_wanted(shards[0], N, &wanted);
    size_t k = wanted.k > wanted.k_open ? wanted.k : wanted.k_open;
    lists found = search_shards(shards, no_firsts, k, true, NULL);
    choose(shards[0], &found, &given);
    see(whole, &given);
    CHECK_OK(numeral_model_predict_candidates(shards[0], &test, &given.candidates, &two,
                                              &answers, &err),
             err);
    CHECK_OK(numeral_model_predict(whole, &test, &two, &expected, &err), err);
    check_same(recipe, answers, expected);
    lists_free(&found);
    chosen_free(&given);
}

/* Every kind of index, metric and row: bounded by what other shards found or not, k from
 * 1 to more than a shard has; and what is read from what they find. */
static void shards_answer_as_one(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 10, MOST_K};
    /* sanitizers see a third of them */
    for (size_t i = 0; i<N_RECIPES; i += SLOWER> 1 ? 3 : 1) {
        numeral_error err;
        numeral_model *whole, *shards[N_SHARDS];
        CHECK_OK(numeral_model_train(&all, recipes[i], &two, &whole, &err), err);
        for (size_t s = 0; s < N_SHARDS; s++) {
            shards[s] = cut(whole, ends[s], ends[s + 1]);
        }
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            numeral_search_stats alone = {0}, together = {0};
            lists free_ = search_shards(shards, no_firsts, counts[c], false, &alone);
            lists bound = search_shards(shards, no_firsts, counts[c], true, &together);
            check_lists(recipes[i], whole, &free_);
            check_lists(recipes[i], whole, &bound);
            if (i == PRUNING && counts[c] < MOST_K) { /* more is beyond a shard's rows */
                assert_true(together.products < alone.products);
                assert_true(together.distances < alone.distances);
            }
            lists_free(&free_);
            lists_free(&bound);
        }
        check_candidates(recipes[i], whole, shards);
        numeral_model_destroy(whole);
        for (size_t s = 0; s < N_SHARDS; s++) {
            numeral_model_destroy(shards[s]);
        }
    }
}

/* Shards made of their own digits by stages that another set fitted. */
static void rows_are_replaced(void **state)
{
    (void)state;
    static const size_t chosen_recipes[] = {0, 2, 8, 11, 12};
    for (size_t r = 0; r < sizeof chosen_recipes / sizeof *chosen_recipes; r++) {
        numeral_error err;
        const char *recipe = recipes[chosen_recipes[r]];
        numeral_model *stages, *whole, *shards[N_SHARDS];
        numeral_fingerprint print, other;
        numeral_dataset first = part(0, 300);
        int64_t firsts[N_SHARDS];
        CHECK_OK(numeral_model_train(&first, recipe, &two, &stages, &err), err);
        CHECK_OK(numeral_model_get_fingerprint(stages, &print, &err), err);
        whole = copy_of(stages);
        CHECK_OK(numeral_model_replace_rows(whole, &all, &two, &err), err);
        for (size_t s = 0; s < N_SHARDS; s++) {
            numeral_dataset some = part(ends[s], ends[s + 1]);
            numeral_model *made = copy_of(stages);
            numeral_model_info info;
            CHECK_OK(numeral_model_replace_rows(made, &some, &two, &err), err);
            shards[s] = copy_of(made); /* as a file gives it back */
            numeral_model_destroy(made);
            numeral_model_get_info(shards[s], &info);
            assert_int_equal(info.n_rows, some.n_images);
            assert_int_equal(info.n_numbers, some.n_images);
            firsts[s] = (int64_t)ends[s];
            CHECK_OK(numeral_model_get_fingerprint(shards[s], &other, &err), err);
            assert_string_equal(print.stages, other.stages);
            assert_string_not_equal(print.rows, other.rows);
        }
        lists found = search_shards(shards, firsts, 7, true, NULL);
        check_lists(recipe, whole, &found);
        lists_free(&found);
        /* the same stages with the rest taught */
        numeral_dataset rest = part(300, N);
        numeral_answers answers, expected;
        CHECK_OK(numeral_model_add(stages, &rest, &two, NULL, &err), err);
        CHECK_OK(numeral_model_predict(whole, &test, &two, &answers, &err), err);
        CHECK_OK(numeral_model_predict(stages, &test, &two, &expected, &err), err);
        check_same(recipe, answers, expected);
        numeral_model_destroy(stages);
        numeral_model_destroy(whole);
        for (size_t s = 0; s < N_SHARDS; s++) {
            numeral_model_destroy(shards[s]);
        }
    }
}

/* Other recipes, other digits, other classes are other fingerprints. */
static void fingerprints_tell_models_apart(void **state)
{
    (void)state;
    numeral_error err;
    numeral_fingerprint prints[4];
    numeral_dataset some = part(0, 500);
    const numeral_dataset *data[4] = {&all, &all, &some, &all};
    static const char *const texts[4] = {"pixels,pca=9", "pixels,pca=9", "pixels,pca=9",
                                         "pixels,pca=9 -k 2"};
    for (size_t i = 0; i < 4; i++) {
        numeral_model *model;
        CHECK_OK(numeral_model_train(data[i], texts[i], &two, &model, &err), err);
        CHECK_OK(numeral_model_get_fingerprint(model, &prints[i], &err), err);
        numeral_model_destroy(model);
    }
    assert_memory_equal(&prints[0], &prints[1], sizeof prints[0]);
    assert_string_not_equal(prints[0].stages, prints[2].stages);
    assert_string_not_equal(prints[0].rows, prints[2].rows);
    assert_string_not_equal(prints[0].stages, prints[3].stages);
    assert_string_equal(prints[0].rows, prints[3].rows);
}

static void check_refused(const numeral_model *model, const numeral_candidates *given,
                          const char *text)
{
    numeral_error err;
    numeral_answers answers = {0};
    assert_int_equal(
        numeral_model_predict_candidates(model, &test, given, &two, &answers, &err),
        NUMERAL_ERROR_ARGUMENT);
    if (!strstr(err.text, text)) {
        fail_msg("'%s', expected '%s'", err.text, text);
    }
}

static void bad_candidates_are_refused(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *whole, *parts[N_SHARDS];
    chosen given;
    CHECK_OK(numeral_model_train(&all, "pixels --gate 9 --rerank idm=raw --candidates 40",
                                 &two, &whole, &err),
             err);
    for (size_t s = 0; s < N_SHARDS; s++) {
        parts[s] = cut(whole, ends[s], ends[s + 1]);
    }
    lists found = search_shards(parts, no_firsts, 40, true, NULL);
    choose(whole, &found, &given);
    see(whole, &given);
    numeral_candidates bad = given.candidates;
    bad.n--;
    check_refused(whole, &bad, SLOWER > 1 ? "of 11 digits" : "of 39 digits");
    bad = given.candidates;
    bad.n_seen--;
    check_refused(whole, &bad, "not among those seen");
    double kept = given.distances[1];
    given.distances[1] = given.distances[0] - 1;
    check_refused(whole, &given.candidates, "another order than (distance, row)");
    given.distances[1] = kept;
    numeral_label label = given.labels[3];
    given.labels[3] = 77;
    check_refused(whole, &given.candidates, "label 77");
    given.labels[3] = label;
    int64_t start = given.starts[1];
    given.starts[1] = given.starts[0];
    check_refused(whole, &given.candidates, "has none");
    given.starts[1] = 2;
    check_refused(whole, &given.candidates, "another order");
    given.starts[1] = start;
    numeral_dataset small = test;
    small.width /= 2;
    small.height *= 2;
    assert_false(numeral_model_takes_data(whole, &small));
    assert_true(numeral_model_takes_data(whole, &test));
    numeral_dataset few = part(0, 0);
    assert_int_equal(numeral_model_replace_rows(parts[0], &few, &two, &err),
                     NUMERAL_ERROR_ARGUMENT);
    few = part(0, 10);
    few.labels = NULL;
    assert_int_equal(numeral_model_replace_rows(parts[0], &few, &two, &err),
                     NUMERAL_ERROR_ARGUMENT);
    lists_free(&found);
    chosen_free(&given);
    numeral_model_destroy(whole);
    for (size_t s = 0; s < N_SHARDS; s++) {
        numeral_model_destroy(parts[s]);
    }
}

/* Which may miss neighbours; and an index of floats, asked with a bound. */
static void near_is_told_and_floats_are_bounded(void **state)
{
    (void)state;
    numeral_error err;
    numeral_model *model;
    numeral_wanted wanted;
    CHECK_OK(numeral_model_train(&all, "pixels --recall 0.9", &two, &model, &err), err);
    numeral_model_get_wanted(model, N, &wanted);
    assert_true(wanted.misses);
    numeral_model_destroy(model);

    enum { DIMS = 784, K = 9, HALF = N / 2 };
    float *values = malloc(N * DIMS * sizeof *values);
    for (size_t i = 0; i < N * DIMS; i++) {
        values[i] = (float)all.pixels[i] / 3;
    }
    numeral_index *index[3];
    for (size_t i = 0; i < 3; i++) {
        numeral_rows rows = {values + (i == 2) * HALF * DIMS, NUMERAL_F32,
                             i == 0 ? N : HALF, DIMS, DIMS * sizeof *values};
        CHECK_OK(numeral_index_create(&rows, "exact=structure=always", "l2", NULL, &two,
                                      &index[i], &err),
                 err);
    }
    numeral_rows queries = {values, NUMERAL_F32, N_TEST, DIMS, DIMS * sizeof *values};
    int64_t ids[3][N_TEST * K];
    double distances[3][N_TEST * K], radii[N_TEST];
    for (size_t i = 0; i < 3; i++) {
        numeral_search how = {.k = K,
                              .radius = INFINITY,
                              .radii = i == 2 ? radii : NULL,
                              .bounded = true,
                              .run = two};
        CHECK_OK(
            numeral_index_search(index[i], &queries, &how, ids[i], distances[i], &err),
            err);
        for (size_t q = 0; i == 1 && q < N_TEST; q++) {
            radii[q] = distances[1][q * K + K - 1];
        }
        numeral_index_destroy(index[i]);
    }
    for (size_t q = 0; q < N_TEST; q++) {
        size_t a = q * K, b = q * K;
        for (size_t at = q * K; at < (q + 1) * K; at++) {
            bool second = distances[2][b] < distances[1][a];
            assert_int_equal(ids[0][at], second ? ids[2][b] + HALF : ids[1][a]);
            a += !second;
            b += second;
        }
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_answer_as_one),
        cmocka_unit_test(ties_go_by_number),
        cmocka_unit_test(rows_are_replaced),
        cmocka_unit_test(fingerprints_tell_models_apart),
        cmocka_unit_test(bad_candidates_are_refused),
        cmocka_unit_test(near_is_told_and_floats_are_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
