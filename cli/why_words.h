/* An explanation in plain words and tables. */
#ifndef CLI_WHY_WORDS_H
#define CLI_WHY_WORDS_H

#include "tables.h"

#include <numeral/tools/explain.h>

enum { CLI_WORDS_BYTES = 2000 };

/* All that `why` says; texts are UTF-8. */
typedef struct cli_why_words {
    char headline[CLI_WORDS_BYTES]; /* what was read, how sure, what decided */
    char vote[CLI_WORDS_BYTES];     /* how the vote counts */
    cli_table voters;               /* each neighbour: row, label, distance, weight */
    cli_table counts;               /* each class: its sum and its share */
    char gate[CLI_WORDS_BYTES];     /* what the gate saw; "" without one */
    char rerank[CLI_WORDS_BYTES];   /* how the second look counts; "" without one */
    cli_table terms;                /* each term of the best classes; or no rows */
    char rival[CLI_WORDS_BYTES];    /* what tells it from the runner-up */
} cli_why_words;

void cli_why_write(const numeral_model_info *info, const numeral_explanation *why,
                   const char *name, cli_why_words *out);

/* Places of the classes in `why`, most votes first. */
void cli_why_rank(const numeral_explanation *why, uint8_t order[256]);

#endif
