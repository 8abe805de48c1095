/* Putting ink that was found into a frame. */
#ifndef NUMERAL_FRAMING_FRAME_H
#define NUMERAL_FRAMING_FRAME_H

#include <numeral/image.h>

#include "framing/ink.h"

/* Scales the ink's box to 20/28 of the frame and centres it by mass, as
 * numeral_image_frame does; `steps` (may be NULL) keeps the box as scaled. */
numeral_status numeral_frame_render(const numeral_ink *ink, size_t height, size_t width,
                                    uint8_t *out, numeral_framing *steps,
                                    numeral_error *err);

/* numeral_image_frame, which also tells how many digits the ink looks like; 0: blank. */
numeral_status numeral_frame_picture(const numeral_image *in, size_t height, size_t width,
                                     uint8_t *out, size_t *digits, numeral_error *err);

#endif
