/* Every feature there is; feature_table.c lists them. */
#ifndef NUMERAL_FEATURE_FEATURE_ENTRIES_H
#define NUMERAL_FEATURE_FEATURE_ENTRIES_H

#include "feature/feature.h"

extern const numeral_feature numeral_feature_pixels;
extern const numeral_feature numeral_feature_gradient;

#endif
