/* Every feature there is; feature_table.c lists them. */
#ifndef NUMERAL_FEATURE_FEATURE_ENTRIES_H
#define NUMERAL_FEATURE_FEATURE_ENTRIES_H

#include "feature/feature.h"

extern const numeral_feature numeral_feature_pixels;
extern const numeral_feature numeral_feature_gradient;
extern const numeral_feature numeral_feature_hog;
extern const numeral_feature numeral_feature_zoning;
extern const numeral_feature numeral_feature_profiles;
extern const numeral_feature numeral_feature_hu;
extern const numeral_feature numeral_feature_zernike;

#endif
