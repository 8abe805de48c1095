/* l1, linf and hamming: one query at a time against a tile of rows. */
#include <string.h>

#include "index/brute/brute.h"

static void prepare(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored)
{
    size_t bytes = job->method.query_bytes;
    memcpy(scratch->queries + slot * bytes, stored, bytes);
}

static void run_u8(const numeral_brute_job *job, const uint8_t *query, size_t first,
                   size_t n, uint32_t *out)
{
    const numeral_kernels *k = job->kernels;
    const numeral_brute *brute = job->brute;
    numeral_metric_family family = brute->head.metric->family;
    const uint8_t *rows = (const uint8_t *)brute->data + first * brute->stride;
    (family == NUMERAL_METRIC_L1 ? k->l1_u8
     : family == NUMERAL_METRIC_LINF
         ? k->linf_u8
         : k->hamming_u8)(query, rows, brute->stride, n, brute->head.n_dims, out);
}

static void run_i16(const numeral_brute_job *job, const int16_t *query, size_t first,
                    size_t n, uint32_t *out)
{
    const numeral_kernels *k = job->kernels;
    const numeral_brute *brute = job->brute;
    numeral_metric_family family = brute->head.metric->family;
    const int16_t *rows = (const int16_t *)brute->data + first * brute->stride;
    (family == NUMERAL_METRIC_L1 ? k->l1_i16
     : family == NUMERAL_METRIC_LINF
         ? k->linf_i16
         : k->hamming_i16)(query, rows, brute->stride, n, brute->head.n_dims, out);
}

static void scan(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n)
{
    uint32_t *found = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot++) {
        const void *query = scratch->queries + slot * job->method.query_bytes;
        if (job->brute->head.dtype == NUMERAL_I16) {
            run_i16(job, query, first, n, found);
        } else {
            run_u8(job, query, first, n, found);
        }
        size_t count =
            job->kernels->select_u32(found, n, numeral_brute_bound(scratch, slot),
                                     scratch->hits, scratch->nearest);
        numeral_brute_offer(scratch, slot, first, count);
    }
}

numeral_brute_method numeral_brute_scan(const numeral_brute *brute)
{
    return (numeral_brute_method){.prepare = prepare,
                                  .scan = scan,
                                  .query_bytes = brute->stride *
                                                 numeral_dtype_bytes(brute->head.dtype)};
}
