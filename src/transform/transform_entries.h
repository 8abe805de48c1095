/* Every transform there is; transform_table.c lists them. */
#ifndef NUMERAL_TRANSFORM_TRANSFORM_ENTRIES_H
#define NUMERAL_TRANSFORM_TRANSFORM_ENTRIES_H

#include "transform/transform.h"

extern const numeral_transform numeral_transform_deskew;
extern const numeral_transform numeral_transform_slant;
extern const numeral_transform numeral_transform_center;
extern const numeral_transform numeral_transform_blur;
extern const numeral_transform numeral_transform_contrast;
extern const numeral_transform numeral_transform_threshold;
extern const numeral_transform numeral_transform_resize;
extern const numeral_transform numeral_transform_thin;

#endif
