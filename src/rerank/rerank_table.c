/* The table of re-rankers, in the order in which `numeral list rerank` shows them. */
#include "rerank/rerank_entries.h"

const numeral_entry *const numeral_reranks[] = {
    &numeral_rerank_ridge.entry,
    &numeral_rerank_idm.entry,
    &numeral_rerank_tangent.entry,
};
const size_t numeral_n_reranks = sizeof numeral_reranks / sizeof *numeral_reranks;
