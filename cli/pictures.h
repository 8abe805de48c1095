/* What commands that draw share. */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "cli.h"

#include <numeral/tools/picture.h>

/* Reads the setting and, where a path is given, the model; NULL: the session has none. */
int cli_picture_session(const cli_arguments *arguments, const char *model_path,
                        cli_session *out);
/* Loads DATA in the model's frame where there is a model. */
int cli_picture_data(cli_session *session, const char *text, numeral_split split,
                     bool need_labels);

/* Names of labels: the data's, else the model's, else NULL. `names` is filled with
 * borrowed texts. */
numeral_label_names cli_picture_names(const cli_session *session, const char *names[256]);

/* How text is shown on standard output: plain where it is piped. */
numeral_text_options cli_text_options(void);
/* Prints a grid on standard output. */
int cli_picture_print(const numeral_grid *grid);
/* Saves and frees the picture, and says so. */
int cli_picture_save(numeral_picture *picture, const char *path, const char *what,
                     const cli_setting *setting);

#endif
