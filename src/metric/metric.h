/* Distances of two vectors. */
#ifndef NUMERAL_METRIC_METRIC_H
#define NUMERAL_METRIC_METRIC_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include <numeral/registry.h>

/* Which integer kernel serves a metric; GENERIC ones run `distance` on float64 rows. */
typedef enum numeral_metric_family {
    NUMERAL_METRIC_L2, /* squared */
    NUMERAL_METRIC_L1,
    NUMERAL_METRIC_LINF,
    NUMERAL_METRIC_HAMMING,
    NUMERAL_METRIC_COSINE, /* 1 - a·b / (|a||b|), float64 from exact integer dots */
    NUMERAL_METRIC_GENERIC
} numeral_metric_family;

typedef struct numeral_metric {
    numeral_entry entry;
    numeral_metric_family family;
    bool integer;     /* distances of integer rows are integers */
    bool translation; /* d(a + c, b + c) = d(a, b): rows may be centred */
    /* The definition in float64, in the units reported (l2: squared). */
    double (*distance)(const double *parameters, const double *a, const double *b,
                       size_t n_dims);
    /* Whether vectors of n_dims have a distance, and what it takes, as a phrase; NULL:
     * any vectors do. */
    bool (*fits)(const double *parameters, size_t n_dims);
    const char *needs;
} numeral_metric;

/* The part that an entry of this kind belongs to. */
static inline const numeral_metric *numeral_metric_of(const numeral_entry *entry)
{
    return (const numeral_metric *)(const void *)entry;
}

/* A distance as people and votes see it: for l2, which is squared inside, its root. */
static inline double numeral_metric_unsquared(const numeral_metric *metric,
                                              double distance)
{
    return metric->family == NUMERAL_METRIC_L2 ? sqrt(distance) : distance;
}

extern const numeral_entry *const numeral_metrics[];
extern const size_t numeral_n_metrics;

#endif
