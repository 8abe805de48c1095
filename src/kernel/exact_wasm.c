/* The exact index's kernels compiled for WebAssembly's 128-bit SIMD: the compiler finds
 * the vectors of all but the scan. */
#include <wasm_simd128.h>

#include "kernel/exact_plain.h"

/* A query's pairs, each value in all lanes. */
typedef struct lanes_of_query {
    v128_t first[NUMERAL_GROUP_PAIRS], second[NUMERAL_GROUP_PAIRS];
} lanes_of_query;

/* Eight points: a point's two bytes are a word. In wrapping 16 bits, as it must be. */
static inline v128_t add_points(v128_t sums, const uint8_t *pairs,
                                const lanes_of_query *query)
{
    v128_t low = wasm_i16x8_splat(0xff);
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        v128_t x = wasm_v128_load(pairs + 32 * i);
        v128_t a = wasm_i16x8_mul(wasm_v128_and(x, low), query->first[i]);
        v128_t b = wasm_i16x8_mul(wasm_u16x8_shr(x, 8), query->second[i]);
        sums = wasm_i16x8_add(sums, wasm_i16x8_add(a, b));
    }
    return sums;
}

static size_t scan_vectors(const numeral_scan *scan, numeral_hits *hits)
{
    lanes_of_query query;
    for (size_t i = 0; i < NUMERAL_GROUP_PAIRS; i++) {
        query.first[i] = wasm_i16x8_splat(scan->query[32 * i]);
        query.second[i] = wasm_i16x8_splat(scan->query[32 * i + 1]);
    }
    size_t n = 0;
    for (size_t e = 0; e < scan->n; e++) {
        const uint8_t *group = scan->base + (size_t)scan->groups[e] * NUMERAL_GROUP_BYTES;
        v128_t start = wasm_i16x8_splat(scan->starts[e]);
        v128_t low =
            add_points(wasm_i16x8_add(start, wasm_v128_load(group)), group + 32, &query);
        v128_t high = add_points(wasm_i16x8_add(start, wasm_v128_load(group + 16)),
                                 group + 48, &query);
        wasm_v128_store(hits->sums + 16 * n, low);
        wasm_v128_store(hits->sums + 16 * n + 8, high);
        hits->entries[n] = (uint32_t)e;
        /* saturation keeps signs */
        hits->masks[n] = (uint16_t)wasm_i8x16_bitmask(wasm_i8x16_narrow_i16x8(low, high));
        n += hits->masks[n] != 0;
    }
    return n;
}

void numeral_exact_kernels_init_wasm(numeral_exact_kernels *table)
{
    fill_table(table);
    table->scan = scan_vectors;
}
