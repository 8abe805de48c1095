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

/* How the pictures of a set were made, as far as that is known. */
typedef struct numeral_making {
    numeral_polarity polarity;
    bool tight; /* cut out along the ink; the polarity is known then */
} numeral_making;

/* Frames a picture, into `out`, in the usual way where that looks like a digit, else in
 * the way that lies nearest to the model's rows; the usual way of tight crops is that of
 * their polarity. A model whose likeness is not known frames all in the usual way. */
numeral_status numeral_frame_choose(const numeral_model *model,
                                    const numeral_image *image, numeral_making making,
                                    uint8_t *out, numeral_frame_about *about,
                                    numeral_error *err);

#endif
