/* The ground under the ink where it bends fast: hard shadows, folds, coloured paper. */
#ifndef NUMERAL_FRAMING_LOCAL_H
#define NUMERAL_FRAMING_LOCAL_H

#include <stddef.h>

#include <numeral/error.h>

/* The ground of an image with dark ink: what is left when everything dark that is
 * narrower than a seventh of the longer side is filled up (a grey closing). O(n times the
 * side). `values` are 0..255, `ground` is as large. */
numeral_status numeral_ground_local(const double *values, size_t height, size_t width,
                                    double *ground, numeral_error *err);

#endif
