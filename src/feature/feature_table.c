#include "feature/feature_entries.h"

const numeral_entry *const numeral_features[] = {
    &numeral_feature_pixels.entry,
    &numeral_feature_gradient.entry,
};
const size_t numeral_n_features = sizeof numeral_features / sizeof *numeral_features;
