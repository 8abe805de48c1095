#include "projection/projection_entries.h"

const numeral_entry *const numeral_projections[] = {
    &numeral_projection_standard.entry,
    &numeral_projection_unit.entry,
};
const size_t numeral_n_projections =
    sizeof numeral_projections / sizeof *numeral_projections;
