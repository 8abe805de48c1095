/* The exact index's kernels with AVX2. */
#include <immintrin.h>

#include "kernel/exact_kernel.h"

#define VECTOR(name) _mm256_##name
typedef __m256i vec;
enum { LANES = 8 };

typedef struct group_values {
    const uint8_t *group; /* more than there are registers for */
} group_values;

#include "kernel/exact_body.h"
#include "kernel/exact_kth.h"
#include "kernel/exact_lanes.h"

/* How many groups, rows and tails ahead of the one at work are fetched. Other distances
 * made no difference (docs/exact.md). */
enum { AHEAD = 8, ROWS_AHEAD = 16, TAILS_AHEAD = 8 };

static inline vec load(const void *at)
{
    return _mm256_loadu_si256(at);
}

static inline void store(void *at, vec value)
{
    _mm256_storeu_si256(at, value);
}

static inline vec multiply_add(vec sums, vec a, vec b)
{
    return _mm256_add_epi32(sums, _mm256_madd_epi16(a, b));
}

static inline vec query_pairs(const int16_t *query, size_t p)
{
    return pair_at(query + 2 * p);
}

static inline __m256i add_halves(vec sums)
{
    return sums;
}

/* The n_wanted-th least of the lanes' least values bounds the n_wanted-th least of all;
 * only places at most that far are looked at one by one. */
static int32_t bound_of_nearest(const int32_t *values, size_t n, size_t n_wanted)
{
    __m256i least[2] = {_mm256_set1_epi32(INT32_MAX), _mm256_set1_epi32(INT32_MAX)};
    for (size_t i = 0; i < n; i += 8) {
        size_t half = i / 8 % 2;
        least[half] = _mm256_min_epi32(least[half], load(values + i));
    }
    int32_t lanes[NUMERAL_MAX_NEAREST];
    store(lanes, least[0]);
    store(lanes + 8, least[1]);
    for (size_t i = 1; i < NUMERAL_MAX_NEAREST; i++) {
        int32_t lane = lanes[i];
        size_t j = i;
        for (; j > 0 && lanes[j - 1] > lane; j--) {
            lanes[j] = lanes[j - 1];
        }
        lanes[j] = lane;
    }
    return lanes[n_wanted - 1];
}

static void nearest(const int32_t *values, size_t n, size_t n_wanted, uint32_t *places)
{
    int32_t bound = bound_of_nearest(values, n, n_wanted);
    __m256i limit = _mm256_set1_epi32(bound);
    size_t found = 0;
    for (size_t i = 0; i < n; i += 8) {
        __m256i far = _mm256_cmpgt_epi32(load(values + i), limit);
        unsigned near = ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(far)) & 0xffu;
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

static void store_leaves(int16_t *most, __m256i margin)
{
    __m256i leaf = _mm256_min_epi32(_mm256_srai_epi32(margin, NUMERAL_LEAF_SHIFT),
                                    _mm256_set1_epi32(NUMERAL_MOST_LEAF));
    _mm_storeu_si128((void *)most, _mm_packs_epi32(_mm256_castsi256_si128(leaf),
                                                   _mm256_extracti128_si256(leaf, 1)));
}

static size_t bounds(const numeral_bounding *bounding, uint32_t *list, int16_t *most)
{
    const numeral_bounding t = *bounding;
    __m256i ref1 = _mm256_set1_epi32(t.d1), ref2 = _mm256_set1_epi32(t.d2);
    __m256i r = _mm256_set1_epi32(t.radius);
    size_t count = 0;
    for (size_t i = 0; i < t.n; i += 8) {
        __m256i d = load(t.d + i), further = _mm256_sub_epi32(d, ref1);
        __m256i limit1 = limits_of(t.table1 + i, r), limit2 = limits_of(t.table2 + i, r);
        __m256i drop =
            _mm256_or_si256(_mm256_cmpgt_epi32(further, limit1),
                            _mm256_cmpgt_epi32(_mm256_sub_epi32(d, ref2), limit2));
        store_leaves(most + i, _mm256_sub_epi32(limit1, further));
        unsigned keep = ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(drop)) & 0xffu;
        __m256i lanes =
            _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)&lanes_of_8[keep]));
        store(list + count, _mm256_add_epi32(lanes, _mm256_set1_epi32((int32_t)i)));
        count += (size_t)__builtin_popcount(keep);
    }
    return count;
}

static size_t choose(const numeral_choice *choice, uint32_t *groups, uint32_t *owners,
                     int16_t *starts)
{
    const numeral_choice t = *choice;
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        uint32_t c = t.list[i], end = t.first[c + 1];
        if (t.most[c] < 0) {
            continue;
        }
        __m128i most = _mm_set1_epi8((char)(t.most[c] > 255 ? 255 : t.most[c]));
        for (uint32_t g = t.first[c]; g < end; g += 8) {
            __m128i leaves = _mm_loadl_epi64((const void *)(t.leaves + g));
            __m128i taken = _mm_cmpeq_epi8(_mm_max_epu8(leaves, most), most);
            unsigned valid = end - g < 8 ? (1u << (end - g)) - 1 : 0xffu;
            unsigned mask = (unsigned)_mm_movemask_epi8(taken) & valid;
            __m256i lanes =
                _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)&lanes_of_8[mask]));
            store(groups + n, _mm256_add_epi32(lanes, _mm256_set1_epi32((int32_t)g)));
            store(owners + n, _mm256_set1_epi32((int32_t)c));
            _mm_storeu_si128((void *)(starts + n), _mm_set1_epi16(t.starts[c]));
            n += (size_t)__builtin_popcount(mask);
        }
    }
    return n;
}

static __m256i add_pair(__m256i sums, const uint8_t *group, __m256i query)
{
    return settled(_mm256_add_epi16(sums, _mm256_maddubs_epi16(load(group), query)));
}

/* Four groups share each query vec. */
static void add_groups(const uint8_t *const g[4], const int8_t *query, __m256i sums[4])
{
    __m256i a = _mm256_add_epi16(sums[0], load(g[0]));
    __m256i b = _mm256_add_epi16(sums[1], load(g[1]));
    __m256i c = _mm256_add_epi16(sums[2], load(g[2]));
    __m256i d = _mm256_add_epi16(sums[3], load(g[3]));
    for (size_t at = 0; at < 32 * NUMERAL_GROUP_PAIRS; at += 128) {
        for (size_t i = at; i < at + 128; i += 32) {
            __m256i q = settled(load(query + i));
            a = add_pair(a, g[0] + i + 32, q);
            b = add_pair(b, g[1] + i + 32, q);
            c = add_pair(c, g[2] + i + 32, q);
            d = add_pair(d, g[3] + i + 32, q);
        }
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

/* The sign bits of two groups' sums, 16 each. */
static uint32_t sign_masks(__m256i sum0, __m256i sum1)
{
    __m256i signs = _mm256_packs_epi16(sum0, sum1);
    signs = _mm256_permute4x64_epi64(signs, 0xd8);
    return (uint32_t)_mm256_movemask_epi8(signs);
}

static size_t scan(const numeral_scan *scan, numeral_hits *hits)
{
    const numeral_scan s = *scan; /* so that no store can change it */
    const numeral_hits h = *hits;
    size_t n = 0;
    for (size_t e = 0; e < s.n; e += 4) {
        const uint8_t *g[4];
        __m256i sums[4];
        for (size_t i = 0; i < 4; i++) {
            g[i] = s.base + (size_t)s.groups[e + i] * NUMERAL_GROUP_BYTES;
            sums[i] = _mm256_set1_epi16(s.starts[e + i]);
            fetch(s.base + (size_t)s.groups[e + i + AHEAD] * NUMERAL_GROUP_BYTES,
                  NUMERAL_GROUP_BYTES);
        }
        add_groups(g, s.query, sums);
        uint64_t masks =
            sign_masks(sums[0], sums[1]) | (uint64_t)sign_masks(sums[2], sums[3]) << 32;
        /* Behind the last entry lies padding. */
        masks &= e + 4 <= s.n ? ~UINT64_C(0) : (UINT64_C(1) << 16 * (s.n - e)) - 1;
        for (size_t i = 0; i < 4; i++) {
            uint16_t mask = (uint16_t)(masks >> 16 * i);
            h.entries[n] = (uint32_t)(e + i);
            h.masks[n] = mask;
            store(h.sums + 16 * n, sums[i]);
            n += mask != 0;
        }
    }
    return n;
}

static inline group_values take_group(const uint8_t *group)
{
    return (group_values){group};
}

static inline __m256i sums_of(const group_values *v, const int8_t *query, int16_t start)
{
    __m256i a = _mm256_add_epi16(_mm256_set1_epi16(start), load(v->group));
    __m256i b = _mm256_setzero_si256();
    for (size_t i = 0; i < 32 * NUMERAL_GROUP_PAIRS; i += 64) {
        a = add_pair(a, v->group + i + 32, load(query + i));
        b = add_pair(b, v->group + i + 64, load(query + i + 32));
    }
    return _mm256_add_epi16(a, b);
}

static inline uint16_t signs_of(__m256i sums)
{
    return (uint16_t)sign_masks(sums, sums);
}

static uint32_t sum_lanes(__m256i lanes)
{
    __m128i s =
        _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(s);
}

static uint32_t l2_u8(const uint8_t *a, const uint8_t *b, size_t n)
{
    return sum_lanes(squares_u8(a, b, n));
}

/* |a - b| <= 65534 is a u16; its square is one unsigned 32-bit product of even or odd
 * lanes, widened to 64 bits. */
static uint64_t l2_i16(const int16_t *a, const int16_t *b, size_t n)
{
    __m256i low_mask = _mm256_set1_epi32(0xffff), sum = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += 16) {
        __m256i x = load(a + i), y = load(b + i);
        __m256i d = _mm256_sub_epi16(_mm256_max_epi16(x, y), _mm256_min_epi16(x, y));
        __m256i even = _mm256_and_si256(d, low_mask), odd = _mm256_srli_epi32(d, 16);
        sum = _mm256_add_epi64(sum, _mm256_mul_epu32(even, even));
        sum = _mm256_add_epi64(sum, _mm256_mul_epu32(odd, odd));
        __m256i even2 = _mm256_srli_epi64(even, 32), odd2 = _mm256_srli_epi64(odd, 32);
        sum = _mm256_add_epi64(sum, _mm256_mul_epu32(even2, even2));
        sum = _mm256_add_epi64(sum, _mm256_mul_epu32(odd2, odd2));
    }
    uint64_t lanes[4];
    store(lanes, sum);
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

/* Squared differences of 32 values and a fine query's, in 8 sums. */
static __m256i squares_32(const int16_t *query, const int8_t *row)
{
    __m256i x = _mm256_slli_epi16(
        _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)row)), NUMERAL_FINE_SHIFT);
    __m256i y =
        _mm256_slli_epi16(_mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(row + 16))),
                          NUMERAL_FINE_SHIFT);
    x = _mm256_sub_epi16(x, load(query));
    y = _mm256_sub_epi16(y, load(query + 16));
    return _mm256_add_epi32(_mm256_madd_epi16(x, x), _mm256_madd_epi16(y, y));
}

static __m256i fine_sums(const int16_t *query, const int8_t *row, size_t n)
{
    __m256i sum = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += 32) {
        sum = _mm256_add_epi32(sum, squares_32(query + i, row + i));
    }
    return sum;
}

/* The totals of four vectors. */
static __m128i four_totals(__m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    return _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

/* The listed lanes of eight values first; `lanes` holds their numbers. */
static void pack_lanes(void *to, __m256i values, __m256i lanes)
{
    store(to, _mm256_permutevar8x32_epi32(values, lanes));
}

static size_t points(const numeral_scan *scan, const numeral_hits *hits, size_t n_hits,
                     numeral_points *out)
{
    size_t n = 0;
    for (size_t h = 0; h < n_hits; h++) {
        uint32_t entry = hits->entries[h], group = scan->groups[entry];
        uint32_t owner = scan->owners[entry];
        unsigned mask = hits->masks[h] & scan->valid[group];
        __m256i owners = _mm256_set1_epi32((int32_t)owner);
        __m256i base = _mm256_set1_epi32(scan->firsts[owner] + 1);
        __m256i threshold = _mm256_set1_epi32(scan->thresholds[owner]);
        for (uint32_t half = 0; half < 16; half += 8) {
            __m128i eight = _mm_load_si128((const void *)(hits->sums + 16 * h + half));
            __m256i sums = _mm256_cvtepi16_epi32(eight);
            __m256i least = _mm256_add_epi32(base, _mm256_add_epi32(sums, sums));
            /* A sum that has wrapped shows in a distance below -2. */
            __m256i right = _mm256_cmpgt_epi32(least, _mm256_set1_epi32(-3));
            unsigned bits =
                (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(right)) & (mask >> half);
            __m256i lanes =
                _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)&lanes_of_8[bits]));
            __m256i first = _mm256_set1_epi32((int32_t)(scan->rows[group] + half));
            store(out->rows + n, _mm256_add_epi32(first, lanes));
            store(out->owners + n, owners);
            pack_lanes(out->excess + n, _mm256_sub_epi32(least, threshold), lanes);
            n += (size_t)__builtin_popcount(bits);
        }
    }
    return n;
}

static void pack_four(void *values, size_t from, size_t to, __m128i order)
{
    int32_t *all = values;
    __m128i four = _mm_loadu_si128((const void *)(all + from));
    _mm_storeu_si128((void *)(all + to), _mm_shuffle_epi8(four, order));
}

static size_t second(const int16_t *query, const int8_t *rows, int shift, size_t n,
                     numeral_points *points)
{
    const numeral_points t = *points;
    size_t kept = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i s[4];
        for (size_t j = 0; j < 4; j++) {
            if (i + j + ROWS_AHEAD < n) {
                _mm_prefetch((const char *)rows + 32 * (size_t)t.rows[i + j + ROWS_AHEAD],
                             _MM_HINT_T0);
            }
            s[j] = squares_32(query, rows + 32 * (size_t)t.rows[i + j]);
        }
        __m128i sums = _mm_srai_epi32(four_totals(s[0], s[1], s[2], s[3]), shift);
        sums = _mm_add_epi32(sums, _mm_loadu_si128((const void *)(t.excess + i)));
        /* Kept points are packed to the front: never beyond what was read. */
        __m128i keep = _mm_cmpgt_epi32(_mm_set1_epi32(1), sums);
        unsigned mask = (unsigned)_mm_movemask_ps(_mm_castsi128_ps(keep));
        __m128i order = _mm_load_si128((const void *)lanes_of_4[mask]);
        pack_four(t.rows, i, kept, order);
        pack_four(t.owners, i, kept, order);
        _mm_storeu_si128((void *)(t.excess + kept), _mm_shuffle_epi8(sums, order));
        kept += (size_t)__builtin_popcount(mask);
    }
    for (; i < n; i++) {
        uint32_t row = t.rows[i];
        uint32_t sum = sum_lanes(squares_32(query, rows + 32 * (size_t)row));
        t.rows[kept] = row;
        t.owners[kept] = t.owners[i];
        t.excess[kept] = t.excess[i] + (int32_t)(sum >> shift);
        kept += t.excess[kept] <= 0;
    }
    return kept;
}

static __m128 gather_floats(const float *from, const uint32_t *places)
{
    return _mm_set_ps(from[places[3]], from[places[2]], from[places[1]], from[places[0]]);
}

static __m128i gather_ints(const int32_t *from, const uint32_t *places)
{
    return _mm_set_epi32(from[places[3]], from[places[2]], from[places[1]],
                         from[places[0]]);
}

static __m128 estimates_of(const numeral_tail_scan *scan, __m128i heads, __m128i sums)
{
    return _mm_add_ps(_mm_mul_ps(_mm_cvtepi32_ps(heads), _mm_set1_ps(scan->head)),
                      _mm_mul_ps(_mm_cvtepi32_ps(sums), _mm_set1_ps(scan->tail)));
}

static size_t tails(const numeral_tail_scan *scan, size_t n, numeral_points *points)
{
    const numeral_tail_scan s = *scan;
    const numeral_points t = *points;
    size_t kept = 0, i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i sums[4];
        for (size_t j = 0; j < 4; j++) {
            if (i + j + TAILS_AHEAD < n) {
                fetch(s.tails + t.rows[i + j + TAILS_AHEAD] * s.n_dims, s.n_dims);
            }
            sums[j] = fine_sums(s.query, s.tails + t.rows[i + j] * s.n_dims, s.n_dims);
        }
        __m128i heads = _mm_add_epi32(gather_ints(s.thresholds, t.owners + i),
                                      _mm_loadu_si128((const void *)(t.excess + i)));
        heads = _mm_max_epi32(heads, _mm_setzero_si128());
        __m128 estimates =
            estimates_of(&s, heads, four_totals(sums[0], sums[1], sums[2], sums[3]));
        __m128 keep = _mm_cmple_ps(estimates, gather_floats(s.limits, t.owners + i));
        unsigned mask = (unsigned)_mm_movemask_ps(keep);
        __m128i order = _mm_load_si128((const void *)lanes_of_4[mask]);
        pack_four(t.rows, i, kept, order);
        pack_four(t.owners, i, kept, order);
        _mm_storeu_si128((void *)(t.estimates + kept),
                         _mm_shuffle_epi8(_mm_castps_si128(estimates), order));
        kept += (size_t)__builtin_popcount(mask);
    }
    for (; i < n; i++) {
        uint32_t row = t.rows[i], owner = t.owners[i];
        uint32_t sum = sum_lanes(fine_sums(s.query, s.tails + row * s.n_dims, s.n_dims));
        int32_t d = t.excess[i] + s.thresholds[owner];
        float head = (float)(d > 0 ? d : 0);
        t.rows[kept] = row;
        t.owners[kept] = owner;
        t.estimates[kept] = head * s.head + (float)(int32_t)sum * s.tail;
        kept += t.estimates[kept] <= s.limits[owner];
    }
    return kept;
}

static bit_range range_of(const float *values, size_t n)
{
    return plain_range_of(values, n);
}

static size_t count_within(const float *values, size_t n, int32_t limit)
{
    __m256i most = _mm256_set1_epi32(limit), above = _mm256_setzero_si256();
    size_t i = 0, count;
    for (; i + 8 <= n; i += 8) {
        above = _mm256_sub_epi32(above, _mm256_cmpgt_epi32(load(values + i), most));
    }
    count = i - sum_lanes(above);
    for (; i < n; i++) {
        count += bits_of(values[i]) <= limit;
    }
    return count;
}

static int32_t greatest_within(const float *values, size_t n, int32_t limit)
{
    return plain_greatest_within(values, n, limit);
}

void numeral_exact_kernels_init_avx2(numeral_exact_kernels *table)
{
    table->project = project;
    table->centroids = centroids;
    table->nearest = nearest;
    table->bounds = bounds;
    table->choose = choose;
    table->scan = scan;
    table->scan_beside = scan_beside;
    table->points = points;
    table->second = second;
    table->tails = tails;
    table->kth = kth;
    table->l2_u8 = l2_u8;
    table->l2_i16 = l2_i16;
}
