/* Integer kernels over rows, one table for each instruction set.
 *
 * Every function is exact: the ref version is the definition and every other gives the
 * same integers. Rows start on 64 bytes, `row_stride` is a multiple of 64 bytes, and the
 * bytes behind the last dimension up to the stride are zero, in queries and rows alike,
 * so that no kernel needs a tail: they may read whole 64-byte lines, `n_dims` rounded up.
 *
 * Bounds, with n_dims <= 4096: u8 dot <= 255²·4096 < 2^28.1; u8 l1 <= 255·4096 < 2^20;
 * i16 dot in i64 (each pair of products < 2^31 because -32768 never occurs); i16 l1 and
 * linf in u32 (65534·4096 < 2^28.1). i8 rows are stored as u8 with 128 added, which
 * leaves every difference as it was. */
#ifndef NUMERAL_KERNEL_DISTANCE_H
#define NUMERAL_KERNEL_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

enum {
    NUMERAL_QUERY_BLOCK = 8,  /* most queries of one dot call */
    NUMERAL_COLUMN_ROWS = 64, /* rows of one pixel-major block */
};

typedef struct numeral_distance_kernels {
    numeral_cpu cpu;

    /* out[q·out_stride + r] = Σ_j queries[q][j]·rows[r][j] for n_queries <=
     * NUMERAL_QUERY_BLOCK. Queries are widened to i16 beforehand (values 0..255), each
     * `query_stride` values apart (a multiple of 64). */
    void (*dot_u8)(const int16_t *queries, size_t query_stride, size_t n_queries,
                   const uint8_t *rows, size_t row_stride, size_t n_rows, size_t n_dims,
                   int32_t *out, size_t out_stride);
    /* The same for i16 rows; strides count values. */
    void (*dot_i16)(const int16_t *queries, size_t query_stride, size_t n_queries,
                    const int16_t *rows, size_t row_stride, size_t n_rows, size_t n_dims,
                    int64_t *out, size_t out_stride);

    /* One query against n_rows rows: out[r] = Σ|q-x|, max|q-x|, or the number of
     * dimensions that differ. Strides count values. */
    void (*l1_u8)(const uint8_t *query, const uint8_t *rows, size_t row_stride,
                  size_t n_rows, size_t n_dims, uint32_t *out);
    void (*l1_i16)(const int16_t *query, const int16_t *rows, size_t row_stride,
                   size_t n_rows, size_t n_dims, uint32_t *out);
    void (*linf_u8)(const uint8_t *query, const uint8_t *rows, size_t row_stride,
                    size_t n_rows, size_t n_dims, uint32_t *out);
    void (*linf_i16)(const int16_t *query, const int16_t *rows, size_t row_stride,
                     size_t n_rows, size_t n_dims, uint32_t *out);
    void (*hamming_u8)(const uint8_t *query, const uint8_t *rows, size_t row_stride,
                       size_t n_rows, size_t n_dims, uint32_t *out);
    void (*hamming_i16)(const int16_t *query, const int16_t *rows, size_t row_stride,
                        size_t n_rows, size_t n_dims, uint32_t *out);

    /* Pixel-major: `block` holds 64 rows as [pairs][64][2] u8 (pixels 2p and 2p+1 of row
     * r at block[(p·64 + r)·2]). out[r] = Σ over the n_pairs listed pairs p of
     * values[2i]·x[2p] + values[2i+1]·x[2p+1], where p = pairs[i]; the caller lists the
     * pairs in which the query is not zero, with its values in `values` (0..255). */
    void (*columns_dot_u8)(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                           const uint8_t *block, int32_t *out);

    /* Squared distances from dots, and which are near: for r in [0, n), d = query_norm +
     * row_norms[r] - 2·dots[r] in u32; where d <= bound, r is appended to `hits` and d to
     * `distances`. Returns the count. Order of r is kept. */
    size_t (*select_l2)(const int32_t *dots, const uint32_t *row_norms,
                        uint32_t query_norm, size_t n, uint32_t bound, uint32_t *hits,
                        uint32_t *distances);
    /* The same over distances already made. */
    size_t (*select_u32)(const uint32_t *values, size_t n, uint32_t bound, uint32_t *hits,
                         uint32_t *distances);
} numeral_distance_kernels;

/* The table of the active instruction set (numeral_cpu_active), filled once: every entry
 * is ref's, then each set up to the active one overrides what it has. Never NULL. */
const numeral_distance_kernels *numeral_distance_kernels_get(void);
/* Fills `out` for `cpu`, which must be available; for tests. */
void numeral_distance_kernels_fill(numeral_cpu cpu, numeral_distance_kernels *out);

/* One for each instruction set, in a file compiled with its flags. */
void numeral_distance_init_ref(numeral_distance_kernels *table);
void numeral_distance_init_sse41(numeral_distance_kernels *table);
void numeral_distance_init_avx2(numeral_distance_kernels *table);
void numeral_distance_init_avx512(numeral_distance_kernels *table);
void numeral_distance_init_neon(numeral_distance_kernels *table);
/* Left out of modules for engines without SIMD. */
void numeral_distance_init_wasm(numeral_distance_kernels *table) __attribute__((weak));

#endif
