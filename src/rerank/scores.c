/* What re-rankers share: scratch and scores of absent classes. */
#include <math.h>

#include "rerank/rerank_entries.h"

size_t numeral_scratch_bytes(size_t count, size_t size)
{
    size_t bytes;
    if (!numeral_size_multiply(count, size, &bytes) || bytes > SIZE_MAX / 4 - 64) {
        return SIZE_MAX / 4;
    }
    return numeral_round_up(bytes, 64);
}

void *numeral_scratch_take(void **scratch, size_t bytes)
{
    void *taken = *scratch;
    *scratch = (char *)taken + bytes;
    return taken;
}

void numeral_scores_fill_absent(double *scores, size_t n_classes, double factor)
{
    double largest = 1;
    for (size_t c = 0; c < n_classes; c++) {
        if (scores[c] != INFINITY && scores[c] > largest) {
            largest = scores[c];
        }
    }
    for (size_t c = 0; c < n_classes; c++) {
        if (scores[c] == INFINITY) {
            scores[c] = factor * largest;
        }
    }
}
