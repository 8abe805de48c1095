/* Brute force inside: its rows in one of two layouts, and what follows from them. */
#ifndef NUMERAL_INDEX_BRUTE_BRUTE_H
#define NUMERAL_INDEX_BRUTE_BRUTE_H

#include "index/index.h"

typedef struct numeral_brute {
    numeral_index head;
    bool columns;  /* pixel-major */
    size_t stride; /* values from row to row; pixel-major: 2 × pairs */
    /* [n_rows][stride], rows as rows.h stores them; or, pixel-major,
     * [n_rows / 64, rounded up][stride / 2][64][2] of u8, zero behind the last dimension
     * and row. Owned where `memory` is set, else borrowed. */
    const void *data;
    void *memory;
    /* Made from the data; owned. NULL where the metric needs none. */
    uint32_t *norms;     /* Σx² of u8 and i8 rows as stored */
    int64_t *wide_norms; /* Σx² of i16 rows */
    uint32_t *sums;      /* Σx of i8 rows as stored */
    double *lengths;     /* √Σx² of rows as meant */
} numeral_brute;

/* Bytes of one row. */
static inline size_t numeral_brute_row_bytes(const numeral_brute *brute)
{
    return brute->stride * numeral_dtype_bytes(brute->head.dtype);
}

/* Where row `first` begins; pixel-major it is the first of a block. */
static inline const void *numeral_brute_rows_at(const numeral_brute *brute, size_t first)
{
    return (const uint8_t *)brute->data + first * numeral_brute_row_bytes(brute);
}

/* layout.c */
/* Whether rows like the head's can lie pixel-major. */
bool numeral_brute_can_be_columns(const numeral_index *head);
/* An index without rows, or NULL. */
numeral_brute *numeral_brute_create(const numeral_index *head, bool columns,
                                    numeral_error *err);
void numeral_brute_destroy(numeral_index *index);
/* Copies given rows to memory of the index's own. */
numeral_status numeral_brute_fill(numeral_brute *brute, const numeral_rows *rows,
                                  int threads, numeral_error *err);
/* When the data is there: norms, sums and lengths as far as the metric needs them, bytes
 * and description. Refuses data that is not zero behind the last dimension or row, or has
 * -32768. */
numeral_status numeral_brute_finish(numeral_brute *brute, numeral_error *err);
void numeral_brute_get_row(const numeral_index *index, size_t id, void *out);

/* search.c */
numeral_status numeral_brute_search(const numeral_index *index,
                                    const numeral_rows *queries,
                                    const numeral_search *search, int64_t *ids,
                                    double *distances, numeral_error *err);

/* file.c */
numeral_status numeral_brute_save(const numeral_index *index, numeral_tensors *out,
                                  numeral_error *err);
numeral_status numeral_brute_load(const numeral_tensors *tensors,
                                  const numeral_index *head, numeral_index **out,
                                  numeral_error *err);

#endif
