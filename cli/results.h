/* How evaluations are shown: the same figures as text and as JSON. */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "json_file.h"

/* A second model on the same digits. */
typedef struct cli_comparison {
    const char *name; /* the second model's file */
    numeral_model_info info;
    numeral_answers answers;
    numeral_comparison test;
} cli_comparison;

/* What is known of one model on one set of labelled digits. */
typedef struct cli_evaluation {
    const numeral_dataset *data;
    numeral_model_info info;
    numeral_answers answers;
    numeral_scores scores;
    double top2;                     /* accuracy of the two labels with the most votes */
    numeral_reliability calibration; /* ten bins of equal width */
    numeral_reliability reliability; /* bins that grow finer towards 1 */
    size_t refused[NUMERAL_REFUSED_COUNT]; /* how many for each reason */
    size_t answered, errors_answered;      /* what predict would answer, and wrongly */
    bool rejects;
    numeral_refusal rejection; /* where it rejects */
    bool compares;
    cli_comparison other; /* where it compares */
    int threads;
} cli_evaluation;

/* What is wanted besides the usual figures. */
typedef struct cli_evaluation_request {
    double reject_below;        /* refuse answers of less confidence; 0: none */
    const numeral_model *other; /* compare with this model, or NULL */
    const char *other_name;
    const char *page; /* write an HTML page here, or NULL */
    const char *model_name;
} cli_evaluation_request;

/* Reads the session's labelled data by its model, scores the answers, prints text and
 * writes --json. The answers are handed over where `keep` is not NULL. */
numeral_status cli_evaluate(const cli_session *session,
                            const cli_evaluation_request *request, numeral_answers *keep,
                            numeral_error *err);

void cli_evaluation_print(const cli_evaluation *evaluation);
json_t *cli_evaluation_json(const cli_evaluation *evaluation);

/* Reads the digits by the second model too. */
numeral_status cli_comparison_make(const cli_evaluation *evaluation,
                                   const cli_evaluation_request *request,
                                   const numeral_run *run, cli_comparison *out,
                                   numeral_error *err);
void cli_comparison_print(const cli_evaluation *evaluation);
json_t *cli_comparison_json(const cli_evaluation *evaluation);

/* Writes the HTML page, whole or not at all, and says so. */
numeral_status cli_report_write(const cli_session *session,
                                const cli_evaluation *evaluation, const char *model_name,
                                const char *path, numeral_error *err);

#endif
