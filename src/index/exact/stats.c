/* What searches of the exact index did, in the words of numeral/index.h. */
#include "index/exact/task.h"

void numeral_exact_count_begin(const numeral_search_stats *stats,
                               numeral_exact_scratch **scratch, size_t n)
{
    for (size_t i = 0; stats && i < n; i++) {
        scratch[i]->work = (numeral_exact_work){0};
    }
}

/* Multiplications with additions, those by a query's zeros included: projecting, the
 * distances to the centroids, two bounds for each cluster, the stages, the rows. */
static uint64_t count_products(const numeral_exact *e, const numeral_exact_work *work)
{
    uint64_t projected = work->queries * e->head.n_dims * e->n_out;
    uint64_t centroids = work->queries * e->n_clusters * (e->n_head + 2);
    uint64_t second = e->n_head > EXACT_HALF ? work->second_rows : 0;
    return projected + centroids + (work->rows + second) * EXACT_HALF +
           work->wide * e->n_head + work->survivors * e->n_tail +
           work->exact * e->head.n_dims;
}

static void add(const numeral_exact *e, const numeral_exact_work *work,
                numeral_search_stats *stats)
{
    uint64_t rows = work->queries * e->head.n_rows;
    stats->rows += rows;
    stats->plain += work->plain;
    stats->clusters += work->queries * e->n_clusters;
    stats->clusters_left += work->clusters;
    stats->scanned += work->rows + work->wide;
    stats->left_32 += work->second_rows;
    stats->left_64 += work->survivors;
    stats->left_all += work->near;
    stats->distances += work->exact;
    stats->products += count_products(e, work);
    stats->products_of_brute += rows * e->head.n_dims;
}

void numeral_exact_count_end(const numeral_exact *exact, numeral_search_stats *stats,
                             numeral_exact_scratch *const *scratch, size_t n)
{
    for (size_t i = 0; stats && i < n; i++) {
        add(exact, &scratch[i]->work, stats);
    }
}
