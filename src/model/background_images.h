/* Pictures of what is no digit, and of digits of other hands. */
#ifndef NUMERAL_MODEL_BACKGROUND_IMAGES_H
#define NUMERAL_MODEL_BACKGROUND_IMAGES_H

#include <numeral/image.h>

#include "base/random.h"
#include "model/model.h"

/* Draws n images of the model's frame, the same for its seed, rows and n whatever the
 * threads; the model must keep the images of its rows. NUMERAL_ERROR_MEMORY. */
numeral_status numeral_background_draw(const numeral_model *model, size_t n,
                                       const numeral_run *run, uint8_t *images,
                                       numeral_error *err);
/* The same of digits that a pen draws, other ones than the set `pen` holds; number i is
 * a numeral_drawn_label(i), 0 to 9. */
numeral_status numeral_drawn_draw(const numeral_model *model, size_t n,
                                  const numeral_run *run, uint8_t *images,
                                  numeral_error *err);
numeral_label numeral_drawn_label(size_t number);

/* Draws a filled shape. */
void numeral_background_shape(numeral_random *random, numeral_image *sheet);
/* The same of one whose width changes from top to bottom. */
void numeral_background_silhouette(numeral_random *random, numeral_image *sheet);

#endif
