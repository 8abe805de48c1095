/* An explanation as JSON. */
#ifndef CLI_WHY_JSON_H
#define CLI_WHY_JSON_H

#include "json_file.h"
#include "one_digit.h"

#include <numeral/tools/explain.h>

json_t *cli_why_json(const numeral_model_info *info, const numeral_explanation *why,
                     const cli_digit *digit);

/* Numbers and images as arrays. */
json_t *cli_json_numbers(const double *values, size_t n);
json_t *cli_json_image(const uint8_t *pixels, size_t height, size_t width);

#endif
