/* Transforms: image -> image, on float64 planes (0..255 scale, zero is ground). */
#ifndef NUMERAL_TRANSFORM_TRANSFORM_H
#define NUMERAL_TRANSFORM_TRANSFORM_H

#include <stdbool.h>

#include <numeral/registry.h>

typedef struct numeral_transform {
    numeral_entry entry;
    bool foreign; /* a program's own: values are brought into 0..255 */
    /* The size of the result for an input size; NULL: unchanged. */
    void (*shape)(const double *parameters, size_t *height, size_t *width);
    /* How many doubles `apply` needs in `scratch`; NULL: none. */
    size_t (*scratch)(const double *parameters, size_t height, size_t width);
    /* height × width in, the result's size out; in and out do not overlap. Only
     * + - × ÷ √ in a fixed order, so that every machine gives the same bits. */
    void (*apply)(const double *parameters, size_t height, size_t width, const double *in,
                  double *out, double *scratch);
} numeral_transform;

/* The part that an entry of this kind belongs to. */
static inline const numeral_transform *numeral_transform_of(const numeral_entry *entry)
{
    return (const numeral_transform *)(const void *)entry;
}

extern const numeral_entry *const numeral_transforms[];
extern const size_t numeral_n_transforms;

#endif
