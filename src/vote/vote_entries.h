/* Every vote there is; vote_table.c lists them. */
#ifndef NUMERAL_VOTE_VOTE_ENTRIES_H
#define NUMERAL_VOTE_VOTE_ENTRIES_H

#include "vote/vote.h"

extern const numeral_vote numeral_vote_uniform;
extern const numeral_vote numeral_vote_distance;
extern const numeral_vote numeral_vote_rank;
extern const numeral_vote numeral_vote_gaussian;
extern const numeral_vote numeral_vote_class_mean;

#endif
