/* Every kind of index there is; index_table.c lists them. */
#ifndef NUMERAL_INDEX_INDEX_ENTRIES_H
#define NUMERAL_INDEX_INDEX_ENTRIES_H

#include "index/index.h"

extern const numeral_index_kind numeral_index_auto;
extern const numeral_index_kind numeral_index_brute;
extern const numeral_index_kind numeral_index_exact;
extern const numeral_index_kind numeral_index_near;
/* Not for recipes: what any of them becomes over rows of floats. */
extern const numeral_index_kind numeral_index_floats;
/* Not for recipes: models become it when they are taught. */
extern const numeral_index_kind numeral_index_dynamic;

#endif
