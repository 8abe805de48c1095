/* What numeral demo shows and leaves behind. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli.h"

/* Prints up to five misread digits of `test`, each with its nearest digits of `train`, on
 * which the model was fitted. */
numeral_status cli_demo_mistakes(const numeral_dataset *train,
                                 const numeral_dataset *test,
                                 const numeral_answers *answers, numeral_error *err);

/* Whether this build draws pictures. */
bool cli_demo_can_draw(void);
/* Writes pictures of the session's data into the folder: confusion, digits, misread
 * digits. */
numeral_status cli_demo_pictures(const cli_session *session,
                                 const numeral_answers *answers, const char *folder,
                                 numeral_error *err);

#endif
