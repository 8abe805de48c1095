/* The greatest value of each pixel's neighbourhood; and a page laid on its side. */
#ifndef NUMERAL_PAGE_EXTREME_H
#define NUMERAL_PAGE_EXTREME_H

#include <numeral/image.h>

/* Each pixel becomes the largest of the square of side 2·reach + 1 around it, cut off at
 * the edges (van Herk 1992, Gil & Werman 1993: three comparisons a pixel down the page,
 * whatever the reach; across it one for each doubling of the window, which go by
 * vectors). NUMERAL_ERROR_MEMORY; takes one image of the size and a window's rows. */
numeral_status numeral_page_dilate(numeral_image *image, size_t reach,
                                   numeral_error *err);
/* The closing: dilated, then shrunk by the same square. Dark things narrower than it go.
 */
numeral_status numeral_page_close(numeral_image *image, size_t reach, numeral_error *err);

/* Rows become columns: pixel (x, y) of `out`, width × height, is (y, x) of `in`. */
void numeral_page_transpose(const uint8_t *in, size_t height, size_t width, uint8_t *out);

#endif
