/* Gate, re-rankers and combination, against NumPy and cases worked by hand. */
#include <stdlib.h>
#include <string.h>

#include "unit/check.h"
#include "unit/pattern.h"
#include "unit/reference_rerank.h"

#include "kernel/idm.h"
#include "linalg/cholesky.h"
#include "metric/tangent.h"
#include "rerank/cascade.h"
#include "rerank/rerank_entries.h"

enum { MAX_ROWS = 120, MAX_TEST_DIMS = 16, SIDE = 12, PIXELS = SIDE * SIDE };

/* A small model: rows and images of its own, searched by nothing. */
typedef struct fixture {
    numeral_index index;
    int16_t rows[MAX_ROWS][MAX_TEST_DIMS];
    uint16_t classes[MAX_ROWS];
    uint8_t images[MAX_ROWS * PIXELS];
    numeral_sparse_images sparse;
    int16_t vector[MAX_TEST_DIMS];
    int8_t vector_i8[MAX_TEST_DIMS];
    int64_t ids[MAX_ROWS];
    double distances[MAX_ROWS];
    uint8_t image[PIXELS];
    numeral_rerank_base base;
    numeral_rerank_digit digit;
} fixture;

static void get_row(const numeral_index *index, size_t id, void *out)
{
    const fixture *f = (const fixture *)(const void *)index;
    for (size_t j = 0; j < index->n_dims; j++) {
        if (index->dtype == NUMERAL_I16) {
            ((int16_t *)out)[j] = f->rows[id][j];
        } else {
            ((uint8_t *)out)[j] = (uint8_t)f->rows[id][j];
        }
    }
}

static const numeral_index_kind kind = {.get_row = get_row};

/* The rows' images as the re-rankers get them. */
static void pack_images(fixture *f)
{
    numeral_sparse_free(&f->sparse);
    assert_int_equal(
        numeral_sparse_pack(f->images, f->index.n_rows, PIXELS, &f->sparse, NULL),
        NUMERAL_OK);
}

static void free_fixture(fixture *f)
{
    numeral_sparse_free(&f->sparse);
    free(f);
}

static fixture *make_fixture(size_t n, size_t dims, size_t n_classes, numeral_dtype dtype)
{
    fixture *f = calloc(1, sizeof *f);
    f->index =
        (numeral_index){.kind = &kind, .dtype = dtype, .n_rows = n, .n_dims = dims};
    f->base = (numeral_rerank_base){.n_classes = n_classes,
                                    .classes = f->classes,
                                    .index = &f->index,
                                    .height = SIDE,
                                    .width = SIDE};
    f->digit = (numeral_rerank_digit){
        .vector = f->vector, .n_candidates = n, .ids = f->ids, .distances = f->distances};
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        f->base.images[view] = &f->sparse;
        f->digit.images[view] = f->image;
    }
    for (size_t i = 0; i < n; i++) {
        f->ids[i] = (int64_t)i;
    }
    pack_images(f);
    return f;
}

/* Distances that rise from `first` by `step`, and labels as given. */
static fixture *make_list(const char *labels, size_t n_classes, double first, double step)
{
    fixture *f = make_fixture(strlen(labels), 2, n_classes, NUMERAL_I8);
    for (size_t i = 0; i < f->digit.n_candidates; i++) {
        f->classes[i] = (uint16_t)(labels[i] - '0');
        f->distances[i] = first + step * (double)i;
    }
    return f;
}

static int16_t reference_value(size_t i, size_t j)
{
    return (int16_t)((int)((i * 37 + j * 91 + i * j * 29 + i * i * 7) % 201) - 100);
}

static int by_distance(const void *a, const void *b)
{
    const double *p = a, *q = b;
    return p[0] != q[0] ? (p[0] > q[0]) - (p[0] < q[0]) : (p[1] > q[1]) - (p[1] < q[1]);
}

/* The rows of tests/reference/rerank.py, candidates in the order of distance. */
static fixture *make_reference(numeral_dtype dtype)
{
    enum { N = 30, DIMS = 12 };
    fixture *f = make_fixture(N, DIMS, 4, dtype);
    double order[N][2];
    for (size_t j = 0; j < DIMS; j++) {
        f->vector[j] = reference_value(1000, j);
        f->vector_i8[j] = (int8_t)f->vector[j];
    }
    for (size_t i = 0; i < N; i++) {
        order[i][0] = 0;
        order[i][1] = (double)i;
        f->classes[i] = (uint16_t)(i * i % 4);
        for (size_t j = 0; j < DIMS; j++) {
            f->rows[i][j] = reference_value(i, j);
            double difference = f->rows[i][j] - f->vector[j];
            order[i][0] += difference * difference;
        }
    }
    qsort(order, N, sizeof *order, by_distance);
    for (size_t i = 0; i < N; i++) {
        f->distances[i] = order[i][0];
        f->ids[i] = (int64_t)order[i][1];
    }
    if (dtype == NUMERAL_I8) {
        f->digit.vector = f->vector_i8;
    }
    return f;
}

static size_t no_scratch(const double *parameters, const numeral_rerank_base *base,
                         size_t n)
{
    (void)parameters, (void)base, (void)n;
    return 0;
}

static void score_means(const double *parameters, const numeral_rerank_base *base,
                        const numeral_rerank_digit *digit, void *scratch, double *scores)
{
    const double gate[NUMERAL_MAX_PARAMETERS] = {0, 1, parameters[0]};
    numeral_gate_means(gate, base, digit, scratch, scores);
}

static const numeral_parameter parameters_of_means[] = {
    {"m", NUMERAL_PARAMETER_INTEGER, 1, 100, 3, NULL, ""},
    NUMERAL_RERANK_COMMON,
};

/* A re-ranker whose scores can be worked by hand: the gate's means. */
static const numeral_rerank means = {
    .entry = {.name = "means", .parameters = parameters_of_means, .n_parameters = 3},
    .view_parameter = -1,
    .scratch_bytes = no_scratch,
    .score = score_means};

static numeral_cascade parse(const char *text)
{
    const numeral_entry *reranks[8] = {&means.entry};
    memcpy(reranks + 1, numeral_reranks, numeral_n_reranks * sizeof *reranks);
    numeral_table table = {NUMERAL_KIND_RERANK, reranks, numeral_n_reranks + 1};
    numeral_cascade cascade = numeral_cascade_default();
    numeral_error err = {0};
    if (numeral_cascade_parse(text, strlen(text), &table, &cascade, &err) != NUMERAL_OK) {
        fail_msg("%s", err.text);
    }
    return cascade;
}

/* What one re-ranker gives. */
static void score_one(const fixture *f, const char *text, double *scores)
{
    numeral_cascade cascade = parse(text);
    void *scratch = aligned_alloc(
        64, numeral_round_up(numeral_cascade_scratch_bytes(&cascade, &f->base), 64));
    numeral_part_score(&cascade.parts[0], &f->base, &f->digit, scratch, scores);
    free(scratch);
}

static size_t combined_winner(const fixture *f, const char *text, numeral_combine combine,
                              double *scores)
{
    numeral_cascade cascade = parse(text);
    cascade.combine = combine;
    void *scratch = aligned_alloc(
        64, numeral_round_up(numeral_cascade_scratch_bytes(&cascade, &f->base), 64));
    numeral_cascade_score(&cascade, &f->base, &f->digit, scratch, scores);
    free(scratch);
    return numeral_cascade_winner(&f->base, &f->digit, scores);
}

static void cholesky_solves(void **state)
{
    (void)state;
    /* A = [4 2 2; 2 5 3; 2 3 6], x = (1, -2, 3), b = Ax. */
    double a[] = {4, 2, 2, 99, 5, 3, 99, 99, 6}, b[] = {6, 1, 14};
    const double x[] = {1, -2, 3};
    assert_true(numeral_cholesky_factor(a, 3));
    numeral_cholesky_solve(a, 3, b);
    assert_all_near(b, x, 3, 1e-14);
    double singular[] = {1, 1, 0, 1}, indefinite[] = {-1, 0, 0, 1};
    double poison[] = {NAN, 0, 0, 1};
    singular[3] = 1;
    assert_false(numeral_cholesky_factor(singular, 2));
    assert_false(numeral_cholesky_factor(indefinite, 2));
    assert_false(numeral_cholesky_factor(poison, 2));
}

static void ridge_is_numpys(void **state)
{
    (void)state;
    double scores[4];
    for (int wide = 0; wide < 2; wide++) {
        fixture *f = make_reference(wide ? NUMERAL_I16 : NUMERAL_I8);
        score_one(f, "ridge", scores);
        assert_all_near(scores, ridge_plain, 4, 1e-11);
        score_one(f, "ridge=0.5:0.03:2", scores);
        assert_all_near(scores, ridge_other, 4, 1e-11);
        free_fixture(f);
    }
}

/* At the far ends of i16 the sums need 64 bits. */
static void ridge_does_not_overflow(void **state)
{
    (void)state;
    double scores[2];
    fixture *f = make_fixture(2, 16, 2, NUMERAL_I16);
    for (size_t j = 0; j < 16; j++) {
        f->vector[j] = f->rows[0][j] = 32767;
        f->rows[1][j] = -32767;
    }
    f->classes[1] = 1;
    f->distances[1] = 16 * 65534.0 * 65534.0;
    score_one(f, "ridge", scores);
    /* σ is the farther one's whole distance (2 × the mean of 0 and it), q = (1, 1/e). */
    double e = exp(-1), a = 1.1, v0 = (a - e * e) / (a * a - e * e);
    double v1 = (a * e - e) / (a * a - e * e), sum = v0 + v1;
    const double expected[] = {1.3 - (v0 - 0.1 * sum), 1.3 - (v1 - 0.1 * sum)};
    assert_all_near(scores, expected, 2, 1e-12);
    free_fixture(f);
}

static void gate_means_by_hand(void **state)
{
    (void)state;
    fixture *f = make_list("0010", 3, 10, 10); /* 10 20 | 30 | 40 */
    double scores[3], room[16];
    const double gate[NUMERAL_MAX_PARAMETERS] = {20, 1.3, 3};
    numeral_gate_means(gate, &f->base, &f->digit, room, scores);
    const double expected[] = {70 / 3.0, (30 + 40 + 40) / 3.0, 40};
    assert_all_near(scores, expected, 3, 1e-12);
    free_fixture(f);
}

static void tangent_is_numpys(void **state)
{
    (void)state;
    enum { H = 12, W = 15 };
    double pattern[H * W];
    uint8_t first[H * W], second[H * W];
    make_pattern(H, W, true, pattern);
    for (size_t i = 0; i < H * W; i++) {
        first[i] = (uint8_t)pattern[i];
        second[(H - 1 - i / W) * W + i % W] = (uint8_t)pattern[i];
    }
    size_t n = numeral_tangent_plane(H, W);
    double *p = malloc((NUMERAL_TANGENTS + 1) * n * sizeof *p);
    double *r = malloc((NUMERAL_TANGENTS + 1) * n * sizeof *r);
    double *scratch = malloc(n * sizeof *scratch);
    numeral_tangent_prepare(first, H, W, scratch, p);
    numeral_tangent_prepare(second, H, W, scratch, r);
    for (int i = 0; i < 4; i++) {
        double found =
            numeral_tangent_distance(p, r, n, i / 2, i % 2 ? 1 : 0.01, scratch);
        assert_near(found / tangent_distances[i], 1, 1e-10);
    }
    assert_near(numeral_tangent_distance(p, p, n, 1, 0.01, scratch), 0, 1e-6);
    free(p);
    free(r);
    free(scratch);
}

/* Class 0 holds the left half of the digit in one image and the right half in another;
 * class 1 holds it whole but for a few pixels. Only together do the halves explain it. */
static void make_halves(fixture *f)
{
    for (size_t i = 0; i < PIXELS; i++) {
        size_t y = i / SIDE, x = i % SIDE;
        uint8_t ink = y > 3 && y < 8 && x > 0 && x < SIDE - 1 ? 200 : 0;
        f->image[i] = ink;
        f->images[i] = x < SIDE / 2 + 3 ? ink : 0;
        f->images[PIXELS + i] = x >= SIDE / 2 - 3 ? ink : 0;
        f->images[2 * PIXELS + i] = y == 5 && x == 5 ? 0 : ink;
    }
    pack_images(f);
}

static void idm_explains_piece_by_piece(void **state)
{
    (void)state;
    fixture *f = make_list("001", 3, 1, 1);
    double together[3], apart[3];
    make_halves(f);
    score_one(f, "idm=raw:0", together);
    score_one(f, "idm=raw:0:1", apart);
    assert_true(together[0] == 0);
    assert_true(together[1] > 0 && together[1] == apart[1]);
    assert_true(apart[0] > apart[1]);
    assert_near(together[2], 1.3 * together[1], 1e-9);
    free_fixture(f);
}

/* Giving up early and keeping a short list changes nothing: the composite of all
 * candidates by a plain loop over whole cost maps. */
static void idm_is_a_plain_loop(void **state)
{
    (void)state;
    enum { N = 40, BEST = 4, WARP = 2 };
    fixture *f = make_fixture(N, 2, 2, NUMERAL_I8);
    const numeral_idm_kernels *kernels = &numeral_idm_kernels_ref;
    numeral_idm_shape shape = numeral_idm_shape_make(SIDE, SIDE);
    uint16_t *maps = malloc(N * shape.cost_values * sizeof *maps);
    int8_t *query = malloc(shape.map_bytes), *reference = malloc(shape.map_bytes);
    int16_t *scratch = malloc(shape.scratch_values * sizeof *scratch);
    uint64_t totals[N];
    for (size_t i = 0; i < PIXELS; i++) {
        f->image[i] = (uint8_t)(i * i % 251);
    }
    kernels->gradient(&shape, f->image, scratch, query);
    for (size_t i = 0; i < N; i++) {
        f->classes[i] = i % 2;
        for (size_t p = 0; p < PIXELS; p++) {
            f->images[i * PIXELS + p] = (uint8_t)((p * p + (i * 97 % N) * p) % 251);
        }
        kernels->gradient(&shape, f->images + i * PIXELS, scratch, reference);
        totals[i] = kernels->cost_rows(&shape, query, reference, WARP, 0, SIDE + 2,
                                       maps + i * shape.cost_values);
    }
    double scores[2], expected[2] = {0, 0};
    for (size_t c = 0; c < 2; c++) {
        for (size_t v = 0; v < shape.cost_values; v++) {
            uint16_t least = UINT16_MAX;
            for (size_t i = c; i < N; i += 2) {
                size_t before = 0;
                for (size_t other = c; other < N; other += 2) {
                    before += totals[other] < totals[i] ||
                              (totals[other] == totals[i] && other < i);
                }
                uint16_t cost = maps[i * shape.cost_values + v];
                least = before < BEST && cost < least ? cost : least;
            }
            expected[c] += least;
        }
    }
    pack_images(f);
    score_one(f, "idm=raw", scores);
    assert_all_near(scores, expected, 2, 0);
    free(maps);
    free(query);
    free(reference);
    free(scratch);
    free_fixture(f);
}

static bool is_hard(const char *labels, double unanimous, double margin, double step)
{
    fixture *f = make_list(labels, 3, 100, step);
    const double gate[NUMERAL_MAX_PARAMETERS] = {unanimous, margin, 3};
    double room[16];
    bool hard = numeral_gate_is_hard(gate, &f->base, &f->digit, room);
    free_fixture(f);
    return hard;
}

static void gate_cases(void **state)
{
    (void)state;
    assert_false(is_hard("0000000000", 20, 1.3, 1)); /* one label */
    assert_false(is_hard("0000011111", 5, 1.3, 1));  /* unanimous as far as is asked */
    assert_true(is_hard("0000011111", 6, 1.3, 1));
    assert_false(is_hard("0", 20, 1.3, 1));
    assert_true(is_hard("01", 20, 1.3, 1));
    /* Means 101 and 104 of 000111: 100 101 102 against 103 104 105 (step 1). */
    assert_true(is_hard("000111", 20, 1.03, 1));
    assert_false(is_hard("000111", 20, 1.02, 1));
    assert_true(is_hard("0000000000", 0, 1.3, 1)); /* every digit is looked at */
    assert_true(is_hard("001122", 20, 1, 0));      /* nothing but ties */
    fixture *f = make_list("000", 1, 0, 0);
    const double gate[NUMERAL_MAX_PARAMETERS] = {20, 1.3, 3};
    double room[16];
    /* a single class */
    assert_false(numeral_gate_is_hard(gate, &f->base, &f->digit, room));
    assert_true(numeral_gate_is_unanimous(gate, &f->base, &f->digit));
    free_fixture(f);
}

static void combination_by_hand(void **state)
{
    (void)state;
    fixture *f = make_list("0011", 2, 1, 1); /* 1 2 | 3 4 */
    double product[2], sum[2];
    assert_int_equal(
        combined_winner(f, "means=1+means=2:weight=2", NUMERAL_COMBINE_PRODUCT, product),
        0);
    assert_near(product[0], log(1) + 2 * log(1.5), 1e-14);
    assert_near(product[1], log(3) + 2 * log(3.5), 1e-14);
    assert_int_equal(
        combined_winner(f, "means=1+means=2:weight=2", NUMERAL_COMBINE_SUM, sum), 0);
    assert_near(sum[0], 1 + 2 * 1.5, 1e-14);
    assert_near(sum[1], 3 + 2 * 3.5, 1e-14);
    free_fixture(f);
}

/* A clear lead of the ridge spares what stands behind it, and only then. */
static void a_lead_stops(void **state)
{
    (void)state;
    fixture *f = make_reference(NUMERAL_I8);
    double alone[4], stopped[4], whole[4], both[4];
    combined_winner(f, "ridge", NUMERAL_COMBINE_PRODUCT, alone);
    combined_winner(f, "ridge=stop=0.48+means", NUMERAL_COMBINE_PRODUCT, stopped);
    combined_winner(f, "ridge=stop=0.49+means", NUMERAL_COMBINE_PRODUCT, whole);
    combined_winner(f, "ridge+means", NUMERAL_COMBINE_PRODUCT, both);
    assert_near(log(ridge_plain[1] / ridge_plain[0]), 0.4820, 1e-4);
    assert_memory_equal(stopped, alone, sizeof alone);
    assert_memory_equal(whole, both, sizeof both);
    free_fixture(f);
    /* Leads of log 3 alone and log 3 + log 3.5 - log 1.5 = log 7 = 1.946 together. */
    f = make_list("0011", 2, 1, 1);
    combined_winner(f, "means=1+means=2", NUMERAL_COMBINE_PRODUCT, both);
    combined_winner(f, "means=1:stop=1.1+means=2:stop=1.945+ridge",
                    NUMERAL_COMBINE_PRODUCT, stopped);
    assert_memory_equal(stopped, both, 2 * sizeof *both);
    combined_winner(f, "means=1:stop=1.1+means=2:stop=1.947+ridge",
                    NUMERAL_COMBINE_PRODUCT, whole);
    assert_true(whole[0] != both[0]);
    free_fixture(f);
}

static void ties_go_to_the_nearest(void **state)
{
    (void)state;
    fixture *f = make_list("2100", 3, 1, 0);
    const double scores[] = {5, 5, 5};
    assert_int_equal(numeral_cascade_winner(&f->base, &f->digit, scores), 2);
    free_fixture(f);
}

static const char every[] = "means+ridge+idm+idm=raw:3+tangent+tangent=sides=1";

/* All scores are finite, and the winner is `first` or `second`. */
static void check_finite(const fixture *f, size_t first, size_t second)
{
    double scores[256];
    for (int combine = 0; combine < 2; combine++) {
        size_t winner = combined_winner(f, every, (numeral_combine)combine, scores);
        assert_true(winner == first || winner == second);
        for (size_t c = 0; c < f->base.n_classes; c++) {
            assert_true(isfinite(scores[c]));
        }
    }
}

static void degenerate_candidates(void **state)
{
    (void)state;
    fixture *f = make_list("1", 3, 5, 0); /* one candidate, all images zero */
    check_finite(f, 1, 1);
    free_fixture(f);
    f = make_list("222222", 3, 0, 0); /* copies of the digit, one class */
    check_finite(f, 2, 2);
    free_fixture(f);
    f = make_list("0000", 1, 7, 1); /* a model of one class */
    check_finite(f, 0, 0);
    free_fixture(f);
    f = make_list("0101", 256, 0, 0); /* duplicates under two labels, many absent */
    check_finite(f, 0, 1);
    free_fixture(f);
}

static void views_keep_what_they_promise(void **state)
{
    (void)state;
    uint8_t in[PIXELS], out[PIXELS];
    double plane[PIXELS];
    memset(in, 0, sizeof in);
    for (int view = 0; view < NUMERAL_VIEW_COUNT; view++) {
        memset(out, 0xff, sizeof out);
        numeral_view_make((numeral_view)view, in, SIDE, SIDE, plane, out);
        assert_memory_equal(in, out, PIXELS); /* blank stays blank */
    }
    in[SIDE + 2] = 255; /* one pixel moves to the middle: four share it */
    numeral_view_make(NUMERAL_VIEW_RAW, in, SIDE, SIDE, plane, out);
    assert_memory_equal(in, out, PIXELS);
    numeral_view_make(NUMERAL_VIEW_DESKEW, in, SIDE, SIDE, plane, out);
    assert_int_equal(out[5 * SIDE + 5], 64);
    assert_int_equal(out[6 * SIDE + 6], 64);
    /* A square of 4 × 4 has a deviation of 1.118, less than 1/1.6 of 4.4/28·12 and of
     * 5.6/28·12: it grows by 1.6 in both directions. */
    for (size_t i = 0; i < PIXELS; i++) {
        in[i] = i / SIDE - 4 < 4 && i % SIDE - 4 < 4 ? 255 : 0;
    }
    numeral_view_make(NUMERAL_VIEW_MOMENTS, in, SIDE, SIDE, plane, out);
    assert_int_equal(out[3 * SIDE + 3], 224); /* at 5.5 - 2.5/1.6: 0.9375² of 255 */
    assert_int_equal(out[8 * SIDE + 8], 224);
    assert_int_equal(out[5 * SIDE + 5], 255);
    assert_int_equal(out[1 * SIDE + 5], 0);
}

static void text_is_read_and_printed(void **state)
{
    (void)state;
    numeral_table table = {NUMERAL_KIND_RERANK, numeral_reranks, numeral_n_reranks};
    numeral_cascade cascade = parse("idm=view=deskew:warp=2+idm=view=raw:warp=3+ridge");
    assert_int_equal(cascade.n_parts, 3);
    assert_true(numeral_cascade_uses_view(&cascade, NUMERAL_VIEW_RAW));
    assert_true(numeral_cascade_uses_view(&cascade, NUMERAL_VIEW_DESKEW));
    assert_false(numeral_cascade_uses_view(&cascade, NUMERAL_VIEW_MOMENTS));
    numeral_buffer text = {.max_bytes = 1000};
    assert_int_equal(numeral_cascade_print(&cascade, &text, NULL), NUMERAL_OK);
    assert_int_equal(numeral_buffer_append(&text, "", 1, NULL), NUMERAL_OK);
    assert_string_equal((const char *)text.data, "idm+idm=raw:3+ridge");
    numeral_buffer_free(&text);
    numeral_error err;
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"ridge+idm=warp=9", "idm: warp=9: expected a whole number from 0 to 6"},
        {"idm+idm+idm+idm+idm+idm+idm+idm+idm", "rerank: more than 8 parts"},
        {"", "unknown rerank ''"},
        {"ridge+", "unknown rerank ''"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(numeral_cascade_parse(wrong[i].text, strlen(wrong[i].text), &table,
                                          &cascade, &err),
                    NUMERAL_ERROR_ARGUMENT, err, wrong[i].words);
    }
    assert_int_equal(cascade.n_parts, 3); /* failures leave it as it was */
}

static bool give_digit(void *context, size_t i, int worker, numeral_rerank_digit *out)
{
    (void)worker;
    const fixture *f = context;
    *out = f->digit;
    out->n_candidates = i + 1;
    return i != 1;
}

static void units_are_means_of_the_best(void **state)
{
    (void)state;
    fixture *f = make_list("0110", 2, 1, 1); /* 1 2 3 4 */
    for (int threads = 1; threads < 4; threads++) {
        numeral_cascade cascade = parse("means=1+means=2");
        numeral_run run = {.threads = threads};
        assert_int_equal(
            numeral_cascade_fit(&cascade, &f->base, 4, give_digit, f, &run, NULL),
            NUMERAL_OK);
        /* Digits of 1, 3 and 4 candidates; the second one is skipped. */
        assert_near(cascade.units[0], 1, 1e-14);
        assert_near(cascade.units[1], (1 + 2 + 2.5) / 3, 1e-14);
    }
    free_fixture(f);
}

static void fit_reports_what_does_not_fit(void **state)
{
    (void)state;
    fixture *f = make_list("01", 2, 1, 1);
    numeral_cascade cascade = parse("ridge");
    numeral_error err;
    assert_int_equal(
        numeral_cascade_fit(&cascade, &f->base, SIZE_MAX, give_digit, f, NULL, &err),
        NUMERAL_ERROR_MEMORY);
    f->base.height = f->base.width = (size_t)1 << 31;
    cascade = parse("tangent");
    assert_int_equal(
        numeral_cascade_fit(&cascade, &f->base, 1, give_digit, f, NULL, &err),
        NUMERAL_ERROR_MEMORY);
    assert_string_equal(err.text, "re-ranking: scratch does not fit this machine");
    free_fixture(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cholesky_solves),
        cmocka_unit_test(ridge_is_numpys),
        cmocka_unit_test(ridge_does_not_overflow),
        cmocka_unit_test(gate_means_by_hand),
        cmocka_unit_test(tangent_is_numpys),
        cmocka_unit_test(idm_explains_piece_by_piece),
        cmocka_unit_test(idm_is_a_plain_loop),
        cmocka_unit_test(gate_cases),
        cmocka_unit_test(combination_by_hand),
        cmocka_unit_test(a_lead_stops),
        cmocka_unit_test(ties_go_to_the_nearest),
        cmocka_unit_test(degenerate_candidates),
        cmocka_unit_test(views_keep_what_they_promise),
        cmocka_unit_test(text_is_read_and_printed),
        cmocka_unit_test(units_are_means_of_the_best),
        cmocka_unit_test(fit_reports_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
