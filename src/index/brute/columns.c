/* l2 and cosine over pixel-major u8 rows: only the pairs of dimensions in which the query
 * is not zero are touched. A prepared query is its list of values (two for each pair),
 * then its list of pairs. */
#include "index/brute/task.h"

static void prepare(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored)
{
    const uint8_t *query = stored;
    size_t stride = job->brute->stride, count = 0;
    int16_t *values = numeral_brute_query(job, scratch, slot);
    uint16_t *pairs = (uint16_t *)(void *)(values + stride);
    for (size_t j = 0; j < stride; j += 2) {
        pairs[count] = (uint16_t)(j / 2);
        values[2 * count] = query[j];
        values[2 * count + 1] = query[j + 1];
        count += (query[j] | query[j + 1]) != 0;
    }
    scratch->n_pairs[slot] = count;
    numeral_brute_measure_query(job, scratch, slot, stored);
}

static void scan(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n)
{
    size_t stride = job->brute->stride;
    const uint8_t *blocks = numeral_brute_rows_at(job->brute, first);
    int32_t *dots = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot++) {
        const int16_t *values = numeral_brute_query(job, scratch, slot);
        const uint16_t *pairs = (const uint16_t *)(const void *)(values + stride);
        for (size_t r = 0; r < n; r += NUMERAL_COLUMN_ROWS) {
            job->kernels->columns_dot_u8(pairs, values, scratch->n_pairs[slot],
                                         blocks + r * stride, dots + r);
        }
        numeral_brute_push_dots(job, scratch, slot, first, n, dots);
    }
}

numeral_brute_method numeral_brute_columns(const numeral_brute *brute)
{
    size_t bytes = brute->stride * sizeof(int16_t) + brute->stride / 2 * sizeof(uint16_t);
    return (numeral_brute_method){
        .prepare = prepare, .scan = scan, .query_bytes = numeral_round_up(bytes, 64)};
}
