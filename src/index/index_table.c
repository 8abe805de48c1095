#include "index/index_entries.h"

const numeral_entry *const numeral_indexes[] = {
    &numeral_index_auto.entry,
    &numeral_index_brute.entry,
    &numeral_index_exact.entry,
    &numeral_index_near.entry,
};
const size_t numeral_n_indexes = sizeof numeral_indexes / sizeof *numeral_indexes;
