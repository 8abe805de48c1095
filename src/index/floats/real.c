/* Values of float rows. Loops are written for each of the two types, without a branch
 * inside, so that they become vector instructions. */
#include "index/floats/real.h"

#include <string.h>

enum { LANES = 8 };

void numeral_real_widen(numeral_dtype dtype, const void *row, size_t n_dims, double *out)
{
    if (dtype == NUMERAL_F64) {
        memcpy(out, row, n_dims * sizeof *out);
        return;
    }
    const uint8_t *bytes = row; /* rows lie at any address */
    for (size_t j = 0; j < n_dims; j++) {
        float value;
        memcpy(&value, bytes + j * sizeof value, sizeof value);
        out[j] = value;
    }
}

void numeral_real_narrow(numeral_dtype dtype, const double *values, size_t n_dims,
                         void *out)
{
    if (dtype == NUMERAL_F64) {
        memcpy(out, values, n_dims * sizeof *values);
        return;
    }
    for (size_t j = 0; j < n_dims; j++) {
        ((float *)out)[j] = (float)values[j];
    }
}

/* What a type of whole numbers holds. */
static int lowest_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_U8 ? 0 : dtype == NUMERAL_I8 ? -128 : -32767;
}

static int highest_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_U8 ? 255 : dtype == NUMERAL_I8 ? 127 : 32767;
}

enum { BLOCK = 256 }; /* values at a time, on the stack */

/* `n` values of a row as 32-bit integers; false where one is not whole or beyond 2^30. */
static bool to_integers(numeral_dtype dtype, const uint8_t *row, size_t n, int32_t *out)
{
    float narrow[BLOCK];
    double wide[BLOCK];
    unsigned wrong = 0;
    if (dtype == NUMERAL_F32) {
        memcpy(narrow, row, n * sizeof *narrow);
        for (size_t j = 0; j < n; j++) {
            float bounded = narrow[j] < -0x1p30F  ? -0x1p30F
                            : narrow[j] > 0x1p30F ? 0x1p30F
                                                  : narrow[j];
            out[j] = (int32_t)bounded;
            wrong |= (float)out[j] != narrow[j];
        }
        return !wrong;
    }
    memcpy(wide, row, n * sizeof *wide);
    for (size_t j = 0; j < n; j++) {
        double bounded = wide[j] < -0x1p30  ? -0x1p30
                         : wide[j] > 0x1p30 ? 0x1p30
                                            : wide[j];
        out[j] = (int32_t)bounded;
        wrong |= (double)out[j] != wide[j];
    }
    return !wrong;
}

bool numeral_real_whole(numeral_dtype dtype, const void *row, size_t n_dims, int *least,
                        int *greatest)
{
    size_t item = numeral_dtype_bytes(dtype);
    int low = *least, high = *greatest;
    for (size_t at = 0; at < n_dims; at += BLOCK) {
        int32_t values[BLOCK];
        size_t n = n_dims - at < BLOCK ? n_dims - at : BLOCK;
        if (!to_integers(dtype, (const uint8_t *)row + at * item, n, values)) {
            return false;
        }
        for (size_t j = 0; j < n; j++) {
            low = values[j] < low ? values[j] : low;
            high = values[j] > high ? values[j] : high;
        }
    }
    *least = low;
    *greatest = high;
    return low >= lowest_of(NUMERAL_I16) && high <= highest_of(NUMERAL_I16);
}

/* Integers that fit, in their type. */
static void put(numeral_dtype as, const int32_t *values, size_t n, size_t at, void *out)
{
    if (as == NUMERAL_I16) {
        for (size_t j = 0; j < n; j++) {
            ((int16_t *)out)[at + j] = (int16_t)values[j];
        }
        return;
    }
    for (size_t j = 0; j < n; j++) { /* i8 and u8 are the same bits */
        ((uint8_t *)out)[at + j] = (uint8_t)values[j];
    }
}

/* Whole numbers of at most 22 bits with a sign, which every type of ours is: added to
 * this they are the last bits of a float. */
static const float MIDDLE = 0x1.8p23F;
static const int32_t MIDDLE_BITS = 0x4b400000;

/* `n` values of a row that are whole and from low to high; false where one is not. */
static bool narrow_integers(const uint8_t *row, size_t n, int32_t low, int32_t high,
                            int32_t *out)
{
    float values[BLOCK], moved[BLOCK];
    const float least = (float)low, most = (float)high;
    unsigned wrong = 0;
    memcpy(values, row, n * sizeof *values);
    for (size_t j = 0; j < n; j++) {
        moved[j] = values[j] + MIDDLE;
        wrong |= (unsigned)(moved[j] - MIDDLE != values[j]) |
                 (unsigned)!(values[j] >= least) | (unsigned)!(values[j] <= most);
    }
    memcpy(out, moved, n * sizeof *out);
    for (size_t j = 0; j < n; j++) {
        out[j] -= MIDDLE_BITS;
    }
    return !wrong;
}

static bool integers_within(numeral_dtype dtype, const uint8_t *row, size_t n,
                            int32_t low, int32_t high, int32_t *out)
{
    if (dtype == NUMERAL_F32) {
        return narrow_integers(row, n, low, high, out);
    }
    unsigned wrong = !to_integers(dtype, row, n, out);
    for (size_t j = 0; j < n; j++) {
        wrong |= (unsigned)(out[j] < low) | (unsigned)(out[j] > high);
    }
    return !wrong;
}

bool numeral_real_as_whole(numeral_dtype dtype, const void *row, size_t n_dims,
                           numeral_dtype as, void *out)
{
    size_t item = numeral_dtype_bytes(dtype);
    int32_t low = lowest_of(as), high = highest_of(as);
    for (size_t at = 0; at < n_dims; at += BLOCK) {
        int32_t values[BLOCK];
        size_t n = n_dims - at < BLOCK ? n_dims - at : BLOCK;
        if (!integers_within(dtype, (const uint8_t *)row + at * item, n, low, high,
                             values)) {
            return false;
        }
        put(as, values, n, at, out);
    }
    return true;
}

/* Residuals gathered as their family's distance: a sum of squares, of sizes, the largest.
 */
static double gather(numeral_metric_family family, double sum, double residual)
{
    double size = fabs(residual);
    return family == NUMERAL_METRIC_L2   ? sum + size * size
           : family == NUMERAL_METRIC_L1 ? sum + size
           : size > sum                  ? size
                                         : sum;
}

double numeral_real_scale(numeral_dtype dtype, const void *row, size_t n_dims,
                          const double *centre, double scale, numeral_dtype as,
                          numeral_metric_family family, void *out)
{
    const double low = lowest_of(as), high = highest_of(as), inverse = 1 / scale;
    size_t item = numeral_dtype_bytes(dtype);
    double sum = 0, largest = 0;
    for (size_t at = 0; at < n_dims; at += BLOCK) {
        int32_t whole[BLOCK];
        double values[BLOCK];
        size_t n = n_dims - at < BLOCK ? n_dims - at : BLOCK;
        numeral_real_widen(dtype, (const uint8_t *)row + at * item, n, values);
        for (size_t j = 0; j < n; j++) {
            double middle = centre ? centre[at + j] : 0, moved = values[j] - middle;
            double steps = moved * inverse;
            steps = steps < low ? low : steps > high ? high : steps;
            whole[j] = (int32_t)(steps + (steps < 0 ? -0.5 : 0.5));
            sum = gather(family, sum, moved - scale * whole[j]);
            double size = fabs(values[j]) + fabs(middle);
            largest = size > largest ? size : largest;
        }
        put(as, whole, n, at, out);
    }
    double distance = family == NUMERAL_METRIC_L2 ? sqrt(sum) : sum;
    /* Each residual is off by less than four roundings of the values around it. */
    return distance * (1 + 0x1p-30) + (double)n_dims * largest * 0x1p-50;
}

static double add_lanes(const double *sums)
{
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

static double l2(const double *a, const double *b, size_t n_dims)
{
    double sums[LANES] = {0};
    size_t j = 0;
    for (; j + LANES <= n_dims; j += LANES) {
        for (size_t i = 0; i < LANES; i++) {
            double d = a[j + i] - b[j + i];
            sums[i] += d * d;
        }
    }
    for (size_t i = 0; j < n_dims; i++, j++) {
        double d = a[j] - b[j];
        sums[i] += d * d;
    }
    return add_lanes(sums);
}

static double l1(const double *a, const double *b, size_t n_dims)
{
    double sums[LANES] = {0};
    size_t j = 0;
    for (; j + LANES <= n_dims; j += LANES) {
        for (size_t i = 0; i < LANES; i++) {
            sums[i] += fabs(a[j + i] - b[j + i]);
        }
    }
    for (size_t i = 0; j < n_dims; i++, j++) {
        sums[i] += fabs(a[j] - b[j]);
    }
    return add_lanes(sums);
}

double numeral_real_distance(const numeral_index *head, const double *query,
                             numeral_dtype dtype, const void *row, double *scratch)
{
    size_t n_dims = head->n_dims;
    numeral_real_widen(dtype, row, n_dims, scratch);
    switch (head->metric->family) {
    case NUMERAL_METRIC_L2:
        return l2(query, scratch, n_dims);
    case NUMERAL_METRIC_L1:
        return l1(query, scratch, n_dims);
    default:
        return head->metric->distance(head->metric_parameters, query, scratch, n_dims);
    }
}
