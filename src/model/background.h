/* Rows beside the model's own, by which strange digits are judged (likeness.h): the
 * background, things that are no digits, and digits of other hands, which are strange to
 * the model and digits nevertheless. */
#ifndef NUMERAL_MODEL_BACKGROUND_H
#define NUMERAL_MODEL_BACKGROUND_H

#include "base/tensors.h"
#include "model/model.h"

/* How far they are from a digit, unsquared, and the image of its nearest row from its own
 * (distortion.h); 0 where it was not looked. */
typedef struct numeral_asides {
    double background; /* the three nearest, on average */
    double drawn;      /* the nearest */
    double distortion; /* what it costs to bend the digit to its nearest row */
} numeral_asides;

/* Both draw `most`, as many as the model has rows at most; nothing where the model keeps
 * no images. The result is the caller's to free. */
/* Leaves out those as near to the model's rows as `far`: they look like its digits. */
numeral_status numeral_background_make(const numeral_model *model, size_t most,
                                       double far, const numeral_run *run,
                                       numeral_beside *out, numeral_error *err);
/* Leaves out those nearer than that, which the model's own rows speak for, and all where
 * the nearest rows of half are labelled otherwise: the model is not of digits. */
numeral_status numeral_drawn_make(const numeral_model *model, size_t most, double far,
                                  const numeral_run *run, numeral_beside *out,
                                  numeral_error *err);
void numeral_beside_free(numeral_beside *beside);

/* How far n vectors are from what the model has of both; distortions become 0. */
numeral_status numeral_beside_search(const numeral_model *model,
                                     const numeral_rows *vectors, int threads,
                                     numeral_asides *out, numeral_error *err);

/* Lists, and takes from checked tensors, the rows; no tensor, none. */
numeral_status numeral_beside_save(const numeral_model *model, numeral_tensors *tensors,
                                   numeral_error *err);
numeral_status numeral_beside_load(numeral_model *model, const numeral_tensors *tensors,
                                   numeral_error *err);

#endif
