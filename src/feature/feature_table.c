/* The table of features, in the order in which `numeral list feature` shows them. */
#include "feature/feature_entries.h"

const numeral_entry *const numeral_features[] = {
    &numeral_feature_pixels.entry,   &numeral_feature_gradient.entry,
    &numeral_feature_hog.entry,      &numeral_feature_zoning.entry,
    &numeral_feature_profiles.entry, &numeral_feature_hu.entry,
    &numeral_feature_zernike.entry,
};
const size_t numeral_n_features = sizeof numeral_features / sizeof *numeral_features;
