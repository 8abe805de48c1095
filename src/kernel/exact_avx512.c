/* The exact index's kernels with AVX-512 (F, BW, DQ, VL) and VNNI. What AVX2 does as well
 * is left to it. */
#include <immintrin.h>

#include "kernel/exact_kernel.h"

#define VECTOR(name) _mm512_##name
typedef __m512i vec;
enum { LANES = 16 };

typedef struct group_values {
    __m256i first;
    vec pairs[NUMERAL_GROUP_PAIRS / 2]; /* two pairs of dimensions in each */
} group_values;

#include "kernel/exact_body.h"
#include "kernel/exact_kth.h"

/* How many groups, rows and tails ahead of the one at work are fetched. Other distances
 * made no difference (docs/exact.md). */
enum { AHEAD = 8, ROWS_AHEAD = 24, TAILS_AHEAD = 12 };

static inline vec load(const void *at)
{
    return _mm512_loadu_si512(at);
}

static inline void store(void *at, vec value)
{
    _mm512_storeu_si512(at, value);
}

static inline vec multiply_add(vec sums, vec a, vec b)
{
    return _mm512_dpwssd_epi32(sums, a, b);
}

/* A block of eight centroids has two pairs of dimensions side by side. */
static inline vec query_pairs(const int16_t *query, size_t p)
{
    return _mm512_mask_blend_epi32(0xff00, pair_at(query + 2 * p),
                                   pair_at(query + 2 * p + 2));
}

static inline __m256i add_halves(vec sums)
{
    return _mm256_add_epi32(_mm512_castsi512_si256(sums),
                            _mm512_extracti64x4_epi64(sums, 1));
}

static __mmask16 first_lanes(size_t n)
{
    return (__mmask16)(n < 16 ? (1u << n) - 1 : 0xffffu);
}

/* Lists the pairs of 16 whose bits are set in `kept`; `bits` holds both values. */
static size_t list_pairs(vec bits, __mmask16 kept, size_t at, size_t n, uint16_t *pairs,
                         int16_t *values)
{
    vec places = _mm512_add_epi32(
        _mm512_set1_epi32((int)at),
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    size_t count = (size_t)__builtin_popcount(kept);
    __mmask16 out = first_lanes(count);
    vec packed = _mm512_maskz_compress_epi32(kept, places);
    _mm512_mask_storeu_epi32(values + 2 * n, out,
                             _mm512_maskz_compress_epi32(kept, bits));
    _mm512_mask_cvtepi32_storeu_epi16(pairs + n, out, packed);
    return n + count;
}

static size_t nonzero_u8(const uint8_t *row, size_t n_pairs, uint16_t *pairs,
                         int16_t *values)
{
    size_t n = 0;
    for (size_t p = 0; p < n_pairs; p += 16) {
        __mmask16 valid = first_lanes(n_pairs - p);
        __mmask32 inside = n_pairs - p < 16 ? (1u << 2 * (n_pairs - p)) - 1 : UINT32_MAX;
        __m256i bytes = _mm256_maskz_loadu_epi8(inside, row + 2 * p);
        vec words = _mm512_cvtepu8_epi16(bytes);
        __mmask16 kept = _mm512_mask_test_epi32_mask(valid, words, words);
        n = list_pairs(words, kept, p, n, pairs, values);
    }
    return n;
}

static size_t nonzero_i16(const int16_t *row, size_t n_pairs, uint16_t *pairs,
                          int16_t *values)
{
    size_t n = 0;
    for (size_t p = 0; p < n_pairs; p += 16) {
        __mmask16 valid = first_lanes(n_pairs - p);
        vec words = _mm512_maskz_loadu_epi32(valid, row + 2 * p);
        __mmask16 kept = _mm512_test_epi32_mask(words, words);
        n = list_pairs(words, kept, p, n, pairs, values);
    }
    return n;
}

/* The n_wanted-th least of the lanes' least values bounds the n_wanted-th least of all.
 */
static int32_t bound_of_nearest(const int32_t *values, size_t n, size_t n_wanted)
{
    vec least = _mm512_set1_epi32(INT32_MAX);
    for (size_t i = 0; i < n; i += 16) {
        least = _mm512_mask_min_epi32(
            least, first_lanes(n - i), least,
            _mm512_maskz_loadu_epi32(first_lanes(n - i), values + i));
    }
    unsigned left = 0xffff;
    for (size_t i = 1; i < n_wanted; i++) {
        vec lowest =
            _mm512_set1_epi32(_mm512_mask_reduce_min_epi32((__mmask16)left, least));
        unsigned equal = _mm512_mask_cmpeq_epi32_mask((__mmask16)left, least, lowest);
        left &= ~(equal & (0u - equal)); /* one lane of them */
    }
    return _mm512_mask_reduce_min_epi32((__mmask16)left, least);
}

/* Only places at most as far as that are looked at one by one. */
static void nearest(const int32_t *values, size_t n, size_t n_wanted, uint32_t *places)
{
    vec limit = _mm512_set1_epi32(bound_of_nearest(values, n, n_wanted));
    size_t found = 0;
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 valid = first_lanes(n - i);
        unsigned near = _mm512_mask_cmple_epi32_mask(
            valid, _mm512_maskz_loadu_epi32(valid, values + i), limit);
        for (; near; near &= near - 1) {
            uint32_t place = (uint32_t)i + (uint32_t)__builtin_ctz(near);
            if (found == n_wanted && values[place] >= values[places[found - 1]]) {
                continue;
            }
            size_t at = found < n_wanted ? found++ : found - 1;
            for (; at > 0 && values[places[at - 1]] > values[place]; at--) {
                places[at] = places[at - 1];
            }
            places[at] = place;
        }
    }
}

/* The most that 16 clusters' distances may exceed a reference's. */
static vec limits_of_16(const uint32_t *table, __mmask16 valid, vec radius)
{
    vec entry = _mm512_maskz_loadu_epi32(valid, table);
    vec a = _mm512_and_si512(entry, _mm512_set1_epi32(0xffff));
    vec b = _mm512_slli_epi32(_mm512_srai_epi32(entry, 16), NUMERAL_BOUND_SHIFT);
    return _mm512_add_epi32(_mm512_mullo_epi32(a, radius), b);
}

static size_t bounds(const numeral_bounding *bounding, uint32_t *list, int16_t *most)
{
    const numeral_bounding t = *bounding;
    vec ref1 = _mm512_set1_epi32(t.d1), ref2 = _mm512_set1_epi32(t.d2);
    vec r = _mm512_set1_epi32(t.radius);
    vec places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t count = 0;
    for (size_t i = 0; i < t.n; i += 16) {
        __mmask16 valid = first_lanes(t.n - i);
        vec d = _mm512_maskz_loadu_epi32(valid, t.d + i);
        vec further = _mm512_sub_epi32(d, ref1);
        vec limit1 = limits_of_16(t.table1 + i, valid, r);
        vec limit2 = limits_of_16(t.table2 + i, valid, r);
        __mmask16 keep = _mm512_mask_cmple_epi32_mask(valid, further, limit1) &
                         _mm512_cmple_epi32_mask(_mm512_sub_epi32(d, ref2), limit2);
        vec leaf = _mm512_min_epi32(
            _mm512_srai_epi32(_mm512_sub_epi32(limit1, further), NUMERAL_LEAF_SHIFT),
            _mm512_set1_epi32(NUMERAL_MOST_LEAF));
        _mm512_mask_cvtepi32_storeu_epi16(most + i, valid, leaf);
        store(list + count, _mm512_maskz_compress_epi32(keep, places));
        places = _mm512_add_epi32(places, _mm512_set1_epi32(16));
        count += (size_t)__builtin_popcount(keep);
    }
    return count;
}

static vec add_pairs(vec sums, const uint8_t *group, size_t i, vec query)
{
    vec x = load(group + 32 + 64 * i);
    return settled(_mm512_add_epi16(sums, _mm512_maddubs_epi16(x, query)));
}

/* Two pairs of dimensions at once, in two chains; the query stays in registers. */
static size_t scan(const numeral_scan *scan, numeral_hits *hits)
{
    const numeral_scan s = *scan; /* so that no store can change it */
    const numeral_hits h = *hits;
    const vec q0 = settled(load(s.query)), q1 = settled(load(s.query + 64)),
              q2 = settled(load(s.query + 128)), q3 = settled(load(s.query + 192)),
              q4 = settled(load(s.query + 256)), q5 = settled(load(s.query + 320)),
              q6 = settled(load(s.query + 384)), q7 = settled(load(s.query + 448));
    size_t n = 0;
    for (size_t e = 0; e < s.n; e++) {
        fetch(s.base + (size_t)s.groups[e + AHEAD] * NUMERAL_GROUP_BYTES,
              NUMERAL_GROUP_BYTES);
        const uint8_t *g = s.base + (size_t)s.groups[e] * NUMERAL_GROUP_BYTES;
        /* Starts count once: they go to the lower half of one chain. */
        vec a = _mm512_zextsi256_si512(
            _mm256_add_epi16(_mm256_set1_epi16(s.starts[e]), load_256(g)));
        vec b = _mm512_maddubs_epi16(load(g + 32), q0);
        a = add_pairs(a, g, 1, q1);
        b = add_pairs(b, g, 2, q2);
        a = add_pairs(a, g, 3, q3);
        b = add_pairs(b, g, 4, q4);
        a = add_pairs(a, g, 5, q5);
        b = add_pairs(b, g, 6, q6);
        a = _mm512_add_epi16(add_pairs(a, g, 7, q7), b);
        __m256i sums =
            _mm256_add_epi16(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
        uint16_t mask = _mm256_movepi16_mask(sums);
        h.entries[n] = (uint32_t)e;
        h.masks[n] = mask;
        store_256(h.sums + 16 * n, sums);
        n += mask != 0;
    }
    return n;
}

static inline group_values take_group(const uint8_t *group)
{
    group_values v = {.first = load_256(group)};
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS / 2; i++) {
        v.pairs[i] = settled(load(group + 32 + 64 * i));
    }
    return v;
}

static inline __m256i sums_of(const group_values *v, const int8_t *query, int16_t start)
{
    vec a = _mm512_zextsi256_si512(_mm256_add_epi16(_mm256_set1_epi16(start), v->first));
    vec b = _mm512_maddubs_epi16(v->pairs[0], load(query));
    for (size_t i = 1; i < NUMERAL_GROUP_PAIRS / 2; i += 2) {
        a = settled(
            _mm512_add_epi16(a, _mm512_maddubs_epi16(v->pairs[i], load(query + 64 * i))));
        if (i + 1 < NUMERAL_GROUP_PAIRS / 2) {
            b = settled(_mm512_add_epi16(
                b, _mm512_maddubs_epi16(v->pairs[i + 1], load(query + 64 * i + 64))));
        }
    }
    a = _mm512_add_epi16(a, b);
    return _mm256_add_epi16(_mm512_castsi512_si256(a), _mm512_extracti64x4_epi64(a, 1));
}

static inline uint16_t signs_of(__m256i sums)
{
    return _mm256_movepi16_mask(sums);
}

static size_t points(const numeral_scan *scan, const numeral_hits *hits, size_t n_hits,
                     numeral_points *out)
{
    const numeral_scan s = *scan;
    const numeral_points t = *out;
    const vec lanes =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t n = 0;
    for (size_t h = 0; h < n_hits; h++) {
        uint32_t entry = hits->entries[h], group = s.groups[entry];
        uint32_t owner = s.owners[entry];
        vec sums = _mm512_cvtepi16_epi32(load_256(hits->sums + 16 * h));
        vec least = _mm512_add_epi32(_mm512_set1_epi32(s.firsts[owner] + 1),
                                     _mm512_add_epi32(sums, sums));
        /* A sum that has wrapped shows in a distance below -2. */
        __mmask16 mask = _mm512_mask_cmpgt_epi32_mask(
            (__mmask16)(hits->masks[h] & s.valid[group]), least, _mm512_set1_epi32(-3));
        vec excess = _mm512_sub_epi32(least, _mm512_set1_epi32(s.thresholds[owner]));
        vec rows = _mm512_add_epi32(_mm512_set1_epi32((int32_t)s.rows[group]), lanes);
        store(t.rows + n, _mm512_maskz_compress_epi32(mask, rows));
        store(t.owners + n, _mm512_set1_epi32((int32_t)owner));
        store(t.excess + n, _mm512_maskz_compress_epi32(mask, excess));
        n += (size_t)__builtin_popcount(mask);
    }
    return n;
}

/* Squared differences of 32 values and a fine query's, added to 16 sums. */
static vec add_fine(vec sum, vec query, const int8_t *row)
{
    vec x = _mm512_slli_epi16(_mm512_cvtepi8_epi16(load_256(row)), NUMERAL_FINE_SHIFT);
    vec d = _mm512_sub_epi16(x, query);
    return multiply_add(sum, d, d);
}

/* The totals of eight vectors; inline, or they go through memory. */
static inline __m256i eight_totals(const vec s[8])
{
    __m256i a = _mm256_hadd_epi32(_mm256_hadd_epi32(add_halves(s[0]), add_halves(s[1])),
                                  _mm256_hadd_epi32(add_halves(s[2]), add_halves(s[3])));
    __m256i b = _mm256_hadd_epi32(_mm256_hadd_epi32(add_halves(s[4]), add_halves(s[5])),
                                  _mm256_hadd_epi32(add_halves(s[6]), add_halves(s[7])));
    return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20),
                            _mm256_permute2x128_si256(a, b, 0x31));
}

static __mmask8 first_of_8(size_t n)
{
    return (__mmask8)(n < 8 ? (1u << n) - 1 : 0xffu);
}

/* Eight points at once; the last ones' places are filled with the last point. */
static size_t last_place(size_t i, size_t n)
{
    return i < n ? i : n - 1;
}

/* Stores the lanes to be kept, side by side. */
static void pack_8(void *to, __mmask8 keep, __m256i values)
{
    __mmask8 out = first_of_8((size_t)__builtin_popcount(keep));
    _mm256_mask_storeu_epi32(to, out, _mm256_maskz_compress_epi32(keep, values));
}

static size_t second(const int16_t *query, const int8_t *rows, int shift, size_t n,
                     numeral_points *points)
{
    const numeral_points t = *points;
    vec q = load(query);
    size_t kept = 0;
    for (size_t i = 0; i < n; i += 8) {
        vec s[8];
        for (size_t j = 0; j < 8; j++) {
            size_t ahead = last_place(i + j + ROWS_AHEAD, n);
            _mm_prefetch((const char *)rows + 32 * (size_t)t.rows[ahead], _MM_HINT_T0);
            size_t row = t.rows[last_place(i + j, n)];
            s[j] = add_fine(_mm512_setzero_si512(), q, rows + 32 * row);
        }
        __mmask8 valid = first_of_8(n - i);
        __m256i sums = _mm256_sra_epi32(eight_totals(s), _mm_cvtsi32_si128(shift));
        sums = _mm256_add_epi32(sums, _mm256_maskz_loadu_epi32(valid, t.excess + i));
        __mmask8 keep = _mm256_mask_cmple_epi32_mask(valid, sums, _mm256_setzero_si256());
        __m256i places = _mm256_maskz_loadu_epi32(valid, t.rows + i);
        __m256i owners = _mm256_maskz_loadu_epi32(valid, t.owners + i);
        pack_8(t.rows + kept, keep, places);
        pack_8(t.owners + kept, keep, owners);
        pack_8(t.excess + kept, keep, sums);
        kept += (size_t)__builtin_popcount(keep);
    }
    return kept;
}

static size_t tails(const numeral_tail_scan *scan, size_t n, numeral_points *points)
{
    const numeral_tail_scan s = *scan;
    const numeral_points t = *points;
    size_t kept = 0;
    for (size_t i = 0; i < n; i += 8) {
        vec sums[8];
        for (size_t j = 0; j < 8; j++) {
            fetch(s.tails + t.rows[last_place(i + j + TAILS_AHEAD, n)] * s.n_dims,
                  s.n_dims);
            const int8_t *tail = s.tails + t.rows[last_place(i + j, n)] * s.n_dims;
            sums[j] = _mm512_setzero_si512();
            for (size_t at = 0; at < s.n_dims; at += 32) {
                sums[j] = add_fine(sums[j], load(s.query + at), tail + at);
            }
        }
        __mmask8 valid = first_of_8(n - i);
        __m256i places = _mm256_maskz_loadu_epi32(valid, t.rows + i);
        __m256i owners = _mm256_maskz_loadu_epi32(valid, t.owners + i);
        __m256i heads = _mm256_add_epi32(_mm256_i32gather_epi32(s.thresholds, owners, 4),
                                         _mm256_maskz_loadu_epi32(valid, t.excess + i));
        heads = _mm256_max_epi32(heads, _mm256_setzero_si256());
        __m256 estimates = _mm256_add_ps(
            _mm256_mul_ps(_mm256_cvtepi32_ps(heads), _mm256_set1_ps(s.head)),
            _mm256_mul_ps(_mm256_cvtepi32_ps(eight_totals(sums)),
                          _mm256_set1_ps(s.tail)));
        __mmask8 keep = _mm256_mask_cmp_ps_mask(
            valid, estimates, _mm256_i32gather_ps(s.limits, owners, 4), _CMP_LE_OQ);
        pack_8(t.rows + kept, keep, places);
        pack_8(t.owners + kept, keep, owners);
        pack_8(t.estimates + kept, keep, _mm256_castps_si256(estimates));
        kept += (size_t)__builtin_popcount(keep);
    }
    return kept;
}

static bit_range range_of(const float *values, size_t n)
{
    vec least = _mm512_set1_epi32(INT32_MAX), greatest = _mm512_setzero_si512();
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 valid = first_lanes(n - i);
        vec bits = _mm512_maskz_loadu_epi32(valid, values + i);
        least = _mm512_mask_min_epi32(least, valid, least, bits);
        greatest = _mm512_max_epi32(greatest, bits);
    }
    return (bit_range){_mm512_reduce_min_epi32(least), _mm512_reduce_max_epi32(greatest)};
}

static size_t count_within(const float *values, size_t n, int32_t limit)
{
    vec most = _mm512_set1_epi32(limit);
    size_t count = 0;
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 valid = first_lanes(n - i);
        vec bits = _mm512_maskz_loadu_epi32(valid, values + i);
        count +=
            (size_t)__builtin_popcount(_mm512_mask_cmple_epi32_mask(valid, bits, most));
    }
    return count;
}

static int32_t greatest_within(const float *values, size_t n, int32_t limit)
{
    vec most = _mm512_set1_epi32(limit), greatest = _mm512_setzero_si512();
    for (size_t i = 0; i < n; i += 16) {
        vec bits = _mm512_maskz_loadu_epi32(first_lanes(n - i), values + i);
        __mmask16 within = _mm512_cmple_epi32_mask(bits, most);
        greatest = _mm512_mask_max_epi32(greatest, within, greatest, bits);
    }
    return _mm512_reduce_max_epi32(greatest);
}

static uint32_t l2_u8(const uint8_t *a, const uint8_t *b, size_t n)
{
    return (uint32_t)_mm512_reduce_add_epi32(squares_u8(a, b, n));
}

void numeral_exact_kernels_init_avx512(numeral_exact_kernels *table)
{
    table->nonzero_u8 = nonzero_u8;
    table->nonzero_i16 = nonzero_i16;
    table->project = project;
    table->centroids = centroids;
    table->nearest = nearest;
    table->bounds = bounds;
    table->scan = scan;
    table->scan_beside = scan_beside;
    table->points = points;
    table->second = second;
    table->tails = tails;
    table->kth = kth;
    table->l2_u8 = l2_u8;
}
