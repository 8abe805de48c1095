/* Transparent pictures get a ground. */
#ifndef NUMERAL_IMAGE_TRANSPARENT_H
#define NUMERAL_IMAGE_TRANSPARENT_H

#include <stddef.h>
#include <stdint.h>

/* Lays n grey pixels with their alpha (255: opaque) on white paper; on black where what
 * is to be seen is so light that it would vanish on white. In place. O(n). */
void numeral_image_lay(uint8_t *grey, const uint8_t *alpha, size_t n);

#endif
