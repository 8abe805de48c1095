/* The kinds of numeral plot: each turns answers or data into a picture. */
#ifndef CLI_PLOTS_H
#define CLI_PLOTS_H

#include "cli.h"

/* What a kind is given: the session's data, and with a model its answers and scores. */
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
    numeral_split split; /* where DATA names none */
    numeral_status (*draw)(const cli_plot_input *input, numeral_picture *out,
                           numeral_error *err);
} cli_plot;

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
