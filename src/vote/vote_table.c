/* The table of votes, in the order in which `numeral list vote` shows them. */
#include "vote/vote_entries.h"

const numeral_entry *const numeral_votes[] = {
    &numeral_vote_uniform.entry,    &numeral_vote_distance.entry,
    &numeral_vote_rank.entry,       &numeral_vote_gaussian.entry,
    &numeral_vote_class_mean.entry,
};
const size_t numeral_n_votes = sizeof numeral_votes / sizeof *numeral_votes;
