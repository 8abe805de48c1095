/* What brute force does for a batch, in the words of numeral/index.h. It follows from the
 * rows and queries, so that nothing is counted while searching. */
#include "index/brute/brute.h"

/* Multiplications for each row: all dimensions; pixel-major the pairs that are not zero.
 */
static uint64_t products_of(const numeral_brute *brute, const uint8_t *query)
{
    size_t n_dims = brute->head.n_dims, count = 0;
    if (!brute->columns) {
        return n_dims;
    }
    for (size_t j = 0; j < n_dims; j += 2) {
        count += query[j] || (j + 1 < n_dims && query[j + 1]) ? 2 : 0;
    }
    return count < n_dims ? count : n_dims;
}

void numeral_brute_count(const numeral_brute *brute, const numeral_rows *queries,
                         numeral_search_stats *stats)
{
    uint64_t n_rows = brute->head.n_rows, rows = queries->n_rows * n_rows;
    stats->rows += rows;
    stats->plain += queries->n_rows;
    stats->distances += rows;
    stats->products_of_brute += rows * brute->head.n_dims;
    for (size_t q = 0; q < queries->n_rows; q++) {
        const uint8_t *query = numeral_rows_at(queries, q);
        stats->products += n_rows * products_of(brute, query);
    }
}
