/* INPUT of commands that look at one digit: an image, a row of DATA, standard input. */
#ifndef CLI_ONE_DIGIT_H
#define CLI_ONE_DIGIT_H

#include "cli.h"

#include <numeral/tools/picture.h>

/* One digit as it was given, before any framing. */
typedef struct cli_digit {
    numeral_image image;
    numeral_frame frame; /* how the model takes it: image files are always framed */
    char name[600];      /* as messages call it */
    bool has_label;
    uint8_t label;
    bool luminance; /* a picture: 255 is white; else 255 is ink */
} cli_digit;

/* Reads it for the session's model; reports its failure itself. */
int cli_digit_load(cli_session *session, const char *text, cli_digit *out);
void cli_digit_free(cli_digit *digit);

/* `image` scaled to fit height × width, in its middle, with 255 for ink: for showing it
 * beside others. `out`: height × width bytes. */
void cli_digit_fit(const numeral_named_image *image, bool luminance, size_t height,
                   size_t width, uint8_t *out);

#endif
