/* MODEL and INPUT of commands that look at one digit: an image, a row of DATA, standard
 * input. */
#ifndef CLI_ONE_DIGIT_H
#define CLI_ONE_DIGIT_H

#include <numeral/tools/explain.h>

#include "answers.h"
#include "cli.h"

/* One digit as it was given, before any framing. */
typedef struct cli_digit {
    numeral_model_info info; /* of the model that reads it */
    numeral_image image;
    numeral_frame frame; /* how the model takes it: image files are always framed */
    char name[600];      /* as messages call it */
    bool has_label;
    numeral_label label;
    bool luminance; /* a picture: 255 is white; else 255 is ink */
} cli_digit;

/* Loads both, and takes the progress bar away. */
numeral_status cli_digit_open(cli_session *session, cli_digit *out, numeral_error *err);
void cli_digit_free(cli_digit *digit);
/* The digit as its answers tell it. */
answer_of cli_digit_answer(const cli_digit *digit);

/* `image` scaled to fit height × width, in its middle, with 255 for ink: for showing it
 * beside others. `out`: height × width bytes. */
void cli_digit_fit(const numeral_named_image *image, size_t height, size_t width,
                   uint8_t *out);

/* Prints images of any size beside each other, each fitted to height × width, with their
 * names and, unless NULL, their labels. */
numeral_status cli_digit_print(const char *title, const numeral_named_image *images,
                               size_t n, size_t height, size_t width,
                               const numeral_label *labels,
                               const numeral_model_info *info, numeral_error *err);

#endif
