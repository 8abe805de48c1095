/* Rows in a plain list, and the definition of a search: every distance, then sorting. */
#ifndef TESTS_UNIT_NAIVE_H
#define TESTS_UNIT_NAIVE_H

#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "index/index.h"
#include "index/top.h"

enum { NAIVE_ROWS = 1 << 13, NAIVE_DIMS = 40 };

typedef struct naive {
    numeral_dtype dtype;
    size_t n, dims;
    int style;
    const char *metric;
    int64_t ids[NAIVE_ROWS]; /* ascending */
    int16_t values[NAIVE_ROWS][NAIVE_DIMS];
} naive;

typedef struct naive_hit {
    double distance;
    int64_t id;
} naive_hit;

static inline int naive_below(numeral_random *random, int bound)
{
    return (int)numeral_random_below(random, (uint64_t)bound);
}

/* A value of a style: any, few, all equal, extremes only, mostly zero. */
static inline int16_t naive_value(numeral_random *random, const naive *set)
{
    static const int least[] = {0, -128, -32767}, most[] = {255, 127, 32767};
    int low = least[set->dtype], high = most[set->dtype];
    switch (set->style) {
    case 0:
        return (int16_t)(low + naive_below(random, high - low + 1));
    case 1:
        return (int16_t)naive_below(random, 2);
    case 2:
        return 7;
    case 3:
        return (int16_t)(naive_below(random, 2) ? low : high);
    default:
        return (int16_t)(naive_below(random, 5) ? 0 : low + naive_below(random, 200));
    }
}

static inline void naive_fill(numeral_random *random, const naive *set, int16_t *out)
{
    bool again = set->n && naive_below(random, 4) == 0; /* a duplicate */
    const int16_t *old = again ? set->values[naive_below(random, (int)set->n)] : NULL;
    for (size_t j = 0; j < set->dims; j++) {
        out[j] = old ? old[j] : naive_value(random, set);
    }
}

/* n rows of values as bytes of the dtype; the stride is odd on purpose. */
static inline numeral_rows naive_rows(const naive *set, int16_t (*values)[NAIVE_DIMS],
                                      size_t n, uint8_t *bytes)
{
    size_t item = numeral_dtype_bytes(set->dtype), stride = set->dims * item + 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < set->dims; j++) {
            memcpy(bytes + i * stride + j * item, &values[i][j], item);
        }
    }
    return (numeral_rows){bytes, set->dtype, n, set->dims, stride};
}

static inline double naive_distance(const naive *set, const int16_t *a, const int16_t *b)
{
    double x[NAIVE_DIMS], y[NAIVE_DIMS];
    double parameters[NUMERAL_MAX_PARAMETERS] = {0};
    for (size_t j = 0; j < set->dims; j++) {
        x[j] = a[j];
        y[j] = b[j];
    }
    for (size_t i = 0; i < numeral_n_metrics; i++) {
        const numeral_metric *metric = (const void *)numeral_metrics[i];
        if (strcmp(metric->entry.name, set->metric) == 0) {
            return metric->distance(parameters, x, y, set->dims);
        }
    }
    return NAN;
}

static inline int naive_compare(const void *a, const void *b)
{
    const naive_hit *x = a, *y = b;
    int by_distance = (x->distance > y->distance) - (x->distance < y->distance);
    return by_distance ? by_distance : (x->id > y->id) - (x->id < y->id);
}

/* All rows within the radius but those to skip, in order; returns how many. */
static inline size_t naive_search(const naive *set, const int16_t *query, double radius,
                                  int64_t leave_out, numeral_skip skip, naive_hit *out)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        double distance = naive_distance(set, set->values[i], query);
        if (distance <= radius && set->ids[i] != leave_out &&
            !numeral_skip_has(&skip, set->ids[i])) {
            out[n++] = (naive_hit){distance, set->ids[i]};
        }
    }
    qsort(out, n, sizeof *out, naive_compare);
    return n;
}

#endif
