/* Every projection there is; projection_table.c lists them. */
#ifndef NUMERAL_PROJECTION_PROJECTION_ENTRIES_H
#define NUMERAL_PROJECTION_PROJECTION_ENTRIES_H

#include "projection/projection.h"

extern const numeral_projection numeral_projection_standard;
extern const numeral_projection numeral_projection_minmax;
extern const numeral_projection numeral_projection_unit;
extern const numeral_projection numeral_projection_power;
extern const numeral_projection numeral_projection_pca;
extern const numeral_projection numeral_projection_lda;
extern const numeral_projection numeral_projection_nda;
extern const numeral_projection numeral_projection_whiten;

#endif
