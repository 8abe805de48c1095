/* A check-up as JSON. */
#ifndef CLI_DOCTOR_JSON_H
#define CLI_DOCTOR_JSON_H

#include "json_file.h"
#include "one_digit.h"

#include <numeral/tools/explain.h>

json_t *cli_doctor_json(const numeral_model_info *info, const numeral_checkup *checkup,
                        const cli_digit *digit);

#endif
