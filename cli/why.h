/* An explanation in plain words and tables, and as a picture. */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "one_digit.h"
#include "tables.h"

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

void cli_why_write(const cli_digit *digit, const numeral_explanation *why,
                   cli_why_words *out);
/* The digit's steps, the first one as it was given; at most `most`, which is told. */
size_t cli_why_steps(const cli_digit *digit, const numeral_explanation *why,
                     numeral_named_image *out, size_t most);

numeral_status cli_why_draw(const cli_digit *digit, const numeral_explanation *why,
                            const cli_why_words *words, numeral_picture_format format,
                            numeral_picture *out, numeral_error *err);

#endif
