/* What searches did, as text and as JSON. */
#ifndef CLI_SEARCH_STATS_H
#define CLI_SEARCH_STATS_H

#include <jansson.h>

#include "cli.h"

/* Means of one query, a line for each stage. */
void cli_stats_print(const numeral_search_stats *stats);
/* The sums, and the share of multiply-adds that brute force would have done beyond. */
json_t *cli_stats_json(const numeral_search_stats *stats);

#endif
