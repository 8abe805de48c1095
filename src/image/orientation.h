/* Which way up a picture was taken: EXIF's orientation (tag 0x0112; CIPA DC-008). */
#ifndef NUMERAL_IMAGE_ORIENTATION_H
#define NUMERAL_IMAGE_ORIENTATION_H

#include <numeral/image.h>

/* The orientation, 1 to 8, that a JPEG (APP1), PNG (eXIf) or WebP (EXIF) states; 1, as it
 * lies, where it states none. A TIFF is turned by its decoder. */
unsigned numeral_image_orientation(const uint8_t *bytes, size_t n_bytes);

/* Turns and mirrors `image` upright. O(pixels); one copy. */
numeral_status numeral_image_upright(numeral_image *image, unsigned orientation,
                                     numeral_error *err);

#endif
