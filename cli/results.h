/* How evaluations are shown: the same figures as text and as JSON. */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "json_file.h"

/* Predicts `data` (labelled), scores it, prints text and writes --json. The answers are
 * handed over where `answers` is not NULL. */
int cli_results_evaluate(const numeral_model *model, const numeral_dataset *data,
                         const cli_setting *setting, numeral_answers *answers);

#endif
