/* l2 and cosine from integer dot products: |q - x|² = |q|² + |x|² - 2 q·x.
 *
 * i8 rows are stored with 128 added, which leaves l2 as it was; for cosine the dot
 * product of the values meant is Σqx - 128(Σq + Σx) + 128²n. */
#include <math.h>
#include <string.h>

#include "index/brute/brute.h"
#include "metric/cosine.h"

/* The dot product as meant, from that of the stored rows. */
static double meant_dot(const numeral_brute *brute, const numeral_brute_scratch *scratch,
                        size_t slot, size_t id, int64_t dot)
{
    if (brute->head.dtype == NUMERAL_I8) {
        int64_t sums = (int64_t)scratch->sums[slot] + brute->sums[id];
        dot += 16384 * (int64_t)brute->head.n_dims - 128 * sums;
    }
    return (double)dot;
}

static void offer_cosine(const numeral_brute *brute, numeral_brute_scratch *scratch,
                         size_t slot, size_t id, int64_t dot)
{
    numeral_top *top = &scratch->tops[slot];
    double distance = numeral_cosine(meant_dot(brute, scratch, slot, id, dot),
                                     scratch->lengths[slot], brute->lengths[id]);
    if (distance <= numeral_top_bound(top) && (int64_t)id != scratch->skip[slot]) {
        numeral_top_offer(top, distance, (int64_t)id);
    }
}

void numeral_brute_offer_dots(const numeral_brute_job *job,
                              numeral_brute_scratch *scratch, size_t slot, size_t first,
                              size_t n, const int32_t *dots)
{
    const numeral_brute *brute = job->brute;
    if (brute->head.metric->family == NUMERAL_METRIC_L2) {
        size_t count = job->kernels->select_l2(
            dots, brute->norms + first, scratch->norms[slot], n,
            numeral_brute_bound(scratch, slot), scratch->hits, scratch->nearest);
        numeral_brute_offer(scratch, slot, first, count);
        return;
    }
    for (size_t r = 0; r < n; r++) {
        offer_cosine(brute, scratch, slot, first + r, dots[r]);
    }
}

static void prepare_u8(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                       size_t slot, const void *stored)
{
    size_t stride = job->brute->stride;
    const uint8_t *from = stored;
    int16_t *to = (int16_t *)(void *)scratch->queries + slot * stride;
    for (size_t j = 0; j < stride; j++) {
        to[j] = from[j];
    }
    numeral_brute_measure_query(job->brute, scratch, slot, stored);
}

static void scan_u8(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t n_slots, size_t first, size_t n)
{
    size_t stride = job->brute->stride;
    const uint8_t *rows = (const uint8_t *)job->brute->data + first * stride;
    const int16_t *queries = (const int16_t *)(const void *)scratch->queries;
    int32_t *dots = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot += NUMERAL_QUERY_BLOCK) {
        size_t left = n_slots - slot;
        size_t block = left < NUMERAL_QUERY_BLOCK ? left : NUMERAL_QUERY_BLOCK;
        job->kernels->dot_u8(queries + slot * stride, stride, block, rows, stride, n,
                             job->brute->head.n_dims, dots, job->tile_rows);
        for (size_t i = 0; i < block; i++) {
            numeral_brute_offer_dots(job, scratch, slot + i, first, n,
                                     dots + i * job->tile_rows);
        }
    }
}

static void prepare_i16(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                        size_t slot, const void *stored)
{
    size_t bytes = job->method.query_bytes;
    memcpy(scratch->queries + slot * bytes, stored, bytes);
    numeral_brute_measure_query(job->brute, scratch, slot, stored);
}

/* Distances are below 2^45, so float64 holds them exactly. */
static void offer_i16(const numeral_brute *brute, numeral_brute_scratch *scratch,
                      size_t slot, size_t first, size_t n, const int64_t *dots)
{
    numeral_top *top = &scratch->tops[slot];
    if (brute->head.metric->family == NUMERAL_METRIC_COSINE) {
        for (size_t r = 0; r < n; r++) {
            offer_cosine(brute, scratch, slot, first + r, dots[r]);
        }
        return;
    }
    int64_t norm = scratch->wide_norms[slot];
    for (size_t r = 0; r < n; r++) {
        int64_t id = (int64_t)(first + r);
        double distance = (double)(norm + brute->wide_norms[first + r] - 2 * dots[r]);
        if (distance <= numeral_top_bound(top) && id != scratch->skip[slot]) {
            numeral_top_offer(top, distance, id);
        }
    }
}

static void scan_i16(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                     size_t n_slots, size_t first, size_t n)
{
    size_t stride = job->brute->stride;
    const int16_t *rows = (const int16_t *)job->brute->data + first * stride;
    const int16_t *queries = (const int16_t *)(const void *)scratch->queries;
    int64_t *dots = scratch->results;
    for (size_t slot = 0; slot < n_slots; slot += NUMERAL_QUERY_BLOCK) {
        size_t left = n_slots - slot;
        size_t block = left < NUMERAL_QUERY_BLOCK ? left : NUMERAL_QUERY_BLOCK;
        job->kernels->dot_i16(queries + slot * stride, stride, block, rows, stride, n,
                              job->brute->head.n_dims, dots, job->tile_rows);
        for (size_t i = 0; i < block; i++) {
            offer_i16(job->brute, scratch, slot + i, first, n, dots + i * job->tile_rows);
        }
    }
}

numeral_brute_method numeral_brute_dot(const numeral_brute *brute)
{
    bool is_i16 = brute->head.dtype == NUMERAL_I16;
    return (numeral_brute_method){.prepare = is_i16 ? prepare_i16 : prepare_u8,
                                  .scan = is_i16 ? scan_i16 : scan_u8,
                                  .query_bytes = brute->stride * sizeof(int16_t)};
}
