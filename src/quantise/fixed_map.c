/* With q the quantiser's scale, o its offset and m the mean, output j is
 * Σ_i x_i·M_ij·q/32767 - (Σ_i m_i·M_ij + o_j)·q. The weights M_ij·q/32767·2^shift are
 * rounded to i16, with the largest shift that lets them fit; sums are exact in i64. */
#include "quantise/fixed_map.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernel/distance.h"

/* Sums of 4096 products of i16 stay below 2^42, a constant of at most 2^20 shifted by 40
 * below 2^60: both fit i64. */
enum { STRIDE_STEP = 64, MAX_SHIFT = 40 };
static const double UNIT = 32767;

/* The largest shift with which every weight fits; -1 for none. */
static int choose_shift(const double *matrix, size_t n, double factor)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        double size = fabs(matrix[i] * factor);
        if (!(size <= UNIT)) {
            return -1;
        }
        largest = fmax(largest, size);
    }
    int shift = 0;
    while (shift < MAX_SHIFT && largest * 2 <= UNIT) {
        largest *= 2;
        shift++;
    }
    return shift;
}

/* What output j is for a vector of zeros, in units of the row. */
static double value_of_zeros(const double *matrix, const double *mean, size_t in_dims,
                             size_t out_dims, const numeral_quantiser *quantiser,
                             size_t j)
{
    double sum = quantiser->offset ? quantiser->offset[j] : 0;
    for (size_t i = 0; i < in_dims; i++) {
        sum += mean[i] * matrix[i * out_dims + j];
    }
    return -sum * quantiser->scale;
}

static bool fill(const double *matrix, const double *mean,
                 const numeral_quantiser *quantiser, numeral_fixed_map *map)
{
    double unit = ldexp(1, map->shift), factor = quantiser->scale / UNIT * unit;
    for (size_t j = 0; j < map->out_dims; j++) {
        double constant =
            value_of_zeros(matrix, mean, map->in_dims, map->out_dims, quantiser, j);
        if (!(fabs(constant) < 1e6)) {
            return false; /* far outside any row: float64 serves it */
        }
        /* Half a unit more, so that dropping the fraction rounds halves up. */
        map->bias[j] = (int64_t)floor((constant + 0.5) * unit + 0.5);
        for (size_t i = 0; i < map->in_dims; i++) {
            double weight = floor(matrix[i * map->out_dims + j] * factor + 0.5);
            map->weights[j * map->in_stride + i] = (int16_t)weight;
        }
    }
    return true;
}

numeral_status numeral_fixed_map_create(const double *matrix, const double *mean,
                                        size_t in_dims, size_t out_dims,
                                        const numeral_quantiser *quantiser,
                                        numeral_fixed_map *out, numeral_error *err)
{
    numeral_fixed_map map = {.dtype = quantiser->dtype,
                             .in_dims = in_dims,
                             .in_stride = numeral_round_up(in_dims, STRIDE_STEP),
                             .out_dims = out_dims};
    map.shift = choose_shift(matrix, in_dims * out_dims, quantiser->scale / UNIT);
    numeral_status status = NUMERAL_ERROR_MEMORY;
    map.weights = numeral_allocate_zero(out_dims, map.in_stride * sizeof(int16_t), err);
    map.bias = numeral_allocate(out_dims, sizeof *map.bias, err);
    if (!map.weights || !map.bias) {
        goto fail;
    }
    if (map.shift < 0 || map.dtype == NUMERAL_U8 ||
        !fill(matrix, mean, quantiser, &map)) {
        status = numeral_fail(err, NUMERAL_ERROR_ARGUMENT,
                              "a map of %zu x %zu numbers does not fit 16 bits", in_dims,
                              out_dims);
        goto fail;
    }
    *out = map;
    return NUMERAL_OK;
fail:
    numeral_fixed_map_free(&map);
    return status;
}

void numeral_fixed_map_free(numeral_fixed_map *map)
{
    numeral_release(map->weights);
    numeral_release(map->bias);
    *map = (numeral_fixed_map){0};
}

static int64_t clip(int64_t value, int64_t limit)
{
    return value < -limit ? -limit : value > limit ? limit : value;
}

void numeral_fixed_map_apply(const numeral_fixed_map *map, const int16_t *in,
                             int64_t *sums, void *out)
{
    numeral_distance_kernels_get()->dot_i16(in, map->in_stride, 1, map->weights,
                                            map->in_stride, map->out_dims, map->in_dims,
                                            sums, map->out_dims);
    for (size_t j = 0; j < map->out_dims; j++) {
        int64_t value = (sums[j] + map->bias[j]) >> map->shift;
        if (map->dtype == NUMERAL_I8) {
            ((int8_t *)out)[j] = (int8_t)clip(value, 127);
        } else {
            ((int16_t *)out)[j] = (int16_t)clip(value, 32767);
        }
    }
}
