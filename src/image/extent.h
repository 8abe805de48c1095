/* Where a picture ends in bytes that go on behind it. */
#ifndef NUMERAL_IMAGE_EXTENT_H
#define NUMERAL_IMAGE_EXTENT_H

#include <stddef.h>
#include <stdint.h>

/* The bytes that the picture at the beginning takes up, by its own marks of its end;
 * n_bytes where it has none (TIFF) or is damaged. O(n_bytes) at most. */
size_t numeral_image_extent(const uint8_t *bytes, size_t n_bytes);
/* How many scans the JPEG at the beginning has: a decoder goes over all pixels for each.
 */
size_t numeral_jpeg_scans(const uint8_t *bytes, size_t n_bytes);

#endif
