/* The HTML report of an evaluation. */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

#include "results.h"

/* Writes it, whole or not at all, and says so. Gives an exit status. */
int cli_report_write(const cli_evaluation *evaluation, const numeral_model *model,
                     const char *model_name, const char *path,
                     const cli_setting *setting);

#endif
