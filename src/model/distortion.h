/* How far a digit must be bent to match a row: the cost of the image distortion model
 * (kernel/idm.h), which sees what a projection leaves out. */
#ifndef NUMERAL_MODEL_DISTORTION_H
#define NUMERAL_MODEL_DISTORTION_H

#include "model/model.h"

/* Bytes of scratch that numeral_distortion needs, aligned to 64. */
size_t numeral_distortion_scratch(const numeral_model *model);

/* The cost of an image of the model's frame against the image of a row, both upright; 0
 * where the model keeps no image of it. The same for any instruction set. */
double numeral_distortion(const numeral_model *model, const uint8_t *image, int64_t row,
                          void *scratch);

#endif
