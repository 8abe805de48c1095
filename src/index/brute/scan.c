/* l1, linf and hamming: one query at a time against a tile of rows. */
#include <string.h>

#include "index/brute/task.h"

static void prepare(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored)
{
    memcpy(numeral_brute_query(job, scratch, slot), stored, job->method.query_bytes);
}

static void scan(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n)
{
    const numeral_index *head = &job->brute->head;
    uint32_t *found = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot++) {
        numeral_row_count(job->kernels, head->metric->family, head->dtype,
                          numeral_brute_query(job, scratch, slot),
                          numeral_brute_rows_at(job->brute, first),
                          job->method.query_bytes, n, head->n_dims, found);
        size_t count =
            job->kernels->select_u32(found, n, numeral_brute_bound(scratch, slot),
                                     scratch->hits, scratch->nearest);
        numeral_brute_push_hits(scratch, slot, first, count);
    }
}

numeral_brute_method numeral_brute_scan(const numeral_brute *brute)
{
    return (numeral_brute_method){
        .prepare = prepare, .scan = scan, .query_bytes = numeral_brute_row_bytes(brute)};
}
