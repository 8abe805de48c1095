/* A field of a form as a small page of its own: level, and nothing on it but its ink. */
#ifndef NUMERAL_PAGE_FIELD_INK_H
#define NUMERAL_PAGE_FIELD_INK_H

#include <numeral/form.h>

#include "page/homography.h"

typedef struct numeral_field_ink {
    numeral_image page;              /* dark ink on white */
    size_t top, left, height, width; /* where the field's box lies on it */
    double tallest; /* height of the tallest part of its ink, as a share of the box's */
} numeral_field_ink;

/* Lays the field level. `form` takes the form's unit square to the picture. What is
 * printed at the box's edges, and between its digits where their number is known, is
 * taken off; what belongs to a part of the ink that lies mostly in the box is kept also
 * where it passes the edge, and what belongs to the neighbours goes.
 * NUMERAL_ERROR_MEMORY. */
numeral_status numeral_field_ink_make(const numeral_image *grey, bool light,
                                      const numeral_homography *form,
                                      const numeral_form_field *field,
                                      numeral_field_ink *out, numeral_error *err);
void numeral_field_ink_free(numeral_field_ink *ink);

/* The share of the form, as (y, x), of a place on the small page. */
numeral_point numeral_field_ink_share(const numeral_field_ink *ink,
                                      const numeral_form_field *field, double y,
                                      double x);

#endif
