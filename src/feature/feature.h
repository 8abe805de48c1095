/* Features: image -> vector. */
#ifndef NUMERAL_FEATURE_FEATURE_H
#define NUMERAL_FEATURE_FEATURE_H

#include <stdbool.h>

#include <numeral/registry.h>

/* How a vector lies in the plane: `planes` images of height × width, one behind the
 * other. */
typedef struct numeral_feature_shape {
    size_t planes, height, width;
    bool
        directions; /* plane i is of direction i / planes of a turn, from right to down */
} numeral_feature_shape;

typedef struct numeral_feature {
    numeral_entry entry;
    bool is_pixels; /* values are grey levels: rows may be u8 */
    bool foreign;   /* a program's own: values are brought into ±1e15, NaN becomes 0 */
    size_t (*dims)(const double *parameters, size_t height, size_t width);
    /* How many doubles `compute` needs in `scratch`; NULL: none. */
    size_t (*scratch)(const double *parameters, size_t height, size_t width);
    void (*compute)(const double *parameters, size_t height, size_t width,
                    const double *image, double *out, double *scratch);
    /* For pictures; NULL: the numbers have no place in the plane. */
    numeral_feature_shape (*shape)(const double *parameters, size_t height, size_t width);
} numeral_feature;

/* The part that an entry of this kind belongs to. */
static inline const numeral_feature *numeral_feature_of(const numeral_entry *entry)
{
    return (const numeral_feature *)(const void *)entry;
}

extern const numeral_entry *const numeral_features[];
extern const size_t numeral_n_features;

#endif
