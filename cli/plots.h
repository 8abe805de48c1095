/* The kinds of numeral plot: each turns answers or data into a picture. */
#ifndef CLI_PLOTS_H
#define CLI_PLOTS_H

#include "cli.h"

#include <numeral/tools/picture.h>

/* What a kind is given. Answers and scores are there where it needs a model. */
typedef struct cli_plot_input {
    const cli_session *session;
    numeral_answers answers;
    numeral_scores scores;
    numeral_picture_format format;
    numeral_label_names names;
    char title[300];
    char subtitle[1000]; /* empty without a model */
} cli_plot_input;

typedef struct cli_plot {
    const char *name;
    const char *title; /* goes before the data's name */
    bool needs_model;
    bool whole; /* a study of all digits where DATA names no split, else of `train` */
    numeral_status (*draw)(const cli_plot_input *input, numeral_picture *out,
                           numeral_error *err);
    /* In place of `draw`: makes the picture of the session's data from the options. Gives
     * an exit status and reports failures itself. */
    int (*study)(const cli_arguments *arguments, const cli_session *session,
                 const char *title, numeral_picture_format format, numeral_picture *out);
} cli_plot;

/* The recipe of --recipe or --preset, else `standard`. */
int cli_plot_recipe(const cli_arguments *arguments, const numeral_registry *registry,
                    const char *standard, numeral_recipe **out);

extern const cli_plot cli_plot_confusion;
extern const cli_plot cli_plot_scores;
extern const cli_plot cli_plot_calibration;
extern const cli_plot cli_plot_rejection;
extern const cli_plot cli_plot_means;
extern const cli_plot cli_plot_map;
extern const cli_plot cli_plot_features;
extern const cli_plot cli_plot_k_curve;
extern const cli_plot cli_plot_learning_curve;

#endif
