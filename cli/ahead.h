/* Inputs worked on ahead of their turn: several at a time, their answers in order. */
#ifndef CLI_AHEAD_H
#define CLI_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

/* Works on one input, in a thread of its own; NULL leaves it to whoever takes it. */
typedef void *(*cli_ahead_work)(const void *context, const char *input);

typedef struct cli_ahead cli_ahead;

/* A line for twice as many inputs as `threads`. NULL where memory or threads are scarce:
 * then each input is worked on when its turn comes, as with one thread. */
cli_ahead *cli_ahead_create(size_t threads, cli_ahead_work work, const void *context);
/* Waits for what is under way; takes NULL too. The line must be empty, or `forget` frees
 * what was made. */
void cli_ahead_destroy(cli_ahead *line, void (*forget)(void *made));

bool cli_ahead_is_empty(const cli_ahead *line);
bool cli_ahead_is_full(const cli_ahead *line);
/* Puts an input behind the others; false where there is no memory for it. */
bool cli_ahead_put(cli_ahead *line, const char *input);
/* Takes the first of a line that is not empty, and what was made of it, waiting for it.
 * The caller frees the input. */
char *cli_ahead_take(cli_ahead *line, void **made);

#endif
