/* Any other metric, a program's own included: rows become float64 a tile at a time, once
 * for a block of queries, and the metric's function is called for each pair. */
#include "index/brute/task.h"

static void prepare(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                    size_t slot, const void *stored)
{
    const numeral_index *head = &job->brute->head;
    numeral_row_reals(head->dtype, stored, head->n_dims,
                      numeral_brute_query(job, scratch, slot));
}

static void scan(const numeral_brute_job *job, numeral_brute_scratch *scratch,
                 size_t n_slots, size_t first, size_t n)
{
    const numeral_index *head = &job->brute->head;
    size_t stride = job->method.row_bytes / sizeof(double);
    for (size_t r = 0; r < n; r++) {
        numeral_row_reals(head->dtype, numeral_brute_rows_at(job->brute, first + r),
                          head->n_dims, scratch->rows + r * stride);
    }
    for (size_t slot = 0; slot < n_slots; slot++) {
        const double *query = numeral_brute_query(job, scratch, slot);
        for (size_t r = 0; r < n; r++) {
            int64_t id = (int64_t)(first + r);
            if (id != scratch->leave_out[slot]) {
                numeral_top_push(&scratch->tops[slot],
                                 head->metric->distance(head->metric_parameters, query,
                                                        scratch->rows + r * stride,
                                                        head->n_dims),
                                 id);
            }
        }
    }
}

numeral_brute_method numeral_brute_generic(const numeral_brute *brute)
{
    size_t bytes = numeral_round_up(brute->head.n_dims * sizeof(double), 64);
    return (numeral_brute_method){
        .prepare = prepare, .scan = scan, .query_bytes = bytes, .row_bytes = bytes};
}
