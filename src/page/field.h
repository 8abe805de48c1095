/* One field of a form, read. */
#ifndef NUMERAL_PAGE_FIELD_H
#define NUMERAL_PAGE_FIELD_H

#include <numeral/form.h>

#include "page/homography.h"

/* Reads a field; `form` takes the form's unit square to the grey picture. Boxes are
 * pixels of it, `factor` times as large. `expect` digits, or any number where it is 0.
 * End *out as a line of a page ends, whatever comes back. */
numeral_status numeral_field_read(const numeral_model *model, const numeral_image *grey,
                                  bool light, size_t factor,
                                  const numeral_homography *form,
                                  const numeral_form_field *field, size_t expect,
                                  const numeral_run *run, numeral_page_line *out,
                                  numeral_error *err);

#endif
