/* What looks wrong with data as a whole, told as a note. */
#ifndef CLI_DOUBTS_H
#define CLI_DOUBTS_H

#include "cli.h"

/* Tells where one label covers everything, and where labels are not the model's (NULL:
 * none). Labels of names that both know get the model's numbers first. */
numeral_status cli_doubt_labels(const cli_session *session, const numeral_model *model,
                                numeral_dataset *data, numeral_error *err);

/* Tells where much of a set is misread or like no training digit, and what its digits are
 * read better as: transposed, turned, mirrored. `answers` are of the session's data. */
numeral_status cli_doubt_digits(const cli_session *session,
                                const numeral_answers *answers, numeral_error *err);

/* Tells where a set's ink is dark on light. */
void cli_doubt_ground(const cli_session *session, const numeral_dataset *data);

#endif
