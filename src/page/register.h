/* Registration: where a form lies on a picture, by what is printed on it. */
#ifndef NUMERAL_PAGE_REGISTER_H
#define NUMERAL_PAGE_REGISTER_H

#include <numeral/image.h>

#include "page/homography.h"

/* Both look on a grey picture, light on dark where `light`, and give four corners: the
 * one nearest to the picture's upper left, then clockwise. *found is false where there
 * are none, and no error. NUMERAL_ERROR_MEMORY. */

/* The largest rectangle of printed lines, as a quadrilateral of at least a twelfth of the
 * picture: the largest part of the ink whose hull is one and whose ink runs along its
 * sides; each side is then fitted to the middle of its line. */
numeral_status numeral_register_frame(const numeral_image *grey, bool light,
                                      numeral_point corners[4], bool *found,
                                      numeral_error *err);

/* The middles of four solid marks, squares or discs of about one size: the four that span
 * the largest area of at least a tenth of the picture. */
numeral_status numeral_register_marks(const numeral_image *grey, bool light,
                                      numeral_point corners[4], bool *found,
                                      numeral_error *err);

/* Makes the corner nearest to the upper left the first of four that go clockwise. */
void numeral_register_order(numeral_point corners[4]);

#endif
