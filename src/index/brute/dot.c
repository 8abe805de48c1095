/* l2 and cosine over rows, from dot products of blocks of queries with blocks of rows.
 * A prepared query is its values as i16. */
#include <string.h>

#include "index/brute/task.h"

static void prepare(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored)
{
    int16_t *to = numeral_brute_query(job, scratch, slot);
    for (size_t j = 0; j < job->brute->stride; j++) {
        to[j] = (int16_t)numeral_row_value(job->brute->head.dtype, stored, j);
    }
    numeral_brute_measure_query(job, scratch, slot, stored);
}

static void scan_u8(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t n_slots, size_t first, size_t n)
{
    const numeral_brute *brute = job->brute;
    size_t stride = brute->stride;
    int32_t *dots = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot += NUMERAL_QUERY_BLOCK) {
        size_t left = n_slots - slot;
        size_t block = left < NUMERAL_QUERY_BLOCK ? left : NUMERAL_QUERY_BLOCK;
        job->kernels->dot_u8(numeral_brute_query(job, scratch, slot), stride, block,
                             numeral_brute_rows_at(brute, first), stride, n,
                             brute->head.n_dims, dots, job->tile_rows);
        for (size_t i = 0; i < block; i++) {
            numeral_brute_push_dots(job, scratch, slot + i, first, n,
                                    dots + i * job->tile_rows);
        }
    }
}

static void scan_i16(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                     size_t n_slots, size_t first, size_t n)
{
    const numeral_brute *brute = job->brute;
    size_t stride = brute->stride;
    int64_t *dots = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot += NUMERAL_QUERY_BLOCK) {
        size_t left = n_slots - slot;
        size_t block = left < NUMERAL_QUERY_BLOCK ? left : NUMERAL_QUERY_BLOCK;
        job->kernels->dot_i16(numeral_brute_query(job, scratch, slot), stride, block,
                              numeral_brute_rows_at(brute, first), stride, n,
                              brute->head.n_dims, dots, job->tile_rows);
        for (size_t i = 0; i < block; i++) {
            numeral_brute_push_wide(job, scratch, slot + i, first, n,
                                    dots + i * job->tile_rows);
        }
    }
}

numeral_brute_method numeral_brute_dot(const numeral_brute *brute)
{
    return (numeral_brute_method){.prepare = prepare,
                                  .scan = brute->head.dtype == NUMERAL_I16 ? scan_i16
                                                                           : scan_u8,
                                  .query_bytes = brute->stride * sizeof(int16_t)};
}
