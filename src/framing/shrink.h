/* Pictures made smaller by a whole factor, and grey values made pixels. */
#ifndef NUMERAL_FRAMING_SHRINK_H
#define NUMERAL_FRAMING_SHRINK_H

#include <numeral/image.h>

/* The mean of the picture's rectangle, which is not empty. */
double numeral_image_mean(const numeral_image *in, size_t top, size_t left, size_t bottom,
                          size_t right);

/* A copy reduced by a whole factor, so that its longer side is at most `most`. */
numeral_status numeral_image_shrink(const numeral_image *in, size_t most,
                                    numeral_image *out, numeral_error *err);

/* Rounds values 0..255 to an image of its own. */
numeral_status numeral_image_round(const double *values, size_t height, size_t width,
                                   numeral_image *out, numeral_error *err);

#endif
