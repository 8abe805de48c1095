/* From rows to coordinates, each with the exact size of what rounding took away.
 *
 * y = P·x - t is exact in integers; fine, coarse and tail coordinates are roundings of y
 * and come with the norm of their error, so that every later bound can allow for it. All
 * errors are inflated by INFLATE, which covers the roundings of their own float64 sums
 * (fewer than 1,000 operations of relative error 2^-53). */
#include <math.h>
#include <string.h>

#include "index/exact/exact.h"

static const double INFLATE = 1.0 + 1e-12;

/* 8-bit rows cannot be longer than 255·√dims. */
static bool fits(const numeral_exact *exact, const uint8_t *row)
{
    double most = 255.0 * sqrt((double)exact->head.n_dims) * INFLATE;
    if (exact->head.dtype != NUMERAL_I16 && most <= exact->numbers.max_norm) {
        return true;
    }
    double squares =
        (double)numeral_row_sum(exact->head.dtype, row, exact->head.n_dims).squares;
    return sqrt(squares) * INFLATE <= exact->numbers.max_norm;
}

bool numeral_exact_project(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, int32_t *y)
{
    const numeral_exact_kernels *kernels = numeral_exact_kernels_get();
    if (!fits(exact, row)) {
        return false;
    }
    size_t n = exact->head.dtype == NUMERAL_I16
                   ? kernels->nonzero_i16((const int16_t *)(const void *)row,
                                          exact->n_pairs, pairs, values)
                   : kernels->nonzero_u8(row, exact->n_pairs, pairs, values);
    kernels->project(pairs, values, n, exact->matrix, exact->n_out, y);
    for (size_t o = 0; o < exact->n_out; o++) {
        y[o] -= exact->offsets[o];
    }
    return true;
}

/* The integer nearest to value, within ±limit. */
static int round_within(double value, double limit)
{
    double rounded = value + (value < 0 ? -0.5 : 0.5);
    rounded = rounded > limit ? limit : rounded;
    rounded = rounded < -limit ? -limit : rounded;
    return (int)rounded;
}

void numeral_exact_fine(const numeral_exact *exact, const int32_t *y, int16_t *fine,
                        double *error)
{
    double scale = exact->numbers.fine_scale, sum = 0.0;
    for (size_t i = 0; i < exact->n_head; i++) {
        double value = y[i] * scale;
        fine[i] = (int16_t)round_within(value, 32000.0);
        double d = value - fine[i];
        sum += d * d;
    }
    *error = sqrt(sum) * INFLATE + 1e-6; /* value itself is rounded: below 2^-22 */
}

/* Returns the squared error in units of y. */
static double coarse_half(const int32_t *y, size_t n, double step, uint8_t *coarse)
{
    double inverse = 1.0 / step, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        int c = round_within(y[i] * inverse, 128.0);
        c = c > 127 ? 127 : c;
        coarse[i] = (uint8_t)(c + 128);
        double d = y[i] - c * step;
        sum += d * d;
    }
    return sum;
}

void numeral_exact_coarse(const numeral_exact *exact, const int32_t *y, uint8_t *coarse,
                          double errors[2])
{
    double unit = 1.0 / exact->numbers.step_head;
    double sum = coarse_half(y, EXACT_HALF, exact->numbers.step_head, coarse);
    errors[0] = sqrt(sum) * unit * INFLATE;
    sum += coarse_half(y + EXACT_HALF, exact->n_head - EXACT_HALF,
                       numeral_exact_second_step(exact), coarse + EXACT_HALF);
    errors[1] = sqrt(sum) * unit * INFLATE;
}

void numeral_exact_tail(const numeral_exact *exact, const int32_t *y, int8_t *tail,
                        double *error)
{
    double step = exact->numbers.step_tail, inverse = 1.0 / step, sum = 0.0;
    for (size_t i = 0; i < exact->n_tail; i++) {
        int32_t value = y[exact->n_head + i];
        int c = round_within(value * inverse, 127.0);
        tail[i] = (int8_t)c;
        double d = value - c * step;
        sum += d * d;
    }
    *error = sqrt(sum) * INFLATE;
}

/* Moves a pair onto |a| + |b| <= 128, the least it takes. */
static void limit_pair(int *a, int *b)
{
    int x = *a < 0 ? -*a : *a, y = *b < 0 ? -*b : *b;
    int excess = x + y - 128;
    if (excess > 0) {
        x -= (excess + 1) / 2;
        y -= excess / 2;
        *a = *a < 0 ? -x : x;
        *b = *b < 0 ? -y : y;
    }
}

/* The first half: pairs negated and repeated for the scan, norm, sum; returns the squared
 * error in units of y. */
static double prepare_first(const numeral_exact *exact, numeral_exact_query *query)
{
    double step = exact->numbers.step_head, inverse = 1.0 / step, error = 0.0;
    query->first_norm = 0;
    query->first_sum = 0;
    for (size_t i = 0; i < EXACT_HALF; i += 2) {
        int a = round_within(query->y[i] * inverse, 127.0);
        int b = round_within(query->y[i + 1] * inverse, 127.0);
        limit_pair(&a, &b);
        double da = query->y[i] - a * step, db = query->y[i + 1] - b * step;
        error += da * da + db * db;
        query->first_norm += a * a + b * b;
        query->first_sum += a + b;
        /* Negated, so that a sum's sign bit is the answer. */
        int8_t x = (int8_t)-a, y = (int8_t)-b;
        const int8_t four[8] = {x, y, x, y, x, y, x, y};
        for (size_t j = 0; j < 32; j += 8) {
            memcpy(query->first + 16 * i + j, four, 8);
        }
    }
    return error;
}

/* Fine values of n outputs, in 1/16 of the step; returns their squared error in units of
 * y. */
static double prepare_fine(const int32_t *y, size_t n, double step, int16_t *out)
{
    double unit = step / (1 << NUMERAL_FINE_SHIFT), inverse = 1.0 / unit, error = 0.0;
    for (size_t i = 0; i < n; i++) {
        out[i] = (int16_t)round_within(y[i] * inverse, (double)NUMERAL_FINE_QUERY);
        double d = y[i] - out[i] * unit;
        error += d * d;
    }
    return error;
}

/* Coarse coordinates of the first half, fine ones of all others. */
static void prepare_coarse(const numeral_exact *exact, numeral_exact_query *query)
{
    double step = exact->numbers.step_head, inverse = 1.0 / step;
    double error = prepare_first(exact, query);
    query->first_error = sqrt(error) * inverse * INFLATE;
    if (exact->n_head > EXACT_HALF) {
        error += prepare_fine(query->y + EXACT_HALF, EXACT_HALF,
                              numeral_exact_second_step(exact), query->second);
    }
    query->head_error = sqrt(error) * inverse * INFLATE;
    error += prepare_fine(query->y + exact->n_head, exact->n_tail,
                          exact->numbers.step_tail, query->tail);
    query->all_error = sqrt(error) * INFLATE;
}

void numeral_exact_prepare(const numeral_exact *exact, const uint8_t *row,
                           uint16_t *pairs, int16_t *values, numeral_exact_query *query)
{
    query->projected = numeral_exact_project(exact, row, pairs, values, query->y);
    if (!query->projected) {
        return;
    }
    numeral_exact_fine(exact, query->y, query->fine, &query->fine_error);
    int64_t norm = 0; /* clipped values may be long, too */
    for (size_t i = 0; i < exact->n_head; i++) {
        norm += query->fine[i] * query->fine[i];
    }
    /* Too long for the table of bounds: as good as not projected. */
    query->projected = norm <= (int64_t)EXACT_QUERY_NORM * EXACT_QUERY_NORM;
    query->fine_norm = (int32_t)norm;
    if (!query->projected) {
        return;
    }
    prepare_coarse(exact, query);
}

void numeral_exact_to_centroids(const numeral_exact *exact, const int16_t *fine,
                                int32_t *distances)
{
    numeral_exact_kernels_get()->centroids(fine, numeral_exact_norm(fine, exact->n_head),
                                           exact->centroids, exact->centroid_norms,
                                           exact->n_head, exact->n_clusters, distances);
}
