/* What commands that draw share. */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "cli.h"

/* Names of labels, borrowed: the data's, else the model's, else none. */
numeral_label_names cli_picture_names(const cli_session *session);

/* Prints a grid on standard output: plain where it is piped. */
numeral_status cli_picture_print(const numeral_grid *grid, numeral_error *err);

/* The format of a path whose ending has been checked. */
numeral_picture_format cli_picture_format(const char *path);
/* Saves and frees the picture, and says so. */
numeral_status cli_picture_save(numeral_picture *picture, const char *path,
                                const char *what, const cli_session *session,
                                numeral_error *err);
/* Draws the grid and saves it. */
numeral_status cli_picture_grid(const numeral_grid *grid, const char *path,
                                const cli_session *session, numeral_error *err);

#endif
