/* The definition of the exact index's kernels, in plain C: exact_ref.c, and exact_wasm.c,
 * whose compiler turns the loops into vectors. */
#include "kernel/exact_kernel.h"
#include "kernel/exact_kth.h"

#include <string.h>

static size_t nonzero_u8(const uint8_t *row, size_t n_pairs, uint16_t *pairs,
                         int16_t *values)
{
    size_t n = 0;
    for (size_t p = 0; p < n_pairs; p++) {
        pairs[n] = (uint16_t)p;
        values[2 * n] = row[2 * p];
        values[2 * n + 1] = row[2 * p + 1];
        n += (row[2 * p] | row[2 * p + 1]) != 0;
    }
    return n;
}

static size_t nonzero_i16(const int16_t *row, size_t n_pairs, uint16_t *pairs,
                          int16_t *values)
{
    size_t n = 0;
    for (size_t p = 0; p < n_pairs; p++) {
        pairs[n] = (uint16_t)p;
        values[2 * n] = row[2 * p];
        values[2 * n + 1] = row[2 * p + 1];
        n += (row[2 * p] | row[2 * p + 1]) != 0;
    }
    return n;
}

static void project(const uint16_t *pairs, const int16_t *values, size_t n_pairs,
                    const int16_t *matrix, size_t n_out, int32_t *out)
{
    memset(out, 0, n_out * sizeof *out);
    for (size_t i = 0; i < n_pairs; i++) {
        const int16_t *m = matrix + (size_t)pairs[i] * n_out * 2;
        int32_t a = values[2 * i], b = values[2 * i + 1];
        for (size_t o = 0; o < n_out; o++) {
            out[o] += a * m[2 * o] + b * m[2 * o + 1];
        }
    }
}

static void centroids(const int16_t *query, int32_t query_norm, const int16_t *blocks,
                      const int32_t *norms, size_t n_dims, size_t n_centroids,
                      int32_t *out)
{
    for (size_t c = 0; c < n_centroids; c += 8) {
        const int16_t *block = blocks + c * n_dims;
        int32_t dots[8] = {0};
        for (size_t p = 0; p < n_dims / 2; p++) {
            for (size_t i = 0; i < 8; i++) {
                const int16_t *pair = block + (p * 8 + i) * 2;
                dots[i] += query[2 * p] * pair[0] + query[2 * p + 1] * pair[1];
            }
        }
        for (size_t i = 0; i < 8; i++) {
            out[c + i] = query_norm + norms[c + i] - 2 * dots[i];
        }
    }
}

/* Puts place i into the ascending list of n, which has room for `most`. */
static size_t insert(uint32_t *places, size_t n, size_t most, const int32_t *values,
                     uint32_t i)
{
    size_t at = n < most ? n : most - 1;
    for (; at > 0 && values[places[at - 1]] > values[i]; at--) {
        places[at] = places[at - 1];
    }
    places[at] = i;
    return n < most ? n + 1 : n;
}

static void nearest(const int32_t *values, size_t n, size_t n_wanted, uint32_t *places)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (found < n_wanted || values[i] < values[places[found - 1]]) {
            found = insert(places, found, n_wanted, values, (uint32_t)i);
        }
    }
}

/* The most that a cluster's distance may exceed a reference's. */
static int32_t limit_of(uint32_t entry, int32_t radius)
{
    int32_t a = (int32_t)(entry & 0xffff), b = (int16_t)(entry >> 16);
    return a * radius + b * (1 << NUMERAL_BOUND_SHIFT);
}

static size_t bounds(const numeral_bounding *t, uint32_t *list, int16_t *most)
{
    size_t count = 0;
    for (size_t i = 0; i < t->n; i++) {
        int32_t limit1 = limit_of(t->table1[i], t->radius);
        int32_t limit2 = limit_of(t->table2[i], t->radius);
        int32_t further = t->d[i] - t->d1;
        int32_t leaf = (int32_t)((uint32_t)limit1 - (uint32_t)further);
        leaf >>= NUMERAL_LEAF_SHIFT;
        most[i] = (int16_t)(leaf < NUMERAL_MOST_LEAF ? leaf : NUMERAL_MOST_LEAF);
        list[count] = (uint32_t)i;
        count += further <= limit1 && t->d[i] - t->d2 <= limit2;
    }
    return count;
}

static size_t choose(const numeral_choice *choice, uint32_t *groups, uint32_t *owners,
                     int16_t *starts)
{
    size_t n = 0;
    for (size_t i = 0; i < choice->n; i++) {
        uint32_t c = choice->list[i];
        for (uint32_t g = choice->first[c]; g < choice->first[c + 1]; g++) {
            if (choice->leaves[g] <= choice->most[c]) {
                groups[n] = g;
                owners[n] = c;
                starts[n] = choice->starts[c];
                n++;
            }
        }
    }
    return n;
}

/* Adds the group's starting values and pair products to `sums`; returns who passes. */
static unsigned add_group(const uint8_t *group, const int8_t *query, uint16_t sums[16])
{
    for (size_t p = 0; p < NUMERAL_GROUP_POINTS; p++) {
        unsigned start = group[2 * p] | (unsigned)group[2 * p + 1] << 8;
        sums[p] = (uint16_t)(sums[p] + start);
    }
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        const uint8_t *x = group + 32 * (i + 1);
        int a = query[32 * i], b = query[32 * i + 1];
        for (size_t p = 0; p < NUMERAL_GROUP_POINTS; p++) {
            sums[p] = (uint16_t)(sums[p] + x[2 * p] * a + x[2 * p + 1] * b);
        }
    }
    unsigned mask = 0;
    for (unsigned p = 0; p < NUMERAL_GROUP_POINTS; p++) {
        mask |= (unsigned)(sums[p] >> 15) << p;
    }
    return mask;
}

static size_t keep_hit(numeral_hits *hits, size_t at, uint32_t entry, unsigned mask,
                       const uint16_t sums[16])
{
    hits->entries[at] = entry;
    hits->masks[at] = (uint16_t)mask;
    memcpy(hits->sums + 16 * at, sums, 32);
    return at + (mask != 0);
}

static size_t scan(const numeral_scan *scan, numeral_hits *hits)
{
    size_t n = 0;
    for (size_t e = 0; e < scan->n; e++) {
        uint16_t sums[16];
        for (size_t p = 0; p < 16; p++) {
            sums[p] = (uint16_t)scan->starts[e];
        }
        const uint8_t *group = scan->base + (size_t)scan->groups[e] * NUMERAL_GROUP_BYTES;
        unsigned mask = add_group(group, scan->query, sums);
        n = keep_hit(hits, n, (uint32_t)e, mask, sums);
    }
    return n;
}

static uint32_t l2_u8(const uint8_t *a, const uint8_t *b, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        int d = a[i] - b[i];
        sum += (uint32_t)(d * d);
    }
    return sum;
}

static uint64_t l2_i16(const int16_t *a, const int16_t *b, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t d = a[i] - b[i];
        sum += (uint64_t)(d * d);
    }
    return sum;
}

static size_t points(const numeral_scan *scan, const numeral_hits *hits, size_t n_hits,
                     numeral_points *out)
{
    size_t n = 0;
    for (size_t h = 0; h < n_hits; h++) {
        uint32_t entry = hits->entries[h], group = scan->groups[entry];
        uint32_t owner = scan->owners[entry];
        unsigned mask = hits->masks[h] & scan->valid[group];
        for (; mask; mask &= mask - 1) {
            uint32_t p = (uint32_t)__builtin_ctz(mask);
            int32_t least = scan->firsts[owner] + 1 + 2 * hits->sums[16 * h + p];
            if (least >= -2) { /* else the sum has wrapped */
                out->rows[n] = scan->rows[group] + p;
                out->owners[n] = owner;
                out->excess[n] = least - scan->thresholds[owner];
                n++;
            }
        }
    }
    return n;
}

/* Σ (query - 16·x)²; a difference takes 13 bits. */
static int32_t fine_l2(const int16_t *query, const int8_t *x, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        int16_t d = (int16_t)(query[i] - x[i] * (1 << NUMERAL_FINE_SHIFT));
        sum += d * d;
    }
    return sum;
}

static size_t second(const int16_t *query, const int8_t *rows, int shift, size_t n,
                     numeral_points *points)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t row = points->rows[i];
        int32_t sum = fine_l2(query, rows + 32 * (size_t)row, 32);
        points->rows[kept] = row;
        points->owners[kept] = points->owners[i];
        points->excess[kept] = points->excess[i] + (sum >> shift);
        kept += points->excess[kept] <= 0;
    }
    return kept;
}

static size_t tails(const numeral_tail_scan *scan, size_t n, numeral_points *points)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t row = points->rows[i], owner = points->owners[i];
        int32_t d = points->excess[i] + scan->thresholds[owner];
        float head = (float)(d > 0 ? d : 0);
        float sum =
            (float)fine_l2(scan->query, scan->tails + row * scan->n_dims, scan->n_dims);
        points->rows[kept] = row;
        points->owners[kept] = owner;
        points->estimates[kept] = head * scan->head + sum * scan->tail;
        kept += points->estimates[kept] <= scan->limits[owner];
    }
    return kept;
}

static bit_range range_of(const float *values, size_t n)
{
    return plain_range_of(values, n);
}

static size_t count_within(const float *values, size_t n, int32_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += bits_of(values[i]) <= limit;
    }
    return count;
}

static int32_t greatest_within(const float *values, size_t n, int32_t limit)
{
    return plain_greatest_within(values, n, limit);
}

static inline void fill_table(numeral_exact_kernels *table)
{
    *table = (numeral_exact_kernels){.cpu = NUMERAL_CPU_REF,
                                     .nonzero_u8 = nonzero_u8,
                                     .nonzero_i16 = nonzero_i16,
                                     .project = project,
                                     .centroids = centroids,
                                     .nearest = nearest,
                                     .bounds = bounds,
                                     .choose = choose,
                                     .scan = scan,
                                     .points = points,
                                     .second = second,
                                     .tails = tails,
                                     .kth = kth,
                                     .l2_u8 = l2_u8,
                                     .l2_i16 = l2_i16};
}
