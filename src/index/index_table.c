/* The kinds of index: those that recipes name, and those that model files hold. */
#include "index/index_entries.h"

const numeral_entry *const numeral_indexes[] = {
    &numeral_index_auto.entry,
    &numeral_index_brute.entry,
    &numeral_index_exact.entry,
    &numeral_index_near.entry,
};
const size_t numeral_n_indexes = sizeof numeral_indexes / sizeof *numeral_indexes;

const numeral_index_kind *const numeral_stored_indexes[] = {
    &numeral_index_brute,   &numeral_index_exact,  &numeral_index_near,
    &numeral_index_dynamic, &numeral_index_floats,
};
const size_t numeral_n_stored_indexes =
    sizeof numeral_stored_indexes / sizeof *numeral_stored_indexes;

const numeral_index_kind *numeral_index_builder(const numeral_index_kind *kind,
                                                numeral_dtype dtype)
{
    return numeral_dtype_is_real(dtype) ? &numeral_index_floats : kind;
}
