/* The loops that all instruction sets share, over a small vocabulary of vector steps.
 *
 * A set's file includes its intrinsics, defines the vocabulary below and then includes
 * this file; everything is static and inlined, so each set gets its own loops.
 *
 *   vec, wide            registers of i32 sums, and of sums that hold 64 bits
 *   VECTOR_BYTES         bytes of one register, at most 64
 *   COLUMN_VECTORS       registers of sums that columns_dot_u8 keeps
 *   zero, wide_zero      all lanes 0
 *   load, load_any       VECTOR_BYTES bytes, aligned or anywhere; store: anywhere
 *   broadcast(a)         a in each 32-bit lane; broadcast_pair(p): p[0], p[1] in each
 *   add, subtract        of 32-bit lanes
 *   widen                VECTOR_BYTES / 2 bytes as i16
 *   multiply_add         sums + products of i16, in any order of lanes
 *   wide_multiply_add    the same for wide
 *   add_pairs            sums + products of adjacent i16, in the order of lanes
 *   sum_i32, wide_sum    all lanes of sums added up
 *   *_step, *_sum        one register of a distance; its horizontal end
 *   at_most_mask         bit i: lane i of a is at most lane i of b, unsigned
 *
 * Dot products keep four queries × two rows of sums in registers: each row is widened
 * once for four queries, and both stay in the first-level cache. Why no sum overflows
 * stands in distance.h: what lanes hold adds up to sums that fit. */
#include <stdbool.h>

#include "kernel/distance.h"

enum { I16_LANES = VECTOR_BYTES / 2, I32_LANES = VECTOR_BYTES / 4 };

/* nq queries × nr rows, both constants once inlined. */
INLINE void dot_u8_tile(size_t nq, size_t nr, const int16_t *queries, size_t query_stride,
                        const uint8_t *rows, size_t row_stride, size_t n_dims,
                        int32_t *out, size_t out_stride)
{
    vec sums[8]; /* of query q and row r at q·nr + r: registers once unrolled */
    for (size_t i = 0; i < nq * nr; i++) {
        sums[i] = zero();
    }
    for (size_t j = 0; j < n_dims; j += I16_LANES) {
        vec x[4];
#pragma GCC unroll 4
        for (size_t r = 0; r < nr; r++) {
            x[r] = widen(rows + r * row_stride + j);
        }
#pragma GCC unroll 4
        for (size_t q = 0; q < nq; q++) {
            vec v = load(queries + q * query_stride + j);
#pragma GCC unroll 4
            for (size_t r = 0; r < nr; r++) {
                sums[q * nr + r] = multiply_add(sums[q * nr + r], v, x[r]);
            }
        }
    }
    for (size_t i = 0; i < nq * nr; i++) {
        out[i / nr * out_stride + i % nr] = sum_i32(sums[i]);
    }
}

/* Asks for the rows that come two tiles later, about as long as memory takes to answer; a
 * prefetch behind the last row is only a wasted one. Rows lie across page borders, where
 * the processor's own prefetch stops. */
INLINE void prefetch_rows(const uint8_t *rows, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64) {
        __builtin_prefetch(rows + i);
    }
}

/* nq queries × all rows. */
INLINE void dot_u8_rows(size_t nq, size_t nr, const int16_t *queries, size_t query_stride,
                        const uint8_t *rows, size_t row_stride, size_t n_rows,
                        size_t n_dims, int32_t *out, size_t out_stride)
{
    size_t r = 0;
    for (; r + nr <= n_rows; r += nr) {
        prefetch_rows(rows + (r + 2 * nr) * row_stride, nr * row_stride);
        dot_u8_tile(nq, nr, queries, query_stride, rows + r * row_stride, row_stride,
                    n_dims, out + r, out_stride);
    }
    for (; r < n_rows; r++) {
        dot_u8_tile(nq, 1, queries, query_stride, rows + r * row_stride, row_stride,
                    n_dims, out + r, out_stride);
    }
}

static void dot_u8(const int16_t *queries, size_t query_stride, size_t n_queries,
                   const uint8_t *rows, size_t row_stride, size_t n_rows, size_t n_dims,
                   int32_t *out, size_t out_stride)
{
    size_t q = 0;
    /* Tiles of eight sums, as many as leave registers for their operands. */
    for (; q + 4 <= n_queries; q += 4) {
        dot_u8_rows(4, 2, queries + q * query_stride, query_stride, rows, row_stride,
                    n_rows, n_dims, out + q * out_stride, out_stride);
    }
    for (; q + 2 <= n_queries; q += 2) {
        dot_u8_rows(2, 4, queries + q * query_stride, query_stride, rows, row_stride,
                    n_rows, n_dims, out + q * out_stride, out_stride);
    }
    if (q < n_queries) {
        dot_u8_rows(1, 4, queries + q * query_stride, query_stride, rows, row_stride,
                    n_rows, n_dims, out + q * out_stride, out_stride);
    }
}

INLINE void dot_i16_tile(size_t nq, size_t nr, const int16_t *queries,
                         size_t query_stride, const int16_t *rows, size_t row_stride,
                         size_t n_dims, int64_t *out, size_t out_stride)
{
    wide sums[4]; /* two registers each */
    for (size_t i = 0; i < nq * nr; i++) {
        sums[i] = wide_zero();
    }
    for (size_t j = 0; j < n_dims; j += I16_LANES) {
#pragma GCC unroll 2
        for (size_t q = 0; q < nq; q++) {
            vec v = load(queries + q * query_stride + j);
#pragma GCC unroll 2
            for (size_t r = 0; r < nr; r++) {
                sums[q * nr + r] = wide_multiply_add(sums[q * nr + r], v,
                                                     load(rows + r * row_stride + j));
            }
        }
    }
    for (size_t i = 0; i < nq * nr; i++) {
        out[i / nr * out_stride + i % nr] = wide_sum(sums[i]);
    }
}

INLINE void dot_i16_rows(size_t nq, const int16_t *queries, size_t query_stride,
                         const int16_t *rows, size_t row_stride, size_t n_rows,
                         size_t n_dims, int64_t *out, size_t out_stride)
{
    size_t r = 0;
    for (; r + 2 <= n_rows; r += 2) {
        dot_i16_tile(nq, 2, queries, query_stride, rows + r * row_stride, row_stride,
                     n_dims, out + r, out_stride);
    }
    if (r < n_rows) {
        dot_i16_tile(nq, 1, queries, query_stride, rows + r * row_stride, row_stride,
                     n_dims, out + r, out_stride);
    }
}

static void dot_i16(const int16_t *queries, size_t query_stride, size_t n_queries,
                    const int16_t *rows, size_t row_stride, size_t n_rows, size_t n_dims,
                    int64_t *out, size_t out_stride)
{
    size_t q = 0;
    for (; q + 2 <= n_queries; q += 2) {
        dot_i16_rows(2, queries + q * query_stride, query_stride, rows, row_stride,
                     n_rows, n_dims, out + q * out_stride, out_stride);
    }
    if (q < n_queries) {
        dot_i16_rows(1, queries + q * query_stride, query_stride, rows, row_stride,
                     n_rows, n_dims, out + q * out_stride, out_stride);
    }
}

/* One query against rows: step by step, then the horizontal end. */
#define ONE_QUERY(name, type, end)                                                       \
    static void name(const type *query, const type *rows, size_t row_stride,             \
                     size_t n_rows, size_t n_dims, uint32_t *out)                        \
    {                                                                                    \
        const size_t lanes = VECTOR_BYTES / sizeof(type);                                \
        for (size_t r = 0; r < n_rows; r++) {                                            \
            const type *row = rows + r * row_stride;                                     \
            vec sum = zero();                                                            \
            size_t j = 0;                                                                \
            for (; j < n_dims; j += lanes) {                                             \
                sum = name##_step(sum, load(query + j), load(row + j));                  \
            }                                                                            \
            out[r] = end;                                                                \
        }                                                                                \
    }

ONE_QUERY(l1_u8, uint8_t, l1_u8_sum(sum))
ONE_QUERY(l1_i16, int16_t, (uint32_t)sum_i32(sum))
ONE_QUERY(linf_u8, uint8_t, linf_u8_sum(sum))
ONE_QUERY(linf_i16, int16_t, linf_i16_sum(sum))
/* The steps count what is equal, as the zeros behind the last dimension are. */
ONE_QUERY(hamming_u8, uint8_t, (uint32_t)j - hamming_u8_sum(sum))
ONE_QUERY(hamming_i16, int16_t, (uint32_t)j - hamming_i16_sum(sum))

static void columns_dot_u8(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                           const uint8_t *block, int32_t *out)
{
    enum { ROWS = COLUMN_VECTORS * I32_LANES };
    for (size_t first = 0; first < NUMERAL_COLUMN_ROWS; first += ROWS) {
        vec sums[COLUMN_VECTORS]; /* lane i: row first + i, which no step moves */
#pragma GCC unroll 16
        for (size_t i = 0; i < COLUMN_VECTORS; i++) {
            sums[i] = zero();
        }
        for (size_t p = 0; p < n_pairs; p++) {
            const uint8_t *x =
                block + ((size_t)pairs[p] * NUMERAL_COLUMN_ROWS + first) * 2;
            vec v = broadcast_pair(values + 2 * p);
#pragma GCC unroll 16
            for (size_t i = 0; i < COLUMN_VECTORS; i++) {
                sums[i] = add_pairs(sums[i], v, widen(x + i * I16_LANES));
            }
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < COLUMN_VECTORS; i++) {
            store(out + first + i * I32_LANES, sums[i]);
        }
    }
}

/* Appends the lanes of `d` that `mask` names. */
INLINE size_t append(vec d, unsigned mask, size_t first, size_t count, uint32_t *hits,
                     uint32_t *distances)
{
    uint32_t lanes[I32_LANES];
    store(lanes, d);
    for (; mask; mask &= mask - 1) {
        unsigned lane = (unsigned)__builtin_ctz(mask);
        hits[count] = (uint32_t)first + lane;
        distances[count++] = lanes[lane];
    }
    return count;
}

/* Appends the r whose distance is within the bound. Where `norms` is true that is
 * query_norm + values[r] - 2·dots[r], else values[r] itself; a constant once inlined. */
INLINE size_t select_within(bool norms, const int32_t *dots, uint32_t query_norm,
                            const uint32_t *values, size_t n, uint32_t bound,
                            uint32_t *hits, uint32_t *distances)
{
    size_t count = 0, r = 0;
    vec norm = broadcast(query_norm), limit = broadcast(bound);
    for (; r + I32_LANES <= n; r += I32_LANES) {
        vec d = load_any(values + r);
        if (norms) {
            vec dot = load_any(dots + r);
            d = subtract(add(norm, d), add(dot, dot));
        }
        /* most blocks hold no hit, so the branch is nearly free */
        unsigned mask = at_most_mask(d, limit);
        if (mask) {
            count = append(d, mask, r, count, hits, distances);
        }
    }
    for (; r < n; r++) {
        uint32_t d = norms ? query_norm + values[r] - 2 * (uint32_t)dots[r] : values[r];
        if (d <= bound) {
            hits[count] = (uint32_t)r;
            distances[count++] = d;
        }
    }
    return count;
}

static size_t select_l2(const int32_t *dots, const uint32_t *row_norms,
                        uint32_t query_norm, size_t n, uint32_t bound, uint32_t *hits,
                        uint32_t *distances)
{
    return select_within(true, dots, query_norm, row_norms, n, bound, hits, distances);
}

static size_t select_u32(const uint32_t *values, size_t n, uint32_t bound, uint32_t *hits,
                         uint32_t *distances)
{
    return select_within(false, NULL, 0, values, n, bound, hits, distances);
}

INLINE void fill_table(numeral_distance_kernels *table)
{
    table->dot_u8 = dot_u8;
    table->dot_i16 = dot_i16;
    table->l1_u8 = l1_u8;
    table->l1_i16 = l1_i16;
    table->linf_u8 = linf_u8;
    table->linf_i16 = linf_i16;
    table->hamming_u8 = hamming_u8;
    table->hamming_i16 = hamming_i16;
    table->columns_dot_u8 = columns_dot_u8;
    table->select_l2 = select_l2;
    table->select_u32 = select_u32;
}
