/* The index of float rows inside: an index of whole numbers that leaves few rows, and the
 * rows themselves, which decide. */
#ifndef NUMERAL_INDEX_FLOATS_FLOATS_H
#define NUMERAL_INDEX_FLOATS_FLOATS_H

#include "index/index.h"

/* How an index of floats finds its neighbours. */
typedef enum numeral_floats_mode {
    NUMERAL_FLOATS_WHOLE,  /* every value is a whole number that fits: `inner` holds it */
    NUMERAL_FLOATS_SCALED, /* `inner` holds each row but for an error with a bound */
    NUMERAL_FLOATS_PLAIN   /* every row is looked at: other metrics */
} numeral_floats_mode;

typedef struct numeral_floats {
    numeral_index head; /* of the floats */
    numeral_floats_mode mode;
    numeral_index *inner; /* NULL in PLAIN */
    const void *rows;     /* n_rows × n_dims, not in WHOLE */
    const double *centre; /* n_dims, in SCALED: row ~ centre + scale × inner row */
    double scale;         /* 1 in WHOLE */
    double error;         /* of the farthest such row, as a distance (l2: not squared) */
    void *own[2];         /* memory of rows and centre that it must free */
    double numbers[4];    /* mode, scale, error and the inner type, as a file has them */
} numeral_floats;

static inline const void *numeral_floats_row(const numeral_floats *floats, size_t id)
{
    size_t bytes = floats->head.n_dims * numeral_dtype_bytes(floats->head.dtype);
    return (const uint8_t *)floats->rows + id * bytes;
}

/* Whether distances of whole numbers bound those of floats by this metric. */
static inline bool numeral_floats_bounds(const numeral_metric *metric)
{
    return metric->family == NUMERAL_METRIC_L2 || metric->family == NUMERAL_METRIC_L1 ||
           metric->family == NUMERAL_METRIC_LINF;
}

/* floats_object.c: an empty one with that head; and its end, that of `inner` too. */
numeral_floats *numeral_floats_create(const numeral_index *head, numeral_error *err);
void numeral_floats_destroy(numeral_index *index);
/* Takes mode, scale and error from `numbers`. */
void numeral_floats_take_numbers(numeral_floats *floats);
/* Counts bytes, fills `numbers` and describes it, when all the rest is there. */
void numeral_floats_finish(numeral_floats *floats);

/* floats_search.c */
numeral_status numeral_floats_search(const numeral_index *index,
                                     const numeral_rows *queries,
                                     const numeral_search *search, int64_t *ids,
                                     double *distances, numeral_error *err);

/* floats_file.c */
numeral_status numeral_floats_save(const numeral_index *index, numeral_tensors *out,
                                   numeral_error *err);
numeral_status numeral_floats_load(const numeral_tensors *tensors,
                                   const numeral_index *head, numeral_index **out,
                                   numeral_error *err);

#endif
