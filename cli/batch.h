/* Commands that answer many inputs, one after the other. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli.h"

/* The options of such commands. */
#define CLI_BATCH_OPTIONS                                                                \
    {"files-from", 0, "LIST",                                                            \
     "read more inputs from LIST, one a line (- is standard input: then each line is "   \
     "answered at once)"},                                                               \
    {                                                                                    \
        "stop-on-error", 0, NULL,                                                        \
            "end at the first input that cannot be read, instead of answering the rest"  \
    }

/* What is given is answered input by input. One that cannot be read is told in a sentence
 * on standard error, the rest goes on; the run then ends with status 1. An input that is
 * all there is, or --stop-on-error, ends it at once. */
typedef struct cli_batch {
    cli_session *session;
    bool folders; /* a folder is not given to `answer` but its pictures, one by one */
    /* Answers one input. What cannot be read goes to cli_batch_bad, whose status is
     * returned; what else fails ends the run. */
    numeral_status (*answer)(struct cli_batch *batch, const char *input,
                             numeral_error *err);
    /* Where it is set: begins the answer of an input in a thread of its own, for `answer`
     * to find in `begun`, which frees it; NULL leaves all to `answer`. It may be
     * forgotten without an answer. */
    void *(*begin)(const struct cli_batch *batch, const char *input);
    void (*forget)(void *begun);
    void *begun;
    /* Answers an input of `--files-from -` that cannot be read, so that each line has an
     * answer. */
    numeral_status (*answer_bad)(struct cli_batch *batch, const char *input,
                                 const char *why, numeral_error *err);
    void *context;
    size_t n_answered,
        n_bad; /* pictures and digits so far; counted by `answer`, and here */
    size_t n_done, n_known;  /* inputs answered, and known of so far */
    bool stops, asks;        /* asks: the line came from --files-from - */
    struct cli_ahead *ahead; /* of more than one input */
} cli_batch;

/* Answers the arguments from number `first` on, then --files-from's lines. At its end
 * some may have been bad: cli_batch_end. */
numeral_status cli_batch_run(cli_batch *batch, size_t first, numeral_error *err);
/* Tells and counts a bad input; gives NUMERAL_OK where the rest goes on. */
numeral_status cli_batch_bad(cli_batch *batch, const char *input,
                             const numeral_error *why, numeral_error *err);
/* Behind the last answer: fails where inputs were bad; their sentences have been told, so
 * that *err may hold none. */
numeral_status cli_batch_end(const cli_batch *batch, numeral_status status,
                             numeral_error *err);
/* Whether all was bad, so that no file is worth writing. */
bool cli_batch_is_lost(const cli_batch *batch);

#endif
