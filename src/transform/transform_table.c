/* The table of transforms, in the order in which `numeral list transform` shows them. */
#include "transform/transform_entries.h"

const numeral_entry *const numeral_transforms[] = {
    &numeral_transform_deskew.entry,   &numeral_transform_slant.entry,
    &numeral_transform_center.entry,   &numeral_transform_blur.entry,
    &numeral_transform_contrast.entry, &numeral_transform_threshold.entry,
    &numeral_transform_resize.entry,   &numeral_transform_thin.entry,
};
const size_t numeral_n_transforms =
    sizeof numeral_transforms / sizeof *numeral_transforms;
