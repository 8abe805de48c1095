#include "transform/transform_entries.h"

const numeral_entry *const numeral_transforms[] = {
    &numeral_transform_deskew.entry,
    &numeral_transform_blur.entry,
};
const size_t numeral_n_transforms =
    sizeof numeral_transforms / sizeof *numeral_transforms;
