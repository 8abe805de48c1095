/* Projections and scalings: vector -> vector, fitted on training rows. */
#ifndef NUMERAL_PROJECTION_PROJECTION_H
#define NUMERAL_PROJECTION_PROJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <numeral/registry.h>
#include <numeral/runtime.h>

/* What a projection may learn from. */
typedef struct numeral_fit_rows {
    size_t n_rows, n_dims;
    const double *rows;     /* n_rows × n_dims */
    const uint16_t *labels; /* class numbers 0 .. n_classes-1 */
    size_t n_classes;
    uint64_t seed;
    numeral_run run;
} numeral_fit_rows;

enum { NUMERAL_MAX_FITTED = 4 };

/* What a fitted projection keeps; the model file stores it as it is. */
typedef struct numeral_fitted {
    size_t in_dims, out_dims;
    size_t n_arrays;
    size_t lengths[NUMERAL_MAX_FITTED];
    double *arrays[NUMERAL_MAX_FITTED]; /* owned */
} numeral_fitted;

typedef struct numeral_projection {
    numeral_entry entry;
    bool uses_labels; /* learns from labels: leave-one-out would flatter */
    /* Fills out_dims and the arrays (in_dims is set before). NULL: nothing to learn, the
     * size stays. */
    numeral_status (*fit)(const double *parameters, const numeral_fit_rows *rows,
                          numeral_fitted *out, numeral_error *err);
    /* Whether arrays of these lengths fit this projection; for model files. NULL: no
     * arrays, same size. */
    bool (*check)(const double *parameters, const numeral_fitted *fitted);
    /* in_dims in, out_dims out, not overlapping; + - × ÷ √ in a fixed order only. */
    void (*apply)(const double *parameters, const numeral_fitted *fitted,
                  const double *in, double *out);
} numeral_projection;

/* The part that an entry of this kind belongs to. */
static inline const numeral_projection *numeral_projection_of(const numeral_entry *entry)
{
    return (const numeral_projection *)(const void *)entry;
}

extern const numeral_entry *const numeral_projections[];
extern const size_t numeral_n_projections;

/* Ends the arrays of `fitted`. */
void numeral_fitted_free(numeral_fitted *fitted);

#endif
