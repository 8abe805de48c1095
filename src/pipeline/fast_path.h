/* The fast path: `deskew,gradient=8:7` of 28 × 28 digits in fixed point, and a linear
 * projection with its quantiser as one integer map. Where it serves, it is what those
 * stages mean, in fitting and in reading alike; float64 stages differ by rounding. */
#ifndef NUMERAL_PIPELINE_FAST_PATH_H
#define NUMERAL_PIPELINE_FAST_PATH_H

#include "kernel/gradient.h"
#include "projection/projection.h"
#include "quantise/fixed_map.h"
#include "recipe/recipe.h"

typedef struct numeral_fast_path {
    numeral_gradient_kernel gradient; /* NULL: the stages are others */
    numeral_fixed_map map;            /* weights NULL: no projection that it serves */
} numeral_fast_path;

/* Whether the front of a pipeline (its transforms and features) is the one served. */
bool numeral_fast_path_serves(size_t height, size_t width, const numeral_part *transforms,
                              size_t n_transforms, const numeral_part *features,
                              size_t n_features);

/* Joins the only projection and the quantiser to a map, where both fit one; otherwise
 * leaves the map empty. */
numeral_status numeral_fast_path_join(numeral_fast_path *path,
                                      const numeral_projection *projection,
                                      const numeral_fitted *fitted,
                                      const numeral_quantiser *quantiser,
                                      numeral_error *err);
void numeral_fast_path_free(numeral_fast_path *path);

/* Doubles of scratch, on 64 bytes, that the calls below need for rows of n_dims. */
size_t numeral_fast_path_scratch(size_t n_dims);
/* The feature vector of one image, 392 doubles. */
void numeral_fast_path_vector(const numeral_fast_path *path, const uint8_t *image,
                              double *scratch, double *out);
/* The row of one image, by the map. */
void numeral_fast_path_row(const numeral_fast_path *path, const uint8_t *image,
                           double *scratch, void *out);

#endif
