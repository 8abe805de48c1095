/* An explanation as a picture. */
#ifndef CLI_WHY_PICTURE_H
#define CLI_WHY_PICTURE_H

#include "one_digit.h"
#include "why_words.h"

#include <numeral/tools/explain.h>
#include <numeral/tools/picture.h>

numeral_status cli_why_draw(const numeral_model_info *info,
                            const numeral_explanation *why, const cli_digit *digit,
                            const cli_why_words *words, numeral_picture_format format,
                            numeral_picture *out, numeral_error *err);

/* Names of the model's labels, for pictures; `names` is filled with borrowed texts. */
numeral_label_names cli_label_names(const numeral_model_info *info,
                                    const char *names[256]);

#endif
