/* The exact index's scan in vectors of 16 bytes that every compiler knows (GCC's vector
 * extension): what SSE2 and NEON have in common. Other kernels are left to plain C, which
 * compilers turn into vectors by themselves. */
#include "kernel/exact_kernel.h"

#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

enum { LANES = 8 };

typedef uint16_t words __attribute__((vector_size(2 * LANES)));

/* A query's pairs, each value in all lanes. */
typedef struct lanes_of_query {
    words first[NUMERAL_GROUP_PAIRS], second[NUMERAL_GROUP_PAIRS];
} lanes_of_query;

static words load(const void *at)
{
    words value;
    memcpy(&value, at, sizeof value);
    return value;
}

static words fill(int value)
{
    return (words){0} + (uint16_t)value;
}

/* Eight points: a point's two bytes are a word. In wrapping 16 bits, as it must be. */
static words add_pairs(words sums, const uint8_t *pairs, const lanes_of_query *query)
{
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        words x = load(pairs + 32 * i);
        sums += (x & 0xff) * query->first[i] + (x >> 8) * query->second[i];
    }
    return sums;
}

static uint16_t sign_mask(const int16_t *sums)
{
    unsigned mask = 0;
    for (unsigned p = 0; p < NUMERAL_GROUP_POINTS; p++) {
        mask |= (unsigned)(sums[p] < 0) << p;
    }
    return (uint16_t)mask;
}

static size_t scan(const numeral_scan *scan, numeral_hits *hits)
{
    lanes_of_query query;
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        query.first[i] = fill(scan->query[32 * i]);
        query.second[i] = fill(scan->query[32 * i + 1]);
    }
    size_t n = 0;
    for (size_t e = 0; e < scan->n; e++) {
        const uint8_t *group = scan->base + (size_t)scan->groups[e] * NUMERAL_GROUP_BYTES;
        words start = fill(scan->starts[e]);
        words low = add_pairs(start + load(group), group + 32, &query);
        words high = add_pairs(start + load(group + 16), group + 48, &query);
        memcpy(hits->sums + 16 * n, &low, sizeof low);
        memcpy(hits->sums + 16 * n + LANES, &high, sizeof high);
        hits->entries[n] = (uint32_t)e;
        hits->masks[n] = sign_mask(hits->sums + 16 * n);
        n += hits->masks[n] != 0;
    }
    return n;
}

void numeral_exact_kernels_init_vector(numeral_exact_kernels *table)
{
    table->scan = scan;
}

#else

void numeral_exact_kernels_init_vector(numeral_exact_kernels *table)
{
    (void)table;
}

#endif
