/* A picture may be taken for several things (numeral_ink_way); the model knows digits. */
#ifndef NUMERAL_MODEL_FRAME_CHOICE_H
#define NUMERAL_MODEL_FRAME_CHOICE_H

#include "framing/frame.h"
#include "model/model.h"

/* What its ink is thought to be. */
typedef enum numeral_polarity {
    NUMERAL_POLARITY_ANY,
    NUMERAL_POLARITY_DARK,
    NUMERAL_POLARITY_LIGHT
} numeral_polarity;

/* Frames a picture, into `out`, in the usual way where that looks like a digit, else in
 * the way that lies nearest to the model's rows. A model whose likeness is not known
 * frames all in the usual way. */
numeral_status numeral_frame_choose(const numeral_model *model,
                                    const numeral_image *image, numeral_polarity polarity,
                                    uint8_t *out, numeral_frame_about *about,
                                    numeral_error *err);

#endif
