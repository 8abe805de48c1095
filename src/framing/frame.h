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

/* What framing saw of a picture. */
typedef struct numeral_frame_about {
    size_t digits; /* how many its ink looks like; 0: blank */
    bool light;    /* its ink was lighter than the ground */
    bool tight;    /* something reaches from edge to edge */
    numeral_ink_way way;
} numeral_frame_about;

/* numeral_image_frame, which takes the picture for what it is told. */
numeral_status numeral_frame_picture(const numeral_image *in, numeral_ink_way way,
                                     size_t height, size_t width, uint8_t *out,
                                     numeral_frame_about *about, numeral_error *err);

/* The same for numeral_image_frame_steps. */
numeral_status numeral_frame_picture_steps(const numeral_image *in, numeral_ink_way way,
                                           size_t height, size_t width, uint8_t *out,
                                           numeral_framing *steps, numeral_error *err);

#endif
