/* Small pictures made larger. */
#ifndef NUMERAL_FRAMING_ENLARGE_H
#define NUMERAL_FRAMING_ENLARGE_H

#include <numeral/error.h>

#include "image/resample.h"

/* Betters `digit` (height × width), which numeral_resample made of `region` of the source
 * (ink 0..255) and which is larger than it: edges become as steep as the source allows.
 * O(height × width + source) for each of a few rounds. */
numeral_status numeral_enlarge(const double *source, size_t source_height,
                               size_t source_width, numeral_region region, double *digit,
                               size_t height, size_t width, numeral_error *err);

#endif
