/* Studies on the command line: what to try, how it went, as text, JSON and pictures. */
#ifndef CLI_TUNING_H
#define CLI_TUNING_H

#include <numeral/tools/study.h>

#include "json_file.h"

/* What the options ask for: a request and the lists that it borrows. */
typedef struct cli_tuning {
    numeral_tune_request request;
    size_t n_recipes;
    numeral_recipe **recipes;
    size_t *ks;
    char *texts[3]; /* the lists of weights, metrics and ties, cut at their commas */
    const char **lists[3];
} cli_tuning;

/* Reads --recipe, --preset (each as often as wanted; else `preset`), -k, --weights,
 * --metric, --ties, --folds, --fold-order and --loo as far as the command has them, and
 * checks each of their words. Without lists, 1..20 and all weights are tried if `sweep`,
 * else the recipes' own. */
numeral_status cli_tuning_read(const cli_session *session, const char *preset, bool sweep,
                               cli_tuning *out, numeral_error *err);
void cli_tuning_free(cli_tuning *tuning);

/* "6-fold cross-validation". */
void cli_tuning_method(const numeral_tune_outcome *outcome, char out[64]);

/* What was measured of one recipe at growing training sizes. */
typedef struct cli_learning {
    char *recipe; /* canonical; end with numeral_free */
    size_t n_points;
    numeral_learning_point points[NUMERAL_LEARNING_POINTS];
} cli_learning;

/* Measures it on the session's data. */
numeral_status cli_learning_measure(const cli_session *session, const cli_tuning *tuning,
                                    const numeral_recipe *recipe, cli_learning *out,
                                    numeral_error *err);

/* Text on standard output: the table of the `top` best settings. */
numeral_status cli_tuning_print(const cli_tuning *tuning,
                                const numeral_tune_outcome *outcome, const char *data,
                                size_t top, numeral_error *err);
void cli_learning_print(const cli_learning *curve);
/* The same as one JSON object; `curve` may be NULL. */
json_t *cli_tuning_json(const cli_tuning *tuning, const numeral_tune_outcome *outcome,
                        const char *data, const cli_learning *curve);

/* The error against k, a curve for each way of voting (the ten best). */
numeral_status cli_tuning_draw(const cli_tuning *tuning,
                               const numeral_tune_outcome *outcome, const char *title,
                               numeral_picture_format format, numeral_picture *out,
                               numeral_error *err);
/* The error against the training size. */
numeral_status cli_learning_draw(const cli_tuning *tuning, const cli_learning *curves,
                                 size_t n_curves, const char *title,
                                 numeral_picture_format format, numeral_picture *out,
                                 numeral_error *err);

#endif
