/* The nearest training rows of some of them, in float32: what nda learns from. */
#ifndef NUMERAL_PROJECTION_NDA_NEIGHBOURS_H
#define NUMERAL_PROJECTION_NDA_NEIGHBOURS_H

#include <stdint.h>

#include <numeral/runtime.h>

/* For each of the `n_anchors` rows listed in `anchors`, its k nearest rows of `points` (n
 * × dims, k < n, n <= UINT32_MAX), itself left out, nearest first, into `out` (n_anchors
 * × k). Ties go to the smaller row. O(n_anchors·n·dims). NUMERAL_ERROR_MEMORY. */
numeral_status numeral_nda_neighbours(const float *points, size_t n, size_t dims,
                                      const uint32_t *anchors, size_t n_anchors, size_t k,
                                      const numeral_run *run, uint32_t *out,
                                      numeral_error *err);

#endif
