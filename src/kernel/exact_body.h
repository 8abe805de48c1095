/* What the exact index's kernels with AVX2 and with AVX-512 have in common: loops over
 * vectors of either width. Whoever includes this defines before what its vectors are
 * (`vec`, LANES 32-bit values in each, VECTOR(name) the intrinsic of that name), and
 * afterwards the functions declared first. */
#ifndef NUMERAL_KERNEL_EXACT_BODY_H
#define NUMERAL_KERNEL_EXACT_BODY_H

#include <immintrin.h>
#include <string.h>

#include "kernel/exact_kernel.h"

static inline vec load(const void *at);
static inline void store(void *at, vec value);
/* sums with the products of 16-bit values added, in pairs. */
static inline vec multiply_add(vec sums, vec a, vec b);
/* Pairs p, p + 1 ... of the query, each as often as a block has centroids, as many as
 * fill a vector; and the sums over those. */
static inline vec query_pairs(const int16_t *query, size_t p);
static inline __m256i add_halves(vec sums);

static inline __m256i load_256(const void *at)
{
    return _mm256_loadu_si256(at);
}

static inline void store_256(void *at, __m256i value)
{
    _mm256_storeu_si256(at, value);
}

/* A pair of values in every lane. */
static inline vec pair_at(const int16_t *values)
{
    int32_t bits;
    memcpy(&bits, values, sizeof bits);
    return VECTOR(set1_epi32)(bits);
}

/* 16, 32 or 64 outputs in n vectors that stay in registers over all pairs. There are
 * eight sums: where n is less, pairs take turns at them, so that none waits for the last
 * one. */
static inline __attribute__((always_inline)) void
project_vectors(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                const int16_t *matrix, size_t n_out, int32_t *out, const size_t n)
{
    vec sums[8];
    size_t i = 0, turns = 8 / n;
    for (size_t j = 0; j < 8; j++) {
        sums[j] = VECTOR(set1_epi32)(0);
    }
    for (; i + turns <= n_pairs; i += turns) {
        for (size_t t = 0; t < turns; t++) {
            const int16_t *m = matrix + (size_t)pairs[i + t] * n_out * 2;
            vec x = pair_at(values + 2 * (i + t));
            for (size_t j = 0; j < n; j++) {
                sums[t * n + j] =
                    multiply_add(sums[t * n + j], x, load(m + 2 * LANES * j));
            }
        }
    }
    for (; i < n_pairs; i++) {
        const int16_t *m = matrix + (size_t)pairs[i] * n_out * 2;
        for (size_t j = 0; j < n; j++) {
            sums[j] =
                multiply_add(sums[j], pair_at(values + 2 * i), load(m + 2 * LANES * j));
        }
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t t = 1; t < turns; t++) {
            sums[j] = VECTOR(add_epi32)(sums[j], sums[t * n + j]);
        }
        store(out + LANES * j, sums[j]);
    }
}

static void project(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                    const int16_t *matrix, size_t n_out, int32_t *out)
{
    size_t o = 0;
    for (; o + 64 <= n_out; o += 64) {
        project_vectors(pairs, values, n_pairs, matrix + 2 * o, n_out, out + o,
                        64 / LANES);
    }
    if (o < n_out) {
        project_vectors(pairs, values, n_pairs, matrix + 2 * o, n_out, out + o,
                        32 / LANES);
    }
}

/* Four blocks share each pair of the query; the last ones may be taken twice. */
static void centroids(const int16_t *query, int32_t query_norm, const int16_t *blocks,
                      const int32_t *norms, size_t n_dims, size_t n_centroids,
                      int32_t *out)
{
    size_t n_blocks = n_centroids / 8;
    __m256i norm = _mm256_set1_epi32(query_norm);
    for (size_t c = 0; c < n_blocks; c += 4) {
        const int16_t *b[4];
        size_t at[4];
        vec sums[4];
        for (size_t i = 0; i < 4; i++) {
            at[i] = c + i < n_blocks ? c + i : n_blocks - 1;
            b[i] = blocks + at[i] * 8 * n_dims;
            sums[i] = VECTOR(set1_epi32)(0);
        }
        for (size_t p = 0; p < n_dims / 2; p += LANES / 8) {
            vec q = query_pairs(query, p);
            for (size_t i = 0; i < 4; i++) {
                sums[i] = multiply_add(sums[i], q, load(b[i] + 16 * p));
            }
        }
        for (size_t i = 0; i < 4; i++) {
            __m256i base = _mm256_add_epi32(norm, load_256(norms + 8 * at[i]));
            store_256(out + 8 * at[i],
                      _mm256_sub_epi32(base, _mm256_slli_epi32(add_halves(sums[i]), 1)));
        }
    }
}

/* The most that eight clusters' distances may exceed a reference's. */
static inline __m256i limits_of(const uint32_t *table, __m256i radius)
{
    __m256i entry = load_256(table);
    __m256i a = _mm256_and_si256(entry, _mm256_set1_epi32(0xffff));
    __m256i b = _mm256_slli_epi32(_mm256_srai_epi32(entry, 16), NUMERAL_BOUND_SHIFT);
    return _mm256_add_epi32(_mm256_mullo_epi32(a, radius), b);
}

static inline void fetch(const void *from, size_t bytes)
{
    for (size_t line = 0; line < bytes; line += 64) {
        _mm_prefetch((const char *)from + line, _MM_HINT_T0);
    }
}

/* Keeps the compiler from regrouping sums: it would run out of registers. */
static inline vec settled(vec sums)
{
    __asm__("" : "+v"(sums));
    return sums;
}

enum { GROUPS_AHEAD = 8 }; /* fetched, at most NUMERAL_SCAN_PADDING */

/* What one of several scans side by side needs and how far it is. */
typedef struct scan_lane {
    const int8_t *query;
    const int16_t *starts;
    uint32_t *entries;
    uint16_t *masks;
    int16_t *sums;
    uint32_t entry, n;
} scan_lane;

/* A group's values, to be met by several queries; and the sums of one. */
static inline group_values take_group(const uint8_t *group);
static inline __m256i sums_of(const group_values *values, const int8_t *query,
                              int16_t start);
static inline uint16_t signs_of(__m256i sums);

static inline void scan_group(scan_lane *lane, const group_values *values)
{
    size_t n = lane->n;
    __m256i sums = sums_of(values, lane->query, lane->starts[lane->entry]);
    uint16_t mask = signs_of(sums);
    lane->entries[n] = lane->entry++;
    lane->masks[n] = mask;
    store_256(lane->sums + 16 * n, sums);
    lane->n += mask != 0;
}

/* A group stays where it is read soonest while all that ask for it meet it. */
static void scan_beside(const numeral_scans *scans, const numeral_hits *hits,
                        size_t *n_hits)
{
    scan_lane lanes[NUMERAL_MAX_BESIDE];
    const uint8_t *base =
        scans->scans[0].base + (size_t)scans->begin * NUMERAL_GROUP_BYTES;
    for (size_t i = 0; i < scans->n; i++) {
        lanes[i] = (scan_lane){.query = scans->scans[i].query,
                               .starts = scans->scans[i].starts,
                               .entries = hits[i].entries,
                               .masks = hits[i].masks,
                               .sums = hits[i].sums};
    }
    for (size_t g = 0; g < scans->n_groups; g++) {
        const uint8_t *group = base + g * NUMERAL_GROUP_BYTES;
        if (scans->askers[g + GROUPS_AHEAD]) {
            fetch(group + GROUPS_AHEAD * NUMERAL_GROUP_BYTES, NUMERAL_GROUP_BYTES);
        }
        unsigned askers = scans->askers[g];
        if (askers) {
            group_values values = take_group(group);
            for (; askers; askers &= askers - 1) {
                scan_group(&lanes[__builtin_ctz(askers)], &values);
            }
        }
    }
    for (size_t i = 0; i < scans->n; i++) {
        n_hits[i] = lanes[i].n;
    }
}

/* |a - b| as u8, widened to words whose squares are added in pairs. */
static vec squares_u8(const uint8_t *a, const uint8_t *b, size_t n)
{
    vec zero = VECTOR(set1_epi32)(0), s0 = zero, s1 = zero;
    for (size_t i = 0; i < n; i += 4 * LANES) {
        vec x = load(a + i), y = load(b + i);
        vec d = VECTOR(sub_epi8)(VECTOR(max_epu8)(x, y), VECTOR(min_epu8)(x, y));
        vec low = VECTOR(unpacklo_epi8)(d, zero), high = VECTOR(unpackhi_epi8)(d, zero);
        s0 = multiply_add(s0, low, low);
        s1 = multiply_add(s1, high, high);
    }
    return VECTOR(add_epi32)(s0, s1);
}

#endif
