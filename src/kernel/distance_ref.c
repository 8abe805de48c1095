/* The kernels in plain C: the definition that every instruction set is tested against. */
#include <stdlib.h>

#include "kernel/distance.h"

/* Queries against rows: Σ query·row, in sums that hold the largest (distance.h). */
#define DOT(name, row_type, sum_type)                                                    \
    static void name(const int16_t *queries, size_t query_stride, size_t n_queries,      \
                     const row_type *rows, size_t row_stride, size_t n_rows,             \
                     size_t n_dims, sum_type *out, size_t out_stride)                    \
    {                                                                                    \
        for (size_t q = 0; q < n_queries; q++) {                                         \
            for (size_t r = 0; r < n_rows; r++) {                                        \
                sum_type sum = 0;                                                        \
                for (size_t j = 0; j < n_dims; j++) {                                    \
                    sum += queries[q * query_stride + j] * rows[r * row_stride + j];     \
                }                                                                        \
                out[q * out_stride + r] = sum;                                           \
            }                                                                            \
        }                                                                                \
    }

DOT(dot_u8, uint8_t, int32_t)
DOT(dot_i16, int16_t, int64_t)

static uint32_t difference(int32_t a, int32_t b)
{
    return (uint32_t)abs(a - b);
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* One query against rows: `step` adds the pair (q, x) to `sum`. */
#define ONE_QUERY(name, type, step)                                                      \
    static void name(const type *query, const type *rows, size_t row_stride,             \
                     size_t n_rows, size_t n_dims, uint32_t *out)                        \
    {                                                                                    \
        for (size_t r = 0; r < n_rows; r++) {                                            \
            const type *row = rows + r * row_stride;                                     \
            uint32_t sum = 0;                                                            \
            for (size_t j = 0; j < n_dims; j++) {                                        \
                type q = query[j], x = row[j];                                           \
                sum = step;                                                              \
            }                                                                            \
            out[r] = sum;                                                                \
        }                                                                                \
    }

ONE_QUERY(l1_u8, uint8_t, sum + difference(q, x))
ONE_QUERY(l1_i16, int16_t, sum + difference(q, x))
ONE_QUERY(linf_u8, uint8_t, larger(sum, difference(q, x)))
ONE_QUERY(linf_i16, int16_t, larger(sum, difference(q, x)))
ONE_QUERY(hamming_u8, uint8_t, sum + (q != x))
ONE_QUERY(hamming_i16, int16_t, sum + (q != x))

static void columns_dot_u8(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                           const uint8_t *block, int32_t *out)
{
    for (size_t r = 0; r < NUMERAL_COLUMN_ROWS; r++) {
        int32_t sum = 0;
        for (size_t i = 0; i < n_pairs; i++) {
            const uint8_t *x = block + ((size_t)pairs[i] * NUMERAL_COLUMN_ROWS + r) * 2;
            sum += values[2 * i] * x[0] + values[2 * i + 1] * x[1];
        }
        out[r] = sum;
    }
}

static size_t select_l2(const int32_t *dots, const uint32_t *row_norms,
                        uint32_t query_norm, size_t n, uint32_t bound, uint32_t *hits,
                        uint32_t *distances)
{
    size_t count = 0;
    for (size_t r = 0; r < n; r++) {
        uint32_t d = query_norm + row_norms[r] - 2 * (uint32_t)dots[r];
        if (d <= bound) {
            hits[count] = (uint32_t)r;
            distances[count++] = d;
        }
    }
    return count;
}

static size_t select_u32(const uint32_t *values, size_t n, uint32_t bound, uint32_t *hits,
                         uint32_t *distances)
{
    size_t count = 0;
    for (size_t r = 0; r < n; r++) {
        if (values[r] <= bound) {
            hits[count] = (uint32_t)r;
            distances[count++] = values[r];
        }
    }
    return count;
}

void numeral_distance_init_ref(numeral_distance_kernels *table)
{
    *table = (numeral_distance_kernels){
        .cpu = NUMERAL_CPU_REF,
        .dot_u8 = dot_u8,
        .dot_i16 = dot_i16,
        .l1_u8 = l1_u8,
        .l1_i16 = l1_i16,
        .linf_u8 = linf_u8,
        .linf_i16 = linf_i16,
        .hamming_u8 = hamming_u8,
        .hamming_i16 = hamming_i16,
        .columns_dot_u8 = columns_dot_u8,
        .select_l2 = select_l2,
        .select_u32 = select_u32,
    };
}
