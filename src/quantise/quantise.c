/* Scalar quantisation with one scale for all dimensions, so that distances of rows stay
 * proportional to those of vectors. */
#include "quantise/quantise.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

static double limit_of(numeral_dtype dtype)
{
    return dtype == NUMERAL_I8 ? 127 : 32767;
}

/* What to subtract from each dimension. Distances do not change by it, but the scale
 * does: where every value must pass, the middle of the dimension's range makes the
 * largest magnitude, and with it the rounding step, as small as it can be (half, for a
 * pixel that is ink in one image of thousands); where rare values may clip, the mean. */
static numeral_status fit_offset(const double *vectors, size_t n, size_t n_dims,
                                 bool middle, double **out, numeral_error *err)
{
    double *offset = numeral_allocate_zero(n_dims, sizeof *offset, err);
    double *low = offset ? numeral_allocate(n_dims, 2 * sizeof *low, err) : NULL;
    if (!low) {
        numeral_release(offset);
        return NUMERAL_ERROR_MEMORY;
    }
    double *high = low + n_dims;
    for (size_t j = 0; j < n_dims; j++) {
        low[j] = high[j] = n ? vectors[j] : 0;
    }
    for (size_t i = 0; i < n; i++) {
        const double *vector = vectors + i * n_dims;
        for (size_t j = 0; j < n_dims; j++) {
            offset[j] += vector[j];
            low[j] = fmin(low[j], vector[j]);
            high[j] = fmax(high[j], vector[j]);
        }
    }
    for (size_t j = 0; j < n_dims; j++) {
        offset[j] = middle ? low[j] / 2 + high[j] / 2 : offset[j] / (double)n;
    }
    numeral_release(low);
    *out = offset;
    return NUMERAL_OK;
}

/* The magnitude that `coverage` of all values stay below, from a histogram of 2^16 bins
 * over [0, largest], as fine as an i16 row; rounding up to the bin's edge errs to the
 * safe side. */
static numeral_status find_range(const double *vectors, size_t n, size_t n_dims,
                                 const double *offset, double coverage, double *out,
                                 numeral_error *err)
{
    enum { BINS = 1 << 16 };
    double largest = 0;
    for (size_t i = 0; i < n * n_dims; i++) {
        largest = fmax(largest, fabs(vectors[i] - (offset ? offset[i % n_dims] : 0)));
    }
    *out = largest;
    if (coverage >= 1 || largest == 0) {
        return NUMERAL_OK;
    }
    size_t *bins = numeral_allocate_zero(BINS, sizeof *bins, err);
    if (!bins) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n * n_dims; i++) {
        double value = fabs(vectors[i] - (offset ? offset[i % n_dims] : 0));
        size_t bin = (size_t)(value / largest * (BINS - 1));
        bins[bin]++;
    }
    size_t wanted = (size_t)(coverage * (double)(n * n_dims));
    size_t below = 0, bin = 0;
    while (bin < BINS - 1 && below + bins[bin] < wanted) {
        below += bins[bin++];
    }
    *out = largest * (double)(bin + 1) / (BINS - 1);
    numeral_release(bins);
    return NUMERAL_OK;
}

numeral_status numeral_quantiser_fit(const double *vectors, size_t n, size_t n_dims,
                                     numeral_dtype dtype, bool centre, double coverage,
                                     numeral_quantiser *out, numeral_error *err)
{
    double *offset = NULL, range = 0;
    numeral_status status = NUMERAL_OK;
    if (centre) {
        TRY(fit_offset(vectors, n, n_dims, coverage >= 1, &offset, err));
    }
    TRY(find_range(vectors, n, n_dims, offset, coverage, &range, err));
    double scale = range > 0 ? limit_of(dtype) / range : 1;
    *out = (numeral_quantiser){dtype, n_dims, isfinite(scale) ? scale : 1, offset};
    offset = NULL;
done:
    numeral_release(offset);
    return status;
}

void numeral_quantiser_free(numeral_quantiser *quantiser)
{
    numeral_release(quantiser->offset);
    *quantiser = (numeral_quantiser){0};
}

static double round_and_clip(double value, double low, double high)
{
    double rounded = floor(value + 0.5);
    return rounded < low ? low : rounded > high ? high : rounded == rounded ? rounded : 0;
}

void numeral_quantise(const numeral_quantiser *quantiser, const double *vector, void *out)
{
    if (quantiser->dtype == NUMERAL_U8) {
        uint8_t *row = out;
        for (size_t j = 0; j < quantiser->n_dims; j++) {
            row[j] = (uint8_t)round_and_clip(vector[j], 0, 255);
        }
        return;
    }
    double limit = limit_of(quantiser->dtype);
    for (size_t j = 0; j < quantiser->n_dims; j++) {
        double shifted = vector[j] - (quantiser->offset ? quantiser->offset[j] : 0);
        double value = round_and_clip(shifted * quantiser->scale, -limit, limit);
        if (quantiser->dtype == NUMERAL_I8) {
            ((int8_t *)out)[j] = (int8_t)value;
        } else {
            ((int16_t *)out)[j] = (int16_t)value;
        }
    }
}
