/* The table of projections, in the order in which `numeral list projection` shows them.
 */
#include "projection/projection_entries.h"

const numeral_entry *const numeral_projections[] = {
    &numeral_projection_standard.entry, &numeral_projection_minmax.entry,
    &numeral_projection_unit.entry,     &numeral_projection_power.entry,
    &numeral_projection_pca.entry,      &numeral_projection_lda.entry,
    &numeral_projection_nda.entry,      &numeral_projection_whiten.entry,
};
const size_t numeral_n_projections =
    sizeof numeral_projections / sizeof *numeral_projections;
