/* From what kernels give to the lists of the nearest rows.
 *
 * |q - x|² = |q|² + |x|² - 2 q·x. i8 rows are stored with 128 added, which leaves l2 as
 * it was; for cosine the dot product of the values meant is Σqx - 128(Σq + Σx) + 128²n.
 */
#include "index/brute/task.h"
#include "metric/cosine.h"

void numeral_brute_measure_query(const numeral_brute_job *job,
                                 numeral_brute_scratch *scratch, size_t slot,
                                 const void *stored)
{
    const numeral_index *head = &job->brute->head;
    numeral_row_sums sums = numeral_row_sum(head->dtype, stored, head->n_dims);
    scratch->sums[slot] = sums;
    scratch->lengths[slot] = numeral_row_length(head->dtype, head->n_dims, sums);
}

uint32_t numeral_brute_bound(const numeral_brute_scratch *scratch, size_t slot)
{
    double bound = numeral_top_bound(&scratch->tops[slot]);
    return bound < UINT32_MAX ? (uint32_t)bound : UINT32_MAX;
}

void numeral_brute_push_hits(numeral_brute_scratch *scratch, size_t slot, size_t first,
                             size_t count)
{
    numeral_top *top = &scratch->tops[slot];
    int64_t leave_out = scratch->leave_out[slot];
    for (size_t i = 0; i < count; i++) {
        int64_t id = (int64_t)(first + scratch->hits[i]);
        if (id != leave_out) {
            numeral_top_push(top, scratch->nearest[i], id);
        }
    }
}

static inline void push(numeral_top *top, int64_t leave_out, size_t id, double distance)
{
    if (distance <= numeral_top_bound(top) && (int64_t)id != leave_out) {
        numeral_top_push(top, distance, (int64_t)id);
    }
}

/* The dot product of what was given, from that of a stored query and row `id`. */
static inline int64_t given_dot(const numeral_brute *brute, int64_t query_sum, size_t id,
                                int64_t dot)
{
    int64_t n_dims = (int64_t)brute->head.n_dims;
    if (brute->head.dtype == NUMERAL_I8) {
        dot += NUMERAL_I8_SHIFT *
               (NUMERAL_I8_SHIFT * n_dims - query_sum - (int64_t)brute->sums[id]);
    }
    return dot;
}

void numeral_brute_push_dots(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                             size_t slot, size_t first, size_t n, const int32_t *dots)
{
    const numeral_brute *brute = job->brute;
    if (brute->norms) {
        size_t count = job->kernels->select_l2(
            dots, brute->norms + first, (uint32_t)scratch->sums[slot].squares, n,
            numeral_brute_bound(scratch, slot), scratch->hits, scratch->nearest);
        numeral_brute_push_hits(scratch, slot, first, count);
        return;
    }
    numeral_top *top = &scratch->tops[slot];
    int64_t leave_out = scratch->leave_out[slot];
    int64_t sum = scratch->sums[slot].sum;
    double length = scratch->lengths[slot];
    for (size_t id = first; id < first + n; id++) {
        int64_t dot = given_dot(brute, sum, id, dots[id - first]);
        push(top, leave_out, id, numeral_cosine((double)dot, length, brute->lengths[id]));
    }
}

/* Distances are below 2^45, so float64 holds them exactly. */
void numeral_brute_push_wide(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                             size_t slot, size_t first, size_t n, const int64_t *dots)
{
    const numeral_brute *brute = job->brute;
    numeral_top *top = &scratch->tops[slot];
    int64_t leave_out = scratch->leave_out[slot], norm = scratch->sums[slot].squares;
    const int64_t *norms = brute->wide_norms;
    double length = scratch->lengths[slot];
    for (size_t id = first; id < first + n; id++) {
        int64_t dot = dots[id - first];
        push(top, leave_out, id,
             norms ? (double)(norm + norms[id] - 2 * dot)
                   : numeral_cosine((double)dot, length, brute->lengths[id]));
    }
}
