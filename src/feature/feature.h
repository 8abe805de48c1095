/* Features: image -> vector. */
#ifndef NUMERAL_FEATURE_FEATURE_H
#define NUMERAL_FEATURE_FEATURE_H

#include <stdbool.h>

#include <numeral/registry.h>

typedef struct numeral_feature {
    numeral_entry entry;
    bool is_pixels; /* values are grey levels: rows may be u8 */
    bool foreign;   /* a program's own: values are brought into ±1e15, NaN becomes 0 */
    size_t (*dims)(const double *parameters, size_t height, size_t width);
    /* How many doubles `compute` needs in `scratch`; NULL: none. */
    size_t (*scratch)(const double *parameters, size_t height, size_t width);
    void (*compute)(const double *parameters, size_t height, size_t width,
                    const double *image, double *out, double *scratch);
} numeral_feature;

extern const numeral_entry *const numeral_features[];
extern const size_t numeral_n_features;

#endif
