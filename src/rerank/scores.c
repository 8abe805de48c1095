/* What re-rankers share: vectors, scratch and scores of absent classes. */
#include <math.h>
#include <string.h>

#include "rerank/rerank_entries.h"

void numeral_rerank_vector_i16(const numeral_rerank_base *base,
                               const numeral_rerank_digit *digit, int64_t row,
                               int16_t *out)
{
    const numeral_index *index = base->index;
    uint8_t u8[NUMERAL_MAX_DIMS]; /* a row of bytes before it is widened */
    const void *bytes = digit->vector;
    if (row >= 0) {
        void *copy = index->dtype == NUMERAL_I16 ? (void *)out : (void *)u8;
        numeral_index_get_row(index, row, copy, NULL); /* the row is there */
        bytes = copy;
    } else if (index->dtype == NUMERAL_I16) {
        memcpy(out, bytes, index->n_dims * sizeof *out);
    }
    for (size_t j = 0; j < index->n_dims && index->dtype == NUMERAL_U8; j++) {
        out[j] = ((const uint8_t *)bytes)[j];
    }
    for (size_t j = 0; j < index->n_dims && index->dtype == NUMERAL_I8; j++) {
        out[j] = ((const int8_t *)bytes)[j];
    }
}

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

double *numeral_scratch_take_classes(const numeral_rerank_base *base, void **scratch)
{
    return numeral_scratch_take(scratch,
                                numeral_scratch_bytes(base->n_classes, sizeof(double)));
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
